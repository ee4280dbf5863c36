"""Towns of the world above 1,000 inhabitants, and the areas they lie in, without a network.

Towns and their areas are those of `suppliers.places.town_table`; other names of areas are those
of `suppliers.places.area_names`. Towns that GeoNames does not list are unknown here; nothing is
guessed for them.
"""

import functools
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

import numpy as np
import polars as pl

from suppliers.places.area_names import AreaNames, area_names
from suppliers.places.countries import great_circle_km
from suppliers.places.installed_tables import scan_installed
from suppliers.places.place_names import bare_place_key, bare_place_keys, place_keys
from suppliers.places.town_table import PACKAGES, all_towns

_AREA_REACH_KM_MINIMUM = 10.0
_CODE_LETTERS = 3


@dataclass(frozen=True, slots=True)
class Town:
    """One town.

    Attributes:
        name: usual name.
        iso2: country.
        latitude: degrees, of the centre.
        longitude: degrees, of the centre.
        inhabitants: population; 0 where unknown.
        state: first-level area, or "".
        county: second-level area, or "".
        state_code: code of the first-level area, such as ``TX``.
        other_names: other spellings and scripts.
    """

    name: str
    iso2: str
    latitude: float
    longitude: float
    inhabitants: int
    state: str
    county: str
    state_code: str
    other_names: tuple[str, ...]

    @property
    def radius_km(self) -> float:
        """How far from the centre a site of the town may lie.

        Radius of a circle that holds the inhabitants at 2,500 per km², between 5 and 25 km.
        """
        return float(np.clip(np.sqrt(max(self.inhabitants, 1) / 2500 / np.pi), 5.0, 25.0))


@dataclass(frozen=True)
class Area:
    """A first- or second-level area, as the spread of its towns.

    Attributes:
        name: name of the area.
        iso2: country.
        latitude: degrees, mean of its towns weighted by inhabitants.
        longitude: degrees, likewise.
        reach_km: distance that holds nine in ten of its towns.
    """

    name: str
    iso2: str
    latitude: float
    longitude: float
    reach_km: float


@dataclass(frozen=True)
class CountryTowns:
    """Towns and areas of one country, by comparable name."""

    towns: tuple[Town, ...]
    by_name: Mapping[str, tuple[int, ...]]
    by_other_name: Mapping[str, tuple[int, ...]]
    areas: Mapping[str, tuple[int, ...]]
    states: frozenset[str]
    state_names: Mapping[str, AreaNames]
    state_codes: Mapping[str, str]

    def area_keys_of(self, town: Town) -> set[str]:
        """Comparable names of the areas that a town lies in, with codes of the first-level one."""
        names = {bare_place_key(name) for name in (town.state, town.county) if name}
        if town.state_code.isalpha():
            names.add(town.state_code.casefold())
        others = self.state_names.get(bare_place_key(town.state)) if town.state else None
        if others is not None:
            names |= others.keys | {code.casefold() for code in others.codes}
        return names

    def area_of_code(self, text: str) -> str | None:
        """Comparable name of the first-level area of a code such as ``SP``, or None."""
        return self.state_codes.get(text.strip())


@functools.cache
def _table() -> pl.LazyFrame:
    """All towns, with the columns of `town_table.all_towns`."""
    return scan_installed("towns", PACKAGES, all_towns)


@functools.cache
def towns_of(iso2: str) -> CountryTowns:
    """Towns and areas of a country; empty for a code without towns."""
    records = _table().filter(pl.col("countrycode") == iso2).collect().to_dicts()
    towns = tuple(
        Town(
            name=record["name"],
            iso2=iso2,
            latitude=record["latitude"],
            longitude=record["longitude"],
            inhabitants=record["population"],
            state=record["state"],
            county=record["county"],
            state_code=record["admin1code"],
            other_names=tuple(name for name in record["alternatenames"] if not _is_code(name)),
        )
        for record in records
    )
    areas = _by_key([[name for name in (town.state, town.county) if name] for town in towns])
    states = frozenset(_by_key([[town.state] if town.state else [] for town in towns]))
    usual = _by_key([[town.name] for town in towns], never_bare=states)
    other = _by_key([list(town.other_names) for town in towns], never_bare=states)
    named = area_names(iso2, states)
    further = {key: areas[state] for state, names in named.items() for key in names.keys}
    codes = {code: state for state, names in named.items() for code in names.codes}
    codes |= {town.state_code: bare_place_key(town.state) for town in towns if _has_code(town)}
    # A second-level area of a name goes before a translation of a first-level one.
    return CountryTowns(towns, usual, other, {**further, **areas}, states, named, codes)


