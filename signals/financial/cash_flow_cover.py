"""How fast a company earns what it owes: (net income + depreciation) / total liabilities."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from signals.card import EvidenceGrade, IloIndicator, IloLink, Pillar, SignalCard, Wording
from signals.financial.ratio_rows import ratio_rows
from signals.financial.ratios import CASH_FLOW_COVER
from signals.financial.statements import (
    ACCOUNT_SOURCES,
    ACCOUNT_TABLES,
    ACCOUNTS_LAG,
    ACCOUNTS_MAX_AGE_DAYS,
)
from signals.sourcing_areas import TABLE as AREA_TABLE

CARD = SignalCard(
    id="cash_flow_cover",
    title="Cash earnings to liabilities",
    pillar=Pillar.FINANCIAL,
    sources=ACCOUNT_SOURCES,
    inputs=(*ACCOUNT_TABLES, AREA_TABLE),
    unit="share of liabilities a year",
    direction=-1,
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
    valid_range=(-1e4, 1e4),
    limits=(
        "Earnings before depreciation are not yet cash: unpaid invoices are included.",
        "It covers one year only; a single write-off moves it.",
    ),
    references=(
        "Beaver 1966, Journal of Accounting Research 4: the best single ratio of thirty",
        "Cohn and Wardlaw 2016, Journal of Finance 71(5), doi 10.1111/jofi.12430",
    ),
    sentence="Cash earnings in {period}: {value}.",
    wording=Wording(
        negative="a loss of {size} of liabilities",
        zero="0 % of liabilities",
        positive="{size} of liabilities",
    ),
)


def compute(inputs: Mapping[str, pl.LazyFrame]) -> pl.LazyFrame:
    """(Net income + depreciation and amortisation) / total liabilities."""
    return ratio_rows(inputs, CASH_FLOW_COVER)
