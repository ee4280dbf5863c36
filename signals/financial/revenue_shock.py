"""How much revenue fell or rose in the latest year."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from signals.card import EvidenceGrade, IloIndicator, IloLink, Pillar, SignalCard
from signals.financial.ratios import LOG_REVENUE
from signals.financial.statements import (
    ACCOUNT_SOURCES,
    ACCOUNT_TABLES,
    ACCOUNTS_LAG,
    ACCOUNTS_MAX_AGE_DAYS,
)
from signals.financial.yearly_changes import LOG_CHANGE_WORDING, latest_change_rows
from signals.sourcing_areas import TABLE as AREA_TABLE

CARD = SignalCard(
    id="revenue_shock",
    title="Revenue shock",
    pillar=Pillar.FINANCIAL,
    sources=ACCOUNT_SOURCES,
    inputs=(*ACCOUNT_TABLES, AREA_TABLE),
    unit="log change in a year",
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
    valid_range=(-20.0, 20.0),
    limits=(
        "It is in the currency of the accounts: high inflation hides a fall.",
        "The sale of a division looks like a fall, an acquisition like a rise.",
        "Fast growth can also put workers under pressure; this signal does not detect that.",
    ),
    references=(
        "Cohn and Wardlaw 2016, Journal of Finance 71(5), doi 10.1111/jofi.12430: injuries rise "
        "with negative cash-flow shocks",
    ),
    sentence="Revenue in {period}, compared with the year before: {value}.",
    wording=LOG_CHANGE_WORDING,
)


def compute(inputs: Mapping[str, pl.LazyFrame]) -> pl.LazyFrame:
    """Log of revenue less that of the year before, in one currency.

    `not_disclosed` where no year before is known, or only one of another length or currency.
    """
    return latest_change_rows(
        inputs,
        LOG_REVENUE,
        no_year_before="no revenue of the year before is known in the same currency",
    )
