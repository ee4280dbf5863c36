"""What the signals of sourcing areas share: recent years, and the firms they are not about."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

TABLE = "stg_area_panel__values"


def last_years(table: pl.LazyFrame, variable: str, count: int) -> pl.LazyFrame:
    """Rows of one variable for the `count` years that end with its last known year per area."""
    rows = table.filter(pl.col("variable") == variable)
    return rows.filter(pl.col("year") > pl.col("year").max().over("supplier_id") - count)


def with_ordinary_firms(values: pl.LazyFrame, inputs: Mapping[str, pl.LazyFrame]) -> pl.LazyFrame:
    """Values in the shape of `compute`, and `not_applicable` for suppliers that are no areas.

    Args:
        values: supplier_id, first and last year, value, stderr, quality, observed_to, origin.
        inputs: of the signal; a supplier without any row in the panel is an ordinary firm.
    """
    observed = values.select(
        "supplier_id",
        pl.format("{}-{}", "first", "last").alias("period"),
        pl.col("value").cast(pl.Float64),
        pl.col("stderr").cast(pl.Float64),
        pl.col("quality").cast(pl.Float64),
        "observed_to",
        "origin",
        pl.lit("observed").alias("status"),
        pl.lit(None, dtype=pl.String).alias("status_reason"),
    )
    firms = (
        inputs["suppliers"]
        .join(inputs[TABLE].select("supplier_id").unique(), on="supplier_id", how="anti")
        .select(
            "supplier_id",
            pl.lit(None, dtype=pl.String).alias("period"),
            pl.lit(None, dtype=pl.Float64).alias("value"),
            pl.lit(None, dtype=pl.Float64).alias("stderr"),
            pl.lit(None, dtype=pl.Float64).alias("quality"),
            pl.lit(None, dtype=pl.Date).alias("observed_to"),
            pl.lit(None, dtype=pl.String).alias("origin"),
            pl.lit("not_applicable").alias("status"),
            pl.lit("this signal is about sourcing areas, and the supplier is a firm").alias(
                "status_reason"
            ),
        )
    )
    return pl.concat([observed, firms])
