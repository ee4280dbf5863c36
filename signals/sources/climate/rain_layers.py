"""Periods of rain in rasters, in mm, and the months that they add up to.

Days, pentads and dekads are summed to the month that they tile; a month with fewer than nine
tenths of its days is left out and reported, and so is a period that crosses months.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from signals.fetching.name_dates import NamedPeriod, dates_of, month_end, named_period
from signals.fetching.source_tables import no_rejections, rejected_file
from signals.source import REJECTED_SCHEMA, RawFile
from signals.sources.climate.axis_spans import part_of_month
from signals.sources.climate.grid_layers import NETCDF_ENDINGS, GridLayer, grid_layers
from signals.sources.climate.rain_units import millimetres_factor
from suppliers.input_errors import DataRejectedError
from suppliers.intake.days import stated_day

_NETCDF_VARIABLES = {"rain": ("precip", "precipitation", "pr", "tp", "rain")}

#: A month with fewer of its days than this share is left out.
MINIMUM_DAY_SHARE = 0.9

_PENTAD, _DEKAD = re.compile("pentad", re.IGNORECASE), re.compile("dekad", re.IGNORECASE)
_PENTADS, _DEKADS = 6, 3


@dataclass(frozen=True)
class RainLayer:
    """Rain of one period.

    Attributes:
        id: names file and period.
        first: first day.
        last: last day, of the same month.
        path: a raster of one band.
        factor: from the file's values to mm of the period.
        raw: the file.
    """

    id: str
    first: dt.date
    last: dt.date
    path: str
    factor: float
    raw: RawFile

    @property
    def days(self) -> int:
        """Days of the period."""
        return (self.last - self.first).days + 1

    @property
    def is_month(self) -> bool:
        """The period is a whole month."""
        return self.first.day == 1 and self.last == month_end(self.first)


def is_netcdf(name: str) -> bool:
    """The file is NetCDF by its name."""
    return name.lower().endswith(NETCDF_ENDINGS)


def parts_in_months(names: Iterable[str]) -> int:
    """How many parts the months of files named by parts have: 3 dekads or 6 pentads.

    Numbers above 3, or the word in a name, say pentads.
    """
    listed = list(names)
    if any(_PENTAD.search(name) for name in listed):
        return _PENTADS
    if any(_DEKAD.search(name) for name in listed):
        return _DEKADS
    numbers = [period.part for name in listed if (period := _named(name)) is not None]
    return _PENTADS if max(numbers, default=0) > _DEKADS else _DEKADS


def rain_layers(
    raw: RawFile, unit: str | None, since: dt.date, parts: int, folder: Path
) -> tuple[list[RainLayer], int]:
    """The periods of rain in a file from a day on, and how many there are before it.

    Args:
        raw: GeoTIFF or NetCDF; a GeoTIFF is dated by its key (a month) or else by its name.
        unit: that the settings declare, for files that do not say it.
        since: periods before it are left out.
        parts: as `parts_in_months` gives them.
        folder: takes the virtual rasters.

    Raises:
        DataRejectedError: no grid, no period, one that is neither a month nor part of one, or a
            unit that is not known or contradicts the period.
    """
    name = Path(raw.origin).name
    if is_netcdf(name):
        layers = grid_layers(raw.path, name, _NETCDF_VARIABLES, folder)
    else:
        first, last = _span_of_name(raw, name, parts)
        layers = [GridLayer("rain", first, last, "", raw.path)]
    found = []
    for layer in layers:
        if layer.last > month_end(layer.first):
            raise DataRejectedError(
                f"{name}: it holds rain of {layer.first} to {layer.last}, which is neither a "
                "month nor part of one; give months, dekads, pentads or days."
            )
        if layer.first >= since:
            factor = millimetres_factor(layer, unit, name)
            key = f"{raw.origin} {layer.first} {layer.last}"
            found.append(RainLayer(key, layer.first, layer.last, layer.path, factor, raw))
    return found, sum(layer.first < since for layer in layers)


def without_overlaps(
    layers: Sequence[RainLayer],
) -> tuple[list[RainLayer], list[RainLayer], pl.DataFrame]:
    """The layers without those whose days are partly in another period; these; and why.

    A month given whole replaces its parts; the same period from a second file is left to the
    caller, who takes the first.
    """
    whole = {layer.first for layer in layers if layer.is_month}
    kept: list[RainLayer] = []
    overlapping: list[RainLayer] = []
    rejected = [no_rejections()]
    for layer in sorted(layers, key=lambda one: (one.first, one.last, one.raw.origin)):
        if layer.is_month:
            kept.append(layer)
            continue
        if layer.first.replace(day=1) in whole:
            continue
        before = next((one for one in reversed(kept) if not one.is_month), None)
        is_same = before is not None and (before.first, before.last) == (layer.first, layer.last)
        if before is not None and layer.first <= before.last and not is_same:
            name = Path(layer.raw.origin).name
            message = (
                f"{name}: its days {layer.first} to {layer.last} are partly in "
                f"{Path(before.raw.origin).name} too; keep one of them."
            )
            rejected.append(rejected_file(layer.raw, DataRejectedError(message)))
            overlapping.append(layer)
            continue
        kept.append(layer)
    return kept, overlapping, pl.concat(rejected)


def incomplete_months(layers: Sequence[RainLayer]) -> pl.DataFrame:
    """Months whose parts do not reach nine tenths of their days, in the shape of rejected rows."""
    spans: dict[dt.date, dict[tuple[dt.date, dt.date], RainLayer]] = {}
    for layer in layers:
        of_month = spans.setdefault(layer.first.replace(day=1), {})
        of_month.setdefault((layer.first, layer.last), layer)
    rows = []
    for month, of_month in sorted(spans.items()):
        known = sum(layer.days for layer in of_month.values())
        length = month_end(month).day
        if known < MINIMUM_DAY_SHARE * length:
            name = Path(next(iter(of_month.values())).raw.origin).name
            rows.append(
                (name, None, "incomplete_month",
                 f"{name}: of {month:%Y-%m} only {known} of {length} days are there, so that the "
                 "month is left out; add the others.")
            )  # fmt: skip
    return pl.DataFrame(rows, schema=REJECTED_SCHEMA, orient="row")


def months_of_parts(found: pl.DataFrame) -> pl.DataFrame:
    """Rain of months from that of periods.

    Args:
        found: site_id, first, last, precipitation_mm, origin; periods do not overlap but for the
            same one in several files, of which the first by origin is taken.

    Returns:
        site_id, month, precipitation_mm, origin; sums are scaled from the days known to the month,
        and months with fewer than nine tenths of them are left out.
    """
    length = pl.col("month").dt.days_in_month()
    days = (pl.col("last") - pl.col("first")).dt.total_days() + 1
    return (
        found.sort("site_id", "first", "last", "origin")
        .unique(["site_id", "first", "last"], keep="first", maintain_order=True)
        .with_columns(month=pl.col("first").dt.month_start(), days=days)
        .group_by("site_id", "month", maintain_order=True)
        .agg(pl.col("precipitation_mm", "days").sum(), pl.col("origin").last())
        .filter(pl.col("days") >= MINIMUM_DAY_SHARE * length)
        .select(
            "site_id",
            "month",
            precipitation_mm=pl.col("precipitation_mm") * length / pl.col("days"),
            origin="origin",
        )
    )


def _span_of_name(raw: RawFile, name: str, parts: int) -> tuple[dt.date, dt.date]:
    try:
        month = stated_day(raw.key)
    except ValueError:
        period = named_period(name)
        if period is None or not period.part:
            return dates_of(name)
        if period.part > parts:
            raise DataRejectedError(
                f"{name}: its name holds part {period.part} of a month of {parts}; give dekads "
                "(1 to 3) and pentads (1 to 6) in folders of their own."
            ) from None
        return part_of_month(period.first, period.part, parts)
    return month, month_end(month)


def _named(name: str) -> NamedPeriod | None:
    try:
        return named_period(name)
    except DataRejectedError:
        return None
