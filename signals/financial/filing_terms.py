"""By when accounts must be filed, and whether a register should hold later ones by now."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from signals.financial.statements import ACCOUNT_SOURCES, ACCOUNT_TABLES

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


def term_days() -> pl.Expr:
    """The longest term that the register grants, from the columns source and taxonomy."""
    domestic = pl.col("source").str.starts_with("sec_") & (pl.col("taxonomy") == "us-gaap")
    return (
        pl.when(domestic)
        .then(_DOMESTIC_TERM_DAYS)
        .otherwise(pl.col("source").replace_strict(TERM_DAYS, default=None, return_dtype=pl.Int64))
    )


def overdue_days() -> pl.Expr:
    """Days by which the year after `period_end` is overdue; null where no register would know.

    Below zero while it is not due yet. Counted to the last day on which anything of that source
    was published, so that an old copy of a register does not make everybody late.
    """
    waited = (pl.col("seen_to") - pl.col("period_end")).dt.total_days() - _YEAR_DAYS
    return pl.when(pl.col("source").is_in(_REGISTERS)).then(
        waited - term_days() - _SHOWN_AFTER_DAYS
    )


def is_in_registers(inputs: Mapping[str, pl.LazyFrame]) -> bool:
    """Whether any accounts come from a register that sees every filing."""
    return any(
        inputs[table].head(1).collect().height
        for source, table in zip(ACCOUNT_SOURCES, ACCOUNT_TABLES, strict=True)
        if source in _REGISTERS
    )


def with_seen_to(rows: pl.LazyFrame, inputs: Mapping[str, pl.LazyFrame]) -> pl.LazyFrame:
    """Rows with `seen_to`: the last day on which their source published anything known here."""
    days = pl.concat(
        inputs[table].select(source=pl.lit(source), seen_to=pl.col("published_on").max())
        for source, table in zip(ACCOUNT_SOURCES, ACCOUNT_TABLES, strict=True)
    )
    return rows.join(days, on="source", how="left", maintain_order="left")
