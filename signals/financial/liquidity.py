"""What a company could pay at once: the quick ratio."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from signals.card import EvidenceGrade, IloIndicator, IloLink, Pillar, SignalCard, Wording
from signals.financial.ratio_rows import ratio_rows
from signals.financial.ratios import QUICK_RATIO
from signals.financial.statements import (
    ACCOUNT_SOURCES,
    ACCOUNT_TABLES,
    ACCOUNTS_LAG,
    ACCOUNTS_MAX_AGE_DAYS,
)
from signals.sourcing_areas import TABLE as AREA_TABLE

CARD = SignalCard(
    id="liquidity",
    title="Liquidity (quick ratio)",
    pillar=Pillar.FINANCIAL,
    sources=ACCOUNT_SOURCES,
    inputs=(*ACCOUNT_TABLES, AREA_TABLE),
    unit="ratio",
    direction=-1,
    ilo=(IloLink(indicator=IloIndicator.WITHHOLDING_OF_WAGES, strength=2, path="driver"),),
    evidence_grade=EvidenceGrade.C,
    applies_to="firm",
    support="supplier",
    is_per_supplier=True,
    lag=ACCOUNTS_LAG,
    max_age_days=ACCOUNTS_MAX_AGE_DAYS,
    valid_range=(-1e4, 1e4),
    limits=(
        "It is a balance on one day, which companies can influence.",
        "An unused credit line is not known.",
        "A company that sells for cash needs less liquidity: compare it with peers.",
    ),
    references=(
        "Beaver 1966, Journal of Accounting Research 4: Financial ratios as predictors of failure",
        "Zmijewski 1984, Journal of Accounting Research 22",
    ),
    sentence="Quick assets at the end of {period}: {value}.",
    wording=Wording(
        negative="negative, {size} times current liabilities",
        zero="0 times current liabilities",
        positive="{size} times current liabilities",
    ),
)


def compute(inputs: Mapping[str, pl.LazyFrame]) -> pl.LazyFrame:
    """(Current assets - inventory) / current liabilities.

    Where inventory is not shown, cash and receivables stand for the quick assets; it is never
    taken as zero.
    """
    return ratio_rows(inputs, QUICK_RATIO)
