"""Rain around sites out of rasters: means by period, months, and the use of each layer."""

from __future__ import annotations

import datetime as dt
import tempfile
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from signals.account import NO_SITE_IN_IT, NO_SITES, NOT_THEN, Account, Unit
from signals.fetching.physical_ranges import OutOfRange, file_name, rejected_outside
from signals.fetching.source_tables import no_rejections, rejected_file
from signals.source import RawFile
from signals.sources.climate.rain_layers import (
    RainLayer,
    incomplete_months,
    months_of_parts,
    parts_in_months,
    rain_layers,
    without_overlaps,
)
from signals.sources.land.dated_rasters import raise_if_remote
from signals.sources.land.valid_range import (
    NOT_ENOUGH,
    OUTSIDE,
    count_outside,
    count_pixels,
    value_range,
)
from suppliers.input_errors import DataRejectedError

if TYPE_CHECKING:
    from signals.zonal.site_outlines import SiteShape

#: A raster mean needs data on at least this share of the ground around the site.
MINIMUM_COVERED_SHARE = 0.5

#: Packing may put rain this many mm below zero; it is then zero, and beyond it no data.
ROUNDING_MM = 0.01

NOT_TAKEN = "of a month that is not whole, or of which other files say more"
_UNREADABLE = "unreadable_file"


@dataclass
class RasterRain:
    """Rain of rasters at sites.

    Attributes:
        layers: those of the time asked for, of all files that could be opened.
        read: layers of each of these files.
        earlier: those of them before that time.
        rules: rule by which a layer was rejected.
        reasons: why a layer is out of scope.
        rejected: in the shape of `Staged.rejected`.
        measured: of every layer around every site, as `weighted_mean_series` gives it.
        periods: site_id, first, last, precipitation_mm, layer, origin.
    """

    layers: list[RainLayer] = field(default_factory=list)
    read: dict[RawFile, int] = field(default_factory=dict)
    earlier: dict[RawFile, int] = field(default_factory=dict)
    rules: dict[str, str] = field(default_factory=dict)
    reasons: dict[str, str] = field(default_factory=dict)
    rejected: list[pl.DataFrame] = field(default_factory=lambda: [no_rejections()])
    measured: pl.DataFrame = field(default_factory=pl.DataFrame)
    periods: pl.DataFrame = field(default_factory=pl.DataFrame)

    def months(self) -> pl.DataFrame:
        """site_id, month, precipitation_mm, origin of the months that the periods make up."""
        return months_of_parts(self.periods)

    def count(self, account: Account, taken: pl.DataFrame) -> None:
        """Count the layers of every file that was read.

        Args:
            account: takes the counts.
            taken: site_id and month of the staged rows that come of rasters.
        """
        once = (
            self.periods.sort("site_id", "first", "last", "origin")
            .unique(["site_id", "first", "last"], keep="first", maintain_order=True)
            .with_columns(month=pl.col("first").dt.month_start())
        )
        account.count_each(Unit.PIXEL, ())
        used = set(once.join(taken, on=["site_id", "month"], how="semi")["layer"])
        measured = set(self.periods["layer"])
        by_file: dict[RawFile, Counter[str]] = {raw: Counter() for raw in self.read}
        for layer in self.layers:
            outcome = self.rules.get(layer.id) or self.reasons.get(layer.id)
            otherwise = NOT_TAKEN if layer.id in measured else NO_SITE_IN_IT
            by_file[layer.raw][outcome or ("used" if layer.id in used else otherwise)] += 1
        for raw, outcomes in by_file.items():
            account.count(
                Unit.LAYER,
                raw,
                read=self.read[raw],
                used=outcomes["used"],
                rejected={rule: outcomes[rule] for rule in (_UNREADABLE, OUTSIDE)},
                out_of_scope={
                    NOT_THEN: self.earlier[raw],
                    NOT_TAKEN: outcomes[NOT_TAKEN],
                    NO_SITE_IN_IT: outcomes[NO_SITE_IN_IT],
                },
            )
        self._count_pixels(account, used)

    def _count_pixels(self, account: Account, used: set[str]) -> None:
        """Count the pixels around sites of every file; `used` are ids of layers."""
        raws = {layer.id: layer.raw for layer in self.layers}
        origins = {layer_id: raw.origin for layer_id, raw in raws.items()}
        of_origin = self.measured.with_columns(
            origin=pl.col("layer").replace_strict(origins, return_dtype=pl.String)
        )
        parts = of_origin.partition_by("origin", as_dict=True)
        for raw in dict.fromkeys(raws.values()):
            part = parts.get((raw.origin,))
            if part is None:
                continue
            is_used = pl.col("layer").is_in(list(used))
            is_thin = is_used & ~_is_enough()
            account_of = {
                NOT_TAKEN: part.filter(~is_used), NOT_ENOUGH: part.filter(is_thin),
            }  # fmt: skip
            beyond = {why: int(of["pixels_used"].sum()) for why, of in account_of.items()}
            count_pixels(account, raw, part, beyond)


