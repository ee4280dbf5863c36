"""Buttons of the results that act: decisions, identity questions, documents, states of a run."""

import csv
import datetime as dt
import io
import json
import shutil
import zipfile

import polars as pl
import pytest
from starlette.testclient import TestClient

from configs.config_errors import UsageError
from configs.settings import Settings
from flows.desk.desk_state import Desk
from flows.desk.jobs.job_files import Job
from flows.desk.lists.list_folders import ListFolder, new_list
from flows.desk.views.supplier_view import decision_of, identity_pairs, supplier_line
from flows.run.work.stage_types import Published
from reports.documents.notice import LANGUAGES
from reports.exports.packs.laws import LAWS
from signals.registry import sources
from tests.flows.desk.conftest import signed_in

FORM = {
    "supplier": "s1", "decision": "look_first", "author_role": "category manager",
    "reason": "A new site without papers", "evidence": "Folder 12, registry", 
    "expires_on": "2099-01-01",
}  # fmt: skip


@pytest.fixture
def folder(desk: Desk, whole: tuple[Settings, Published]) -> ListFolder:
    """A list with the results of a small run."""
    made = new_list(desk.lists, "List", "anna")
    shutil.copytree(whole[1].folder.parent, made.results, symlinks=True, dirs_exist_ok=True)
    return made


def _base(folder: ListFolder) -> str:
    return f"/lists/{folder.list_id}"


def _run(folder: ListFolder) -> str:
    return (folder.results / "latest").resolve().name


@pytest.mark.usefixtures("jobs_here")
def test_a_decision_is_made_shown_and_taken_back(
    desk: Desk, client: TestClient, folder: ListFolder
) -> None:
    base, run = _base(folder), _run(folder)
    text = client.get(f"{base}/suppliers?q=mill+1").text
    assert "Mill 1" in text
    assert "Mill 2" not in text
    assert "No supplier fits" in client.get(f"{base}/suppliers?q=%2e%2e").text
    answer = client.post(f"{base}/decisions", data={**FORM, "run": run})
    assert answer.status_code == 303, answer.text
    page = client.get(answer.headers["location"]).text
    assert "The decision stands" in page
    assert "file: Folder 12, registry" in page
    assert "do not show the latest decisions" not in page
    ranked = pl.read_csv(folder.results / run / "ranked.csv")
    assert ranked.filter(supplier_id="s1")["override"].to_list() == ["look_first"]
    assert "Assess first." in client.get(f"{base}/dossier?run={run}&supplier=s1").text
    decided = client.get(f"{base}/suppliers?decided=yes").text
    assert "Mill 1" in decided
    assert "1 supplier<" in decided
    client.post(f"{base}/decisions", data={"run": run, "supplier": "s1", "take_back": "yes"})
    ranked = pl.read_csv(folder.results / run / "ranked.csv")
    assert ranked["override"].null_count() == ranked.height
    assert "Taken back" in client.get(f"{base}/supplier?run={run}&supplier=s1").text
    logged = [(one["user"], one["action"], one["outcome"]) for one in desk.log.entries()]
    assert logged == [("anna", "decide on supplier", "done")] * 2


def test_a_decision_that_cannot_be_defended_is_one_sentence(
    client: TestClient, folder: ListFolder
) -> None:
    form = {**FORM, "run": _run(folder)}
    for change, sentence in (
        ({"decision": "buy"}, "no decision was chosen"),
        ({"reason": " "}, "the reason is missing"),
        ({"evidence": ""}, "evidence_link is missing"),
        ({"evidence": "http://x.example"}, "without encryption"),
        ({"expires_on": "soon"}, "the day on which it expires is missing"),
        ({"expires_on": "2020-01-01"}, "expires_on is not after decided_on"),
        ({"author_role": "a@b.example"}, "about a person"),
    ):
        answer = client.post(f"{_base(folder)}/decisions", data={**form, **change})
        assert answer.status_code == 422
        assert sentence in answer.text
    assert not (folder.results / "decisions.csv").exists()
    for supplier in ("nobody", "../s1"):
        answer = client.post(f"{_base(folder)}/decisions", data={**form, "supplier": supplier})
        assert answer.status_code == 404


