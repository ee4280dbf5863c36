"""Bankruptcy by logit models estimated on US companies: an optional measure of the same accounts.

Three equations, from the least to the most that can be known of a company: its accounts alone, with
its market value, with its market value of the year before as well. The fullest one that applies is
used; nothing is imputed. Coefficients are those of `benchmarks/us_logit.py`, estimated once on
3,528 US companies of 2001-2014 and frozen here. Its weight is 0: a profile that prefers one
estimated measure of distress to the untrained ones gives it theirs.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from signals.card import EvidenceGrade, IloIndicator, IloLink, Pillar, SignalCard
from signals.financial.ratio_rows import finished_rows, judged, propagated_error, quality
from signals.financial.ratios import LEVERAGE, QUICK_RATIO, Figures, Ratio, quick_ratio
from signals.financial.statements import (
    ACCOUNT_SOURCES,
    ACCOUNT_TABLES,
    ACCOUNTS_LAG,
    ACCOUNTS_MAX_AGE_DAYS,
    statements,
)
from signals.financial.yearly_changes import before, follows
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
    is_per_supplier=True,
    lag=ACCOUNTS_LAG,
    max_age_days=ACCOUNTS_MAX_AGE_DAYS,
    valid_range=(0.0, 1.0),
    limits=(
        (
            "It was estimated on listed US companies of 2001-2014, of which one in eight failed: "
            "far more than in any real list. Use it for ranking, not as a probability."
        ),
        "It measures bankruptcy, not the treatment of workers.",
        "It has no value where one of the ratios of accounts is missing.",
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


@dataclass(frozen=True)
class Equation:
    """One logit model.

    Attributes:
        needs: figures it needs beside those of the accounts.
        intercept: of the linear predictor.
        coefficients: per unit of each feature, by its name in `features`.
    """

    needs: tuple[str, ...]
    intercept: float
    coefficients: Mapping[str, float]


#: From the fullest to the one that needs the accounts alone.
EQUATIONS: tuple[Equation, ...] = (
    Equation(
        ("market_value", "market_value_before"),
        -2.2518,
        {"cash_flow_cover": -2.7917, "log_market_cushion": -0.4422, "market_value_change": -0.2873},
    ),
    Equation(
        ("market_value",),
        -2.1710,
        {"cash_flow_cover": -3.1731, "log_market_cushion": -0.4772},
    ),
    Equation(
        (),
        -3.3142,
        {"leverage": 1.9497, "log_quick_ratio": -0.1498, "cash_flow_cover": -3.0517},
    ),
)


def features(f: Figures) -> dict[str, pl.Expr]:
    """The features, clipped to the range in which they distinguish companies; null if unknown."""
    cover = (f["net_income"] + f["depreciation"]) / f["total_liabilities"]
    quick = quick_ratio({"cash": pl.lit(None), "receivables": pl.lit(None), **f})
    return {
        "leverage": (f["total_liabilities"] / f["total_assets"]).clip(0.2, 1.0),
        "log_quick_ratio": quick.clip(0.1, 3.0).log(),
        "cash_flow_cover": cover.clip(-0.1, 0.3),
        "log_market_cushion": _log_ratio(f["market_value"], f["total_liabilities"]).clip(-3.0, 2.0),
        "market_value_change": _log_ratio(f["market_value"], f["market_value_before"]).clip(
            -1.0, 0.3
        ),
    }


def _log_ratio(above: pl.Expr, below: pl.Expr) -> pl.Expr:
    """Log of a ratio of two figures above zero; null where one is not."""
    return pl.when((above > 0) & (below > 0)).then((above / below).log())


def _probability(f: Figures) -> pl.Expr:
    read = features(f)
    lines = []
    for equation in EQUATIONS:
        line = pl.lit(equation.intercept)
        for name, coefficient in equation.coefficients.items():
            line = line + coefficient * read[name]
        lines.append(line)
    # A line with an unknown feature is null.
    return 1.0 / (1.0 + (-pl.coalesce(lines)).exp())


_DISTRESS = Ratio(
    ("total_assets", "total_liabilities", "current_assets", "current_liabilities", "net_income",
     "depreciation"),
    _probability,
    (*LEVERAGE.faults, *QUICK_RATIO.faults),
    optional=(*QUICK_RATIO.optional, "market_value", "market_value_before"),
)  # fmt: skip


def compute(inputs: Mapping[str, pl.LazyFrame]) -> pl.LazyFrame:
    """The logit's share for the latest annual statement known; statuses as in `ratio_rows`."""
    items = tuple(item for item in _DISTRESS.every_item if item != "market_value_before")
    latest = (
        statements(inputs, items)
        .sort("supplier_id", "years_before")
        .with_columns(
            market_value_before=pl.when(follows()).then(before("market_value")),
            market_value_before_is_weak=before("market_value_is_weak"),
        )
        .filter(pl.col("years_before") == 0)
    )
    status, reason = judged(_DISTRESS)
    rows = latest.with_columns(status=status, status_reason=reason).with_columns(
        value=_DISTRESS.value(),
        stderr=propagated_error(_DISTRESS),
        quality=quality(_DISTRESS.every_item),
    )
    return finished_rows(rows, inputs)
