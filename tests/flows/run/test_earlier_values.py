"""What an earlier run has is taken over where it is the same to the bit, and nowhere else."""

import datetime as dt
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest

from flows.run import stages
from flows.run.signal_values import scan_values
from flows.run.work import artefacts
from flows.run.work.frame_hash import hash_of_frame
from flows.run.work.stage_types import PreparedRun, RunRequest
from signals.registry import signals
from sql.warehouse import Warehouse
from tests.flows.run.test_stages import request_for, write_world

FIRST, NEXT = dt.date(2022, 3, 1), dt.date(2022, 4, 1)
#: Last day on which accounts to the end of 2020 are in use, by the age of their cards.
LAST_DAY = dt.date(2020, 12, 31) + dt.timedelta(days=912)

_TABLES = (
    artefacts.SITE_SIGNAL_VALUES,
    artefacts.INCOME_GROUPS,
    artefacts.DISCLOSURE_REGIMES,
    artefacts.PRACTICE_TOTALS,
    artefacts.BUYER_YARDSTICKS,
    artefacts.REJECTED_ROWS,
)


def measured(request: RunRequest) -> PreparedRun:
    """Run the stages up to the values."""
    prepared = stages.prepare(request)
    for number, source_id in enumerate(prepared.source_ids):
        if number == len(prepared.identity_source_ids):
            stages.identify(prepared)
        stages.pull(prepared, source_id)
        stages.stage(prepared, source_id)
    stages.measure(prepared)
    return prepared


def contents(prepared: PreparedRun) -> dict[str, str]:
    """Hashes of what the values are, in the work folder and in the warehouse."""
    run_id = prepared.workspace.read_json(artefacts.MEASURED)["run_id"]
    found = {str(name): hash_of_frame(prepared.workspace.read_frame(name)) for name in _TABLES}
    found["values"] = hash_of_frame(values_of(prepared))
    with Warehouse(prepared.request.out / "warehouse.duckdb") as warehouse:
        for table in ("signal_values", "site_signal_values"):
            found[table] = hash_of_frame(warehouse.read(table, run_id))
        for table in ("stg_accounts_csv__items", "stg_firms__site_fires", "stg_suppliers"):
            found[table] = hash_of_frame(warehouse.read(table))
    return found


def values_of(prepared: PreparedRun) -> pl.DataFrame:
    parts = scan_values(prepared.workspace, prepared.request.as_of)
    return pl.concat(part.collect() for part in parts.values())


def computed(prepared: PreparedRun) -> set[str]:
    """The signals that were not taken over."""
    return set(signals()) - set(prepared.workspace.read_json(artefacts.MEASURED)["taken_over"])


def reading(*sources: str) -> set[str]:
    """The signals that have a value by one of these sources, or could have."""
    return {name for name, one in signals().items() if set(sources) & set(one.card.sources)}


@pytest.fixture
def first(tmp_path: Path) -> PreparedRun:
    """A run of a month, with its values."""
    return measured(request_for(write_world(tmp_path / "world"), FIRST))


def from_scratch(request: RunRequest, folder: Path) -> PreparedRun:
    return measured(replace(request, out=folder))


@pytest.mark.parametrize(
    "day",
    [
        NEXT,
        pytest.param(LAST_DAY, marks=pytest.mark.long),
        pytest.param(LAST_DAY + dt.timedelta(days=1), marks=pytest.mark.long),
    ],
)
def test_months_in_sequence_have_the_values_of_each_alone(
    first: PreparedRun, tmp_path: Path, day: dt.date
) -> None:
    assert computed(first) == set(signals())
    then = replace(first.request, as_of=day)
    following = measured(then)
    assert contents(following) == contents(from_scratch(then, tmp_path / "alone"))
    again = measured(replace(first.request, as_of=day + dt.timedelta(days=1)))
    assert len(computed(again)) < len(signals()) / 4


@pytest.mark.long
def test_one_day_makes_accounts_too_old(first: PreparedRun) -> None:
    in_use = measured(replace(first.request, as_of=LAST_DAY))
    too_old = measured(replace(first.request, as_of=LAST_DAY + dt.timedelta(days=1)))
    aged = computed(too_old) - computed(in_use)
    values = values_of(too_old)
    old = values.filter(pl.col("status") == "too_old")["signal_id"].unique()
    assert aged == set(old) & reading("accounts_csv")
    assert aged
    # A day before, all that it reads is the same again.
    back = measured(replace(first.request, as_of=LAST_DAY - dt.timedelta(days=1)))
    assert not aged & computed(back)


