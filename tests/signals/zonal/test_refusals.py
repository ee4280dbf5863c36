from pathlib import Path

import numpy as np
import pytest
import shapely
from affine import Affine

from signals.zonal.zonal_statistics import RasterMask, class_areas, weighted_mean
from suppliers.input_errors import DataRejectedError
from tests.signals.zonal.rasters import ONE_TO_NINE, site, write_raster

WHOLE = site(shapely.box(0.0, 0.0, 3.0, 3.0))


def rejected(*paths: str, mask: RasterMask | None = None, band: int = 1) -> str:
    with pytest.raises(DataRejectedError) as rejection:
        class_areas(paths, [WHOLE], mask=mask, band=band)
    sentence = str(rejection.value)
    assert "\n" not in sentence
    return sentence


@pytest.mark.filterwarnings("ignore::rasterio.errors.NotGeoreferencedWarning")
def test_no_coordinate_system(tmp_path: Path) -> None:
    path = write_raster(tmp_path / "r.tif", ONE_TO_NINE, crs=None)
    assert rejected(path).startswith(f"{path}: has no coordinate system")


def test_rotated_grid(tmp_path: Path) -> None:
    path = write_raster(tmp_path / "r.tif", ONE_TO_NINE, transform=Affine(1, 0.2, 0, 0.2, -1, 3))
    assert rejected(path).startswith(f"{path}: its grid is rotated")


def test_float_values_where_classes_are_expected(tmp_path: Path) -> None:
    path = write_raster(tmp_path / "r.tif", ONE_TO_NINE.astype(np.float32))
    assert rejected(path).startswith(f"{path}: holds float32 values where classes are expected")


def test_measurements_where_classes_are_expected(tmp_path: Path) -> None:
    values = np.arange(10_000, dtype=np.int32).reshape(100, 100)
    path = write_raster(tmp_path / "r.tif", values, step=0.03)
    assert "more than 1024 distinct values" in rejected(path)


def test_missing_file(tmp_path: Path) -> None:
    path = str(tmp_path / "none.tif")
    assert rejected(path).startswith(f"{path}: no such raster file")


def test_page_instead_of_a_raster(tmp_path: Path) -> None:
    path = tmp_path / "page.tif"
    path.write_text("<html>404</html>")
    assert rejected(str(path)).startswith(f"{path}: cannot be read as a raster")


@pytest.mark.parametrize("kept_share", [0.02, 0.5, 0.95])
@pytest.mark.parametrize("driver_options", [{"tiled": True}, {}], ids=["tiled", "strips"])
def test_truncated_file(tmp_path: Path, kept_share: float, driver_options: dict[str, bool]) -> None:
    values = np.random.default_rng(1).integers(0, 255, (300, 300), dtype=np.uint8)
    blocks = {"blockxsize": 64, "blockysize": 64} if driver_options else {}
    path = tmp_path / "r.tif"
    write_raster(path, values, step=0.01, compress="deflate", **driver_options, **blocks)
    whole = path.read_bytes()
    path.write_bytes(whole[: int(len(whole) * kept_share)])
    assert rejected(str(path)).startswith(f"{path}: cannot be read as a raster")
    with pytest.raises(DataRejectedError, match="cannot be read as a raster"):
        weighted_mean([str(path)], [WHOLE])


def test_band_that_is_not_there(tmp_path: Path) -> None:
    path = write_raster(tmp_path / "r.tif", ONE_TO_NINE)
    assert rejected(path, band=2).startswith(f"{path}: has 1 bands, band 2 was asked for")


def test_mask_on_other_pixels(tmp_path: Path) -> None:
    path = write_raster(tmp_path / "r.tif", ONE_TO_NINE)
    shifted = write_raster(tmp_path / "m.tif", ONE_TO_NINE, left=0.5)
    assert rejected(path, mask=RasterMask([shifted], at_least=1)).startswith(f"{shifted}: its pix")
    assert "2 mask rasters for 1" in rejected(path, mask=RasterMask([path, path], at_least=1))


def test_no_raster_at_all() -> None:
    assert rejected().startswith("no raster was given")
