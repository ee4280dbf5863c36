"""Altman's Z'': how near a company's accounts are to those of firms that failed.

Z'' = 6.56 (CA - CL)/TA + 3.26 RE/TA + 6.72 EBIT/TA + 1.05 equity/TL, the variant for private,
non-manufacturing and emerging-market firms, without the constant. Distress below 1.10, grey to
2.60. With the constant 3.25 of the emerging-market score the zones shift to 4.35 and 5.85:
mixing the two forms makes nearly every firm look healthy.
Source: Altman, Iwanicz-Drozdowska, Laitinen and Suvas 2017, doi 10.1111/jifm.12053.
"""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from signals.areas import TABLE as AREA_TABLE
from signals.card import EvidenceGrade, IloIndicator, IloLink, Pillar, SignalCard
from signals.financial.statements import ACCOUNT_TABLES, figure_error, latest_statements

CARD = SignalCard(
    id="altman_z_double_prime",
    title="Financial distress (Altman Z'')",
    pillar=Pillar.FINANCIAL,
    sources=("sec_companyfacts", "accounts_csv"),
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
    lag="Annual accounts appear 2 to 21 months after the year's end.",
    max_age_days=912,
    valid_range=(-10_000.0, 10_000.0),
    limits=(
        "Measures nearness to insolvency, not treatment of workers.",
        "Tuned on larger, audited firms; AUC for bankruptcy of private firms about 0.75.",
        "A healthy balance sheet does not lower other pillars: pressure on margins also acts in "
        "firms that do not fail.",
        "Group accounts can hide one distressed factory.",
    ),
    references=(
        "Altman et al. 2017, J. Int. Financial Management & Accounting, doi 10.1111/jifm.12053",
        "Cohn and Wardlaw 2016, Journal of Finance 71(5), doi 10.1111/jofi.12430",
    ),
    sentence=(
        "Altman Z'' is {value} for {period}; the typical peer has {peer}. "
        "Below 1.10 is the distress zone."
    ),
)

#: Zones of Z'' without the constant, and of the emerging-market score with it.
DISTRESS_BELOW = 1.10
GREY_UP_TO = 2.60
EMERGING_MARKET_CONSTANT = 3.25
EMERGING_MARKET_DISTRESS_BELOW = 4.35

ITEMS = (
    "total_assets",
    "current_assets",
    "current_liabilities",
    "total_liabilities",
    "equity",
    "retained_earnings",
    "ebit",
)

_WORKING_CAPITAL, _RETAINED, _EARNINGS, _EQUITY = 6.56, 3.26, 6.72, 1.05


def z_double_prime() -> pl.Expr:
    """Z'' from columns named as `ITEMS`; null where one of them is null."""
    working_capital = pl.col("current_assets") - pl.col("current_liabilities")
    on_assets = (
        _WORKING_CAPITAL * working_capital
        + _RETAINED * pl.col("retained_earnings")
        + _EARNINGS * pl.col("ebit")
    )
    return on_assets / pl.col("total_assets") + _EQUITY * (
        pl.col("equity") / pl.col("total_liabilities")
    )


def _stderr() -> pl.Expr:
    """First-order propagation of the figures' errors, taken as independent."""
    assets, liabilities = pl.col("total_assets"), pl.col("total_liabilities")
    from_equity = _EQUITY * pl.col("equity") / liabilities
    parts = (
        _WORKING_CAPITAL / assets * figure_error("current_assets"),
        _WORKING_CAPITAL / assets * figure_error("current_liabilities"),
        _RETAINED / assets * figure_error("retained_earnings"),
        _EARNINGS / assets * figure_error("ebit"),
        _EQUITY / liabilities * figure_error("equity"),
        from_equity / liabilities * figure_error("total_liabilities"),
        (z_double_prime() - from_equity) / assets * figure_error("total_assets"),
    )
    return pl.sum_horizontal(part.pow(2) for part in parts).sqrt()


def _reason_not_disclosed() -> pl.Expr:
    missing = pl.concat_str(
        [pl.when(pl.col(item).is_null()).then(pl.lit(item.replace("_", " "))) for item in ITEMS],
        separator=", ",
        ignore_nulls=True,
    )
    return (
        pl.when(pl.col("currencies") > 1)
        .then(pl.lit("the statement mixes two currencies"))
        .when(pl.any_horizontal(pl.col(ITEMS).is_null()))
        .then(pl.format("the statement does not show: {}", missing))
        .when(pl.col("total_assets") <= 0)
        .then(pl.lit("total assets are not above zero"))
        .when(pl.col("total_liabilities") <= 0)
        .then(pl.lit("total liabilities are not above zero"))
    )


def compute(inputs: Mapping[str, pl.LazyFrame]) -> pl.LazyFrame:
    """Z'' of the latest annual statement known.

    Suppliers without accounts get no row (`not_covered`); sourcing areas are `not_applicable`.
    A missing item, two currencies in one
    statement, or assets or liabilities that are not above zero give `not_disclosed` with the
    reason; nothing is imputed. Each weak figure takes 0.1 off a quality of 1.
    """
    statements = latest_statements(inputs, ITEMS).with_columns(reason=_reason_not_disclosed())
    usable = pl.col("reason").is_null()
    weak = pl.sum_horizontal(pl.col([f"{item}_is_weak" for item in ITEMS]).cast(pl.Int64))
    values = statements.select(
        "supplier_id",
        period=pl.format("the fiscal year to {}", pl.col("period_end").dt.to_string("%Y-%m-%d")),
        value=pl.when(usable).then(z_double_prime()),
        stderr=pl.when(usable).then(_stderr()),
        quality=pl.when(usable).then(1.0 - 0.1 * weak),
        observed_to="period_end",
        origin="origin",
        status=pl.when(~usable).then(pl.lit("not_disclosed")),
        status_reason="reason",
    )
    areas = (
        inputs[AREA_TABLE]
        .select("supplier_id")
        .unique()
        .with_columns(
            status=pl.lit("not_applicable"),
            status_reason=pl.lit("a sourcing area has no accounts"),
        )
    )
    firms = values.join(areas, on="supplier_id", how="anti")
    return pl.concat([firms, areas], how="diagonal_relaxed")
