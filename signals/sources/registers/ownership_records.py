"""Records of ownership statements (BODS 0.4): entities and the interests between them.

Of a statement about a person only the record id is used, so that the interests of persons can be
separated from those of companies and left out.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from signals.fetching.json_records import json_records
from signals.sources.registers.entity_kinds import looks_like_person
from signals.sources.registers.register_rows import (
    country_code,
    day_of,
    entity,
    is_lei,
    joined,
)
from signals.sources.registers.register_ties import OWNER
from suppliers.input_errors import DataRejectedError

#: Id of the source.
REGISTER = "ownership_statements"

RECORD_TYPES = ("entity", "person", "relationship")
BROKEN = "json_line"
UNKNOWN_STATEMENT = "unknown_statement"
UNKNOWN_KIND = "unknown_kind"
#: Entities that are companies; trusts are often named after persons, and a state owns too much to
#: tie its companies to one another.
_COMPANIES = frozenset({"registeredEntity", "legalEntity"})
_CONTROL = frozenset(
    {"appointmentOfBoard", "controlViaCompanyRulesOrArticles", "controlByLegalFramework"}
)
#: Scheme of a LEI, and of a company number (org-id.guide): the country and its register.
_LEI_SCHEME = "XI-LEI"
_NUMBER_SCHEME = re.compile(r"([A-Z]{2})-[A-Z0-9]+")


@dataclass(frozen=True)
class Statement:
    """One statement, with its days.

    Attributes:
        position: in the file, from 1.
        record_id: of the company or the interest that it is about.
        kind: one of `RECORD_TYPES`.
        is_closed: whether it ends the record.
        stated_on: day of the statement.
        published_on: first day on which it was known.
        details: of the record.
    """

    position: int
    record_id: str
    kind: str
    is_closed: bool
    stated_on: dt.date
    published_on: dt.date
    details: Mapping[str, Any]


def read_statements(path: Path, where: str) -> list[tuple[int, Mapping[str, Any] | None]]:
    """The statements of a file by position: a JSON list, or JSON Lines with one a line.

    Args:
        path: the file, gzipped or not.
        where: its name, for messages.

    Returns:
        Position and statement; None for a line or an item that is none.

    Raises:
        DataRejectedError: it holds none, or cannot be read.
    """
    found = list(json_records(path, where))
    if not any(item is not None and "recordType" in item for _, item in found):
        raise DataRejectedError(
            f"{where}: it holds no statement of BODS 0.4 (recordType); convert statements of an "
            "earlier version first."
        )
    return found


def statement(position: int, item: Mapping[str, Any], seen_on: dt.date) -> Statement | None:
    """A statement about a company or an interest; None where a part is missing.

    Args:
        position: in the file.
        item: as published.
        seen_on: the day on which a statement without one counts as known.
    """
    details, record_id = item.get("recordDetails"), item.get("recordId")
    if not isinstance(details, dict) or not isinstance(record_id, str):
        return None
    publication = item.get("publicationDetails")
    given = publication.get("publicationDate") if isinstance(publication, dict) else None
    published, stated = day_of(given), day_of(item.get("statementDate"))
    known = [day for day in (published, stated) if day is not None]
    return Statement(
        position,
        record_id,
        str(item.get("recordType")),
        item.get("recordStatus") == "closed",
        stated or published or seen_on,
        max(known, default=seen_on),
        details,
    )


def entity_rule(details: Mapping[str, Any]) -> str | None:
    """The rule by which an entity is not read; None for a company."""
    kind = details.get("entityType")
    name = details.get("name")
    if not isinstance(kind, dict) or kind.get("type") not in _COMPANIES:
        return UNKNOWN_KIND
    if not isinstance(name, str) or not name.strip():
        return UNKNOWN_KIND
    return "person_entry" if looks_like_person(name) else None


def entity_row(known: Statement, origin: str) -> dict[str, object]:
    """A row of `stg_register_entities` of a company."""
    details = known.details
    place = details.get("jurisdiction")
    country = country_code(place.get("code")) if isinstance(place, dict) else None
    identifiers: dict[str, str | None] = {"lei": None, "company_number": None}
    for one in _mappings(details, "identifiers"):
        scheme, value = str(one.get("scheme") or ""), str(one.get("id") or "")
        found = _NUMBER_SCHEME.fullmatch(scheme)
        if scheme == _LEI_SCHEME:
            identifiers["lei"] = value if is_lei(value) else None
        elif found is not None and value and country in (None, found[1]):
            country = found[1]
            identifiers["company_number"] = value
    address = next(iter(_mappings(details, "addresses")), {})
    ended = day_of(details.get("dissolutionDate"))
    is_over = ended is not None and ended <= known.published_on
    names = details.get("alternateNames")
    others = [one for one in names if isinstance(one, str)] if isinstance(names, list) else []
    return entity(
        REGISTER,
        known.record_id,
        str(details["name"]),
        other_names=[one for one in others if not looks_like_person(one)],
        country_iso2=country,
        address=joined([address.get("address")]),
        is_active=not is_over,
        ended_on=ended,
        **identifiers,
        observed_to=min(known.stated_on, known.published_on),
        published_on=known.published_on,
        origin=origin,
    )


def interests(known: Statement, owner: str, origin: str) -> Iterator[dict[str, object]]:
    """Rows of `stg_register_ties`: one for each interest that a company has in another.

    Args:
        known: the statement of the relationship.
        owner: record id of the owner.
        origin: of the file.
    """
    given = _mappings(known.details, "interests") or [{}]
    for number, one in enumerate(given):
        share = one.get("share")
        share = share if isinstance(share, dict) else {}
        exact = _percent(share.get("exact"))
        ended = day_of(one.get("endDate"))
        direct = one.get("directOrIndirect")
        yield {
            "register": REGISTER,
            "tie_id": f"{known.record_id}:{number}",
            "tie": OWNER,
            "register_id": known.details.get("subject"),
            "other_id": owner,
            "least_percent": _first(exact, share, "minimum", "exclusiveMinimum"),
            "most_percent": _first(exact, share, "maximum", "exclusiveMaximum"),
            "has_control": one.get("type") in _CONTROL,
            "is_direct": direct == "direct" if direct in ("direct", "indirect") else None,
            "valid_from": day_of(one.get("startDate")),
            "valid_to": ended or (known.stated_on if known.is_closed else None),
            "observed_to": min(known.stated_on, known.published_on),
            "published_on": known.published_on,
            "origin": origin,
        }


def _first(exact: float | None, share: Mapping[str, Any], *names: str) -> float | None:
    found = [exact, *(_percent(share.get(name)) for name in names)]
    return next((one for one in found if one is not None), None)


def _percent(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if 0 <= value <= 100 else None


def _mappings(details: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    found = details.get(name)
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []
