"""How much later a company pays its own suppliers than it used to, in days."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from signals.card import EvidenceGrade, IloIndicator, IloLink, Pillar, SignalCard, Wording
from signals.financial.ratio_trends import change_rows
from signals.financial.ratios import DAYS_PAYABLE
from signals.financial.statements import (
    ACCOUNT_SOURCES,
    ACCOUNT_TABLES,
    ACCOUNTS_LAG,
    ACCOUNTS_MAX_AGE_DAYS,
)
from signals.sourcing_areas import TABLE as AREA_TABLE

CARD = SignalCard(
    id="payables_stretch",
    title="Payment of its own suppliers later",
    pillar=Pillar.FINANCIAL,
    sources=ACCOUNT_SOURCES,
    inputs=(*ACCOUNT_TABLES, AREA_TABLE),
    unit="days",
    direction=1,
    ilo=(IloLink(indicator=IloIndicator.WITHHOLDING_OF_WAGES, strength=1, path="driver"),),
    evidence_grade=EvidenceGrade.D,
    applies_to="firm",
    support="supplier",
    is_per_supplier=True,
    lag=ACCOUNTS_LAG,
    max_age_days=ACCOUNTS_MAX_AGE_DAYS,
    valid_range=(-1e5, 1e5),
    limits=(
        "Longer payment terms may be a sign of bargaining power and not of stress.",
        "It uses trade payables at the year's end; seasons and one large purchase move it.",
    ),
    references=(
        "Altman 1968, Journal of Finance 23(4): working capital",
        "UK Reporting on Payment Practices and Performance Regulations 2017",
    ),
    sentence="It pays its suppliers {value} than before ({period}).",
    wording=Wording(
        negative="{size} days earlier",
        zero="neither earlier nor later",
        positive="{size} days later",
    ),
)


def compute(inputs: Mapping[str, pl.LazyFrame]) -> pl.LazyFrame:
    """Change of days payable over about three years; see `change_rows`."""
    return change_rows(inputs, DAYS_PAYABLE)
