"""Decisions on suppliers: in every output at once, in the next month without an option."""

import csv
import datetime as dt
import json
import re
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest
from python_calamine import CalamineWorkbook

from benchmarks.chaos import state_of
from configs.config_errors import DataRejectedError
from configs.settings import Settings
from flows.run import stages
from flows.run.decisions import decision_files, decision_tables
from flows.run.folders import published_runs
from flows.run.results import decisions_in_force
from flows.run.results.published_work import prepared_of
from flows.run.results.supplier_records import supplier_record
from flows.run.work.stage_types import Published, RunRequest
from reports.documents.dossier import render_dossier
from signals.registry import signals
from tests.flows.run.test_stages import AS_OF

PAGE = Path(__file__).resolve().parents[3] / "docs" / "how-to" / "operating.md"

DECISION = {
    "supplier_id": "s1", "decision": "look_first", "author_role": "buyer",
    "reason": "New site without papers", "evidence_link": "https://example.org/note",
    "decided_on": dt.date(2022, 3, 10), "expires_on": dt.date(2023, 3, 10),
}  # fmt: skip
IDS = pl.Series([f"s{row}" for row in range(6)])


@pytest.fixture
def out(whole: tuple[Settings, Published], tmp_path: Path) -> Path:
    return shutil.copytree(whole[1].folder.parent, tmp_path / "out", symlinks=True)


def test_a_decision_is_in_every_output_at_once_and_scores_stay(out: Path) -> None:
    folder = (out / "latest").resolve()
    before = pl.read_parquet(folder / "ranked.parquet")
    decision_files.keep_one(out, DECISION, IDS, folder.name)
    shown = decisions_in_force.bring_into_force(out)
    assert shown == decisions_in_force.InForce(folder.name, None)
    after = pl.read_parquet(folder / "ranked.parquet")
    changed = ["override", "priority_band_is_frozen"]
    assert after.drop(changed).equals(before.drop(changed))
    assert after.filter(supplier_id="s1")["override"].to_list() == ["look_first"]
    with (folder / "ranked.csv").open(encoding="utf-8-sig") as stream:
        decided = {row["supplier_id"]: row["override"] for row in csv.DictReader(stream)}
    assert {name for name, word in decided.items() if word} == {"s1"}
    book = CalamineWorkbook.from_path(folder / "workbook.xlsx")
    sheet = book.get_sheet_by_name("Decisions in force")
    in_force = [str(value) for row in sheet.to_python() for value in row]
    assert "s1" in in_force
    assert "Assess first" in in_force
    assert "New site without papers" in (folder / "report.html").read_text("utf-8")
    manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
    assert manifest["decisions"]["in_force"] == 1
    dossier = render_dossier(
        supplier_record(out, folder, "s1"),
        {name: signal.card for name, signal in signals().items()},
        "Title", 3, None,)  # fmt: skip
    assert "Assess first." in dossier
    # The same decisions again write nothing.
    modified = (folder / "report.html").stat().st_mtime_ns
    decisions_in_force.bring_into_force(out)
    assert (folder / "report.html").stat().st_mtime_ns == modified


def test_a_month_that_another_follows_shows_the_decisions_of_its_time(out: Path) -> None:
    folder = (out / "latest").resolve()
    later = {
        **DECISION, "supplier_id": "s2", "decided_on": dt.date(2022, 4, 1),
        "expires_on": dt.date(2023, 4, 1),
    }  # fmt: skip
    for decision in (DECISION, later):
        decision_files.keep_one(out, decision, IDS, folder.name)
    record = published_runs.read_manifest(folder)
    prepared = prepared_of(out, record, "en")
    assert prepared is not None
    followed = replace(prepared, request=replace(prepared.request, is_followed=True))
    shown = decision_tables.with_decisions(followed, record)
    assert shown["decisions"]["in_force"] == 1
    (note,) = shown["decisions"]["notes"]
    assert note == (
        "Decisions made after 2022-03-31 are not shown, because a later month follows this one: 1."
    )
    # Where it comes to be the last month, it is written again with both.
    assert not decision_tables.are_shown(out, shown)
    assert decision_tables.with_decisions(prepared, record)["decisions"]["in_force"] == 2


@pytest.mark.long
def test_the_next_month_has_the_decision_without_an_option(
    whole: tuple[Settings, Published], out: Path
) -> None:
    away = {**DECISION, "supplier_id": "gone"}
    decision_files.keep_one(out, DECISION, IDS, "r")
    decision_files.keep_one(out, away, pl.Series(["gone"]), "r")
    april = stages.run_all(RunRequest(whole[0], dt.date(2022, 4, 1), out))
    ranked = pl.read_parquet(april.folder / "ranked.parquet")
    assert ranked.filter(supplier_id="s1")["override"].to_list() == ["look_first"]
    assert any("not on the list are not in force: gone" in one for one in april.warnings)
    # A run of a month that was published before takes over decisions that were made since.
    decision_files.keep_one(out, {**DECISION, "supplier_id": "s2"}, IDS, "r")
    again = stages.run_all(RunRequest(whole[0], dt.date(2022, 4, 1), out))
    assert (again.run_id, again.already_published) == (april.run_id, True)
    ranked = pl.read_parquet(april.folder / "ranked.parquet")
    assert ranked["override"].count() == 2


