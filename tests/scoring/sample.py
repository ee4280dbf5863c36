"""Small lists to score: cards, settings, suppliers and values made for the purpose."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

import polars as pl

import configs
from configs.settings import Settings
from scoring.engine import ScoringResult, score
from scoring.normalisation.reference_distribution import Reference
from scoring.scoring_model import ScoringModel, scoring_model
from signals.card import SignalCard, SourceCard

AS_OF = dt.date(2022, 3, 1)
ANCHORS = {"method": "anchors", "floor": 0.0, "ceiling": 1.0, "anchor_source": "test"}
PERCENTILE = {"method": "peer_percentile"}


def card(signal_id: str, pillar: str, **changed: Any) -> SignalCard:
    """A card of grade A, unless changed."""
    given = {
        "id": signal_id,
        "title": signal_id.replace("_", " ").capitalize(),
        "pillar": pillar,
        "sources": ("register",),
        "inputs": (),
        "unit": "points",
        "direction": 1,
        "ilo": ({"indicator": "debt_bondage", "strength": 1, "path": "driver"},),
        "evidence_grade": "A",
        "support": "supplier",
        "lag": "none",
        "max_age_days": 400,
        "valid_range": (-1e9, 1e9),
        "limits": ("made for a test",),
        "references": ("none",),
        "sentence": "It is {value} {unit} in {period}, {peer} among peers ({source}, {date}).",
    }
    return SignalCard.model_validate(given | changed)


def source_card(**changed: Any) -> SourceCard:
    """A public register, unless changed."""
    given = {
        "id": "register",
        "title": "Company register",
        "publisher": "Ministry",
        "url": "https://example.org",
        "licence": {
            "id": "CC0-1.0",
            "url": "https://example.org/licence",
            "redistributable": True,
            "commercial_use": True,
        },
        "held_by": "the Ministry",
        "collection": "public_record",
        "cadence": "yearly",
        "publication_lag_days": 0,
        "coverage": "everywhere",
        "expected_rows": (0, 10),
        "citation": "none",
    }
    return SourceCard.model_validate(given | changed)


#: Two pillars of one signal and one of two, and a prior.
CARDS = {
    made.id: made
    for made in (
        card("accounts", "financial"),
        card("forest", "land_use"),
        card("drought", "environment"),
        card("fires", "environment"),
        card("governance", "context"),
    )
}


def settings(
    signals: Mapping[str, Mapping[str, Any]] | Sequence[str] = tuple(CARDS), **scoring: Any
) -> Settings:
    """Settings with the given signal lines (anchors 0 to 1, weight 1) and scoring keys changed."""
    if not isinstance(signals, Mapping):
        signals = {name: {} for name in signals}
    lines = {
        name: {"weight": 1.0, "normalise": ANCHORS} | dict(line) for name, line in signals.items()
    }
    whole = _base()
    changed = {**whole["scoring"], **scoring}
    return Settings.model_validate(whole | {"signals": lines, "scoring": changed})


def model(
    cards: Mapping[str, SignalCard] = CARDS,
    lines: Mapping[str, Mapping[str, Any]] | None = None,
    **scoring: Any,
) -> ScoringModel:
    """A model of the given cards."""
    given = {name: {} for name in cards} | dict(lines or {})
    return scoring_model(settings(given, **scoring), cards)


def suppliers(ids: Sequence[str], **columns: Sequence[str | None]) -> pl.DataFrame:
    """A list of suppliers of one country, sector and size, unless changed."""
    size = len(ids)
    given: dict[str, Sequence[str | None]] = {
        "country_iso3": ["IDN"] * size,
        "subregion": ["South-eastern Asia"] * size,
        "sector": ["10"] * size,
        "sector_section": ["C"] * size,
        "workforce_band": ["10-49"] * size,
    }
    filled = {"supplier_id": list(ids)} | {k: list(v) for k, v in (given | columns).items()}
    return pl.DataFrame(filled, schema=dict.fromkeys(filled, pl.String))


def values(
    table: Mapping[str, Mapping[str, float | str | None]], stderr: float | None = None
) -> pl.DataFrame:
    """Signal values from {supplier: {signal: value}}; a text is a status, None is not covered."""
    rows = [
        {
            "supplier_id": supplier_id,
            "signal_id": signal_id,
            "period": "2021",
            "as_of": AS_OF,
            "value": None if isinstance(value, str) else value,
            "stderr": stderr,
            "status": value if isinstance(value, str) else _status(value),
            "status_reason": None,
            "origin": "test",
            "source_used": "register",
            "observed_to": None if value == "not_applicable" else dt.date(2021, 12, 31),
        }
        for supplier_id, by_signal in table.items()
        for signal_id, value in by_signal.items()
    ]
    return pl.DataFrame(rows, schema=_SCHEMA)


def scored(
    table: Mapping[str, Mapping[str, float | str | None]],
    using: ScoringModel | None = None,
    cards: Mapping[str, SignalCard] = CARDS,
    listed: pl.DataFrame | None = None,
    income: pl.DataFrame | None = None,
    reference: Reference | None = None,
) -> ScoringResult:
    """Score {supplier: {signal: value}}."""
    return score(
        values(table),
        suppliers(list(table)) if listed is None else listed,
        income,
        cards,
        model(cards) if using is None else using,
        reference,
        {"register": source_card()},
    )


def column(frame: pl.DataFrame, name: str) -> dict[str, Any]:
    """A column of the scores by supplier."""
    return dict(zip(frame["supplier_id"], frame[name], strict=True))


@cache
def _base() -> dict[str, Any]:
    return configs.load(local=None).model_dump()


def _status(value: float | None) -> str:
    return "not_covered" if value is None else "observed"


_SCHEMA = {
    "supplier_id": pl.String,
    "signal_id": pl.String,
    "period": pl.String,
    "as_of": pl.Date,
    "value": pl.Float64,
    "stderr": pl.Float64,
    "status": pl.String,
    "status_reason": pl.String,
    "origin": pl.String,
    "source_used": pl.String,
    "observed_to": pl.Date,
}
