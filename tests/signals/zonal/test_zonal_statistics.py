from pathlib import Path

import geopandas
import numpy as np
import polars as pl
import pytest
import rasterio
import shapely
from affine import Affine
from exactextract import exact_extract
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyproj import Transformer

from signals.zonal.site_outlines import areas_ha, geodesic_circles
from signals.zonal.zonal_statistics import (
    ClassTable,
    RasterMask,
    ValueRange,
    class_areas,
    weighted_mean,
    weighted_mean_series,
    weighted_sum,
)
from suppliers.input_errors import DataRejectedError
from tests.signals.zonal.rasters import ONE_TO_NINE, site, write_raster

CENTRE = shapely.box(0.5, 0.5, 2.5, 2.5)
"""Covers the middle pixel of 3 x 3 wholly, its neighbours by half, the corners by a quarter."""


def by_class(table: ClassTable, site_id: str = "s") -> dict[int, float]:
    rows = table.areas.filter(pl.col("site_id") == site_id)
    return dict(zip(rows["class_value"], rows["area_ha"], strict=True))


def coverage_of(table: ClassTable, site_id: str = "s") -> dict[str, float]:
    return table.site_coverage.row(by_predicate=pl.col("site_id") == site_id, named=True)


def pixel_ha(row: int) -> float:
    return float(areas_ha([shapely.box(0, 2 - row, 1, 3 - row)])[0])


def test_three_by_three_by_hand(tmp_path: Path) -> None:
    path = write_raster(tmp_path / "r.tif", ONE_TO_NINE)
    table = class_areas([path], [site(CENTRE)])
    shares = np.array([[0.25, 0.5, 0.25], [0.5, 1.0, 0.5], [0.25, 0.5, 0.25]])
    for value, area in by_class(table).items():
        row, column = divmod(value - 1, 3)
        assert area == pytest.approx(shares[row, column] * pixel_ha(row), rel=1e-12)
    assert len(by_class(table)) == 9
    coverage = coverage_of(table)
    assert coverage["covered_share"] == pytest.approx(1.0, abs=1e-4)
    assert coverage["nodata_ha"] == 0.0


def test_mean_and_sum_by_hand(tmp_path: Path) -> None:
    path = write_raster(tmp_path / "r.tif", ONE_TO_NINE.astype(np.float32))
    areas = np.array([pixel_ha(row) for row in range(3)])
    weights = np.array([[0.25, 0.5, 0.25], [0.5, 1.0, 0.5], [0.25, 0.5, 0.25]]) * areas[:, None]
    mean = weighted_mean([path], [site(CENTRE)])["value"][0]
    assert mean == pytest.approx((ONE_TO_NINE * weights).sum() / weights.sum(), rel=1e-12)
    assert weighted_sum([path], [site(CENTRE)])["value"][0] == pytest.approx(20.0, rel=1e-12)


def test_values_out_of_a_range_are_left_out_and_counted(tmp_path: Path) -> None:
    """Of the middle row 4, 5, 6 the 4 is below 4.5 and the 6 stands for no data."""
    path = write_raster(tmp_path / "r.tif", ONE_TO_NINE.astype(np.float32))
    row = shapely.box(0, 1, 3, 2)
    within = ValueRange(low=4.5, high=7.0, fill=6.0)
    found = weighted_mean([path], [site(row)], within=within).row(0, named=True)
    assert found["value"] == 5.0
    assert found["covered_share"] == pytest.approx(1 / 3, rel=1e-4)
    assert found["outside_share"] == pytest.approx(1 / 3, rel=1e-4)
    assert found["outside_value"] == 4.0
    assert [found[f"pixels_{name}"] for name in ("used", "empty", "outside")] == [1, 1, 1]


