"""Accounts of companies that file with the SEC: XBRL facts by company (CIK).

One JSON file per company holds every figure it ever filed, with the day of filing, so that a
run as of a date can take the figures as they stood then. Only suppliers with a `cik` are asked
for. A mirror holds files whose names contain `CIK##########`, gzipped or not, or the nightly zip
of all companies (`companyfacts.zip`), of which only the listed ones are unpacked, one at a time.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from signals.access import Access, Reach, Requests
from signals.account import NOT_LISTED, Account, Unit
from signals.card import Collection, Licence, SourceCard
from signals.expected_form import ExpectedForm
from signals.fetching.archives import read_members
from signals.fetching.mirror import mirror_files, text
from signals.fetching.partial_pull import fetch_each
from signals.fetching.responses import open_body, read_json
from signals.fetching.source_tables import no_rejections, rejected_file
from signals.source import REJECTED_SCHEMA, PullContext, RawFile, Staged
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

CARD = SourceCard(
    id="sec_companyfacts",
    title="SEC EDGAR company facts (XBRL)",
    publisher="U.S. Securities and Exchange Commission",
    url="https://data.sec.gov/api/xbrl/companyfacts",
    licence=Licence(
        id="US-PD",
        url="https://www.sec.gov/about/privacy-information",
        redistributable=True,
        commercial_use=True,
    ),
    held_by="SEC EDGAR, from the companies' own statutory filings",
    collection=Collection.PUBLIC_RECORD,
    cadence="daily",
    publication_lag_days=0,
    coverage="Companies that file 10-K, 20-F or 40-F with the SEC, from about 2009",
    expected_rows=(0, 5_000_000),
    counts=(Unit.FILE, Unit.DOCUMENT),
    citation="U.S. Securities and Exchange Commission, EDGAR company facts API.",
    form_verified="2026-11: address and contact from clients",
    access=Access(
        adds="accounts of companies that file with the SEC",
        off_because="the SEC asks for a contact address first (download.contact)",
    ),
    reach=Reach(by="identifier", identifiers=("cik",)),
    requests=(Requests(kilobytes=2500, per="supplier"),),
)

TABLE = "stg_sec_companyfacts__items"

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

#: The nightly zip of all companies; one of them is at most some tens of megabytes.
_BULK = "companyfacts.zip"
_COMPANY_LIMIT_BYTES = 500_000_000

#: `facts` follows the company's number and name at the head of a file.
_HEAD_BYTES = 4096

_CIK = re.compile(r"CIK(\d{10})", re.IGNORECASE)
_WITHOUT_ITEMS = "document_yields_nothing"
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


#: How the publisher's answer is checked.
FORM = ExpectedForm(
    kind="json", path="CIK0000320193.json", holds=("cik", "entityName", "facts.us-gaap")
)


def pull(context: PullContext) -> Sequence[RawFile]:
    """Bring the file of every supplier with a CIK; a company without a file is left out.

    Raises:
        SourceUnavailableError: the publisher cannot be reached, or the mirror holds no such file.
        UsageError: the mirror does not exist.
    """
    wanted = set(context.suppliers["cik"].drop_nulls().to_list())
    if context.mirror is not None:
        patterns = ["*cik[0-9]*.json*", _BULK]
        paths = mirror_files(CARD.id, context.mirror, patterns, context.options)
        found = _facts_files(paths)
        zips = [path for path in paths if path.name.lower() == _BULK]
        return [
            *(context.store.keep(CARD.id, path, key=_BULK) for path in zips),
            *(context.store.keep(CARD.id, found[c], key=c) for c in sorted(wanted & set(found))),
        ]
    bulk_url = text(CARD.id, context.options, "bulk_url", "")
    if bulk_url and wanted:
        every = context.store.download(CARD.id, bulk_url, key=_BULK, expect="zip", headers={})
        return [every]

    def ask(cik: str) -> Iterator[RawFile]:
        url = f"{context.url.rstrip('/')}/CIK{cik}.json"
        yield context.store.download(CARD.id, url, key=cik, expect="json", headers={})

    return fetch_each(CARD.id, sorted(wanted), ask)


def stage(files: Sequence[RawFile], context: PullContext) -> Sequence[Staged]:
    """Read the items of accounts from each company's facts, every filed version of them.

    A file that cannot be read is rejected as a whole and the others go on.
    """
    suppliers_of: dict[str, list[str]] = defaultdict(list)
    known = context.suppliers.filter(pl.col("cik").is_not_null()).sort("supplier_id")
    for supplier_id, cik in known.select("supplier_id", "cik").iter_rows():
        suppliers_of[cik].append(supplier_id)
    frames = [pl.DataFrame(schema=ITEMS_SCHEMA)]
    rejected = [no_rejections()]
    account = Account()
    for raw in files:
        listed = False
        fates = Counter[str]()
        try:
            for cik, content in _companies(raw, frozenset(suppliers_of)):
                listed = True
                try:
                    items = company_items(content, cik, raw.origin)
                except DataRejectedError as error:
                    rejected.append(rejected_file(raw, error))
                    fates["unreadable_file"] += 1
                    continue
                if items.is_empty():
                    rejected.append(_without_items(raw, cik))
                fates[_WITHOUT_ITEMS if items.is_empty() else "used"] += 1
                frames += [
                    items.with_columns(supplier_id=pl.lit(supplier_id)).select(list(ITEMS_SCHEMA))
                    for supplier_id in suppliers_of[cik]
                ]
            if not listed:
                account.leave_out(raw, NOT_LISTED)
        except DataRejectedError as error:
            rejected.append(rejected_file(raw, error))
            fates["unreadable_file"] += 1
        account.count(
            Unit.DOCUMENT,
            raw,
            read=fates.total(),
            used=fates["used"],
            rejected={rule: fates[rule] for rule in ("unreadable_file", _WITHOUT_ITEMS)},
        )
    return [Staged(TABLE, pl.concat(frames), pl.concat(rejected), account)]


def _without_items(raw: RawFile, cik: str) -> pl.DataFrame:
    reason = f"CIK {cik}: its facts hold no annual figure of an item of accounts that is read"
    row = (raw.origin, None, _WITHOUT_ITEMS, reason)
    return pl.DataFrame([row], schema=REJECTED_SCHEMA, orient="row")


def _companies(raw: RawFile, ciks: frozenset[str]) -> Iterator[tuple[str, object]]:
    """Number and content of each wanted company of a file."""
    if raw.key != _BULK:
        yield raw.key, read_json(Path(raw.path))
        return

    def wanted(name: str) -> bool:
        match = _CIK.match(name)
        return match is not None and match[1] in ciks

    for name, content in read_members(Path(raw.path), wanted, limit_bytes=_COMPANY_LIMIT_BYTES):
        match = _CIK.match(name)
        if match is None:
            continue
        try:
            parsed: object = json.loads(content)
        except ValueError:
            parsed = None
        yield match[1], parsed


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


def _facts_files(paths: Iterable[Path]) -> dict[str, Path]:
    """The file of facts of each CIK; a submissions file under the same name is another file."""
    found: dict[str, Path] = {}
    for path in paths:
        match = _CIK.search(path.name)
        if match is not None and (match[1] not in found or _holds_facts(path)):
            found[match[1]] = path
    return found


def _holds_facts(path: Path) -> bool:
    with open_body(path) as stream:
        return b'"facts"' in stream.read(_HEAD_BYTES)


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
