"""The towns and regions of a country that a name stands for."""

import re
from collections.abc import Sequence

import numpy as np
from rapidfuzz import fuzz

from suppliers.places.countries import great_circle_km
from suppliers.places.gazetteer import CountryTowns
from suppliers.places.place_names import bare_place_key, place_key
from suppliers.places.town_texts import ways_to_part

_SAME_TOWN_KM = 20.0
#: The largest of several towns of a name is taken if it has so many, and so many times the next.
TAKEN_INHABITANTS = 100_000
_TAKEN_RATIO = 20
#: Names of this ratio may be spellings of one another.
NEAR_SPELLING = 86.0
_REGION_BEHIND = re.compile(
    r"(?P<town>[^,/(]*?\S)\s*(?:,|/|\(|\s[-\u2013\u2014]\s)\s*(?P<region>.*?)\)?\s*$"
)


def town_and_region(towns: CountryTowns, text: str) -> tuple[str, str] | None:
    """A town in one text with its region, and that region, or None.

    With a mark between them the first is the town: `Tiruppur, Tamil Nadu`, `Campinas - SP`,
    `Springfield (IL)`. Without one, as in `Houston TX` or `Guangdong Shenzhen`, a town of that
    name must lie in the area that the other words name.
    """
    if (marked := _REGION_BEHIND.match(text)) is not None:
        return marked["town"], marked["region"].strip()
    if bare_place_key(text) in towns.areas:
        return None
    for town, region in ways_to_part(text):
        key = region_key(towns, region)
        if key not in towns.areas:
            # "Monterrey N.L.", "houston tx".
            key = towns.area_of_code(region.replace(".", "").upper()) or ""
        if key in towns.areas and any(
            lies_in(towns, p, key) for p, _ in positions_of_name(towns, town)
        ):
            return town, key
    return None


def state_key(towns: CountryTowns, text: str) -> str | None:
    """The gazetteer's name of the first-level area of a name or code, or None."""
    key = bare_place_key(text)
    if key in towns.states:
        return key
    by_name = (state for state, names in towns.state_names.items() if key in names.keys)
    return next(by_name, towns.area_of_code(text))


def region_key(towns: CountryTowns, region: str | None) -> str:
    """The comparable name of a region, by its code too; "" without one."""
    return "" if region is None else towns.area_of_code(region) or bare_place_key(region)


def positions_of_name(towns: CountryTowns, text: str) -> list[tuple[int, bool]]:
    """Positions of the towns of a name and whether it is the usual one; most exact key only."""
    for key in dict.fromkeys((place_key(text), bare_place_key(text))):
        usual = towns.by_name.get(key, ())
        other = towns.by_other_name.get(key, ())
        if usual or other:
            return [(p, True) for p in usual] + [(p, False) for p in other if p not in usual]
    return []


def without_parts(towns: CountryTowns, positions: Sequence[int]) -> list[int]:
    """Towns without those within 20 km of a larger one of the list."""
    kept: list[int] = []
    for position in sorted(set(positions), key=lambda p: -towns.towns[p].inhabitants):
        town = towns.towns[position]
        latitudes = np.array([towns.towns[k].latitude for k in kept], dtype=np.float64)
        longitudes = np.array([towns.towns[k].longitude for k in kept], dtype=np.float64)
        distance = great_circle_km(latitudes, longitudes, town.latitude, town.longitude)
        if (distance > _SAME_TOWN_KM).all():
            kept.append(position)
    return kept


def lies_in(towns: CountryTowns, position: int, region: str) -> bool:
    """Whether a town lies in the region of a comparable name, or of a near spelling of it."""
    names = towns.area_keys_of(towns.towns[position])
    return region in names or any(
        fuzz.ratio(region, name) >= NEAR_SPELLING and region not in towns.areas for name in names
    )


def stands_out(towns: CountryTowns, ordered: Sequence[int], usual: set[int]) -> bool:
    """Whether the first of several towns is the one that is meant: usual name, far the largest."""
    first, rest = towns.towns[ordered[0]], [towns.towns[p] for p in ordered[1:]]
    largest = max(town.inhabitants for town in rest)
    return (
        ordered[0] in usual
        and first.inhabitants >= TAKEN_INHABITANTS
        and first.inhabitants >= _TAKEN_RATIO * largest
    )