@pytest.mark.parametrize("value", [1e20, np.inf, -np.inf, -9999.0])
def test_a_site_of_nothing_but_values_out_of_a_range_has_no_mean(
    tmp_path: Path, value: float
) -> None:
    path = write_raster(tmp_path / "r.tif", np.full((3, 3), value, dtype=np.float32))
    found = weighted_mean([path], [site(CENTRE)], within=ValueRange(0.0, 9.0)).row(0, named=True)
    assert (found["value"], found["covered_share"], found["pixels_outside"]) == (None, 0.0, 9)
    assert found["outside_value"] == pytest.approx(value, rel=1e-6)


def test_hole_and_parts(tmp_path: Path) -> None:
    path = write_raster(tmp_path / "r.tif", ONE_TO_NINE)
    frame = shapely.box(0, 0, 3, 3).difference(shapely.box(1, 1, 2, 2))
    assert 5 not in by_class(class_areas([path], [site(frame)]))
    corners = shapely.MultiPolygon([shapely.box(0, 2, 1, 3), shapely.box(2, 0, 3, 1)])
    assert by_class(class_areas([path], [site(corners)])) == pytest.approx(
        {1: pixel_ha(0), 9: pixel_ha(2)}
    )


def test_site_outside_has_no_row_and_no_zero(tmp_path: Path) -> None:
    path = write_raster(tmp_path / "r.tif", ONE_TO_NINE)
    far = site(shapely.box(50, 50, 51, 51), "far")
    table = class_areas([path], [far, site(CENTRE)], classes=[1, 77])
    assert by_class(table, "far") == {}
    assert coverage_of(table, "far")["covered_share"] == 0.0
    assert by_class(table)[77] == 0.0
    mean = weighted_mean([path], [far, site(CENTRE)])
    assert mean["value"].is_null().to_list() == [True, False]
    assert mean["covered_share"][0] == 0.0


def test_site_partly_outside_says_how_much_is_covered(tmp_path: Path) -> None:
    path = write_raster(tmp_path / "r.tif", ONE_TO_NINE, top=1.5)
    half = site(shapely.box(-1, -0.5, 1, 0.5))
    coverage = coverage_of(class_areas([path], [half]))
    assert coverage["covered_share"] == pytest.approx(0.5, abs=1e-4)
    assert coverage["valid_ha"] == pytest.approx(0.5 * coverage["site_area_ha"], rel=1e-4)


def test_nodata_is_neither_a_class_nor_covered(tmp_path: Path) -> None:
    path = write_raster(tmp_path / "r.tif", ONE_TO_NINE, nodata=5)
    table = class_areas([path], [site(CENTRE)], classes=[0, 5])
    assert by_class(table) == {0: 0.0, 5: 0.0}
    assert coverage_of(table)["nodata_ha"] == pytest.approx(pixel_ha(1))
    only_nodata = class_areas([path], [site(shapely.box(1.2, 1.2, 1.8, 1.8))])
    assert by_class(only_nodata) == {}
    assert coverage_of(only_nodata)["covered_share"] == 0.0
    mean = weighted_mean([path], [site(shapely.box(1, 1, 3, 2))])
    assert mean.row(0)[1:] == (6.0, pytest.approx(0.5))


@pytest.mark.parametrize("nodata", [np.nan, -3.4028234663852886e38, -9999.0])
def test_nodata_of_float_rasters(tmp_path: Path, nodata: float) -> None:
    values = ONE_TO_NINE.astype(np.float32)
    values[1, 1] = nodata
    values[0, 0] = np.nan
    path = write_raster(tmp_path / "r.tif", values, nodata=nodata)
    assert weighted_sum([path], [site(shapely.box(0, 0, 3, 3))])["value"][0] == pytest.approx(39.0)


def test_nodata_that_the_type_cannot_hold_hides_nothing(tmp_path: Path) -> None:
    source = write_raster(tmp_path / "r.tif", ONE_TO_NINE)
    vrt = tmp_path / "r.vrt"
    vrt.write_text(
        '<VRTDataset rasterXSize="3" rasterYSize="3"><SRS>EPSG:4326</SRS>'
        "<GeoTransform>0, 1, 0, 3, 0, -1</GeoTransform>"
        '<VRTRasterBand dataType="Int16" band="1"><NoDataValue>-9999</NoDataValue>'
        f"<SimpleSource><SourceFilename>{source}</SourceFilename><SourceBand>1</SourceBand>"
        "</SimpleSource></VRTRasterBand></VRTDataset>"
    )
    assert len(by_class(class_areas([str(vrt)], [site(CENTRE)]))) == 9


