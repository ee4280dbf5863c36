"""Values over time, for the small figures of a supplier's page."""

from __future__ import annotations

import datetime as dt

import polars as pl

from flows.run.work import artefacts
from flows.run.work.work_folder import WorkFolder

#: Months of payments shown: long enough to see a habit change.
MONTHS_SHOWN = 24

SCHEMA: dict[str, pl.DataType] = {
    "supplier_id": pl.String(),
    "signal_id": pl.String(),
    "title": pl.String(),
    "unit": pl.String(),
    "year": pl.Int32(),
    "month": pl.Int8(),
    "value": pl.Float64(),
}

_LOSS = artefacts.staged_rows("hansen_gfc", "stg_hansen_gfc__site_loss")
_MONTHS = artefacts.staged_rows("buyer_ledger", "stg_purchasing__supplier_month")
_ACCOUNTS = (
    artefacts.staged_rows("accounts_csv", "stg_accounts_csv__items"),
    artefacts.staged_rows("sec_companyfacts", "stg_sec_companyfacts__items"),
)


def series_of(
    workspace: WorkFolder, sites: pl.DataFrame, as_of: dt.date, supplier_ids: pl.Series
) -> pl.DataFrame:
    """What the staged rows say over time, of what was published by the day of the run.

    Args:
        workspace: of the run.
        sites: columns of `stg_sites`.
        as_of: the day of the run.
        supplier_ids: of whom; the rows of others are not read into memory.

    Returns:
        Columns of `SCHEMA`, one row per supplier, signal and year or month, in that order. Sites
        of a supplier are brought together by area; of accounts restated later the latest hold.
    """
    parts = [pl.DataFrame(schema=SCHEMA)]
    is_of_them = pl.col("supplier_id").is_in(supplier_ids.implode())
    is_known = pl.col("published_on") <= as_of
    if workspace.has(_LOSS):
        of_them = sites.filter(is_of_them)
        at_them = pl.col("site_id").is_in(of_them["site_id"].implode())
        loss = workspace.scan_frame(_LOSS).filter(is_known, at_them).collect()
        parts.append(forest_loss(loss, of_them))
    for name in _ACCOUNTS:
        if workspace.has(name):
            items = workspace.scan_frame(name).filter(is_known, is_of_them).collect()
            parts.append(debt_share(items))
    if workspace.has(_MONTHS):
        months = workspace.scan_frame(_MONTHS).filter(is_known, is_of_them).collect()
        parts.append(late_payment(months, as_of))
    return pl.concat([_typed(part) for part in parts]).sort(
        "supplier_id", "signal_id", "year", "month"
    )


def forest_loss(loss: pl.DataFrame, sites: pl.DataFrame) -> pl.DataFrame:
    """Share of the forest lost each year around all sites of a supplier."""
    return (
        loss.join(sites.select("site_id", "supplier_id"), on="site_id")
        .group_by("supplier_id", "year")
        .agg(pl.col("loss_ha", "baseline_ha").sum())
        .filter(pl.col("baseline_ha") > 0)
        .with_columns(
            pl.lit("forest_loss_rate").alias("signal_id"),
            pl.lit("Forest lost each year").alias("title"),
            pl.lit("share of the forest").alias("unit"),
            (pl.col("loss_ha") / pl.col("baseline_ha")).alias("value"),
        )
    )


def debt_share(items: pl.DataFrame) -> pl.DataFrame:
    """Liabilities by assets at the end of each fiscal year."""
    named = items.filter(pl.col("item").is_in(["total_assets", "total_liabilities"]))
    latest = (
        named.sort("published_on")
        .group_by("supplier_id", "period_end", "item")
        .agg(pl.col("value").last())
    )
    assets, liabilities = (
        latest.filter(pl.col("item") == item).drop("item").rename({"value": item})
        for item in ("total_assets", "total_liabilities")
    )
    return (
        assets.join(liabilities, on=["supplier_id", "period_end"])
        .filter(pl.col("total_assets") > 0)
        .with_columns(pl.col("period_end").dt.year().alias("year"))
        .sort("period_end")
        .group_by("supplier_id", "year")
        .agg((pl.col("total_liabilities") / pl.col("total_assets")).last().alias("value"))
        .with_columns(
            pl.lit("altman_z_double_prime").alias("signal_id"),
            pl.lit("Debts against assets").alias("title"),
            pl.lit("share of the assets").alias("unit"),
        )
    )


def late_payment(months: pl.DataFrame, as_of: dt.date) -> pl.DataFrame:
    """Share of what fell due each month that the buyer had not paid five days later."""
    return months.filter(
        pl.col("due_value") > 0,
        pl.col("month").dt.offset_by(f"{MONTHS_SHOWN}mo") > as_of,
    ).select(
        "supplier_id",
        pl.lit("late_payment").alias("signal_id"),
        pl.lit("Paid late by you, of what fell due").alias("title"),
        pl.lit("share").alias("unit"),
        pl.col("month").dt.year().alias("year"),
        pl.col("month").dt.month().alias("month"),
        (pl.col("late_value").fill_null(0.0) / pl.col("due_value")).alias("value"),
    )


def _typed(part: pl.DataFrame) -> pl.DataFrame:
    yearly = [] if "month" in part.columns else [pl.lit(None).alias("month")]
    return part.with_columns(yearly).select(
        pl.col(name).cast(kind) for name, kind in SCHEMA.items()
    )
