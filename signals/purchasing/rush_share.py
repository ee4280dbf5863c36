"""Share of the ordered value offered under 60 % of the agreed lead time (Methodology A.5)."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from signals.card import EvidenceGrade, IloIndicator, IloLink, Pillar, SignalCard
from signals.purchasing.ledger_window import INPUTS, SOURCES, outcome, share, share_error, windows

CARD = SignalCard(
    id="rush_share",
    title="Rush orders",
    pillar=Pillar.PURCHASING,
    sources=SOURCES,
    inputs=INPUTS,
    unit="share of the ordered value",
    direction=1,
    ilo=(IloLink(indicator=IloIndicator.EXCESSIVE_OVERTIME, strength=2, path="driver"),),
    evidence_grade=EvidenceGrade.C,
    support="supplier",
    lag="As current as the ledger; the twelve whole months before the as-of date.",
    max_age_days=185,
    valid_range=(0.0, 1.0),
    limits=(
        "It is available only for orders with an agreed lead time in the ledger.",
        "A rush order may be met from stock, without overtime.",
    ),
    references=(
        "ILO and ETI 2017, Purchasing practices and working conditions in global supply chains, "
        "INWORK Issue Brief 10",
    ),
    sentence=(
        "On {value} of the ordered value you offered less than 60 % of the agreed lead time "
        "in {period}."
    ),
)


def compute(inputs: Mapping[str, pl.LazyFrame]) -> pl.LazyFrame:
    """Rush share per supplier; quality is the share of ordered value with an agreed lead time."""
    value = share("rush_value", "agreed_value")
    return outcome(
        windows(inputs, "ordered_value", "agreed_value", "rush_value", "order_lines"),
        value,
        stderr=share_error(value, "order_lines"),
        quality=share("agreed_value", "ordered_value"),
        missing="the ledger holds no agreed lead times",
    )
