"""How much of a company belongs to its creditors: total liabilities / total assets."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from signals.card import EvidenceGrade, IloIndicator, IloLink, Pillar, SignalCard
from signals.financial.ratio_rows import ratio_rows
from signals.financial.ratios import LEVERAGE
from signals.financial.statements import (
    ACCOUNT_SOURCES,
    ACCOUNT_TABLES,
    ACCOUNTS_LAG,
    ACCOUNTS_MAX_AGE_DAYS,
)
from signals.sourcing_areas import TABLE as AREA_TABLE

CARD = SignalCard(
    id="leverage",
    title="Leverage (liabilities to assets)",
    pillar=Pillar.FINANCIAL,
    sources=ACCOUNT_SOURCES,
    inputs=(*ACCOUNT_TABLES, AREA_TABLE),
    unit="share of assets",
    direction=1,
    ilo=(
        IloLink(indicator=IloIndicator.WITHHOLDING_OF_WAGES, strength=2, path="driver"),
        IloLink(indicator=IloIndicator.ABUSIVE_CONDITIONS, strength=1, path="driver"),
    ),
    evidence_grade=EvidenceGrade.C,
    applies_to="firm",
    support="supplier",
    is_per_supplier=True,
    lag=ACCOUNTS_LAG,
    max_age_days=ACCOUNTS_MAX_AGE_DAYS,
    valid_range=(0.0, 1e4),
    limits=(
        "Capital-intensive industries normally carry more debt.",
        "Leases, guarantees and loans from owners may be included or not.",
        "The evidence is on injuries in the US; its transfer to other countries is not shown.",
    ),
    references=(
        "Cohn and Wardlaw 2016, Journal of Finance 71(5), doi 10.1111/jofi.12430",
        "Zmijewski 1984, Journal of Accounting Research 22",
    ),
    sentence=(
        "Liabilities were {value} of total assets at the end of {period}. Above 100 % the "
        "company owes more than it owns."
    ),
)


def compute(inputs: Mapping[str, pl.LazyFrame]) -> pl.LazyFrame:
    """Total liabilities / total assets."""
    return ratio_rows(inputs, LEVERAGE)
