"""How often earnings cover the interest a company owes: EBIT / interest expense."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from signals.card import EvidenceGrade, IloIndicator, IloLink, Pillar, SignalCard, Wording
from signals.financial.ratio_rows import ratio_rows
from signals.financial.ratios import INTEREST_COVERAGE
from signals.financial.statements import (
    ACCOUNT_SOURCES,
    ACCOUNT_TABLES,
    ACCOUNTS_LAG,
    ACCOUNTS_MAX_AGE_DAYS,
)
from signals.sourcing_areas import TABLE as AREA_TABLE

CARD = SignalCard(
    id="interest_coverage",
    title="Interest coverage",
    pillar=Pillar.FINANCIAL,
    sources=ACCOUNT_SOURCES,
    inputs=(*ACCOUNT_TABLES, AREA_TABLE),
    unit="times",
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
    valid_range=(-1e6, 1e6),
    limits=(
        (
            "A company whose debt costs almost nothing has no value here; it does not count as "
            "well covered."
        ),
        "EBIT of one year is noisy; the same earnings also enter Altman Z''.",
        "Capitalised interest and interest included in supplier credit are not known.",
    ),
    references=(
        "Cohn and Wardlaw 2016, Journal of Finance 71(5), doi 10.1111/jofi.12430",
        "Standard and Poor's 2013, Corporate Methodology: Ratios and Adjustments",
    ),
    sentence=(
        "Earnings before interest and tax in {period}: {value}. Below 1 times the interest, "
        "earnings do not cover it."
    ),
    wording=Wording(
        negative="a loss of {size} times the interest",
        zero="0 times the interest",
        positive="{size} times the interest",
    ),
)


def compute(inputs: Mapping[str, pl.LazyFrame]) -> pl.LazyFrame:
    """EBIT / interest; `not_applicable` where interest is at most 0.1 % of revenue."""
    return ratio_rows(inputs, INTEREST_COVERAGE)
