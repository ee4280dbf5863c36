"""How a run ended is in the ledger, also when it did not get to its end."""

import datetime as dt
import json
import logging
from pathlib import Path

import pytest

from configs.config_errors import DataRejectedError
from flows.run.folders import run_log
from flows.run.folders.folder_lock import note_request, one_run_at_a_time
from flows.run.folders.run_log import log_run_outcome
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