def test_mask_band_of_the_file_counts_as_nodata(tmp_path: Path) -> None:
    path = write_raster(tmp_path / "r.tif", ONE_TO_NINE)
    with rasterio.Env(GDAL_TIFF_INTERNAL_MASK=True), rasterio.open(path, "r+") as dataset:
        dataset.write_mask(ONE_TO_NINE != 5)
    table = class_areas([path], [site(CENTRE)])
    assert 5 not in by_class(table)
    assert coverage_of(table)["nodata_ha"] == pytest.approx(pixel_ha(1))


@pytest.mark.parametrize("dtype", ["uint8", "int8", "uint16", "int16", "int32", "uint32"])
def test_every_whole_type(tmp_path: Path, dtype: str) -> None:
    values = ONE_TO_NINE.astype(dtype)
    if np.dtype(dtype).kind == "i":
        values[0, 0] = -1
    path = write_raster(tmp_path / "r.tif", values)
    table = class_areas([path], [site(CENTRE)])
    assert set(by_class(table)) == set(values.ravel().tolist())
    named = class_areas([path], [site(CENTRE)], classes=[5, 6])
    assert by_class(named) == {key: by_class(table)[key] for key in (5, 6)}
    assert coverage_of(named) == coverage_of(table)


def test_mask_keeps_a_range_and_its_nodata_is_nodata(tmp_path: Path) -> None:
    path = write_raster(tmp_path / "r.tif", ONE_TO_NINE)
    cover = np.array([[0, 10, 20], [30, 40, 50], [60, 70, 255]], dtype=np.uint8)
    mask_path = write_raster(tmp_path / "m.tif", cover, nodata=255)
    square = site(shapely.box(0, 0, 3, 3))
    table = class_areas([path], [square], mask=RasterMask([mask_path], at_least=30))
    assert set(by_class(table)) == {4, 5, 6, 7, 8}
    coverage = coverage_of(table)
    assert coverage["nodata_ha"] == pytest.approx(pixel_ha(2))
    assert coverage["valid_ha"] == pytest.approx(coverage["site_area_ha"] - pixel_ha(2))
    band = RasterMask([mask_path], at_least=30, at_most=50)
    assert set(by_class(class_areas([path], [square], mask=band))) == {4, 5, 6}


@pytest.mark.parametrize("dtype", ["uint8", "int8", "uint16", "int16", "int32", "float32"])
def test_masks_of_every_type(tmp_path: Path, dtype: str) -> None:
    path = write_raster(tmp_path / "r.tif", ONE_TO_NINE)
    cover = np.array([[0, 10, 20], [30, 40, 50], [60, 70, 99]], dtype=dtype)
    mask_path = write_raster(tmp_path / "m.tif", cover, nodata=99)
    square = site(shapely.box(0, 0, 3, 3))
    table = class_areas([path], [square], mask=RasterMask([mask_path], at_least=30))
    assert set(by_class(table)) == {4, 5, 6, 7, 8}
    assert coverage_of(table)["nodata_ha"] == pytest.approx(pixel_ha(2))


def test_mask_with_a_mask_band_of_its_own(tmp_path: Path) -> None:
    path = write_raster(tmp_path / "r.tif", ONE_TO_NINE)
    mask_path = write_raster(tmp_path / "m.tif", ONE_TO_NINE)
    with rasterio.Env(GDAL_TIFF_INTERNAL_MASK=True), rasterio.open(mask_path, "r+") as dataset:
        dataset.write_mask(ONE_TO_NINE != 9)
    square = site(shapely.box(0, 0, 3, 3))
    table = class_areas([path], [square], mask=RasterMask([mask_path], at_least=5))
    assert set(by_class(table)) == {5, 6, 7, 8}
    assert coverage_of(table)["nodata_ha"] == pytest.approx(pixel_ha(2))


