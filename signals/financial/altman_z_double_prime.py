"""Altman's Z'': how near a company's accounts are to those of companies that failed.

Z'' = 6.56 (CA - CL)/TA + 3.26 RE/TA + 6.72 EBIT/TA + 1.05 equity/TL, the variant for private,
non-manufacturing and emerging-market companies, without the constant. Distress below 1.10, grey to
2.60. With the constant 3.25 of the emerging-market score the zones shift to 4.35 and 5.85:
mixing the two forms makes nearly every company look healthy.
Source: Altman, Iwanicz-Drozdowska, Laitinen and Suvas 2017, doi 10.1111/jifm.12053.
"""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from signals.card import EvidenceGrade, IloIndicator, IloLink, Pillar, SignalCard
from signals.financial.ratio_rows import ratio_rows
from signals.financial.ratios import Z_DOUBLE_PRIME
from signals.financial.statements import (
    ACCOUNT_SOURCES,
    ACCOUNT_TABLES,
    ACCOUNTS_LAG,
    ACCOUNTS_MAX_AGE_DAYS,
)
from signals.sourcing_areas import TABLE as AREA_TABLE

CARD = SignalCard(
    id="altman_z_double_prime",
    title="Financial distress (Altman Z'')",
    pillar=Pillar.FINANCIAL,
    sources=ACCOUNT_SOURCES,
    inputs=(*ACCOUNT_TABLES, AREA_TABLE),
    unit="Z'' points",
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
    valid_range=(-10_000.0, 10_000.0),
    limits=(
        "It measures closeness to insolvency, not the treatment of workers.",
        (
            "It was estimated on larger, audited companies; its AUC for the bankruptcy of "
            "private companies is about 0.75."
        ),
        "A healthy balance sheet does not lower other pillars: pressure on margins also acts in "
        "companies that do not fail.",
        "Group accounts can hide one distressed factory.",
    ),
    references=(
        "Altman et al. 2017, J. Int. Financial Management & Accounting, doi 10.1111/jifm.12053",
        "Cohn and Wardlaw 2016, Journal of Finance 71(5), doi 10.1111/jofi.12430",
    ),
    sentence="Altman Z'' is {value} for {period}. Values below 1.10 indicate financial distress.",
)

#: Zones of Z'' without the constant, and of the emerging-market score with it.
DISTRESS_BELOW = 1.10
GREY_UP_TO = 2.60
EMERGING_MARKET_CONSTANT = 3.25
EMERGING_MARKET_DISTRESS_BELOW = 4.35


def compute(inputs: Mapping[str, pl.LazyFrame]) -> pl.LazyFrame:
    """Z'' of the latest annual statement known; statuses as in `ratio_rows`."""
    return ratio_rows(inputs, Z_DOUBLE_PRIME)
