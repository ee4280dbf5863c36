"""Rasters of tree cover and its loss in the coding of Global Forest Change, drawn at random."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import rasterio
from numpy.typing import NDArray
from rasterio import Affine

from flows.demo_world.demo_companies import Site
from flows.demo_world.demo_geography import BOX_DEGREES, CELL_DEGREES, Box

#: Loss years are coded 1 for 2001 to this for the last one.
LAST_YEAR_CODE = 21
_CELLS = round(BOX_DEGREES / CELL_DEGREES)
_FRONTIER_YEARS = 5
_FRONTIER_RATES = (0.022, 0.04)
_CLEARING_DEGREES = 0.055


def write_rasters(
    folder: Path, boxes: Sequence[Box], sites: Sequence[Site], banner: str, seed: int
) -> None:
    """Write `lossyear` and `treecover2000` of every box that has rasters.

    Args:
        folder: made if absent.
        boxes: where.
        sites: those that are cleared lose 2 to 4 % of the forest a year around them.
        banner: written into the files' tags.
        seed: each box draws from its own stream of it.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for number, box in enumerate(boxes):
        if not box.has_raster:
            continue
        random = np.random.default_rng([seed, 1, number])
        cover = _tree_cover(random)
        loss = _loss_years(cover, box, sites, random)
        name = f"Hansen_synthetic_{{}}_{box.box_id}.tif"
        _write(folder / name.format("treecover2000"), cover, box, banner)
        _write(folder / name.format("lossyear"), loss, box, banner)


def _tree_cover(random: np.random.Generator) -> NDArray[np.uint8]:
    """Percent canopy in steps of 10: forest with clearings."""
    field = _smooth_field(random, width=9)
    level = np.interp(field, (-1.6, -0.9, 0.5, 2.0), (0.0, 30.0, 80.0, 100.0))
    return (np.round(level / 10) * 10).astype(np.uint8)


def _loss_years(
    cover: NDArray[np.uint8], box: Box, sites: Sequence[Site], random: np.random.Generator
) -> NDArray[np.uint8]:
    """Year codes: a slow loss everywhere, a fast one of late around cleared sites."""
    # The order in which cells would fall is smooth, so that clearings are patches.
    order = _ranks(_smooth_field(random, width=3))
    rate = random.uniform(0.001, 0.006)
    loss = np.zeros_like(cover)
    falls = order < rate * LAST_YEAR_CODE
    loss[falls] = random.integers(1, LAST_YEAR_CODE + 1, int(falls.sum()))
    rows, columns = np.mgrid[0:_CELLS, 0:_CELLS]
    latitudes = box.latitude + BOX_DEGREES / 2 - (rows + 0.5) * CELL_DEGREES
    longitudes = box.longitude - BOX_DEGREES / 2 + (columns + 0.5) * CELL_DEGREES
    for site in sites:
        if not site.is_cleared or site.box_id != box.box_id:
            continue
        yearly = random.uniform(*_FRONTIER_RATES)
        years = np.minimum(order / yearly, _FRONTIER_YEARS - 1e-9).astype(np.uint8)
        near = np.hypot(latitudes - site.latitude, longitudes - site.longitude) < _CLEARING_DEGREES
        late = near & (order < yearly * _FRONTIER_YEARS)
        loss[late] = LAST_YEAR_CODE - _FRONTIER_YEARS + 1 + years[late]
    return np.where(cover >= 30, loss, 0).astype(np.uint8)


def _smooth_field(random: np.random.Generator, width: int) -> NDArray[np.float64]:
    """Standard normal noise under a moving square mean, scaled back to unit variance."""
    noise = random.standard_normal((_CELLS + width - 1, _CELLS + width - 1))
    windows = np.lib.stride_tricks.sliding_window_view(noise, (width, width))
    return np.asarray(windows.mean(axis=(2, 3)) * width, dtype=np.float64)


def _ranks(field: NDArray[np.float64]) -> NDArray[np.float64]:
    """Rank of each cell as a share, 0 to 1."""
    ranks = np.empty(field.size)
    ranks[np.argsort(field, axis=None, kind="stable")] = np.arange(field.size) / field.size
    return ranks.reshape(field.shape)


def _write(path: Path, cells: NDArray[np.uint8], box: Box, banner: str) -> None:
    west, north = box.longitude - BOX_DEGREES / 2, box.latitude + BOX_DEGREES / 2
    corner = Affine(CELL_DEGREES, 0.0, west, 0.0, -CELL_DEGREES, north)
    with rasterio.open(
        path,
        "w",
        driver="GTiff",
        width=_CELLS,
        height=_CELLS,
        count=1,
        dtype="uint8",
        crs="EPSG:4326",
        transform=corner,
        tiled=True,
        blockxsize=80,
        blockysize=80,
        compress="deflate",
    ) as raster:
        raster.write(cells, 1)
        raster.update_tags(TIFFTAG_IMAGEDESCRIPTION=banner)