def test_tiles_add_up_to_the_whole(tmp_path: Path) -> None:
    values = np.random.default_rng(7).integers(0, 25, (60, 80), dtype=np.uint8)
    whole = write_raster(tmp_path / "whole.tif", values, left=100.0, top=1.0, step=0.01)
    tiles = [
        write_raster(
            tmp_path / f"{row}-{column}.tif",
            values[row : row + 30, column : column + 40],
            left=100.0 + column * 0.01,
            top=1.0 - row * 0.01,
            step=0.01,
        )
        for row in (0, 30)
        for column in (0, 40)
    ]
    shapes = [
        site(circle, str(index))
        for index, circle in enumerate(
            geodesic_circles(np.array([100.4, 100.41, 100.05]), np.array([0.7, 0.69, 0.5]), 9.0)
        )
    ]
    one, many = class_areas([whole], shapes), class_areas(tiles, shapes)
    assert one.areas.drop("area_ha").equals(many.areas.drop("area_ha"))
    np.testing.assert_allclose(one.areas["area_ha"], many.areas["area_ha"], rtol=1e-9, atol=1e-9)


def test_overlapping_tiles_are_rejected(tmp_path: Path) -> None:
    first = write_raster(tmp_path / "a.tif", ONE_TO_NINE)
    second = write_raster(tmp_path / "b.tif", ONE_TO_NINE, left=2.0)
    with pytest.raises(DataRejectedError, match=r"b\.tif: overlaps .*a\.tif"):
        class_areas([first, second], [site(CENTRE)])


def test_outcome_is_the_same_to_the_bit_on_any_number_of_threads(tmp_path: Path) -> None:
    rng = np.random.default_rng(3)
    values = rng.integers(0, 25, (700, 700), dtype=np.uint8)
    path = write_raster(
        tmp_path / "r.tif",
        values,
        left=10,
        top=50,
        step=0.001,
        tiled=True,
        blockxsize=16,
        blockysize=16,
        compress="deflate",
    )
    circles = geodesic_circles(rng.uniform(10, 10.7, 40), rng.uniform(49.3, 50, 40), 6.0)
    shapes = [site(circle, str(index)) for index, circle in enumerate(circles)]
    single = class_areas([path], shapes, threads=1)
    for threads in (2, 5):
        other = class_areas([path], shapes, threads=threads)
        assert single.areas.equals(other.areas)
        assert single.site_coverage.equals(other.site_coverage)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.integers(0, 2**32 - 1))
def test_classes_add_up_and_agree_with_exactextract(tmp_path: Path, seed: int) -> None:
    rng = np.random.default_rng(seed)
    values = rng.integers(0, 6, (40, 50), dtype=np.uint8)
    path = write_raster(tmp_path / "r.tif", values, left=100, top=1, step=0.01, nodata=0)
    angles = np.sort(rng.uniform(0, 2 * np.pi, rng.integers(3, 30)))
    radii = rng.uniform(0.02, 0.3, len(angles))
    centre = rng.uniform([99.9, 0.5], [100.6, 1.1])
    star = shapely.make_valid(
        shapely.Polygon(centre + np.column_stack([np.cos(angles), np.sin(angles)]) * radii[:, None])
    )
    parts = [part for part in shapely.get_parts(star) if part.geom_type == "Polygon"]
    shape = site(shapely.MultiPolygon(parts))
    table = class_areas([path], [shape])
    coverage = coverage_of(table)
    assert sum(by_class(table).values()) == pytest.approx(coverage["valid_ha"], rel=1e-12)
    frame = geopandas.GeoDataFrame({"site_id": ["s"]}, geometry=[shape.geometry], crs="EPSG:4326")
    cells = exact_extract(path, frame, ["values", "coverage", "center_y"], output="pandas").iloc[0]
    row_ha = areas_ha([shapely.box(0, y - 0.005, 0.01, y + 0.005) for y in cells["center_y"]])
    expected = np.bincount(
        np.asarray(cells["values"], dtype=int), weights=cells["coverage"] * row_ha, minlength=6
    )
    for value, area in by_class(table).items():
        assert area == pytest.approx(expected[value], abs=1e-6 * row_ha.max() * len(row_ha))
    assert expected[1:].sum() == pytest.approx(coverage["valid_ha"], rel=1e-6, abs=1e-3)


