"""Land on the map: outlines of all countries, and first-level areas of those of the run.

The outlines are Natural Earth's (public domain), simplified by
`flows.documentation.map_boundaries`: to draw lines along, not for measuring, and no statement on
the status of any area.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterable
from functools import cache
from importlib.resources import files
from itertools import chain
from typing import TypedDict

#: A line as its first point and steps from point to point, in hundredths of a degree:
#: longitude, latitude, longitude, latitude ...
Line = tuple[int, ...]

HUNDREDTHS = 100
_POINTS_OF_TENTHS = 10


class _Country(TypedDict):
    """Outline of a country: `areas` are longitude, latitude, radius and names by language."""

    rings: list[list[int]]
    lines: list[list[int]]
    areas: list[tuple[int, int, int, dict[str, str]]]


class _Boundaries(TypedDict):
    world: dict[str, list[list[int]]]
    countries: dict[str, _Country]


@cache
def _boundaries() -> _Boundaries:
    path = files("reports").joinpath("assets", "boundaries.json.gz")
    content: _Boundaries = json.loads(gzip.decompress(path.read_bytes()))
    return content


@cache
def outlines() -> tuple[tuple[int, ...], ...]:
    """Coarse rings of the world's countries.

    Returns:
        Each ring as longitude, latitude, longitude, latitude ... in tenths of a degree, longest
        first. No ring crosses the antimeridian.
    """
    rings = {_in_tenths(ring) for rings in _boundaries()["world"].values() for ring in rings}
    return tuple(sorted(rings, key=lambda ring: (-len(ring), ring)))


def _in_tenths(steps: Iterable[int]) -> tuple[int, ...]:
    x = y = 0
    points = []
    pairs = iter(steps)
    for east, north in zip(pairs, pairs, strict=True):
        x, y = x + east, y + north
        points += [round(x / _POINTS_OF_TENTHS), round(y / _POINTS_OF_TENTHS)]
    return tuple(points)


def land(countries: frozenset[str], language: str) -> dict[str, object]:
    """What the map draws below the sites.

    Args:
        countries: ISO 3166 codes of three letters of the run's countries; an unknown code has no
            outline.
        language: of the names of areas; English where there is no other.

    Returns:
        `world`: coarse rings of the other countries; `rings` and `lines`: those of the run's
        countries and between their areas, each as `lengths` (numbers of each line) and `steps`;
        `areas`: columns `longitude`, `latitude`, `radius` (hundredths of a degree) and `name`.
    """
    every = _boundaries()
    known = [every["countries"][code] for code in sorted(countries) if code in every["countries"]]
    areas = [area for country in known for area in country["areas"]]
    return {
        "world": _joined(
            ring
            for code, rings in sorted(every["world"].items())
            if code not in countries
            for ring in rings
        ),
        "rings": _joined(ring for country in known for ring in country["rings"]),
        "lines": _joined(line for country in known for line in country["lines"]),
        "areas": {
            "longitude": [area[0] for area in areas],
            "latitude": [area[1] for area in areas],
            "radius": [area[2] for area in areas],
            "name": [area[3].get(language, area[3]["en"]) for area in areas],
        },
    }


def _joined(lines: Iterable[list[int]]) -> dict[str, list[int]]:
    listed = list(lines)
    return {"lengths": [len(line) for line in listed], "steps": list(chain.from_iterable(listed))}
