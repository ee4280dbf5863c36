"""How many months of payroll a company owes at the end of its year."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from signals.card import EvidenceGrade, IloIndicator, IloLink, Pillar, SignalCard
from signals.financial.ratio_rows import ratio_rows
from signals.financial.ratios import WAGES_OWED_MONTHS
from signals.financial.statements import (
    ACCOUNT_SOURCES,
    ACCOUNT_TABLES,
    ACCOUNTS_LAG,
    ACCOUNTS_MAX_AGE_DAYS,
)
from signals.sourcing_areas import TABLE as AREA_TABLE

CARD = SignalCard(
    id="wages_owed_months",
    title="Months of wages owed",
    pillar=Pillar.FINANCIAL,
    sources=ACCOUNT_SOURCES,
    inputs=(*ACCOUNT_TABLES, AREA_TABLE),
    unit="months of payroll",
    direction=1,
    ilo=(IloLink(indicator=IloIndicator.WITHHOLDING_OF_WAGES, strength=3, path="trace"),),
    evidence_grade=EvidenceGrade.D,
    applies_to="firm",
    support="supplier",
    is_per_supplier=True,
    lag=ACCOUNTS_LAG,
    max_age_days=ACCOUNTS_MAX_AGE_DAYS,
    valid_range=(0.0, 600.0),
    limits=(
        ("Accrued holidays, bonuses and payroll taxes are in the same line of the balance sheet."),
        "One month owed is ordinary where wages are paid in arrears.",
        "It is a balance on one day.",
    ),
    references=(
        "ILO 2012, Indicators of Forced Labour: withholding of wages",
        "No published scale: anchors are ours",
    ),
    sentence="It owed {value} months of payroll at the end of {period}.",
)


def compute(inputs: Mapping[str, pl.LazyFrame]) -> pl.LazyFrame:
    """12 x employee liabilities / employee expense."""
    return ratio_rows(inputs, WAGES_OWED_MONTHS)