@pytest.mark.long
def test_a_restated_account_concerns_the_signals_of_accounts_alone(
    first: PreparedRun, tmp_path: Path
) -> None:
    accounts = tmp_path / "world" / "accounts" / "accounts.csv"
    quiet = computed(measured(replace(first.request, as_of=NEXT)))
    accounts.write_text(accounts.read_text().replace(",100,40,50,", ",100,41,50,", 1))
    then = replace(first.request, as_of=NEXT + dt.timedelta(days=1))
    restated = measured(then)
    assert contents(restated) == contents(from_scratch(then, tmp_path / "alone"))
    moved = computed(restated) - quiet
    assert "liquidity" in moved
    assert moved <= reading("accounts_csv")


@pytest.mark.long
def test_a_supplier_of_another_country_concerns_what_its_row_is_read_for(
    first: PreparedRun, tmp_path: Path
) -> None:
    listed = tmp_path / "world" / "list.csv"
    text = listed.read_text()
    listed.write_text(text.replace("s5,Mill 5,Indonesia", "s5,Mill 5,Malaysia"))
    changed = measured(first.request)
    assert contents(changed) == contents(from_scratch(first.request, tmp_path / "alone"))
    values = {
        name: values_of(run).drop("origin") for name, run in (("before", first), ("after", changed))
    }
    differ = values["after"].join(
        values["before"], on=values["before"].columns, how="anti", nulls_equal=True
    )
    assert set(differ["signal_id"]) <= computed(changed)
    assert set(differ["signal_id"])


@pytest.mark.long
def test_a_source_that_is_switched_off_concerns_its_signals(
    first: PreparedRun, tmp_path: Path
) -> None:
    settings = first.request.settings
    off = settings.sources["country_table"].model_copy(update={"enabled": False})
    without = settings.model_copy(update={"sources": {**settings.sources, "country_table": off}})
    then = replace(first.request, settings=without)
    changed = measured(then)
    assert contents(changed) == contents(from_scratch(then, tmp_path / "alone"))
    assert computed(changed) == reading("country_table")


@pytest.mark.long
def test_nothing_is_taken_over_by_force_or_other_code_or_without_the_work_folder(
    first: PreparedRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    then = replace(first.request, as_of=NEXT)
    assert computed(measured(replace(then, force=True))) == set(signals())
    for run in (first, stages.prepare(then)):
        path = run.workspace.folder / artefacts.values_of_signal("drought_spi12")
        path.unlink()
        path.write_bytes(b"torn")
    third = replace(then, as_of=dt.date(2022, 5, 1))
    assert "drought_spi12" in computed(measured(third)) < set(signals())
    for run in (first, stages.prepare(then), stages.prepare(third)):
        run.workspace.forget()
    assert computed(measured(replace(then, as_of=dt.date(2022, 6, 1)))) == set(signals())
    with monkeypatch.context() as patch:
        patch.setattr("flows.run.earlier_runs.code_version", lambda: "of another day")
        later = replace(then, as_of=dt.date(2022, 7, 1))
        assert computed(measured(later)) == set(signals())


@pytest.mark.long
def test_rows_that_two_runs_share_stay_with_the_one_that_is_left(first: PreparedRun) -> None:
    following = measured(replace(first.request, as_of=NEXT))
    expected = contents(following)
    run_id = first.workspace.read_json(artefacts.MEASURED)["run_id"]
    with Warehouse(first.request.out / "warehouse.duckdb") as warehouse:
        stored = len(warehouse.read("signal_values"))
        warehouse.remove_runs([run_id])
        assert len(warehouse.read("signal_values")) == stored / 2
    assert contents(following) == expected
    third = measured(replace(first.request, as_of=dt.date(2022, 5, 1)))
    alone = replace(first.request, as_of=dt.date(2022, 5, 1), out=first.request.out / "alone")
    assert contents(third) == contents(measured(alone))


def test_the_hash_of_a_frame_tells_rows_apart_to_the_bit() -> None:
    frame = pl.DataFrame({"a": ["x", "", None], "b": [0.0, None, 1.0], "c": [True, None, False]})
    others = [
        frame.with_columns(a=pl.Series(["x", None, ""])),
        frame.with_columns(a=pl.Series(["", "x", None])),
        frame.with_columns(b=pl.Series([-0.0, None, 1.0])),
        frame.with_columns(b=pl.Series([0.0, 0.0, 1.0])),
        frame.with_columns(c=pl.Series([True, False, None])),
        frame.rename({"a": "d"}),
        frame.reverse(),
        frame.head(2),
    ]
    hashes = {hash_of_frame(one) for one in (frame, *others)}
    assert len(hashes) == 1 + len(others)
    in_pieces = pl.concat([frame.head(1), frame.tail(2)], rechunk=False)
    assert hash_of_frame(in_pieces) == hash_of_frame(frame)
