"""How a run ended is in the ledger, also when it did not get to its end."""

import datetime as dt
import json
import logging
from pathlib import Path

import pytest
from typer.testing import CliRunner

from configs.config_errors import DataRejectedError
from flows.cli import alert_verbs
from flows.cli.app import app
from flows.run.folders import run_log
from flows.run.folders.folder_lock import note_request, one_run_at_a_time
from flows.run.folders.run_log import log_run_outcome
from flows.run.folders.run_states import HELD, NOTHING_RANKED, WITHDRAWN
from sql.warehouse import Warehouse

NOW = dt.datetime(2022, 3, 2, tzinfo=dt.UTC)
DAY = dt.date(2022, 3, 1)


@pytest.fixture
def out(tmp_path: Path) -> Path:
    with Warehouse(tmp_path / "warehouse.duckdb") as warehouse:
        warehouse.start_run("r1", DAY, "identity", NOW)
    return tmp_path


def result_of(out: Path) -> tuple[str, bool]:
    with Warehouse(out / "warehouse.duckdb") as warehouse:
        row = warehouse.read("runs").row(0, named=True)
    return row["result"], row["finished_at"] is not None


@pytest.mark.parametrize(
    ("error", "result"),
    [
        (DataRejectedError("no"), "refused"),
        (ValueError("a fault"), "failed"),
        (KeyboardInterrupt(), "interrupted"),
    ],
    ids=["refused", "failed", "interrupted"],
)
def test_the_ledger_says_how_a_run_ended(out: Path, error: BaseException, result: str) -> None:
    with pytest.raises(type(error)), log_run_outcome(out, "r1"):
        raise error
    assert result_of(out) == (result, True)


def test_a_run_that_goes_well_is_left_alone(out: Path) -> None:
    with log_run_outcome(out, "r1"):
        assert result_of(out) == ("running", False)
    assert result_of(out) == ("running", False)


def test_a_published_run_stays_published_while_it_is_done_again(out: Path) -> None:
    with Warehouse(out / "warehouse.duckdb") as warehouse:
        warehouse.finish_run("r1", "published", NOW, {"run_id": "r1"})
        warehouse.start_run("r1", DAY, "identity", NOW)
    with pytest.raises(ValueError, match="a fault"), log_run_outcome(out, "r1"):
        raise ValueError("a fault")
    assert result_of(out) == ("published", True)


def test_a_failed_run_starts_again(out: Path) -> None:
    with pytest.raises(ValueError, match="a fault"), log_run_outcome(out, "r1"):
        raise ValueError("a fault")
    with Warehouse(out / "warehouse.duckdb") as warehouse:
        warehouse.start_run("r1", DAY, "identity", NOW)
    assert result_of(out) == ("running", False)


def listed(out: Path) -> list[tuple[str | None, str | None, str]]:
    found = run_log.read(out, logging.getLogger("understory"))
    return [(one["run_id"], one["as_of"], one["result"]) for one in found]


def killed_holder(out: Path, since: str, as_of: str | None) -> None:
    """What the lock's file says after its process was killed."""
    (out / ".work").mkdir(exist_ok=True)
    record = {"process": 1, "since": since} | ({} if as_of is None else {"as_of": as_of})
    (out / ".work" / "run.lock").write_text(json.dumps(record))


def test_a_run_is_running_while_its_process_has_the_folder(out: Path) -> None:
    with one_run_at_a_time(out), Warehouse(out / "warehouse.duckdb") as warehouse:
        warehouse.start_run("r2", DAY, "identity", dt.datetime.now(dt.UTC))
        note_request(out, DAY)
        warehouse.close()
        assert sorted(listed(out)) == [("r1", DAY.isoformat(), "unfinished"),
                                       ("r2", DAY.isoformat(), "running")]  # fmt: skip
    assert sorted(one[2] for one in listed(out)) == ["unfinished", "unfinished"]


def test_a_killed_run_without_an_id_is_listed_with_its_day(out: Path) -> None:
    for as_of in (None, "2022-04-01"):
        killed_holder(out, "2022-04-02T00:00:00+00:00", as_of)
        assert (None, as_of, "crashed") in listed(out)
    with one_run_at_a_time(out):
        assert (None, None, "running") in listed(out)
    assert listed(out) == [("r1", DAY.isoformat(), "unfinished")]


def test_a_killed_run_with_an_id_is_listed_once(out: Path) -> None:
    killed_holder(out, "2022-03-01T23:00:00+00:00", DAY.isoformat())
    assert listed(out) == [("r1", DAY.isoformat(), "crashed")]


def test_a_rejected_run_is_listed_as_rejected(out: Path) -> None:
    with pytest.raises(DataRejectedError), log_run_outcome(out, "r1"):
        raise DataRejectedError("no")
    assert listed(out) == [("r1", DAY.isoformat(), "rejected")]


@pytest.mark.parametrize(
    ("error", "result"),
    [(KeyboardInterrupt(), "interrupted"), (DataRejectedError("no"), "rejected"),
     (ValueError("a fault"), "failed")],
)  # fmt: skip
def test_a_run_that_ended_without_an_id_is_listed(
    out: Path, error: BaseException, result: str
) -> None:
    def run() -> None:
        with one_run_at_a_time(out):
            (out / ".work" / "request").mkdir()
            note_request(out, DAY)
            raise error

    with pytest.raises(type(error)):
        run()
    assert (None, DAY.isoformat(), result) in listed(out)
    with one_run_at_a_time(out):
        pass
    assert listed(out) == [("r1", DAY.isoformat(), "unfinished")]


@pytest.mark.parametrize(
    ("result", "says"),
    [
        ("interrupted", "to do: run r1 is interrupted; run the same command again to resume it"),
        ("refused", "to do: run r1 is rejected; correct what its message named and run again"),
        ("held", "to do: run r1 is deleted; its folder is gone"),
    ],
)
def test_the_status_says_what_is_to_be_done(out: Path, result: str, says: str) -> None:
    with Warehouse(out / "warehouse.duckdb") as warehouse:
        warehouse.stop_run("r1", result, NOW)
    ended = CliRunner().invoke(app, ["status", "--out", str(out)])
    assert says in ended.stdout
    assert ended.exit_code == 3


def test_every_result_of_a_run_has_a_next_step() -> None:
    good = {"published", "running"}
    known = {HELD, WITHDRAWN, NOTHING_RANKED, "rejected", "failed", "interrupted", "unfinished",
             "crashed", "deleted"}  # fmt: skip
    assert set(alert_verbs.CORRECTIONS) == known - good


def test_the_status_of_an_empty_folder(tmp_path: Path) -> None:
    ended = CliRunner().invoke(app, ["status", "--out", str(tmp_path / "none")])
    assert "to do: no run was started in" in ended.stdout
    assert ended.exit_code == 3
