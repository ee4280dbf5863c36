"""Licences: values of a source that may not be passed on stay out of every output."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import polars as pl

from reports.bundle import ReportBundle
from signals.card import SignalCard, SourceCard

_VALUES = ("value", "peer_value", "normalised", "peer_normalised")


def restricted_signals(
    signal_cards: Mapping[str, SignalCard], source_cards: Mapping[str, SourceCard]
) -> dict[str, str]:
    """Signals that rest on a source whose licence forbids redistribution, with its title."""
    restricted: dict[str, str] = {}
    for signal_id, card in signal_cards.items():
        for source_id in card.sources:
            source = source_cards.get(source_id)
            if source is not None and not source.licence.redistributable:
                restricted[signal_id] = source.title
                break
    return restricted


def disclosable(bundle: ReportBundle) -> ReportBundle:
    """The bundle without the values that a licence keeps back; every writer works on this one."""
    cards, sources = bundle.signal_cards, bundle.source_cards
    return replace(
        bundle,
        contributions=withhold_contributions(bundle.contributions, cards, sources),
        site_signal_values=withhold_site_values(bundle.site_signal_values, cards, sources),
    )


def withhold_contributions(
    contributions: pl.DataFrame,
    signal_cards: Mapping[str, SignalCard],
    source_cards: Mapping[str, SourceCard],
) -> pl.DataFrame:
    """Contributions with the values of restricted signals taken out.

    Value, peer value and both normalised readings become null, because with published anchors
    the normalised reading gives the value away; the sentence says why. Points stay: they are
    our result, and the explanation of the score needs them. A signal is judged by all sources
    of its card, so the outcome does not hang on which file answered this month.
    """
    restricted = restricted_signals(signal_cards, source_cards)
    if not restricted:
        return contributions
    is_shown_value = pl.col("signal_id").is_in(list(restricted)) & pl.col("value").is_not_null()
    sentences = {
        signal_id: f"{signal_cards[signal_id].title}: the value is not shown, because the "
        f"licence of {source_title} does not allow passing it on."
        for signal_id, source_title in restricted.items()
    }
    sentence = pl.col("signal_id").replace_strict(sentences, default=pl.col("sentence"))
    return contributions.with_columns(
        pl.when(is_shown_value).then(sentence).otherwise("sentence").alias("sentence"),
        *(pl.when(is_shown_value).then(None).otherwise(name).alias(name) for name in _VALUES),
    )


def withhold_site_values(
    site_values: pl.DataFrame,
    signal_cards: Mapping[str, SignalCard],
    source_cards: Mapping[str, SourceCard],
) -> pl.DataFrame:
    """Site values without the rows of restricted signals."""
    restricted = restricted_signals(signal_cards, source_cards)
    return site_values.filter(~pl.col("signal_id").is_in(list(restricted)))
