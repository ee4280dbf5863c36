"""Accounts filed with the British register of companies: iXBRL, by the day or the month.

Daily and monthly zips hold one document per company, HTML with inline XBRL or, from before 2011,
plain XBRL. Only the documents of listed companies are read, and of those only the items of
accounts: names of officers stand in them and are never taken. A mirror holds the zips, or single
documents named `Prod…_<company number>_<balance date>.html`.
"""

from __future__ import annotations

import datetime as dt
import logging
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path

import polars as pl

from signals.card import Collection, Licence, SourceCard
from signals.fetching.archives import read_members
from signals.fetching.mirror import mirror_files, number
from signals.fetching.responses import read_body
from signals.fetching.source_tables import no_rejections, rejected_file
from signals.source import PullContext, RawFile, Staged
from signals.source_errors import NotPublishedError, SourceUnavailableError
from signals.sources.accounts.sec_companyfacts import FISCAL_YEAR_DAYS, ITEMS_SCHEMA
from signals.sources.accounts.uk_xbrl_concepts import uk_items
from signals.sources.accounts.xbrl_instance import read_instance
from suppliers.input_errors import DataRejectedError
from suppliers.intake.company_numbers import uk_company_number

_LOG = logging.getLogger("understory")

CARD = SourceCard(
    id="companies_house_accounts",
    title="Companies House accounts (iXBRL bulk data)",
    publisher="Companies House (UK)",
    url="https://download.companieshouse.gov.uk",
    licence=Licence(
        id="UK-CH-public-register",
        url="https://www.gov.uk/guidance/companies-house-data-products",
        redistributable=True,
        commercial_use=True,
    ),
    held_by="Companies House, from the companies' own statutory filings",
    collection=Collection.PUBLIC_RECORD,
    cadence="daily",
    # Private companies file within nine months; a document without a day of filing counts so.
    publication_lag_days=276,
    coverage="Companies registered in the United Kingdom that file digitally, about three in four",
    expected_rows=(0, 50_000_000),
    citation="Companies House, accounts data product.",
    form_verified="2026-11: root and archive from clients",
)

TABLE = "stg_companies_house_accounts__items"

#: The largest real document is some tens of megabytes, pictures included.
_DOCUMENT_LIMIT_BYTES = 300_000_000

_DOCUMENT = re.compile(
    r"^Prod\d+_\d+_(?P<number>[A-Z0-9]{8})_(?P<day>\d{8})\.(?:html|xml|xhtml)(?:\.gz)?$",
    re.IGNORECASE,
)
_DAILY = re.compile(r"(\d{4}-\d{2}-\d{2})")
_MONTHLY = re.compile(r"Monthly_Data-([A-Za-z]+)(\d{4})")


def pull(context: PullContext) -> Sequence[RawFile]:
    """Bring the monthly zips before the as-of date; none if no supplier has a company number.

    Raises:
        SourceUnavailableError: the publisher cannot be reached, or the mirror holds no accounts.
        UsageError: the mirror does not exist.
    """
    if context.mirror is not None:
        patterns = ["*accounts*.zip", "prod*.html", "prod*.xml", "prod*.html.gz", "prod*.xml.gz"]
        paths = mirror_files(CARD.id, context.mirror, patterns, context.options)
        return [context.store.keep(CARD.id, path, key=path.name) for path in paths]
    british = context.suppliers.filter(
        pl.col("company_number").is_not_null() & (pl.col("country_iso3") == "GBR")
    )
    if british.is_empty():
        return []
    root = context.url.rstrip("/")
    names = list(_months_before(context.as_of, int(number(CARD.id, context.options, "months", 24))))
    found = {name: _month(context, root, name) for name in names}
    missing = [name for name in names if found[name] is None]
    if len(missing) == len(names):
        raise SourceUnavailableError(
            f"{root}: it has none of the months asked for, such as {names[0]}; check the address "
            "and the as-of date."
        )
    if missing:
        _LOG.warning("source %s: no accounts of %s", CARD.id, ", ".join(missing))
    return [raw for raw in found.values() if raw is not None]


