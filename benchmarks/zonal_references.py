"""Zonal tables and indices against the published reference values of five data sets."""

from pathlib import Path

import geopandas
import numpy as np
import polars as pl
import rasterio
import shapely
from exactextract import exact_extract
from numpy.typing import NDArray
from pyproj import Proj, Transformer

from benchmarks.shared_data import shared_data
from signals.zonal.ellipsoid import area_below_latitude_m2
from signals.zonal.raster_grid import RasterGrid, read_grid
from signals.zonal.site_outlines import SiteShape, areas_ha
from signals.zonal.spectral import (
    enhanced_vegetation,
    normalised_difference,
    soil_adjusted_vegetation,
)
from signals.zonal.zonal_statistics import class_areas, weighted_mean, weighted_sum

ID = "zonal_references"
GOAL = "areas, transitions and indices equal the reference tables of five data sets"
KIND = "validate"

MESH_DEGREES = 0.045
NOMINAL_PIXEL_KM2 = 0.0009
MAPBIOMAS_FOREST, MAPBIOMAS_PASTURE, MAPBIOMAS_MINING, MAPBIOMAS_URBAN = 3, 15, 30, 24


def run() -> str:
    """Check every set, print the largest differences.

    Returns:
        One figure per set.
    """
    checks = (_maroaga, _annamites, _landsat, _guadeloupe, _slope, _sao_miguel)
    lines = [check() for check in checks]
    for line in lines:
        print(line)
    return "; ".join(lines)


def _maroaga() -> str:
    """Net changes and class areas per mesh cell, ten years, in the table's nominal pixels."""
    folder = shared_data("earth/mapbiomas-maroaga-2013-2022")
    outline = geopandas.read_file(folder / "CavernaMaroaga.gpkg").geometry.iloc[0]
    grid = read_grid(str(folder / "mapbiomas_c8_2013.tif"))
    cells = _mesh_cells(outline, grid)
    shapes = [SiteShape(str(index + 1), cell) for index, cell in enumerate(cells)]
    nominal = _nominal_per_ha(cells, grid)
    expected = pl.read_csv(
        folder / "expected_mesh_analysis.tsv",
        separator="\t",
        null_values="NA",
        infer_schema_length=None,
    ).sort("Year", "ID_mesh")
    classes = [MAPBIOMAS_FOREST, MAPBIOMAS_PASTURE, MAPBIOMAS_URBAN, MAPBIOMAS_MINING, 33, 41]
    before: NDArray[np.float64] | None = None
    worst_area = worst_change = 0.0
    for year in range(2013, 2023):
        table = class_areas([str(folder / f"mapbiomas_c8_{year}.tif")], shapes, classes=classes)
        wide = table.areas.pivot("class_value", index="site_id", values="area_ha")
        ordered = pl.DataFrame({"site_id": [shape.site_id for shape in shapes]}).join(
            wide, on="site_id", how="left", maintain_order="left"
        )
        ours = ordered.select(str(value) for value in classes).fill_null(0.0).to_numpy()
        ours = ours * nominal[:, None]
        rows = expected.filter(pl.col("Year") == year)
        theirs = rows.select(pl.col([str(value) for value in classes]).fill_null(0.0)).to_numpy()
        worst_area = max(worst_area, float(np.abs(ours - theirs).max()))
        if before is not None:
            change = ours - before
            growth = {
                "Deforestation": -change[:, 0],
                "Growth_Pasture": change[:, 1],
                "Growth_Urban": change[:, 2],
                "Growth_Mining": change[:, 3],
            }
            for name, km2 in growth.items():
                differs = np.abs(np.maximum(km2, 0.0) - rows[name].to_numpy())
                worst_change = max(worst_change, float(differs.max()))
        before = ours
    return (
        f"Maroaga {len(cells)} cells x 10 years: areas within {worst_area:.1e} km2, "
        f"net changes within {worst_change:.1e} km2"
    )


