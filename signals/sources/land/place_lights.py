"""Night-time radiance of the place of each site, from lit ground alone.

The sky glows: dark ground has some tenths of nW cm-2 sr-1 in monthly composites. Where few people
live, this would be more than their light, so that pixels below `LIT` count as dark.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path

import polars as pl

from signals.card import SourceCard
from signals.fetching.mirror import number
from signals.fetching.name_dates import dates_of
from signals.fetching.physical_ranges import bounds_of
from signals.source import PullContext, RawFile, Staged
from signals.sources.land.dated_rasters import raise_if_remote
from signals.sources.land.places import PLACE_RADIUS_KM, at_centres
from signals.sources.land.valid_range import value_range
from suppliers.input_errors import DataRejectedError

TABLE = "stg_night_lights__place_light"

SCHEMA: dict[str, pl.DataType] = {
    "site_id": pl.String(),
    "observed_from": pl.Date(),
    "lit_radiance": pl.Float64(),
    "covered_share": pl.Float64(),
    "radius_km": pl.Float64(),
    "origin": pl.String(),
    "observed_to": pl.Date(),
    "published_on": pl.Date(),
}

#: Least radiance of lit ground; that of dark ground without a town near is below. Ours.
LIT = 0.5


def stage_place_light(
    card: SourceCard,
    files: Sequence[RawFile],
    context: PullContext,
    *,
    fill: float | None,
    yearly: bool,
) -> Staged:
    """Measure the radiance of the place of each site, with 0 for ground that is not lit.

    Files that cannot be used are rejected where the means around sites are measured.

    Args:
        card: of the source.
        files: rasters of radiance.
        context: of the run; the options `band`, `scale`, `place_radius_km` and
            `minimum_covered_share`.
        fill: a value that stands for no data where the file does not declare it.
        yearly: a layer named by 1 January is of the whole year.

    Returns:
        Columns of SCHEMA; `lit_radiance` is a mean over all ground with data.

    Raises:
        SourceUnavailableError: a raster at an address cannot be read.
    """
    from signals.zonal.site_outlines import site_shapes
    from signals.zonal.zonal_statistics import weighted_mean

    options = context.options
    radius_km = number(card.id, options, "place_radius_km", PLACE_RADIUS_KM)
    band = int(number(card.id, options, "band", 1.0))
    scale = number(card.id, options, "scale", 1.0)
    least = number(card.id, options, "minimum_covered_share", 0.5)
    shapes = site_shapes(at_centres(context).sites, radius_km)
    within = value_range("radiance", scale, fill=fill, lowest=LIT)
    lowest = bounds_of("radiance")[0]
    frames = [pl.DataFrame(schema=SCHEMA)]
    for raw in files if shapes else ():
        try:
            first, last = dates_of(Path(raw.origin).name, 1, yearly=yearly)
            measured = weighted_mean([raw.path], shapes, band=band, within=within)
        except DataRejectedError as error:
            raise_if_remote(raw, error)
            continue
        # Beyond the range lies dark ground, or else a fill value that the file does not declare.
        is_dark = pl.col("outside_value").is_between(lowest / scale, LIT / scale)
        known = pl.col("covered_share") + pl.when(is_dark).then("outside_share").otherwise(0.0)
        lit = pl.col("value").fill_null(0.0) * scale * pl.col("covered_share")
        frames.append(
            measured.with_columns(known=known)
            .filter(pl.col("known") >= least)
            .select(
                "site_id",
                pl.lit(first).alias("observed_from"),
                (lit / pl.col("known")).alias("lit_radiance"),
                pl.col("known").alias("covered_share"),
                pl.lit(radius_km).alias("radius_km"),
                pl.lit(raw.origin).alias("origin"),
                pl.lit(last).alias("observed_to"),
                pl.lit(last + dt.timedelta(days=card.publication_lag_days)).alias("published_on"),
            )
        )
    rows = (
        pl.concat(frames)
        .sort("site_id", "observed_from", "covered_share", "origin")
        .unique(["site_id", "observed_from"], keep="last", maintain_order=True)
    )
    return Staged(TABLE, rows)
