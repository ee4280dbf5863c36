"""Find the town that a list names: one point with a radius, a question, or nothing.

Rules, in order, for a town, its country and, where given, its region:

1. Towns of the country with that usual name, then with that other spelling. Towns within 20 km of
   a larger one of the same name are parts of it.
2. A region that names an area of the country keeps the towns in that area. It is given beside the
   town, or the text has it: "Tiruppur, Tamil Nadu", "Houston TX 77001", "Guangdong Shenzhen".
3. One town is left: found. Several: the largest is taken if it bears the usual name, has at least
   100,000 inhabitants and 20 times those of the next; otherwise they are asked about.
4. No town: an area of that name gives its centre and reach.
5. Nothing: near spellings are asked about, and a larger town of that name in another country is
   named.
"""

import re
from dataclasses import dataclass
from typing import Literal

from rapidfuzz import fuzz, process

from suppliers.places.countries import country
from suppliers.places.country_spellings import is_name_of
from suppliers.places.gazetteer import (
    CountryTowns,
    Town,
    area_named,
    countries_with_town,
    towns_of,
)
from suppliers.places.place_names import bare_place_key
from suppliers.places.run_on_addresses import parts_of_run_on
from suppliers.places.town_texts import (
    without_country,
    without_part_of_town,
    without_postcode,
)
from suppliers.places.towns_of_name import (
    NEAR_SPELLING,
    TAKEN_INHABITANTS,
    lies_in,
    positions_of_name,
    region_key,
    stands_out,
    state_key,
    town_and_region,
    without_parts,
)

Outcome = Literal["town", "area", "ambiguous", "unknown"]

_SHOWN = 5
CITY_STATE_RADIUS_KM = 30.0
#: As `choice_name` writes one of several towns of a name.
_POINT_BEHIND = re.compile(r"(?P<town>[^,]*?\S)(?:,.*)? \((?P<point>-?\d+\.\d{3}, -?\d+\.\d{3})\)$")


@dataclass(frozen=True)
class TownMatch:
    """What a name of a town stands for.

    Attributes:
        outcome: ``town`` or ``area`` with a point; ``ambiguous`` and ``unknown`` without.
        name: name of the town or area with its state, or "".
        latitude: degrees, or None.
        longitude: degrees, or None.
        radius_km: how far from the point a site may lie, or None.
        candidates: towns among which the user decides, likeliest first.
        reason: one clause for the user.
    """

    outcome: Outcome
    name: str
    latitude: float | None
    longitude: float | None
    radius_km: float | None
    candidates: tuple[Town, ...]
    reason: str


def find_town(
    text: str, iso2: str, region: str | None = None, *, is_area: bool = False
) -> TownMatch:
    """The town that a list names in a country.

    Args:
        text: town as written.
        iso2: country of the site.
        region: state, province or district as written, or None.
        is_area: the text stands for an area: a first-level area goes before a town of its name.
    """
    towns = towns_of(iso2)
    if (chosen := _of_choice(towns, text)) is not None:
        return _found(chosen)
    text = without_postcode(text, iso2)
    if not text:
        return _open("unknown", (), "this is a postcode and no name of a town")
    if not is_area and is_name_of(text, iso2):
        return _of_country(text, iso2)
    if is_area and (state := state_key(towns, text)) is not None:
        return _without_town(state, iso2, region)
    found = positions_of_name(towns, text)
    if not found and (parted := town_and_region(towns, text)) is not None:
        head, tail = parted
        full = [p for p, _ in positions_of_name(towns, head) if full_name(towns.towns[p]) == text]
        if len(full) == 1:
            return _found(towns.towns[full[0]])
        return find_town(head, iso2, region or tail or None)
    if not found and len(run_on := parts_of_run_on(text, iso2)) > 1:
        of_parts = (find_town(part, iso2, run_on[0]) for part in reversed(run_on[1:]))
        if (match := next((one for one in of_parts if one.outcome == "town"), None)) is not None:
            return match
    if not found and (rest := without_country(text, iso2)) is not None:
        return find_town(rest, iso2, region)
    if not found and (large := _large_town(text, iso2, region)) is not None:
        return large
    positions = without_parts(towns, [position for position, _ in found])
    usual = {position for position, is_usual in found if is_usual}
    region_note = ""
    key = region_key(towns, region)
    if positions and key and key != bare_place_key(text):
        inside = [p for p in positions if lies_in(towns, p, key)]
        if inside:
            positions = inside
        elif key in towns.areas:
            region_note = f"no town of this name is known in {region}"
    if not positions:
        return _without_town(text, iso2, region)
    ordered = sorted(positions, key=lambda p: (p not in usual, -towns.towns[p].inhabitants))
    candidates = tuple(towns.towns[p] for p in ordered[:_SHOWN])
    if region_note:
        return _open("ambiguous", candidates, region_note)
    if len(ordered) > 1 and not stands_out(towns, ordered, usual):
        return _open("ambiguous", candidates, f"{len(ordered)} towns have this name")
    return _found(candidates[0])


