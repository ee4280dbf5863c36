"""OpenSanctions: companies on sanctions lists and lists of debarred bidders of many states.

Read under a licence alone that the user states: the data are free for non-commercial use, and
OpenSanctions licenses them for commercial use. Persons are left out before anything is stored.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import polars as pl

from signals.access import Access, Reach, Requests
from signals.account import Account, Unit, rows_by_rule
from signals.card import Collection, Licence, SourceCard
from signals.expected_form import ExpectedForm
from signals.fetching.json_records import json_records
from signals.fetching.mirror import mirror_files
from signals.fetching.published_rows import published_rows
from signals.fetching.source_tables import no_rejections, rejected_file
from signals.source import REJECTED_SCHEMA, PullContext, RawFile, Staged
from signals.source_errors import SourceUnavailableError
from signals.sources.lists.list_rows import DEBARMENT, SCHEMA, TABLE
from signals.sources.lists.opensanctions_records import (
    PARTS,
    records_without_persons,
    table_without_persons,
    texts,
)
from signals.sources.registers.register_rows import (
    PERSON_REASON,
    PERSON_RULE,
    country_code,
    day_of,
    is_lei,
    known_since,
)
from suppliers.input_errors import DataRejectedError

CARD = SourceCard(
    id="opensanctions",
    title="OpenSanctions",
    publisher="OpenSanctions",
    url="https://www.opensanctions.org/",
    licence=Licence(
        id="CC-BY-NC-4.0",
        url="https://www.opensanctions.org/licensing/",
        redistributable=False,
        commercial_use=False,
    ),
    held_by="OpenSanctions, from the lists of many states and of development banks",
    collection=Collection.PUBLIC_RECORD,
    role="identity",
    cadence="daily",
    publication_lag_days=0,
    coverage="Companies on sanctions and debarment lists; persons and ships are not read",
    expected_rows=(0, 1_000_000),
    counts=(Unit.FILE, Unit.ROW),
    citation="OpenSanctions, CC BY-NC 4.0 or its commercial licence.",
    form_verified="2026-11: columns and records from the publisher's documentation and clients",
    access=Access(
        adds="companies on sanctions and debarment lists of many states as flags",
        off_because="its licence asks for your statement of use: options.licence",
    ),
    reach=Reach(by="name", identifiers=("lei", "company_number")),
    requests=(Requests(kilobytes=40_000),),
)

#: What a user can state as the licence of their use.
LICENCES = ("non_commercial", "commercial")
_TABLE_FILE = "targets.simple.csv"
_REASONS = {
    PERSON_RULE: PERSON_REASON,
    "thing_entry": "the entry is a ship, an aircraft or another thing, not a company",
    "no_company": "the entry names no company",
    "unknown_kind": "the list does not say that the entry is a company, so it is not read",
}
_RULES = {"Person": PERSON_RULE, "Vessel": "thing_entry", "Nameless": "no_company"}
_NO_PARTY = "a sanction, an address or a link, no entity"
_NOT_LISTED = "a company that is not on a list itself"
_ENDED = "ended by the as-of date"

#: How the publisher's answer is checked.
FORM = ExpectedForm(kind="csv", holds=("id", "schema", "name", "first_seen"), is_part=True)


@dataclass
class _Entries:
    """Entries of one file, and the outcome of the others."""

    read: int = 0
    rows: list[dict[str, object]] = field(default_factory=list)
    broken: list[tuple[int, str]] = field(default_factory=list)
    beyond: Counter[str] = field(default_factory=Counter)

    def is_company(self, position: int, schema: str) -> bool:
        """Count an entry; whether it is one of a company."""
        self.read += 1
        if schema in PARTS:
            self.beyond[_NO_PARTY] += 1
        elif schema in _RULES or schema in ("Unknown", ""):
            self.broken.append((position, _RULES.get(schema, "unknown_kind")))
        else:
            return True
        return False


def pull(context: PullContext) -> Sequence[RawFile]:
    """Fetch the list without its persons, or take it from the mirror in the same way.

    Raises:
        SourceUnavailableError: no licence is stated, the publisher does not answer, or the mirror
            holds neither form.
        UsageError: the mirror does not exist.
    """
    if context.options.get("licence") not in LICENCES:
        raise SourceUnavailableError(
            f"{CARD.id}: state the licence of your use as sources.{CARD.id}.options.licence: "
            "non_commercial (CC BY-NC 4.0), or commercial where you have OpenSanctions' licence."
        )
    if context.mirror is None:
        return [
            context.store.download(
                CARD.id,
                context.url,
                key=_TABLE_FILE,
                expect="csv",
                headers={},
                reduce=table_without_persons,
            )
        ]
    patterns = ["*.csv", "*.csv.gz", "*.json", "*.json.gz", "*.jsonl", "*.jsonl.gz"]
    paths = mirror_files(CARD.id, context.mirror, patterns, context.options)
    return [
        context.store.put(CARD.id, str(path), _without_persons(path), key=path.name)
        for path in paths
    ]


def _without_persons(path: Path) -> bytes:
    if _is_table(path.name):
        return table_without_persons(path)
    try:
        return records_without_persons(path)
    except DataRejectedError as error:
        raise SourceUnavailableError(f"{CARD.id}: {error}") from error


def stage(files: Sequence[RawFile], context: PullContext) -> Sequence[Staged]:
    """One row per company on a list; persons are counted and not read.

    A file that cannot be read is rejected as a whole and the others go on.
    """
    rejected = [no_rejections()]
    rows: list[dict[str, object]] = []
    account = Account()
    for raw in files:
        try:
            found = (_of_table if _is_table(raw.key) else _of_records)(raw, context)
        except (DataRejectedError, SourceUnavailableError) as error:
            rejected.append(rejected_file(raw, DataRejectedError(str(error))))
            continue
        rows += found.rows
        stated = [(raw.origin, position, rule, _REASONS[rule]) for position, rule in found.broken]
        bad = pl.DataFrame(stated, schema=REJECTED_SCHEMA, orient="row")
        rejected.append(bad)
        account.count(
            Unit.ROW,
            raw,
            read=found.read,
            used=len(found.rows),
            rejected=rows_by_rule(bad),
            out_of_scope=found.beyond,
        )
    frame = pl.DataFrame(rows, schema=SCHEMA)
    unique = frame.unique(["list_id", "entry_id"], keep="first", maintain_order=True)
    return [Staged(TABLE, unique, pl.concat(rejected), account)]


def _is_table(name: str) -> bool:
    return ".csv" in name


def _of_table(raw: RawFile, context: PullContext) -> _Entries:
    found = _Entries()
    _, rows = published_rows(CARD.id, Path(raw.path), ("id", "schema", "name"))
    for position, row in enumerate(rows, start=2):
        if not found.is_company(position, "" if row is None else row["schema"]) or row is None:
            continue
        leis = [one for one in _split(row.get("identifiers")) if is_lei(one.upper())]
        found.rows.append(
            _row(
                raw,
                context,
                entry_id=row["id"] or f"{raw.key}:{position}",
                name=row["name"],
                others=_split(row.get("aliases")),
                countries=_split(row.get("countries")),
                address=row.get("addresses"),
                lei=leis[0].upper() if len(leis) == 1 else None,
                first_seen=row.get("first_seen"),
            )
        )
    return found


def _of_records(raw: RawFile, context: PullContext) -> _Entries:
    found = _Entries()
    records = list(json_records(Path(raw.path), Path(raw.origin).name))
    sanctions: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for _, record in records:
        if record is not None and record.get("schema") == "Sanction":
            for listed in texts(record, "entity"):
                sanctions[listed].append(record)
    for position, record in records:
        schema = "" if record is None else str(record.get("schema") or "")
        if not found.is_company(position, schema) or record is None:
            continue
        own = sanctions.get(str(record.get("id")), [])
        ends = [max(_days(one, "endDate"), default=None) for one in own]
        if record.get("target") is not True:
            found.beyond[_NOT_LISTED] += 1
        elif own and all(end is not None and end <= context.as_of for end in ends):
            found.beyond[_ENDED] += 1
        else:
            found.rows.append(_record_row(raw, context, record, own))
    return found


def _record_row(
    raw: RawFile,
    context: PullContext,
    record: Mapping[str, Any],
    sanctions: Sequence[Mapping[str, Any]],
) -> dict[str, object]:
    topics = texts(record, "topics")
    begun = [day for one in sanctions for day in _days(one, "startDate", "listingDate")]
    links = [url for one in (*sanctions, record) for url in texts(one, "sourceUrl")]
    numbers = texts(record, "registrationNumber")
    leis = [one for one in texts(record, "leiCode") if is_lei(one)]
    return _row(
        raw,
        context,
        entry_id=str(record.get("id")),
        name=str(record.get("caption")),
        others=[*texts(record, "name"), *texts(record, "alias")],
        countries=texts(record, "jurisdiction") or texts(record, "country"),
        address="; ".join(texts(record, "address")),
        lei=leis[0] if len(leis) == 1 else None,
        number=numbers[0] if len(numbers) == 1 else None,
        first_seen=record.get("first_seen"),
        listed_on=min(begun, default=None),
        link=next((url for url in links if url.startswith("https://")), None),
        kind=DEBARMENT if "debarment" in topics and "sanction" not in topics else "entity_list",
    )


def _row(
    raw: RawFile,
    context: PullContext,
    *,
    entry_id: str,
    name: str,
    others: Sequence[str],
    countries: Sequence[str],
    first_seen: object,
    kind: str = "entity_list",
    **values: Any,
) -> dict[str, object]:
    listed = values.get("listed_on")
    day = listed or day_of(first_seen) or known_since(context, raw, CARD.id)
    codes = {country_code(one.upper()) for one in countries}
    return {
        **dict.fromkeys(SCHEMA),
        "list_id": CARD.id,
        "entry_id": entry_id,
        "list_title": CARD.title,
        "kind": kind,
        "name": name,
        "other_names": [one for one in dict.fromkeys(others) if one != name],
        "country_iso2": codes.pop() if len(codes) == 1 else None,
        "address": values.get("address") or None,
        "lei": values.get("lei"),
        "company_number": values.get("number"),
        "listed_on": listed,
        "link": values.get("link") or f"{CARD.url}entities/{entry_id}/",
        "observed_to": day,
        "published_on": day,
        "origin": raw.origin,
    }


def _days(record: Mapping[str, Any], *names: str) -> list[Any]:
    days = (day_of(one) for name in names for one in texts(record, name))
    return [day for day in days if day is not None]


def _split(cell: str | None) -> list[str]:
    return [part.strip() for part in (cell or "").split(";") if part.strip()]
