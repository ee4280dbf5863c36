"""How far prices paid fell behind the supplier's input costs, in a year.

ln(P) - ln(C): P is the Fisher index of products (SKU and incoterm) bought in the twelve months
and in the twelve before, C the input costs of the supplier's country over the same spans, of
which the statutory minimum wage is one (Methodology A.5). Both are in the reporting currency. The
error is half the distance of Laspeyres and Paasche.
"""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from signals.card import EvidenceGrade, IloIndicator, IloLink, Pillar, SignalCard, Wording
from signals.purchasing.ledger_window import INPUTS, MIN_ORDERS, SOURCES, outcome, windows

CARD = SignalCard(
    id="price_squeeze",
    title="Prices falling behind input costs",
    pillar=Pillar.PURCHASING,
    sources=SOURCES,
    inputs=INPUTS,
    unit="share of the price a year",
    direction=-1,
    ilo=(
        IloLink(indicator=IloIndicator.WITHHOLDING_OF_WAGES, strength=1, path="driver"),
        IloLink(indicator=IloIndicator.EXCESSIVE_OVERTIME, strength=1, path="driver"),
    ),
    evidence_grade=EvidenceGrade.B,
    support="supplier",
    lag="As current as the ledger; the twelve whole months before the as-of date.",
    max_age_days=185,
    valid_range=(-1.7, 1.7),
    limits=(
        "New products have no earlier price: a squeeze at a change of style is not detected.",
        "A lower price may follow from a larger order, a simpler product or a better process.",
        "Cost indices are of a country, not of the factory.",
    ),
    references=(
        "Anner 2020, Review of International Political Economy 27(2):320-347, doi "
        "10.1080/09692290.2019.1625426",
        "ILO and ETI 2017, Purchasing practices and working conditions in global supply chains, "
        "INWORK Issue Brief 10",
        "ILO et al. 2004, Consumer Price Index Manual, chapter 15 (Fisher index)",
    ),
    sentence="Your prices relative to its input costs in {period}: {value}.",
    wording=Wording(
        negative="down {size} a year",
        zero="unchanged",
        positive="up {size} a year",
    ),
)


def compute(inputs: Mapping[str, pl.LazyFrame]) -> pl.LazyFrame:
    """Price change less cost change; quality is the share of ordered value that was matched."""
    squeeze = pl.col("price_change") - pl.col("cost_change")
    rows = windows(inputs, "ordered_value")
    unmatched = pl.col("price_change").is_null()
    computed = outcome(
        rows,
        squeeze,
        stderr=(pl.col("laspeyres_change") - pl.col("paasche_change")).abs() / 2,
        quality=(pl.col("matched_value") / pl.col("ordered_value")).clip(0.0, 1.0),
        missing="no input-cost index of its country is given",
    )
    reason = rows.select("supplier_id", unmatched=unmatched & (pl.col("orders") >= MIN_ORDERS))
    return (
        computed.join(reason, on="supplier_id", how="left", maintain_order="left")
        .with_columns(
            status_reason=pl.when("unmatched")
            .then(pl.lit("no product was bought in both this year and the year before"))
            .otherwise("status_reason")
        )
        .drop("unmatched")
    )
