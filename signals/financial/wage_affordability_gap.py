"""Whether the accounts can cover the legal wage for the people they declare.

Statutory minimum-wage bill (employees x minimum wage x 12) / reported employee expense. Company
totals only; no person's data is read.
"""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from signals.card import EvidenceGrade, IloIndicator, IloLink, Pillar, SignalCard
from signals.financial.ratio_rows import ratio_rows
from signals.financial.ratios import WAGE_AFFORDABILITY
from signals.financial.statements import (
    ACCOUNT_SOURCES,
    ACCOUNT_TABLES,
    ACCOUNTS_LAG,
    ACCOUNTS_MAX_AGE_DAYS,
)
from signals.sourcing_areas import TABLE as AREA_TABLE

CARD = SignalCard(
    id="wage_affordability_gap",
    title="Legal minimum wage bill to employee expense",
    pillar=Pillar.FINANCIAL,
    sources=ACCOUNT_SOURCES,
    inputs=(*ACCOUNT_TABLES, AREA_TABLE),
    unit="times the expense",
    direction=1,
    ilo=(
        IloLink(indicator=IloIndicator.WITHHOLDING_OF_WAGES, strength=3, path="trace"),
        IloLink(indicator=IloIndicator.ABUSIVE_CONDITIONS, strength=1, path="driver"),
    ),
    evidence_grade=EvidenceGrade.D,
    applies_to="firm",
    support="supplier",
    is_per_supplier=True,
    lag=ACCOUNTS_LAG,
    max_age_days=ACCOUNTS_MAX_AGE_DAYS,
    valid_range=(0.0, 1e4),
    limits=(
        (
            "Part-time work, a year of hiring or people paid by a contractor raise it without "
            "any wrongdoing."
        ),
        "It excludes employers' social contributions, so the true wage bill is higher.",
        "Bonuses of a few employees can hide low pay of many.",
        "Companies that do not report their number of employees have no value.",
    ),
    references=(
        "ILO 2012, Indicators of Forced Labour: withholding of wages",
        "Bhorat, Kanbur and Mayet 2012: minimum-wage violation and its depth",
    ),
    sentence=(
        "The legal minimum wage of its declared employees would cost {value} times its "
        "employee expense in {period}. Above 1, the accounts do not cover it."
    ),
)


def compute(inputs: Mapping[str, pl.LazyFrame]) -> pl.LazyFrame:
    """12 x employees x monthly statutory minimum wage / employee expense."""
    return ratio_rows(inputs, WAGE_AFFORDABILITY)