def _mesh_cells(outline: shapely.Geometry, grid: RasterGrid) -> list[shapely.Geometry]:
    """Cells of the reference's mesh that meet the area, their edges moved to pixel edges.

    The reference counts pixel centres; between pixel edges exact shares do the same.
    """
    west, south, east, north = outline.bounds
    across, up = np.ceil(np.array([east - west, north - south]) / MESH_DEGREES).astype(int)
    cells = []
    for row in range(up):
        for column in range(across):
            left, bottom = west + column * MESH_DEGREES, south + row * MESH_DEGREES
            cell = shapely.box(left, bottom, left + MESH_DEGREES, bottom + MESH_DEGREES)
            if shapely.intersection(cell, outline).area > 0.0:
                x = grid.left + grid.x_step * np.round(
                    (np.array([left, left + MESH_DEGREES]) - grid.left) / grid.x_step
                )
                y = grid.top + grid.y_step * np.round(
                    (np.array([bottom, bottom + MESH_DEGREES]) - grid.top) / grid.y_step
                )
                cells.append(shapely.box(x[0], y[0], x[1], y[1]))
    return cells


def _nominal_per_ha(cells: list[shapely.Geometry], grid: RasterGrid) -> NDArray[np.float64]:
    """Nominal square kilometres per true hectare of each cell's middle pixels."""
    bounds = shapely.bounds(np.array(cells))
    pixels = (bounds[:, 2] - bounds[:, 0]) / grid.x_step
    pixels *= (bounds[:, 3] - bounds[:, 1]) / abs(grid.y_step)
    return np.asarray(np.round(pixels) * NOMINAL_PIXEL_KM2 / areas_ha(cells))


def _annamites() -> str:
    folder = shared_data("earth/hansen-annamites-30m")
    polygons = geopandas.read_file(folder / "aoi_polys.gpkg")
    first = polygons[polygons["id"] == 1].geometry.iloc[0]
    expected = pl.read_csv(folder / "expected_zonal.csv").filter(
        pl.col("quantity") == "forest_area"
    )
    path, shape = str(folder / "yearly_cover_2000_2018.tif"), SiteShape("1", first)
    worst = 0.0
    for band, value in enumerate(expected["value"], start=1):
        table = class_areas([path], [shape], band=band, classes=[1])
        worst = max(worst, abs(table.areas["area_ha"].item() / 100.0 / value - 1.0))
    centre_count = 0.7286 / 0.7220 - 1.0
    return (
        f"Annamites forest area within {worst:.2%} (its own two ways differ by {centre_count:.2%})"
    )


def _landsat() -> str:
    folder = shared_data("earth/landsat7-indices-reference")
    stem = "LE70230282011250EDC00_"

    def band(name: str) -> NDArray[np.float64]:
        with rasterio.open(folder / f"{stem}{name}.tif") as dataset:
            return np.asarray(dataset.read(1), dtype=np.float64)

    stored = {number: band(f"sr_band{number}") for number in (1, 3, 4, 5, 7)}
    clear = band("fmask") == 0
    for values in stored.values():
        clear &= (values > 0) & (values < 10_000)
    blue, red, near, short, long = (stored[number] * 1e-4 for number in (1, 3, 4, 5, 7))
    indices = {
        "ndvi": normalised_difference(near, red),
        "nbr": normalised_difference(near, long),
        "nbr2": normalised_difference(short, long),
        "ndmi": normalised_difference(near, short),
        # The delivered EVI of that year lacks the gain of 2.5.
        "evi": enhanced_vegetation(near, red, blue) / 2.5,
        "savi": soil_adjusted_vegetation(near, red),
    }
    worst = {}
    for name, ours in indices.items():
        theirs = band(name)
        known = clear & (np.abs(theirs) <= 10_000)
        worst[name] = float(np.abs(ours[known] - theirs[known] * 1e-4).max())
    figures = ", ".join(f"{name} {value:.1e}" for name, value in worst.items())
    return f"Landsat 7 indices on {int(clear.sum())} clear pixels: {figures}"


