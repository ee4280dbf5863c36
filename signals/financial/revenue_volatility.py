"""How unsteady revenue has been over the years."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from signals.card import EvidenceGrade, IloIndicator, IloLink, Pillar, SignalCard, Wording
from signals.financial.ratio_rows import finished_rows
from signals.financial.ratios import LOG_REVENUE
from signals.financial.statements import (
    ACCOUNT_SOURCES,
    ACCOUNT_TABLES,
    ACCOUNTS_LAG,
    ACCOUNTS_MAX_AGE_DAYS,
)
from signals.financial.yearly_changes import yearly_changes
from signals.sourcing_areas import TABLE as AREA_TABLE

CARD = SignalCard(
    id="revenue_volatility",
    title="Revenue volatility",
    pillar=Pillar.FINANCIAL,
    sources=ACCOUNT_SOURCES,
    inputs=(*ACCOUNT_TABLES, AREA_TABLE),
    unit="standard deviation of yearly log change",
    direction=1,
    ilo=(
        IloLink(indicator=IloIndicator.WITHHOLDING_OF_WAGES, strength=1, path="driver"),
        IloLink(indicator=IloIndicator.EXCESSIVE_OVERTIME, strength=1, path="driver"),
    ),
    evidence_grade=EvidenceGrade.D,
    applies_to="firm",
    support="supplier",
    is_per_supplier=True,
    lag=ACCOUNTS_LAG,
    max_age_days=ACCOUNTS_MAX_AGE_DAYS,
    valid_range=(0.0, 20.0),
    limits=(
        "It needs five years of accounts; young companies have none.",
        "Good years and bad ones count alike.",
        "Yearly figures cannot show the seasons in which overtime occurs.",
    ),
    references=(
        "Cohn and Wardlaw 2016, Journal of Finance 71(5), doi 10.1111/jofi.12430",
        "No published scale: anchors are ours",
    ),
    sentence=(
        "Revenue typically changed by {value} from year to year ({period}; one standard deviation)."
    ),
    wording=Wording(
        scale="log_change",
    ),
)

_YEARS = 8
_MIN_CHANGES = 4


def compute(inputs: Mapping[str, pl.LazyFrame]) -> pl.LazyFrame:
    """Standard deviation of the yearly log changes, of five years or more and at most eight.

    Standard error of a standard deviation under normal changes: sd / sqrt(2 (n - 1)).
    """
    years = yearly_changes(inputs, LOG_REVENUE).filter(pl.col("years_before") < _YEARS)
    swings = (
        years.filter(pl.col("change").is_finite())
        .group_by("supplier_id")
        .agg(changes=pl.len(), value=pl.col("change").std())
        .filter(pl.col("changes") >= _MIN_CHANGES)
    )
    few = pl.col("status").is_null() & pl.col("value").is_null()
    return finished_rows(
        years.filter(pl.col("years_before") == 0)
        .join(swings, on="supplier_id", how="left")
        .with_columns(
            stderr=pl.col("value") / (2.0 * (pl.col("changes") - 1)).sqrt(),
            status=pl.when(few).then(pl.lit("not_disclosed")).otherwise("status"),
            status_reason=pl.when(few)
            .then(pl.lit("fewer than five years of revenue are known"))
            .otherwise("status_reason"),
            period=pl.format(
                "{} years to {}",
                pl.col("changes") + 1,
                pl.col("period_end").dt.to_string("%Y-%m-%d"),
            ),
        ),
        inputs,
    )
