import numpy as np
import polars as pl
import pytest
import shapely

from signals.zonal.site_outlines import areas_ha, geodesic_circles, polygon_from_wkt, site_shapes
from suppliers.input_errors import DataRejectedError


def sites(**columns: list[object]) -> pl.DataFrame:
    return pl.DataFrame(
        {"geometry_wkt": [None], "has_measurable_location": [True], **columns},
        schema_overrides={"geometry_wkt": pl.String, "latitude": pl.Float64},
    )


CENTRES = {
    "equator": (0.0, 0.0),
    "Jambi": (103.6, -1.6),
    "high latitude": (25.0, 69.9),
    "antimeridian, just west": (179.99, -17.0),
    "antimeridian, just east": (-179.98, 65.0),
    "near the north pole": (10.0, 89.7),
    "around the north pole": (-60.0, 89.99),
    "around the south pole": (133.0, -89.96),
    "the north pole": (0.0, 90.0),
}


@pytest.mark.parametrize("radius_km", [1.0, 5.0, 25.0])
@pytest.mark.parametrize("centre", CENTRES.values(), ids=CENTRES.keys())
def test_circle_has_the_area_of_a_circle(centre: tuple[float, float], radius_km: float) -> None:
    longitude, latitude = centre
    circle = geodesic_circles(np.array([longitude]), np.array([latitude]), radius_km)[0]
    west, south, east, north = circle.bounds
    assert circle.is_valid
    assert -180.0 <= west < east <= 180.0
    assert -90.0 <= south < north <= 90.0
    hectares = 100.0 * np.pi * radius_km**2
    assert areas_ha([circle])[0] == pytest.approx(hectares, rel=1e-5)


def test_circle_over_the_antimeridian_is_cut_there() -> None:
    circle = geodesic_circles(np.array([180.0]), np.array([0.0]), 5.0)[0]
    west_part, east_part = sorted(shapely.get_parts(circle), key=lambda part: part.bounds[0])
    assert west_part.bounds[0] == -180.0
    assert east_part.bounds[2] == 180.0
    assert areas_ha([west_part])[0] == pytest.approx(areas_ha([east_part])[0], rel=1e-6)


def test_area_of_an_octant_of_the_globe() -> None:
    # WGS84: 510,065,621.7 km² in all.
    assert areas_ha([shapely.box(0, 0, 90, 90)])[0] == pytest.approx(51_006_562_170 / 8, rel=1e-9)


def test_only_measurable_sites_become_shapes_in_their_order() -> None:
    frame = pl.DataFrame(
        {
            "site_id": ["a", "b", "c"],
            "latitude": [1.0, None, 2.0],
            "longitude": [10.0, None, 20.0],
            "geometry_wkt": [None, None, "POLYGON ((0 0, 1 0, 1 1, 0 1, 0 0))"],
            "has_measurable_location": [True, False, True],
        }
    )
    shapes = site_shapes(frame, 5.0)
    assert [shape.site_id for shape in shapes] == ["a", "c"]
    assert shapes[0].geometry.contains(shapely.Point(10, 1))
    assert shapes[1].geometry.equals(shapely.box(0, 0, 1, 1))


def test_no_site_gives_no_shape() -> None:
    frame = sites(site_id=["a"], latitude=[1.0], longitude=[1.0]).clear()
    assert site_shapes(frame, 5.0) == []


def test_point_off_the_globe_is_rejected_with_its_site() -> None:
    with pytest.raises(DataRejectedError, match="site a: its latitude and longitude"):
        site_shapes(sites(site_id=["a"], latitude=[95.0], longitude=[1.0]), 5.0)


@pytest.mark.parametrize("radius_km", [0.0, -1.0, float("nan"), 2000.0])
def test_senseless_radius_is_rejected(radius_km: float) -> None:
    with pytest.raises(DataRejectedError, match="radius_km"):
        site_shapes(sites(site_id=["a"], latitude=[1.0], longitude=[1.0]), radius_km)


@pytest.mark.parametrize(
    "wkt",
    [
        "POLYGON ((170 0, -170 0, -170 10, 170 10, 170 0))",
        "POLYGON ((170 0, 190 0, 190 10, 170 10, 170 0))",
        "POLYGON ((-190 0, -170 0, -170 10, -190 10, -190 0))",
    ],
)
def test_outline_over_the_antimeridian(wkt: str) -> None:
    outline = polygon_from_wkt(wkt, "s")
    halves = shapely.union_all([shapely.box(170, 0, 180, 10), shapely.box(-180, 0, -170, 10)])
    assert outline.equals(halves)


def test_outline_around_a_pole_holds_the_pole() -> None:
    outline = polygon_from_wkt("POLYGON ((0 80, 90 80, 180 80, -90 80, 0 80))", "s")
    assert outline.equals(shapely.box(-180, 80, 180, 90))


def test_outline_that_crosses_itself_keeps_both_lobes() -> None:
    outline = polygon_from_wkt("POLYGON ((0 0, 1 1, 1 0, 0 1, 0 0))", "s")
    assert outline.is_valid
    assert outline.area == pytest.approx(0.5)


def test_outline_keeps_its_hole_and_parts() -> None:
    wkt = (
        "MULTIPOLYGON (((0 0, 4 0, 4 4, 0 4, 0 0), (1 1, 2 1, 2 2, 1 2, 1 1)),"
        " ((6 6, 7 6, 7 7, 6 7, 6 6)))"
    )
    assert polygon_from_wkt(wkt, "s").area == pytest.approx(16.0)


@pytest.mark.parametrize(
    "wkt", ["POINT (1 1)", "nonsense", "POLYGON EMPTY", "POLYGON ((0 0, 1 1, 2 2, 0 0))"]
)
def test_outline_without_area_is_rejected_with_its_site(wkt: str) -> None:
    with pytest.raises(DataRejectedError, match="site s: its geometry is not a polygon"):
        polygon_from_wkt(wkt, "s")
