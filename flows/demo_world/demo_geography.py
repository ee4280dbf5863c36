"""Where the demo world lies: twelve countries and the small boxes its sites stand in."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import shapely
from countryinfo import CountryInfo
from numpy.typing import NDArray
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

#: Width of a box in degrees, and the width of a raster cell in it.
BOX_DEGREES = 0.4
CELL_DEGREES = 0.0025

#: Boxes stand this far apart, so that no station or fire of one speaks for another.
_APART_DEGREES = 1.2
#: And this far from the country's centre, where failed geocodes end up.
_FROM_CENTRE_DEGREES = 1.0
_CANDIDATES = 4000


@dataclass(frozen=True)
class Country:
    """A country of the demo world.

    Attributes:
        name: its name in `countryinfo`.
        iso2: ISO 3166 alpha-2.
        iso3: ISO 3166 alpha-3.
        spellings: how vendor exports write it.
        income_group: the World Bank's class, as text of the staging table.
        sectors: keys of `firms.SECTORS`.
        has_rasters: whether tree-cover rasters exist for its boxes.
        frontier: what its frontier box suffers besides forest loss, or None for no such box.
    """

    name: str
    iso2: str
    iso3: str
    spellings: tuple[str, ...]
    income_group: str
    sectors: tuple[str, ...]
    has_rasters: bool
    frontier: Literal["drought", "normal_rain"] | None


@dataclass(frozen=True)
class Box:
    """A square of sites that share rain; `frontier` boxes hold planted problems only."""

    box_id: str
    country: Country
    latitude: float
    longitude: float
    kind: Literal["ordinary", "frontier"]
    has_raster: bool
    has_drought: bool


COUNTRIES: tuple[Country, ...] = (
    Country("Brazil", "BR", "BRA", ("BRAZIL", "BR", "Brasil"), "upper_middle",
            ("cattle", "timber", "charcoal"), True, "drought"),
    Country("Indonesia", "ID", "IDN", ("INDONESIA", "IDN", "Indonesia"), "lower_middle",
            ("palm_oil", "timber", "apparel"), True, "drought"),
    Country("Ivory Coast", "CI", "CIV", ("Côte d'Ivoire", "CI", "IVORY COAST"), "lower_middle",
            ("cocoa", "timber"), True, "drought"),
    Country("Vietnam", "VN", "VNM", ("Viet Nam", "VN", "VIETNAM"), "lower_middle",
            ("coffee", "apparel", "electronics"), True, "drought"),
    Country("Peru", "PE", "PER", ("PERU", "PE", "Perú"), "upper_middle",
            ("coffee", "timber"), True, "normal_rain"),
    Country("Colombia", "CO", "COL", ("Colombia", "COL", "COLOMBIA"), "upper_middle",
            ("coffee", "cattle"), True, "normal_rain"),
    Country("Malaysia", "MY", "MYS", ("MALAYSIA", "MY", "Malaysia"), "upper_middle",
            ("palm_oil", "electronics"), True, None),
    Country("Ghana", "GH", "GHA", ("GHANA", "GH", "Ghana"), "lower_middle",
            ("cocoa", "fish"), True, None),
    Country("India", "IN", "IND", ("INDIA", "IND", "India"), "lower_middle",
            ("apparel", "bricks"), False, None),
    Country("Bangladesh", "BD", "BGD", ("BANGLADESH", "BD", "Bangladesh"), "lower_middle",
            ("apparel", "fish"), False, None),
    Country("Ethiopia", "ET", "ETH", ("ETHIOPIA", "ET", "Ethiopia"), "low",
            ("coffee", "apparel"), False, None),
    Country("Turkey", "TR", "TUR", ("Türkiye", "TR", "TURKEY"), "upper_middle",
            ("apparel", "bricks"), False, None),
)  # fmt: skip


def centre_of(country: Country) -> tuple[float, float]:
    """Latitude and longitude of a country's centre, where failed geocodes are put."""
    latitude, longitude = CountryInfo(country.name).latlng()
    return float(latitude), float(longitude)


def lay_out_boxes(random: np.random.Generator) -> tuple[Box, ...]:
    """Two ordinary boxes for each country, and a frontier box for six of them.

    Raises:
        RuntimeError: a country has no room for its boxes; cannot happen with the countries above.
    """
    taken: list[tuple[float, float]] = []
    boxes: list[Box] = []
    for country in COUNTRIES:
        kinds: list[Literal["ordinary", "frontier"]] = ["ordinary", "ordinary"]
        if country.frontier is not None:
            kinds.append("frontier")
        spots = _spots(country, len(kinds), taken, random)
        taken.extend(spots)
        for number, (kind, (latitude, longitude)) in enumerate(
            zip(kinds, spots, strict=True), start=1
        ):
            boxes.append(
                Box(
                    box_id=f"{country.iso3.lower()}-{number}",
                    country=country,
                    latitude=latitude,
                    longitude=longitude,
                    kind=kind,
                    has_raster=country.has_rasters,
                    has_drought=kind == "frontier" and country.frontier == "drought",
                )
            )
    return tuple(boxes)


def _spots(
    country: Country, count: int, taken: list[tuple[float, float]], random: np.random.Generator
) -> list[tuple[float, float]]:
    """Box centres on a 0.05 degree grid, inside the country and apart from all others."""
    outline = _outline(country)
    west, south, east, north = outline.bounds
    candidates: NDArray[np.float64] = (
        np.round(random.uniform((south, west), (north, east), (_CANDIDATES, 2)) * 20) / 20
    )
    inside = shapely.contains_xy(outline, candidates[:, 1], candidates[:, 0])
    centre = centre_of(country)
    found: list[tuple[float, float]] = []
    for latitude, longitude in candidates[inside].tolist():
        if _apart((latitude, longitude), centre) < _FROM_CENTRE_DEGREES:
            continue
        if all(_apart((latitude, longitude), other) >= _APART_DEGREES for other in taken + found):
            found.append((latitude, longitude))
        if len(found) == count:
            return found
    raise RuntimeError(f"{country.name}: no room for {count} boxes")


def _outline(country: Country) -> BaseGeometry:
    # The outlines are coarse: stay well inside, so that no site falls into the sea or next door.
    collection = CountryInfo(country.name).geo_json()
    return shape(collection["features"][0]["geometry"]).buffer(-0.35)


def _apart(a: tuple[float, float], b: tuple[float, float]) -> float:
    return max(abs(a[0] - b[0]), abs(a[1] - b[1]))
