"""What Open Supply Hub answers about production locations: collections, single ones, their facts.

Two forms are read: GeoJSON features, as searches and downloads give them, and the record of one
location by its OS Hub id, which alone holds what partners state of it. Contacts, claims and the
names of contributors are never read.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from signals.source_errors import ODD_FORM
from signals.sources.registers.register_rows import country_code, day_of, entity
from signals.sources.registers.register_ties import successor_row
from suppliers.input_errors import DataRejectedError
from suppliers.intake.amounts import parse_coordinate
from suppliers.intake.person_values import rule_of_text

REGISTER = "open_supply_hub"

_OS_ID = re.compile(r"[A-Z]{2}\d{7}[A-Z0-9]{6}")
_MECHANISM = "rsc_grievance_mechanism"
#: What is read of a grievance mechanism; the partner's number of it is not public.
_MECHANISM_FACTS = ("mechanism_type_ownership", "access_modality", "coverage")
_ACTIVE = "Active"


@dataclass(frozen=True)
class Location:
    """One production location.

    Attributes:
        entity: a row of `ENTITY_SCHEMA`.
        successor: the location that it moved to, a row of `TIE_SCHEMA`; None without one.
    """

    entity: dict[str, object]
    successor: dict[str, object] | None = None


def locations(content: object, file: str, seen: Mapping[str, object]) -> Iterator[Location]:
    """The locations of an answer.

    Args:
        content: a collection of features, one feature, or the record of one location.
        file: its name, for messages.
        seen: observed_to, published_on and origin of the rows.

    Raises:
        DataRejectedError: it is none of these, or a location has no name or known country.
    """
    rejection = DataRejectedError(f"{file}: it is no answer of Open Supply Hub; fetch it again.")
    if not isinstance(content, dict):
        raise rejection
    features = content.get("features", [content] if "properties" in content else None)
    try:
        if features is None and "coordinates" in content and "os_id" in content:
            yield _record(content, seen)
            return
        if not isinstance(features, list):
            raise rejection
        for feature in features:
            yield _feature(feature, seen)
    except ODD_FORM as error:
        raise rejection from error


def site(
    name: str,
    country: str,
    address: str | None,
    os_id: str | None,
    point: Mapping[str, float],
    seen: Mapping[str, object],
) -> dict[str, object]:
    """A row of `ENTITY_SCHEMA`; a site without a valid OS Hub id gets an id of its own."""
    known = os_id if os_id and _OS_ID.fullmatch(os_id) else None
    reported = "\x1f".join((country, name.casefold(), (address or "").casefold()))
    made = "list-" + hashlib.sha256(reported.encode()).hexdigest()[:12]
    return entity(
        REGISTER,
        known or made,
        name,
        country_iso2=country,
        address=address,
        os_id=known,
        **point,
        **seen,
    )


def point(latitude: object, longitude: object) -> dict[str, float]:
    """Latitude and longitude in degrees; nothing where they are no point of the globe."""
    texts = ["" if value is None else str(value) for value in (latitude, longitude)]
    lat, lng = map(parse_coordinate, texts)
    if lat is None or lng is None or abs(lat) > 90 or abs(lng) > 180:
        return {}
    return {"latitude": lat, "longitude": lng}


def _record(record: Mapping[str, Any], seen: Mapping[str, object]) -> Location:
    """The record of one location by its OS Hub id."""
    country = record["country"]
    code = country_code(country.get("alpha_2") or country.get("name"))
    if code is None:
        raise KeyError("country")
    at = record["coordinates"] or {}
    found = site(
        str(record["name"]),
        code,
        record.get("address"),
        record["os_id"],
        point(at.get("lat"), at.get("lng")),
        seen,
    )
    return Location(found | {"grievance_mechanism": _mechanism(record.get(_MECHANISM))})


def _feature(feature: Mapping[str, Any], seen: Mapping[str, object]) -> Location:
    properties = feature["properties"]
    code = country_code(properties.get("country_code") or properties.get("country_name"))
    if code is None:
        raise KeyError("country")
    os_id = properties.get("os_id") or properties.get("oar_id") or feature.get("id")
    geometry = feature.get("geometry") or {}
    is_point = geometry.get("type") == "Point"
    lng, lat = geometry["coordinates"][:2] if is_point else (None, None)
    found = site(
        str(properties["name"]), code, properties.get("address"), os_id, point(lat, lng), seen
    )
    found["grievance_mechanism"] = _stated(properties.get("partner_fields") or {})
    if properties.get("is_closed") is not True:
        return Location(found)
    closed_on = _closed_on(properties)
    moved = properties.get("new_os_id") or properties.get("new_oar_id")
    return Location(
        found | {"is_active": False, "ended_on": closed_on},
        None
        if not moved
        # Known from the day of the file on.
        else successor_row(REGISTER, str(found["register_id"]), str(moved), closed_on, seen),
    )


def _stated(fields: Mapping[str, Any]) -> str | None:
    """The latest statement of a partner about a grievance mechanism at the location."""
    stated = [one for one in fields.get(_MECHANISM) or () if isinstance(one, dict)]
    if not stated:
        return None
    latest = max(stated, key=lambda one: str(one.get("updated_at") or ""))
    value = latest.get("value") or {}
    return _mechanism(value.get("raw_values", value))


def _mechanism(facts: Mapping[str, Any] | None) -> str | None:
    """An active mechanism in the partner's words; parts with contacts or persons are left out."""
    if not facts or facts.get("status") != _ACTIVE:
        return None
    texts = [str(facts[name]).strip() for name in _MECHANISM_FACTS if facts.get(name)]
    return "; ".join(text for text in texts if rule_of_text(text) is None) or _ACTIVE.lower()


def _closed_on(properties: Mapping[str, Any]) -> dt.date | None:
    """The day of the last confirmed report that a facility is closed; None if none has a day."""
    days = (
        day_of(report.get("status_change_date") or report.get("approved_at"))
        for report in properties.get("activity_reports") or ()
        if report.get("closure_state") == "CLOSED" and report.get("status") == "CONFIRMED"
    )
    return max((day for day in days if day is not None), default=None)
