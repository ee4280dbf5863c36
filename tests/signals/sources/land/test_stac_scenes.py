"""Scenes by STAC: real answers through the real client, offsets, masks and dead assets."""

import json
import re
from collections.abc import Iterator
from contextlib import closing, contextmanager
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pystac_client import Client

from flows.publishers_world.loopback import QuietHandler, serving
from signals.fetching.raw_store import ContentStore
from signals.source_errors import SourceUnavailableError
from signals.sources.land import landsat, sentinel2, stac_scenes
from signals.sources.land.stac_bands import asset_path, calibration, reflectances
from signals.sources.land.stac_scenes import item_day, open_catalogue, read_items, search_items
from signals.zonal.spectral import normalised_difference
from suppliers.input_errors import DataRejectedError
from tests.signals.builders import context, sites, square, staged, write_raster
from tests.signals.web import store

SQUARE = {"site_id": "A", "supplier_id": "S", "geometry_wkt": square(100.0, 0.46, 0.04)}
BOX = (-50.0, -5.0, -49.0, -4.0)
PERIOD = "2025-07-30T00:00:00Z/2025-07-31T23:59:59Z"


@contextmanager
def catalogue(
    pages: list[dict[str, Any]],
    *,
    breaks_off: bool = False,
    bodies: list[dict[str, Any]] | None = None,
) -> Iterator[str]:
    """A catalogue on loopback: its landing page, then one page for each request to search."""
    waiting = list(pages)
    asked_for = [] if bodies is None else bodies
    root = {
        "type": "Catalog", "stac_version": "1.0.0", "id": "replayed", "description": "replayed",
        "conformsTo": [
            "https://api.stacspec.org/v1.0.0/core",
            "https://api.stacspec.org/v1.0.0/item-search",
            "https://api.stacspec.org/v1.0.0/item-search#query",
        ],
    }  # fmt: skip

    class Handler(QuietHandler, BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            links = [
                {"rel": "self", "href": address},
                {"rel": "root", "href": address},
                {
                    "rel": "search",
                    "href": f"{address}/search",
                    "type": "application/geo+json",
                    "method": "POST",
                },
            ]
            self._answer(200, {**root, "links": links})

        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            asked_for.append(asked)
            if breaks_off and not waiting[1:]:
                self._answer(502, {"code": "BadGateway", "description": "broken"})
                return
            page = json.loads(json.dumps(waiting.pop(0)))
            for link in page.get("links", []):
                link["href"] = f"{address}/search"
            if not waiting:
                page["links"] = []
            self._answer(200, page)

        def _answer(self, status: int, content: dict[str, Any]) -> None:
            body = json.dumps(content).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    with serving(Handler) as address:
        yield address


@pytest.fixture
def kept(tmp_path: Path) -> Iterator[ContentStore]:
    found = store(tmp_path / "store")
    with closing(found.fetcher):
        yield found


def opened(kept: ContentStore, folder: Path, address: str) -> Client:
    return open_catalogue("sentinel2", context(folder, url=address, raw_store=kept))


def exchange(shared_data: Path, name: str) -> dict[str, Any]:
    path = shared_data / "earth/stac-responses/http-exchanges" / f"{name}.json"
    found: dict[str, Any] = json.loads(path.read_text())["response"]
    return found


@pytest.mark.parametrize(
    ("message", "asks"),
    [
        ("s3://usgs-landsat/x.TIF: cannot be read as a raster", True),
        ("/data/x.tif: cut off", False),
    ],
)
def test_scenes_that_the_reader_pays_for_say_what_they_need(message: str, asks: bool) -> None:
    assert ("AWS_REQUEST_PAYER=requester" in stac_scenes._payment_hint(message)) is asks


@pytest.mark.parametrize(("most", "reported"), [(2, True), (3, False)])
def test_scenes_beyond_the_most_are_reported_with_the_day(
    tmp_path: Path, kept: ContentStore, caplog: pytest.LogCaptureFixture, most: int, reported: bool
) -> None:
    features = [
        {"type": "Feature", "id": day, "properties": {"datetime": f"{day}T00:00:00Z"}, "links": []}
        for day in ("2024-05-09", "2024-05-04")
    ]
    page = {"type": "FeatureCollection", "features": features, "links": []}
    with catalogue([page]) as address, caplog.at_level("WARNING", logger="understory"):
        sentinel2.pull(
            context(
                tmp_path, url=address, raw_store=kept, site_rows=sites(SQUARE), maximum_scenes=most
            )
        )
    assert ("those before 2024-05-04 are not read" in caplog.text) is reported


@pytest.mark.shared
@pytest.mark.parametrize(
    ("names", "count"),
    [
        (("earth-search-filter-2pages_2", "earth-search-filter-2pages_3"), 20),
        (("pc-paging-2pages_1", "pc-paging-2pages_2"), 20),
        (("earth-search-s2-landsat-one-day_1", "earth-search-s2-landsat-one-day_2"), 2),
    ],
)
def test_recorded_pages_come_through_the_client(
    shared_data: Path, tmp_path: Path, kept: ContentStore, names: tuple[str, str], count: int
) -> None:
    pages = [exchange(shared_data, name) for name in names]
    with catalogue(pages) as address:
        items, _ = search_items(
            opened(kept, tmp_path, address),
            ["any"],
            BOX,
            PERIOD,
            60.0,
            500,
        )
    assert len(items) == count
    assert [item["id"] for item in items] == sorted(item["id"] for item in items)


@pytest.mark.shared
def test_null_datetimes_take_the_start_of_their_span(
    shared_data: Path, tmp_path: Path, kept: ContentStore
) -> None:
    folder = shared_data / "earth/stac-responses/planetary-computer"
    items = read_items(folder / "io-lulc-annual-v02-pc.json")
    assert items[0]["properties"]["datetime"] is None
    assert all(item_day(item).month == 1 for item in items)
    page = {"type": "FeatureCollection", "features": items, "links": []}
    with catalogue([page]) as address:
        assert (
            len(
                search_items(
                    opened(kept, tmp_path, address),
                    ["io-lulc-annual-v02"],
                    BOX,
                    PERIOD,
                    60.0,
                    500,
                )[0]
            )
            == 4
        )


@pytest.mark.shared
def test_breaking_off_between_pages_is_an_outage(
    shared_data: Path, tmp_path: Path, kept: ContentStore
) -> None:
    pages = [exchange(shared_data, f"earth-search-filter-2pages_{number}") for number in (2, 3)]
    with (
        catalogue(pages, breaks_off=True) as address,
        pytest.raises(SourceUnavailableError, match="the server answers HTTP 502"),
    ):
        search_items(opened(kept, tmp_path, address), ["any"], BOX, PERIOD, 60.0, 500)


def test_a_catalogue_that_is_down_is_an_outage(tmp_path: Path, kept: ContentStore) -> None:
    using = context(tmp_path, url="http://127.0.0.1:9", raw_store=kept, site_rows=sites(SQUARE))
    with pytest.raises(SourceUnavailableError, match="the connection failed"):
        sentinel2.pull(using)


def test_an_item_without_a_time_is_rejected() -> None:
    with pytest.raises(DataRejectedError, match="item x: has neither"):
        item_day({"id": "x", "properties": {"datetime": None}})


def test_reflectances_by_hand() -> None:
    stored = np.array([1500, 3000, 0], dtype=np.uint16)
    found = reflectances([stored], [(1e-4, -0.1, 0.0)])
    np.testing.assert_allclose(found, [[0.05, 0.2, np.nan]])


ITEM_OF_2024 = {"s2:processing_baseline": "05.10"}


@pytest.mark.parametrize(
    ("asset", "properties", "expected"),
    [
        # STAC 1.0, as earth-search and Planetary Computer write it
        ({"raster:bands": [{"scale": 1e-4, "offset": -0.1, "nodata": 0}]}, {}, (1e-4, -0.1, 0)),
        # STAC 1.1: the band, the asset or the item carries the fields
        ({"bands": [{"raster:scale": 1e-4, "raster:offset": -0.1, "nodata": 0}]}, {},
         (1e-4, -0.1, 0)),
        ({"raster:scale": 2e-4, "raster:offset": -0.05, "nodata": None}, {}, (2e-4, -0.05, None)),
        ({}, {"raster:offset": -0.1}, (1e-4, -0.1, 0)),
        # By the processing baseline, whatever the catalogue calls it
        ({}, ITEM_OF_2024, (1e-4, -0.1, 0)),
        ({}, {"sentinel:processing_baseline": "04.00"}, (1e-4, -0.1, 0)),
        ({}, {"processing:version": "05.11"}, (1e-4, -0.1, 0)),
        ({}, {"processing:version": "03.01"}, (1e-4, 0.0, 0)),
        ({}, {}, (1e-4, 0.0, 0)),
        # A declared offset goes before the baseline, an applied one before both
        ({"raster:bands": [{"offset": 0}]}, ITEM_OF_2024, (1e-4, 0.0, 0)),
        ({"raster:bands": [{"offset": -0.1}]},
         {**ITEM_OF_2024, "earthsearch:boa_offset_applied": True}, (1e-4, 0.0, 0)),
        ({"raster:bands": [{"offset": -0.1}]},
         {**ITEM_OF_2024, "earthsearch:boa_offset_applied": False}, (1e-4, -0.1, 0)),
        ({}, {**ITEM_OF_2024, "earthsearch:boa_offset_applied": False}, (1e-4, -0.1, 0)),
        ({}, {**ITEM_OF_2024, "earthsearch:boa_offset_applied": "true"}, (1e-4, 0.0, 0)),
        ({}, {**ITEM_OF_2024, "earthsearch:boa_offset_applied": "false"}, (1e-4, -0.1, 0)),
        # The first band is read, so that the second's offset is of no account
        ({"raster:bands": [{"scale": 1e-4}, {"offset": -0.1}]}, {}, (1e-4, 0.0, 0)),
        ({"bands": [{}, {"raster:offset": -0.1}]}, {}, (1e-4, 0.0, 0)),
        # Figures as text
        ({"raster:bands": [{"scale": "0.0001", "offset": "-0.1"}]}, {}, (1e-4, -0.1, 0)),
    ],
)  # fmt: skip
def test_the_offset_is_the_declared_one(
    asset: dict[str, Any], properties: dict[str, Any], expected: tuple[float, float, float | None]
) -> None:
    item = {"id": "x", "properties": properties}
    assert calibration(asset, sentinel2.BANDS, item) == expected


@pytest.mark.parametrize("properties", [{}, {"earthsearch:boa_offset_applied": True}])
def test_the_offset_of_landsat_is_never_dropped(properties: dict[str, Any]) -> None:
    item = {"id": "x", "properties": {**properties, "processing:version": "LPGS_16.2"}}
    assert calibration({}, landsat.BANDS, item) == (2.75e-5, -0.2, 0.0)


def test_bare_soil_by_hand() -> None:
    # Red 2,200 and near infrared 2,642 stored: (0.1642 - 0.12) / 0.2842, not 442 / 4,842.
    item = {"id": "x", "properties": ITEM_OF_2024}
    calibrations = [calibration({}, sentinel2.BANDS, item)] * 2
    red, near = reflectances([np.array([2200.0]), np.array([2642.0])], calibrations)
    assert normalised_difference(near, red)[0] == pytest.approx(0.1555, abs=5e-5)


def test_a_scene_whose_offset_cannot_be_right_is_left_out(tmp_path: Path) -> None:
    scene(tmp_path, "2024-06-01", red=300, near=3000)
    files = sentinel2.pull(context(tmp_path, site_rows=sites(SQUARE), mirror=tmp_path))
    (result,) = sentinel2.stage(files, context(tmp_path, site_rows=sites(SQUARE), mirror=tmp_path))
    assert result.rows.is_empty()
    (reason,) = result.rejected["reason"].to_list()
    assert "20 of 20 pixels have a reflectance below -0.02" in reason


def scene(folder: Path, day: str, *, red: int, near: int, dead: bool = False) -> None:
    """A scene as earth-search describes it, its assets beside the item."""
    mask = np.full((20, 20), 4, np.uint8)
    mask[0, :4] = 9
    for name, values in (
        ("red", np.full((20, 20), red, np.uint16)),
        ("nir", np.full((20, 20), near, np.uint16)),
        ("scl", mask),
    ):
        write_raster(folder / f"{day}_{name}.tif", values, nodata=0)
    if dead:
        (folder / f"{day}_nir.tif").unlink()
    bands = [{"nodata": 0, "scale": 0.0001, "offset": -0.1}]
    corners = [[100.0, 0.3], [100.2, 0.3], [100.2, 0.5], [100.0, 0.5], [100.0, 0.3]]
    item = {
        "type": "Feature", "stac_version": "1.0.0", "id": f"S2_{day}", "links": [],
        "geometry": {"type": "Polygon", "coordinates": [corners]},
        "properties": {"datetime": f"{day}T10:00:00Z"},
        "assets": {
            "red": {"href": f"{day}_red.tif", "raster:bands": bands},
            "nir": {"href": f"{day}_nir.tif", "raster:bands": bands},
            "scl": {"href": f"{day}_scl.tif"},
        },
    }  # fmt: skip
    (folder / f"{day}.json").write_text(json.dumps(item))


def test_ndvi_of_clear_ground_by_hand_and_a_dead_asset(tmp_path: Path) -> None:
    mirror = tmp_path / "scenes"
    scene(mirror, "2023-05-01", red=2000, near=4000)
    scene(mirror, "2023-05-06", red=2000, near=4000, dead=True)
    outcome = staged(sentinel2, context(tmp_path, mirror=mirror, site_rows=sites(SQUARE)))
    row = outcome.rows.row(0, named=True)
    assert outcome.rows.height == 1
    assert row["value"] == pytest.approx((0.3 - 0.1) / (0.3 + 0.1))
    assert row["covered_share"] == pytest.approx(0.75, rel=1e-3)
    assert row["cloud_share"] == pytest.approx(0.25, rel=1e-3)
    assert "2023-05-06_nir.tif" in outcome.rejected["reason"].item()


def test_ndvi_of_landsat_by_hand(tmp_path: Path) -> None:
    mirror = tmp_path / "scenes"
    mask = np.full((20, 20), 0b1000000, np.uint16)  # clear
    values = {"red": 10_000, "nir08": 20_000}
    rasters = {name: np.full((20, 20), value, np.uint16) for name, value in values.items()}
    for name, pixels in {**rasters, "qa_pixel": mask}.items():
        write_raster(mirror / f"{name}.tif", pixels, nodata=0)
    corners = [[100.0, 0.3], [100.2, 0.3], [100.2, 0.5], [100.0, 0.5], [100.0, 0.3]]
    item = {
        "type": "Feature", "stac_version": "1.0.0", "id": "LC08", "links": [],
        "geometry": {"type": "Polygon", "coordinates": [corners]},
        "properties": {"datetime": "2023-05-01T03:00:00Z"},
        "assets": {name: {"href": f"{name}.tif"} for name in ("red", "nir08", "qa_pixel")},
    }  # fmt: skip
    (mirror / "item.json").write_text(json.dumps(item))
    outcome = staged(landsat, context(tmp_path, mirror=mirror, site_rows=sites(SQUARE)))
    red, near = (value * 2.75e-5 - 0.2 for value in values.values())
    assert outcome.rows["value"].item() == pytest.approx((near - red) / (near + red), rel=1e-6)


@pytest.mark.parametrize(
    "href",
    [
        "../secret.tif", "/etc/passwd", "/vsicurl/http://169.254.169.254/latest",
        "/vsizip//etc/x.zip/y.tif", "file:///etc/passwd", "ftp://example.net/x.tif",
    ],
)  # fmt: skip
def test_an_asset_is_at_an_address_or_beside_its_item(tmp_path: Path, href: str) -> None:
    raw = store(tmp_path / "store").put("sentinel2", "items.json", b"{}")
    with pytest.raises(DataRejectedError, match="neither at an address nor beside the item"):
        asset_path(href, raw, {"id": "S2"})
    assert asset_path("a/x.tif", raw, {"id": "S2"}).endswith("/a/x.tif")


GOOD = {
    "id": "S2", "geometry": {"type": "Point", "coordinates": [100.0, 0.5]},
    "properties": {"datetime": "2023-05-06T00:00:00Z"}, "assets": {"red": {"href": "red.tif"}},
}  # fmt: skip


@pytest.mark.parametrize(
    ("content", "reported"),
    [
        ("<html>", "JSON does not parse"),
        ("3", "holds no STAC items"),
        ('{"features": null}', "holds no STAC items"),
        ('[{"type": "Collection", "id": "c"}]', "item c: is no STAC item"),
        (json.dumps(GOOD | {"geometry": None}), r"\(geometry:"),
        (json.dumps(GOOD | {"geometry": {"type": "Polygon", "coordinates": [1]}}), "footprint"),
        (json.dumps(GOOD | {"assets": {"red": {}}}), r"\(assets.red.href:"),
        (json.dumps(GOOD | {"properties": {"datetime": "yesterday"}}), "is no day"),
        (json.dumps(GOOD | {"assets": {"thumbnail": {"href": "x.jpg"}}}), "has no asset red"),
    ],
    ids=["page", "number", "null", "collection", "place", "shape", "address", "day", "bands"],
)
def test_what_is_no_item_is_reported_and_the_rest_measured(
    tmp_path: Path, content: str, reported: str
) -> None:
    mirror = tmp_path / "scenes"
    scene(mirror, "2023-05-01", red=2000, near=4000)
    (mirror / "odd.json").write_text(content)
    site = SQUARE | {"geometry_wkt": square(99.98, 0.46, 0.06)}
    using = context(tmp_path, mirror=mirror, site_rows=sites(site), minimum_clear_share=0.1)
    outcome = staged(sentinel2, using)
    assert outcome.rows.height == 1
    assert re.search(reported, outcome.rejected["reason"].item())


@pytest.mark.parametrize(
    ("name", "west", "reported"),
    [("nir", 101.0, "have other pixels"), ("scl", 101.0, "the mask lies elsewhere")],
)
def test_bands_of_different_ground_are_rejected(
    tmp_path: Path, name: str, west: float, reported: str
) -> None:
    mirror = tmp_path / "scenes"
    scene(mirror, "2023-05-01", red=2000, near=4000)
    write_raster(mirror / f"2023-05-01_{name}.tif", np.full((20, 20), 4, np.uint8), west=west)
    outcome = staged(sentinel2, context(tmp_path, mirror=mirror, site_rows=sites(SQUARE)))
    assert outcome.rows.is_empty()
    assert reported in outcome.rejected["reason"].item()


def test_a_network_that_is_down_while_scenes_are_read_is_an_outage(
    tmp_path: Path, kept: ContentStore
) -> None:
    dead = {"red": "red.tif", "nir": "nir.tif", "scl": "scl.tif"}
    assets = {name: {"href": str(tmp_path / href)} for name, href in dead.items()}
    corners = [[100.0, 0.3], [100.2, 0.3], [100.2, 0.5], [100.0, 0.5], [100.0, 0.3]]
    where = {"type": "Polygon", "coordinates": [corners]}
    items = [GOOD | {"id": f"S{n}", "geometry": where, "assets": assets} for n in range(12)]
    page = {"type": "FeatureCollection", "features": items, "links": []}
    with catalogue([page]) as address:
        using = context(tmp_path, url=address, raw_store=kept, site_rows=sites(SQUARE))
        with pytest.raises(SourceUnavailableError, match="10 scenes one after another"):
            staged(sentinel2, using)


def test_a_scene_that_two_searches_found_is_measured_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mirror = tmp_path / "scenes"
    scene(mirror, "2023-05-01", red=2000, near=4000)
    (mirror / "again.json").write_bytes((mirror / "2023-05-01.json").read_bytes())
    asked = []

    def counted(*given: Any) -> tuple[float, float, float]:
        asked.append(given)
        return 0.5, 1.0, 0.0

    monkeypatch.setattr(stac_scenes, "mean_ndvi", counted)
    outcome = staged(sentinel2, context(tmp_path, mirror=mirror, site_rows=sites(SQUARE)))
    assert (outcome.rows.height, len(asked)) == (1, 1)


def test_a_scene_elsewhere_has_no_row(tmp_path: Path) -> None:
    mirror = tmp_path / "scenes"
    scene(mirror, "2023-05-01", red=2000, near=4000)
    far = SQUARE | {"geometry_wkt": square(120.0, 0.46, 0.04)}
    assert staged(sentinel2, context(tmp_path, mirror=mirror, site_rows=sites(far))).rows.is_empty()


def test_quality_bits_of_landsat() -> None:
    clear, cloud, shadow, snow, fill, water = 21824, 22280, 23888, 30048, 1, 21952
    quality = np.array([clear, cloud, shadow, snow, fill, water], dtype=np.uint16)
    assert landsat.is_clear(quality).tolist() == [True, False, False, False, False, True]


@pytest.mark.parametrize(
    ("baseline", "described", "offset"),
    [
        ("05.09", [], -0.1),  # as Planetary Computer has it: the bands say nothing
        ("02.14", [], 0.0),
        (None, [], 0.0),
        ("05.09", [{"offset": 0.0}], 0.0),  # the item's own word holds
    ],
    ids=["shifted", "before", "untold", "told"],
)
def test_the_offset_of_an_item_that_tells_its_baseline(
    baseline: str | None, described: list[dict[str, float]], offset: float
) -> None:
    item = {"id": "x", "properties": {"s2:processing_baseline": baseline}}
    asset = {"href": "B04.tif", "raster:bands": described}
    assert calibration(asset, sentinel2.BANDS, item) == (0.0001, offset, 0.0)


def test_the_collections_of_another_catalogue_are_asked_for(
    tmp_path: Path, kept: ContentStore
) -> None:
    page = {"type": "FeatureCollection", "features": [], "links": []}
    bodies: list[dict[str, Any]] = []
    with catalogue([page], bodies=bodies) as address:
        using = context(
            tmp_path,
            url=address,
            raw_store=kept,
            site_rows=sites(SQUARE),
            collections=["sentinel-2-l2a"],
        )
        sentinel2.pull(using)
    assert bodies[0]["collections"] == ["sentinel-2-l2a"]
