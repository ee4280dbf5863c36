"""Suppliers and their sites from parsed rows: one frame of companies, one of places."""

import hashlib
from collections.abc import Mapping
from typing import Any

import numpy as np
import polars as pl

from suppliers.intake.towns import TOWN_COLUMNS
from suppliers.places.geometries import ParsedGeometry, parse_geometry
from suppliers.places.locations import MEASURABLE, Points, Verdict, judge_points

_SUPPLIER_COLUMNS: Mapping[str, pl.DataType] = {
    "supplier_id": pl.String(),
    "name": pl.String(),
    "country_iso2": pl.String(),
    "country_iso3": pl.String(),
    "subregion": pl.String(),
    "sector": pl.String(),
    "sector_section": pl.String(),
    "commodity_hs": pl.String(),
    "lei": pl.String(),
    "cik": pl.String(),
    "company_number": pl.String(),
    "os_id": pl.String(),
    "parent": pl.String(),
    "annual_spend": pl.Float64(),
    "currency": pl.String(),
    "workforce_band": pl.String(),
    "tier": pl.Int64(),
    "source_file": pl.String(),
    "source_row": pl.Int64(),
}
_POLYGON_DECIMALS = 9


def with_parents(rows: pl.DataFrame) -> pl.DataFrame:
    """Rows with their parent: the supplier that `parent_id` names, or one name for each id.

    Purchasing systems write a parent as number and name. A number that is a supplier of the list is
    that supplier; sisters of another number have the first name given for it, or the number.
    """
    is_own = pl.col("parent_id").is_in(rows["supplier_id"].drop_nulls().unique().implode())
    ordered = rows.sort("source_file", "source_row")
    first = (
        ordered.drop_nulls(["parent_id", "parent"])
        .unique("parent_id", keep="first", maintain_order=True)
        .select("parent_id", _name_of_id="parent")
    )
    return (
        rows.join(first, on="parent_id", how="left", maintain_order="left")
        .with_columns(
            parent=pl.when(is_own)
            .then("parent_id")
            .otherwise(pl.coalesce("_name_of_id", "parent", "parent_id"))
        )
        .drop("_name_of_id")
    )


def suppliers_of(rows: pl.DataFrame) -> tuple[pl.DataFrame, tuple[str, ...]]:
    """One row per supplier, the first value given for each field, and notes on conflicts."""
    rows = with_parents(rows)
    columns = list(_SUPPLIER_COLUMNS)
    reported = [c for c in columns if c not in {"supplier_id", "source_file", "source_row"}]
    ordered = rows.rename({"commodity": "commodity_hs"}).sort("source_file", "source_row")
    grouped = ordered.group_by("supplier_id", maintain_order=True)
    firms = grouped.agg(
        *(pl.col(c).drop_nulls().first() for c in reported),
        pl.col("source_file", "source_row").first(),
    )
    # A sector and its section belong to one row; a band or a sum may differ between sites.
    differing = grouped.agg(pl.col(c).drop_nulls().n_unique() for c in reported)
    notes = tuple(
        f"suppliers whose rows differ in {c}, of which the first was kept: {count}"
        for c in reported
        if c not in {"sector_section", "subregion", "country_iso3"}
        and (count := int((differing[c] > 1).sum()))
    )
    return firms.select(columns).cast(pl.Schema(_SUPPLIER_COLUMNS)).sort("supplier_id"), notes


def sites_of(rows: pl.DataFrame) -> tuple[pl.DataFrame, tuple[str, ...]]:
    """One row per site with its precision, columns of `stg_sites`, and notes."""
    located, notes = site_rows(rows)
    sites = located.select(
        "site_id",
        "supplier_id",
        "site_name",
        "country_iso3",
        "admin_area",
        "latitude",
        "longitude",
        "geometry_wkt",
        "location_precision",
        "location_reason",
        pl.col("location_precision").is_in(list(MEASURABLE)).alias("has_measurable_location"),
        pl.col("location_is_public").fill_null(False),
    )
    return sites.sort("supplier_id", "site_id"), notes


def site_rows(rows: pl.DataFrame) -> tuple[pl.DataFrame, tuple[str, ...]]:
    """The first row of each site with its location, and notes.

    A row without a site_id gets one from its supplier and what it says about the place (``p-``
    and 12 hex digits), so the order of rows does not change it. A site given twice is kept once.

    Args:
        rows: accepted rows with the columns of `suppliers.intake.towns.locate_towns`.
    """
    ordered = rows.sort("source_file", "source_row")
    named = _with_site_ids(ordered)
    unique = named.unique(["supplier_id", "site_id"], keep="first", maintain_order=True)
    notes = []
    if repeated := len(named) - len(unique):
        notes.append(f"{repeated} rows repeat a site of the same supplier; the first was kept")
    owners = unique.group_by("site_id").agg(pl.len().alias("owners"))
    unique = unique.join(owners, on="site_id", how="left", maintain_order="left")
    if shared := int((owners["owners"] > 1).sum()):
        notes.append(f"{shared} site_ids are used by several suppliers; the supplier was put first")
    unique = unique.with_columns(
        site_id=pl.when(pl.col("owners") > 1)
        .then(pl.col("supplier_id") + ":" + pl.col("site_id"))
        .otherwise(pl.col("site_id"))
    )
    return located_rows(unique), tuple(notes)