def _has_code(town: Town) -> bool:
    return bool(town.state) and town.state_code.isalpha()


def _is_code(name: str) -> bool:
    """Whether another name is empty or a code, such as that of an airport."""
    return len(name) <= _CODE_LETTERS and name.isascii() and name == name.upper()


def _by_key(
    names: Sequence[Sequence[str]], never_bare: AbstractSet[str] = frozenset()
) -> Mapping[str, tuple[int, ...]]:
    """Positions by comparable name, with and without the words for kinds of place.

    A name of `never_bare` stands for itself alone: ``Texas`` is no short form of ``Texas City``.
    """
    flat = [name for of_one in names for name in of_one]
    positions = pl.Series([at for at, of_one in enumerate(names) for _ in of_one], dtype=pl.Int64)
    keys = place_keys(pl.Series("name", flat, dtype=pl.String))
    bare = bare_place_keys(keys)
    bare = bare.set((bare != keys) & bare.is_in(list(never_bare)), None)
    both = pl.DataFrame({"key": pl.concat([keys, bare]), "position": pl.concat([positions] * 2)})
    distinct = both.filter(pl.col("key") != "").unique(maintain_order=True)
    found: dict[str, tuple[int, ...]] = {}
    # Most keys have one position: a loop is three times as fast as groups turned into tuples.
    for key, at in zip(distinct["key"].to_list(), distinct["position"].to_list(), strict=True):
        found[key] = (*found.get(key, ()), at)
    return found


@functools.cache
def countries_with_town(key: str, least_inhabitants: int = 15_000) -> tuple[str, ...]:
    """Countries that have a town of this name, that of the largest town first."""
    return tuple(dict.fromkeys(_large_towns(least_inhabitants).get(key, ())))


@functools.cache
def _large_towns(least_inhabitants: int) -> Mapping[str, tuple[str, ...]]:
    """Countries of the towns of each comparable name, largest town first."""
    towns = _table().filter(pl.col("population") >= least_inhabitants)
    large = sorted(towns.select("population", "name", "countrycode").collect().rows(), reverse=True)
    positions = _by_key([[name] for _, name, _ in large])
    return {key: tuple(large[p][2] for p in found) for key, found in positions.items()}


def is_area_of_other_country(key: str, iso2: str) -> bool:
    """Whether a comparable name is that of a first-level area of another country than this."""
    return not _countries_of_areas().get(key, frozenset()) <= {iso2}


@functools.cache
def _countries_of_areas() -> Mapping[str, frozenset[str]]:
    """Countries of the first-level areas of each comparable name."""
    found: dict[str, frozenset[str]] = {}
    for code, state in _table().select("countrycode", "state").unique().collect().iter_rows():
        key = bare_place_key(state)
        found[key] = found.get(key, frozenset()) | {code}
    return found


def area_named(iso2: str, key: str) -> Area | None:
    """The first- or second-level area of a country with this comparable name, or None."""
    country = towns_of(iso2)
    positions = country.areas.get(key)
    if not positions:
        return None
    towns = [country.towns[position] for position in positions]
    weights = np.array([max(town.inhabitants, 1) for town in towns], dtype=np.float64)
    latitudes = np.array([town.latitude for town in towns])
    # Around the antimeridian longitudes are averaged as directions.
    turns = np.radians([town.longitude for town in towns])
    longitude = float(
        np.degrees(np.arctan2((np.sin(turns) * weights).sum(), (np.cos(turns) * weights).sum()))
    )
    latitude = float((latitudes * weights).sum() / weights.sum())
    distances = great_circle_km(latitudes, np.degrees(turns), latitude, longitude)
    county = bare_place_key(towns[0].county) == key and bare_place_key(towns[0].state) != key
    name = towns[0].county if county else towns[0].state
    reach = max(float(np.quantile(distances, 0.9)), _AREA_REACH_KM_MINIMUM)
    return Area(name, iso2, latitude, longitude, reach)
