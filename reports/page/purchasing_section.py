"""The buyer's page: which suppliers are under which pressure, with money and trend."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

import polars as pl

from reports.bundle import ReportBundle
from reports.documents.notice import shown
from scoring.explanation.sentences import figure
from scoring.explanation.value_change import exceeds_error
from signals.card import Pillar

#: Pairs of supplier and practice on the page; purchasing_practices.csv has all.
MAX_ROWS = 100
#: External figures that ended earlier are not shown: a buyer's practice changes.
MAX_BENCHMARK_DAYS = 730


def purchasing_section(bundle: ReportBundle) -> dict[str, object] | None:
    """What the template shows of the buyer's own practice; None without a ledger.

    Returns:
        practices (one row each: suppliers under pressure and measured, their amount and that of
        all suppliers, the median supplier), suppliers (pairs under pressure, highest pressure
        first), shown and pairs (how many of them), benchmarks, and old (titles of external figures
        that are too old to show).
    """
    panel = bundle.purchasing_practices
    if panel is None or panel.is_empty():
        return None
    single = panel.filter(pl.col("scope") == "supplier")
    pressed = single.filter(pl.col("action").is_not_null())
    outside = panel.filter(~pl.col("scope").is_in(["supplier", "all suppliers"]))
    is_fresh = pl.col("period").str.to_date(strict=False) >= bundle.as_of - dt.timedelta(
        days=MAX_BENCHMARK_DAYS
    )
    old = outside.filter(~is_fresh.fill_null(False))
    return {
        "practices": _practices(panel, single, pressed),
        "suppliers": _suppliers(bundle, pressed.head(MAX_ROWS)),
        "shown": min(MAX_ROWS, pressed.height),
        "pairs": pressed.height,
        "suppliers_pressed": pressed["supplier_id"].n_unique(),
        "benchmarks": [_benchmark(row) for row in outside.filter(is_fresh).to_dicts()],
        "old": [
            f"{row['practice_name']} ({row['scope']}, {row['period']})" for row in old.to_dicts()
        ],
        "period": next(iter(single["period"].drop_nulls().unique().sort(descending=True)), None),
    }


def _practices(
    panel: pl.DataFrame, single: pl.DataFrame, pressed: pl.DataFrame
) -> list[dict[str, object]]:
    counted = (
        single.group_by("practice")
        .agg(measured=pl.len())
        .join(
            pressed.group_by("practice").agg(
                pressed=pl.len(), pressed_amount=pl.col("amount").sum()
            ),
            on="practice",
            how="left",
        )
    )
    rows = (
        panel.filter(pl.col("scope") == "all suppliers")
        .join(counted, on="practice", how="left", maintain_order="left")
        .with_columns(pl.col("pressed", "measured").fill_null(0))
        .with_columns(_money(name).alias(name) for name in ("amount", "pressed_amount"))
        .sort("pressed", descending=True, maintain_order=True)
    )
    return [
        {**row, "value": shown(row["value"], row["unit"] or "") or ""} for row in rows.to_dicts()
    ]


def _suppliers(bundle: ReportBundle, pressed: pl.DataFrame) -> list[dict[str, object]]:
    rows = (
        pressed.join(
            bundle.suppliers.select("supplier_id", "name"), on="supplier_id", how="left",
            maintain_order="left",
        )
        .join(
            _earlier(bundle), left_on=["supplier_id", "practice"],
            right_on=["supplier_id", "signal_id"], how="left", maintain_order="left",
        )
        .with_columns(
            _money("amount").alias("amount"),
            pl.col("pressure_score").round(2),
            number=pl.col("value"),
        )
    )  # fmt: skip
    cards = bundle.signal_cards
    return [
        {
            **row,
            "value": shown(row["value"], row["unit"] or "") or "",
            "benchmark": shown(row["benchmark"], row["unit"] or ""),
            "trend": _trend(
                row, cards[row["practice"]].direction if row["practice"] in cards else 1
            ),
        }
        for row in rows.to_dicts()
    ]


def _earlier(bundle: ReportBundle) -> pl.DataFrame:
    """The value in the first of the earlier runs, and whether that changed beyond the errors."""
    schema = {
        "supplier_id": pl.String,
        "signal_id": pl.String,
        "value_before": pl.Float64,
        "since": pl.Date,
        "has_changed": pl.Boolean,
    }
    if bundle.earlier_values is None:
        return pl.DataFrame(schema=schema)
    of_practices = bundle.contributions.filter(pl.col("pillar") == Pillar.PURCHASING.value)
    now = of_practices.select("supplier_id", "signal_id", "value", "stderr").collect()
    return bundle.earlier_values.join(now, on=["supplier_id", "signal_id"]).select(
        "supplier_id",
        "signal_id",
        "value_before",
        "since",
        has_changed=exceeds_error(
            pl.col("value"), pl.col("value_before"), pl.col("stderr"), pl.col("stderr_before")
        ),
    )


def _trend(row: Mapping[str, Any], direction: int) -> str:
    """Since the first run of the last year, in words; a run without a past says so."""
    before, since = row["value_before"], row["since"]
    if before is None:
        return "no earlier run"
    if not row["has_changed"]:
        return f"unchanged since {since.isoformat()}"
    text = shown(before, row["unit"] or "")
    is_worse = (row["number"] - before) * direction > 0
    return f"{'more' if is_worse else 'less'} pressure than on {since.isoformat()} ({text})"


def _benchmark(row: Mapping[str, Any]) -> dict[str, object]:
    unit = row["unit"] or ""
    return {
        "practice_name": row["practice_name"],
        "scope": row["scope"],
        "period": row["period"],
        "value": shown(row["value"], unit),
        "benchmark": shown(row["benchmark"], unit),
    }


def _money(name: str) -> pl.Expr:
    money = pl.format("{} {}", figure(pl.col(name)), pl.col("currency").fill_null(""))
    return pl.when(pl.col(name) >= 1).then(money.str.strip_chars()).otherwise(pl.lit(""))
