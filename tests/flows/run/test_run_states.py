"""From outage to `latest`: what a run becomes, and what people decide about it."""

import datetime as dt
import json
import logging
import shutil
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

import configs
from configs.config_errors import UsageError
from flows.run import stages
from flows.run.folders import publication, publication_log, run_log, run_states
from flows.run.work.stage_types import Published, RunRequest
from signals.source_errors import SourceUnavailableError
from signals.sources.accounts import accounts_csv
from signals.sources.context import country_table
from sql.warehouse import Warehouse
from tests.flows.small_world import copied_runs, write_small_world

pytestmark = pytest.mark.long

JANUARY, FEBRUARY, MARCH = (dt.date(2022, month, 1) for month in (1, 2, 3))
FEW = ("uncertainty.draws=60", "uncertainty.sensitivity_draws=4")


@pytest.fixture
def profile(tmp_path: Path) -> Path:
    return write_small_world(tmp_path / "world")


@dataclass(frozen=True)
class Months:
    """Two months of one list, and where another run of it may be published."""

    profile: Path
    out: Path
    first: Published
    second: Published

    def run(self, as_of: dt.date, force: bool = False) -> Published:
        return run(self.profile, as_of, force, self.out)


def run(profile: Path, as_of: dt.date, force: bool = False, out: Path | None = None) -> Published:
    settings = configs.load(str(profile), local=None, overrides=FEW)
    folder = out or profile.parent.parent / "out"
    return stages.run_all(RunRequest(settings, as_of, folder, force))


def manifest(published: Published) -> dict[str, Any]:
    record: dict[str, Any] = json.loads((published.folder / "manifest.json").read_text())
    return record


def ledger(out: Path) -> dict[str, str]:
    with Warehouse(out / "warehouse.duckdb") as warehouse:
        return dict(warehouse.read("runs").select("run_id", "result").rows())


def break_accounts(monkeypatch: pytest.MonkeyPatch) -> None:
    def unavailable(*_: object) -> None:
        raise SourceUnavailableError("the publisher answered 503 four times")

    monkeypatch.setattr(accounts_csv, "pull", unavailable)


@pytest.fixture(scope="module")
def held_months(tmp_path_factory: pytest.TempPathFactory) -> list[Published]:
    """February as it should be, and March without accounts; no test changes them."""
    profile = write_small_world(tmp_path_factory.mktemp("held") / "world")
    good = run(profile, FEBRUARY)
    with pytest.MonkeyPatch.context() as patch:
        break_accounts(patch)
        return [good, run(profile, MARCH)]


@pytest.fixture(scope="module")
def good_months(tmp_path_factory: pytest.TempPathFactory) -> list[Published]:
    """January and February as they should be; no test changes them."""
    profile = write_small_world(tmp_path_factory.mktemp("good") / "world")
    return [run(profile, as_of) for as_of in (JANUARY, FEBRUARY)]


def copy_of(runs: list[Published], folder: Path) -> Months:
    """The same runs in an output folder of the test's own; the world stays where it was."""
    first = runs[0].folder.parent
    shutil.copytree(first, folder, symlinks=True)
    here = [replace(one, folder=folder / one.run_id) for one in runs]
    return Months(first.parent / "world" / "profile.yaml", folder, *here)


@pytest.fixture
def held(held_months: list[Published], tmp_path: Path) -> Months:
    return copy_of(held_months, tmp_path / "out")


@pytest.fixture
def good(good_months: list[Published], tmp_path: Path) -> Months:
    return copy_of(good_months, tmp_path / "out")


def test_an_outage_holds_the_run_and_latest_stays(held_months: list[Published]) -> None:
    good, bad = held_months
    out = good.folder.parent
    assert (good.state, bad.state) == ("published", "held")
    assert publication.latest_run(out) == good.run_id
    assert not bad.is_latest
    record = manifest(bad)
    assert record["result"] == "held"
    assert record["publication"]["compared_with"] == good.run_id
    assert record["publication"]["findings"][0]["rule"] == "nothing_ranked"
    assert ledger(out) == {good.run_id: "published", bad.run_id: "held"}
    assert bad.attention is not None
    assert f"`latest` stays at {good.run_id}" in bad.attention
    assert f"publish --accept {bad.run_id} --reason TEXT --out {out}" in bad.attention
    assert (bad.folder / "HELD.txt").read_text().strip() == bad.attention


def test_a_held_run_stays_held_when_done_again_and_whole_when_the_source_answers(
    held: Months, monkeypatch: pytest.MonkeyPatch
) -> None:
    good, bad = held.first, held.second
    with monkeypatch.context() as patch:
        break_accounts(patch)
        for force in (False, True):
            again = held.run(MARCH, force)
            assert (again.run_id, again.state) == (bad.run_id, "held")
    whole = held.run(MARCH)
    assert whole.run_id != bad.run_id
    assert whole.state == "published"
    assert publication.latest_run(good.folder.parent) == whole.run_id


