"""Questions at the desk: questionnaires sent, matched, corrected, decided and handed over."""

import io
import shutil
import zipfile

import fastexcel
import polars as pl
import pytest
from starlette.testclient import TestClient

from configs.config_errors import UsageError
from configs.settings import Settings
from flows.desk.desk_state import Desk
from flows.desk.lists.list_folders import ListFolder, new_list
from flows.desk.lists.question_files import (
    SUFFIXES,
    questionnaire_folder,
    read_record,
    read_result,
)
from flows.desk.views.questions_view import corrections_of
from flows.run.work.stage_types import Published
from scoring.questionnaires.reading import read_questionnaires
from tests.flows.desk.conftest import signed_in

FORM = (
    "No,Question\n1,Do you keep the passports of workers?\n2,Is overtime voluntary?\n"
    "3,Can workers refuse overtime?\n4,Upload copies of the passports of all foreign workers.\n"
    "5,Is your quality system certified to ISO 9001?\n"
)
ANSWERED = "No,Question,Answer\n1,Is overtime voluntary?,No overtime here\n2,Why?,We said so\n"

SHORT = {"supplier": "s0", "language": "en", "contact": "buyer@example.org"}

pytestmark = pytest.mark.usefixtures("jobs_here")


@pytest.fixture
def folder(desk: Desk) -> ListFolder:
    return new_list(desk.lists, "List", "anna")


def _send(client: TestClient, page: str, content: str, name: str, code: int = 303) -> None:
    files = {"files": (name, content.encode(), "text/csv")}
    answer = client.post(f"{page}/files", files=files)
    assert answer.status_code == code, answer.text


def test_questionnaires_are_matched_corrected_and_decided(
    desk: Desk, client: TestClient, folder: ListFolder, whole: tuple[Settings, Published]
) -> None:
    page = f"/lists/{folder.list_id}/questions"
    assert "Send questions alone" in client.get(page).text
    _send(client, page, FORM, "../../My form.csv")
    stored = read_record(folder).files
    assert [(file.stored, file.label) for file in stored] == [("file_1.csv", "My form.csv")]
    text = client.get(page).text
    assert "Questionnaires: 1. Questions: 5" in text
    assert "no results yet" in text
    assert "Repeats My form, 2" in text
    assert text.count("Not to be asked of a supplier") == 1
    assert "Can workers refuse overtime" not in client.get(f"{page}?show=not-asked").text
    assert client.get(f"{page}/questions.xlsx").status_code == 404
    # The results come: the page says so, and the decisions follow.
    shutil.copytree(whole[1].folder.parent, folder.results, symlinks=True, dirs_exist_ok=True)
    assert "The list has results now" in client.get(page).text
    client.post(f"{page}/match")
    result = read_result(folder)
    assert result is not None
    suppliers = result["decided"]["suppliers"]
    assert result["decided"]["rows"][3]["counts"] == [["Do not ask", suppliers]]
    assert result["decided"]["questions_sent"] == 4 * suppliers
    text = client.get(page).text
    assert "ILO indicators that no question asks about" in text
    assert f"Do not ask: {suppliers}" in text
    # A match is corrected once and remembered by the file that the verb reads.
    form = {"version": str(result["version"]), "m-4": "overtime_voluntary", "m-0": ""}
    assert "note=matches" in client.post(f"{page}/corrections", data=form).headers["location"]
    corrected = read_result(folder)
    assert corrected is not None
    assert corrected["rows"][4]["data_point_id"] == "overtime_voluntary"
    decided = (folder.results / "questions" / "decided_matches.csv").read_text("utf-8-sig")
    assert "Is your quality system certified to ISO 9001?,overtime_voluntary" in decided
    client.post(f"{page}/match")
    again = read_result(folder)
    assert again is not None
    assert again["rows"][4]["certainty"] == 1.0
    for name, sheet in (("questions.xlsx", "Questions"), ("review.xlsx", "Data points")):
        answer = client.get(f"{page}/{name}")
        assert sheet in fastexcel.read_excel(answer.content).sheet_names
    # A corrected workbook is taken back.
    row = {"text": "Can workers refuse overtime?", "suggested": "overtime_voluntary",
           "data_point_id": "none", "confirmed": ""}  # fmt: skip
    book = io.BytesIO()
    pl.DataFrame([row]).write_excel(book, worksheet="Questions")
    sent = {"files": ("review.xlsx", book.getvalue())}
    assert client.post(f"{page}/review", files=sent).status_code == 303
    reviewed = read_result(folder)
    assert reviewed is not None
    assert reviewed["rows"][2]["data_point_id"] is None
    reader = signed_in(client, desk, "read")
    assert "Save the matches" not in reader.get(page).text
    assert reader.post(f"{page}/form", data=SHORT).status_code == 403
    assert reader.post(f"{page}/corrections", data=form).status_code == 403


@pytest.fixture
def decided(client: TestClient, folder: ListFolder, whole: tuple[Settings, Published]) -> str:
    """The page of questions of a list with results and decisions."""
    shutil.copytree(whole[1].folder.parent, folder.results, symlinks=True, dirs_exist_ok=True)
    page = f"/lists/{folder.list_id}/questions"
    _send(client, page, FORM, "form.csv")
    return page


