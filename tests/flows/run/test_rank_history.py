"""Places and values of earlier runs: which runs count, and which value is the first."""

import datetime as dt
from collections.abc import Iterator

import polars as pl
import pytest

from flows.run.history.rank_history import history
from sql.warehouse import Warehouse

IDS = pl.Series("supplier_id", ["a", "b"])
_RUNS = {
    "old": (dt.date(2022, 1, 1), {"a": (5, 0.4), "b": (None, None)}),
    "first try": (dt.date(2022, 2, 1), {"a": (9, 9.0), "b": (9, 9.0)}),
    "second try": (dt.date(2022, 2, 1), {"a": (3, 0.5), "b": (1, 0.7), "left": (2, 0.1)}),
    "same day": (dt.date(2022, 3, 1), {"a": (1, 8.0), "b": (2, 8.0)}),
    "other list": (dt.date(2022, 2, 15), {"x": (1, 7.0), "y": (2, 7.0)}),
}


@pytest.fixture
def warehouse() -> Iterator[Warehouse]:
    with Warehouse(None) as made:
        for number, (run_id, (day, found)) in enumerate(_RUNS.items(), start=1):
            began = dt.datetime(2024, 1, number, tzinfo=dt.UTC)
            made.start_run(run_id, day, run_id, began)
            made.finish_run(run_id, "published", began, {})
            keys = pl.DataFrame({"supplier_id": list(found)}).with_columns(
                pl.lit(run_id).alias("run_id")
            )
            made.load("peer_keys", keys, run_id)
            ranks = pl.Series([rank for rank, _ in found.values()], dtype=pl.Int32)
            values = pl.Series([value for _, value in found.values()], dtype=pl.Float64)
            scores = keys.with_columns(
                pl.when(ranks.is_not_null()).then(50.0).alias("score"),
                *(ranks.alias(name) for name in ("rank", "rank_p05", "rank_p95")),
                pl.lit("first").alias("priority_band"),
                pl.lit(0.5).alias("evidence_coverage"),
                pl.lit(0.5).alias("ilo_indicator_coverage"),
                pl.lit(1).alias("pillars_with_evidence"),
            )
            assert made.load("scores", scores, run_id).rejected_by_rule == {}
            measured = keys.with_columns(
                pl.lit("s").alias("signal_id"),
                pl.lit(day).alias("as_of"),
                values.alias("value"),
                (values * 0.5).alias("stderr"),
                pl.when(values.is_null())
                .then(pl.lit("not_covered"))
                .otherwise(pl.lit("observed"))
                .alias("status"),
            )
            assert made.load("signal_values", measured, run_id).rejected_by_rule == {}
        yield made


def test_earlier_months_of_the_same_list_count_and_the_later_run_of_each(
    warehouse: Warehouse,
) -> None:
    ranks, values = history(warehouse, dt.date(2022, 3, 1), IDS)
    assert ranks.select("supplier_id", "as_of", "rank", "ranked").rows() == [
        ("a", dt.date(2022, 1, 1), 5, 1),
        ("a", dt.date(2022, 2, 1), 3, 3),
        ("b", dt.date(2022, 2, 1), 1, 3),
    ]
    assert values.rows() == [
        ("a", "s", dt.date(2022, 1, 1), 0.4, 0.2),
        ("b", "s", dt.date(2022, 2, 1), 0.7, 0.35),
    ]


def test_a_first_run_has_none(warehouse: Warehouse) -> None:
    ranks, values = history(warehouse, dt.date(2022, 1, 1), IDS)
    assert (ranks.height, values.height) == (0, 0)
