"""What is read from a window of a raster, and how it becomes numbers per polygon."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rasterio.windows import Window

from signals.zonal.block_engine import read_mask, read_window
from signals.zonal.class_count_kernel import class_areas_of_runs
from signals.zonal.pixel_coverage import Runs
from signals.zonal.pixel_tally_kernel import (
    DROP,
    KEEP,
    NO_DATA,
    SUMS,
    encode_masked,
    sums_of_runs,
)
from signals.zonal.raster_grid import RasterGrid


@dataclass(frozen=True)
class RasterMask:
    """Keep only pixels whose value in a second raster on the same grid lies in a range.

    Attributes:
        raster_paths: One raster per measured raster, in the same order, with the same pixels.
        at_least: Smallest value kept, or None.
        at_most: Largest value kept, or None.
        band: Band of the mask rasters.
    """

    raster_paths: Sequence[str]
    at_least: float | None = None
    at_most: float | None = None
    band: int = 1


@dataclass(frozen=True)
class ClassTally:
    """Hectares by class, then of other values, of what the mask drops, and without data.

    Attributes:
        grid: Grid of the class raster.
        band: Its band.
        values: Class values, ascending.
        mask: What to keep, or None for everything.
        mask_grid: Grid of the mask raster that belongs to this class raster.
    """

    grid: RasterGrid
    band: int
    values: NDArray[np.int64]
    mask: RasterMask | None
    mask_grid: RasterGrid | None

    @property
    def paths(self) -> tuple[str, ...]:
        """Return the class raster and, where there is one, the mask."""
        if self.mask_grid is None:
            return (self.grid.path,)
        return (self.grid.path, self.mask_grid.path)

    @property
    def columns(self) -> int:
        """Return the number of classes and three."""
        return len(self.values) + 3

    def add_up(
        self,
        datasets: Sequence[Any],
        window: Window,
        runs: Runs,
        areas_ha: NDArray[np.float64],
        segment: int,
    ) -> NDArray[np.float64]:
        """Return hectares per polygon and column."""
        keys, table = self._keys(read_window(datasets[0], self.band, window))
        dropped, no_data = len(self.values) + 1, len(self.values) + 2
        if self.mask is not None and self.mask_grid is not None:
            mask_keys, codes = self._mask_keys(read_window(datasets[1], self.mask.band, window))
            keys = encode_masked(keys, table, mask_keys, codes, dropped, no_data)
            table = np.arange(self.columns, dtype=np.uint32)
            if self.mask_grid.has_mask:
                keys[~read_mask(datasets[1], self.mask.band, window)] = no_data
        if self.grid.has_mask:
            keys = table[keys].astype(np.uint16)
            keys[~read_mask(datasets[0], self.band, window)] = no_data
            table = np.arange(self.columns, dtype=np.uint32)
        return class_areas_of_runs(
            keys, table, self.columns, runs, areas_ha, segment, window.row_off
        )

    def _keys(
        self, values: NDArray[Any]
    ) -> tuple[NDArray[np.unsignedinteger[Any]], NDArray[np.uint32]]:
        """Return unsigned keys for the stored values and the column of every key."""
        if values.dtype.itemsize <= 2:
            return values.view(f"u{values.dtype.itemsize}"), self._narrow_table
        columns = self.columns_of(values).astype(np.uint16)
        return columns, np.arange(self.columns, dtype=np.uint32)

    @cached_property
    def _narrow_table(self) -> NDArray[np.uint32]:
        """Column of each bit pattern of an 8 or 16 bit type, which is its own key."""
        size = self.grid.dtype.itemsize
        patterns = np.arange(1 << (8 * size), dtype=f"u{size}").view(self.grid.dtype)
        return self.columns_of(patterns).astype(np.uint32)

    def columns_of(self, values: NDArray[Any]) -> NDArray[np.int64]:
        """Return the column of each stored value: its class, others, or without data."""
        other = len(self.values)
        columns = np.full(values.shape, other, dtype=np.int64)
        if other > 0:
            position = np.minimum(np.searchsorted(self.values, values), other - 1)
            columns = np.where(self.values[position] == values, position, other)
        if self.grid.nodata is not None:
            columns = np.where(values == self.grid.nodata, other + 2, columns)
        return columns

    def _mask_keys(
        self, values: NDArray[Any]
    ) -> tuple[NDArray[np.unsignedinteger[Any]], NDArray[np.uint8]]:
        """Return unsigned keys for the mask's stored values and what every key means."""
        if values.dtype.kind in "ui" and values.dtype.itemsize <= 2:
            return values.view(f"u{values.dtype.itemsize}"), self._narrow_mask_table
        return self._mask_codes(values), np.arange(3, dtype=np.uint8)

    @cached_property
    def _narrow_mask_table(self) -> NDArray[np.uint8]:
        """Code of each bit pattern of an 8 or 16 bit mask."""
        dtype = self.grid.dtype if self.mask_grid is None else self.mask_grid.dtype
        patterns = np.arange(1 << (8 * dtype.itemsize), dtype=f"u{dtype.itemsize}")
        return self._mask_codes(patterns.view(dtype))

    def _mask_codes(self, values: NDArray[Any]) -> NDArray[np.uint8]:
        """Return KEEP, DROP or NO_DATA for values of the mask raster."""
        if self.mask is None or self.mask_grid is None:
            return np.full(values.shape, KEEP, dtype=np.uint8)
        kept = np.ones(values.shape, dtype=bool)
        if self.mask.at_least is not None:
            kept &= values >= self.mask.at_least
        if self.mask.at_most is not None:
            kept &= values <= self.mask.at_most
        codes = np.where(kept, KEEP, DROP).astype(np.uint8)
        codes[_is_missing(values, self.mask_grid.nodata)] = NO_DATA
        return codes


