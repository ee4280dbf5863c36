"""Rasters read over HTTP, by byte ranges, from a server on loopback."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import pytest
import shapely

from signals.measure.zonal import class_areas
from suppliers.errors import DataRefusedError
from tests.signals.measure.rasters import site, write_raster


@contextmanager
def serving(body: bytes) -> Iterator[tuple[str, list[int]]]:
    """Serve one body under any path; yields the address and the sizes of the answers."""
    sizes: list[int] = []

    class Handler(BaseHTTPRequestHandler):
        def do_HEAD(self) -> None:
            self.answer(with_body=False)

        def do_GET(self) -> None:
            self.answer(with_body=True)

        def answer(self, *, with_body: bool) -> None:
            asked = self.headers.get("Range")
            start, stop = 0, len(body)
            if asked is not None:
                first, last = asked.removeprefix("bytes=").split("-")
                start, stop = int(first), min(int(last) + 1 if last else len(body), len(body))
            self.send_response(206 if asked else 200)
            self.send_header("Accept-Ranges", "bytes")
            self.send_header("Content-Length", str(stop - start))
            if asked:
                self.send_header("Content-Range", f"bytes {start}-{stop - 1}/{len(body)}")
            self.end_headers()
            if with_body:
                sizes.append(stop - start)
                self.wfile.write(body[start:stop])

        def log_message(self, format: str, *args: object) -> None:
            """Stay quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"/vsicurl/http://127.0.0.1:{server.server_port}", sizes
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_only_the_blocks_of_the_sites_are_fetched(tmp_path: Path) -> None:
    values = np.random.default_rng(2).integers(0, 25, (2048, 2048), dtype=np.uint8)
    path = write_raster(
        tmp_path / "r.tif", values, step=0.001, tiled=True, blockxsize=256, blockysize=256
    )
    corner = site(shapely.box(0.01, 2.9, 0.2, 2.99))
    body = Path(path).read_bytes()
    with serving(body) as (address, sizes):
        remote = class_areas([f"{address}/r.tif"], [corner])
    assert remote.areas.equals(class_areas([path], [corner]).areas)
    assert sum(sizes) < len(body) / 3


def test_page_instead_of_a_raster_names_the_address() -> None:
    with (
        serving(b"<html>moved</html>") as (address, _),
        pytest.raises(DataRefusedError, match=r"moved\.tif: cannot be read as a raster"),
    ):
        class_areas([f"{address}/moved.tif"], [site(shapely.box(0, 0, 1, 1))])
