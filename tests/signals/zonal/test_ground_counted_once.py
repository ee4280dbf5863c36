"""Pixel areas and overlapping tiles: no ground counts twice, none at a wrong size."""

from pathlib import Path

import numpy as np
import pytest
import rasterio
import shapely
from affine import Affine
from pyproj import CRS, Geod, Transformer

from signals.zonal.pixel_areas import PixelAreas
from signals.zonal.raster_grid import read_grid
from signals.zonal.site_outlines import geodesic_circles
from signals.zonal.zonal_statistics import class_areas, weighted_mean
from suppliers.input_errors import DataRejectedError
from tests.signals.zonal.rasters import site, write_raster

GEOD = Geod(ellps="WGS84")
ONES = np.ones((60, 60), np.uint8)


def _around(path: Path, code: int, longitude: float, latitude: float) -> str:
    """A raster of ones around a point, about 60 km wide, in a coordinate system."""
    crs = CRS.from_epsg(code)
    x, y = Transformer.from_crs("EPSG:4326", crs, always_xy=True).transform(longitude, latitude)
    unit = crs.axis_info[0].unit_conversion_factor
    step = np.radians(0.01) / unit if crs.is_geographic else 1000 / unit
    return write_raster(
        path,
        ONES,
        crs=f"EPSG:{code}",
        transform=Affine(step, 0, x - 30 * step, 0, -step, y + 30 * step),
    )


@pytest.mark.parametrize(
    ("code", "longitude", "latitude"),
    [
        (4807, 2.5, 46.5),  # grads from Paris
        (27572, 2.5, 46.5),  # projected, its degrees are grads from Paris
        (4806, 12.5, 42.0),  # degrees from Rome
        (4821, 2.9, 36.0),  # Voirol 1875 Paris, grads
        (4901, 2.5, 46.5),
        (2263, -73.9, 40.7),  # US survey feet
        (32633, 15.0, 50.0),
        (27700, -2.0, 53.0),  # Airy 1830
        (3031, 10.0, -80.0),
        (3857, 100.0, 60.0),
    ],
)  # fmt: skip
def test_areas_by_unit_and_meridian(
    tmp_path: Path, code: int, longitude: float, latitude: float
) -> None:
    circle = geodesic_circles(np.array([longitude]), np.array([latitude]), 8.0)[0]
    table = class_areas([_around(tmp_path / "r.tif", code, longitude, latitude)], [site(circle)])
    expected = abs(GEOD.geometry_area_perimeter(circle)[0]) / 10_000
    assert table.areas["area_ha"].sum() == pytest.approx(expected, rel=1e-3)
    assert table.site_coverage["covered_share"][0] == pytest.approx(1, rel=1e-3)


@pytest.mark.parametrize("columns", [361, 362, 720])
def test_a_globe_that_repeats_its_first_columns_counts_them_once(
    tmp_path: Path, columns: int
) -> None:
    path = write_raster(
        tmp_path / "globe.tif", np.ones((180, columns), np.uint8), left=-180.5, top=90.0
    )
    around_the_seam = site(shapely.box(178.0, 10.0, 182.0, 12.0))
    inland = site(shapely.box(20.0, 10.0, 24.0, 12.0), "inland")
    table = class_areas([path], [around_the_seam, inland])
    assert table.site_coverage["covered_share"].to_list() == [1.0, 1.0]
    areas = table.areas["area_ha"].to_list()
    assert areas[0] == pytest.approx(areas[1], rel=1e-9)


def test_a_globe_of_360_columns_keeps_them_all(tmp_path: Path) -> None:
    path = write_raster(tmp_path / "g.tif", np.ones((180, 360), np.uint8), left=-180.0, top=90.0)
    assert read_grid(path).width == 360


def _utm_pair(tmp_path: Path) -> list[str]:
    """Tiles of two neighbouring zones that overlap by about 20 km around 12 degrees east."""
    paths = []
    for code, longitude in ((32632, 11.7), (32633, 12.3)):
        paths.append(_around(tmp_path / f"{code}.tif", code, longitude, 50.0))
    return paths


