"""Find the town that an address names, or none where none is surely named."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from suppliers.places.countries import country
from suppliers.places.gazetteer import CountryTowns, towns_of
from suppliers.places.place_names import bare_place_key, place_key
from suppliers.places.run_on_addresses import parts_of_run_on
from suppliers.places.town_matches import (
    CITY_STATE_RADIUS_KM,
    TownMatch,
    find_town,
)
from suppliers.places.towns_of_name import TAKEN_INHABITANTS, town_and_region

_ADDRESS_PARTS = 6
_ADDRESS_INHABITANTS = 20_000
_NEVER = 10**12
_DISTRICTS = frozenset(
    {
        "district", "dist", "county", "taluk", "taluka", "tehsil",
        "mandal", "zone", "quan", "huyen", "kecamatan", "kec",
    }
)  # fmt: skip


def town_of_address(address: str, iso2: str) -> TownMatch | None:
    """The town named in the last parts of an address, or None if none is surely named.

    A name counts only where `find_town` finds one town, and only if that town has 20,000
    inhabitants or the address names its area. By another name than the usual one, or where words
    run together and the last two or the last word of a part name it, it must have 100,000. A part
    that names a first-level area is an area, unless nothing finer is named and a town of 100,000
    has that name. A country no larger than a town is its town.
    """
    towns = towns_of(iso2)
    parts = [*_with_regions_apart(_address_parts(address, iso2), towns)][-_ADDRESS_PARTS:]
    areas = [bare_place_key(p) in towns.areas or p in towns.state_codes for p in parts]
    of_state: TownMatch | None = None
    for position in range(len(parts) - 1, -1, -1):
        regions = [part for part, is_area in zip(parts, areas, strict=True) if is_area]
        for text, least in _readings(parts[position], towns):
            others = [region for region in regions if region != text]
            match = find_town(text, iso2, others[-1] if others else None)
            if match.outcome != "town":
                continue
            town = match.candidates[0]
            named = {bare_place_key(region) for region in others}
            area_is_named = not named.isdisjoint(towns.area_keys_of(town))
            if town.inhabitants < least and not area_is_named:
                continue
            if bare_place_key(text) in towns.states:
                if town.inhabitants >= TAKEN_INHABITANTS:
                    of_state = of_state or match
                continue
            return match
    return of_state or _city_state(iso2)


def _city_state(iso2: str) -> TownMatch | None:
    stated = country(iso2)
    if stated is None or stated.radius_km is None or stated.radius_km > CITY_STATE_RADIUS_KM:
        return None
    match = find_town(stated.name, iso2)
    return match if match.outcome == "town" else None


def _address_parts(address: str, iso2: str) -> list[str]:
    """Parts of an address without numbers and without the country."""
    stated = country(iso2)
    names = {place_key(stated.name), iso2.casefold()} if stated else set()
    parts = []
    for part in re.split(r"[,;\n.，、。]|\s-\s", address):
        if run_on := parts_of_run_on(part, iso2):
            parts += run_on
            continue
        words = [word for word in part.split() if not any(c.isdigit() for c in word)]
        while words and place_key(words[-1]) in names:
            words.pop()
        text = " ".join(words)
        if text and place_key(text) not in names:
            parts.append(text)
    return parts


def _with_regions_apart(parts: Iterable[str], towns: CountryTowns) -> Iterator[str]:
    """Parts of an address; `Bao'an District Shenzhen Guangdong` ends in two of them."""
    for part in parts:
        words = part.split()
        ends = ((start, " ".join(words[start:])) for start in range(len(words) - 1))
        parted = ((start, town_and_region(towns, end)) for start, end in ends)
        start, found = next(((at, both) for at, both in parted if both), (0, None))
        if found is None:
            yield part
        else:
            town, region = found
            yield " ".join([*words[:start], town])
            yield region


def _readings(part: str, towns: CountryTowns) -> list[tuple[str, int]]:
    """Texts of a part that are names of towns, with the inhabitants each must have."""
    words = part.split()
    usual = _ADDRESS_INHABITANTS
    if _DISTRICTS & set(place_key(part).split()):
        # A district is often named as a town elsewhere: the address must name its area too.
        usual = _NEVER
    readings = [(part, usual)]
    readings += [
        (" ".join(words[-count:]), max(usual, TAKEN_INHABITANTS))
        for count in (2, 1)
        if len(words) > count
    ]
    found = []
    for text, least in readings:
        keys = (place_key(text), bare_place_key(text))
        if any(key in towns.by_name for key in keys):
            found.append((text, least))
        elif any(key in towns.by_other_name for key in keys):
            found.append((text, max(least, TAKEN_INHABITANTS)))
    return found
