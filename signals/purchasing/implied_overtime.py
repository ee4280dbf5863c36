"""Hours that the buyer's orders ask for beyond the supplier's capacity at 48 hours a week.

Mean over the months with known capacity of max(0, hours asked for - capacity) / capacity; hours
are shipped quantities times standard minutes (Methodology A.5). One buyer's orders against the
whole capacity: a lower bound.
"""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from signals.card import EvidenceGrade, IloIndicator, IloLink, Pillar, SignalCard, Status
from signals.purchasing.ledger_window import INPUTS, SOURCES, months, outcome, years

CARD = SignalCard(
    id="implied_overtime",
    title="Overtime implied by orders",
    pillar=Pillar.PURCHASING,
    sources=SOURCES,
    inputs=INPUTS,
    unit="share of capacity at 48 hours a week",
    direction=1,
    ilo=(IloLink(indicator=IloIndicator.EXCESSIVE_OVERTIME, strength=3, path="driver"),),
    evidence_grade=EvidenceGrade.C,
    support="supplier",
    lag="As current as the ledger; the twelve whole months before the as-of date.",
    max_age_days=185,
    valid_range=(0.0, 10.0),
    limits=(
        (
            "It is available only where capacity is public or was volunteered, and standard "
            "minutes are known."
        ),
        "Subcontracting meets the same demand without overtime at the site.",
        "Orders of other buyers are additional and not known.",
    ),
    references=(
        "ILO Hours of Work (Industry) Convention, 1919 (No. 1): 48 hours a week",
        "ILO and ETI 2017, Purchasing practices and working conditions in global supply chains, "
        "INWORK Issue Brief 10",
    ),
    sentence=(
        "Your orders required {value} more hours than its capacity at 48 hours a week "
        "({period}, mean of months)."
    ),
)


def compute(inputs: Mapping[str, pl.LazyFrame]) -> pl.LazyFrame:
    """Mean excess per supplier; `not_applicable` where capacity or standard minutes are unknown."""
    excess = pl.max_horizontal(
        pl.col("work_hours") - pl.col("capacity_hours"), pl.lit(0.0)
    ) / pl.col("capacity_hours")
    mean = (
        months(inputs)
        .filter(
            pl.col("month").is_between("window_start", "window_end"),
            pl.col("work_hours").is_not_null(),
            pl.col("capacity_hours") > 0,
        )
        .sort("supplier_id", "month")
        .group_by("supplier_id", maintain_order=True)
        .agg(excess=excess.mean(), known_months=pl.len())
    )
    return outcome(
        years(inputs).join(mean, on="supplier_id", how="left", maintain_order="left"),
        pl.col("excess"),
        quality=pl.col("known_months") / 12.0,
        missing="its capacity is neither public nor volunteered, or standard minutes are unknown",
        missing_status=Status.NOT_APPLICABLE,
    )
