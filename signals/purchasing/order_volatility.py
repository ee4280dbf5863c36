"""How unsteady the buyer's monthly orders are, after the seasons are taken out.

Coefficient of variation of monthly ordered value in the window. Quantities of different goods do
not add, values do. Each year's months are divided by the year's mean; where earlier years are
known, each calendar month's mean over the years is subtracted and the sum of squares of the
window's 12 residuals is divided by 11 (Y - 1) / Y, the degrees of freedom that calendar-month
dummies over Y years leave to one of them (Methodology A.5). With one year alone, by 11.
"""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from signals.card import EvidenceGrade, IloIndicator, IloLink, Pillar, SignalCard
from signals.purchasing.ledger_window import INPUTS, SOURCES, months, outcome, years

CARD = SignalCard(
    id="order_volatility",
    title="Order volatility",
    pillar=Pillar.PURCHASING,
    sources=SOURCES,
    inputs=INPUTS,
    unit="coefficient of variation",
    direction=1,
    ilo=(
        IloLink(indicator=IloIndicator.EXCESSIVE_OVERTIME, strength=1, path="driver"),
        IloLink(indicator=IloIndicator.ABUSE_OF_VULNERABILITY, strength=1, path="driver"),
    ),
    evidence_grade=EvidenceGrade.C,
    support="supplier",
    lag="As current as the ledger; the twelve whole months before the as-of date.",
    max_age_days=185,
    valid_range=(0.0, 12.0),
    limits=(
        (
            "With one year of orders, seasons and volatility cannot be separated; the quality is "
            "then set to one half."
        ),
        "A supplier with many buyers can even out the orders of one of them.",
    ),
    references=(
        "ILO and ETI 2017, Purchasing practices and working conditions in global supply chains, "
        "INWORK Issue Brief 10",
        "Better Buying Institute, Purchasing Practices Index: sourcing and order placement",
    ),
    sentence=(
        "Variation of your monthly orders beyond the seasonal pattern in {period}: {value} "
        "(coefficient of variation)."
    ),
)


MONTHS_PER_YEAR = 12


def compute(inputs: Mapping[str, pl.LazyFrame]) -> pl.LazyFrame:
    """Deseasonalised variation per supplier. Months without an order count as 0."""
    monthly = _filled_years(inputs)
    of_year = ["supplier_id", "years_before"]
    relative = monthly.filter(pl.col("ordered_value").sum().over(of_year) > 0).with_columns(
        relative=pl.col("ordered_value") / pl.col("ordered_value").mean().over(of_year)
    )
    # A year counts if it lies wholly after the supplier's first order, and none is missing.
    spread = (
        relative.with_columns(years=pl.col("years_before").n_unique().over("supplier_id"))
        .with_columns(
            usual=pl.when(pl.col("years") > 1)
            .then(pl.col("relative").mean().over("supplier_id", "place"))
            .otherwise(1.0)
        )
        .filter(pl.col("years_before") == 0)
        .group_by("supplier_id", maintain_order=True)
        .agg(
            squares=(pl.col("relative") - pl.col("usual")).pow(2).sum(),
            years=pl.col("years").first(),
        )
    )
    year_count = pl.col("years").cast(pl.Float64)
    freedom = (MONTHS_PER_YEAR - 1) * pl.when(year_count > 1).then(
        (year_count - 1) / year_count
    ).otherwise(1.0)
    value = (pl.col("squares") / freedom).sqrt()
    return outcome(
        years(inputs).join(spread, on="supplier_id", how="left", maintain_order="left"),
        value,
        stderr=value / (2 * freedom).sqrt(),
        quality=pl.when(year_count > 1).then(1.0).otherwise(0.5),
        missing="the ledger holds no ordered value of it in the twelve months",
    )


def _filled_years(inputs: Mapping[str, pl.LazyFrame]) -> pl.LazyFrame:
    """Ordered value of every month of the whole years a supplier was ordered from.

    Returns:
        supplier_id, years_before (0 = the window), place (month within the year, 0 to 11),
        ordered_value.
    """
    ordered = months(inputs).filter(pl.col("ordered_value") > 0)
    age = (pl.col("window_end").dt.year() - pl.col("month").dt.year()) * MONTHS_PER_YEAR + (
        pl.col("window_end").dt.month().cast(pl.Int32) - pl.col("month").dt.month().cast(pl.Int32)
    )
    aged = ordered.with_columns(age=age)
    whole_years = aged.group_by("supplier_id", maintain_order=True).agg(
        whole=((pl.col("age").max() + 1) // MONTHS_PER_YEAR).clip(1)
    )
    grid = whole_years.select(
        "supplier_id", age=pl.int_ranges(0, pl.col("whole") * MONTHS_PER_YEAR)
    ).explode("age")
    return grid.join(
        aged.select("supplier_id", "age", "ordered_value"),
        on=["supplier_id", "age"],
        how="left",
        maintain_order="left",
    ).with_columns(
        pl.col("ordered_value").fill_null(0.0),
        years_before=pl.col("age") // MONTHS_PER_YEAR,
        place=pl.col("age") % MONTHS_PER_YEAR,
    )