GRIDS = {
    "geographic": ("EPSG:4326", (103.0, -1.0), (0.0004, 0.0004)),
    "geographic, high latitude": ("EPSG:4326", (25.0, 69.5), (0.001, 0.0004)),
    "World Mercator": ("EPSG:3395", (-61.5, 16.2), (40.0, 40.0)),
    "World Mercator, high latitude": ("EPSG:3395", (25.0, 65.0), (80.0, 80.0)),
    "Web Mercator": ("EPSG:3857", (10.0, 55.0), (80.0, 80.0)),
    "UTM off its zone's middle": ("EPSG:32648", (109.5, 0.5), (40.0, 40.0)),
    "polar stereographic": ("EPSG:3995", (40.0, 75.0), (50.0, 50.0)),
    "equal-area": ("EPSG:6933", (-50.0, -20.0), (50.0, 50.0)),
    "sinusoidal": ("ESRI:54008", (-60.0, 12.0), (463.0, 463.0)),
    "coarse World Mercator": ("EPSG:3395", (30.0, 60.0), (3000.0, 3000.0)),
}


@pytest.mark.parametrize("name", GRIDS)
def test_areas_are_true_in_any_coordinate_system(tmp_path: Path, name: str) -> None:
    crs, (longitude, latitude), (x_step, y_step) = GRIDS[name]
    x, y = Transformer.from_crs("EPSG:4326", crs, always_xy=True).transform(longitude, latitude)
    size = 900
    values = np.zeros((size, size), dtype=np.uint8)
    values[:, size // 2 :] = 1
    affine = Affine(x_step, 0, x - x_step * size / 2, 0, -y_step, y + y_step * size / 2)
    path = write_raster(tmp_path / "r.tif", values, transform=affine, crs=crs)
    circle = geodesic_circles(np.array([longitude]), np.array([latitude]), 5.0)[0]
    table = class_areas([path], [site(circle)])
    assert coverage_of(table)["valid_ha"] == pytest.approx(2500 * np.pi, rel=2e-5)
    assert by_class(table)[1] == pytest.approx(1250 * np.pi, rel=5e-3)
    assert coverage_of(table)["covered_share"] == pytest.approx(1.0, abs=2e-5)


def test_site_over_the_antimeridian_on_a_global_grid(tmp_path: Path) -> None:
    values = np.zeros((200, 400), dtype=np.uint8)
    values[:, :200], values[:, 200:] = 1, 2
    globe = Affine(0.9, 0, -180, 0, -0.9, 90)
    path = write_raster(tmp_path / "r.tif", values, transform=globe)
    circle = geodesic_circles(np.array([179.99]), np.array([12.0]), 25.0)[0]
    areas = by_class(class_areas([path], [site(circle)]))
    assert sum(areas.values()) == pytest.approx(2500 * 25 * np.pi * 0.04 * 25, rel=1e-3)
    assert areas[2] > areas[1] > 0.4 * sum(areas.values())


def test_grid_that_runs_from_0_to_360(tmp_path: Path) -> None:
    values = np.arange(180 * 360, dtype=np.int32).reshape(180, 360)
    path = write_raster(tmp_path / "r.tif", values, transform=Affine(1, 0, 0, 0, -1, 90))
    west_of_greenwich = site(shapely.box(-10, 10, -9, 11), "west")
    both_sides = site(shapely.box(-1, 10, 1, 11), "both")
    table = class_areas([path], [west_of_greenwich, both_sides])
    occurring = table.areas.filter(pl.col("area_ha") > 0)
    assert occurring["class_value"].to_list() == [79 * 360 + 350, 79 * 360, 79 * 360 + 359]


@pytest.mark.parametrize("latitude", [89.99, 90.0, -89.97])
def test_site_around_a_pole(tmp_path: Path, latitude: float) -> None:
    path = write_raster(
        tmp_path / "r.tif",
        np.ones((1800, 360), np.uint8),
        transform=Affine(1, 0, -180, 0, -0.1, 90),
    )
    circle = geodesic_circles(np.array([33.0]), np.array([latitude]), 25.0)[0]
    table = class_areas([path], [site(circle)])
    # Shares are exact in degrees, so a pixel that reaches a pole and is cut by the edge is not.
    assert coverage_of(table)["covered_share"] > 0.6
    stereographic = write_raster(
        tmp_path / "p.tif",
        np.ones((400, 400), np.uint8),
        transform=Affine(500, 0, -100_000, 0, -500, 100_000),
        crs="EPSG:3995" if latitude > 0 else "EPSG:3031",
    )
    table = class_areas([stereographic], [site(circle)])
    assert coverage_of(table)["valid_ha"] == pytest.approx(62_500 * np.pi, rel=1e-4)


def test_rain_pixels_larger_than_the_site(tmp_path: Path) -> None:
    rain = np.array([[10.0, 20.0], [30.0, 40.0]], dtype=np.float32)
    layers = {
        month: write_raster(
            tmp_path / f"{month}.tif", rain * factor, left=-71.8, top=18.7, step=0.05
        )
        for month, factor in (("2010-01", 1), ("2010-02", 2))
    }
    layers["coarser"] = write_raster(
        tmp_path / "coarser.tif", np.full((1, 1), 7.0), left=-72, top=19, step=1
    )
    inside_one = geodesic_circles(np.array([-71.775]), np.array([18.675]), 1.0)[0]
    on_the_corner = geodesic_circles(np.array([-71.75]), np.array([18.65]), 1.0)[0]
    partly = geodesic_circles(np.array([-71.8]), np.array([18.675]), 1.0)[0]
    shapes = [site(inside_one, "one"), site(on_the_corner, "four"), site(partly, "half")]
    series = weighted_mean_series(layers, shapes, dict.fromkeys(layers, ValueRange()))
    assert series["layer"].unique(maintain_order=True).to_list() == list(layers)
    first = dict(series.filter(pl.col("layer") == "2010-01").select("site_id", "value").iter_rows())
    assert first == pytest.approx({"one": 10.0, "four": 25.0, "half": 10.0}, rel=1e-4)
    second = series.filter(pl.col("layer") == "2010-02")
    assert second["value"].to_list() == pytest.approx([20.0, 50.0, 20.0], rel=1e-4)
    assert second["covered_share"].to_list() == pytest.approx([1.0, 1.0, 0.5], rel=1e-3)
    assert series.filter(pl.col("layer") == "coarser")["value"].to_list() == pytest.approx(
        [7.0] * 3
    )
    assert weighted_mean([layers["2010-01"]], shapes)["value"].to_list() == list(first.values())


def test_scale_and_offset_of_the_file_are_applied(tmp_path: Path) -> None:
    path = write_raster(tmp_path / "r.tif", ONE_TO_NINE)
    with rasterio.open(path, "r+") as dataset:
        dataset.scales, dataset.offsets = (0.1,), (-1.0,)
    value = weighted_mean([path], [site(shapely.box(1, 1, 2, 2))])["value"][0]
    assert value == pytest.approx(5 * 0.1 - 1.0)


def test_no_site_gives_empty_tables(tmp_path: Path) -> None:
    path = write_raster(tmp_path / "r.tif", ONE_TO_NINE)
    table = class_areas([path], [])
    assert table.areas.schema == {
        "site_id": pl.String,
        "class_value": pl.Int64,
        "area_ha": pl.Float64,
    }
    assert table.site_coverage.is_empty()
    assert weighted_mean([path], []).columns == ["site_id", "value", "covered_share"]
