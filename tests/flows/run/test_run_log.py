"""How a run ended is in the ledger, also when it did not get to its end."""

import datetime as dt
from pathlib import Path

import pytest

from configs.config_errors import DataRejectedError
from flows.run.run_log import log_run_outcome
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
