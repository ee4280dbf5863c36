"""How the market has marked a listed company up or down: log change of its market value."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from signals.card import EvidenceGrade, IloIndicator, IloLink, Pillar, SignalCard
from signals.financial.ratios import LOG_MARKET_VALUE
from signals.financial.statements import (
    ACCOUNT_SOURCES,
    ACCOUNT_TABLES,
    ACCOUNTS_LAG,
    ACCOUNTS_MAX_AGE_DAYS,
)
from signals.financial.yearly_changes import LOG_CHANGE_WORDING, latest_change_rows
from signals.sourcing_areas import TABLE as AREA_TABLE

CARD = SignalCard(
    id="market_value_change",
    title="Change of market value",
    pillar=Pillar.FINANCIAL,
    sources=ACCOUNT_SOURCES,
    inputs=(*ACCOUNT_TABLES, AREA_TABLE),
    unit="log change in a year",
    direction=-1,
    ilo=(IloLink(indicator=IloIndicator.WITHHOLDING_OF_WAGES, strength=1, path="driver"),),
    evidence_grade=EvidenceGrade.C,
    applies_to="firm",
    support="supplier",
    lag=ACCOUNTS_LAG,
    max_age_days=ACCOUNTS_MAX_AGE_DAYS,
    valid_range=(-20.0, 20.0),
    limits=(
        "It applies to listed companies only; for others it does not count as missing.",
        "It is not adjusted for the market as a whole: in a bad year most companies fall.",
        "Shares that are issued or bought back change it too.",
        "The float in US filings leaves out what insiders hold, and is of mid-year.",
    ),
    references=(
        "Shumway 2001, Journal of Business 74(1): past returns and bankruptcy",
        "Campbell, Hilscher and Szilagyi 2008, Journal of Finance 63(6)",
    ),
    sentence="Market value in {period}, compared with the year before: {value}.",
    wording=LOG_CHANGE_WORDING,
)


def compute(inputs: Mapping[str, pl.LazyFrame]) -> pl.LazyFrame:
    """Log of market value less that of the year before; `not_applicable` to what is not listed."""
    return latest_change_rows(
        inputs,
        LOG_MARKET_VALUE,
        no_year_before="no market value of the year before is known in the same currency",
    )
