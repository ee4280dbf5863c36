"""What the registers have in common: the shape of their rows, days, countries, identifiers."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import polars as pl

from configs.config_errors import DataRejectedError, UsageError
from signals.source import REJECTED_SCHEMA, PullContext, RawFile
from suppliers.intake.days import stated_day
from suppliers.places.countries import resolve_country

ENTITIES = "stg_register_entities"
PARENTS = "stg_register_parents"

ENTITY_SCHEMA: dict[str, pl.DataType] = {
    "register": pl.String(),
    "register_id": pl.String(),
    "name": pl.String(),
    "other_names": pl.List(pl.String()),
    "legal_form": pl.String(),
    "country_iso2": pl.String(),
    "address": pl.String(),
    "status": pl.String(),
    "is_active": pl.Boolean(),
    "ended_on": pl.Date(),
    "lei": pl.String(),
    "cik": pl.String(),
    "company_number": pl.String(),
    "os_id": pl.String(),
    "latitude": pl.Float64(),
    "longitude": pl.Float64(),
    "grievance_mechanism": pl.String(),
    "observed_to": pl.Date(),
    "published_on": pl.Date(),
    "origin": pl.String(),
}
PARENT_SCHEMA: dict[str, pl.DataType] = {
    "register": pl.String(),
    "register_id": pl.String(),
    "relation": pl.String(),
    "parent_id": pl.String(),
    "parent_name": pl.String(),
    "exception": pl.String(),
    "observed_to": pl.Date(),
    "published_on": pl.Date(),
    "origin": pl.String(),
}

#: Kind of the fact that a register has ended its entry of a supplier.
ENDED = "ended_registration"
#: Kind of the fact that a register states a grievance mechanism at a site of a supplier.
MECHANISM = "grievance_mechanism"

#: Registers whose entries, where they give no country, are of this one.
HOME_COUNTRY = {
    "sec_tickers": "US",
    "companies_house": "GB",
    "french_company_register": "FR",
    "norwegian_company_register": "NO",
    "brazil_company_register": "BR",
}

#: Rule and reason of an entry that is a natural person; nothing of the entry is kept.
PERSON_RULE = "person_entry"
PERSON_REASON = "the entry is a person; entries about persons are never read"

_IN_CARE_OF = re.compile(r"(c/o|v/|att[.:]|attn|attention|chez|z\.\s?h[dv]\.)\W", re.IGNORECASE)
_LEI = re.compile(r"[0-9A-Z]{18}[0-9]{2}")


def entity(register: str, register_id: str, name: str, **values: Any) -> dict[str, object]:
    """A row of `ENTITY_SCHEMA`; what is not given is null, and the company active."""
    row: dict[str, object] = dict.fromkeys(ENTITY_SCHEMA)
    others = [other for other in values.pop("other_names", []) if other and other != name]
    return row | {
        "register": register,
        "register_id": register_id,
        "name": name,
        "other_names": list(dict.fromkeys(others)),
        "is_active": True,
        **values,
    }


def entity_frame(rows: Iterable[Mapping[str, object]]) -> pl.DataFrame:
    """Rows as a frame, the last of those with one id.

    Raises:
        DataRejectedError: a record holds a value of another type.
    """
    try:
        frame = pl.DataFrame(list(rows), schema=ENTITY_SCHEMA)
    except (pl.exceptions.PolarsError, TypeError) as error:
        raise DataRejectedError(
            "a record of the register holds a value of another type; fetch its files again."
        ) from error
    return frame.unique(["register", "register_id"], keep="last", maintain_order=True)


def parent_frame(rows: Iterable[Mapping[str, object]]) -> pl.DataFrame:
    """Rows as a frame, the last of those with one relation."""
    frame = pl.DataFrame(list(rows), schema=PARENT_SCHEMA)
    key = ["register", "register_id", "relation"]
    return frame.unique(key, keep="last", maintain_order=True)


def rejected_persons(file: str, positions: Iterable[int]) -> pl.DataFrame:
    """Entries of a file that are natural persons, in the shape of `Staged.rejected`.

    Args:
        file: its name.
        positions: of the entries: rows of a table, or one-based positions in a document.
    """
    rows = [(file, position, PERSON_RULE, PERSON_REASON) for position in positions]
    return pl.DataFrame(rows, schema=REJECTED_SCHEMA, orient="row")


def fetched_month(raw: RawFile) -> dt.date:
    """The first of the month in which a file came: from then on what it states undated is known.

    A run of a month has the first of it as its as-of date and reads what is fetched within it. A
    file counted from the very day of its fetch would say nothing until the run of the next month.
    """
    return raw.fetched_at.date().replace(day=1)


def known_since(context: PullContext, raw: RawFile, source_id: str) -> dt.date:
    """The day an undated file counts as known: the option `known_since`, or `fetched_month`.

    Raises:
        UsageError: the option is no day.
    """
    value = context.options.get("known_since")
    if value is None:
        return fetched_month(raw)
    day = day_of(value)
    if day is None:
        raise UsageError(
            f"sources.{source_id}.options.known_since: give a day such as '2024-06-01'."
        )
    return day


def day_of(value: object) -> dt.date | None:
    """The day of a text such as `2025-05-15T00:00:00Z`; None if it is none."""
    try:
        return stated_day(value)
    except ValueError:
        return None


def country_code(value: object) -> str | None:
    """ISO alpha-2 of a country in any spelling; None if it is not known."""
    text = str(value or "").strip()
    if not text:
        return None
    if re.fullmatch(r"[A-Z]{2}", text):
        return text
    match = resolve_country(text)
    return None if match is None else match.country.iso2


def is_lei(text: str) -> bool:
    """Whether a text has the shape of a LEI."""
    return _LEI.fullmatch(text) is not None


def joined(parts: Sequence[object]) -> str | None:
    """The parts of an address that are there, as one line, without a person it is in care of."""
    return ", ".join(without_care_of(parts)) or None


def without_care_of(lines: Sequence[object]) -> list[str]:
    """The lines of an address that are there, without those that say in whose care it is."""
    texts = [str(line).strip() for line in lines if line is not None]
    return [text for text in texts if text and not _IN_CARE_OF.match(text)]
