"""How many days late a company files its accounts, or is overdue with the next ones."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from signals.card import EvidenceGrade, IloIndicator, IloLink, Pillar, SignalCard
from signals.financial.filing_terms import overdue_days, term_days, with_seen_to
from signals.financial.ratio_rows import finished_rows
from signals.financial.registry_filings import DUE_TABLE, REGISTER, accounts_due
from signals.financial.statements import ACCOUNT_SOURCES, ACCOUNT_TABLES, latest_statements
from signals.sourcing_areas import TABLE as AREA_TABLE

CARD = SignalCard(
    id="late_filing",
    title="Late filing of accounts",
    pillar=Pillar.FINANCIAL,
    sources=(*ACCOUNT_SOURCES, REGISTER),
    inputs=(*ACCOUNT_TABLES, AREA_TABLE, DUE_TABLE),
    unit="days late",
    direction=1,
    ilo=(IloLink(indicator=IloIndicator.WITHHOLDING_OF_WAGES, strength=1, path="driver"),),
    evidence_grade=EvidenceGrade.D,
    applies_to="firm",
    support="supplier",
    is_per_supplier=True,
    lag="Known on the day the term ends.",
    max_age_days=1461,
    valid_range=(0.0, 5000.0),
    limits=(
        (
            "The deadline is the longest that the register grants. Extensions granted to one "
            "company are not known, except where the register of the United Kingdom states what "
            "is due."
        ),
        (
            "A company that left the register in good order files no more accounts; check that "
            "it still trades."
        ),
        "A user's own table does not show what is overdue, only how late its statements were.",
    ),
    references=(
        "Companies Act 2006 (UK), s. 442: 9 months for private companies",
        "SEC Form 10-K, general instruction A: 60 to 90 days; Form 20-F: 4 months",
        "Directive 2013/34/EU, art. 30: 12 months at most",
    ),
    sentence="Its accounts were {value} days late ({period}).",
)

_YEAR_DAYS = 365
#: The register says itself what is due; the error is that of the days it takes to show a filing.
_REGISTER_ERROR_DAYS = 3.0


def compute(inputs: Mapping[str, pl.LazyFrame]) -> pl.LazyFrame:
    """Days beyond the register's term, of the latest statement or of the one due since.

    What is overdue comes from `overdue_days`. Where no statement is known, the profile of the
    register of the United Kingdom is used: days by which it reports accounts as overdue. A table
    without a day of filing gives `not_disclosed`.
    """
    took = (pl.col("filed_on") - pl.col("period_end")).dt.total_days()
    # Where the day of filing is not given it is put at a year's end after the period.
    unknown = (pl.col("source") == "accounts_csv") & (took == _YEAR_DAYS)
    stated = finished_rows(
        with_seen_to(latest_statements(inputs, ("total_assets",)), inputs).with_columns(
            value=pl.max_horizontal(took - term_days(), overdue_days(), pl.lit(0)).cast(pl.Float64),
            stderr=pl.lit(3.0),
            quality=pl.lit(1.0),
            status=pl.when(unknown).then(pl.lit("not_disclosed")),
            status_reason=pl.when(unknown).then(
                pl.lit("the table does not say when the accounts were filed")
            ),
        ),
        inputs,
        max_age_days=CARD.max_age_days,
    )
    reported = stated.filter(pl.col("value").is_not_null())
    by_register = (
        accounts_due(inputs)
        .select(
            "supplier_id",
            "observed_to",
            "origin",
            period=pl.format("those due on {}", pl.col("next_due").dt.to_string("%Y-%m-%d")),
            value=pl.col("days_overdue").cast(pl.Float64),
            stderr=pl.lit(_REGISTER_ERROR_DAYS),
            quality=pl.lit(1.0),
            source_id=pl.lit(REGISTER),
        )
        .join(reported, on="supplier_id", how="anti", maintain_order="left")
    )
    others = stated.join(by_register, on="supplier_id", how="anti", maintain_order="left")
    return pl.concat([others, by_register], how="diagonal_relaxed")
