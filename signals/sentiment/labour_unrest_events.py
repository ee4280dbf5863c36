"""Stories of strikes and wage protests at a company, against the coverage it is expected to have.

Stories of the last year with the theme of labour unrest, copies counted once, per story that the
press of the company's country and language has about companies of its size (`coverage`), shrunk
towards the list's usual rate with k = 20, as a multiple of it.
"""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from signals.card import EvidenceGrade, IloIndicator, IloLink, Pillar, SignalCard
from signals.sentiment.expected_coverage import against_expected
from signals.sentiment.news_stories import INPUTS, SOURCES, by_supplier, outcome, stories

CARD = SignalCard(
    id="labour_unrest_events",
    title="Labour unrest in the news",
    pillar=Pillar.SENTIMENT,
    sources=SOURCES,
    inputs=INPUTS,
    unit="ratio to the expected rate",
    direction=1,
    ilo=(
        IloLink(indicator=IloIndicator.WITHHOLDING_OF_WAGES, strength=2, path="trace"),
        IloLink(indicator=IloIndicator.ABUSIVE_CONDITIONS, strength=1, path="trace"),
    ),
    evidence_grade=EvidenceGrade.C,
    applies_to="firm",
    support="supplier",
    lag="Days; the year before the as-of date.",
    max_age_days=365,
    valid_range=(0.0, 1000.0),
    limits=(
        (
            "Unrest is reported where workers may protest and newspapers may write; where "
            "neither is possible, no unrest is visible."
        ),
        (
            "A strike is a right that is used, not a wrong of the company; it shows that "
            "something is in dispute."
        ),
        (
            "Themes are those of whole articles: an article about a strike elsewhere in the "
            "industry may mention the company's name."
        ),
        (
            "Most companies appear in no newspaper. No news means no information and never "
            "counts in a company's favour."
        ),
    ),
    references=(
        "ILO 2012, Indicators of forced labour: withholding of wages",
        "GDELT Global Knowledge Graph codebook 2.1: themes",
        "Cameron and Trivedi 2013, Regression Analysis of Count Data, chapter 3 (Poisson "
        "quasi-likelihood with exposure)",
    ),
    sentence=(
        "News about strikes or wage protests at this company in {period}: {value} times the "
        "expected number for a comparable company."
    ),
)


def compute(inputs: Mapping[str, pl.LazyFrame]) -> pl.LazyFrame:
    """Multiple of the usual rate per story expected; quality grows to 1 at twenty outlets."""
    reported = stories(inputs)
    themes = pl.col("themes")
    is_bad = themes.list.contains("labour_unrest")
    measured = against_expected(inputs["suppliers"].collect(), reported, is_bad)
    rows = by_supplier(reported).join(measured, on="supplier_id", how="left", maintain_order="left")
    return outcome(inputs, rows, pl.col("times"), pl.col("stderr"))
