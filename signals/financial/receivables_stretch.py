"""How much later a company is paid by its customers than it used to be, in days."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from signals.card import EvidenceGrade, IloIndicator, IloLink, Pillar, SignalCard, Wording
from signals.financial.ratio_trends import change_rows
from signals.financial.ratios import DAYS_RECEIVABLE
from signals.financial.statements import (
    ACCOUNT_SOURCES,
    ACCOUNT_TABLES,
    ACCOUNTS_LAG,
    ACCOUNTS_MAX_AGE_DAYS,
)
from signals.sourcing_areas import TABLE as AREA_TABLE

CARD = SignalCard(
    id="receivables_stretch",
    title="Payment by its customers later",
    pillar=Pillar.FINANCIAL,
    sources=ACCOUNT_SOURCES,
    inputs=(*ACCOUNT_TABLES, AREA_TABLE),
    unit="days",
    direction=1,
    ilo=(IloLink(indicator=IloIndicator.WITHHOLDING_OF_WAGES, strength=2, path="driver"),),
    evidence_grade=EvidenceGrade.D,
    applies_to="firm",
    support="supplier",
    is_per_supplier=True,
    lag=ACCOUNTS_LAG,
    max_age_days=ACCOUNTS_MAX_AGE_DAYS,
    valid_range=(-1e5, 1e5),
    limits=(
        "Sales booked early look like customers who pay late.",
        "It uses receivables at the year's end; one large delivery moves it.",
        "Factored invoices are not known.",
    ),
    references=(
        "ILO and Ethical Trading Initiative supplier surveys (Vaughan-Whitehead and Pinedo "
        "Caro 2017)",
        "Barrot and Nanda 2020, Journal of Finance 75(6): paying suppliers later costs jobs",
    ),
    sentence="Its customers pay {value} than before ({period}).",
    wording=Wording(
        negative="{size} days earlier",
        zero="neither earlier nor later",
        positive="{size} days later",
    ),
)


def compute(inputs: Mapping[str, pl.LazyFrame]) -> pl.LazyFrame:
    """Change of days receivable over about three years; see `change_rows`."""
    return change_rows(inputs, DAYS_RECEIVABLE)