def test_accepting_publishes_with_reason_name_and_time(
    held: Months,
) -> None:
    good, bad = held.first, held.second
    out = good.folder.parent
    with pytest.raises(UsageError, match="--reason"):
        run_states.accept(out, bad.run_id, "  ")
    decision = run_states.accept(out, bad.run_id, "the publisher closed", by="operator")
    assert publication.latest_run(out) == bad.run_id
    assert manifest(bad)["result"] == ledger(out)[bad.run_id] == "published"
    assert not (bad.folder / "HELD.txt").exists()
    assert publication_log.read(out) == [decision]
    assert (decision.reason, decision.by) == ("the publisher closed", "operator")
    assert decision.previous == good.run_id
    with pytest.raises(UsageError, match="only a held or withdrawn run"):
        run_states.accept(out, good.run_id, "again")


def test_withdrawing_moves_latest_back_and_the_run_stays_withdrawn(
    good: Months,
) -> None:
    first, second = good.first, good.second
    out = first.folder.parent
    run_states.withdraw(out, "202202", "wrong list")
    assert publication.latest_run(out) == first.run_id
    assert ledger(out)[second.run_id] == "withdrawn"
    assert "wrong list" in (second.folder / "WITHDRAWN.txt").read_text()
    for force in (False, True):
        again = good.run(FEBRUARY, force)
        assert again.state == "withdrawn"
        assert "wrong list" in (again.attention or "")
        assert publication.latest_run(out) == first.run_id
    with pytest.raises(UsageError, match="withdrawn already"):
        run_states.withdraw(out, second.run_id, "again")
    with pytest.raises(UsageError, match="names published runs only"):
        run_states.name_latest(out, second.run_id, "")
    run_states.withdraw(out, first.run_id, "wrong list too")
    assert publication.latest_run(out) is None
    assert not (out / "latest").is_symlink()


def test_latest_moved_back_stays_there_until_the_next_month(
    good: Months,
) -> None:
    january, february = good.first, good.second
    out = january.folder.parent
    run_states.name_latest(out, january.run_id, "February is to be checked", by="operator")
    again = good.run(FEBRUARY)
    assert again.run_id == february.run_id
    assert not again.is_latest
    assert "operator moved it there" in (again.latest_note or "")
    march = good.run(MARCH)
    assert publication.latest_run(out) == march.run_id
    run_states.name_latest(out, february.run_id, "")
    assert good.run(FEBRUARY).is_latest


def test_the_first_run_without_a_rank_is_published_as_that(
    profile: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        break_accounts(patch)
        nobody = run(profile, FEBRUARY)
    out = nobody.folder.parent
    assert (nobody.state, nobody.is_latest, nobody.ranked) == ("nothing_ranked", True, 0)
    assert "ranks no supplier" in (nobody.attention or "")
    assert not list(out.glob("reference/*"))
    whole = run(profile, MARCH)
    assert (whole.state, whole.is_latest) == ("published", True)
    assert manifest(whole)["reference"]["mode"] == "freezes"


def test_an_outage_run_never_freezes_the_reference(
    profile: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unavailable(*_: object) -> None:
        raise SourceUnavailableError("the publisher answered 503 four times")

    with monkeypatch.context() as patch:
        patch.setattr(country_table, "pull", unavailable)
        thin = run(profile, FEBRUARY)
    assert thin.ranked
    assert manifest(thin)["reference"]["mode"] == "own"
    assert any("is not frozen from this run" in warning for warning in thin.warnings)
    assert manifest(run(profile, MARCH))["reference"]["mode"] == "freezes"


def test_an_accepted_run_freezes_what_it_would_have_frozen(
    held_months: list[Published], tmp_path: Path
) -> None:
    profile, runs = copied_runs(held_months, tmp_path)
    out = runs[0].folder.parent
    listed = profile.parent / "list.csv"
    listed.write_text(listed.read_text().replace("\ns", "\nother"))
    accounts = profile.parent / "accounts" / "accounts.csv"
    accounts.write_text(accounts.read_text().replace("\ns", "\nother"))
    profile.write_text(profile.read_text() + "\n")
    settings = configs.load(str(profile), local=None, overrides=(*FEW, "scoring.version=next"))
    other = stages.run_all(RunRequest(settings, MARCH, out))
    assert other.state == "held"
    assert not (out / "reference" / "version-next.json").exists()
    run_states.accept(out, other.run_id, "the list was renumbered")
    assert (out / "reference" / "version-next.json").is_file()
    assert not list((out / "reference" / "held").iterdir())


def test_a_past_month_is_held_against_the_month_before_it(
    good: Months, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, last = good.first, good.second
    with monkeypatch.context() as patch:
        break_accounts(patch)
        between = good.run(dt.date(2022, 1, 15))
    assert between.state == "held"
    assert manifest(between)["publication"]["compared_with"] == first.run_id
    assert publication.latest_run(first.folder.parent) == last.run_id


def test_runs_lists_states_and_deleted_folders(held: Months) -> None:
    good, bad = held.first, held.second
    out = good.folder.parent
    log = logging.getLogger("understory")
    assert {r["run_id"]: r["result"] for r in run_log.read(out, log)} == {
        good.run_id: "published",
        bad.run_id: "held",
    }
    shutil.rmtree(good.folder)
    assert {r["run_id"]: r["result"] for r in run_log.read(out, log)}[good.run_id] == "deleted"
    assert publication.latest_run(out) is None