def test_short_forms_are_of_the_questions_of_the_page(
    client: TestClient, folder: ListFolder, decided: str
) -> None:
    # A verb matches and decides on other questions in the workspace: the page keeps its own.
    made = folder.results / "questions"
    for name in ("matched.parquet", "review.xlsx", f"{_run_of(folder)}/questions.xlsx"):
        (made / name).unlink()
    shown = client.post(f"{decided}/form", data={**SHORT, "as": "page"})
    assert "buyer@example.org" in shown.text
    assert "Is overtime voluntary?" in shown.text
    assert "sandbox" in shown.headers["content-security-policy"]
    assert client.post(f"{decided}/form", data=SHORT).content.startswith(b"PK")
    for name, sheet in (("questions.xlsx", "Questions"), ("review.xlsx", "Data points")):
        answer = client.get(f"{decided}/{name}")
        assert sheet in fastexcel.read_excel(answer.content).sheet_names
    # At most one question; and all suppliers within the audit budget.
    one = client.post(f"{decided}/form", data={**SHORT, "as": "page", "top": "1"})
    assert len(one.text) < len(shown.text)
    sent = client.post(f"{decided}/form", data={**SHORT, "supplier": "", "as": "page"})
    names = zipfile.ZipFile(io.BytesIO(sent.content)).namelist()
    assert "s0.en.html" in names
    assert len(names) > 1


def test_all_findings_of_a_form_come_at_once_and_nothing_is_lost(
    client: TestClient, folder: ListFolder, decided: str
) -> None:
    wrong = {"supplier": "../s0", "contact": " ", "language": "xx", "top": "0"}
    answer = client.post(f"{decided}/form", data=wrong)
    assert answer.status_code == 422
    for sentence in ("No such supplier in the run: ../s0", "needs an address",
                     "no form in this language", "not a number from 1 on"):  # fmt: skip
        assert sentence in answer.text
    assert 'value="../s0"' in answer.text
    (questionnaire_folder(folder) / "matched.parquet").unlink()
    assert "match them again first" in client.post(f"{decided}/form", data=SHORT).text


def test_forms_state_promises_until_they_are_taken_away(client: TestClient, decided: str) -> None:
    template = client.get(f"{decided}/incentives.csv").text
    promise = "Contract of two years instead of one"
    assert promise in template
    head = template.splitlines()[0]
    bad = f"{head}\ns99,,,soon,,\n"
    answer = client.post(f"{decided}/incentives", files={"files": ("mine.csv", bad.encode())})
    assert answer.status_code == 422
    for sentence in ("mine.csv: row 2, supplier_id: s99", "mine.csv: row 2, promise", "until_when"):
        assert sentence in answer.text
    assert "nothing stated" in answer.text
    sent = {"files": ("mine.csv", template.encode())}
    assert "note=promises" in client.post(f"{decided}/incentives", files=sent).headers["location"]
    assert promise in client.post(f"{decided}/form", data={**SHORT, "as": "page"}).text
    client.post(f"{decided}/incentives/remove")
    assert promise not in client.post(f"{decided}/form", data={**SHORT, "as": "page"}).text


def _run_of(folder: ListFolder) -> str:
    return (folder.results / "latest").resolve().name


def test_findings_name_the_files_as_the_user_does(client: TestClient, folder: ListFolder) -> None:
    page = f"/lists/{folder.list_id}/questions"
    _send(client, page, ANSWERED, "answered.csv")
    text = client.get(page).text
    assert "answered.csv, column Answer" in text or "answered.csv, Answer" in text
    assert "Understory reads questions alone" in text
    assert "file_1" not in text.replace('value="file_1.csv"', "")
    assert client.get(f"{page}/review.xlsx").status_code == 404
    _send(client, page, FORM, "answered.csv")
    assert read_record(folder).files[0].stored == "file_1.csv"
    assert "Understory reads questions alone" not in client.get(page).text
    client.post(f"{page}/files/remove", data={"stored": "../record.json"})
    assert len(read_record(folder).files) == 1
    client.post(f"{page}/files/remove", data={"stored": "file_1.csv"})
    assert read_record(folder).files == ()
    assert "questions in" not in client.get(page).text
    _send(client, page, FORM, "form.exe", code=422)
    assert client.post(f"{page}/files").status_code == 422


def test_wrong_corrections_change_nothing(client: TestClient, folder: ListFolder) -> None:
    page = f"/lists/{folder.list_id}/questions"
    form = {"version": "1", "m-0": "overtime_voluntary"}
    sent = {"files": ("review.xlsx", b"PK")}
    assert "send questionnaires first" in client.post(f"{page}/review", files=sent).text
    assert "note=changed" in client.post(f"{page}/corrections", data=form).headers["location"]
    rows = [{"text": "Why?"}]
    assert corrections_of({"m-0": "none", "form": "x"}, rows) == {"Why?": "none"}
    for wrong in ({"m-1": "none"}, {"m-x": "none"}, {"m--1": "none"}, {"m-0": "nothing"}):
        with pytest.raises(UsageError):
            corrections_of(wrong, rows)


def test_the_desk_takes_what_the_verb_reads() -> None:
    assert set(SUFFIXES) == set(read_questionnaires.SUFFIXES)


def test_words_with_marks_of_tables_keep_their_correction(
    client: TestClient, folder: ListFolder
) -> None:
    page = f"/lists/{folder.list_id}/questions"
    words = """=1+1; do "you" pay, or not, a@b.example?"""
    quoted = words.replace('"', '""')
    _send(client, page, f'No,Question\n1,"{quoted}"\n2,Is overtime voluntary?\n', "marks.csv")
    result = read_result(folder)
    assert result is not None
    assert result["rows"][0]["text"] == words
    form = {"version": str(result["version"]), "m-0": "overtime_voluntary"}
    client.post(f"{page}/corrections", data=form)
    corrected = read_result(folder)
    assert corrected is not None
    assert corrected["rows"][0]["data_point_id"] == "overtime_voluntary"
    assert corrected["rows"][0]["certainty"] == 1.0
