"""Means of dated rasters around sites, for the sources that are nothing but such layers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path

import polars as pl

from signals.account import NO_SITE_IN_IT, NO_SITES, Account, Unit
from signals.card import SourceCard
from signals.fetching.mirror import mirror_files, number
from signals.fetching.name_dates import dates_of
from signals.fetching.physical_ranges import OutOfRange, file_name, rejected_outside
from signals.fetching.source_tables import no_rejections, rejected_file
from signals.source import PullContext, RawFile, Staged
from signals.sources.land.dated_rasters import raise_if_remote, refer_dated
from signals.sources.land.valid_range import (
    NOT_ENOUGH,
    OUTSIDE,
    count_outside,
    count_pixels,
    value_range,
)
from suppliers.input_errors import DataRejectedError

# The measuring engine is imported where it is used: it is slow to load, and listing the sources
# must stay quick.

SCHEMA: dict[str, pl.DataType] = {
    "site_id": pl.String(),
    "observed_from": pl.Date(),
    "value": pl.Float64(),
    "covered_share": pl.Float64(),
    "radius_km": pl.Float64(),
    "origin": pl.String(),
    "observed_to": pl.Date(),
    "published_on": pl.Date(),
}


def pull_layers(
    card: SourceCard, context: PullContext, days: Sequence[dt.date]
) -> Sequence[RawFile]:
    """Register the rasters of the mirror, or those of an address by the option `file`.

    Args:
        card: Of the source.
        context: Of the run.
        days: First day of each layer to ask an address for.

    Raises:
        SourceUnavailableError: neither is named, or it has no raster.
        UsageError: the mirror does not exist, or the option cannot be filled in.
    """
    if context.mirror is None:
        return refer_dated(card, context, days, "rasters")
    paths = mirror_files(card.id, context.mirror, ["*.tif", "*.tiff", "*.vrt"], context.options)
    return [context.store.keep(card.id, path, key=path.stem) for path in paths]


def stage_layers(
    card: SourceCard,
    table: str,
    files: Sequence[RawFile],
    context: PullContext,
    *,
    quantity: str,
    days: int = 1,
    yearly: bool = False,
    fill: float | None = None,
    dates: tuple[dt.date, dt.date] | None = None,
    amounts: bool = False,
) -> Sequence[Staged]:
    """Measure the mean of every dated raster around every site, or its sum.

    Options: `radius_km` of the circle around a point, `band`, `scale` from stored to real values
    where the file does not say it, `minimum_covered_share`.

    Args:
        card: Of the source; its publication lag dates the rows.
        table: Staging table.
        files: Rasters with a period in their names (`signals.fetching.name_dates`).
        context: Of the run.
        quantity: What the layers hold (`signals.fetching.physical_ranges`); what lies outside its
            range is a fill value, declared or not, counts as no data, and is reported.
        days: Days that a layer named by a day describes.
        yearly: A layer named by 1 January is of the whole year; one of another span is rejected.
        fill: A value that stands for no data where the file does not declare it. Values outside
            the range are no data beside it, and are not reported.
        dates: First and last day that all layers describe, where their addresses hold none.
        amounts: The layers hold amounts per pixel, which are added up. Pixels without data then
            hold nothing, so that any share of the ground is enough.

    Returns:
        Columns of SCHEMA. A raster that cannot be used is rejected with its sentence, and the
        others are measured.

    Raises:
        SourceUnavailableError: a raster at an address cannot be read.
    """
    from signals.zonal.site_outlines import site_shapes
    from signals.zonal.zonal_statistics import weighted_mean, weighted_sum

    radius_km = number(card.id, context.options, "radius_km", 5.0)
    band = int(number(card.id, context.options, "band", 1.0))
    scale = number(card.id, context.options, "scale", 1.0)
    least = number(card.id, context.options, "minimum_covered_share", 0.0 if amounts else 0.5)
    shapes = site_shapes(context.sites, radius_km)
    frames, rejected = [pl.DataFrame(schema=SCHEMA)], [no_rejections()]
    reports: list[OutOfRange] = []
    account = Account()
    account.count_each(Unit.LAYER, files)
    account.count_each(Unit.PIXEL, ())
    for raw in files:
        try:
            first, last = dates or dates_of(Path(raw.origin).name, days, yearly=yearly)
            if not shapes:
                account.leave_out(raw, NO_SITES)
                continue
            within = value_range(quantity, scale, fill=fill)
            measure = weighted_sum if amounts else weighted_mean
            measured = measure([raw.path], shapes, band=band, within=within)
        except DataRejectedError as error:
            raise_if_remote(raw, error)
            rejected.append(rejected_file(raw, error))
            continue
        outside = OutOfRange(
            file_name(raw.origin), of="sites", scale_option=f"sources.{card.id}.options.scale"
        )
        # Values outside the range are no data beside a fill value, see above.
        if fill is None:
            count_outside(measured, scale, quantity, outside)
        reports.append(outside)
        is_enough = pl.col("value").is_not_null() & (pl.col("covered_share") >= least)
        seen, thin = measured.filter(is_enough), measured.filter(~is_enough)
        if outside.is_whole(quantity):
            account.reject(raw, OUTSIDE)
        else:
            account.note(raw, is_used=not seen.is_empty(), otherwise=NO_SITE_IN_IT)
        count_pixels(account, raw, measured, {NOT_ENOUGH: int(thin["pixels_used"].sum())})
        frames.append(
            seen.select(
                "site_id",
                pl.lit(first).alias("observed_from"),
                pl.col("value") * scale,
                "covered_share",
                pl.lit(radius_km).alias("radius_km"),
                pl.lit(raw.origin).alias("origin"),
                pl.lit(last).alias("observed_to"),
                pl.lit(last + dt.timedelta(days=card.publication_lag_days)).alias("published_on"),
            )
        )
    rejected.append(rejected_outside(reports))
    rows = (
        pl.concat(frames)
        .sort("site_id", "observed_from", "covered_share", "origin")
        .unique(["site_id", "observed_from"], keep="last", maintain_order=True)
    )
    return [Staged(table, rows, pl.concat(rejected), account)]
