"""Rasters measured within the range that their product can hold, whatever they declare.

Published copies of MOD13Q1 and of night lights often declare no fill value, or another one than
they hold; a mean over it would be a fall of greenness or a city of light that is not there.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import polars as pl

from signals.account import NO_SITE_IN_IT, Account, Unit
from signals.fetching.physical_ranges import OutOfRange, bounds_of
from signals.source import RawFile

if TYPE_CHECKING:
    from signals.zonal.pixel_tallies import ValueRange

#: Less of a site's ground than this share is the edge of a pixel.
_SHARE = 1e-3

#: Values this far beyond a bound, as a share of it, are rounded and not outside.
_ROUNDING = 1e-6

OUTSIDE = "outside_physical_range"
WITHOUT_DATA = "a pixel without data"
NOT_ENOUGH = "around a site of which too little has data"


def value_range(
    quantity: str, factor: float, *, fill: float | None = None, lowest: float | None = None
) -> ValueRange:
    """What the values of a raster can be.

    Args:
        quantity: of `signals.fetching.physical_ranges`.
        factor: from the raster's values (its scale and offset applied) to the unit of the
            quantity, above 0.
        fill: stored value that stands for no data where the file declares none.
        lowest: another lower bound than that of the quantity, in its unit.
    """
    from signals.zonal.pixel_tallies import ValueRange

    low, high = bounds_of(quantity)
    low = low if lowest is None else lowest
    return ValueRange((low - _rounding(low)) / factor, (high + _rounding(high)) / factor, fill)


def count_outside(
    measured: pl.DataFrame, factor: float, quantity: str, outside: OutOfRange
) -> None:
    """Count the sites with ground whose values are outside the range.

    Args:
        measured: of one layer, as `weighted_mean` gives it with a range.
        factor: from the raster's values to the unit of the quantity.
        quantity: of `signals.fetching.physical_ranges`.
        outside: takes the count.
    """
    seen = measured.filter(pl.col("pixels_used") + pl.col("pixels_outside") > 0)
    values = seen.filter(
        (pl.col("outside_share") > _SHARE) | pl.col("outside_value").is_infinite()
    )["outside_value"]
    outside.count(
        quantity, len(values), seen.height, values.fill_nan(None).drop_nulls().to_numpy() * factor
    )


def layer_outcome(measured: pl.DataFrame) -> str:
    """The outcome for a layer: `used`, the rule by which it is rejected, or why it is not used.

    Args:
        measured: as `weighted_mean` gives it with a range.
    """
    if measured["pixels_used"].sum():
        return "used"
    return OUTSIDE if measured["pixels_outside"].sum() else NO_SITE_IN_IT


def count_pixels(
    account: Account, raw: RawFile, measured: pl.DataFrame, out_of_scope: Mapping[str, int]
) -> None:
    """Count the pixels around sites of a file; one around two sites counts for each.

    Args:
        account: takes the count.
        raw: the file.
        measured: of all its layers, as `weighted_mean` gives it with a range.
        out_of_scope: pixels with data that are not used, by reason.
    """
    used, empty, outside = (
        int(measured[column].sum()) for column in ("pixels_used", "pixels_empty", "pixels_outside")
    )
    account.count(
        Unit.PIXEL,
        raw,
        read=used + empty + outside,
        used=used - sum(out_of_scope.values()),
        rejected={OUTSIDE: outside},
        out_of_scope={WITHOUT_DATA: empty, **out_of_scope},
    )


def _rounding(bound: float) -> float:
    return max(abs(bound), 1e-3) * _ROUNDING
