"""Signals whose sources speak for the companies of some countries alone."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import polars as pl

from signals.card import SourceCard, Status


def countries_reached(cards: Iterable[SourceCard]) -> frozenset[str]:
    """Countries (ISO 3166 alpha-3) for which any of the sources could speak; empty: all."""
    found: set[str] = set()
    for card in cards:
        if card.reach is None or not card.reach.countries:
            return frozenset()
        found.update(card.reach.countries)
    return frozenset(found)


def mark_beyond_reach(
    values: pl.DataFrame, cards: Sequence[SourceCard], suppliers: pl.DataFrame
) -> pl.DataFrame:
    """A signal that no source is set up to measure in a supplier's country does not apply there.

    A register of one country says nothing about suppliers of all others: for them nothing was
    asked, as where no source is set up.

    Args:
        values: of one signal; columns of `signal_values`.
        cards: of its sources that are set up.
        suppliers: supplier_id, country_iso3; null where it is not known.
    """
    countries = countries_reached(cards)
    if not countries:
        return values
    elsewhere = suppliers.filter(~pl.col("country_iso3").is_in(sorted(countries)))["supplier_id"]
    text = f"{'; '.join(card.title for card in cards)}: for {', '.join(sorted(countries))} alone"
    is_beyond = (pl.col("status") == Status.NOT_COVERED.value) & pl.col("supplier_id").is_in(
        elsewhere.to_list()
    )
    return values.with_columns(
        pl.when(is_beyond).then(pl.lit(text)).otherwise("status_reason").alias("status_reason"),
        pl.when(is_beyond)
        .then(pl.lit(Status.NOT_APPLICABLE.value))
        .otherwise("status")
        .alias("status"),
    )
