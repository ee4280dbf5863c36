"""Accounts of companies that file with the SEC: XBRL facts by company (CIK).

One JSON file per company holds every figure it ever filed, with the day of filing, so that a
run as of a date can take the figures as they stood then. Only suppliers with a `cik` are asked
for. A mirror holds files whose names contain `CIK##########`, gzipped or not, or the nightly zip
of all companies (`companyfacts.zip`), of which only the listed ones are unpacked, one at a time.
"""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

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
from signals.sources.accounts.company_facts import ITEMS_SCHEMA, company_items
from suppliers.input_errors import DataRejectedError

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

#: The nightly zip of all companies; one of them is at most some tens of megabytes.
_BULK = "companyfacts.zip"
_COMPANY_LIMIT_BYTES = 500_000_000

#: `facts` follows the company's number and name at the head of a file.
_HEAD_BYTES = 4096

_CIK = re.compile(r"CIK(\d{10})", re.IGNORECASE)
_WITHOUT_ITEMS = "document_yields_nothing"


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
