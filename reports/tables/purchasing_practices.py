"""The buyer's own purchasing practices: pressure on suppliers, amount of money, what to do.

Written for the purchasing team. Practices are sorted by pressure: the normalised risk between
fixed goalposts, raised by the supplier's dependency on this buyer. Fixed goalposts keep a buyer
who puts pressure on all suppliers from being compared with itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import polars as pl

from reports.bundle import ReportBundle
from scoring.explanation.sentences import figure
from signals.card import Pillar, SignalCard
from signals.purchasing.practice_totals import DAYS_TO_PAY, LONG_TERMS

#: What the purchasing team can do about each practice.
ACTIONS: Mapping[str, str] = MappingProxyType(
    {
        "late_payment": "Pay what is overdue now, and pay to terms from here on.",
        LONG_TERMS: "Shorten payment terms to 60 days or less.",
        "price_squeeze": "Reopen prices, with the rise of input costs and minimum wages as the "
        "floor.",
        "labour_cost_floor": "Raise these prices above statutory wages and material at once.",
        "forecast_error": "Share forecasts earlier, and pay for goods made to a wrong forecast.",
        "lead_time_squeeze": "Restore the usual lead time, or commit to a shared forecast.",
        "rush_share": "Order by the agreed calendar, and pay the cost of rush orders.",
        "change_rate": "Freeze orders at confirmation; move dates and pay for later changes.",
        "order_volatility": "Share a forecast, commit to a minimum volume and level the months.",
        "cancellations": "Pay for work done and material bought; stop charging back afterwards.",
        "implied_overtime": "Spread or move volumes until they fit 48 hours a week.",
    }
)

SCHEMA: dict[str, pl.DataType] = {
    "scope": pl.String(),
    "supplier_id": pl.String(),
    "practice": pl.String(),
    "practice_name": pl.String(),
    "value": pl.Float64(),
    "unit": pl.String(),
    "benchmark": pl.Float64(),
    "normalised_risk": pl.Float64(),
    "dependency": pl.Float64(),
    "pressure_score": pl.Float64(),
    "amount": pl.Float64(),
    "currency": pl.String(),
    "period": pl.String(),
    "action": pl.String(),
}

#: A normalised risk from here on calls for action: halfway between the goalposts.
ACTION_FROM = 0.5

_DEPENDENCY = "dependency"


def purchasing_practices(
    totals: pl.DataFrame,
    yardsticks: pl.DataFrame,
    contributions: pl.LazyFrame,
    signal_cards: Mapping[str, SignalCard],
) -> pl.DataFrame:
    """The panel of the buyer's own practice.

    Args:
        totals: as `signals.purchasing.practice_totals.practice_totals` gives them.
        yardsticks: as `buyer_yardsticks` there gives them.
        contributions: of the run; only observed values of the purchasing pillar are used.
        signal_cards: by signal id.

    Returns:
        Columns of `SCHEMA`. scope `all suppliers` sums up each practice (value is the median,
        normalised_risk the mean); `supplier` has one row per supplier and practice, highest
        pressure first, then the largest amount; `public register`, `own report` and `rating by
        suppliers` are external benchmarks. benchmark is the peer median. action is null below
        `ACTION_FROM`. Empty where there is no ledger.
    """
    own = (
        contributions.filter(
            pl.col("pillar") == Pillar.PURCHASING.value, pl.col("value").is_not_null()
        )
        .select("supplier_id", "signal_id", "unit", "period", "value", "peer_value", "risk")
        .collect()
    )
    dependency = own.filter(pl.col("signal_id") == _DEPENDENCY).select(
        "supplier_id", dependency="value"
    )
    titles = {name: card.title for name, card in signal_cards.items()}
    measured = own.filter(pl.col("signal_id") != _DEPENDENCY).select(
        "supplier_id",
        "unit",
        "period",
        practice="signal_id",
        value="value",
        benchmark="peer_value",
        normalised_risk="risk",
    )
    long_terms = totals.filter((pl.col("practice") == LONG_TERMS) & (pl.col("amount") > 0)).select(
        "supplier_id", "practice"
    )
    suppliers = (
        pl.concat([measured, long_terms], how="diagonal")
        .join(totals, on=["supplier_id", "practice"], how="left")
        .join(dependency, on="supplier_id", how="left")
        .with_columns(
            scope=pl.lit("supplier"),
            pressure_score=pl.col("normalised_risk")
            * (1 + pl.col("dependency").fill_null(0.0).clip(0.0, 1.0)),
        )
        .with_columns(action=_action())
    )
    overall = (
        suppliers.group_by("practice")
        .agg(
            pl.col("value", "benchmark").median(),
            pl.col("normalised_risk").mean(),
            pl.col("amount").sum(),
            pl.col("unit", "currency", "period").drop_nulls().first(),
        )
        .with_columns(scope=pl.lit("all suppliers"), pressure_score=pl.col("normalised_risk"))
        .with_columns(action=_action())
    )
    benchmarks = yardsticks.with_columns(period=pl.col("period_end").cast(pl.String)).drop(
        "period_end"
    )
    panel = pl.concat(
        [pl.DataFrame(schema=SCHEMA), _ordered(overall), _ordered(suppliers), benchmarks],
        how="diagonal",
    )
    title = pl.col("practice").replace_strict(
        {LONG_TERMS: "Payment terms over 60 days", DAYS_TO_PAY: "Days to pay", **titles},
        default=pl.col("practice"),
    )
    return panel.with_columns(practice_name=title).select(list(SCHEMA))


def purchasing_drives(contributions: pl.DataFrame) -> pl.DataFrame:
    """Suppliers to whose score the buyer's own practice contributes most.

    Either the purchasing pillar has the most points above the peer median and one practice has a
    normalised risk of at least `ACTION_FROM`; or it has the largest part of the weighted risks and
    their mean is at least `ACTION_FROM`, because no supplier differs from its peers where a buyer
    puts pressure on all of them.

    Returns:
        supplier_id, purchasing_drives (always true).
    """
    carried = pl.col("weight") * pl.col("risk")
    leads = [
        pl.col(name) == pl.col(name).max().over("supplier_id") for name in ("points", "carried")
    ]
    lifts = (pl.col("points") > 0) & (pl.col("highest") >= ACTION_FROM) & leads[0]
    weighs = (pl.col("mean") >= ACTION_FROM) & leads[1]
    return (
        contributions.filter(
            pl.col("pillar") != Pillar.CONTEXT.value,
            pl.col("risk").is_not_null(),
            pl.col("weight") > 0,
        )
        .group_by("supplier_id", "pillar")
        .agg(
            pl.col("points").sum(),
            carried=carried.sum(),
            mean=carried.sum() / pl.col("weight").sum(),
            highest=pl.col("risk").max(),
        )
        .filter(lifts | weighs)
        .filter(pl.col("pillar") == Pillar.PURCHASING.value)
        .select("supplier_id", purchasing_drives=pl.lit(True))
        .sort("supplier_id")
    )


def own_practices(bundle: ReportBundle, contributions: pl.DataFrame) -> pl.DataFrame:
    """The practice with the highest weighted risk at each supplier, its amount, and what to do.

    Args:
        bundle: of the run.
        contributions: of the suppliers that are wanted.

    Returns:
        supplier_id, own_practice (a text of two sentences); suppliers without a measured
        practice of the buyer are absent.
    """
    titles = {name: card.title for name, card in bundle.signal_cards.items()}
    heaviest = (
        contributions.filter(
            pl.col("pillar") == Pillar.PURCHASING.value,
            pl.col("weight") * pl.col("risk") > 0,
            pl.col("signal_id").is_in(list(ACTIONS)),
        )
        .sort("supplier_id", -(pl.col("weight") * pl.col("risk")), "signal_id")
        .group_by("supplier_id", maintain_order=True)
        .agg(practice=pl.col("signal_id").first())
    )
    panel = bundle.purchasing_practices
    if panel is None:
        panel = pl.DataFrame(schema=SCHEMA)
    money = panel.filter(pl.col("amount") >= 1).select(
        "supplier_id", "practice", "amount", "currency"
    )
    worth = pl.format(" ({} {} in twelve months)", figure(pl.col("amount")), "currency")
    return heaviest.join(
        money, on=["supplier_id", "practice"], how="left", maintain_order="left"
    ).select(
        "supplier_id",
        own_practice=pl.format(
            "{}{}. {}",
            pl.col("practice").replace_strict(titles, default=pl.col("practice")),
            worth.fill_null(""),
            pl.col("practice").replace_strict(dict(ACTIONS), return_dtype=pl.String),
        ),
    )


def panel_csv_table(bundle: ReportBundle) -> pl.DataFrame:
    """The panel with names of suppliers, rounded for a spreadsheet; only headers without one."""
    panel = bundle.purchasing_practices
    if panel is None:
        panel = pl.DataFrame(schema=SCHEMA)
    names = bundle.suppliers.select("supplier_id", "name")
    return panel.join(names, on="supplier_id", how="left", maintain_order="left").select(
        "scope",
        "supplier_id",
        "name",
        "practice_name",
        pl.col("value", "benchmark").round_sig_figs(4),
        "unit",
        pl.col("normalised_risk", "dependency", "pressure_score").round(3),
        pl.col("amount").round(0),
        "currency",
        "period",
        "action",
        "practice",
    )


def _action() -> pl.Expr:
    asks = (pl.col("normalised_risk") >= ACTION_FROM) | (pl.col("practice") == LONG_TERMS)
    return pl.when(asks).then(
        pl.col("practice").replace_strict(dict(ACTIONS), default=None, return_dtype=pl.String)
    )


def _ordered(rows: pl.DataFrame) -> pl.DataFrame:
    """Highest pressure first, then the largest amount, then by name."""
    names = [name for name in ("supplier_id", "practice") if name in rows.columns]
    keys = ["pressure_score", "amount", *names]
    return rows.sort(keys, descending=[True, True, *[False] * len(names)], nulls_last=True)
