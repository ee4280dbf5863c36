"""The latest figure of each supplier's country: what the country context signals share."""

from __future__ import annotations

import polars as pl


def latest_of_country(
    suppliers: pl.LazyFrame, figures: pl.LazyFrame, value: pl.Expr, stderr: float
) -> pl.LazyFrame:
    """Rows of a context signal: each supplier with the latest known figure of its country.

    Args:
        suppliers: supplier_id and country_iso3.
        figures: country_iso3, year, observed_to, origin and what `value` reads.
        value: in the unit of its card.
        stderr: standard error of every value.

    Returns:
        Columns of a signal; suppliers of countries without a figure are left out.
    """
    latest = figures.sort("country_iso3", "year").unique(
        "country_iso3", keep="last", maintain_order=True
    )
    return (
        suppliers.select("supplier_id", "country_iso3")
        .join(latest, on="country_iso3", how="inner")
        .select(
            "supplier_id",
            period=pl.col("year").cast(pl.String),
            value=value,
            stderr=pl.lit(stderr),
            quality=pl.lit(1.0),
            observed_to="observed_to",
            origin="origin",
        )
    )
