"""Legal Entity Identifiers: who a company is, where, under which names, and who consolidates it.

Reads answers of the API (JSON:API documents: records, relationships, reporting exceptions) and
the golden copy (CSV, or zip with one CSV). From the network, companies with a LEI are asked for in
batches, with their parents; others by name if the option `search_names` is on. Records of sole
traders are persons and are not read.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

import polars as pl

from signals.access import Access, Reach, Requests
from signals.account import Account, Unit
from signals.card import Collection, Licence, SourceCard
from signals.expected_form import ExpectedForm
from signals.fetching.archives import unpacked_member
from signals.fetching.mirror import mirror_files, number
from signals.fetching.partial_pull import fetch_each
from signals.fetching.responses import read_json
from signals.fetching.source_tables import no_rejections, rejected_file
from signals.source import PullContext, RawFile, Staged
from signals.source_errors import ODD_FORM
from signals.sources.registers.register_rows import (
    ENTITIES,
    PARENTS,
    country_code,
    day_of,
    entity,
    entity_frame,
    is_lei,
    joined,
    parent_frame,
    rejected_persons,
    without_care_of,
)
from suppliers.input_errors import DataRejectedError
from suppliers.intake.days import stated_day
from suppliers.intake.table_rows import SOURCE_ROW

CARD = SourceCard(
    id="gleif",
    title="Global LEI index",
    publisher="Global Legal Entity Identifier Foundation",
    url="https://api.gleif.org/api/v1",
    licence=Licence(
        id="CC0-1.0",
        url="https://www.gleif.org/en/meta/lei-data-terms-of-use/",
        redistributable=True,
        commercial_use=True,
    ),
    held_by="LEI issuers, from the companies themselves and the registers they are checked against",
    collection=Collection.PUBLIC_RECORD,
    role="identity",
    cadence="daily",
    publication_lag_days=0,
    coverage="About 2.9 million companies that have a LEI, mostly for financial dealings",
    expected_rows=(0, 10_000_000),
    counts=(Unit.FILE, Unit.PAGE, Unit.DOCUMENT),
    citation="GLEIF, Global LEI index.",
    form_verified="2026-11: a gentle limit of 60 a minute is ours; the publisher states none",
    access=Access(
        adds="names, legal addresses and parents of suppliers with an LEI",
        off_because="it asks for each supplier",
    ),
    reach=Reach(by="identifier", identifiers=("lei",)),
    requests=(
        Requests(kilobytes=400, per="supplier", group=100),
        Requests(each=2, kilobytes=4, per="supplier"),
    ),
)

_PERSON_CATEGORY = "SOLE_PROPRIETOR"
_BATCH = 100
_FOUND_PER_NAME = 10
_PARENT_FILE = re.compile(r"(direct|ultimate)-parent[_:-]([0-9A-Z]{20})")
_RELATIONS = {
    "IS_DIRECTLY_CONSOLIDATED_BY": "direct",
    "IS_ULTIMATELY_CONSOLIDATED_BY": "ultimate",
    "DIRECT_ACCOUNTING_CONSOLIDATION_PARENT": "direct",
    "ULTIMATE_ACCOUNTING_CONSOLIDATION_PARENT": "ultimate",
}
_GOLDEN_COUNTRY = ("Entity.LegalAddress.Country", "Entity.HeadquartersAddress.Country")
_GOLDEN_NAMES = (
    *(f"Entity.OtherEntityNames.OtherEntityName.{i}" for i in range(1, 6)),
    *(
        f"Entity.TransliteratedOtherEntityNames.TransliteratedOtherEntityName.{i}"
        for i in range(1, 6)
    ),
)
_GOLDEN_COLUMNS = (
    "LEI",
    "Entity.LegalName",
    *_GOLDEN_NAMES,
    *_GOLDEN_COUNTRY,
    "Entity.LegalAddress.FirstAddressLine",
    "Entity.LegalAddress.City",
    "Entity.LegalAddress.PostalCode",
    "Entity.RegistrationAuthority.RegistrationAuthorityEntityID",
    "Entity.EntityCategory",
    "Entity.LegalForm.EntityLegalFormCode",
    "Entity.EntityStatus",
    "Entity.EntityExpirationDate",
    "Registration.InitialRegistrationDate",
)

_NO_COMPANY = "no active record of a company in a country of the list"


#: How the publisher's answer is checked.
FORM = ExpectedForm(
    kind="json",
    path="lei-records?page[size]=1",
    holds=(
        "data.0.attributes.lei",
        "data.0.attributes.entity.legalName.name",
        "data.0.attributes.entity.legalAddress.country",
        "data.0.attributes.entity.status",
    ),
)


def pull(context: PullContext) -> Sequence[RawFile]:
    """Bring the records of the suppliers' LEIs and parents, or register a mirror.

    Raises:
        SourceUnavailableError: the API does not answer, or the mirror holds nothing known.
        UsageError: the mirror does not exist.
    """
    if context.mirror is not None:
        documents = [f"*{part}*.json*" for part in ("lei", "parent", "child", "relationship")]
        patterns = [*documents, "*golden-copy*.csv*", "*golden-copy*.zip"]
        paths = mirror_files(CARD.id, context.mirror, patterns, context.options)
        return [context.store.keep(CARD.id, path, key=path.name) for path in paths]
    root = context.url.rstrip("/")
    known = sorted(set(context.suppliers["lei"].drop_nulls().to_list()))
    wanted: list[tuple[str, str]] = [
        (f"records:{group[0]}", f"{root}/lei-records?filter[lei]={','.join(group)}&page[size]=200")
        for group in (known[at : at + _BATCH] for at in range(0, len(known), _BATCH))
    ]
    for lei in known:
        for relation in ("direct", "ultimate"):
            wanted.append(
                (f"{relation}-parent:{lei}", f"{root}/lei-records/{lei}/{relation}-parent")
            )
    wanted += _name_searches(context, root)

    def ask(one: tuple[str, str]) -> Iterator[RawFile]:
        key, url = one
        yield context.store.download(
            CARD.id, url, key=key, expect="json", headers={}, reduce=without_persons
        )

    return fetch_each(CARD.id, wanted, ask)


def without_persons(path: Path) -> bytes:
    """An answer of the API in which nothing but the category is left of sole traders.

    Lines of an address that say in whose care it is are left out.
    """
    content = read_json(path)
    data = content.get("data") if isinstance(content, dict) else None
    if not isinstance(content, dict) or not isinstance(data, (list, dict)):
        return json.dumps(content).encode()
    one = _without_person
    kept = [one(item) for item in data] if isinstance(data, list) else one(data)
    # What is included beside the data may be about a person, and is not read.
    meta = {name: content[name] for name in ("meta", "links") if name in content}
    return json.dumps({**meta, "data": kept}).encode()


def _without_person(item: Any) -> object:
    try:
        is_person = item["attributes"]["entity"]["category"] == _PERSON_CATEGORY
    except ODD_FORM:
        return item
    if is_person:
        return {"type": "lei-records", "attributes": {"entity": {"category": _PERSON_CATEGORY}}}
    for place in ("legalAddress", "headquartersAddress"):
        address = item["attributes"]["entity"].get(place)
        if isinstance(address, dict) and isinstance(address.get("addressLines"), list):
            address["addressLines"] = without_care_of(address["addressLines"])
    return item


def _name_searches(context: PullContext, root: str) -> Iterator[tuple[str, str]]:
    if not context.options.get("search_names"):
        return
    most = int(number(CARD.id, context.options, "max_searches", 500))
    nameless = context.suppliers.filter(pl.col("lei").is_null()).sort("supplier_id").head(most)
    for name, country in nameless.select("name", "country_iso2").unique().sort("name").iter_rows():
        query = (
            f"filter[entity.names]={quote(name)}&filter[entity.legalAddress.country]={country}"
            f"&page[size]={_FOUND_PER_NAME}"
        )
        yield f"search:{country}:{name}", f"{root}/lei-records?{query}"


def stage(files: Sequence[RawFile], context: PullContext) -> Sequence[Staged]:
    """Read records into companies, relationships and exceptions into parents.

    A file that cannot be read is rejected as a whole and the others go on.
    """
    rows: list[dict[str, object]] = []
    parents: list[dict[str, object]] = []
    tables: list[pl.DataFrame] = [entity_frame([])]
    rejected = [no_rejections()]
    account = Account()
    copies = {raw for raw in files if _is_golden_copy(raw)}
    account.count_each(Unit.DOCUMENT, copies)
    account.count_each(Unit.PAGE, [raw for raw in files if raw not in copies])
    countries = set(context.suppliers["country_iso2"].to_list())
    for raw in files:
        path = Path(raw.path)
        before = sum(table.height for table in tables) + len(rows) + len(parents)
        try:
            if Path(raw.origin).suffix == ".zip":
                with unpacked_member(path, ".csv") as table:
                    persons = _read_golden_copy(table, raw, countries, tables, parents)
            elif raw in copies:
                persons = _read_golden_copy(path, raw, countries, tables, parents)
            else:
                persons = _read_document(read_json(path), raw, rows, parents)
            rejected.append(rejected_persons(raw.origin, persons))
            found = sum(table.height for table in tables) + len(rows) + len(parents)
            account.note(raw, is_used=found > before, otherwise=_NO_COMPANY)
        except DataRejectedError as error:
            rejected.append(rejected_file(raw, error))
    entities = entity_frame(pl.concat([*tables, entity_frame(rows)]).iter_rows(named=True))
    return [
        Staged(ENTITIES, entities, pl.concat(rejected), account),
        Staged(PARENTS, _with_names(parent_frame(parents), entities)),
    ]


def _is_golden_copy(raw: RawFile) -> bool:
    return bool({".zip", ".csv"} & set(Path(raw.origin).suffixes))


def _read_document(
    content: object,
    raw: RawFile,
    rows: list[dict[str, object]],
    parents: list[dict[str, object]],
) -> list[int]:
    """Read an answer of the API; the positions of its records of sole traders."""
    rejection = DataRejectedError(
        f"{Path(raw.origin).name}: it is no answer of the GLEIF API; fetch it again."
    )
    if not isinstance(content, dict) or "data" not in content:
        raise rejection
    data = content["data"]
    persons: list[int] = []
    child = _PARENT_FILE.search(f"{raw.key} {Path(raw.origin).name}")
    try:
        published = stated_day(content["meta"]["goldenCopy"]["publishDate"])
        for position, item in enumerate(data if isinstance(data, list) else [data], start=1):
            attributes = item["attributes"]
            if item["type"] == "lei-records":
                found = _company(attributes, raw.origin)
                if found is None:
                    persons.append(position)
                    continue
                rows.append(found)
                if child is not None:
                    parents.append(
                        _parent(child[2], child[1], published, raw, parent_id=attributes["lei"])
                    )
            elif item["type"] == "relationship-records":
                tie = attributes["relationship"]
                relation = _RELATIONS.get(tie["type"])
                if relation is not None and tie["status"] == "ACTIVE":
                    since = day_of(attributes["registration"]["initialRegistrationDate"])
                    start, end = tie["startNode"]["id"], tie["endNode"]["id"]
                    parents.append(_parent(start, relation, since or published, raw, parent_id=end))
            elif item["type"] == "reporting-exceptions":
                relation = _RELATIONS[attributes["category"]]
                reason = attributes["reason"]
                parents.append(
                    _parent(attributes["lei"], relation, published, raw, exception=reason)
                )
    except ODD_FORM as error:
        raise rejection from error
    return persons


def _company(record: Mapping[str, Any], origin: str) -> dict[str, object] | None:
    firm = record["entity"]
    if firm.get("category") == _PERSON_CATEGORY:
        return None
    address = firm["legalAddress"]
    others = [*firm.get("otherNames", []), *firm.get("transliteratedOtherNames", [])]
    since = stated_day(record["registration"]["initialRegistrationDate"])
    lines = [*address["addressLines"], address.get("postalCode"), address.get("city")]
    return entity(
        CARD.id,
        record["lei"],
        firm["legalName"]["name"],
        other_names=[other["name"] for other in others],
        legal_form=(firm.get("legalForm") or {}).get("id"),
        country_iso2=country_code(address["country"]),
        address=joined(lines),
        status=firm.get("status"),
        is_active=firm.get("status") != "INACTIVE",
        ended_on=day_of((firm.get("expiration") or {}).get("date")),
        lei=record["lei"],
        company_number=firm.get("registeredAs"),
        observed_to=since,
        published_on=since,
        origin=origin,
    )


def _parent(
    lei: str,
    relation: str,
    since: dt.date,
    raw: RawFile,
    *,
    parent_id: str | None = None,
    exception: str | None = None,
) -> dict[str, object]:
    return {
        "register": CARD.id,
        "register_id": lei,
        "relation": relation,
        "parent_id": parent_id,
        "parent_name": None,
        "exception": exception,
        "observed_to": since,
        "published_on": since,
        "origin": raw.origin,
    }


def _with_names(parents: pl.DataFrame, entities: pl.DataFrame) -> pl.DataFrame:
    names = entities.select(parent_id="register_id", known_name="name")
    return parents.join(names, on="parent_id", how="left", maintain_order="left").select(
        pl.col("known_name").alias(column) if column == "parent_name" else column
        for column in parents.columns
    )


def _read_golden_copy(
    path: Path,
    raw: RawFile,
    countries: set[str],
    tables: list[pl.DataFrame],
    parents: list[dict[str, object]],
) -> list[int]:
    """Read a golden copy: of records, those of the suppliers' countries; or of relationships.

    Returns:
        The rows of sole traders, which are not read.
    """
    name = Path(raw.origin).name
    try:
        scan = pl.scan_csv(path, infer_schema=False)
        columns = set(scan.collect_schema().names())
        if "Relationship.StartNode.NodeID" in columns:
            parents += _golden_parents(scan, raw)
            return []
        missing = {"LEI", "Entity.LegalName", _GOLDEN_COUNTRY[0]} - columns
        if missing:
            raise DataRejectedError(
                f"{name}: it is no golden copy of GLEIF: the column {sorted(missing)[0]!r} is "
                "missing; take the file as published."
            )
        present = [column for column in _GOLDEN_COLUMNS if column in columns]
        in_country = pl.any_horizontal(
            pl.col(column).is_in(list(countries)) for column in _GOLDEN_COUNTRY if column in columns
        )
        numbered = scan.select(present).with_row_index(SOURCE_ROW, offset=2)
        frame = numbered.filter(in_country).collect()
    except pl.exceptions.PolarsError as error:
        raise DataRejectedError(
            f"{name}: the rows cannot be read; fetch the file again."
        ) from error
    is_person = pl.lit(False)
    if "Entity.EntityCategory" in frame.columns:
        is_person = (pl.col("Entity.EntityCategory") == _PERSON_CATEGORY).fill_null(value=False)
    rows = (_golden_company(row, raw) for row in frame.filter(~is_person).iter_rows(named=True))
    tables.append(entity_frame(row for row in rows if row is not None))
    return frame.filter(is_person)[SOURCE_ROW].to_list()


def _golden_company(row: Mapping[str, str | None], raw: RawFile) -> dict[str, object] | None:
    lei, name = row.get("LEI") or "", row.get("Entity.LegalName")
    since = day_of(row.get("Registration.InitialRegistrationDate"))
    if not is_lei(lei) or not name:
        return None
    status = row.get("Entity.EntityStatus")
    return entity(
        CARD.id,
        lei,
        name,
        other_names=[row[column] for column in _GOLDEN_NAMES if row.get(column)],
        legal_form=row.get("Entity.LegalForm.EntityLegalFormCode"),
        country_iso2=country_code(row.get(_GOLDEN_COUNTRY[0])),
        address=joined(
            [
                row.get("Entity.LegalAddress.FirstAddressLine"),
                row.get("Entity.LegalAddress.PostalCode"),
                row.get("Entity.LegalAddress.City"),
            ]
        ),
        status=status,
        is_active=status != "INACTIVE",
        ended_on=day_of(row.get("Entity.EntityExpirationDate")),
        lei=lei,
        company_number=row.get("Entity.RegistrationAuthority.RegistrationAuthorityEntityID"),
        observed_to=since or raw.fetched_at.date(),
        published_on=since or raw.fetched_at.date(),
        origin=raw.origin,
    )


def _golden_parents(scan: pl.LazyFrame, raw: RawFile) -> list[dict[str, object]]:
    frame = (
        scan.filter(
            pl.col("Relationship.RelationshipType").is_in(list(_RELATIONS)),
            pl.col("Relationship.RelationshipStatus") == "ACTIVE",
        )
        .select(
            "Relationship.StartNode.NodeID",
            "Relationship.EndNode.NodeID",
            "Relationship.RelationshipType",
            "Registration.InitialRegistrationDate",
        )
        .collect()
    )
    return [
        _parent(
            start,
            _RELATIONS[kind],
            day_of(since) or raw.fetched_at.date(),
            raw,
            parent_id=end,
        )
        for start, end, kind, since in frame.iter_rows()
    ]
