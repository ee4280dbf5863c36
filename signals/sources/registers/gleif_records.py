"""Answers of the GLEIF API: companies, who consolidates them, and why none is named."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from signals.fetching.responses import read_json
from signals.source import RawFile
from signals.source_errors import ODD_FORM
from signals.sources.registers.register_rows import (
    country_code,
    day_of,
    entity,
    joined,
    without_care_of,
)
from signals.sources.registers.register_ties import successor_row
from suppliers.input_errors import DataRejectedError
from suppliers.intake.days import stated_day

#: Id of the source.
REGISTER = "gleif"
#: Category of sole traders, who are persons.
PERSON_CATEGORY = "SOLE_PROPRIETOR"
_PARENT_FILE = re.compile(r"(direct|ultimate)-parent[_:-]([0-9A-Z]{20})")
#: Relationships of the publisher: whether the parent is the direct or the ultimate one.
RELATIONS = {
    "IS_DIRECTLY_CONSOLIDATED_BY": "direct",
    "IS_ULTIMATELY_CONSOLIDATED_BY": "ultimate",
    "DIRECT_ACCOUNTING_CONSOLIDATION_PARENT": "direct",
    "ULTIMATE_ACCOUNTING_CONSOLIDATION_PARENT": "ultimate",
}


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
        is_person = item["attributes"]["entity"]["category"] == PERSON_CATEGORY
    except ODD_FORM:
        return item
    if is_person:
        return {"type": "lei-records", "attributes": {"entity": {"category": PERSON_CATEGORY}}}
    for place in ("legalAddress", "headquartersAddress"):
        address = item["attributes"]["entity"].get(place)
        if isinstance(address, dict) and isinstance(address.get("addressLines"), list):
            address["addressLines"] = without_care_of(address["addressLines"])
    return item


def read_document(
    content: object,
    raw: RawFile,
    rows: list[dict[str, object]],
    parents: list[dict[str, object]],
    ties: list[dict[str, object]],
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
                ties += _successors(attributes, published, raw)
                if child is not None:
                    parents.append(
                        parent_row(child[2], child[1], published, raw, parent_id=attributes["lei"])
                    )
            elif item["type"] == "relationship-records":
                tie = attributes["relationship"]
                relation = RELATIONS.get(tie["type"])
                if relation is not None and tie["status"] == "ACTIVE":
                    since = day_of(attributes["registration"]["initialRegistrationDate"])
                    start, end = tie["startNode"]["id"], tie["endNode"]["id"]
                    parents.append(
                        parent_row(start, relation, since or published, raw, parent_id=end)
                    )
            elif item["type"] == "reporting-exceptions":
                relation = RELATIONS[attributes["category"]]
                reason = attributes["reason"]
                parents.append(
                    parent_row(attributes["lei"], relation, published, raw, exception=reason)
                )
    except ODD_FORM as error:
        raise rejection from error
    return persons


def _company(record: Mapping[str, Any], origin: str) -> dict[str, object] | None:
    firm = record["entity"]
    if firm.get("category") == PERSON_CATEGORY:
        return None
    address = firm["legalAddress"]
    others = [*firm.get("otherNames", []), *firm.get("transliteratedOtherNames", [])]
    since = stated_day(record["registration"]["initialRegistrationDate"])
    lines = [*address["addressLines"], address.get("postalCode"), address.get("city")]
    return entity(
        REGISTER,
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


def _successors(
    record: Mapping[str, Any], published: dt.date, raw: RawFile
) -> list[dict[str, object]]:
    firm = record["entity"]
    named = [*(firm.get("successorEntities") or []), firm.get("successorEntity") or {}]
    ended = day_of((firm.get("expiration") or {}).get("date"))
    return [
        merged_into(record["lei"], one["lei"], one.get("name"), ended or published, raw)
        for one in named
        if one.get("lei")
    ]


def merged_into(
    lei: str, other: str, name: str | None, since: dt.date, raw: RawFile
) -> dict[str, object]:
    """A row of `stg_register_ties`: the company that a company was merged into."""
    seen = {"observed_to": since, "published_on": since, "origin": raw.origin}
    return successor_row(REGISTER, lei, other, since, seen, other_name=name)


def parent_row(
    lei: str,
    relation: str,
    since: dt.date,
    raw: RawFile,
    *,
    parent_id: str | None = None,
    exception: str | None = None,
) -> dict[str, object]:
    """A row of `stg_register_parents`: who consolidates a company, or why none is named."""
    return {
        "register": REGISTER,
        "register_id": lei,
        "relation": relation,
        "parent_id": parent_id,
        "parent_name": None,
        "exception": exception,
        "observed_to": since,
        "published_on": since,
        "origin": raw.origin,
    }
