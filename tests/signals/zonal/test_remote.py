"""Rasters read over HTTP and from S3, by byte ranges, from a server on loopback."""

import datetime as dt
import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import numpy as np
import polars as pl
import pytest
import shapely

from flows.publishers_world.loopback import QuietHandler
from flows.publishers_world.loopback import serving as serving_with
from signals.source import RawFile
from signals.source_errors import NotPublishedError, SourceUnavailableError
from signals.sources.land import hansen_gfc
from signals.sources.land.stac_bands import PLANETARY_COMPUTER, asset_path
from signals.zonal.raster_grid import gdal_options
from signals.zonal.zonal_statistics import class_areas
from suppliers.input_errors import DataRejectedError
from tests.signals.builders import context, sites, staged
from tests.signals.web import store
from tests.signals.zonal.rasters import site, write_raster


class Served:
    """What a server was asked: paths, and the sizes of its answers."""

    def __init__(self) -> None:
        self.port = 0
        self.paths: list[str] = []
        self.sizes: list[int] = []


@contextmanager
def serving(
    bodies: Mapping[str, bytes], *, needs: str = "", lasts: int | None = None
) -> Iterator[Served]:
    """Serve bodies by path, or one under any path; others are not there.

    Args:
        bodies: by path without its query; "*" is any path.
        needs: text that the query of every request must hold, else 403.
        lasts: requests that are answered before nothing is there any more; None: all.
    """
    served = Served()

    class Handler(QuietHandler, BaseHTTPRequestHandler):
        def do_HEAD(self) -> None:
            self.answer(with_body=False)

        def do_GET(self) -> None:
            self.answer(with_body=True)

        def answer(self, *, with_body: bool) -> None:
            served.paths.append(self.path)
            path, _, query = self.path.partition("?")
            body = bodies.get(path, bodies.get("*"))
            if lasts is not None and len(served.paths) > lasts:
                body = None
            if body is None or (needs not in query and not path.startswith("/token")):
                self.send_response(404 if body is None else 403)
                self.send_header("Content-Length", "0")
                self.end_headers()
                return
            asked = self.headers.get("Range")
            start, stop = 0, len(body)
            if asked is not None:
                first, last = asked.removeprefix("bytes=").split("-")
                start, stop = int(first), min(int(last) + 1 if last else len(body), len(body))
            if start >= len(body):
                self.send_response(416)
                self.send_header("Content-Length", "0")
                self.end_headers()
                return
            self.send_response(206 if asked else 200)
            self.send_header("Accept-Ranges", "bytes")
            self.send_header("Content-Length", str(stop - start))
            if asked:
                self.send_header("Content-Range", f"bytes {start}-{stop - 1}/{len(body)}")
            self.end_headers()
            if with_body:
                served.sizes.append(stop - start)
                self.wfile.write(body[start:stop])

    with serving_with(Handler) as root:
        served.port = int(root.rsplit(":", 1)[1])
        yield served


@contextmanager
def storage(monkeypatch: pytest.MonkeyPatch, objects: Mapping[str, bytes]) -> Iterator[Served]:
    """Storage on loopback that speaks S3, with the environment that leads there."""
    with serving({f"/{name}": body for name, body in objects.items()}) as served:
        monkeypatch.setenv("AWS_S3_ENDPOINT", f"127.0.0.1:{served.port}")
        monkeypatch.setenv("AWS_HTTPS", "NO")
        monkeypatch.setenv("AWS_VIRTUAL_HOSTING", "FALSE")
        monkeypatch.setenv("AWS_NO_SIGN_REQUEST", "YES")
        yield served


@pytest.fixture(scope="module")
def raster(tmp_path_factory: pytest.TempPathFactory) -> str:
    values = np.random.default_rng(2).integers(0, 25, (2048, 2048), dtype=np.uint8)
    path = tmp_path_factory.mktemp("remote") / "r.tif"
    return write_raster(path, values, step=0.001, tiled=True, blockxsize=256, blockysize=256)


CORNER = site(shapely.box(0.01, 2.9, 0.2, 2.99))


def test_only_the_blocks_of_the_sites_are_fetched(raster: str) -> None:
    body = Path(raster).read_bytes()
    with serving({"*": body}) as served:
        remote = class_areas([f"/vsicurl/http://127.0.0.1:{served.port}/r.tif"], [CORNER])
    assert remote.areas.equals(class_areas([raster], [CORNER]).areas)
    assert sum(served.sizes) < len(body) / 3


def test_sidecar_files_of_local_rasters_are_still_read(raster: str) -> None:
    assert "GDAL_DISABLE_READDIR_ON_OPEN" not in gdal_options(raster)


def test_page_instead_of_a_raster_names_the_address() -> None:
    with (
        serving({"*": b"<html>moved</html>"}) as served,
        pytest.raises(DataRejectedError, match=r"moved\.tif: cannot be read as a raster"),
    ):
        class_areas(
            [f"/vsicurl/http://127.0.0.1:{served.port}/moved.tif"],
            [site(shapely.box(0, 0, 1, 1))],
        )