def test_outputs_that_lag_behind_say_so_and_catch_up(
    client: TestClient, folder: ListFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[str] = []
    monkeypatch.setattr(Job, "start", lambda job, *_: started.append(job.kind) or True)
    client.post(f"{_base(folder)}/decisions", data={**FORM, "run": _run(folder)})
    assert "do not show the latest decisions" in client.get(f"{_base(folder)}/results").text
    client.post(f"{_base(folder)}/decisions/write")
    assert started == ["decide", "decide"]


def test_documents_are_written_by_who_may(
    desk: Desk, client: TestClient, folder: ListFolder
) -> None:
    form = {"run": _run(folder), "supplier": "s1"}
    for language in ("en", "ar"):
        answer = client.post(
            f"{_base(folder)}/notice", data={**form, "language": language, "contact": "us"}
        )
        assert answer.status_code == 200
        assert "sandbox" in answer.headers["content-security-policy"]
    assert 'dir="rtl"' in answer.text
    receipts = (folder.results / "notice_receipts.csv").read_text("utf-8-sig")
    assert [row["language"] for row in csv.DictReader(io.StringIO(receipts))] == ["en", "ar"]
    packed = client.post(f"{_base(folder)}/pack", data={**form, "law": "lksg"})
    names = zipfile.ZipFile(io.BytesIO(packed.content)).namelist()
    assert any(name.endswith("decisions.csv") for name in names)
    for path, data in (
        ("notice", {**form, "language": "xx", "contact": "us"}),
        ("notice", {**form, "language": "en"}),
        ("pack", {**form, "law": "../x"}),
    ):
        assert client.post(f"{_base(folder)}/{path}", data=data).status_code == 422
    reader = signed_in(client, desk, "read")
    assert reader.post(f"{_base(folder)}/notice", data=form).status_code == 403
    page = reader.get(f"{_base(folder)}/supplier?supplier=s1&run={_run(folder)}").text
    assert "Let the decision stand" not in page


def test_the_choices_are_those_of_the_documents(client: TestClient, folder: ListFolder) -> None:
    page = client.get(f"{_base(folder)}/supplier?supplier=s1&run={_run(folder)}").text
    for value in (*LANGUAGES, *LAWS):
        assert f'<option value="{value}">' in page


def test_identity_is_answered_with_both_sides_and_runs_the_month_again(
    client: TestClient, folder: ListFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    header = (
        "supplier_id,name,country,register,register_id,matched_name,score,reason,name_agreement,"
        "legal_form,country_agreement,address,identifier,decision,decided_on,expires_on,"
        "decision_reason"
    )
    rows = [f"s{n},Mill {n},ID,gleif,LEI{n},PT Mill {n},0.9,names,0.95,,same,,,,,," for n in (1, 2)]
    run = folder.results / _run(folder)
    (run / "identity_review.csv").write_text("\n".join([header, *rows]), encoding="utf-8")
    asked = []
    monkeypatch.setattr(Job, "start", lambda job, request, _: asked.append((job.kind, request)))
    page = client.get(f"{_base(folder)}/identity").text
    assert "PT Mill 2" in page
    assert sources()["gleif"].CARD.title in page
    form = {"run": run.name, "q0": "accept", "r0": "same address", "q1": ""}
    client.post(f"{_base(folder)}/identity", data=form)
    assert asked == [("run", {"as_of": "2022-03-01", "user": "anna", "language": "en"})]
    kept = (folder.results / "identity_decisions.csv").read_text("utf-8").splitlines()
    assert len(kept) == 2
    assert kept[1].startswith("s1,gleif,LEI1,accept,")
    answer = client.post(f"{_base(folder)}/identity", data={**form, "r0": "call 0171 1234567"})
    assert answer.status_code == 422
    assert client.post(f"{_base(folder)}/identity", data={"run": run.name}).status_code == 303
    assert len(asked) == 1


def test_a_run_is_withdrawn_and_published_again_with_a_reason(
    client: TestClient, folder: ListFolder
) -> None:
    run = _run(folder)
    page = f"{_base(folder)}/runs/{run}/state"
    assert client.post(page, data={"what": "withdraw"}).status_code == 422
    client.post(page, data={"what": "withdraw", "reason": "wrong list"})
    manifest = folder.results / run / "manifest.json"
    assert json.loads(manifest.read_text("utf-8"))["result"] == "withdrawn"
    assert "This run is withdrawn" in client.get(f"{_base(folder)}/results?run={run}").text
    client.post(page, data={"what": "accept", "reason": "it was right"})
    assert json.loads(manifest.read_text("utf-8"))["result"] == "published"
    log = (folder.results / "publication_decisions.jsonl").read_text("utf-8").splitlines()
    assert [json.loads(line)["by"] for line in log] == ["anna", "anna"]


def test_ranks_that_are_withheld_are_shown_as_intervals() -> None:
    row = {"rank": 3, "rank_p05": 1, "rank_p95": 9, "score": 51.26, "priority_band": "x",
           "priority_band_is_frozen": None, "evidence_coverage": 0.456, "prob_top_k": None,
           "override": None}  # fmt: skip
    assert supplier_line(row, None)["rank"] == 3
    hidden = supplier_line(row, "why")
    assert (hidden["rank"], hidden["interval"], hidden["score"]) == (None, (1, 9), "51.3")
    assert (hidden["coverage"], hidden["top_k"]) == ("45.6 %", "")


def test_answers_so_far_are_shown_with_their_pair() -> None:
    pair = {"supplier_id": "s1", "register": "own_register", "register_id": "X"}
    (shown,) = identity_pairs(
        [{**pair, "address": "differs", "identifier": ""}], [{**pair, "decision": "reject"}], {}
    )
    assert (shown["answer"], shown["title"]) == ("reject", "own register")
    assert shown["compared"] == [("address", "differs")]


def test_evidence_is_a_link_or_a_note() -> None:
    day = dt.date(2026, 1, 1)
    form = {"decision": "contested", "expires_on": "2026-05-01"}
    assert decision_of(form, "s", day)["evidence_link"] is None
    linked = decision_of({**form, "evidence": "https://x.example"}, "s", day)
    assert linked["evidence_link"] == "https://x.example"
    with pytest.raises(UsageError):
        decision_of({"decision": "", "expires_on": "2026-05-01"}, "s", day)
