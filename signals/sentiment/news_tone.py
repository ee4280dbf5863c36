"""Tone of the news about a company against what is usual in its country, trade and language.

Mean over the stories of the last year of tone less the median tone of stories in the same
language about companies of the same country and sector (by fewer of these where they are few),
shrunk towards 0 by (n t + k t0) / (n + k) with t0 = 0, k = 20 and n the number of independent
outlets.
"""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from signals.card import EvidenceGrade, IloIndicator, IloLink, Pillar, SignalCard, Wording
from signals.sentiment.expected_coverage import PRIOR_STORIES
from signals.sentiment.news_stories import INPUTS, SOURCES, by_supplier, outcome, shrunk, stories

CARD = SignalCard(
    id="news_tone",
    title="Tone of the news",
    pillar=Pillar.SENTIMENT,
    sources=SOURCES,
    inputs=INPUTS,
    unit="points of tone",
    direction=-1,
    ilo=(IloLink(indicator=IloIndicator.ABUSIVE_CONDITIONS, strength=0, path="context"),),
    evidence_grade=EvidenceGrade.D,
    applies_to="firm",
    support="supplier",
    lag="Days; the year before the as-of date.",
    max_age_days=365,
    valid_range=(-100.0, 100.0),
    limits=(
        (
            "Tone counts words, whatever they are about: a recall, a fire or a lost match has as "
            "negative a tone as a strike."
        ),
        (
            "Most companies appear in no newspaper. No news means no information and never "
            "counts in a company's favour."
        ),
        "The tone of a translated article is that of the translation.",
    ),
    references=(
        "GDELT Global Knowledge Graph codebook 2.1: V2Tone",
        "GDELT DOC 2.0 API: timelinetone",
        "Efron and Morris 1973, JASA 68:117-130 (means of few shrunk towards the common mean)",
    ),
    sentence=(
        "Tone of news about this company in {period}: {value} than usual for its country, "
        "industry and language."
    ),
    wording=Wording(
        negative="{size} points more negative",
        zero="neither more negative nor more positive",
        positive="{size} points more positive",
    ),
)

_GROUPS = (
    ("country_iso2", "sector_section", "language"),
    ("country_iso2", "language"),
    ("language",),
    (),
)
#: Fewer stories or companies than this have no median of their own.
_MIN_STORIES = 20
_MIN_COMPANIES = 5


def compute(inputs: Mapping[str, pl.LazyFrame]) -> pl.LazyFrame:
    """Shrunk mean tone against the usual per supplier; quality grows to 1 at twenty outlets."""
    reported = stories(inputs)
    toned = reported.filter(pl.col("tone").is_not_null()).join(
        inputs["suppliers"].select("supplier_id", "country_iso2", "sector_section").collect(),
        on="supplier_id",
    )
    apart = toned.with_columns(apart=pl.col("tone") - _usual()).group_by("supplier_id").agg(
        pl.col("apart").mean(),
        spread=pl.col("apart").std(),
        toned=pl.len(),
    )  # fmt: skip
    rows = by_supplier(reported).join(apart, on="supplier_id", how="left", maintain_order="left")
    number = pl.min_horizontal("domains", "toned").cast(pl.Float64)
    typical = apart["spread"].median()
    spread = pl.col("spread").fill_null(typical if isinstance(typical, float) else 0.0)
    return outcome(
        inputs,
        rows,
        shrunk(pl.col("apart"), number, 0.0, PRIOR_STORIES),
        spread * number.sqrt() / (number + PRIOR_STORIES),
    )


def _usual() -> pl.Expr:
    """Median tone of the narrowest group with enough stories of enough companies."""
    medians = []
    for group in _GROUPS:
        if not group:
            medians.append(pl.col("tone").median())
            continue
        enough = (pl.len().over(group) >= _MIN_STORIES) & (
            pl.col("supplier_id").n_unique().over(group) >= _MIN_COMPANIES
        )
        medians.append(pl.when(enough).then(pl.col("tone").median().over(group)))
    return pl.coalesce(medians)
