"""What the signals of sourcing areas share: recent years, and the companies they are not about."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

TABLE = "stg_area_panel__values"
_SQUARE_KM_PER_HA = 0.01


def last_years(table: pl.LazyFrame, variable: str, count: int) -> pl.LazyFrame:
    """Rows of one variable for the `count` years that end with its last known year per area."""
    rows = table.filter(pl.col("variable") == variable)
    return rows.filter(pl.col("year") > pl.col("year").max().over("supplier_id") - count)


def area_sizes(table: pl.LazyFrame) -> pl.LazyFrame:
    """supplier_id and area_km2, as last known; areas of unknown or no size have no row."""
    return (
        table.filter((pl.col("variable") == "area_km2") & (pl.col("value") > 0))
        .group_by("supplier_id")
        .agg(area_km2=pl.col("value").sort_by("year").last())
    )


def last_planting(table: pl.LazyFrame) -> pl.LazyFrame:
    """Rows of every crop of the last year with any, with `planted_km2`."""
    planted = table.filter(pl.col("variable").str.starts_with("planted_"))
    return planted.filter(pl.col("year") == pl.col("year").max().over("supplier_id")).with_columns(
        planted_km2=pl.col("value") * _SQUARE_KM_PER_HA
    )


def with_ordinary_companies(
    values: pl.LazyFrame, inputs: Mapping[str, pl.LazyFrame]
) -> pl.LazyFrame:
    """Values in the shape of `compute`, and `not_applicable` for suppliers that are no areas.

    Args:
        values: supplier_id, first and last year, value, stderr, quality, observed_to, origin.
        inputs: of the signal; a supplier without any row in the panel is an ordinary company.
    """
    observed = values.select(
        "supplier_id",
        pl.when(pl.col("first") == pl.col("last"))
        .then(pl.format("{}", "last"))
        .otherwise(pl.format("{}-{}", "first", "last"))
        .alias("period"),
        pl.col("value").cast(pl.Float64),
        pl.col("stderr").cast(pl.Float64),
        pl.col("quality").cast(pl.Float64),
        "observed_to",
        "origin",
        pl.lit("observed").alias("status"),
        pl.lit(None, dtype=pl.String).alias("status_reason"),
    )
    firms = inputs["suppliers"].join(
        inputs[TABLE].select("supplier_id").unique(), on="supplier_id", how="anti"
    )
    reason = "this signal is about sourcing areas, and the supplier is a company"
    return pl.concat([observed, not_applicable(firms, reason)])


def not_applicable(suppliers: pl.LazyFrame, reason: str) -> pl.LazyFrame:
    """The suppliers as rows of `compute` for whom the signal cannot have a value."""
    return suppliers.select(
        "supplier_id",
        pl.lit(None, dtype=pl.String).alias("period"),
        pl.lit(None, dtype=pl.Float64).alias("value"),
        pl.lit(None, dtype=pl.Float64).alias("stderr"),
        pl.lit(None, dtype=pl.Float64).alias("quality"),
        pl.lit(None, dtype=pl.Date).alias("observed_to"),
        pl.lit(None, dtype=pl.String).alias("origin"),
        pl.lit("not_applicable").alias("status"),
        pl.lit(reason).alias("status_reason"),
    )
