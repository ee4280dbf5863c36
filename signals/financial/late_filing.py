"""How many days late a company files its accounts, or is overdue with the next ones."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from signals.areas import TABLE as AREA_TABLE
from signals.card import EvidenceGrade, IloIndicator, IloLink, Pillar, SignalCard
from signals.financial.rows import finished_rows
from signals.financial.statements import ACCOUNT_SOURCES, ACCOUNT_TABLES, latest_statements

CARD = SignalCard(
    id="late_filing",
    title="Late accounts",
    pillar=Pillar.FINANCIAL,
    sources=ACCOUNT_SOURCES,
    inputs=(*ACCOUNT_TABLES, AREA_TABLE),
    unit="days late",
    direction=1,
    ilo=(IloLink(indicator=IloIndicator.WITHHOLDING_OF_WAGES, strength=1, path="driver"),),
    evidence_grade=EvidenceGrade.D,
    applies_to="firm",
    support="supplier",
    lag="Known on the day the term ends.",
    max_age_days=1461,
    valid_range=(0.0, 5000.0),
    limits=(
        "The term is the longest that the register grants; extensions granted to one firm are "
        "not known.",
        "A firm that left the register on good terms files no more; check that it still trades.",
        "A user's own table says nothing of what is overdue, only how late its statements were.",
    ),
    references=(
        "Companies Act 2006 (UK), s. 442: 9 months for private companies",
        "SEC Form 10-K, general instruction A: 60 to 90 days; Form 20-F: 4 months",
        "Directive 2013/34/EU, art. 30: 12 months at most",
    ),
    sentence="Its accounts were {value} days late ({period}); the typical peer's {peer}.",
)

#: Days after the period's end by which accounts must be filed, by where they were filed.
TERM_DAYS = {
    "sec_companyfacts": 120,
    "sec_financial_statements": 120,
    "companies_house_accounts": 276,
    "filings_xbrl_org": 123,
    "accounts_csv": 366,
}
_DOMESTIC_TERM_DAYS = 91

#: Registers see every filing, so that one which is not there is overdue.
_REGISTERS = ("sec_companyfacts", "companies_house_accounts")
_YEAR_DAYS = 365

#: A register shows a filing some days after it came in.
_SHOWN_AFTER_DAYS = 14


def compute(inputs: Mapping[str, pl.LazyFrame]) -> pl.LazyFrame:
    """Days beyond the register's term, of the latest statement or of the one due since.

    A statement is overdue as of the last day on which anything of that source was published, so
    that an old copy of a register does not make everybody late. A table without a day of filing
    cannot tell: `not_disclosed`.
    """
    domestic = pl.col("source").str.starts_with("sec_") & (pl.col("taxonomy") == "us-gaap")
    term = (
        pl.when(domestic)
        .then(_DOMESTIC_TERM_DAYS)
        .otherwise(pl.col("source").replace_strict(TERM_DAYS, default=None, return_dtype=pl.Int64))
    )
    took = (pl.col("filed_on") - pl.col("period_end")).dt.total_days()
    waited = (pl.col("seen_to") - pl.col("period_end")).dt.total_days() - _YEAR_DAYS
    is_register = pl.col("source").is_in(_REGISTERS)
    overdue = pl.when(is_register).then(waited - term - _SHOWN_AFTER_DAYS)
    # Where the day of filing is not given it is put at a year's end after the period.
    unknown = (pl.col("source") == "accounts_csv") & (took == _YEAR_DAYS)
    return finished_rows(
        latest_statements(inputs, ("total_assets",))
        .join(_seen_to(inputs), on="source", how="left")
        .with_columns(
            value=pl.max_horizontal(took - term, overdue, pl.lit(0)).cast(pl.Float64),
            stderr=pl.lit(3.0),
            quality=pl.lit(1.0),
            status=pl.when(unknown).then(pl.lit("not_disclosed")),
            status_reason=pl.when(unknown).then(
                pl.lit("the table does not say when the accounts were filed")
            ),
        ),
        inputs,
    )


def _seen_to(inputs: Mapping[str, pl.LazyFrame]) -> pl.LazyFrame:
    """Last day on which each source published anything that is known here."""
    return pl.concat(
        inputs[table].select(source=pl.lit(source), seen_to=pl.col("published_on").max())
        for source, table in zip(ACCOUNT_SOURCES, ACCOUNT_TABLES, strict=True)
    )