def test_a_publisher_that_goes_away_while_it_is_read_is_named(raster: str) -> None:
    everywhere = site(shapely.box(0.01, 0.98, 2.0, 2.99))
    with serving({"*": Path(raster).read_bytes()}, lasts=3) as served:
        address = f"/vsicurl/http://127.0.0.1:{served.port}/gone.tif"
        with pytest.raises(DataRejectedError, match=r"gone\.tif: cannot be read as a raster"):
            class_areas([address], [everywhere])
    assert len(served.paths) > 3


def test_an_object_at_s3_is_measured_as_a_local_file(
    raster: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    body = Path(raster).read_bytes()
    with storage(monkeypatch, {"same/deep/r.tif": body}) as served:
        remote = class_areas(["s3://same/deep/r.tif"], [CORNER])
    assert remote.areas.equals(class_areas([raster], [CORNER]).areas)
    assert sum(served.sizes) < len(body) / 3
    assert "/same/deep/r.tif" in served.paths


@pytest.mark.parametrize("kept_share", [0.0005, 0.5], ids=["header", "half"])
def test_a_truncated_object_is_rejected_by_its_name(
    raster: str, monkeypatch: pytest.MonkeyPatch, kept_share: float
) -> None:
    body = Path(raster).read_bytes()
    name = f"cut{kept_share}/r.tif"
    everywhere = site(shapely.box(0.01, 0.98, 2.0, 2.99))
    with (
        storage(monkeypatch, {name: body[: int(len(body) * kept_share)]}),
        pytest.raises(DataRejectedError, match=rf"s3://{re.escape(name)}: cannot be read"),
    ):
        class_areas([f"s3://{name}"], [everywhere])


def test_swapped_and_absent_objects_are_reported_apart(
    raster: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    kept = store(tmp_path / "store")
    body = Path(raster).read_bytes()
    with storage(monkeypatch, {"told/r.tif": body, "told/page.tif": b"<html>denied</html>"}):
        one = kept.refer("hansen_gfc", "s3://told/r.tif", key="tile")
        again = kept.refer("hansen_gfc", "s3://told/r.tif", key="tile")
        with pytest.raises(NotPublishedError, match=r"s3://told/none\.tif: the storage has no"):
            kept.refer("hansen_gfc", "s3://told/none.tif")
        with pytest.raises(SourceUnavailableError, match=r"s3://told/page\.tif: .*credentials"):
            kept.refer("hansen_gfc", "s3://told/page.tif")
    assert (one.path, one.sha256) == ("/vsis3/told/r.tif", again.sha256)
    assert one.origin == "s3://told/r.tif"


def test_a_publisher_at_s3_gives_the_rows_of_a_local_folder(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    mirror = tmp_path / "mirror"
    values = np.random.default_rng(4).integers(0, 24, (400, 400), dtype=np.uint8)
    cover = np.random.default_rng(5).integers(0, 100, (400, 400), dtype=np.uint8)
    names = {
        layer: f"Hansen_GFC-2024-v1.12_{layer}_10N_100E.tif"
        for layer in ("lossyear", "treecover2000")
    }
    mirror.mkdir()
    for layer, array in (("lossyear", values), ("treecover2000", cover)):
        write_raster(mirror / names[layer], array, left=100.0, top=10.0, step=0.001)
    place = {"site_id": "A", "supplier_id": "S", "latitude": 9.8, "longitude": 100.2}
    local = staged(hansen_gfc, context(tmp_path, mirror=mirror, site_rows=sites(place)))
    objects = {f"gfc/GFC-2024-v1.12/{path.name}": path.read_bytes() for path in mirror.iterdir()}
    with storage(monkeypatch, objects):
        at_s3 = staged(
            hansen_gfc, context(tmp_path, url="s3://gfc/GFC-2024-v1.12", site_rows=sites(place))
        )
    reported = ["site_id", "year", "loss_ha", "baseline_ha", "covered_share"]
    years = pl.col("year") <= int(local.rows["year"].max() or 0)
    assert at_s3.rows.filter(years).select(reported).equals(local.rows.select(reported))


def test_a_token_is_fetched_once_and_stands_in_no_path(
    raster: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    body = Path(raster).read_bytes()
    token = json.dumps({"msft:expiry": "2099-01-01T00:00:00Z", "token": "sig=of-an-hour"}).encode()
    bodies = {"/token/made-l2a": token, "/a/r.tif": body}
    with serving(bodies, needs="sig=of-an-hour") as served:
        root = f"http://127.0.0.1:{served.port}"
        monkeypatch.setenv("VSICURL_PC_SAS_TOKEN_URL", f"{root}/token/")
        item = {
            "id": "x",
            "collection": "made-l2a",
            "links": [{"rel": "root", "href": f"{PLANETARY_COMPUTER}api/stac/v1/"}],
        }
        raw = RawFile(
            "sentinel2", "i.json", "i.json", "", dt.datetime(2024, 1, 1, tzinfo=dt.UTC), 0
        )
        path = asset_path(f"{root}/a/r.tif", raw, item)
        assert "of-an-hour" not in path
        twice = [class_areas([path], [CORNER]) for _ in range(2)]
    assert twice[0].areas.equals(class_areas([raster], [CORNER]).areas)
    assert sum(asked.startswith("/token/") for asked in served.paths) == 1
    reads = [asked for asked in served.paths if asked.startswith("/a/r.tif")]
    assert reads
    assert all("sig=of-an-hour" in asked for asked in reads)
