"""Companies of the United Kingdom: name, former names, number, office, status, standing.

Reads company profiles, search results, insolvency cases, charges and filing histories of the
Companies House API. From the network, suppliers in the United Kingdom are asked for by number,
others by name. The key is in the environment variable `COMPANIES_HOUSE_KEY`. Officers and
persons with significant control are never asked for; persons in other answers are never stored.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

import polars as pl

from signals.access import Access, AccessKind, Reach, Requests
from signals.account import NOTHING_TO_SAY, Account, Unit
from signals.card import Collection, Licence, SourceCard
from signals.expected_form import ExpectedForm
from signals.fetching.mirror import mirror_files
from signals.fetching.partial_pull import fetch_each
from signals.fetching.responses import read_json
from signals.fetching.source_tables import no_rejections, rejected_file
from signals.source import PullContext, RawFile, Staged
from signals.source_errors import ODD_FORM, NotPublishedError
from signals.sources.registers.companies_house_record import (
    ACCOUNTS_DUE,
    FILING_CATEGORIES,
    TABLES,
    kind_of,
    record_rows,
    staged_record,
    without_persons,
)
from signals.sources.registers.company_profiles import (
    companies_alone,
    company_items,
    not_of_companies_house,
)
from signals.sources.registers.register_rows import (
    ENTITIES,
    day_of,
    entity,
    entity_frame,
    fetched_month,
    joined,
    known_since,
    rejected_persons,
)
from suppliers.input_errors import DataRejectedError
from suppliers.intake.company_numbers import uk_company_number

CARD = SourceCard(
    id="companies_house",
    title="Companies House register",
    publisher="Companies House, United Kingdom",
    url="https://developer.company-information.service.gov.uk/",
    licence=Licence(
        id="OGL-UK-3.0",
        url="https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/",
        redistributable=True,
        commercial_use=True,
    ),
    held_by="Companies House, from the companies' statutory filings",
    collection=Collection.PUBLIC_RECORD,
    role="identity",
    cadence="daily",
    publication_lag_days=0,
    coverage="Companies registered in the United Kingdom",
    expected_rows=(0, 10_000_000),
    counts=(Unit.FILE, Unit.DOCUMENT),
    citation="Companies House, Open Government Licence v3.0.",
    form_verified="2026-11: limits from documentation, numbers from the publisher's own code",
    access=Access(
        kind=AccessKind.FREE_KEY,
        variables=("COMPANIES_HOUSE_KEY",),
        register_at="https://developer.company-information.service.gov.uk/",
        price="free",
        waiting_time="minutes",
        adds="status, late filing, insolvency and charges of companies in the United Kingdom",
    ),
    reach=Reach(by="name", identifiers=("company_number",), countries=("GBR",)),
    requests=(
        Requests(each=4, kilobytes=15, per="supplier", among="with_identifier"),
        Requests(kilobytes=15, per="supplier", among="without_identifier"),
    ),
)

_ENDED = frozenset({"dissolved", "closed", "converted-closed", "removed"})
_FOUND_PER_NAME = 5
_PATTERNS = (
    "*company_profile*.json*",
    "*search*.json*",
    "*insolvency*.json*",
    "*charges*.json*",
    "*filing_history*.json*",
    "*filing-history*.json*",
)

#: Answers about a company beside its profile, with the field that says there is nothing to ask
#: for where it is false. The interface gives at most 100 filings at once, the latest first.
_FURTHER: Mapping[str, tuple[str, str | None]] = {
    "insolvency": ("insolvency", "has_insolvency_history"),
    "charges": ("charges?items_per_page=100", "has_charges"),
    "filing-history": (
        f"filing-history?category={','.join(FILING_CATEGORIES)}&items_per_page=100",
        None,
    ),
}


#: How the publisher's answer is checked.
FORM = ExpectedForm(
    kind="json",
    path="company/00000006",
    holds=("company_number", "company_name", "company_status"),
)


def pull(context: PullContext) -> Sequence[RawFile]:
    """Bring what is known of suppliers in the United Kingdom, or register a mirror.

    Cases, charges and filings are those of suppliers whose number is in the list.

    Raises:
        SourceUnavailableError: the API does not answer, or there is no key.
        UsageError: the mirror does not exist.
    """
    if context.mirror is not None:
        paths = mirror_files(CARD.id, context.mirror, _PATTERNS, context.options)
        return [context.store.keep(CARD.id, path, key=path.name) for path in paths]
    root = context.url.rstrip("/")
    british = context.suppliers.filter(pl.col("country_iso2") == "GB").sort("supplier_id")
    wanted: dict[str, str] = {}
    for name, given in british.select("name", "company_number").iter_rows():
        if given:
            full = uk_company_number(given)
            wanted[f"company:{full}"] = f"{root}/company/{quote(full)}"
        else:
            query = f"q={quote(name)}&items_per_page={_FOUND_PER_NAME}"
            wanted[f"search:{name}"] = f"{root}/search/companies?{query}"

    def ask(one: tuple[str, str]) -> Iterator[RawFile]:
        key, url = one
        found = context.store.download(
            CARD.id, url, key=key, expect="json", headers={}, reduce=companies_alone
        )
        yield found
        if key.startswith("company:"):
            yield from _further(context, url, found)

    return fetch_each(CARD.id, sorted(wanted.items()), ask)


def _further(context: PullContext, url: str, profile: RawFile) -> Iterator[RawFile]:
    """What else the register holds of a company; an answer 404 says that there is nothing."""
    content = read_json(Path(profile.path))
    known = content if isinstance(content, dict) else {}
    number = profile.key.removeprefix("company:")
    for name, (address, flag) in _FURTHER.items():
        if flag is not None and known.get(flag) is False:
            continue
        try:
            yield context.store.download(
                CARD.id,
                f"{url}/{address}",
                key=f"{name}:{number}",
                expect="json",
                headers={},
                reduce=without_persons,
            )
        except NotPublishedError:
            continue


def stage(files: Sequence[RawFile], context: PullContext) -> Sequence[Staged]:
    """One row per company, case event, charge and filing; an unknown answer is rejected whole."""
    rows: list[dict[str, object]] = []
    standing: dict[str, list[dict[str, object]]] = {table: [] for table in TABLES}
    rejected = [no_rejections()]
    account = Account()
    account.count_each(Unit.DOCUMENT, files)
    for raw in files:
        try:
            content = read_json(Path(raw.path))
            seen_on = known_since(context, raw, CARD.id)
            kind = kind_of(content)
            if kind is not None and isinstance(content, dict):
                of_kind = list(record_rows(kind, content, raw, seen_on))
                standing[kind] += of_kind
                account.note(raw, is_used=bool(of_kind), otherwise=NOTHING_TO_SAY)
                continue
            persons, items = company_items(content, raw)
            companies = list(_companies(items, raw))
            rows += companies
            rejected.append(rejected_persons(raw.origin, persons))
            account.note(raw, is_used=bool(companies), otherwise=NOTHING_TO_SAY)
            if isinstance(content, dict) and "accounts" in content:
                standing[ACCOUNTS_DUE] += record_rows(ACCOUNTS_DUE, content, raw, seen_on)
        except DataRejectedError as error:
            rejected.append(rejected_file(raw, error))
    return [
        Staged(ENTITIES, entity_frame(rows), pl.concat(rejected), account),
        *(staged_record(table, found) for table, found in standing.items()),
    ]


def _companies(items: Sequence[Mapping[str, Any]], raw: RawFile) -> Iterator[dict[str, object]]:
    try:
        for item in items:
            yield _company(item, raw)
    except ODD_FORM as error:
        raise not_of_companies_house(raw) from error


def _company(item: Mapping[str, Any], raw: RawFile) -> dict[str, object]:
    address = item.get("registered_office_address") or item.get("address") or {}
    former = [entry["name"] for entry in item.get("previous_company_names") or []]
    since = day_of(item.get("date_of_creation")) or fetched_month(raw)
    status = item.get("company_status")
    number = str(item["company_number"])
    return entity(
        CARD.id,
        number,
        str(item.get("company_name") or item["title"]),
        other_names=former,
        legal_form=item.get("type") or item.get("company_type"),
        country_iso2="GB",
        address=joined(
            [
                address.get("address_line_1"),
                address.get("address_line_2"),
                address.get("postal_code"),
                address.get("locality"),
            ]
        ),
        status=status,
        is_active=status not in _ENDED,
        ended_on=day_of(item.get("date_of_cessation")),
        company_number=number,
        observed_to=since,
        published_on=since,
        origin=raw.origin,
    )
