"""Every source that asks a publisher, switched on against the world: rows, and no other host."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest
import rasterio

from benchmarks.fault_runs import (
    SUPPLIERS,
    asking_sources,
    run_source,
    settings_of_all,
    small_files,
)
from flows.publishers_world.loopback import QuietHandler, serving
from flows.publishers_world.server import World, publishers
from signals.fetching.stand_in import VARIABLE, asked_instead
from signals.zonal.raster_grid import open_raster
from signals.zonal.window_files import windows_kept_by
from tests.signals.web import store

pytestmark = pytest.mark.long


@contextmanager
def recording_proxy(patch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """A proxy for everything that is not on this machine; it answers nothing and notes the hosts.

    Python's clients and GDAL's obey the same variables.
    """
    asked: list[str] = []

    class Handler(QuietHandler, BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_error(502)

        do_HEAD = do_POST = do_CONNECT = do_GET  # noqa: N815 - names that http.server looks for

    with serving(Handler) as root:
        for name in ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY", "all_proxy"):
            patch.setenv(name, root)
        patch.setenv("no_proxy", "127.0.0.1,localhost")
        patch.setenv("NO_PROXY", "127.0.0.1,localhost")
        yield asked


def asked_sources() -> list[str]:
    return asking_sources(settings_of_all(Path("list.csv")))


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[World, Path, list[str]]]:
    folder = tmp_path_factory.mktemp("every")
    suppliers = folder / "list.csv"
    suppliers.write_text(SUPPLIERS)
    with (
        pytest.MonkeyPatch.context() as patch,
        recording_proxy(patch) as left,
        publishers() as running,
        small_files(),
    ):
        yield running, suppliers, left


@pytest.mark.parametrize("source_id", asked_sources())
def test_a_source_has_rows_and_asks_this_machine_alone(
    world: tuple[World, Path, list[str]], tmp_path: Path, source_id: str
) -> None:
    running, suppliers, left = world
    found = run_source(running, suppliers, tmp_path / "runs", source_id)
    assert (found.status, found.sentences, found.crash) == ("read", (), "")
    assert found.total > 0
    assert found.asked > 0
    assert left == []


@pytest.mark.parametrize(
    "path",
    [
        "/vsicurl/https://{host}/collection02/level-2/106.8/-6.2/2026-10-03/red.tif",
        "/vsicurl?pc_url_signing=yes&pc_collection=a"
        "&url=https://{host}/collection02/level-2/106.8/-6.2/2026-10-03/red.tif",
        "s3://usgs-landsat/collection02/level-2/106.8/-6.2/2026-10-03/red.tif",
        "/vsis3/usgs-landsat/collection02/level-2/106.8/-6.2/2026-10-03/red.tif",
    ],
    ids=["address", "signed", "object", "gdal"],
)
def test_what_gdal_reads_itself_is_read_from_the_world(
    world: tuple[World, Path, list[str]], tmp_path: Path, path: str
) -> None:
    running, _, left = world
    kept = store(tmp_path, **{VARIABLE: running.root})
    options = {"GDAL_DISABLE_READDIR_ON_OPEN": "EMPTY_DIR"}
    with (
        closing(kept.fetcher),
        windows_kept_by(kept.windows),
        rasterio.Env(**options),
        open_raster(path.format(host="usgs-landsat.s3.amazonaws.com")) as dataset,
    ):
        assert dataset.shape == (512, 512)
    assert left == []


def test_without_the_variable_addresses_stay_as_they_are(tmp_path: Path) -> None:
    address = "https://example.org/a.tif?b=1"
    assert asked_instead(address, {}) == address
    root = "http://127.0.0.1:8080"
    assert asked_instead(address, {VARIABLE: root}) == f"{root}/example.org/a.tif?b=1"
    assert store(tmp_path).windows.address(f"/vsicurl/{address}") == f"/vsicurl/{address}"
