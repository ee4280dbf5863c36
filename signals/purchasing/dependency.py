"""The buyer's share of the supplier's capacity: how hard the buyer's practice can press.

Ordered quantity over capacity in the same units, over the months of which capacity is known
(Methodology A.5). It changes what the other signals mean and is no risk of its own: its weight is
0, and the buyer's panel orders practices by pressure times dependency.
"""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from signals.card import EvidenceGrade, IloIndicator, IloLink, Pillar, SignalCard, Status
from signals.purchasing.ledger_window import INPUTS, SOURCES, outcome, windows

CARD = SignalCard(
    id="dependency",
    title="Dependency on this buyer",
    pillar=Pillar.PURCHASING,
    sources=SOURCES,
    inputs=INPUTS,
    unit="share of its capacity",
    direction=1,
    ilo=(IloLink(indicator=IloIndicator.ABUSE_OF_VULNERABILITY, strength=1, path="context"),),
    evidence_grade=EvidenceGrade.C,
    support="supplier",
    lag="As current as the ledger; the twelve whole months before the as-of date.",
    max_age_days=185,
    valid_range=(0.0, 20.0),
    limits=(
        "It is available only where capacity is public or was volunteered.",
        "A supplier with one large buyer may also be treated well.",
    ),
    references=(
        "Anner 2020, Review of International Political Economy 27(2):320-347, doi "
        "10.1080/09692290.2019.1625426",
    ),
    sentence="Your orders used {value} of its capacity in {period}.",
)


def compute(inputs: Mapping[str, pl.LazyFrame]) -> pl.LazyFrame:
    """Share of capacity per supplier; `not_applicable` where no capacity is known."""
    return outcome(
        windows(inputs, "ordered_quantity", "capacity_quantity"),
        pl.when(pl.col("capacity_quantity") > 0).then(
            pl.col("ordered_quantity") / pl.col("capacity_quantity")
        ),
        missing="its capacity is neither public nor volunteered",
        missing_status=Status.NOT_APPLICABLE,
    )
