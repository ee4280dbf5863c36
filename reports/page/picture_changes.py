"""How many suppliers each signal moved since the first run of the last year."""

from __future__ import annotations

import polars as pl

from reports.bundle import ReportBundle
from scoring.explanation.value_change import exceeds_error
from signals.card import Pillar


def changes_by_signal(bundle: ReportBundle) -> pl.DataFrame:
    """Suppliers that improved and worsened beyond the measurement errors, by signal.

    Returns:
        title, better, worse, most changes first; no rows without an earlier run. Context, which
        says nothing about a supplier, is left out.
    """
    schema = {"title": pl.String(), "better": pl.UInt32(), "worse": pl.UInt32()}
    if bundle.earlier_values is None:
        return pl.DataFrame(schema=schema)
    cards = bundle.signal_cards
    directions = {name: card.direction for name, card in cards.items()}
    now = bundle.contributions.filter(
        (pl.col("pillar") != Pillar.CONTEXT.value) & pl.col("signal_id").is_in(list(cards))
    )
    rise = (pl.col("value") - pl.col("value_before")) * pl.col("signal_id").replace_strict(
        directions, return_dtype=pl.Int64
    )
    return (
        bundle.earlier_values.lazy()
        .join(
            now.select("supplier_id", "signal_id", "value", "stderr"),
            on=["supplier_id", "signal_id"],
        )
        .filter(
            exceeds_error(
                pl.col("value"), pl.col("value_before"), pl.col("stderr"), pl.col("stderr_before")
            )
        )
        .group_by("signal_id")
        .agg(better=(rise < 0).sum(), worse=(rise > 0).sum())
        .sort(-(pl.col("better") + pl.col("worse")).cast(pl.Int64), "signal_id")
        .select(
            pl.col("signal_id")
            .replace_strict(
                {name: card.title for name, card in cards.items()}, return_dtype=pl.String
            )
            .alias("title"),
            "better",
            "worse",
        )
        .collect(engine="streaming")
    )
