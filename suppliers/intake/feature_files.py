"""Plots in GeoJSON, such as the EUDR template of the European Commission, as rows of a table.

A row is a feature: its properties, its id and its geometry, which keeps holes and parts. The row's
number is that of the feature, counted from 1. GeoJSON is in WGS84 (RFC 7946); a file that names
another system is rejected.
"""

import json
from pathlib import Path
from typing import Any

from suppliers.input_errors import DataRejectedError
from suppliers.intake.encodings import decode

FEATURE_SUFFIXES = (".geojson",)
_WGS84 = ("CRS84", "EPSG::4326", "EPSG:4326")
_GEOMETRY = "geometry"
_ID = "site_id"


def features(path: Path) -> tuple[tuple[str, ...], list[list[str | None]]]:
    """Headers and rows of a GeoJSON file.

    Raises:
        DataRejectedError: the file is no feature collection, has no feature, or names another
            reference system than WGS84.
    """
    name = path.name
    try:
        content = json.loads(decode(path.read_bytes(), name))
    except json.JSONDecodeError as error:
        raise DataRejectedError(
            f"{name}: line {error.lineno} is not JSON ({error.msg}); export the file again."
        ) from None
    found = content.get("features") if isinstance(content, dict) else None
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        raise DataRejectedError(f"{name}: this is no FeatureCollection; export it as GeoJSON.")
    if not found:
        raise DataRejectedError(f"{name}: the collection holds no feature; add the plots.")
    system = _system(content)
    if system is not None and not system.endswith(_WGS84):
        raise DataRejectedError(
            f"{name}: the coordinates are in {system}; export the file in WGS84 (EPSG:4326)."
        )
    properties = [one.get("properties") or {} for one in found]
    keys = list(dict.fromkeys(key for one in properties for key in one))
    has_ids = any("id" in one for one in found) and _ID not in keys
    headers = (*keys, *((_ID,) if has_ids else ()), _GEOMETRY)
    rows = [
        [
            *(_text(own.get(key)) for key in keys),
            *((_text(one.get("id")),) if has_ids else ()),
            None if one.get("geometry") is None else json.dumps(one["geometry"]),
        ]
        for one, own in zip(found, properties, strict=True)
    ]
    return headers, rows


def _system(content: dict[str, Any]) -> str | None:
    """The reference system that a file names, as GeoJSON did before RFC 7946."""
    crs = content.get("crs")
    named = crs.get("properties", {}).get("name") if isinstance(crs, dict) else None
    return named if isinstance(named, str) else None


def _text(value: object) -> str | None:
    if value is None or isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False)
