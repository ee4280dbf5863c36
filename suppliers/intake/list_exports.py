"""Sites of a list in the files that others ask for: plots for the EU, facilities for OS Hub.

Plots: GeoJSON as in the file description of the EU deforestation regulation
(`suppliers.intake.plot_features`).

Facilities: the columns of Open Supply Hub's upload template (country, name, address,
sector_product_type, facility_type_processing_type, number_of_workers, parent_company), with lat and
lng where a point is exact. It is the one file with addresses: the template requires them.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from suppliers.intake.plot_features import DECIMALS, PLOTS, feature_collection, plot_feature
from suppliers.intake.sector_words import division_titles
from suppliers.places.countries import country

_FACILITY_COLUMNS = (
    "country",
    "name",
    "address",
    "sector_product_type",
    "facility_type_processing_type",
    "number_of_workers",
    "parent_company",
)
_FACILITY_DECIMALS = 7
_LONGEST = 200
#: The template takes neither quotation marks nor long dashes.
_NOT_IN_TEMPLATE = re.compile('["“”—]')
_OPEN_BAND = "1000+"


@dataclass(frozen=True)
class ListExport:
    """A file made of a list.

    Attributes:
        content: of the file.
        written: sites in it.
        notes: plain sentences on what was left out or must be corrected.
    """

    content: bytes
    written: int
    notes: tuple[str, ...]


def plots_geojson(rows: pl.DataFrame) -> ListExport:
    """The sites with an outline or an exact point.

    Args:
        rows: accepted rows with site_id and the columns of `suppliers.intake.sites.located_rows`.
    """
    exact = rows.filter(pl.col("location_precision").is_in(PLOTS))
    features = [plot_feature(row) for row in exact.iter_rows(named=True)]
    is_coarse = (pl.col("location_precision") == "exact") & (
        pl.col("coordinate_decimals") < DECIMALS
    )
    notes = (
        *_note(rows.height - exact.height, "sites without an exact location, which are left out"),
        *_note(
            exact.filter(is_coarse).height,
            "points with fewer than the six decimals that the EU's system asks for; zeros fill "
            "them up, so measure these points again",
        ),
        *_note(
            sum(_has_hole(one) for one in features),
            "outlines with holes, of which the EU's system reads the outer ring alone",
        ),
    )
    return ListExport(feature_collection(features), len(features), notes)


def _has_hole(feature: Mapping[str, Any]) -> bool:
    geometry = feature["geometry"]
    outlines = {"Polygon": [geometry["coordinates"]], "MultiPolygon": geometry["coordinates"]}
    return any(len(rings) > 1 for rings in outlines.get(geometry["type"], ()))


def facility_template(rows: pl.DataFrame) -> ListExport:
    """The sites with an address, one row each, as Open Supply Hub's template has them.

    Args:
        rows: as of `plots_geojson`, with address, sector, workforce_band and parent.
    """
    usable = rows.drop_nulls("address")
    points = usable.filter(pl.col("location_precision") == "exact").height
    columns = (*_FACILITY_COLUMNS, *(("lat", "lng") if points else ()))
    facilities = [_facility(row) for row in usable.iter_rows(named=True)]
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, lineterminator="\n", extrasaction="ignore")
    writer.writeheader()
    writer.writerows(facilities)
    cut = sum(len(row[name]) > _LONGEST for row in facilities for name in ("name", "address"))
    notes = (
        *_note(
            rows.height - usable.height,
            "sites without the address that the template requires, which are left out",
        ),
        *_note(cut, "names and addresses above the 200 characters that it takes"),
        *_note(
            sum(not row["sector_product_type"] for row in facilities),
            "sites without the sector that it recommends",
        ),
    )
    return ListExport(text.getvalue().encode("utf-8-sig"), len(facilities), notes)


def _facility(row: Mapping[str, Any]) -> dict[str, str]:
    stated = country(row["country_iso2"])
    is_exact = row["location_precision"] == "exact"
    band = row["workforce_band"]
    values = {
        "country": row["country_iso2"] if stated is None else stated.name,
        "name": row["site_name"] or row["name"],
        "address": row["address"],
        "sector_product_type": division_titles().get(row["sector"] or ""),
        "facility_type_processing_type": None,
        # The template takes a number or a range, and no open band.
        "number_of_workers": None if band == _OPEN_BAND else band,
        "parent_company": row["parent"],
        "lat": _degrees(row["latitude"]) if is_exact else None,
        "lng": _degrees(row["longitude"]) if is_exact else None,
    }
    return {name: _NOT_IN_TEMPLATE.sub(" ", value or "") for name, value in values.items()}


def _degrees(value: float) -> str:
    return f"{value:.{_FACILITY_DECIMALS}f}".rstrip("0").rstrip(".")


def _note(count: int, text: str) -> tuple[str, ...]:
    return (f"{text}: {count}",) if count else ()
