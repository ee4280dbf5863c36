"""Company registers of single countries that answer without a key: what they have in common.

Suppliers of the country are asked for by number, others by name. Of an answer only what is known
to be of a company is stored, and of everything else the rule by which it is not read.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import polars as pl

from signals.account import NOTHING_TO_SAY, Account, Unit
from signals.card import SourceCard
from signals.fetching.mirror import mirror_files
from signals.fetching.partial_pull import fetch_each
from signals.fetching.responses import read_json
from signals.fetching.source_tables import no_rejections, rejected_file
from signals.source import REJECTED_SCHEMA, PullContext, RawFile, Staged
from signals.source_errors import ODD_FORM, NotPublishedError
from signals.sources.registers.register_rows import (
    ENTITIES,
    PERSON_REASON,
    PERSON_RULE,
    day_of,
    entity,
    entity_frame,
    known_since,
)
from suppliers.input_errors import DataRejectedError

CASES = "stg_register_insolvency"
CASE_SCHEMA: dict[str, pl.DataType] = {
    "register": pl.String(),
    "country_iso3": pl.String(),
    "company_number": pl.String(),
    "case_type": pl.String(),
    "opened_on": pl.Date(),
    "seen_to": pl.Date(),
    "observed_to": pl.Date(),
    "published_on": pl.Date(),
    "origin": pl.String(),
}

NOT_DIFFUSED, UNKNOWN_KIND = "not_diffused", "unknown_kind"
_REASONS: Mapping[str, str] = {
    PERSON_RULE: PERSON_REASON,
    NOT_DIFFUSED: "the register gives the entry in part only, as its holder asked; it is not read",
    UNKNOWN_KIND: "the register does not say that the entry is a company, so it may be a person "
    "and is not read",
}


@dataclass(frozen=True)
class RegisteredCompany:
    """What is kept of a company. Days are ISO texts, as they are stored in JSON.

    Attributes:
        number: in the register.
        name: legal name.
        since: day of registration.
        legal_form: code of the register.
        address: of the registered office.
        ended_on: day on which it left the register; None while it is in it.
        status: in words, where it is not simply active.
        case_type: of an insolvency case that is open.
        case_opened_on: its day.
    """

    number: str
    name: str
    since: str | None
    legal_form: str | None = None
    address: str | None = None
    ended_on: str | None = None
    status: str | None = None
    case_type: str | None = None
    case_opened_on: str | None = None


@dataclass(frozen=True)
class NationalRegister:
    """How one register is asked and read.

    Attributes:
        card: of the source.
        country_iso2: of its companies.
        country_iso3: the same.
        number: the number as the register writes it; None for a text that is none.
        by_number: path of the question for a number.
        by_name: path of the question for a name, encoded.
        entries: the companies of an answer, and for each other entry the rule by which it is not
            read; KeyError, TypeError and AttributeError where it is no answer of the register.
    """

    card: SourceCard
    country_iso2: str
    country_iso3: str
    number: Callable[[str], str | None]
    by_number: Callable[[str], str]
    by_name: Callable[[str], str]
    entries: Callable[[Any], Iterator[RegisteredCompany | str]]


def pull_register(register: NationalRegister, context: PullContext) -> Sequence[RawFile]:
    """Ask for the suppliers of the country, or read the answers of a mirror in the same way.

    A number that the register does not know gives no file.

    Raises:
        SourceUnavailableError: the register does not answer, or the mirror holds no answer.
        UsageError: the mirror does not exist.
    """
    source_id = register.card.id

    def reduce(path: Path) -> bytes:
        return _reduced(register, path)

    if context.mirror is not None:
        paths = mirror_files(source_id, context.mirror, ["*.json", "*.json.gz"], context.options)
        return [
            context.store.put(source_id, str(path), reduce(path), key=path.name) for path in paths
        ]
    root = context.url.rstrip("/")
    own = context.suppliers.filter(pl.col("country_iso2") == register.country_iso2)
    wanted: dict[str, str] = {}
    for name, given in own.sort("supplier_id").select("name", "company_number").iter_rows():
        number = register.number(given) if given else None
        if number is not None:
            wanted[f"company:{number}"] = f"{root}/{register.by_number(number)}"
        else:
            wanted[f"search:{name}"] = f"{root}/{register.by_name(quote(name, safe=''))}"

    def ask(one: tuple[str, str]) -> Iterator[RawFile]:
        key, url = one
        try:
            yield context.store.download(
                source_id, url, key=key, expect="json", headers={}, reduce=reduce
            )
        except NotPublishedError:
            return

    return fetch_each(source_id, sorted(wanted.items()), ask)


def _reduced(register: NationalRegister, path: Path) -> bytes:
    """What may be kept of an answer; an answer of another kind is rejected when it is staged."""
    try:
        kept = [
            one if isinstance(one, str) else asdict(one)
            for one in register.entries(read_json(path))
        ]
    except (*ODD_FORM, DataRejectedError):
        return b"{}"
    return json.dumps({"entries": kept}, sort_keys=True).encode()


def stage_register(
    register: NationalRegister, files: Sequence[RawFile], context: PullContext
) -> Sequence[Staged]:
    """One row per company and per open insolvency case; an unknown answer is rejected whole."""
    card = register.card
    rows: list[dict[str, object]] = []
    cases: list[dict[str, object]] = []
    rejected = [no_rejections()]
    account = Account()
    account.count_each(Unit.DOCUMENT, files)
    for raw in files:
        try:
            content = read_json(Path(raw.path))
            if not isinstance(content, dict) or not isinstance(content.get("entries"), list):
                raise DataRejectedError(
                    f"{Path(raw.origin).name}: it is no answer of {card.title}; fetch it again."
                )
            entries = content["entries"]
            companies = _companies_of(entries, Path(raw.origin).name)
        except DataRejectedError as error:
            rejected.append(rejected_file(raw, error))
            continue
        seen_on = known_since(context, raw, card.id)
        rows += [_entity(register, one, raw, seen_on, context.as_of) for one in companies]
        cases += [
            _case(register, one, day, raw, seen_on)
            for one in companies
            if one.case_type is not None and (day := day_of(one.case_opened_on)) is not None
        ]
        rejected.append(_left_out(entries, raw))
        account.note(raw, is_used=bool(companies), otherwise=NOTHING_TO_SAY)
    key = ["register", "company_number"]
    case_frame = pl.DataFrame(cases, schema=CASE_SCHEMA).unique(
        key, keep="last", maintain_order=True
    )
    return [
        Staged(ENTITIES, entity_frame(rows), pl.concat(rejected), account),
        Staged(CASES, case_frame),
    ]


def _left_out(entries: Sequence[object], raw: RawFile) -> pl.DataFrame:
    rows = [
        (raw.origin, position, rule, _REASONS[rule])
        for position, rule in enumerate(entries, start=1)
        if isinstance(rule, str)
    ]
    return pl.DataFrame(rows, schema=REJECTED_SCHEMA, orient="row")


def _entity(
    register: NationalRegister,
    company: RegisteredCompany,
    raw: RawFile,
    seen_on: dt.date,
    as_of: dt.date,
) -> dict[str, object]:
    since = day_of(company.since) or seen_on
    ended = day_of(company.ended_on)
    return entity(
        register.card.id,
        company.number,
        company.name,
        legal_form=company.legal_form,
        country_iso2=register.country_iso2,
        address=company.address,
        status=company.status,
        # A company that ended after the as-of date was active on it.
        is_active=ended > as_of if ended is not None else company.status != "ended",
        ended_on=ended,
        company_number=company.number,
        observed_to=since,
        published_on=since,
        origin=raw.origin,
    )


def _case(
    register: NationalRegister,
    company: RegisteredCompany,
    opened: dt.date,
    raw: RawFile,
    seen_on: dt.date,
) -> dict[str, object]:
    return {
        "register": register.card.id,
        "country_iso3": register.country_iso3,
        "company_number": company.number,
        "case_type": company.case_type,
        "opened_on": opened,
        "seen_to": max(seen_on, opened),
        "observed_to": opened,
        "published_on": opened,
        "origin": raw.origin,
    }


def _companies_of(entries: Sequence[object], name: str) -> list[RegisteredCompany]:
    """The records that `pull` kept of companies.

    Raises:
        DataRejectedError: one has other fields.
    """
    try:
        return [RegisteredCompany(**one) for one in entries if isinstance(one, dict)]
    except TypeError as error:
        raise DataRejectedError(f"{name}: a record has other fields; fetch it again.") from error