@pytest.mark.parametrize("longitude", [11.9, 12.0, 12.1])
def test_a_site_over_tiles_of_two_zones_counts_once(tmp_path: Path, longitude: float) -> None:
    paths = _utm_pair(tmp_path)
    circle = geodesic_circles(np.array([longitude]), np.array([50.0]), 5.0)[0]
    for order in (paths, paths[::-1]):
        table = class_areas(order, [site(circle)])
        expected = abs(GEOD.geometry_area_perimeter(circle)[0]) / 10_000
        assert table.areas["area_ha"].sum() == pytest.approx(expected, rel=1e-4)
        mean = weighted_mean(order, [site(circle)])
        assert mean["value"].to_list() == [pytest.approx(1.0)]


def test_a_grid_without_a_position_is_rejected(tmp_path: Path) -> None:
    path = tmp_path / "nowhere.tif"
    with (
        pytest.warns(rasterio.errors.NotGeoreferencedWarning),
        rasterio.open(path, "w", driver="GTiff", width=3, height=3, count=1, dtype="uint8",
                      crs="EPSG:4326") as dataset,
    ):  # fmt: skip
        dataset.write(np.ones((1, 3, 3), np.uint8))
    with pytest.raises(DataRejectedError, match="no geotransform"):
        read_grid(str(path))


@pytest.mark.parametrize(
    "wkt",
    [
        'LOCAL_CS["Mine grid",UNIT["metre",1]]',
        'ENGCRS["Site grid",EDATUM["Site"],CS[Cartesian,2],AXIS["x",east],AXIS["y",north],'
        'LENGTHUNIT["metre",1]]',
        "EPSG:4978",
    ],
)
def test_systems_that_are_not_tied_to_the_earth_are_rejected(tmp_path: Path, wkt: str) -> None:
    path = write_raster(tmp_path / "local.tif", ONES, crs=wkt, top=0.5)
    with pytest.raises(DataRejectedError, match="coordinate system"):
        read_grid(path)


def test_pixels_outside_the_projection_are_rejected(tmp_path: Path) -> None:
    # Degrees written into a file that says metres of a zone: its pixels are micrometres.
    far = write_raster(
        tmp_path / "far.tif", ONES, crs="EPSG:3035", transform=Affine(1e7, 0, 1e8, 0, -1e7, 1e8)
    )
    with pytest.raises(DataRejectedError, match=r"no position on earth|by its corners"):
        read_grid(far)


def test_more_ground_than_a_site_has_is_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write_raster(tmp_path / "r.tif", ONES)
    true = PixelAreas.window_ha

    def doubled(self: PixelAreas, *window: int) -> tuple[np.ndarray, int]:
        areas, segment = true(self, *window)
        return 2 * areas, segment

    monkeypatch.setattr(PixelAreas, "window_ha", doubled)
    with pytest.raises(DataRejectedError, match=r"by its corners"):
        class_areas([path], [site(shapely.box(1, 1, 2, 2))])
    monkeypatch.setattr("signals.zonal.raster_grid.check_pixel_area", lambda grid: None)
    with pytest.raises(DataRejectedError, match=r"site s: .* ha were measured on"):
        class_areas([path], [site(shapely.box(1, 1, 2, 2))])


@pytest.mark.parametrize("latitude", [-60.0, -40.06, 0.0, 40.06, 60.0, 66.0])
@pytest.mark.parametrize("pixel", [0.05, 0.25, 0.75, 2.5])
def test_a_site_smaller_than_a_coarse_pixel_is_measured_wherever_it_lies(
    tmp_path: Path, latitude: float, pixel: float
) -> None:
    """A degree is shorter towards the pole: the middle of a tall pixel is not the site's own."""
    rows, columns = round(160 / pixel), round(10 / pixel)
    values = np.full((rows, columns), 7.0, np.float32)
    path = write_raster(
        tmp_path / "coarse.tif", values, transform=Affine(pixel, 0, 100, 0, -pixel, 80)
    )
    for step in np.linspace(0.0, pixel, 5):
        here = site(shapely.Point(105.0, latitude + step).buffer(0.02))
        row = weighted_mean([path], [here]).row(0, named=True)
        assert row["value"] == pytest.approx(7.0)
        assert row["covered_share"] == pytest.approx(1.0, abs=0.06)
        assert row["covered_share"] <= 1.0
