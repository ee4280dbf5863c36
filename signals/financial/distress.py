"""Bankruptcy by a logit estimated on US companies: an optional measure of the same accounts.

Coefficients are those of `benchmarks/us_logit.py`, fitted once on 3,528 US companies of 2001-2014
and
frozen here. Its weight is 0: a profile that would rather have one fitted reading of distress than
the untrained ones gives it theirs.
"""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from signals.card import EvidenceGrade, IloIndicator, IloLink, Pillar, SignalCard
from signals.financial.ratio_rows import ratio_rows
from signals.financial.ratios import LEVERAGE, QUICK_RATIO, Figures, Ratio, quick_ratio
from signals.financial.statements import (
    ACCOUNT_SOURCES,
    ACCOUNT_TABLES,
    ACCOUNTS_MAX_AGE_DAYS,
)
from signals.sourcing_areas import TABLE as AREA_TABLE

CARD = SignalCard(
    id="distress",
    title="Financial distress (estimated model)",
    pillar=Pillar.FINANCIAL,
    sources=ACCOUNT_SOURCES,
    inputs=(*ACCOUNT_TABLES, AREA_TABLE),
    unit="share, 0 to 1",
    direction=1,
    ilo=(
        IloLink(indicator=IloIndicator.WITHHOLDING_OF_WAGES, strength=2, path="driver"),
        IloLink(indicator=IloIndicator.ABUSIVE_CONDITIONS, strength=1, path="driver"),
    ),
    evidence_grade=EvidenceGrade.C,
    applies_to="firm",
    support="supplier",
    lag="Annual accounts appear 2 to 21 months after the year's end.",
    max_age_days=ACCOUNTS_MAX_AGE_DAYS,
    valid_range=(0.0, 1.0),
    limits=(
        (
            "It was estimated on listed US companies of 2001-2014, of which one in eight failed: "
            "far more than in any real list. Use it for ranking, not as a probability."
        ),
        "It measures bankruptcy, not the treatment of workers.",
        "It has no value where one of its three ratios is missing.",
    ),
    references=(
        "Lombardo et al. 2022, Future Internet 14(8):244: the American bankruptcy data",
        "Ohlson 1980, Journal of Accounting Research 18(1): the Logit of ratios",
    ),
    sentence=(
        "A bankruptcy model estimated on US companies gives {value} for {period}. Use it for "
        "ranking only; it is not a probability of failure."
    ),
)

INTERCEPT = -2.7329

#: Per unit of each feature, in the order of `features`.
COEFFICIENTS: Mapping[str, float] = {
    "leverage": 1.6388,
    "quick_ratio": -0.2731,
    "cash_flow_cover": -3.1446,
}


def features(f: Figures) -> dict[str, pl.Expr]:
    """The three ratios, clipped to the range in which they distinguish companies."""
    cover = (f["net_income"] + f["depreciation"]) / f["total_liabilities"]
    return {
        "leverage": (f["total_liabilities"] / f["total_assets"]).clip(0.2, 1.0),
        "quick_ratio": quick_ratio({"cash": pl.lit(None), "receivables": pl.lit(None), **f}).clip(
            0.0, 4.0
        ),
        "cash_flow_cover": cover.clip(-0.1, 0.3),
    }


def _probability(f: Figures) -> pl.Expr:
    read = features(f)
    line = pl.lit(INTERCEPT)
    for name, coefficient in COEFFICIENTS.items():
        line = line + coefficient * read[name]
    return 1.0 / (1.0 + (-line).exp())


_DISTRESS = Ratio(
    ("total_assets", "total_liabilities", "current_assets", "current_liabilities", "net_income",
     "depreciation"),
    _probability,
    (*LEVERAGE.faults, *QUICK_RATIO.faults),
    optional=QUICK_RATIO.optional,
)  # fmt: skip


def compute(inputs: Mapping[str, pl.LazyFrame]) -> pl.LazyFrame:
    """The Logit's share for the latest annual statement known; statuses as in `ratio_rows`."""
    return ratio_rows(inputs, _DISTRESS)