def read_rasters(
    rasters: Sequence[RawFile],
    shapes: Sequence[SiteShape],
    unit: str | None,
    since: dt.date,
    account: Account,
) -> RasterRain:
    """Measure every layer around every site.

    Args:
        rasters: GeoTIFF or NetCDF.
        shapes: ground around the sites.
        unit: that the settings declare, for files that do not say it.
        since: layers before this day are left out.
        account: takes the files that are not opened, and those that cannot be read.

    Raises:
        SourceUnavailableError: a raster at the publisher cannot be read.
    """
    rain = RasterRain()
    if not shapes:
        account.count_each(Unit.LAYER, rasters)
        for raw in rasters:
            account.leave_out(raw, NO_SITES)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if shapes:
            _open(rain, rasters, unit, since, account, folder)
        layers = _without_doubles(rain)
        by_id = {layer.id: layer for layer in layers}
        means, unread = _means(by_id, shapes)
        for layer_id, fault in unread.items():
            raise_if_remote(by_id[layer_id].raw, fault)
            rain.rejected.append(rejected_file(by_id[layer_id].raw, fault))
            rain.rules[layer_id] = _UNREADABLE
        _report_outside(rain, means, by_id)
    known = pl.DataFrame(
        [(one.id, one.first, one.last, one.factor, one.raw.origin) for one in layers],
        schema={
            "layer": pl.String, "first": pl.Date, "last": pl.Date, "factor": pl.Float64,
            "origin": pl.String,
        },
        orient="row",
    )  # fmt: skip
    rain.measured = means
    rain.periods = (
        means.filter(_is_enough())
        .join(known, on="layer", how="left", maintain_order="left")
        .with_columns(precipitation_mm=(pl.col("value") * pl.col("factor")).clip(lower_bound=0.0))
    )
    return rain


def _is_enough() -> pl.Expr:
    return pl.col("value").is_not_null() & (pl.col("covered_share") >= MINIMUM_COVERED_SHARE)


def _open(
    rain: RasterRain,
    rasters: Sequence[RawFile],
    unit: str | None,
    since: dt.date,
    account: Account,
    folder: Path,
) -> None:
    """Take the layers of all files that can be opened."""
    parts = parts_in_months(Path(raw.origin).name for raw in rasters)
    for raw in rasters:
        try:
            of_file, earlier = rain_layers(raw, unit, since, parts, folder)
        except DataRejectedError as error:
            raise_if_remote(raw, error)
            rain.rejected.append(rejected_file(raw, error))
            account.count_each(Unit.LAYER, [raw])
            continue
        rain.layers += of_file
        rain.read[raw], rain.earlier[raw] = len(of_file) + earlier, earlier


def _without_doubles(rain: RasterRain) -> list[RainLayer]:
    """The layers without those that others replace or overlap."""
    layers, overlapping, rejected = without_overlaps(rain.layers)
    rain.rejected += [rejected, incomplete_months(layers)]
    rain.rules |= {layer.id: _UNREADABLE for layer in overlapping}
    kept = {layer.id for layer in layers} | set(rain.rules)
    rain.reasons |= {layer.id: NOT_TAKEN for layer in rain.layers if layer.id not in kept}
    return layers


def _quantity(layer: RainLayer) -> str:
    return "rain_of_day" if layer.days == 1 else "rain_of_month"


def _report_outside(rain: RasterRain, means: pl.DataFrame, layers: Mapping[str, RainLayer]) -> None:
    """Report the layers with ground outside the range; one with nothing else is rejected."""
    reports = []
    for (layer_id,), measured in means.group_by("layer", maintain_order=True):
        layer = layers[str(layer_id)]
        outside = OutOfRange(file_name(layer.raw.origin), of="sites")
        quantity = _quantity(layer)
        count_outside(measured, layer.factor, quantity, outside)
        reports.append(outside)
        if outside.is_whole(quantity):
            rain.rules[layer.id] = OUTSIDE
    rain.rejected.append(rejected_outside(reports))


def _means(
    layers: Mapping[str, RainLayer], shapes: Sequence[SiteShape]
) -> tuple[pl.DataFrame, dict[str, DataRejectedError]]:
    """Means of all layers at once; where one of a mirror cannot be read, of each by itself.

    Raises:
        SourceUnavailableError: one at an address cannot be read. A publisher that rejects requests
            is not asked for all the others.
    """
    from signals.zonal.zonal_statistics import weighted_mean_series

    paths = {layer_id: layer.path for layer_id, layer in layers.items()}
    ranges = {
        layer_id: value_range(_quantity(layer), layer.factor, lowest=-ROUNDING_MM)
        for layer_id, layer in layers.items()
    }
    try:
        return weighted_mean_series(paths, shapes, ranges), {}
    except DataRejectedError as error:
        for layer_id, path in paths.items():
            if path in str(error):
                raise_if_remote(layers[layer_id].raw, error)
        frames = [weighted_mean_series({}, shapes, {})]
        unread: dict[str, DataRejectedError] = {}
        for layer_id, path in paths.items():
            try:
                frames.append(weighted_mean_series({layer_id: path}, shapes, ranges))
            except DataRejectedError as error:
                unread[layer_id] = error
        return pl.concat(frames), unread