@dataclass(frozen=True)
class TransitionTally:
    """Hectares by class before and class after, and those without data in one or both rasters.

    A class whose value the file declares as no data is a class: who lists it says what it means.

    Attributes:
        before: Grid of the earlier class raster.
        after: Grid of the later one, with the same pixels.
        band: Band of both.
        values: Class values, ascending; both rasters' other values count as data without a class.
    """

    before: RasterGrid
    after: RasterGrid
    band: int
    values: NDArray[np.int64]

    @property
    def paths(self) -> tuple[str, ...]:
        """Return both rasters."""
        return (self.before.path, self.after.path)

    @property
    def columns(self) -> int:
        """Return the number of pairs, one more class for all others, and three for no data.

        The last three: no data before alone, after alone, and in both.
        """
        return (len(self.values) + 1) ** 2 + 3

    def add_up(
        self,
        datasets: Sequence[Any],
        window: Window,
        runs: Runs,
        areas_ha: NDArray[np.float64],
        segment: int,
    ) -> NDArray[np.float64]:
        """Return hectares per polygon and pair, pairs by the class before."""
        no_data = len(self.values) + 1
        sides = []
        for grid, dataset in zip((self.before, self.after), datasets, strict=True):
            if grid.nodata in self.values:
                grid = replace(grid, nodata=None, has_mask=False)
            single = ClassTally(grid, self.band, self.values, None, None)
            columns = single.columns_of(read_window(dataset, self.band, window))
            # What the mask would drop is no case here: one column less.
            columns = np.where(columns > no_data, no_data, columns)
            if grid.has_mask:
                columns[~read_mask(dataset, self.band, window)] = no_data
            sides.append(columns)
        pairs = sides[0] * no_data + sides[1]
        gone_before, gone_after = sides[0] == no_data, sides[1] == no_data
        keys = pairs.astype(np.uint32)
        keys[gone_before & ~gone_after] = self.columns - 3
        keys[gone_after & ~gone_before] = self.columns - 2
        keys[gone_before & gone_after] = self.columns - 1
        table = np.arange(self.columns, dtype=np.uint32)
        return class_areas_of_runs(
            keys, table, self.columns, runs, areas_ha, segment, window.row_off
        )


@dataclass(frozen=True)
class ValueRange:
    """What the values of a raster can be; others are left out and counted.

    Attributes:
        low: lowest, in the raster's own unit (its scale and offset applied).
        high: highest.
        fill: a stored value that stands for no data where the file does not declare it.
    """

    low: float = -np.inf
    high: float = np.inf
    fill: float | None = None


@dataclass(frozen=True)
class ValueTally:
    """The sums of `sums_of_runs` over real values (scale and offset applied)."""

    grid: RasterGrid
    band: int
    within: ValueRange = ValueRange()

    @property
    def paths(self) -> tuple[str, ...]:
        """Return the raster."""
        return (self.grid.path,)

    @property
    def columns(self) -> int:
        """Return the number of sums."""
        return SUMS

    def add_up(
        self,
        datasets: Sequence[Any],
        window: Window,
        runs: Runs,
        areas_ha: NDArray[np.float64],
        segment: int,
    ) -> NDArray[np.float64]:
        """Return the sums per polygon."""
        stored = read_window(datasets[0], self.band, window)
        missing = _is_missing(stored, self.grid.nodata)
        if self.within.fill is not None:
            missing |= _is_missing(stored, self.within.fill)
        if self.grid.has_mask:
            missing |= ~read_mask(datasets[0], self.band, window)
        values = stored.astype(np.float64)
        values[missing] = np.nan
        scaled = (self.grid.scale, self.grid.offset, self.within.low, self.within.high)
        return sums_of_runs(values, *scaled, runs, areas_ha, segment)


def _is_missing(values: NDArray[Any], nodata: float | None) -> NDArray[np.bool_]:
    missing = np.isnan(values) if values.dtype.kind == "f" else np.zeros(values.shape, dtype=bool)
    if nodata is not None and not np.isnan(nodata):
        # Compared in the file's own type: -3.4e38 written in text is not the float32 value.
        in_type = values.dtype.type(nodata) if values.dtype.kind == "f" else nodata
        missing |= values == in_type
    return missing
