import json
import math

import numpy as np
import pytest

from suppliers.places.geocoder_centres import COUNTRY_CENTRES
from suppliers.places.geometries import parse_geometry
from suppliers.places.locations import Points, Verdict, judge_points


def _judge(*rows: tuple[str, float, float, int, str | None, str]) -> list[Verdict]:
    iso2, lat, lon, decimals, addresses, names = zip(*rows, strict=True)
    return judge_points(
        Points(iso2, np.array(lat), np.array(lon), np.array(decimals), addresses, names)
    )


def _one(iso2: str, lat: float, lon: float, decimals: int = 6) -> Verdict:
    return _judge((iso2, lat, lon, decimals, None, "A"))[0]


@pytest.mark.parametrize(
    ("iso2", "lat", "lon", "decimals", "precision", "reported"),
    [
        ("BD", 23.901234, 90.302134, 6, "exact", None),
        ("BD", 23.780012, 90.360003, 6, "exact", None),
        ("BD", 91.0, 10.0, 6, "none", "outside the globe"),
        ("BD", 23.9, 190.0, 6, "none", "outside the globe"),
        ("CN", 104.06, 30.67, 6, "none", "swapped"),
        ("BD", 0.0, 0.0, 1, "none", "0/0"),
        ("EC", 0.0, -78.45, 2, "exact", None),
        ("BD", 90.4, 23.8, 6, "none", "swapped"),
        ("ID", 106.8, -6.2, 6, "none", "swapped"),
        ("BR", 23.55, -46.63, 6, "none", "minus sign"),
        ("BR", -23.55, 46.63, 6, "none", "minus sign"),
        ("BD", 35.6895, 139.6917, 6, "none", "lies in Japan"),
        ("BD", 0.5, -30.5, 6, "none", "far outside"),
        ("CN", 35.86166, 104.195397, 6, "country", "centre point"),
        ("BD", 23.684994, 90.356331, 6, "country", "centre point"),
        ("KH", 12.565679, 104.990963, 6, "country", "centre point"),
        ("VN", 14.058324, 108.277199, 6, "country", "centre point"),
        ("VN", 14.0583, 108.2772, 4, "country", "centre point"),
        ("BD", 24.0, 90.0, 0, "country", "centre point"),
        ("CN", 31.2, 121.5, 1, "city", "one decimal"),
        ("CN", 31.0, 121.0, 0, "admin_area", "no decimals"),
        # Belitung is 200 km from the nearest Indonesian outline drawn, Hong Kong has none.
        ("ID", -2.751234, 107.912345, 6, "exact", None),
        ("HK", 22.30, 114.17, 4, "exact", None),
        ("HK", 22.65, 114.05, 4, "exact", None),
        ("MM", 16.851234, 96.201234, 6, "exact", None),
        ("MM", 35.68, 139.69, 6, "none", "lies in Japan"),
        ("US", 21.3, -157.8583, 4, "exact", None),
    ],
)
def test_one_coordinate(
    iso2: str, lat: float, lon: float, decimals: int, precision: str, reported: str | None
) -> None:
    verdict = _one(iso2, lat, lon, decimals)
    assert verdict.precision == precision
    assert (verdict.reason is None) == (reported is None)
    assert reported is None or reported in str(verdict.reason)


@pytest.mark.parametrize("iso2", sorted(COUNTRY_CENTRES))
def test_every_centre_point_is_caught_and_none_100_m_beside_it(iso2: str) -> None:
    lat, lon = COUNTRY_CENTRES[iso2]
    assert _one(iso2, lat, lon).precision == "country"
    assert _one(iso2, lat + 0.0011, lon + 0.0011).precision == "exact"


def _in_system(name: str) -> str:
    system = {"type": "name", "properties": {"name": name}}
    corners = [[90.3, 23.8], [90.31, 23.8], [90.31, 23.81], [90.3, 23.8]]
    return json.dumps({"type": "Polygon", "crs": system, "coordinates": [corners]})


