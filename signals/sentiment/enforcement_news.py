"""Stories of public enforcement against forced labour or labour abuse that name a company.

Stories of the last year that report a court, a fine, an inspection or an import measure and of
forced labour or labour abuse, copies counted once, per story that the press of the company's
country
and language has about companies of its size (`coverage`), shrunk towards the list's usual rate with
k = 20, as a multiple of it. Such facts are outcomes too: where they serve as labels, the card's
`outcome_kinds` keep the signal out of the features.
"""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from signals.card import EvidenceGrade, IloIndicator, IloLink, Pillar, SignalCard
from signals.sentiment.expected_coverage import against_expected
from signals.sentiment.news_stories import INPUTS, SOURCES, by_supplier, outcome, stories

CARD = SignalCard(
    id="enforcement_news",
    title="Labour enforcement in the news",
    pillar=Pillar.SENTIMENT,
    sources=SOURCES,
    inputs=INPUTS,
    unit="ratio to the expected rate",
    direction=1,
    ilo=(
        IloLink(indicator=IloIndicator.ABUSIVE_CONDITIONS, strength=2, path="trace"),
        IloLink(indicator=IloIndicator.WITHHOLDING_OF_WAGES, strength=1, path="trace"),
    ),
    evidence_grade=EvidenceGrade.B,
    applies_to="firm",
    support="supplier",
    outcome_kinds=("public_listing", "court", "import_ban"),
    lag="Days; the year before the as-of date.",
    max_age_days=365,
    valid_range=(0.0, 1000.0),
    limits=(
        (
            "A report of a measure is not the case file: the company may have been cleared "
            "since. Check before acting."
        ),
        "Where no authority enforces the law, there is nothing to report.",
        (
            "It is an outcome of checks by others: never use it to predict them "
            "(docs/concepts/sentiment.md)."
        ),
        (
            "Most companies appear in no newspaper. No news means no information and never "
            "counts in a company's favour."
        ),
    ),
    references=(
        "ILO 2012, Indicators of forced labour",
        "19 U.S.C. 1307 (import measures); Uyghur Forced Labor Prevention Act, Public Law 117-78",
        "Cameron and Trivedi 2013, Regression Analysis of Count Data, chapter 3 (Poisson "
        "quasi-likelihood with exposure)",
    ),
    sentence=(
        "Labour-enforcement news about this company in {period}: {value} times the expected "
        "number for a comparable company."
    ),
)


def compute(inputs: Mapping[str, pl.LazyFrame]) -> pl.LazyFrame:
    """Multiple of the usual rate per story expected; quality grows to 1 at twenty outlets."""
    reported = stories(inputs)
    themes = pl.col("themes")
    is_bad = themes.list.contains("enforcement") & (
        themes.list.contains("forced_labour") | themes.list.contains("labour_abuse")
    )
    measured = against_expected(inputs["suppliers"].collect(), reported, is_bad)
    rows = by_supplier(reported).join(measured, on="supplier_id", how="left", maintain_order="left")
    return outcome(inputs, rows, pl.col("times"), pl.col("stderr"))
