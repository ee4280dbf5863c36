"""Accounts filed with the British register of companies: iXBRL, by the day or the month.

Daily and monthly zips hold one document per company, HTML with inline XBRL or, from before 2011,
plain XBRL. Only the documents of listed companies are read, and of those only the items of
accounts: names of officers stand in them and are never taken. A mirror holds the zips, or single
documents. Their names hold the company number, `Prod…_<company number>_<balance date>.html`; of a
document under another name the number within counts.
"""

from __future__ import annotations

import datetime as dt
import logging
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import polars as pl

from signals.access import Access, Periods, Reach, Requests
from signals.account import NOT_LISTED, Account, Unit
from signals.card import Collection, Licence, SourceCard
from signals.expected_form import ExpectedForm
from signals.fetching.archives import read_members
from signals.fetching.mirror import mirror_files, number
from signals.fetching.partial_pull import fetch_each
from signals.fetching.responses import read_body
from signals.fetching.source_tables import no_rejections, rejected_file
from signals.source import REJECTED_SCHEMA, PullContext, RawFile, Staged
from signals.source_errors import NotPublishedError
from signals.sources.accounts.company_facts import FISCAL_YEAR_DAYS, ITEMS_SCHEMA
from signals.sources.accounts.uk_xbrl_concepts import uk_items
from signals.sources.accounts.xbrl_instance import company_number, read_instance
from suppliers.input_errors import DataRejectedError
from suppliers.intake.company_numbers import uk_company_number
from suppliers.intake.days import stated_day, written_day

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
    counts=(Unit.FILE, Unit.DOCUMENT),
    citation="Companies House, accounts data product.",
    form_verified="2026-11: root and archive from clients",
    access=Access(
        adds="accounts filed in the United Kingdom",
        off_because="24 monthly archives of 1.3 GB each are fetched",
    ),
    reach=Reach(by="identifier", identifiers=("company_number",), countries=("GBR",)),
    requests=(
        Requests(
            each=1.5,
            kilobytes=1300000,
            periods=Periods(option="months", default=24, unit="months", every="month"),
        ),
    ),
)

TABLE = "stg_companies_house_accounts__items"

#: The largest real document is some tens of megabytes, pictures included.
_DOCUMENT_LIMIT_BYTES = 300_000_000

_ENDINGS = ("html", "xhtml", "xml", "html.gz", "xhtml.gz", "xml.gz")
_DOCUMENT = re.compile(
    r"^Prod\d+_\d+_(?P<number>[A-Z0-9]{8})_(?P<day>\d{8})\.(?:html|xml|xhtml)(?:\.gz)?$",
    re.IGNORECASE,
)
_ENDING = re.compile(r"\.(?:html|xml|xhtml)(?:\.gz)?$", re.IGNORECASE)
_UNREADABLE, _NOTHING = "unreadable_file", "document_yields_nothing"
_NO_DOCUMENT = "no document of accounts"
_DAILY = re.compile(r"(\d{4}-\d{2}-\d{2})")
_MONTHLY = re.compile(r"Monthly_Data-([A-Za-z]+)(\d{4})")


#: How the publisher's answer is checked.
FORM = ExpectedForm(
    kind="zip",
    path="Accounts_Monthly_Data-<month_name><year>.zip",
    otherwise=("archive/Accounts_Monthly_Data-<month_name><year>.zip",),
    days_before=62,
    is_part=True,
)


def pull(context: PullContext) -> Sequence[RawFile]:
    """Bring the monthly zips before the as-of date; none if no supplier has a company number.

    Raises:
        SourceUnavailableError: the publisher cannot be reached, or the mirror holds no accounts.
        UsageError: the mirror does not exist.
    """
    if context.mirror is not None:
        patterns = ["*accounts*.zip", *(f"*.{end}" for end in _ENDINGS)]
        paths = mirror_files(CARD.id, context.mirror, patterns, context.options)
        return [context.store.keep(CARD.id, path, key=path.name) for path in paths]
    british = context.suppliers.filter(
        pl.col("company_number").is_not_null() & (pl.col("country_iso3") == "GBR")
    )
    if british.is_empty():
        return []
    root = context.url.rstrip("/")
    names = list(_months_before(context.as_of, int(number(CARD.id, context.options, "months", 24))))
    absent = (
        f"{root}: it has none of the months asked for, such as {names[0]}; check the address and "
        "the as-of date."
    )
    found = fetch_each(CARD.id, names, lambda name: _month(context, root, name), absent=absent)
    missing = sorted(set(names) - {raw.key for raw in found}, key=names.index)
    if missing:
        _LOG.warning("source %s: no accounts of %s", CARD.id, ", ".join(missing))
    return found


def _month(context: PullContext, root: str, name: str) -> Iterator[RawFile]:
    """The zip of a month: the last twelve are at the root, older ones in the archive."""
    for folder in (root, f"{root}/archive"):
        try:
            yield context.store.download(
                CARD.id, f"{folder}/{name}", key=name, expect="zip", headers={}
            )
        except NotPublishedError:
            continue
        return