def _guadeloupe() -> str:
    """True areas of a Mercator map, against pyproj's scale at every row."""
    path = str(shared_data("earth/tmf-guadeloupe-2000-2020/fcc12345.tif"))
    grid = read_grid(path)
    with rasterio.open(path) as dataset:
        values = dataset.read(1)
    to_degrees = Transformer.from_crs(grid.crs, "EPSG:4326", always_xy=True)
    left, bottom, right, top = to_degrees.transform_bounds(*grid.bounds)
    whole = SiteShape("all", shapely.box(left - 0.01, bottom - 0.01, right + 0.01, top + 0.01))
    table = class_areas([path], [whole], classes=range(1, 6))
    rows = grid.top + grid.y_step * (np.arange(grid.height) + 0.5)
    latitudes = to_degrees.transform(np.full(grid.height, grid.left), rows)[1]
    scale = Proj(grid.crs).get_factors(np.full(grid.height, left), latitudes).areal_scale
    pixel_ha = grid.x_step * abs(grid.y_step) / scale / 10_000.0
    worst = inflation = 0.0
    for value, area in table.areas.select("class_value", "area_ha").iter_rows():
        counts = (values == value).sum(axis=1)
        worst = max(worst, abs(area / (counts * pixel_ha).sum() - 1.0))
        inflation = counts.sum() * grid.x_step * abs(grid.y_step) / 10_000.0 / area
    return (
        f"Guadeloupe (EPSG:3395) true areas within {worst:.1e}; the projected ones are "
        f"{inflation:.3f} x as large"
    )


def _slope() -> str:
    folder = shared_data("earth/zonal-reference/rasterstats")
    path = str(folder / "slope.tif")
    expected = pl.read_csv(folder / "expected.csv").filter(
        pl.col("raster") == "slope.tif", pl.col("vector") == "polygons"
    )
    given = geopandas.read_file(folder / "polygons.shp")
    frame = given.set_crs(read_grid(path).crs.to_wkt(), allow_override=True)
    degrees = [
        SiteShape(str(row), geometry) for row, geometry in enumerate(frame.to_crs(4326).geometry)
    ]
    ours = weighted_mean([path], degrees)["value"].to_numpy()
    theirs = exact_extract(path, frame, ["mean"], output="pandas")["mean"].to_numpy()
    counts = frame.geometry.area.to_numpy() / (read_grid(path).x_step ** 2)
    listed = expected.filter(pl.col("stat") == "count").sort("feature")["value"].to_numpy()
    mean = expected.filter(pl.col("stat") == "mean")["value"].item()
    return (
        f"slope means within {np.abs(ours / theirs - 1.0).max():.1e} of exactextract, "
        f"{ours[0]:.2f} for the centres' {mean:.2f}, {counts[0]:.1f} and {counts[1]:.1f} pixels "
        f"for {listed[0]:.0f} and {listed[1]:.0f} centres"
    )


def _sao_miguel() -> str:
    folder = shared_data("earth/zonal-reference/sao_miguel")
    frame = geopandas.read_file(folder / "concelhos.gpkg")
    shapes = [
        SiteShape(name, geometry)
        for name, geometry in zip(frame["name"], frame.geometry, strict=True)
    ]
    count = str(folder / "gpw_v411_2020_count_2020.tif")
    ours = weighted_sum([count], shapes)["value"].to_numpy()
    theirs = exact_extract(count, frame, ["sum"], output="pandas")["sum"].to_numpy()
    people = float(np.abs(ours / theirs - 1.0).max())
    classes = _corine(folder, frame, shapes)
    return f"Sao Miguel people within {people:.1e}, classes within {classes:.1e}"


def _corine(folder: Path, frame: geopandas.GeoDataFrame, shapes: list[SiteShape]) -> float:
    """Largest difference of a class's hectares, as a share of the municipality."""
    path = str(folder / "clc2018_v2020_20u1.tif")
    table = class_areas([path], shapes)
    cells = exact_extract(
        path, frame, ["values", "coverage", "center_y"], include_cols=["name"], output="pandas"
    )
    step = read_grid(path).x_step
    worst = 0.0
    for row in cells.itertuples():
        low, high = np.radians(row.center_y - step / 2.0), np.radians(row.center_y + step / 2.0)
        band = area_below_latitude_m2(high) - area_below_latitude_m2(low)
        hectares = row.coverage * band * np.radians(step) / 10_000.0
        expected = np.bincount(row.values.astype(int), weights=hectares, minlength=256)
        ours = table.areas.filter(pl.col("site_id") == row.name)
        for value, area in ours.select("class_value", "area_ha").iter_rows():
            worst = max(worst, abs(area - expected[value]) / expected.sum())
    return float(worst)
