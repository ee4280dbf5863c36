"""How much the law made each supplier show in its latest accounts."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from signals.financial.statements import latest_statements

#: Regime by the taxonomy that the concepts of a statement belong to. Filers of the SEC and of
#: filings.xbrl.org are listed, or owe accounts as if they were.
REGIME_OF_TAXONOMY = {
    "us-gaap": "listed",
    "ifrs-full": "listed",
    "uk-gaap": "full",
    "uk-small": "small",
    "uk-micro": "micro",
}


def disclosure_regimes(inputs: Mapping[str, pl.LazyFrame]) -> pl.DataFrame:
    """The disclosure regime of each supplier, as its own latest filing shows it.

    Args:
        inputs: frames of the staging tables by name, already limited to what was published by
            the as-of date.

    Returns:
        supplier_id (unique, sorted), disclosure_regime (listed, full, small, micro) and
        observed_to (last day of the fiscal year). Suppliers without filed accounts, or with a
        table of the user's alone, which does not say, are left out.
    """
    return (
        latest_statements(inputs, ("total_assets",))
        .select(
            "supplier_id",
            disclosure_regime=pl.col("taxonomy").replace_strict(
                REGIME_OF_TAXONOMY, default=None, return_dtype=pl.String
            ),
            observed_to="period_end",
        )
        .drop_nulls("disclosure_regime")
        .sort("supplier_id")
        .collect()
    )


def with_regimes(suppliers: pl.DataFrame, regimes: pl.DataFrame) -> pl.DataFrame:
    """The suppliers with the disclosure regime of their own filings, for their peers.

    Args:
        suppliers: columns of `stg_suppliers`.
        regimes: as `disclosure_regimes` gives them.
    """
    return suppliers.join(
        regimes.select("supplier_id", "disclosure_regime"),
        on="supplier_id",
        how="left",
        maintain_order="left",
    )
