"""Plots as GeoJSON features in the form of the EU deforestation regulation.

Properties ProducerName, ProducerCountry and ProductionPlace; WGS84; longitude first; six decimals.
The id of a feature is the site's, and `supplier_id` is a property of our own, so that the reader
of lists takes both back.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

DECIMALS = 6
#: Precisions of a location that are a plot.
PLOTS = ("polygon", "exact")
#: How `_fixed` marks a number.
_NUMBER = re.compile(r'"<(-?[0-9.]+)>"')


def plot_feature(
    row: Mapping[str, Any], further: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """A site as a feature.

    Args:
        row: a site with a plot: site_id, site_name, name, supplier_id, country_iso2,
            location_precision, longitude, latitude and geometry_wkt.
        further: properties to add.
    """
    return {
        "type": "Feature",
        "id": row["site_id"],
        "properties": {
            "ProducerName": row["name"],
            "ProducerCountry": row["country_iso2"],
            "ProductionPlace": row["site_name"] or row["site_id"],
            "supplier_id": row["supplier_id"],
            **(further or {}),
        },
        "geometry": _geometry(row),
    }


def feature_collection(features: Sequence[Mapping[str, Any]]) -> bytes:
    """The file of features, one a line."""
    text = ",\n".join(json.dumps(one, ensure_ascii=False) for one in features)
    numbers = _NUMBER.sub(lambda match: match[1], text)
    return f'{{"type": "FeatureCollection", "features": [\n{numbers}\n]}}\n'.encode()


def _geometry(row: Mapping[str, Any]) -> dict[str, Any]:
    if row["location_precision"] == "exact":
        return {"type": "Point", "coordinates": _fixed([row["longitude"], row["latitude"]])}
    import shapely
    from shapely.geometry import mapping

    shape = mapping(shapely.from_wkt(row["geometry_wkt"]))
    return {"type": shape["type"], "coordinates": _fixed(shape["coordinates"])}


def _fixed(value: Any) -> Any:
    """Coordinates with six decimals, marked so that they are written as numbers."""
    if isinstance(value, (list, tuple)):
        return [_fixed(part) for part in value]
    return f"<{value:.{DECIMALS}f}>"
