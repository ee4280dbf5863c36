"""Entities of OpenSanctions in its two bulk forms, without persons.

`targets.simple.csv` has a row for each listed entity; `entities.ftm.json` has one record a line for
entities, sanctions, addresses and links between them. Of what is not a company nothing is kept but
its type, so that it can be counted.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from signals.fetching.json_records import json_records
from signals.fetching.published_rows import published_rows
from signals.sources.registers.entity_kinds import kind_of_entry, looks_like_person

#: Id of the source.
SOURCE = "opensanctions"
#: What is kept of a row of the table.
COLUMNS = (
    "id", "schema", "name", "aliases", "countries", "addresses", "identifiers", "first_seen",
)  # fmt: skip
_PROPERTIES = (
    "name", "alias", "country", "jurisdiction", "leiCode", "registrationNumber", "address",
    "topics", "sourceUrl",
)  # fmt: skip
_SANCTION = ("entity", "startDate", "listingDate", "endDate", "sourceUrl")
#: Records that are no entities of their own: what is known about them, and links between them.
PARTS = frozenset(
    {
        "Sanction", "Address", "Ownership", "Directorship", "Membership", "Employment", "Family",
        "Associate", "UnknownLink", "Representation", "Identification", "Passport", "Occupancy",
        "Position", "Succession", "Documentation", "Debt", "Similar",
    }
)  # fmt: skip


def table_without_persons(path: Path) -> bytes:
    """The table with the columns that are read, and nothing but the type of what is no company.

    Raises:
        SourceUnavailableError: a column is missing, or its rows are not certain.
    """
    kept = io.StringIO()
    _, rows = published_rows(SOURCE, path, ("id", "schema", "name"))
    writer = csv.DictWriter(kept, COLUMNS, restval="", lineterminator="\n")
    writer.writeheader()
    for row in rows:
        schema = "" if row is None else row["schema"]
        if row is not None and _is_company(schema, row["name"]):
            writer.writerow({name: row.get(name) or "" for name in COLUMNS})
        else:
            writer.writerow({"schema": _type(schema, "" if row is None else row["name"])})
    return kept.getvalue().encode()


def records_without_persons(path: Path) -> bytes:
    """The records of companies and of sanctions as JSON Lines, and the type alone of all others.

    Raises:
        DataRejectedError: the file cannot be read.
    """
    return b"".join(
        json.dumps(one, ensure_ascii=False).encode("utf-8", errors="replace") + b"\n"
        for one in _reduced(path)
    )


def _reduced(path: Path) -> Iterator[Mapping[str, Any]]:
    for _, record in json_records(path, path.name):
        given = record if record is not None else {}
        found = given.get("properties")
        properties = found if isinstance(found, dict) else {}
        schema = str(given.get("schema") or "")
        name = str(given.get("caption") or "")
        if schema == "Sanction":
            yield {"schema": schema, "properties": _only(properties, _SANCTION)}
        elif _is_company(schema, name):
            own = {key: given.get(key) for key in ("id", "caption", "target", "first_seen")}
            yield {**own, "schema": schema, "properties": _only(properties, _PROPERTIES)}
        else:
            yield {"schema": _type(schema, name)}


def texts(record: Mapping[str, Any], name: str) -> list[str]:
    """The values of a property; empty where it has none."""
    properties = record.get("properties")
    found = properties.get(name) if isinstance(properties, dict) else None
    return [one for one in found if isinstance(one, str)] if isinstance(found, list) else []


def _only(properties: Mapping[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    return {name: properties[name] for name in names if name in properties}


def _is_company(schema: str, name: str) -> bool:
    return kind_of_entry(schema) == "company" and bool(name) and not looks_like_person(name)


def _type(schema: str, name: str) -> str:
    """What is kept of an entry that is not read; a text that is no known type may be anything."""
    if schema in PARTS:
        return schema
    kind = kind_of_entry(schema)
    if kind == "company":
        return "Person" if name else "Nameless"
    return {"person": "Person", "thing": "Vessel"}.get(kind, "Unknown")
