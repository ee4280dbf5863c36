"""The engine on real rasters, beside exactextract on the same files and outlines."""

from pathlib import Path

import geopandas
import numpy as np
import polars as pl
import pytest
from exactextract import exact_extract
from numpy.typing import NDArray

from signals.zonal.ellipsoid import area_below_latitude_m2
from signals.zonal.site_outlines import SiteShape, geodesic_circles, site_shapes
from signals.zonal.zonal_statistics import RasterMask, class_areas, weighted_mean

pytestmark = pytest.mark.shared


def exactextract_ha(path: str, shapes: list[SiteShape], step: float) -> dict[str, NDArray]:
    """Hectares by class from exactextract's coverage shares and each row's true pixel area."""
    frame = geopandas.GeoDataFrame(
        {"site_id": [shape.site_id for shape in shapes]},
        geometry=[shape.geometry for shape in shapes],
        crs="EPSG:4326",
    )
    cells = exact_extract(
        path, frame, ["values", "coverage", "center_y"], include_cols=["site_id"], output="pandas"
    )
    counts = {}
    for row in cells.itertuples():
        low, high = np.radians(row.center_y - step / 2), np.radians(row.center_y + step / 2)
        band = area_below_latitude_m2(high) - area_below_latitude_m2(low)
        weights = row.coverage * band * np.radians(step) / 10_000.0
        counts[row.site_id] = np.bincount(row.values.astype(int), weights=weights, minlength=25)
    return counts


def test_forest_loss_around_the_mills_of_jambi(shared_data: Path) -> None:
    path = str(shared_data / "earth/hansen-jambi-300m/lossyear.tif")
    mills = pl.read_csv(shared_data / "outcomes/palm_mills/mills.csv").with_row_index("site_id")
    sites = mills.select(
        pl.col("site_id").cast(pl.String),
        latitude="lat",
        longitude="lon",
        geometry_wkt=pl.lit(None, dtype=pl.String),
        has_measurable_location=pl.lit(True),
    )
    shapes = site_shapes(sites, 5.0)
    table = class_areas([path], shapes, classes=range(25))
    covered = table.site_coverage.filter(pl.col("covered_share") == 1.0)
    assert covered.height > 100
    inside = [shape for shape in shapes if shape.site_id in set(covered["site_id"])]
    expected = exactextract_ha(path, inside, 0.0026949458523585646)
    ours = table.areas.filter(pl.col("site_id").is_in(covered["site_id"].implode()))
    for (site_id,), rows in ours.group_by("site_id"):
        np.testing.assert_allclose(rows["area_ha"], expected[str(site_id)], rtol=1e-6, atol=1e-4)


def test_forest_loss_of_the_annamites_under_a_cover_mask(shared_data: Path) -> None:
    folder = shared_data / "earth/hansen-annamites-30m"
    rng = np.random.default_rng(11)
    circles = geodesic_circles(rng.uniform(107.14, 107.26, 12), rng.uniform(16.6, 16.675, 12), 2.0)
    shapes = [SiteShape(str(index), circle) for index, circle in enumerate(circles)]
    path = str(folder / "lossyear.tif")
    table = class_areas([path], shapes, classes=range(25))
    expected = exactextract_ha(path, shapes, 0.00025)
    for (site_id,), rows in table.areas.group_by("site_id"):
        np.testing.assert_allclose(rows["area_ha"], expected[str(site_id)], rtol=1e-6, atol=1e-4)
    mask = RasterMask([str(folder / "treecover2000.tif")], at_least=30)
    forest = class_areas([path], shapes, mask=mask, classes=range(25))
    whole = table.areas.join(forest.areas, on=["site_id", "class_value"], suffix="_forest")
    assert (whole["area_ha_forest"] <= whole["area_ha"] + 1e-9).all()
    assert forest.areas["area_ha"].sum() < table.areas["area_ha"].sum()


def test_mercator_areas_of_tropical_moist_forest_are_true(shared_data: Path) -> None:
    path = str(shared_data / "earth/tmf-guadeloupe-2000-2020/fcc12345.tif")
    centre = np.array([-61.6]), np.array([16.15])
    shape = SiteShape("Guadeloupe", geodesic_circles(*centre, 5.0)[0])
    coverage = class_areas([path], [shape]).site_coverage
    measured = coverage["valid_ha"][0] + coverage["nodata_ha"][0]
    assert measured == pytest.approx(2500 * np.pi, rel=1e-6)


def test_monthly_rain_of_a_few_pixels(shared_data: Path) -> None:
    path = str(shared_data / "earth/env-neiba-mixed/chirps/chirps-v2.0.2010.05.tif")
    circle = geodesic_circles(np.array([-71.6]), np.array([18.65]), 5.0)[0]
    frame = geopandas.GeoDataFrame({"site_id": ["s"]}, geometry=[circle], crs="EPSG:4326")
    expected = exact_extract(path, frame, ["mean(coverage_weight=area_spherical_m2)"])
    value = weighted_mean([path], [SiteShape("s", circle)])["value"][0]
    assert value == pytest.approx(next(iter(expected[0]["properties"].values())), rel=1e-5)
