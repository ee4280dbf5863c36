"""Annual reports of European issuers (ESEF): the index of filings.xbrl.org and its xBRL-JSON.

The index is asked by LEI, page by page; each filing found names the JSON of its facts. A mirror
holds both as published: index pages (JSON:API) and reports (xBRL-JSON), under any names.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import polars as pl

from signals.access import Access, Reach, Requests
from signals.account import NOT_LISTED, Account, Unit
from signals.card import Collection, Licence, SourceCard
from signals.expected_form import ExpectedForm
from signals.fetching.mirror import mirror_files
from signals.fetching.partial_pull import fetch_each
from signals.fetching.responses import read_json
from signals.fetching.source_tables import no_rejections, rejected_file
from signals.source import PullContext, RawFile, Staged
from signals.source_errors import ODD_FORM, NotPublishedError
from signals.sources.accounts.company_facts import FISCAL_YEAR_DAYS, ITEMS_SCHEMA
from signals.sources.accounts.xbrl_concepts import (
    DURATION_ITEMS,
    TAXONOMIES,
    TOTAL_NAMES,
    concept_names,
)
from signals.sources.accounts.xbrl_figures import best_choice, one_figure
from suppliers.input_errors import DataRejectedError
from suppliers.intake.days import stated_day, stated_moment
from suppliers.intake.numbers import stated_number

CARD = SourceCard(
    id="filings_xbrl_org",
    title="filings.xbrl.org (European annual reports)",
    publisher="XBRL International",
    url="https://filings.xbrl.org",
    licence=Licence(
        id="free of charge, terms of filings.xbrl.org",
        url="https://filings.xbrl.org/about",
        redistributable=True,
        commercial_use=True,
    ),
    held_by="XBRL International, from reports filed with the national mechanisms",
    collection=Collection.PUBLIC_RECORD,
    cadence="daily",
    publication_lag_days=123,
    coverage="Issuers on regulated markets of the EU, the United Kingdom and Ukraine, from 2020",
    expected_rows=(0, 5_000_000),
    counts=(Unit.FILE, Unit.PAGE, Unit.DOCUMENT),
    citation="XBRL International, filings.xbrl.org.",
    access=Access(
        adds="annual reports of European issuers with an LEI",
        off_because="it asks for each LEI, and few lists have issuers in Europe",
    ),
    reach=Reach(by="identifier", identifiers=("lei",)),
    requests=(
        Requests(kilobytes=20, per="supplier"),
        Requests(each=3, kilobytes=1500, per="supplier"),
    ),
)

TABLE = "stg_filings_xbrl_org__items"

_TAXONOMY = "ifrs-full"
_CURRENCY = re.compile(r"^iso4217:([A-Z]{3})$")
#: Dimensions of every fact; any other qualifies it and takes it out of the main statements.
_CORE = frozenset({"concept", "entity", "period", "unit", "language", "noteId"})
_MAX_PAGES = 20

_Facts = dict[str, dict[dt.date, tuple[float, dt.date | None]]]


#: How the publisher's answer is checked.
FORM = ExpectedForm(
    kind="json",
    path="api/filings?page%5Bsize%5D=1",
    holds=("data.0.attributes.json_url", "data.0.attributes.date_added"),
)


def pull(context: PullContext) -> Sequence[RawFile]:
    """Bring the reports of suppliers with an LEI that were in the index by the as-of date.

    Raises:
        SourceUnavailableError: the publisher cannot be reached, or the mirror holds no JSON.
        UsageError: the mirror does not exist.
    """
    if context.mirror is not None:
        paths = mirror_files(CARD.id, context.mirror, ["*.json", "*.json.gz"], context.options)
        return [context.store.keep(CARD.id, path, key=path.name) for path in paths]
    known = sorted(set(context.suppliers["lei"].drop_nulls().to_list()))
    return fetch_each(CARD.id, known, lambda lei: _pull_company(context, lei))


def stage(files: Sequence[RawFile], context: PullContext) -> Sequence[Staged]:
    """Read the items of every report; a file that is none is rejected and the others go on."""
    suppliers_of: dict[str, list[str]] = defaultdict(list)
    known = context.suppliers.filter(pl.col("lei").is_not_null()).sort("supplier_id")
    for supplier_id, lei in known.select("supplier_id", "lei").iter_rows():
        suppliers_of[lei].append(supplier_id)
    added: dict[str, dt.date] = {}
    reports: list[tuple[RawFile, Mapping[str, Any]]] = []
    rejected = [no_rejections()]
    account = Account()
    pages: set[RawFile] = set()
    for raw in files:
        try:
            content = read_json(Path(raw.path))
            if not isinstance(content, dict):
                raise DataRejectedError(f"{raw.key}: it is neither an index page nor a report.")
            if "documentInfo" in content:
                reports.append((raw, content))
            else:
                added |= {filing.json_name: filing.added for filing in index_page(content, raw.key)}
                account.use(raw)
                pages.add(raw)
        except DataRejectedError as error:
            rejected.append(rejected_file(raw, error))
    account.count_each(Unit.PAGE, pages)
    account.count_each(Unit.DOCUMENT, [raw for raw in files if raw not in pages])
    rows: list[dict[str, object]] = []
    for raw, content in reports:
        try:
            lei, found = read_report(content, raw.key)
        except DataRejectedError as error:
            rejected.append(rejected_file(raw, error))
            continue
        if lei not in suppliers_of:
            account.leave_out(raw, NOT_LISTED)
        day = added.get(Path(raw.origin).name.removesuffix(".gz"))
        lag = dt.timedelta(days=CARD.publication_lag_days)
        for row in found:
            row["published_on"] = day or max(entry["period_end"] for entry in found) + lag
            row["origin"] = raw.origin
            if row["published_on"] >= row["period_end"]:
                rows += [{"supplier_id": owner, **row} for owner in suppliers_of[lei]]
    key = ["supplier_id", "item", "concept", "period_end", "published_on", "origin"]
    frame = pl.DataFrame(rows, schema=ITEMS_SCHEMA).unique(key, keep="first", maintain_order=True)
    return [Staged(TABLE, frame, pl.concat(rejected), account)]


@dataclass(frozen=True)
class Filing:
    """One filing of the index: when it was added and where its facts are."""

    json_url: str | None
    added: dt.date

    @property
    def json_name(self) -> str:
        """Name of the file of facts; empty if there is none."""
        return (self.json_url or "").rsplit("/", 1)[-1]


def index_page(content: Mapping[str, Any], name: str) -> list[Filing]:
    """Filings of one page of the index; other kinds of entries are passed over.

    Raises:
        DataRejectedError: it is no page of the index.
    """
    entries = content.get("data")
    try:
        if not isinstance(entries, list):
            raise TypeError(type(entries))
        filings = [one["attributes"] for one in entries if one["type"] == "filing"]
        return [Filing(one.get("json_url"), stated_day(one["date_added"])) for one in filings]
    except ODD_FORM as error:
        raise DataRejectedError(
            f"{name}: it is neither a page of the index nor a report; fetch it again."
        ) from error


def read_report(content: Mapping[str, Any], name: str) -> tuple[str, list[dict[str, Any]]]:
    """LEI and annual items of one xBRL-JSON report, of every year it reports.

    Only facts of the main statements count: those qualified by no dimension of their own. Where
    two currencies are reported, the one with more facts is the company's.

    Raises:
        DataRejectedError: it is no report of one company.
    """
    rejection = DataRejectedError(
        f"{name}: it is not an xBRL-JSON report of one company; fetch it again."
    )
    several: dict[tuple[str, str, dt.date], list[tuple[float, dt.date | None]]] = defaultdict(list)
    entities = set()
    try:
        for fact in content["facts"].values():
            dimensions = fact["dimensions"]
            prefix, _, concept = dimensions["concept"].partition(":")
            entities.add(dimensions.get("entity", "").rsplit(":", 1)[-1])
            unit = _CURRENCY.match(dimensions.get("unit", ""))
            known = prefix == _TAXONOMY and concept in concept_names(_TAXONOMY)
            if not known or unit is None or set(dimensions) - _CORE or fact["value"] is None:
                continue
            start, end = _period(dimensions["period"])
            if start is None or _is_year(start, end):
                several[unit[1], concept, end].append((stated_number(fact["value"]), start))
    except ODD_FORM as error:
        raise rejection from error
    if len(entities) != 1:
        raise rejection
    (lei,) = entities
    by_currency: dict[str, _Facts] = defaultdict(lambda: defaultdict(dict))
    for (currency, concept, end), figures in several.items():
        value = one_figure([one for one, _ in figures], is_total=concept in TOTAL_NAMES)
        if value is not None:
            start = next(start for one, start in reversed(figures) if one == value)
            by_currency[currency][concept][end] = (value, start)
    if not by_currency:
        return lei, []
    currency = max(sorted(by_currency), key=lambda one: sum(map(len, by_currency[one].values())))
    return lei, list(_items(by_currency[currency], currency))


def _pull_company(context: PullContext, lei: str) -> Iterator[RawFile]:
    root = context.url.rstrip("/")
    url: str | None = f"{root}/api/entities/{lei}/filings?page%5Bsize%5D=50"
    for page in range(_MAX_PAGES):
        if url is None:
            return
        try:
            raw = context.store.download(
                CARD.id, url, key=f"index-{lei}-{page}.json", expect="json", headers={}
            )
        except NotPublishedError:
            return
        yield raw
        content = read_json(Path(raw.path))
        if not isinstance(content, dict):
            return
        for filing in index_page(content, raw.key):
            if filing.json_url is None or filing.added > context.as_of:
                continue
            try:
                yield context.store.download(
                    CARD.id,
                    urljoin(f"{root}/", filing.json_url),
                    key=filing.json_name,
                    expect="json",
                    headers={},
                )
            except NotPublishedError:
                continue
        following = (content.get("links") or {}).get("next")
        url = urljoin(f"{root}/", following) if following else None


def _items(facts: _Facts, currency: str) -> Iterator[dict[str, Any]]:
    ends = sorted({end for of_name in facts.values() for end in of_name})
    for item, choices in TAXONOMIES[_TAXONOMY].items():
        for end in ends:
            amounts: dict[int, float] = {}
            starts: dict[int, dt.date | None] = {}
            for place, choice in enumerate(choices):
                shown = [term for term in choice.terms if end in facts[term.removeprefix("-")]]
                if len(shown) < len(choice.terms):
                    continue
                shown += [t for t in choice.optional if end in facts[t.removeprefix("-")]]
                figures = [facts[term.removeprefix("-")][end] for term in shown]
                # A name can be a balance in one report and never is in another.
                if any((start is not None) != (item in DURATION_ITEMS) for _, start in figures):
                    continue
                signs = [-1.0 if term.startswith("-") else 1.0 for term in shown]
                amounts[place] = sum(s * v for s, (v, _) in zip(signs, figures, strict=True))
                starts[place] = figures[0][1]
            best = best_choice(choices, amounts)
            if best is not None:
                yield {
                    "period_start": starts[best],
                    "period_end": end,
                    "item": item,
                    "value": amounts[best],
                    "currency": currency,
                    "concept": f"{_TAXONOMY}:{choices[best].name}",
                    "is_weak": choices[best].is_weak,
                    "observed_to": end,
                }


def _period(text: str) -> tuple[dt.date | None, dt.date]:
    """First and last day; xBRL-JSON marks a day by the midnight that ends it."""
    start, _, end = text.rpartition("/")
    last = (stated_moment(end) - dt.timedelta(seconds=1)).date()
    return (stated_day(start) if start else None), last


def _is_year(start: dt.date, end: dt.date) -> bool:
    shortest, longest = FISCAL_YEAR_DAYS
    return shortest <= (end - start).days + 1 <= longest
