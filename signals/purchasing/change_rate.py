"""Changes the buyer asked for after confirmation, per order (Methodology A.5)."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from signals.card import EvidenceGrade, IloIndicator, IloLink, Pillar, SignalCard
from signals.purchasing.ledger_window import INPUTS, SOURCES, outcome, windows

CARD = SignalCard(
    id="change_rate",
    title="Order changes after confirmation",
    pillar=Pillar.PURCHASING,
    sources=SOURCES,
    inputs=INPUTS,
    unit="changes per order",
    direction=1,
    ilo=(IloLink(indicator=IloIndicator.EXCESSIVE_OVERTIME, strength=1, path="driver"),),
    evidence_grade=EvidenceGrade.C,
    support="supplier",
    lag="As current as the ledger; the twelve whole months before the as-of date.",
    max_age_days=185,
    valid_range=(0.0, 1000.0),
    limits=(
        "It counts changes, not their size.",
        "Changes agreed by telephone are not in a ledger.",
    ),
    references=(
        "ILO and ETI 2017, Purchasing practices and working conditions in global supply chains, "
        "INWORK Issue Brief 10",
        "Better Buying Institute, Purchasing Practices Index: management of the purchasing process",
    ),
    sentence="You changed orders {value} times per order after confirmation in {period}.",
)


def compute(inputs: Mapping[str, pl.LazyFrame]) -> pl.LazyFrame:
    """Changes of the window over orders of the window; Poisson error with one change more."""
    orders = pl.col("orders").cast(pl.Float64)
    return outcome(
        windows(inputs, "changes"),
        pl.col("changes") / orders,
        stderr=(pl.col("changes") + 1).sqrt() / orders,
        missing="the ledger holds no order changes",
    )