@pytest.mark.parametrize(
    "name", ["EPSG:4326", "urn:ogc:def:crs:OGC:1.3:CRS84", "urn:ogc:def:crs:EPSG::4674"]
)
def test_systems_within_metres_of_wgs84_are_it(name: str) -> None:
    parsed = parse_geometry(_in_system(name))

    assert parsed.fault is None
    assert parsed.polygon.bounds == (90.3, 23.8, 90.31, 23.81)


def test_heights_are_left_out_and_open_rings_are_closed_with_a_note() -> None:
    corners = [[90.3, 23.8, 12.0], [90.31, 23.8, 12.5], [90.31, 23.81, 13.0]]
    closed = json.dumps({"type": "Polygon", "coordinates": [[*corners, corners[0]]]})
    is_open = json.dumps(
        {"type": "Feature", "properties": {},
         "geometry": {"type": "MultiPolygon", "coordinates": [[corners]]}}
    )  # fmt: skip

    flat = "POLYGON ((90.3 23.8, 90.31 23.8, 90.31 23.81, 90.3 23.8))"
    assert parse_geometry(closed).polygon.wkt == flat
    assert parse_geometry(closed).note is None
    joined = parse_geometry(is_open)
    assert joined.polygon.wkt == "POLYGON ((90.3 23.8, 90.31 23.8, 90.31 23.81, 90.3 23.8))"
    assert joined.note == "the outline was not closed; its last corner was joined to its first"


def test_one_coordinate_for_different_addresses_is_no_site() -> None:
    at = ("CN", 32.051234, 118.781234, 6)
    different = _judge(
        (*at, "Jinling Zone, Tangxia Town, Jiangmen, Guangdong", "Hua Wear"),
        (*at, "No. 13 East Wuchu Road, Hengxi, Nanjing", "Ning Textiles"),
    )
    assert {verdict.precision for verdict in different} == {"city"}


def test_near_the_middle_of_the_country_it_is_the_country() -> None:
    at = ("CN", 35.9, 104.3, 6)
    verdicts = _judge(
        (*at, "Harbour Road, Dalian", "Hua Wear"), (*at, "Lake Street, Wuxi", "Ning Textiles")
    )
    assert {verdict.precision for verdict in verdicts} == {"country"}


@pytest.mark.parametrize(
    ("addresses", "names"),
    [
        (("Lot 226/4, Amata Park, Bien Hoa", "Lot 226/8 Amata Park Bien Hoa"), ("A", "B")),
        (("Road 5, Savar", "Block C, Ashulia"), ("Metro Knitting Ltd", "METRO KNITTING LTD.")),
        ((None, None), ("Mill one", "Mill two")),
    ],
)
def test_one_place_given_twice_stays_exact(
    addresses: tuple[str | None, str | None], names: tuple[str, str]
) -> None:
    rows = [("BD", 23.8, 90.26, 6, a, n) for a, n in zip(addresses, names, strict=True)]
    assert {verdict.precision for verdict in _judge(*rows)} == {"exact"}


@pytest.mark.parametrize(
    ("text", "reported"),
    [
        ("POLYGON EMPTY", "empty"),
        ("rubbish", "neither WKT nor GeoJSON"),
        ("{}", "neither WKT nor GeoJSON"),
        ('{"type": "FeatureCollection", "features": []}', "empty"),
        ("LINESTRING (0 0, 1 1)", "no polygon"),
        ("POLYGON ((0 0, 1 1, 0 0, 0 0))", "no area"),
        ("POLYGON ((0 0, 20 0, 20 1, 0 1, 0 0))", "1,000 km"),
        ("POLYGON ((10 100, 11 100, 11 101, 10 100))", "swapped"),
        ("POLYGON ((500000 9000000, 501000 9000000, 501000 9001000, 500000 9000000))", "metres"),
        ("POLYGON ((0 0, 1 0, 1 1, 0 1))", "not closed"),
        ("01zz", "neither WKT nor GeoJSON"),
        ("SRID=3857;POLYGON ((0 0, 1 0, 1 1, 0 0))", "is in EPSG:3857, not in WGS84"),
        (_in_system("urn:ogc:def:crs:EPSG::25832"), "is in EPSG:25832, not in WGS84"),
        (_in_system("urn:ogc:def:crs:EPSG:9.8:31982"), "is in EPSG:31982, not in WGS84"),
        (_in_system("local"), "is in 'local', not in WGS84"),
    ],
)
def test_geometries_that_cannot_be_used_say_why(text: str, reported: str) -> None:
    parsed = parse_geometry(text)
    assert parsed.polygon is None
    assert reported in str(parsed.fault)


