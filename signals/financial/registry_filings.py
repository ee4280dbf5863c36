"""What national registers report on suppliers: open insolvency cases, overdue accounts."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from suppliers.intake.company_numbers import uk_company_numbers

#: The source of the tables of the United Kingdom.
REGISTER = "companies_house"
#: Registers that state whether a case is open, without its events.
OTHER_REGISTERS = ("norwegian_company_register",)

CASES_TABLE = "stg_companies_house__insolvency"
OTHER_CASES_TABLE = "stg_register_insolvency"
DUE_TABLE = "stg_companies_house__accounts_due"
SUPPLIERS = "suppliers"

#: Ended by its creditors being paid; the members chose it and swore that the company was solvent.
_SOLVENT = "members-voluntary-liquidation"

#: Dates of a case that do not open it: what led to it, and what is foreseen.
_NOT_BEGUN = ("petitioned-on", "instrumented-on", "declaration-solvent-on")
_ENDED = (
    "administration-discharged-on",
    "administration-ended-on",
    "case-end-on",
    "concluded-winding-up-on",
    "dissolved-on",
    "due-to-be-dissolved-on",
    "moratorium-ended-on",
    "practitioners-ceased-on",
    "voluntary-arrangement-ended-on",
)


def open_cases(inputs: Mapping[str, pl.LazyFrame]) -> pl.LazyFrame:
    """The latest insolvency case of each supplier that is open, as known on the as-of date.

    A case is open from its first date that is no mere petition until one that ends it; the
    solvent winding-up by the members is none. A register is believed up to the day it was seen.

    Returns:
        supplier_id (unique), case_type, opened_on, observed_to, origin, source_id.
    """
    british = _numbers(inputs).join(_british_cases(inputs), on="company_number")
    others = (
        inputs[SUPPLIERS]
        .select(
            "supplier_id",
            "country_iso3",
            # As the registers write them: digits alone.
            company_number=pl.col("company_number").str.replace_all(r"[^0-9]", ""),
        )
        .join(inputs[OTHER_CASES_TABLE], on=["country_iso3", "company_number"])
        .select(
            "supplier_id",
            "case_type",
            "opened_on",
            "seen_to",
            "origin",
            case_number="company_number",
            source_id="register",
        )
    )
    found = pl.concat([british.with_columns(source_id=pl.lit(REGISTER)), others], how="diagonal")
    cases = found.collect()
    # Without a case the day has no say, so that it is not asked for.
    no_day = pl.LazyFrame(schema={"as_of": pl.Date})
    day = inputs["run"].select("as_of") if cases.height else no_day
    return (
        cases.lazy()
        .join(day, how="cross")
        .sort("supplier_id", "opened_on", "case_number")
        .unique("supplier_id", keep="last", maintain_order=True)
        .select(
            "supplier_id",
            "case_type",
            "opened_on",
            observed_to=pl.min_horizontal("seen_to", "as_of"),
            origin="origin",
            source_id="source_id",
        )
    )


def _british_cases(inputs: Mapping[str, pl.LazyFrame]) -> pl.LazyFrame:
    """Cases that are open, by company_number and case_number."""
    event = pl.col("event")
    begun = ~event.is_in([*_NOT_BEGUN, *_ENDED])
    return (
        inputs[CASES_TABLE]
        .filter(pl.col("case_type") != _SOLVENT)
        .group_by("company_number", "case_number")
        .agg(
            pl.col("case_type", "origin").first(),
            opened_on=pl.col("event_on").filter(begun).min(),
            has_ended=event.is_in(_ENDED).any(),
            seen_to=pl.col("seen_to").max(),
        )
        .filter(pl.col("opened_on").is_not_null() & ~pl.col("has_ended"))
    )


def accounts_due(inputs: Mapping[str, pl.LazyFrame]) -> pl.LazyFrame:
    """By when the register waits for the next accounts of each supplier, as last seen.

    Returns:
        supplier_id (unique), next_due, days_overdue (0: not overdue on the day the register was
        seen), observed_to (that day), origin.
    """
    waited = (pl.col("observed_to") - pl.col("next_due")).dt.total_days().clip(lower_bound=0)
    return (
        _numbers(inputs)
        .join(inputs[DUE_TABLE], on="company_number")
        .select(
            "supplier_id",
            "next_due",
            pl.when("is_overdue").then(waited).otherwise(0).alias("days_overdue"),
            "observed_to",
            "origin",
        )
        .sort("supplier_id")
    )


def _numbers(inputs: Mapping[str, pl.LazyFrame]) -> pl.LazyFrame:
    """Suppliers of the United Kingdom with their number as the register writes it."""
    return (
        inputs[SUPPLIERS]
        .filter((pl.col("country_iso3") == "GBR") & pl.col("company_number").is_not_null())
        .select("supplier_id", company_number=uk_company_numbers("company_number"))
    )
