"""The rasters of the Hansen data: loss with its tree cover, tiles of one map, and their years."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from signals.account import Account
from signals.fetching.source_tables import rejected_file
from signals.source import RawFile
from signals.sources.land.dated_rasters import raise_if_remote
from suppliers.input_errors import DataRejectedError

if TYPE_CHECKING:
    from signals.zonal.raster_grid import RasterGrid

#: Largest class that may be a year; higher ones are a fill value that the file does not declare.
_LAST_CLASS = 99
#: The year in the name of a version of the data.
VERSION_YEAR = re.compile(r"GFC-(20\d\d)", re.IGNORECASE)


@dataclass(frozen=True)
class LossLayer:
    """A loss raster and, where there is one, its tree cover."""

    loss: RawFile
    cover: RawFile | None
    grid: RasterGrid

    def use(self, account: Account) -> None:
        """State that both rasters are used."""
        for raw in (self.loss, self.cover):
            if raw is not None:
                account.use(raw)

    def leave_out(self, account: Account, reason: str) -> None:
        """State why neither raster is used, unless other shapes use them."""
        for raw in (self.loss, self.cover):
            if raw is not None:
                account.leave_out(raw, reason)

    @property
    def group(self) -> tuple[str, float, bool]:
        """Layers that are alike in this may be tiles of one map."""
        return folder_of(self.loss), round(abs(self.grid.x_step), 9), self.cover is not None


def read_layers(files: Sequence[RawFile]) -> tuple[list[LossLayer], list[pl.DataFrame]]:
    """Loss rasters with their tree cover, and the rasters that are rejected."""
    from signals.zonal.raster_grid import read_grid

    losses = [raw for raw in files if "treecover2000" not in name_of(raw)]
    covers = _covers_by_loss(losses, [raw for raw in files if "treecover2000" in name_of(raw)])
    layers, rejected = [], []
    for raw in losses:
        try:
            layer = LossLayer(raw, covers.get(raw.origin), read_grid(raw.path))
            _reject_loss_alone(layer)
            layers.append(layer)
        except DataRejectedError as error:
            raise_if_remote(raw, error)
            rejected.append(rejected_file(raw, error))
    return layers, rejected


def _covers_by_loss(losses: Sequence[RawFile], covers: Sequence[RawFile]) -> dict[str, RawFile]:
    """The tree cover of each loss raster: alike in name, or the only pair of a folder."""
    named = {raw.origin.lower().replace("treecover2000", "lossyear"): raw for raw in covers}
    found = {}
    for loss in losses:
        folder = folder_of(loss)
        beside = [raw for raw in covers if folder_of(raw) == folder]
        if loss.origin.lower() in named:
            found[loss.origin] = named[loss.origin.lower()]
        elif len(beside) == 1 and sum(folder_of(raw) == folder for raw in losses) == 1:
            found[loss.origin] = beside[0]
    return found


def maps_of(layers: Sequence[LossLayer]) -> list[list[LossLayer]]:
    """Bring tiles of one map together; maps that overlap stay apart."""
    groups: list[list[LossLayer]] = []
    for layer in sorted(layers, key=lambda one: one.loss.origin):
        for group in groups:
            alike = group[0].group == layer.group and group[0].grid.crs == layer.grid.crs
            if alike and not any(_overlap(layer.grid, other.grid) for other in group):
                group.append(layer)
                break
        else:
            groups.append([layer])
    return groups


def _overlap(one: RasterGrid, other: RasterGrid) -> bool:
    left, bottom, right, top = one.bounds
    other_left, other_bottom, other_right, other_top = other.bounds
    wide = min(right, other_right) - max(left, other_left) > 0.5 * abs(one.x_step)
    return wide and min(top, other_top) - max(bottom, other_bottom) > 0.5 * abs(one.y_step)


def last_year(group: Sequence[LossLayer], given: float) -> int:
    """The last year of loss that a map shows.

    Args:
        group: tiles of one map.
        given: the year set in the configuration; 0: that of the version's name, else the largest
            that the rasters hold.

    Raises:
        DataRejectedError: the largest value is not a year.
    """
    if given:
        return int(given)
    named = [VERSION_YEAR.search(layer.loss.origin) for layer in group]
    if all(named):
        return min(int(match[1]) for match in named if match)
    largest = max(_largest_value(layer.loss.path) for layer in group)
    reject_fill(group, largest)
    return 2000 + largest


def reject_fill(group: Sequence[LossLayer], largest: int) -> None:
    """Reject a map with a class that is not a year.

    Raises:
        DataRejectedError: the class, and the command that declares it as no data.
    """
    if largest > _LAST_CLASS:
        raise DataRejectedError(
            f"{group[0].loss.origin}: holds {largest}, which is not a year of loss; declare it "
            f"as no data (gdal_edit.py -a_nodata {largest})."
        )


def _reject_loss_alone(layer: LossLayer) -> None:
    """Reject a loss raster that declares 0, no loss, as no data: only loss would be left."""
    if layer.grid.nodata == 0.0:
        raise DataRejectedError(
            f"{layer.loss.origin}: declares 0, which stands for ground without loss, as no data; "
            "undo it (gdal_edit.py -unsetnodata)."
        )


def _largest_value(path: str) -> int:
    import rasterio

    from signals.zonal.raster_grid import gdal_options, open_raster

    largest = 0
    with rasterio.Env(**gdal_options(path)), open_raster(path) as dataset:
        for _, window in dataset.block_windows(1):
            block = dataset.read(1, window=window, masked=True).compressed()
            if block.size:
                largest = max(largest, int(block.max()))
    return largest


def folder_of(raw: RawFile) -> str:
    """The folder of a raster, by its origin."""
    return raw.origin.rsplit("/", 1)[0]


def name_of(raw: RawFile) -> str:
    """The name of a raster's file, in lower case."""
    return Path(raw.origin).name.lower()