@pytest.mark.parametrize(
    "text",
    [
        "POLYGON ((101 0, 101.1 0, 101.1 0.1, 101 0.1, 101 0))",
        "SRID=4326;POLYGON Z ((101 0 5, 101.1 0 5, 101.1 0.1 5, 101 0.1 5, 101 0 5))",
        '{"type":"Feature","properties":{},"geometry":{"type":"Polygon","coordinates":'
        "[[[101,0],[101.1,0],[101.1,0.1],[101,0.1],[101,0]]]}}",
    ],
)
def test_outlines_are_read(text: str) -> None:
    parsed = parse_geometry(text)
    assert parsed.fault is None
    assert math.isclose(parsed.polygon.area, 0.01)
    assert not parsed.polygon.has_z


@pytest.mark.parametrize(
    "text",
    [
        "POLYGON ((179.9 -17, -179.9 -17, -179.9 -16.8, 179.9 -16.8, 179.9 -17))",
        "MULTIPOLYGON (((179.9 -17, 180 -17, 180 -16.8, 179.9 -16.8, 179.9 -17)),"
        "((-180 -17, -179.9 -17, -179.9 -16.8, -180 -16.8, -180 -17)))",
    ],
    ids=["over it", "cut at it"],
)
def test_an_outline_over_the_antimeridian_is_cut_there(text: str) -> None:
    parsed = parse_geometry(text)
    assert parsed.fault is None
    assert sorted(part.bounds for part in parsed.polygon.geoms) == [
        pytest.approx((-180.0, -17.0, -179.9, -16.8)),
        pytest.approx((179.9, -17.0, 180.0, -16.8)),
    ]


def test_what_spans_the_globe_is_too_wide() -> None:
    parsed = parse_geometry("POLYGON ((-100 0, 100 0, 100 1, -100 1, -100 0))")
    assert "1,000 km" in str(parsed.fault)


def test_a_self_crossing_outline_is_corrected_and_said() -> None:
    parsed = parse_geometry("POLYGON ((0 0, 1 1, 1 0, 0 1, 0 0))")
    assert parsed.polygon is not None
    assert parsed.polygon.area == pytest.approx(0.5)
    assert parsed.note is not None


def test_a_point_gives_its_coordinate() -> None:
    assert parse_geometry("POINT (101.5 0.5)").point == (0.5, 101.5)


@pytest.mark.parametrize(
    ("one", "other", "precision"),
    [
        ("12 MG Road, Pune, Maharashtra", "77 Station Street, Pune, Maharashtra", "city"),
        ("12 MG Road, Pune, Maharashtra", "98 MG Road, Pune, Maharashtra", "city"),
        ("12 MG Road, Pune, India", "12 MG Road, Nashik, India", "city"),
        ("MG Road, Pune, Maharashtra", "Station Street, Pune, Maharashtra", "city"),
        ("No 5 Xi Rd, Pune, Maharashtra", "No 88 Bei Rd, Pune, Maharashtra", "city"),
        ("12 MG Road, Pune", "12, M.G. Rd., Pune", "exact"),
        ("12 MG Road, Floor 2, Pune", "12 MG Road, 5th floor, Pune", "exact"),
        ("12 MG Road, Pune", "12 MG Road, Pune, Maharashtra 411001", "exact"),
    ],
)
def test_one_coordinate_for_two_streets_numbers_or_towns(
    one: str, other: str, precision: str
) -> None:
    verdicts = judge_points(
        Points(
            iso2=["IN", "IN"],
            latitude=np.array([18.52043, 18.52043]),
            longitude=np.array([73.85674, 73.85674]),
            decimals=np.array([5, 5]),
            addresses=[one, other],
            names=["Alpha Mills", "Beta Tex"],
        )
    )

    assert [verdict.precision for verdict in verdicts] == [precision, precision]