def test_a_decision_that_is_taken_back_leaves_the_outputs_and_stays_in_the_log(out: Path) -> None:
    folder = (out / "latest").resolve()
    before = (folder / "ranked.csv").read_bytes()
    decision_files.keep_one(out, {**DECISION, "decision": "contested"}, IDS, folder.name)
    decisions_in_force.bring_into_force(out)
    assert (folder / "ranked.csv").read_bytes() != before
    assert decision_files.take_back(out, "s1", "buyer", folder.name)
    assert not decision_files.take_back(out, "s1", "buyer", folder.name)
    decisions_in_force.bring_into_force(out)
    assert (folder / "ranked.csv").read_bytes() == before
    words = [one["decision"] for one in decision_files.log_of(out, "s1")]
    assert words == ["taken_back", "contested"]


@pytest.mark.long
def test_the_later_of_two_decisions_holds(
    whole: tuple[Settings, Published], out: Path, tmp_path: Path
) -> None:
    named = tmp_path / "named.csv"
    columns = ("supplier_id", "decision", "author_role", "reason", "evidence_link", "decided_on",
               "expires_on")  # fmt: skip
    lines = [",".join(columns)]
    for supplier, day in (("s1", "2022-03-11"), ("s2", "2022-03-09")):
        row = {**DECISION, "supplier_id": supplier, "decision": "look_later", "decided_on": day}
        lines.append(",".join(str(row[name]) for name in columns))
        decision_files.keep_one(out, {**DECISION, "supplier_id": supplier}, IDS, "r")
    named.write_text("\n".join(lines), encoding="utf-8")
    settings = whole[0].model_copy(update={"overrides": str(named)})
    folder = stages.run_all(RunRequest(settings, AS_OF, out)).folder
    overrides = pl.read_csv(folder / "overrides.csv")
    decided = dict(overrides.select("supplier_id", "override").iter_rows())
    assert (decided["s1"], decided["s2"]) == ("look_later", "look_first")


def test_what_cannot_be_done_is_said(out: Path) -> None:
    with pytest.raises(DataRejectedError, match="reason is missing"):
        decision_files.keep_one(out, {**DECISION, "reason": " "}, IDS, "r")
    assert decision_files.standing(out) is None
    decision_files.keep_one(out, DECISION, IDS, "r")
    file = out / "latest" / "manifest.json"
    manifest = json.loads(file.read_text("utf-8"))
    former = {name: block for name, block in manifest["config"].items() if name != "alerts"}
    file.write_text(json.dumps({**manifest, "config": {**former, "tiers": {}}}), "utf-8")
    assert "is of another version" in str(decisions_in_force.bring_into_force(out).note)
    # A block that came since is as in the base.
    file.write_text(json.dumps({**manifest, "config": former}), "utf-8")
    assert decisions_in_force.bring_into_force(out).note is None
    decision_files.keep_one(out, {**DECISION, "supplier_id": "s2"}, IDS, "r")
    shutil.rmtree(out / ".work")
    note = decisions_in_force.bring_into_force(out).note
    assert note is not None
    assert "the next run shows the decisions" in note
    (out / "latest").unlink()
    assert "No run is published yet" in str(decisions_in_force.bring_into_force(out).note)


def test_answers_on_pairs_are_replaced(tmp_path: Path) -> None:
    answer = {"supplier_id": "s1", "register": "gleif", "register_id": "X", "decision": "accept",
              "decided_on": "2022-03-10", "decision_reason": 'a "quoted", reason'}  # fmt: skip
    decision_files.keep_identity(tmp_path, [answer])
    decision_files.keep_identity(tmp_path, [{**answer, "decision": "reject"}])
    (kept,) = decision_files.identity_answers(tmp_path)
    assert (kept["decision"], kept["decision_reason"]) == ("reject", 'a "quoted", reason')


def test_what_is_restored_is_what_was_backed_up(
    whole: tuple[Settings, Published], tmp_path: Path
) -> None:
    out = shutil.copytree(whole[1].folder.parent, tmp_path / "outputs", symlinks=True)
    decision_files.keep_one(out, DECISION, IDS, "r")
    before, decided = state_of(out), decision_files.fingerprint(out)
    reference = {path.name: path.read_bytes() for path in (out / "reference").iterdir()}
    lines = PAGE.read_text("utf-8").splitlines()
    commands = [line.partition("#")[0] for line in lines if re.match(r"tar |mv outputs ", line)]
    assert len(commands) == 3
    for command in commands:
        subprocess.run(command, shell=True, check=True, cwd=tmp_path)
    assert state_of(out) == before
    assert before.latest is not None
    assert decision_files.fingerprint(out) == decided
    assert {path.name: path.read_bytes() for path in (out / "reference").iterdir()} == reference
    assert not (out / ".work").exists()
    assert (out / "warehouse.duckdb").is_file()
