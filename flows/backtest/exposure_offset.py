"""Exposure of the units: how much there is to find something on, which is no risk."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np
import polars as pl

from configs.config_errors import UsageError
from configs.settings import Settings
from scoring.prioritisation.legal_rankings import SCOPE_BY_BAND
from scoring.tune.ranking_measures import Floats

#: How many people work there, by the list.
WORKFORCE_BAND = "workforce_band"

_AREA_TABLE = "stg_area_panel__values"


def exposure_names(settings: Settings, asked: Sequence[str] = ()) -> tuple[str, ...]:
    """What counts as exposure: as asked for, else as the profile says.

    Args:
        settings: of the profile.
        asked: names given in the profile's stead; `none` alone means no exposure.

    Raises:
        UsageError: a name is neither `workforce_band` nor a figure of the area table.
    """
    names = tuple(dict.fromkeys(asked or settings.tune.exposure))
    if names == ("none",):
        return ()
    options = settings.sources["area_panel"].options
    variables = options.get("variables")
    figures = sorted(variables) if isinstance(variables, Mapping) else []
    for name in names:
        if name not in (WORKFORCE_BAND, *figures):
            known = ", ".join((WORKFORCE_BAND, *figures))
            raise UsageError(
                f"exposure {name}: choose of {known}, or none; a figure of areas must be mapped "
                "under sources.area_panel.options.variables"
            )
    return names


def exposure_label(names: Sequence[str]) -> str:
    """The exposure in words."""
    words = [
        "workforce band" if name == WORKFORCE_BAND else f"log of {name.replace('_', ' ')}"
        for name in names
    ]
    return ", ".join(words) or "none"


def exposure_of(
    names: Sequence[str], suppliers: pl.DataFrame, frames: Mapping[str, pl.LazyFrame]
) -> Floats:
    """[suppliers, names] exposure as known on a day, NaN where it is not.

    A workforce band is a step of its even ladder; a figure of areas is the log of the latest one.

    Args:
        names: as `exposure_names` gives them.
        suppliers: supplier_id and workforce_band, in the order wanted.
        frames: staging tables as known on the day.
    """
    columns = [
        _band(suppliers) if name == WORKFORCE_BAND else _figure(name, suppliers, frames)
        for name in names
    ]
    return np.column_stack(columns) if columns else np.empty((suppliers.height, 0))


def area_figure(name: str, frames: Mapping[str, pl.LazyFrame]) -> pl.DataFrame:
    """supplier_id and the latest known value of a figure of areas, under its name."""
    return (
        frames[_AREA_TABLE]
        .filter(pl.col("variable") == name)
        .sort("year")
        .group_by("supplier_id", maintain_order=True)
        .agg(pl.col("value").last().alias(name))
        .collect()
    )


def _band(suppliers: pl.DataFrame) -> Floats:
    band = pl.col("workforce_band").replace_strict(
        SCOPE_BY_BAND, default=None, return_dtype=pl.Float64
    )
    steps: Floats = suppliers.select(band.fill_null(math.nan)).to_series().to_numpy()
    return steps


def _figure(name: str, suppliers: pl.DataFrame, frames: Mapping[str, pl.LazyFrame]) -> Floats:
    joined = suppliers.select("supplier_id").join(
        area_figure(name, frames), on="supplier_id", how="left", maintain_order="left"
    )
    above_zero = pl.when(pl.col(name) > 0).then(pl.col(name))
    logs: Floats = joined.select(above_zero.log().fill_null(math.nan)).to_series().to_numpy()
    return logs