def _month(context: PullContext, root: str, name: str) -> RawFile | None:
    """The zip of a month: the last twelve are at the root, older ones in the archive."""
    for folder in (root, f"{root}/archive"):
        try:
            return context.store.download(
                CARD.id, f"{folder}/{name}", key=name, expect="zip", headers={}
            )
        except NotPublishedError:
            continue
    return None


def stage(files: Sequence[RawFile], context: PullContext) -> Sequence[Staged]:
    """Read the items of the listed companies; a document or zip that cannot be read is rejected."""
    suppliers_of: dict[str, list[str]] = defaultdict(list)
    known = context.suppliers.filter(pl.col("company_number").is_not_null()).sort("supplier_id")
    for supplier_id, own in known.select("supplier_id", "company_number").iter_rows():
        suppliers_of[uk_company_number(own)].append(supplier_id)
    rows: list[dict[str, object]] = []
    rejected = [no_rejections()]
    for raw in files:
        try:
            for name, content in _documents(raw, frozenset(suppliers_of)):
                try:
                    found = list(_items(name, content, raw))
                except DataRejectedError as error:
                    rejected.append(rejected_file(raw, error))
                    continue
                match = _DOCUMENT.match(name)
                owners = suppliers_of[match["number"].upper()] if match else []
                rows += [{"supplier_id": owner, **row} for owner in owners for row in found]
        except DataRejectedError as error:
            rejected.append(rejected_file(raw, error))
    key = ["supplier_id", "item", "concept", "period_end", "published_on", "origin"]
    frame = pl.DataFrame(rows, schema=ITEMS_SCHEMA).unique(key, keep="first", maintain_order=True)
    return [Staged(TABLE, frame, pl.concat(rejected))]


def _documents(raw: RawFile, numbers: frozenset[str]) -> Iterator[tuple[str, bytes]]:
    def wanted(name: str) -> bool:
        match = _DOCUMENT.match(name)
        return match is not None and match["number"].upper() in numbers

    if raw.key.lower().endswith(".zip"):
        yield from read_members(Path(raw.path), wanted, limit_bytes=_DOCUMENT_LIMIT_BYTES)
    elif wanted(raw.key):
        yield raw.key, read_body(Path(raw.path))


def _items(name: str, content: bytes, raw: RawFile) -> Iterator[dict[str, object]]:
    """Rows of one document: the year it is about and those it compares with."""
    facts = read_instance(content, name)
    published = _published_on(raw.key)
    last = max((fact.end for fact in facts if fact.value is not None), default=None)
    for item in uk_items(facts):
        filed = published or (last or item.end) + dt.timedelta(days=CARD.publication_lag_days)
        if item.end > filed or not _is_year(item.start, item.end):
            continue
        yield {
            "period_start": item.start,
            "period_end": item.end,
            "item": item.item,
            "value": item.value,
            "currency": item.currency,
            "concept": item.concept,
            "is_weak": item.is_weak,
            "observed_to": item.end,
            "published_on": filed,
            "origin": f"{raw.origin}#{name}",
        }


def _is_year(start: dt.date | None, end: dt.date) -> bool:
    shortest, longest = FISCAL_YEAR_DAYS
    return start is None or shortest <= (end - start).days + 1 <= longest


def _published_on(name: str) -> dt.date | None:
    """Day of a daily zip, or the last day of a monthly one's month."""
    if found := _DAILY.search(name):
        return dt.date.fromisoformat(found[1])
    if found := _MONTHLY.search(name):
        month = dt.datetime.strptime(f"{found[1]} {found[2]}", "%B %Y").date()
        return (month + dt.timedelta(days=31)).replace(day=1) - dt.timedelta(days=1)
    return None


def _months_before(as_of: dt.date, count: int) -> list[str]:
    """Names of the monthly zips of the months that had ended, the earliest first."""
    ended = as_of.year * 12 + as_of.month - 1
    days = [dt.date(i // 12, i % 12 + 1, 1) for i in range(ended - count, ended)]
    return [f"Accounts_Monthly_Data-{day:%B%Y}.zip" for day in days]
