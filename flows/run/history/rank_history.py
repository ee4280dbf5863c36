"""What earlier published runs of the same list held: ranks and values, for the supplier's page."""

from __future__ import annotations

import datetime as dt

import polars as pl

from flows.run.history.run_comparison import earlier_runs
from sql.warehouse import Warehouse

#: Runs shown, the latest ones; with a run a month, a year.
RUNS_SHOWN = 12

RANKS: dict[str, pl.DataType] = {
    "supplier_id": pl.String(),
    "as_of": pl.Date(),
    "rank": pl.Int64(),
    "rank_p05": pl.Int64(),
    "rank_p95": pl.Int64(),
    "ranked": pl.Int64(),
}
_OF_SCORES = ("supplier_id", "rank", "rank_p05", "rank_p95")
EARLIER_VALUES: dict[str, pl.DataType] = {
    "supplier_id": pl.String(),
    "signal_id": pl.String(),
    "since": pl.Date(),
    "value_before": pl.Float64(),
    "stderr_before": pl.Float64(),
}


def history(
    warehouse: Warehouse, as_of: dt.date, supplier_ids: pl.Series
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Ranks in earlier months, and the first value of each signal within them.

    Args:
        warehouse: where earlier runs lie.
        as_of: of this run; only earlier months count, and of a month run twice the later run.
        supplier_ids: of this run.

    Returns:
        Columns of `RANKS`, of the runs with a rank for the supplier, oldest first; and of
        `EARLIER_VALUES`, one row per supplier and signal.
    """
    ranks = [pl.DataFrame(schema=RANKS)]
    runs = earlier_runs(warehouse, as_of, supplier_ids)
    latest: dict[dt.date, str] = {}
    for run_id, day in runs:
        latest.setdefault(day, run_id)
    shown = sorted(latest.items())[-RUNS_SHOWN:]
    listed = pl.col("supplier_id").is_in(supplier_ids.implode())
    for day, run_id in shown:
        scores = warehouse.read("scores", run_id, _OF_SCORES).drop_nulls("rank")
        count = pl.lit(scores.height).alias("ranked")
        dated = scores.filter(listed).with_columns(count, pl.lit(day).alias("as_of"))
        ranks.append(_typed(dated, RANKS))
    first = warehouse.first_values([run_id for _, run_id in shown]).filter(listed)
    return pl.concat(ranks).sort("supplier_id", "as_of"), _typed(first, EARLIER_VALUES)


def _typed(frame: pl.DataFrame, schema: dict[str, pl.DataType]) -> pl.DataFrame:
    return frame.select(pl.col(name).cast(kind) for name, kind in schema.items())
