"""What the desk knows of suppliers: which data points a run answers, with the confidence in each.

A data point is known of a supplier where supplier-specific evidence of the run shows it:

- Only facts that are public or that the buyer holds can be known. What a signal shows of a fact
  that the supplier alone holds, such as implied overtime, is an indication and no answer. So is
  a count of news: it is not the event.
- Country and sector context never counts: it is the same for every supplier of a country.
- The value is observed, not contested, and no older than the signal's card allows.
- After shrinkage at least `MIN_OWN_WEIGHT` of the value is the supplier's own: otherwise it says
  more about the peers than about the supplier.
- A fact of a register, list or registry of statements counts for the data points that it states.

Unknown is never taken for an answer: a supplier that no source speaks of is asked.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from enum import StrEnum

import polars as pl

from scoring.questionnaires.data_points import DataPoint, HeldBy
from signals.card import Pillar, SignalCard, Status

#: Least share of a shrunk value that comes from the supplier itself.
MIN_OWN_WEIGHT = 0.5
_HIGH_OWN_WEIGHT = 0.8

#: Columns of facts: what registers and lists state, by data point.
FACT_SCHEMA = {
    "supplier_id": pl.String,
    "data_point_id": pl.String,
    "known_by": pl.String,
    "known_on": pl.Date,
    "confidence": pl.String,
    "known_value": pl.String,
}


class Confidence(StrEnum):
    """The confidence in what is known; with less it counts as not known."""

    HIGH = "high"
    MEDIUM = "medium"


#: Pillars whose values are the company's or the buyer's own books.
_BOOKS = (Pillar.FINANCIAL.value, Pillar.PURCHASING.value)


def known(
    contributions: pl.DataFrame,
    facts: pl.DataFrame,
    points: Mapping[str, DataPoint],
    cards: Mapping[str, SignalCard],
    as_of: dt.date,
) -> pl.DataFrame:
    """The data points that the run answers, by supplier.

    Args:
        contributions: of a run: supplier_id, signal_id, pillar, status, data_through, sentence
            and shrinkage_weight. Where the weight is null, or the column is not there as in runs
            of earlier versions, values are the supplier's own.
        facts: columns of `FACT_SCHEMA`.
        points: the catalogue.
        cards: of the signals, by id.
        as_of: as-of date of the run.

    Returns:
        Columns of `FACT_SCHEMA`, one row per supplier and data point that is known, by the
        evidence of the highest confidence, then the newest. `confidence` is a value of
        `Confidence`: high for books and register entries, medium for remote sensing and matches
        by name. `known_value` is the sentence of the signal or of the fact.
    """
    answered = [
        (name, point.id)
        for point in points.values()
        for name in point.known_by
        if _answers(point, cards.get(name))
    ]
    shown = usable(contributions, cards, as_of).join(
        _pairs(answered, "signal_id", "data_point_id"), on="signal_id"
    )
    from_signals = shown.select(
        "supplier_id",
        "data_point_id",
        known_by="signal_id",
        known_on="data_through",
        confidence=pl.when(
            pl.col("pillar").is_in(_BOOKS) & (pl.col("shrinkage_weight") >= _HIGH_OWN_WEIGHT)
        )
        .then(pl.lit(Confidence.HIGH.value))
        .otherwise(pl.lit(Confidence.MEDIUM.value)),
        known_value="sentence",
    )
    stated = facts.join(
        _pairs(answered, "known_by", "data_point_id"), on=["known_by", "data_point_id"]
    )
    return (
        pl.concat([from_signals, stated.select(from_signals.columns)])
        .sort(
            "supplier_id",
            "data_point_id",
            pl.col("confidence") != Confidence.HIGH.value,
            "known_on",
            "known_by",
            descending=[False, False, False, True, False],
        )
        .unique(["supplier_id", "data_point_id"], keep="first", maintain_order=True)
    )


def indications(
    contributions: pl.DataFrame,
    points: Mapping[str, DataPoint],
    cards: Mapping[str, SignalCard],
    as_of: dt.date,
) -> pl.DataFrame:
    """What signals show of a data point without being an answer, to be read with one.

    Returns:
        supplier_id, data_point_id, indication (sentences, joined with a blank), one row per
        supplier and data point that any supplier-specific signal bears on.
    """
    shown = [
        (name, point.id)
        for point in points.values()
        for name in point.known_by
        if not _answers(point, cards.get(name))
    ]
    return (
        usable(contributions, cards, as_of)
        .join(_pairs(shown, "signal_id", "data_point_id"), on="signal_id")
        .sort("supplier_id", "data_point_id", "signal_id")
        .group_by("supplier_id", "data_point_id", maintain_order=True)
        .agg(pl.col("sentence").str.join(" ").alias("indication"))
    )


def usable(
    contributions: pl.DataFrame, cards: Mapping[str, SignalCard], as_of: dt.date
) -> pl.DataFrame:
    """The rows of supplier-specific evidence that are observed, recent and the supplier's own.

    Args:
        contributions: as of `known`.
        cards: of the signals, by id; a row without a card is left out.
        as_of: as-of date of the run.
    """
    ages = pl.DataFrame(
        {
            "signal_id": list(cards),
            "max_age_days": [card.max_age_days for card in cards.values()],
        },
        schema={"signal_id": pl.String, "max_age_days": pl.Int64},
    )
    if "shrinkage_weight" not in contributions.columns:
        contributions = contributions.with_columns(shrinkage_weight=pl.lit(1.0))
    age = (pl.lit(as_of) - pl.col("data_through")).dt.total_days()
    return (
        contributions.join(ages, on="signal_id")
        .filter(
            pl.col("status") == Status.OBSERVED.value,
            pl.col("pillar") != Pillar.CONTEXT.value,
            age <= pl.col("max_age_days"),
            pl.col("shrinkage_weight").fill_null(1.0) >= MIN_OWN_WEIGHT,
        )
        .with_columns(pl.col("shrinkage_weight").fill_null(1.0))
        .drop("max_age_days")
    )


def _answers(point: DataPoint, card: SignalCard | None) -> bool:
    """Whether evidence on a data point is an answer; a source, which has no signal card, can be."""
    is_open = point.held_by in (HeldBy.PUBLIC, HeldBy.BUYER)
    return is_open and (card is None or card.pillar is not Pillar.SENTIMENT)


def _pairs(rows: list[tuple[str, str]], left: str, right: str) -> pl.DataFrame:
    return pl.DataFrame(rows, schema={left: pl.String, right: pl.String}, orient="row")
