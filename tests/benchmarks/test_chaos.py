"""The core of `make validate NAME=chaos`: a few kills, and what counts as broken."""

import json
from pathlib import Path

import pytest

from benchmarks.chaos import faults_of, kills, leftovers, state_of
from benchmarks.chaos_actions import Verb
from configs.durable_files import UNFINISHED
from flows.run.folders import publication


@pytest.mark.long
def test_a_few_kills_break_nothing(tmp_path: Path) -> None:
    shares: dict[tuple[Verb, str], int] = {
        ("force", "both"): 2,
        ("latest", "both"): 1,
        ("withdraw", "both"): 1,
    }
    trials = list(kills(tmp_path, 5, shares))
    assert len(trials) == 5
    assert [trial for trial in trials if trial.broken or trial.unresumed] == []


@pytest.fixture
def out(tmp_path: Path) -> Path:
    for name, result in (("feb", "published"), ("mar", "held")):
        folder = tmp_path / name
        folder.mkdir()
        for file in ("READ-ME-FIRST.txt", "ranked.csv", "ranked.parquet", "report.html"):
            (folder / file).write_text(name)
        (folder / "manifest.json").write_text(json.dumps({"run_id": name, "result": result}))
    publication.point_latest(tmp_path, "feb")
    return tmp_path


def test_what_a_reader_would_find_broken(out: Path) -> None:
    usual = state_of(out)
    assert faults_of(out, usual, usual) == []
    publication.point_latest(out, "mar")
    assert any("`latest` names a run that is held" in one for one in faults_of(out, usual, usual))
    publication.point_latest(out, "gone")
    assert any("a run that is not there" in one for one in faults_of(out, usual, usual))
    publication.point_latest(out, "feb")
    (out / "feb" / "ranked.csv").write_text("torn")
    (out / "mar" / "report.html").write_text("")
    (out / f"{UNFINISHED}1-a").touch()
    found = faults_of(out, usual, usual)
    assert any(one.startswith("feb: ") for one in found)
    assert "mar/report.html is empty or absent" in found
    assert [path.name for path in leftovers(out)] == [f"{UNFINISHED}1-a"]
