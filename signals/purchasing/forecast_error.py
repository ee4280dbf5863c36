"""How far the buyer's orders were from the forecasts that the supplier had received.

Weighted absolute percentage error of the twelve months: sum(|ordered - forecast|) /
sum(ordered), by product where the forecasts name products (Methodology A.5). The last forecast made
before a month counts.
"""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from signals.card import EvidenceGrade, IloIndicator, IloLink, Pillar, SignalCard, Status
from signals.purchasing.ledger_window import INPUTS, SOURCES, outcome, windows

CARD = SignalCard(
    id="forecast_error",
    title="Orders deviating from the forecast",
    pillar=Pillar.PURCHASING,
    sources=SOURCES,
    inputs=INPUTS,
    unit="share of what was ordered",
    direction=1,
    ilo=(
        IloLink(indicator=IloIndicator.EXCESSIVE_OVERTIME, strength=1, path="driver"),
        IloLink(indicator=IloIndicator.ABUSE_OF_VULNERABILITY, strength=1, path="driver"),
    ),
    evidence_grade=EvidenceGrade.C,
    support="supplier",
    lag="As current as the ledger; the twelve whole months before the as-of date.",
    max_age_days=185,
    valid_range=(0.0, 1000.0),
    limits=(
        (
            "It is available only where the ledger holds the forecasts that were given to the "
            "supplier."
        ),
        "A forecast that no one relied on does no harm by being wrong.",
        "Quantities of different goods cannot be added: provide forecasts by product.",
    ),
    references=(
        "ILO and ETI 2017, Purchasing practices and working conditions in global supply chains, "
        "INWORK Issue Brief 10",
        "Better Buying Institute, Purchasing Practices Index: planning and forecasting",
    ),
    sentence="Your orders deviated from your own forecasts by {value} of the quantity in {period}.",
)


def compute(inputs: Mapping[str, pl.LazyFrame]) -> pl.LazyFrame:
    """Error per supplier; `not_applicable` where the ledger holds no forecast for it."""
    rows = windows(inputs, "forecast_ordered", "forecast_error")
    error = pl.when(pl.col("forecast_ordered") > 0).then(
        pl.col("forecast_error") / pl.col("forecast_ordered")
    )
    return outcome(
        rows,
        error,
        missing="the ledger holds no forecast for it, or nothing was ordered in the months of one",
        missing_status=Status.NOT_APPLICABLE,
    )
