"""How much shorter the offered lead times are than the usual ones of the same supplier.

1 - exp(mean of ln(offered / usual)), weighted by value; offered runs from confirmation (or order)
to the shipment asked for, usual is the median of the same supplier and category over the two
years before (Methodology A.5). Negative where lead times grew.
"""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from signals.card import EvidenceGrade, IloIndicator, IloLink, Pillar, SignalCard, Wording
from signals.purchasing.ledger_window import INPUTS, SOURCES, outcome, share, windows

CARD = SignalCard(
    id="lead_time_squeeze",
    title="Shortened lead times",
    pillar=Pillar.PURCHASING,
    sources=SOURCES,
    inputs=INPUTS,
    unit="share of the usual lead time",
    direction=1,
    ilo=(IloLink(indicator=IloIndicator.EXCESSIVE_OVERTIME, strength=2, path="driver"),),
    evidence_grade=EvidenceGrade.B,
    support="supplier",
    lag="As current as the ledger; the twelve whole months before the as-of date.",
    max_age_days=185,
    valid_range=(-20.0, 1.0),
    limits=(
        (
            "A lead time that was always short is usual here; rush_share detects it where one is "
            "agreed."
        ),
        "Goods from stock need no production time.",
        "Two years of history are needed.",
    ),
    references=(
        "ILO and ETI 2017, Purchasing practices and working conditions in global supply chains, "
        "INWORK Issue Brief 10",
        "Better Buying Institute, Purchasing Practices Index: planning and forecasting",
    ),
    sentence="Your lead times were {value} than usual for this supplier in {period}.",
    wording=Wording(
        negative="{size} longer",
        zero="neither longer nor shorter",
        positive="{size} shorter",
    ),
)


def compute(inputs: Mapping[str, pl.LazyFrame]) -> pl.LazyFrame:
    """Shortening per supplier; quality is the share of ordered value with a usual lead time."""
    known = pl.col("lead_value") > 0
    return outcome(
        windows(inputs, "ordered_value", "lead_value", "lead_log_ratio_value"),
        pl.when(known).then(1 - (pl.col("lead_log_ratio_value") / pl.col("lead_value")).exp()),
        quality=share("lead_value", "ordered_value"),
        missing="the ledger holds no dates of shipments asked for, or too few from the two years "
        "before to know what is usual",
    )
