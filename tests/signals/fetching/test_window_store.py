"""Windows of rasters at addresses: same figures as a local file, few requests, none twice."""

from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import rasterio
import shapely
from rasterio.shutil import copy

from signals.fetching.window_store import WindowStore
from signals.source_errors import SourceUnavailableError
from signals.zonal.window_files import PixelWindow, windows_kept_by
from signals.zonal.zonal_statistics import class_areas, weighted_mean
from suppliers.input_errors import DataRejectedError
from tests.signals.web import store
from tests.signals.zonal.rasters import site, write_raster
from tests.signals.zonal.test_remote import serving

AROUND = site(shapely.box(0.61, 2.2, 0.65, 2.25))

LAYOUTS: dict[str, dict[str, Any]] = {
    "strips": {"compress": "lzw", "blockysize": 1},
    "tiles": {"tiled": True, "blockxsize": 128, "blockysize": 128, "compress": "deflate"},
    "uncompressed": {"tiled": True, "blockxsize": 64, "blockysize": 64},
    "big": {"BIGTIFF": "YES", "compress": "lzw"},
    "big-endian": {"ENDIANNESS": "BIG", "compress": "deflate", "predictor": 2},
    "cog": {"copied_as": "COG", "compress": "deflate"},
}


def _raster(folder: Path, copied_as: str | None = None, **layout: Any) -> str:
    values = np.random.default_rng(1).integers(1, 1000, (1500, 1500), dtype=np.uint16)
    path = write_raster(folder / "r.tif", values, step=0.001, **layout)
    if copied_as is not None:
        copy(path, folder / "copy.tif", driver=copied_as, blocksize=128, **layout)
        return str(folder / "copy.tif")
    return path


@pytest.mark.parametrize("layout", LAYOUTS.values(), ids=list(LAYOUTS))
def test_a_window_gives_the_figures_of_the_whole_file(
    layout: dict[str, Any], tmp_path: Path
) -> None:
    path = _raster(tmp_path, **layout)
    with serving({"*": Path(path).read_bytes()}) as served:
        address = f"/vsicurl/http://127.0.0.1:{served.port}/r.tif"
        kept = store(tmp_path / "raw")
        with closing(kept.fetcher), windows_kept_by(kept.windows):
            remote = weighted_mean([address], [AROUND])
        first = len(served.paths)
        again = store(tmp_path / "raw")
        with closing(again.fetcher), windows_kept_by(again.windows):
            repeated = weighted_mean([address], [AROUND])
    local = weighted_mean([path], [AROUND])
    assert local["covered_share"].item() == 1
    assert remote.equals(local)
    assert repeated.equals(local)
    assert len(served.paths) == first <= 4
    assert sum(served.sizes) < len(Path(path).read_bytes()) / 2
    assert set(served.paths) == {"/r.tif"}


def test_a_mask_inside_the_file_is_kept_too(tmp_path: Path) -> None:
    path = _raster(tmp_path, tiled=True, blockxsize=128, blockysize=128, compress="deflate")
    with rasterio.Env(GDAL_TIFF_INTERNAL_MASK=True), rasterio.open(path, "r+") as dataset:
        shown = np.full((1500, 1500), 255, dtype=np.uint8)
        shown[:, :630] = 0
        dataset.write_mask(shown)
    with serving({"*": Path(path).read_bytes()}) as served:
        kept = store(tmp_path / "raw")
        with closing(kept.fetcher), windows_kept_by(kept.windows):
            address = f"/vsicurl/http://127.0.0.1:{served.port}/r.tif"
            remote = weighted_mean([address], [AROUND])
    local = weighted_mean([path], [AROUND])
    assert remote.equals(local)
    assert 0 < remote["covered_share"].item() < 1


def test_a_block_that_was_not_brought_is_an_error_and_no_zero(tmp_path: Path) -> None:
    path = _raster(tmp_path, tiled=True, blockxsize=64, blockysize=64)
    with serving({"*": Path(path).read_bytes()}) as served:
        kept = store(tmp_path / "raw")
        with closing(kept.fetcher):
            local = kept.windows.local(f"/vsicurl/http://127.0.0.1:{served.port}/r.tif")
            assert local is not None
            kept.windows.bring(local, [PixelWindow(0, 0, 64, 64)])
    with rasterio.open(local) as dataset, rasterio.open(path) as whole:
        window = ((0, 64), (0, 64))
        assert np.array_equal(dataset.read(1, window=window), whole.read(1, window=window))
        with pytest.raises(rasterio.errors.RasterioError):
            dataset.read(1, window=((64, 128), (0, 64)))


def test_what_came_before_an_outage_is_not_asked_for_again(tmp_path: Path) -> None:
    path = _raster(tmp_path, tiled=True, blockxsize=128, blockysize=128)
    far = [
        site(shapely.box(0.01, 2.98, 0.02, 2.99), "A"),
        site(shapely.box(1.4, 1.6, 1.41, 1.61), "B"),
    ]
    with serving({"*": Path(path).read_bytes()}, lasts=2) as served:
        address = f"/vsicurl/http://127.0.0.1:{served.port}/r.tif"
        kept = store(tmp_path / "raw")
        with closing(kept.fetcher), windows_kept_by(kept.windows):
            with pytest.raises(SourceUnavailableError):
                weighted_mean([address], far)
            weighted_mean([address], far[:1])
    assert len(served.paths) == 3


def test_a_page_is_no_raster(tmp_path: Path) -> None:
    with serving({"*": b"<html>moved</html>"}) as served:
        kept = store(tmp_path / "raw")
        with (
            closing(kept.fetcher),
            windows_kept_by(kept.windows),
            pytest.raises(DataRejectedError, match="cannot be read as a raster"),
        ):
            class_areas([f"/vsicurl/http://127.0.0.1:{served.port}/m.tif"], [AROUND])


def test_a_final_raster_is_asked_for_once(tmp_path: Path) -> None:
    with serving({"*": b"12345"}) as served:
        address = f"http://127.0.0.1:{served.port}/v1/r.tif"
        first = store(tmp_path).refer("s", address, final=True)
        assert store(tmp_path).refer("s", address, final=True) == first
        assert store(tmp_path).refer("s", address) == first
    assert len(served.paths) == 2


def test_other_files_are_left_alone(tmp_path: Path) -> None:
    windows = WindowStore(tmp_path / "w", store(tmp_path).fetcher)
    path = _raster(tmp_path)
    before = Path(path).read_bytes()
    windows.bring(path, [PixelWindow(0, 0, 10, 10)])
    assert Path(path).read_bytes() == before
    assert windows.local("/vsicurl?pc_url_signing=yes&url=https://a.example/r.tif") is None
