"""The outlines of the map: countries and their first-level areas, simplified from Natural Earth.

`python -m flows.documentation.map_boundaries FILE` writes `reports/assets/boundaries.json.gz` from
the GeoJSON form of Natural Earth's "Admin 1 – States, Provinces" at 1:10 million, which is in the
public domain. Neighbours are simplified as one coverage, so that no gap opens between them.
"""

from __future__ import annotations

import gzip
import json
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from configs.durable_files import write_bytes
from reports.languages.catalogue import LANGUAGES
from reports.page.map_outlines import HUNDREDTHS, Line

ASSET = Path(__file__).resolve().parents[2] / "reports" / "assets" / "boundaries.json.gz"

#: Where the file has smaller areas than the first level: the property that names the first level.
_FIRST_LEVEL = {
    "GBR": "geonunit", "FRA": "region", "ITA": "region", "ESP": "region", "PHL": "region",
    "UGA": "region", "SVN": "region", "LVA": "region", "MKD": "region", "AZE": "region",
    "MLT": "region", "GIN": "region", "MWI": "region", "BFA": "region",
}  # fmt: skip
#: Codes of the file that are not those of ISO 3166, by the code that suppliers have.
_ISO3 = {
    "KOS": "XKX", "SDS": "SSD", "SAH": "ESH", "PSX": "PSE", "ALD": "ALA", "SOL": "SOM",
    "CYN": "CYP",
}  # fmt: skip
_ANTARCTICA = "ATA"
_TOLERANCE_DEGREES = 0.05
_WORLD_TOLERANCE_DEGREES = 0.15
_STEP_DEGREES = 1 / HUNDREDTHS
_SMALLEST_SQUARE_DEGREES = 0.004
_WORLD_SMALLEST_SQUARE_DEGREES = 0.05


@dataclass(frozen=True)
class Area:
    """A first-level area.

    Attributes:
        country: its ISO 3166 code of three letters.
        names: by language; English is always there.
        shape: its outline.
    """

    country: str
    names: Mapping[str, str]
    shape: shapely.Geometry


def first_level(features: Iterable[Mapping[str, Any]]) -> list[Area]:
    """Areas of the first level, smaller ones of the file brought together."""
    groups: defaultdict[tuple[str, str], list[tuple[dict[str, object], shapely.Geometry]]]
    groups = defaultdict(list)
    for feature in features:
        facts = dict(feature["properties"])
        code = str(facts["adm0_a3"])
        if code == _ANTARCTICA:
            continue
        named = facts.get(_FIRST_LEVEL.get(code, "")) or facts["adm1_code"]
        shape = shapely.make_valid(shapely.from_geojson(json.dumps(feature["geometry"])))
        groups[_ISO3.get(code, code), str(named)].append((facts, shape))
    areas = []
    for (country, name), parts in groups.items():
        shapes = [shape for _, shape in parts]
        whole = shapes[0] if len(parts) == 1 else shapely.union_all(shapes, grid_size=1e-6)
        names = _names(parts[0][0]) if len(parts) == 1 else {"en": name}
        areas.append(Area(country, names, whole))
    return areas


def _names(facts: Mapping[str, object]) -> dict[str, str]:
    """Names by language; one that equals the English name is left out."""
    english = str(facts.get("name_en") or facts.get("name") or "")
    others = {
        language: str(facts[f"name_{language}"])
        for language in LANGUAGES
        if facts.get(f"name_{language}") and facts[f"name_{language}"] != english
    }
    return {"en": english} | {key: name for key, name in others.items() if key != "en"}


