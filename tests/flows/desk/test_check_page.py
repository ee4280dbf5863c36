"""A list is sent, all findings come at once, answers are kept and used."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml
from starlette.testclient import TestClient

from flows.desk.desk_state import Desk
from flows.desk.lists.answers import keep_answers_before, laid_over, no_answers
from flows.desk.lists.list_folders import SUFFIXES, ListFolder
from flows.desk.views.check_answers import answers_of, code_of, given_answers
from flows.run.request import run_request
from flows.run.request.list_files import check_of
from suppliers.intake import table_files
from tests.flows.desk.conftest import LIST, sent_list

pytestmark = pytest.mark.usefixtures("jobs_here")


def _folder(desk: Desk, page: str) -> ListFolder:
    return ListFolder(desk.lists / page.rsplit("/", 1)[1])


def _found(folder: ListFolder) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder.path / "check.json").read_text("utf-8"))
    return found


def _at(found: dict[str, object], rule: str) -> int:
    findings = found["findings"]
    assert isinstance(findings, list)
    return [one["rule"] for one in findings].index(rule)


def test_the_desk_takes_the_files_that_lists_can_be() -> None:
    assert set(SUFFIXES) == set(table_files.SUFFIXES)


def test_all_findings_come_at_once(desk: Desk, client: TestClient) -> None:
    page = sent_list(client)
    text = client.get(page).text
    for shown in ("Contact E-Mail", "Coffee", "Atlantis", "mine.csv", "Alpha Mill", "Remarks"):
        assert shown in text
    # Values of columns that are not read, and of those on persons, are nowhere.
    kept = "".join(
        path.read_text("utf-8", "replace")
        for path in _folder(desk, page).path.rglob("*")
        if path.is_file() and path.parent.name != "files"
    )
    for hidden in ("secret one", "a@b.example"):
        assert hidden not in text
        assert hidden not in kept


def test_answers_are_kept_and_the_run_uses_them(desk: Desk, client: TestClient) -> None:
    page = sent_list(client)
    folder = _folder(desk, page)
    found = _found(folder)
    form = {
        "version": str(found["version"]),
        "persons": "asked",
        f"p{_at(found, 'email')}": "on",
        f"a{_at(found, 'bad_sector')}": "01",
        f"t{_at(found, 'unknown_country')}": "India (IN)",
    }
    answer = client.post(f"{page}/answers", data=form)
    assert answer.headers["location"] == page
    settings = run_request.settings_of(str(folder.settings_file))
    assert settings.title == "My list"
    assert settings.suppliers.answers.countries == {"Atlantis": "IN"}
    assert settings.suppliers.answers.sectors == {"Coffee": "01"}
    open_rules = {one.rule for one in check_of(settings).findings if one.is_open}
    assert open_rules == {"ambiguous_town"}
    text = client.get(page).text
    assert "Continue to places" in text
    assert "1 town is to be chosen" in text
    assert folder.history()[0]["what"] == "answered questions"
    # An older form is not mixed with a newer check.
    late = client.post(f"{page}/answers", data=form)
    assert late.headers["location"] == f"{page}?note=changed"


def test_a_column_on_persons_stays_out_unless_it_is_explained(
    desk: Desk, client: TestClient
) -> None:
    page = sent_list(client)
    folder = _folder(desk, page)
    found = _found(folder)
    form = {"version": str(found["version"]), "persons": "asked"}
    refused = client.post(f"{page}/answers", data=form)
    assert refused.status_code == 422
    assert "Contact E-Mail" in refused.text
    assert folder.read().answers is None


def test_answers_that_cannot_be_used_are_named_and_the_others_kept(
    desk: Desk, client: TestClient
) -> None:
    page = sent_list(client)
    folder = _folder(desk, page)
    found = _found(folder)
    form = {
        "version": str(found["version"]),
        f"t{_at(found, 'bad_sector')}": "Weaving of moonlight",
        f"t{_at(found, 'unknown_country')}": "India",
    }
    client.post(f"{page}/answers", data=form)
    answers = folder.read().answers
    assert answers is not None
    assert (answers["countries"], answers["sectors"]) == ({"Atlantis": "India"}, {})
    text = client.get(page).text
    assert "Coffee: &#39;Weaving of moonlight&#39; is not a known sector" in text
    found = _found(folder)
    town = {"version": str(found["version"]), "back": "places"}
    town[f"t{_at(found, 'ambiguous_town')}"] = "Nowhere at all"
    client.post(f"{page}/answers", data=town)
    assert "is not one known town" in client.get(f"{page}/places").text


def test_a_list_that_answers_made_unreadable_is_brought_back(
    desk: Desk, client: TestClient
) -> None:
    page = sent_list(client)
    folder = _folder(desk, page)
    before = folder.read().answers
    with folder.changed("anna", "answered questions") as held:
        keep_answers_before(folder, before)
        broken = {**no_answers(), "towns": {"Springfield, US": "Nowhere at all"}}
        held[0] = replace(held[0], answers=broken, version=held[0].version + 1)
    text = client.get(page).text
    assert "Take the last answers back" in text
    client.post(f"{page}/answers/back")
    assert folder.read().answers == before
    assert "Gamma Works" in client.get(page).text


def test_files_are_added_replaced_and_removed(desk: Desk, client: TestClient) -> None:
    page = sent_list(client)
    folder = _folder(desk, page)
    other = {"files": ("other.csv", b"supplier_id,name,country\n9,Omega,India\n", "text/csv")}
    client.post(f"{page}/files", files=other)
    client.post(f"{page}/files", files={"files": ("mine.csv", LIST.encode() + b"4,X,India,,,,\n")})
    assert [file.label for file in folder.read().files] == ["mine.csv", "other.csv"]
    assert _found(folder)["counts"]["rows"] == 5
    client.post(f"{page}/files/remove", data={"stored": "file_2.csv"})
    client.post(f"{page}/files/remove", data={"stored": "../list.json"})
    assert [file.name for file in folder.files.iterdir()] == ["file_1.csv"]


def test_a_list_that_cannot_be_opened_says_why(client: TestClient) -> None:
    page = sent_list(client, "nothing here", "odd.csv")
    text = client.get(page).text
    assert "odd.csv" in text
    assert "file_1.csv" not in text


def test_a_list_and_its_results_are_deleted(desk: Desk, client: TestClient) -> None:
    page = sent_list(client)
    assert client.post(f"{page}/delete").headers["location"] == "/?note=deleted"
    assert list(desk.lists.iterdir()) == []
    assert client.get(page).status_code == 404


def test_the_workbook_goes_out_and_comes_back(
    desk: Desk, client: TestClient, tmp_path: Path
) -> None:
    page = sent_list(client)
    content = client.get(f"{page}/to_complete.xlsx")
    assert content.content[:2] == b"PK"
    client.post(f"{page}/completed", files={"files": ("done.xlsx", content.content)})
    block = yaml.safe_load(_folder(desk, page).settings_file.read_text("utf-8"))["suppliers"]
    assert block["completed"].endswith("completed.xlsx")
    wrong = client.post(f"{page}/completed", files={"files": ("done.csv", b"x")})
    assert wrong.status_code == 422


CHECK = {
    "files": [
        {
            "stored": "file_1.xlsx",
            "sheets": [{"name": "A"}, {"name": "B"}],
            "columns": [
                {"header": "Nr", "field": "supplier_id", "is_dropped": False},
                {"header": "Firma", "field": None, "is_dropped": False},
            ],
        }
    ],
    "findings": [
        {"file": "file_1.xlsx, sheet A", "rule": "two_columns", "block": "drop", "kind": "open",
         "key": "town", "candidates": [{"value": "Ort"}, {"value": "Stadt"}]},
        {"file": "file_1.xlsx", "rule": "missing_column", "block": "map", "kind": "open",
         "key": "country", "candidates": []},
        {"file": "file_1.xlsx", "rule": "ambiguous_number", "block": "decimal", "kind": "open",
         "key": "decimal", "candidates": []},
        {"file": "file_1.xlsx", "rule": "unknown_scheme", "block": "constants", "kind": "open",
         "key": "sector_scheme", "candidates": []},
    ],
}  # fmt: skip


@pytest.mark.parametrize(
    ("form", "own"),
    [
        ({"a0": "Ort"}, {"drop": ["Stadt"]}),
        ({"t1": "Bangladesh (BD)"}, {"constants": {"country": "BD"}}),
        ({"a1": "Land"}, {"map": {"Land": "country"}}),
        ({"a2": "comma"}, {"decimal": "comma"}),
        ({"a2": "semicolon"}, {}),
        ({"a3": "isic"}, {"constants": {"sector_scheme": "isic"}}),
        ({"s0": "B\nC"}, {"sheets": ["B"]}),
        ({"c0-1": "name"}, {"drop": [], "map": {"Firma": "name"}}),
        ({"c0-0": "-"}, {"drop": ["Nr"], "map": {}}),
        ({"c0-0": "supplier_id"}, {}),
    ],
)
def test_each_control_gives_its_answer(form: dict[str, str], own: dict[str, object]) -> None:
    files = answers_of(form, CHECK, None)["files"]
    assert files == ({"file_1.xlsx": own} if own else {})


def test_answers_are_taken_back() -> None:
    before = {"countries": {"X": "IN", "Y": "BD"}, "not_personal": {"H": "a code"}}
    assert [one["name"] for one in given_answers(before)] == [
        "countries-0", "countries-1", "not_personal-0",
    ]  # fmt: skip
    after = answers_of({"x": "countries-0\nnot_personal-0\nfiles-0\ncountries-9"}, CHECK, before)
    assert after["countries"] == {"Y": "BD"}
    assert after["not_personal"] == {}


def test_codes_of_drop_downs_and_settings_below() -> None:
    assert [code_of(text) for text in ("Viet Nam (VN)", "14 apparel", "Zulia")] == [
        "VN", "14", "Zulia",
    ]  # fmt: skip
    assert laid_over({"a": {"b": 1, "c": [1]}}, {"a": {"c": [2]}}) == {"a": {"b": 1, "c": [2]}}
