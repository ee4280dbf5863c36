"""Share of what was invoiced that the buyer had not paid five days after it was due.

Value-weighted over invoices due in the twelve whole months before the as-of date:
sum(payable - paid by due date + 5 days) / sum(payable), payable being the invoice less what was
credited on it (Methodology A.5). Part payments count for their part; what is still open counts as
late. An invoice with a rejected payment is not judged.
"""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from signals.card import EvidenceGrade, IloIndicator, IloLink, Pillar, SignalCard
from signals.purchasing.ledger_window import INPUTS, SOURCES, outcome, share, share_error, windows

CARD = SignalCard(
    id="late_payment",
    title="Late payment",
    pillar=Pillar.PURCHASING,
    sources=SOURCES,
    inputs=INPUTS,
    unit="share of the invoiced value",
    direction=1,
    ilo=(IloLink(indicator=IloIndicator.WITHHOLDING_OF_WAGES, strength=1, path="driver"),),
    evidence_grade=EvidenceGrade.C,
    support="supplier",
    lag="As current as the ledger; the twelve whole months before the as-of date.",
    max_age_days=185,
    valid_range=(0.0, 1.0),
    limits=(
        (
            "It shows that the buyer paid late, not that wages were late; a company with "
            "reserves or credit may absorb it."
        ),
        "Invoices in dispute look late; a ledger without credit notes overstates the share.",
        ("Payment terms that are long from the start are not late; the buyer's panel shows them."),
    ),
    references=(
        "Directive 2011/7/EU on combating late payment, article 3",
        "UK Reporting on Payment Practices and Performance Regulations 2017",
        "ILO and ETI 2017, Purchasing practices and working conditions in global supply chains, "
        "INWORK Issue Brief 10",
    ),
    sentence=(
        "You had not paid {value} of the invoiced value five days after the due date, in {period}."
    ),
)


def compute(inputs: Mapping[str, pl.LazyFrame]) -> pl.LazyFrame:
    """Late share per supplier; quality grows to 1 at twelve judged invoices."""
    value = share("late_value", "due_value")
    return outcome(
        windows(inputs, "due_value", "late_value", "invoices"),
        value,
        stderr=share_error(value, "invoices"),
        quality=(pl.col("invoices") / 12.0).clip(0.0, 1.0),
        missing="the ledger holds no invoice of it that fell due and can be judged",
    )