def boundaries(areas: Sequence[Area]) -> dict[str, object]:
    """The content of the asset.

    Returns:
        `world`: rings of all countries, coarse, by country. `countries`: by country `rings`,
        `lines` between its areas, and `areas` with the middle and the radius of the largest circle
        inside. Lines are hundredths of a degree: the first point, then steps.
    """
    shapes = np.array([area.shape for area in areas], dtype=object)
    fine = shapely.set_precision(
        shapely.coverage_simplify(shapes, _TOLERANCE_DEGREES), _STEP_DEGREES
    )
    by_country: defaultdict[str, list[int]] = defaultdict(list)
    for place, area in enumerate(areas):
        by_country[area.country].append(place)
    countries: dict[str, object] = {}
    wholes = {}
    for country, places in sorted(by_country.items()):
        parts = [fine[place] for place in places]
        whole = _polygons(shapely.union_all(parts, grid_size=_STEP_DEGREES))
        if not whole:  # islands smaller than a step
            continue
        wholes[country] = shapely.multipolygons(whole)
        countries[country] = {
            "rings": [_steps(ring) for ring in _rings(wholes[country], _SMALLEST_SQUARE_DEGREES)],
            "lines": [_steps(line) for line in _shared(parts)],
            "areas": [
                [*_middle(fine[place]), areas[place].names]
                for place in places
                if _polygons(fine[place])
            ],
        }
    coarse = shapely.coverage_simplify(
        np.array(list(wholes.values()), dtype=object), _WORLD_TOLERANCE_DEGREES
    )
    world = {
        country: [_steps(ring) for ring in _rings(shape, _WORLD_SMALLEST_SQUARE_DEGREES)]
        for country, shape in zip(wholes, coarse, strict=True)
    }
    return {"world": world, "countries": countries}


def _polygons(shape: shapely.Geometry) -> list[shapely.Geometry]:
    return [
        part
        for part in shapely.get_parts(shape)
        if part.geom_type == "Polygon" and not part.is_empty
    ]


def _rings(shape: shapely.Geometry, smallest: float) -> Iterator[NDArray[np.int64]]:
    """Rings of a country, without its smallest islands; its largest part always."""
    for place, part in enumerate(sorted(_polygons(shape), key=lambda part: -part.area)):
        if place == 0 or part.area >= smallest:
            yield _points(part.exterior)
            yield from (
                _points(hole)
                for hole in part.interiors
                if shapely.polygons(shapely.get_coordinates(hole)).area >= smallest
            )


def _shared(parts: Iterable[shapely.Geometry]) -> Iterator[NDArray[np.int64]]:
    """Lines between two areas of one country."""
    counted: Counter[tuple[tuple[int, int], tuple[int, int]]] = Counter()
    for part in parts:
        for polygon in _polygons(part):
            for ring in _rings(polygon, 0.0):
                ends = [(int(x), int(y)) for x, y in ring]
                counted.update((min(a, b), max(a, b)) for a, b in pairwise(ends))
    twice = sorted(edge for edge, number in counted.items() if number > 1)
    if twice:
        edges = shapely.multilinestrings(shapely.linestrings(np.array(twice, dtype=np.float64)))
        for line in shapely.get_parts(shapely.line_merge(edges)):
            yield np.rint(shapely.get_coordinates(line)).astype(np.int64)


def _points(line: shapely.Geometry) -> NDArray[np.int64]:
    points = np.rint(shapely.get_coordinates(line) * HUNDREDTHS).astype(np.int64)
    moves = np.any(np.diff(points, axis=0) != 0, axis=1)
    kept: NDArray[np.int64] = points[np.concatenate(([True], moves))]
    return kept


def _steps(points: NDArray[np.int64]) -> Line:
    return tuple(np.diff(points, axis=0, prepend=0).ravel().tolist())


def _middle(shape: shapely.Geometry) -> tuple[int, int, int]:
    """Middle and radius of the largest circle inside, in hundredths of a degree."""
    largest = max(_polygons(shape), key=lambda part: float(part.area))
    radius = shapely.maximum_inscribed_circle(largest, 0.05)
    (x, y), *_ = shapely.get_coordinates(radius)
    return (
        round(x * HUNDREDTHS),
        round(y * HUNDREDTHS),
        max(1, round(float(radius.length) * HUNDREDTHS)),
    )


def main(source: Path) -> None:
    """Write the asset; equal files give equal bytes."""
    features = json.loads(source.read_text(encoding="utf-8"))["features"]
    text = json.dumps(
        boundaries(first_level(features)), ensure_ascii=False, separators=(",", ":"), sort_keys=True
    )
    write_bytes(ASSET, gzip.compress(text.encode("utf-8"), compresslevel=9, mtime=0))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
