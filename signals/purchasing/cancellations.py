"""Share of what was ordered that the buyer cancelled or charged back.

(value of cancelled quantities + chargebacks and discounts taken afterwards) / ordered value.
"""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from signals.card import EvidenceGrade, IloIndicator, IloLink, Pillar, SignalCard
from signals.purchasing.ledger_window import INPUTS, SOURCES, outcome, share_error, windows

CARD = SignalCard(
    id="cancellations",
    title="Cancellations and chargebacks",
    pillar=Pillar.PURCHASING,
    sources=SOURCES,
    inputs=INPUTS,
    unit="share of the ordered value",
    direction=1,
    ilo=(IloLink(indicator=IloIndicator.WITHHOLDING_OF_WAGES, strength=1, path="driver"),),
    evidence_grade=EvidenceGrade.C,
    support="supplier",
    lag="As current as the ledger; the twelve whole months before the as-of date.",
    max_age_days=185,
    valid_range=(0.0, 1.0),
    limits=(
        "A line that the supplier could not deliver looks like one the buyer cancelled, unless "
        "the ledger leaves it out.",
        "Whether work on a cancelled line had already been done is not known.",
    ),
    references=(
        "Anner, Nova and Foley 2020, Unpaid Billions, Worker Rights Consortium and Penn State "
        "Center for Global Workers' Rights",
        "ILO and ETI 2017, Purchasing practices and working conditions in global supply chains, "
        "INWORK Issue Brief 10",
    ),
    sentence="You cancelled or charged back {value} of the ordered value in {period}.",
)


def compute(inputs: Mapping[str, pl.LazyFrame]) -> pl.LazyFrame:
    """Cancelled and charged-back share per supplier, at most 1."""
    lost = pl.col("cancelled_value") + pl.col("chargeback_value").fill_null(0.0)
    value = pl.when(pl.col("ordered_value") > 0).then(
        (lost / pl.col("ordered_value")).clip(0.0, 1.0)
    )
    return outcome(
        windows(inputs, "ordered_value", "cancelled_value", "chargeback_value", "order_lines"),
        value,
        stderr=share_error(value, "order_lines"),
        missing="the ledger holds no ordered value of it in the twelve months",
    )
