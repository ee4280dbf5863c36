"""Means of the layers of grids around sites, and the outcome for layers and pixels."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

import polars as pl

from signals.account import NO_SITE_IN_IT, NOT_THEN, Account, Unit
from signals.fetching.physical_ranges import OutOfRange
from signals.source import RawFile
from signals.sources.climate.grid_layers import GridLayer
from signals.sources.land.valid_range import (
    NOT_ENOUGH,
    OUTSIDE,
    count_outside,
    count_pixels,
    layer_outcome,
    value_range,
)

if TYPE_CHECKING:
    from signals.zonal.site_outlines import SiteShape


def layer_means(
    layer: GridLayer,
    shapes: Sequence[SiteShape],
    factor: float,
    quantity: str,
    outside: OutOfRange,
) -> pl.DataFrame:
    """Means of a layer around sites, without the values out of their physical range.

    Args:
        layer: a period of a variable.
        shapes: the sites.
        factor: from the file's values to the unit of the quantity.
        quantity: of `signals.fetching.physical_ranges`.
        outside: takes the count of sites with values out of the range.

    Returns:
        The columns of `weighted_mean` with a range, the value in the unit of the quantity.
    """
    from signals.zonal.zonal_statistics import weighted_mean

    measured = weighted_mean([layer.path], shapes, within=value_range(quantity, factor))
    count_outside(measured, factor, quantity, outside)
    return measured.with_columns(pl.col("value") * factor)


def count_layers(
    account: Account,
    raw: RawFile,
    read: int,
    measured: Sequence[pl.DataFrame],
    minimum_covered_share: float = 0.0,
) -> None:
    """Count the layers and pixels of a file.

    Args:
        account: takes the counts.
        raw: the file.
        read: layers in it.
        measured: of each layer of the time asked for, as `layer_means` gives it.
        minimum_covered_share: of a site with less nothing is used.
    """
    outcomes = Counter(layer_outcome(one) for one in measured)
    account.count(
        Unit.LAYER,
        raw,
        read=read,
        used=outcomes["used"],
        rejected={OUTSIDE: outcomes[OUTSIDE]},
        out_of_scope={
            NOT_THEN: read - len(measured), NO_SITE_IN_IT: outcomes[NO_SITE_IN_IT],
        },
    )  # fmt: skip
    if measured:
        every = pl.concat(measured)
        thin = every.filter(pl.col("covered_share") < minimum_covered_share)
        count_pixels(account, raw, every, {NOT_ENOUGH: int(thin["pixels_used"].sum())})