def _with_site_ids(rows: pl.DataFrame) -> pl.DataFrame:
    reported = [
        "supplier_id",
        "site_name",
        "country_iso2",
        "admin_area",
        "address",
        "latitude_text",
        "longitude_text",
        "geometry",
    ]
    place = pl.concat_str([pl.col(c).fill_null("") for c in reported], separator="\x1f")
    # A list without towns keeps the ids that it had before towns were read.
    place = pl.concat_str([place, ("\x1f" + pl.col("town")).fill_null("")])
    derived = rows.select(place.str.to_lowercase().alias("place"))["place"].map_elements(
        lambda text: "p-" + hashlib.sha256(text.encode()).hexdigest()[:12], return_dtype=pl.String
    )
    return rows.with_columns(site_id=pl.coalesce("site_id", derived))


def located_rows(sites: pl.DataFrame) -> pl.DataFrame:
    """Rows with latitude, longitude, geometry_wkt, location_precision and location_reason.

    Args:
        sites: accepted rows with the columns of `suppliers.intake.towns.locate_towns`.
    """
    shapes = {text: parse_geometry(text) for text in sites["geometry"].drop_nulls().unique()}
    parsed = [shapes.get(text) if text is not None else None for text in sites["geometry"]]
    lats, lons = sites["latitude"].to_list(), sites["longitude"].to_list()
    decimals = sites["coordinate_decimals"].to_list()
    for i, geometry in enumerate(parsed):
        point = _point_of(geometry)
        if (
            geometry is not None
            and point is not None
            and (geometry.polygon is not None or lats[i] is None or lons[i] is None)
        ):
            lats[i], lons[i] = point
            decimals[i] = _POLYGON_DECIMALS
    verdicts = _verdicts(sites, lats, lons, decimals)
    for i, (latitude, longitude, precision, reason) in enumerate(
        sites.select(list(TOWN_COLUMNS)).iter_rows()
    ):
        if precision is not None and parsed[i] is None:
            lats[i], lons[i] = latitude, longitude
            verdicts[i] = Verdict(precision, reason)
    final = [
        _final(verdict, geometry, row)
        for verdict, geometry, row in zip(
            verdicts,
            parsed,
            sites.select(
                "admin_area", "latitude", "longitude", "latitude_text", "longitude_text"
            ).iter_rows(named=True),
            strict=True,
        )
    ]
    return sites.with_columns(
        pl.Series("latitude", lats, dtype=pl.Float64),
        pl.Series("longitude", lons, dtype=pl.Float64),
        pl.Series("geometry_wkt", [_wkt(geometry) for geometry in parsed], dtype=pl.String),
        pl.Series("location_precision", [v.precision for v in final], dtype=pl.String),
        pl.Series("location_reason", [v.reason for v in final], dtype=pl.String),
    )


def _verdicts(
    sites: pl.DataFrame,
    lats: list[float | None],
    lons: list[float | None],
    decimals: list[int | None],
) -> list[Verdict | None]:
    placed = [
        i
        for i, (a, b) in enumerate(zip(lats, lons, strict=True))
        if a is not None and b is not None
    ]
    codes, addresses = sites["country_iso2"].to_list(), sites["address"].to_list()
    names = sites.select(pl.coalesce("site_name", "name"))["site_name"].to_list()
    judged = judge_points(
        Points(
            iso2=[codes[i] for i in placed],
            latitude=np.array([lats[i] for i in placed], dtype=np.float64),
            longitude=np.array([lons[i] for i in placed], dtype=np.float64),
            decimals=np.array([decimals[i] or 0 for i in placed], dtype=np.int64),
            addresses=[addresses[i] for i in placed],
            names=[names[i] for i in placed],
        )
    )
    result: list[Verdict | None] = [None] * len(lats)
    for i, verdict in zip(placed, judged, strict=True):
        result[i] = verdict
    return result


def _final(
    verdict: Verdict | None, geometry: ParsedGeometry | None, row: Mapping[str, Any]
) -> Verdict:
    if geometry is not None and geometry.polygon is not None and verdict is not None:
        # Whether a centre point is a poor geocode does not matter beside an outline.
        if verdict.precision != "none":
            return Verdict("polygon", geometry.note)
        return Verdict("none", (verdict.reason or "").replace("the coordinate", "the geometry"))
    fault = geometry.fault if geometry is not None else None
    if verdict is not None:
        return Verdict(verdict.precision, verdict.reason or fault)
    given = [row["latitude_text"] is not None, row["longitude_text"] is not None]
    reason = fault or (
        "no coordinate given"
        if not any(given)
        else "the coordinate is not a number in decimal degrees"
        if all(given)
        else "only one of latitude and longitude given"
    )
    return Verdict("admin_area" if row["admin_area"] is not None else "country", reason)


def _point_of(geometry: ParsedGeometry | None) -> tuple[float, float] | None:
    if geometry is None:
        return None
    if geometry.polygon is None:
        return geometry.point
    inner = geometry.polygon.representative_point()
    return (inner.y, inner.x)


def _wkt(geometry: ParsedGeometry | None) -> str | None:
    if geometry is None or geometry.polygon is None:
        return None
    import shapely

    return str(shapely.to_wkt(geometry.polygon, rounding_precision=7))
