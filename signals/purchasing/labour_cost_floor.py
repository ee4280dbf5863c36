"""Share of what was ordered whose price does not cover statutory wages and material.

A line's floor is standard minutes x minimum wage per minute / efficiency + material; the value is
the ordered value of lines below theirs over that of all lines whose floor is known (Methodology
A.5).
"""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from signals.card import EvidenceGrade, IloIndicator, IloLink, Pillar, SignalCard, Status
from signals.purchasing.ledger_window import INPUTS, SOURCES, outcome, share, windows

CARD = SignalCard(
    id="labour_cost_floor",
    title="Price below the cost of labour",
    pillar=Pillar.PURCHASING,
    sources=SOURCES,
    inputs=INPUTS,
    unit="share of the ordered value",
    direction=1,
    ilo=(
        IloLink(indicator=IloIndicator.WITHHOLDING_OF_WAGES, strength=2, path="driver"),
        IloLink(indicator=IloIndicator.EXCESSIVE_OVERTIME, strength=1, path="driver"),
    ),
    evidence_grade=EvidenceGrade.C,
    support="supplier",
    lag="As current as the ledger; the twelve whole months before the as-of date.",
    max_age_days=185,
    valid_range=(0.0, 1.0),
    limits=(
        (
            "It is available only where standard minutes and the country's minimum wage are "
            "given; without a stated efficiency or material the floor is lower than the true "
            "cost."
        ),
        (
            "The floor includes no overheads, energy or profit: a price above it may still be "
            "too low."
        ),
        "A supplier may cover one product's loss with another.",
    ),
    references=(
        "ILO and ETI 2017, Purchasing practices and working conditions in global supply chains, "
        "INWORK Issue Brief 10: orders below the cost of production",
        "Fair Wear Foundation, Labour Minute Costing (standard minutes x wage per minute / "
        "efficiency)",
    ),
    sentence=(
        "{value} of what you ordered in {period} was priced below the cost of statutory "
        "wages and material."
    ),
)


def compute(inputs: Mapping[str, pl.LazyFrame]) -> pl.LazyFrame:
    """Share per supplier; quality is the part of its ordered value whose floor is known."""
    rows = windows(inputs, "floor_value", "below_floor_value", "ordered_value")
    return outcome(
        rows,
        share("below_floor_value", "floor_value"),
        quality=(pl.col("floor_value") / pl.col("ordered_value")).clip(0.0, 1.0),
        missing="standard minutes or the minimum wage of its country are not given",
        missing_status=Status.NOT_APPLICABLE,
    )
