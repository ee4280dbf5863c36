"""How far the market values a listed company above its debts: market value / total liabilities."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from signals.card import EvidenceGrade, IloIndicator, IloLink, Pillar, SignalCard
from signals.financial.ratio_rows import ratio_rows
from signals.financial.ratios import MARKET_CUSHION
from signals.financial.statements import (
    ACCOUNT_SOURCES,
    ACCOUNT_TABLES,
    ACCOUNTS_LAG,
    ACCOUNTS_MAX_AGE_DAYS,
)
from signals.sourcing_areas import TABLE as AREA_TABLE

CARD = SignalCard(
    id="market_cushion",
    title="Market value to liabilities",
    pillar=Pillar.FINANCIAL,
    sources=ACCOUNT_SOURCES,
    inputs=(*ACCOUNT_TABLES, AREA_TABLE),
    unit="times",
    direction=-1,
    ilo=(IloLink(indicator=IloIndicator.WITHHOLDING_OF_WAGES, strength=1, path="driver"),),
    evidence_grade=EvidenceGrade.C,
    applies_to="firm",
    support="supplier",
    lag=ACCOUNTS_LAG,
    max_age_days=ACCOUNTS_MAX_AGE_DAYS,
    valid_range=(0.0, 1e6),
    limits=(
        "It applies to listed companies only; for others it does not count as missing.",
        "The float in US filings leaves out what insiders hold, and is of mid-year.",
        "Markets move for reasons that have nothing to do with the company.",
    ),
    references=(
        "Altman 1968, Journal of Finance 23(4): market value of equity to debt",
        "Merton 1974, Journal of Finance 29(2)",
    ),
    sentence="Its market value was {value} times its liabilities ({period}).",
)


def compute(inputs: Mapping[str, pl.LazyFrame]) -> pl.LazyFrame:
    """Market value of equity / total liabilities; `not_applicable` to what is not listed."""
    return ratio_rows(inputs, MARKET_CUSHION)
