"""Annual items of accounts from the XBRL facts of a company that files with the SEC.

A figure stands with the day of its filing, so that a run as of a date can take the figures as they
stood then.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from signals.fetching.responses import read_json
from signals.source_errors import ODD_FORM
from signals.sources.accounts.xbrl_concepts import (
    DURATION_ITEMS,
    TAXONOMIES,
    TOTAL_NAMES,
    Concept,
    concept_names,
)
from signals.sources.accounts.xbrl_figures import best_choice, one_figure
from suppliers.input_errors import DataRejectedError
from suppliers.intake.days import stated_day
from suppliers.intake.numbers import stated_number

ITEMS_SCHEMA: dict[str, pl.DataType] = {
    "supplier_id": pl.String(),
    "period_start": pl.Date(),
    "period_end": pl.Date(),
    "item": pl.String(),
    "value": pl.Float64(),
    "currency": pl.String(),
    "concept": pl.String(),
    "is_weak": pl.Boolean(),
    "observed_to": pl.Date(),
    "published_on": pl.Date(),
    "origin": pl.String(),
}

#: A fiscal year, with its 52 or 53 weeks, has this many days.
FISCAL_YEAR_DAYS = (350, 380)

_CURRENCY = re.compile(r"^[A-Z]{3}$")
_FLOAT = "EntityPublicFloat"
_ANNUAL_FORMS = ("10-K", "20-F", "40-F")


@dataclass(frozen=True, order=True)
class _Filing:
    """One period as reported by one filing."""

    period_end: dt.date
    filed: dt.date
    accession: str
    currency: str


@dataclass(frozen=True)
class _Figure:
    period_start: dt.date | None
    value: float


def read_company(path: Path, cik: str, origin: str) -> pl.DataFrame:
    """The annual items of one company's file; see `company_items`.

    Raises:
        DataRejectedError: no JSON, not of this shape, or about another company.
    """
    return company_items(read_json(path), cik, origin)


def company_items(content: object, cik: str, origin: str) -> pl.DataFrame:
    """The annual items of one company, one row per item, period and filing.

    Of the concepts that can stand for an item, the best one in that filing is taken; the
    company's reporting currency goes before convenience translations.

    Args:
        content: a companyfacts JSON file.
        cik: the company's number; the file must be about it.
        origin: for the column of that name.

    Returns:
        Columns of `ITEMS_SCHEMA` but `supplier_id`.

    Raises:
        DataRejectedError: not of this shape, or about another company.
    """
    rejection = DataRejectedError(
        f"{Path(origin).name}: it holds no companyfacts of CIK {cik}, or they are cut off; fetch "
        "it again."
    )
    if not isinstance(content, dict) or not isinstance(content.get("facts"), dict):
        raise rejection
    if str(content.get("cik", "")).zfill(10) != cik:
        raise rejection
    rows: list[dict[str, object]] = []
    for taxonomy, concepts in TAXONOMIES.items():
        reported = content["facts"].get(taxonomy)
        if not isinstance(reported, dict):
            continue
        try:
            cover = content["facts"].get("dei", {}).get(_FLOAT, {}).get("units", {})
            rows = list(_items(reported, taxonomy, concepts, origin, cover))
        except ODD_FORM as error:
            raise rejection from error
        if rows:
            break
    schema = {name: kind for name, kind in ITEMS_SCHEMA.items() if name != "supplier_id"}
    key = ["item", "concept", "period_end", "published_on", "origin"]
    return pl.DataFrame(rows, schema=schema).unique(key, keep="last", maintain_order=True)


def _items(
    reported: Mapping[str, Any],
    taxonomy: str,
    concepts: Mapping[str, tuple[Concept, ...]],
    origin: str,
    cover: Mapping[str, Any],
) -> Iterator[dict[str, object]]:
    balances: dict[str, dict[_Filing, _Figure]] = defaultdict(dict)
    flows: dict[str, dict[_Filing, _Figure]] = defaultdict(dict)
    for name in sorted(concept_names(taxonomy) & set(reported)):
        several: dict[tuple[bool, _Filing], list[_Figure]] = defaultdict(list)
        for filing, figure in _annual_facts(reported[name]["units"]):
            several[figure.period_start is None, filing].append(figure)
        for (is_balance, filing), figures in several.items():
            value = one_figure([one.value for one in figures], is_total=name in TOTAL_NAMES)
            if value is not None:
                chosen = next(one for one in reversed(figures) if one.value == value)
                (balances if is_balance else flows)[name][filing] = chosen
    main = _reporting_currency(balances["Assets"])
    for item, choices in concepts.items():
        facts = flows if item in DURATION_ITEMS else balances
        done: set[tuple[dt.date, dt.date, str]] = set()
        named = [facts[term.removeprefix("-")] for choice in choices for term in choice.terms]
        filings = sorted({filing for of_name in named for filing in of_name})
        for filing in sorted(filings, key=lambda one: one.currency != main):
            key = (filing.period_end, filing.filed, filing.accession)
            if key in done:
                continue
            amounts = {
                place: amount
                for place, choice in enumerate(choices)
                if (amount := _amount(choice, facts, filing)) is not None
            }
            best = best_choice(choices, {place: one.value for place, one in amounts.items()})
            if best is not None:
                done.add(key)
                yield {
                    "period_start": amounts[best].period_start,
                    "period_end": filing.period_end,
                    "item": item,
                    "value": amounts[best].value,
                    "currency": filing.currency,
                    "concept": f"{taxonomy}:{choices[best].name}",
                    "is_weak": choices[best].is_weak,
                    "observed_to": filing.period_end,
                    "published_on": filing.filed,
                    "origin": origin,
                }
    year_ends: dict[str, dt.date] = {}
    for filing in balances["Assets"]:
        year_ends[filing.accession] = max(
            filing.period_end, year_ends.get(filing.accession, filing.period_end)
        )
    for filing, figure in _annual_facts({main: cover.get(main, [])}):
        if filing.accession in year_ends:
            end = year_ends[filing.accession]
            yield {
                "period_start": None,
                "period_end": end,
                "item": "market_value",
                "value": figure.value,
                "currency": main,
                "concept": f"dei:{_FLOAT}",
                # What outsiders held half a year before the year's end.
                "is_weak": True,
                "observed_to": end,
                "published_on": filing.filed,
                "origin": origin,
            }


def _annual_facts(units: Mapping[str, Any]) -> Iterator[tuple[_Filing, _Figure]]:
    for currency, entries in units.items():
        if not _CURRENCY.match(currency):
            continue
        for entry in entries:
            if not str(entry.get("form", "")).startswith(_ANNUAL_FORMS) or entry["val"] is None:
                continue
            end = stated_day(entry["end"])
            start = stated_day(entry["start"]) if "start" in entry else None
            if start is not None and not _is_fiscal_year(start, end):
                continue
            filed = stated_day(entry["filed"])
            if filed < end:
                continue
            filing = _Filing(end, filed, str(entry["accn"]), currency)
            yield filing, _Figure(start, stated_number(entry["val"]))


def _is_fiscal_year(start: dt.date, end: dt.date) -> bool:
    shortest, longest = FISCAL_YEAR_DAYS
    return shortest <= (end - start).days + 1 <= longest


def _reporting_currency(assets: Iterable[_Filing]) -> str:
    counts: dict[str, int] = defaultdict(int)
    for filing in assets:
        counts[filing.currency] += 1
    return max(sorted(counts), key=lambda currency: counts[currency], default="USD")


def _amount(
    concept: Concept, facts: Mapping[str, Mapping[_Filing, _Figure]], filing: _Filing
) -> _Figure | None:
    total, start = 0.0, None
    for term in (*concept.terms, *concept.optional):
        figure = facts.get(term.removeprefix("-"), {}).get(filing)
        if figure is None:
            if term in concept.terms:
                return None
            continue
        total += -figure.value if term.startswith("-") else figure.value
        start = figure.period_start
    return _Figure(start, total)