def _large_town(text: str, iso2: str, region: str | None) -> TownMatch | None:
    """The large town of a text that ends in the number or side of one of its parts."""
    # "Bandung Barat" is a regency beside Bandung, and "Praha 4" a part of Prague.
    if bare_place_key(text) in towns_of(iso2).areas and not text[-1].isdigit():
        return None
    rest = without_part_of_town(text)
    match = None if rest is None else find_town(rest, iso2, region)
    if match is None or match.outcome != "town":
        return None
    return match if match.candidates[0].inhabitants >= TAKEN_INHABITANTS else None


def _of_country(text: str, iso2: str) -> TownMatch:
    """The name of the country: its town of exactly that name if it is small, else a question."""
    towns = towns_of(iso2)
    stated = country(iso2)
    radius_km = None if stated is None else stated.radius_km
    is_small = radius_km is not None and radius_km <= CITY_STATE_RADIUS_KM
    ordered = sorted(
        {position for position, _ in positions_of_name(towns, text)},
        key=lambda p: -towns.towns[p].inhabitants,
    )
    candidates = tuple(towns.towns[position] for position in ordered[:_SHOWN])
    if is_small and candidates:
        return _found(candidates[0])
    reason = "this is the name of the country"
    return _open("ambiguous" if candidates else "unknown", candidates, reason)


def _found(town: Town) -> TownMatch:
    return TownMatch(
        "town", full_name(town), town.latitude, town.longitude, town.radius_km, (town,), ""
    )


def full_name(town: Town) -> str:
    """Name and state of a town, as a user distinguishes two towns."""
    place = [part for part in (town.name, town.county, town.state) if part]
    return ", ".join(dict.fromkeys(place))


def choice_name(town: Town) -> str:
    """A name that `find_town` reads as this town alone, for a user who chooses among several.

    The full name, with the coordinates where it names other towns too: "Giresun" is also another
    name of a second town.
    """
    name = full_name(town)
    found = find_town(name, town.iso2)
    if found.outcome == "town" and found.candidates == (town,):
        return name
    return f"{name} ({_shown_point(town)})"


def _shown_point(town: Town) -> str:
    return f"{town.latitude:.3f}, {town.longitude:.3f}"


def _of_choice(towns: CountryTowns, text: str) -> Town | None:
    """The town of a name with coordinates as `choice_name` writes it."""
    parted = _POINT_BEHIND.match(text)
    if parted is None:
        return None
    positions = (position for position, _ in positions_of_name(towns, parted["town"]))
    found = (towns.towns[p] for p in positions if _shown_point(towns.towns[p]) == parted["point"])
    return next(found, None)


def _without_town(text: str, iso2: str, region: str | None) -> TownMatch:
    if (area := area_named(iso2, bare_place_key(text))) is not None:
        return TownMatch(
            "area", area.name, area.latitude, area.longitude, area.reach_km, (), "an area's centre"
        )
    towns = towns_of(iso2)
    key = bare_place_key(text)
    near = (
        process.extract(
            key, towns.by_name.keys(), scorer=fuzz.ratio, score_cutoff=NEAR_SPELLING, limit=_SHOWN
        )
        if len(key) > 3
        else []
    )
    candidates = [towns.towns[position] for name, _, _ in near for position in towns.by_name[name]]
    area_key = region_key(towns, region)
    if area_key in towns.areas:
        inside = [town for town in candidates if area_key in towns.area_keys_of(town)]
        candidates = inside or candidates
    if candidates:
        return _open("ambiguous", tuple(candidates[:_SHOWN]), "no town has exactly this name")
    elsewhere = [code for code in countries_with_town(key) if code != iso2]
    if elsewhere:
        named = [found.name for code in elsewhere if (found := country(code))]
        return _open(
            "unknown",
            (),
            f"a town of this name lies in {' or '.join(named[:3])}, not in this country",
        )
    return _open("unknown", (), "no town of this name is known in this country")


def _open(outcome: Outcome, candidates: tuple[Town, ...], reason: str) -> TownMatch:
    return TownMatch(outcome, "", None, None, None, candidates, reason)
