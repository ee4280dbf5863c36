"""Whether the press has lately written more about a company than before.

Share of the year's stories that fell in its last 90 days, shrunk towards the share that all press
had in these days by (n t + k t0) / (n + k) with k = 20, as a multiple of that share. How much
press there was comes from the daily counts of GDELT where they are available, else from the days.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

import numpy as np
import polars as pl

from signals.card import EvidenceGrade, IloIndicator, IloLink, Pillar, SignalCard
from signals.sentiment.expected_coverage import PRIOR_STORIES
from signals.sentiment.news_stories import (
    INPUTS,
    SOURCES,
    WINDOW_DAYS,
    by_supplier,
    outcome,
    shrunk,
    stories,
    window,
)
from signals.sources.news.news_rows import PRESS_DAYS

CARD = SignalCard(
    id="news_volume_shock",
    title="Surge of news coverage",
    pillar=Pillar.SENTIMENT,
    sources=SOURCES,
    inputs=INPUTS,
    unit="ratio to the expected rate",
    direction=1,
    ilo=(IloLink(indicator=IloIndicator.ABUSIVE_CONDITIONS, strength=0, path="context"),),
    evidence_grade=EvidenceGrade.D,
    applies_to="firm",
    support="supplier",
    lag="Days; the year before the as-of date.",
    max_age_days=365,
    valid_range=(0.0, 5.0),
    limits=(
        "It shows that something happened, not what, nor that it was bad.",
        "A trade fair, a sponsorship or a new plant brings attention as a scandal does.",
        (
            "Most companies appear in no newspaper. No news means no information and never "
            "counts in a company's favour."
        ),
    ),
    references=(
        "GDELT DOC 2.0 API: timelinevolraw",
        "Efron and Morris 1973, JASA 68:117-130 (means of few shrunk towards the common mean)",
    ),
    sentence=(
        "News about this company in the last 90 days of {period}: {value} times the number "
        "expected from the rest of the year."
    ),
)

RECENT_DAYS = 90
#: Daily counts of the press are used if this share of the days has one.
_MIN_DAYS_SHARE = 0.8


def compute(inputs: Mapping[str, pl.LazyFrame]) -> pl.LazyFrame:
    """Multiple of the expected share per supplier; at most 365 / 90."""
    reported = stories(inputs)
    _, last = window(inputs)
    recent_from = last - dt.timedelta(days=RECENT_DAYS - 1)
    usual = _share_of_press(inputs, recent_from)
    recent = reported.group_by("supplier_id").agg(recent=(pl.col("day") >= recent_from).sum())
    rows = by_supplier(reported).join(recent, on="supplier_id", maintain_order="left")
    number = pl.col("stories").cast(pl.Float64)
    share = shrunk(pl.col("recent") / number, number, usual, PRIOR_STORIES)
    error = (share * (1.0 - share) / (number + PRIOR_STORIES)).sqrt()
    return outcome(inputs, rows, share / usual, error / usual)


def _share_of_press(inputs: Mapping[str, pl.LazyFrame], recent_from: dt.date) -> float:
    first, last = window(inputs)
    days = (
        inputs[PRESS_DAYS]
        .filter(pl.col("day").is_between(first, last), pl.col("articles_monitored") > 0)
        .group_by("day")
        .agg(pl.col("articles_monitored").max())
        .collect()
    )
    recent = days.filter(pl.col("day") >= recent_from)
    whole = WINDOW_DAYS * _MIN_DAYS_SHARE
    if days.height < whole or recent.height < RECENT_DAYS * _MIN_DAYS_SHARE:
        return RECENT_DAYS / WINDOW_DAYS
    before = days.filter(pl.col("day") < recent_from)
    read, rest = (
        float(np.mean(part["articles_monitored"].to_numpy())) for part in (recent, before)
    )
    return RECENT_DAYS * read / (RECENT_DAYS * read + (WINDOW_DAYS - RECENT_DAYS) * rest)
