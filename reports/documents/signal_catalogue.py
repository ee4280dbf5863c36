"""The machine-readable menu of data points, so that others can adopt the same definitions."""

from __future__ import annotations

import json
from collections.abc import Mapping
from importlib.resources import files

import polars as pl

from signals.card import SignalCard, SourceCard

#: Raised when a field changes its meaning or goes.
CATALOGUE_VERSION = "1"


def catalogue(
    signal_cards: Mapping[str, SignalCard],
    source_cards: Mapping[str, SourceCard],
    weights: Mapping[str, float],
) -> dict[str, object]:
    """Every signal with what it measures, where from, and what it cannot tell.

    Args:
        signal_cards: by signal id.
        source_cards: by source id; of each signal's sources those that are here are described.
        weights: configured weight by signal id, within its pillar; absent reads as 0.

    Returns:
        A document that `schema()` describes.
    """
    return {
        "catalogue_version": CATALOGUE_VERSION,
        "signals": [
            _signal(card, source_cards, weights.get(signal_id, 0.0))
            for signal_id, card in sorted(signal_cards.items())
        ],
    }


def catalogue_table(document: Mapping[str, object]) -> pl.DataFrame:
    """The catalogue as one flat row per signal; lists are joined with a semicolon."""
    signals = document["signals"]
    if not isinstance(signals, list):
        raise TypeError("the catalogue's `signals` is not a list")
    return pl.DataFrame([{name: _flat(value) for name, value in row.items()} for row in signals])


def schema() -> dict[str, object]:
    """JSON Schema of the catalogue."""
    text = files("reports").joinpath("assets", "signal_catalogue.schema.json").read_text("utf-8")
    described: dict[str, object] = json.loads(text)
    return described


def _signal(
    card: SignalCard, source_cards: Mapping[str, SourceCard], weight: float
) -> dict[str, object]:
    known = [source_cards[source_id] for source_id in card.sources if source_id in source_cards]
    return {
        "id": card.id,
        "title": card.title,
        "pillar": card.pillar.value,
        "stage": card.stage,
        "unit": card.unit,
        "direction": "higher is riskier" if card.direction == 1 else "lower is riskier",
        "applies_to": card.applies_to,
        "support": card.support,
        "weight": weight,
        "evidence_grade": card.evidence_grade.value,
        "max_age_days": card.max_age_days,
        "valid_range": list(card.valid_range),
        "lag": card.lag,
        "ilo": [
            {"indicator": link.indicator.value, "strength": link.strength, "path": link.path}
            for link in card.ilo
        ],
        "sources": [_source(source) for source in known],
        "validity": [row.model_dump(mode="json") for row in card.validity],
        "limits": list(card.limits),
        "references": list(card.references),
    }


def _source(card: SourceCard) -> dict[str, object]:
    return {
        "id": card.id,
        "title": card.title,
        "publisher": card.publisher,
        "url": card.url,
        "held_by": card.held_by,
        "collection": card.collection.value,
        "observed_with": list(card.lineage),
        "cadence": card.cadence,
        "publication_lag_days": card.publication_lag_days,
        "licence": card.licence.id,
        "licence_url": card.licence.url,
        "redistributable": card.licence.redistributable,
    }


def _flat(value: object) -> object:
    if isinstance(value, list):
        return "; ".join(str(_flat(item)) for item in value)
    if isinstance(value, dict):
        return ", ".join(f"{name} {item}" for name, item in value.items())
    return value