def stage(files: Sequence[RawFile], context: PullContext) -> Sequence[Staged]:
    """Read the items of the listed companies; a document or zip that cannot be read is rejected."""
    suppliers_of: dict[str, list[str]] = defaultdict(list)
    known = context.suppliers.filter(pl.col("company_number").is_not_null()).sort("supplier_id")
    for supplier_id, own in known.select("supplier_id", "company_number").iter_rows():
        suppliers_of[uk_company_number(own)].append(supplier_id)
    rows: list[dict[str, object]] = []
    rejected = [no_rejections()]
    account = Account()
    for raw in files:
        fates = Counter[str]()
        try:
            for name, own_number, content in _documents(raw, frozenset(suppliers_of), fates):
                try:
                    found = _items(name, content, raw)
                except DataRejectedError as error:
                    fates[_UNREADABLE] += 1
                    rejected.append(rejected_file(raw, error))
                    continue
                if isinstance(found, str):
                    fates[_NOTHING] += 1
                    row = (Path(raw.origin).name, None, _NOTHING, f"{name}: {found}")
                    rejected.append(pl.DataFrame([row], schema=REJECTED_SCHEMA, orient="row"))
                    continue
                fates["used"] += 1
                owners = suppliers_of[own_number]
                rows += [{"supplier_id": owner, **row} for owner in owners for row in found]
        except DataRejectedError as error:
            rejected.append(rejected_file(raw, error))
            # An archive that breaks off gives no document after the one it breaks at.
            fates[_UNREADABLE] += fates["read"] - sum(
                n for why, n in fates.items() if why != "read"
            )
        account.count(
            Unit.DOCUMENT,
            raw,
            read=fates["read"],
            used=fates["used"],
            rejected={rule: fates[rule] for rule in (_UNREADABLE, _NOTHING)},
            out_of_scope={why: fates[why] for why in (NOT_LISTED, _NO_DOCUMENT)},
        )
    key = ["supplier_id", "item", "concept", "period_end", "published_on", "origin"]
    frame = pl.DataFrame(rows, schema=ITEMS_SCHEMA).unique(key, keep="first", maintain_order=True)
    return [Staged(TABLE, frame, pl.concat(rejected), account)]


def _documents(
    raw: RawFile, numbers: frozenset[str], fates: Counter[str]
) -> Iterator[tuple[str, str, bytes]]:
    """Name, company number and content of the documents of listed companies.

    Args:
        raw: a zip, or one document.
        numbers: of the listed companies.
        fates: counts what is read, and what is passed over by reason.
    """

    def wanted(name: str) -> bool:
        fates["read"] += 1
        own = _DOCUMENT.match(name)
        if not _ENDING.search(name):
            fates[_NO_DOCUMENT] += 1
        elif own is not None and own["number"].upper() not in numbers:
            fates[NOT_LISTED] += 1
        else:
            return True
        return False

    found: Iterable[tuple[str, bytes]] = ()
    if raw.key.lower().endswith(".zip"):
        found = read_members(Path(raw.path), wanted, limit_bytes=_DOCUMENT_LIMIT_BYTES)
    elif wanted(raw.key):
        found = [(raw.key, read_body(Path(raw.path)))]
    for name, content in found:
        in_name = _DOCUMENT.match(name)
        # Documents under names of another kind state the number within.
        own = in_name["number"].upper() if in_name else company_number(content)
        if own is None:
            yield name, "", content
        elif own in numbers:
            yield name, own, content
        else:
            fates[NOT_LISTED] += 1


def _items(name: str, content: bytes, raw: RawFile) -> list[dict[str, object]] | str:
    """Rows of one document, of its year and those it compares with, or why it has none."""
    facts = read_instance(content, name)
    if not _DOCUMENT.match(name) and company_number(content) is None:
        return "neither its name nor its content says which company it is of"
    published = _published_on(raw.key)
    last = max((fact.end for fact in facts if fact.value is not None), default=None)
    if last is None:
        return "it holds no figure with a date"
    items = list(uk_items(facts))
    if not items:
        return "none of its figures is an item of accounts that is read"
    filed = published or last + dt.timedelta(days=CARD.publication_lag_days)
    rows: list[dict[str, object]] = [
        {
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
        for item in items
        if item.end <= filed and _is_year(item.start, item.end)
    ]
    return rows or f"its items are of no whole year, or of days after {filed}, when it was filed"


def _is_year(start: dt.date | None, end: dt.date) -> bool:
    shortest, longest = FISCAL_YEAR_DAYS
    return start is None or shortest <= (end - start).days + 1 <= longest


def _published_on(name: str) -> dt.date | None:
    """Day of a daily zip, or the last day of a monthly one's month."""
    if found := _DAILY.search(name):
        return stated_day(found[1])
    if found := _MONTHLY.search(name):
        month = written_day(f"1 {found[1]} {found[2]}")
        if month is not None:
            return (month + dt.timedelta(days=31)).replace(day=1) - dt.timedelta(days=1)
    return None


def _months_before(as_of: dt.date, count: int) -> list[str]:
    """Names of the monthly zips of the months that had ended, the earliest first."""
    ended = as_of.year * 12 + as_of.month - 1
    days = [dt.date(i // 12, i % 12 + 1, 1) for i in range(ended - count, ended)]
    return [f"Accounts_Monthly_Data-{day:%B%Y}.zip" for day in days]
