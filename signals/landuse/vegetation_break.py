"""A lasting, statistically significant fall of NDVI around a site in the last two years.

A season-trend model is fitted to the years before and its moving residual sums are watched
(`signals.changepoint.season_breaks`, calibrated). The fall is the median residual since the day it
was seen, so that a late one is not lost among what came before it. Over all sites the
false discovery rate is held at 5 % (Benjamini and Yekutieli); a site whose break is
not confirmed has the value 0, which is measured.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

import numpy as np
import polars as pl

from signals.card import ChangeType, EvidenceGrade, IloIndicator, IloLink, Pillar, SignalCard

CARD = SignalCard(
    id="vegetation_break",
    title="Break in the vegetation around the site",
    pillar=Pillar.LAND_USE,
    sources=("modis_ndvi", "sentinel2", "landsat"),
    inputs=(
        "stg_modis_ndvi__site_means",
        "stg_sentinel2__site_ndvi",
        "stg_landsat__site_ndvi",
    ),
    unit="fall of NDVI",
    direction=1,
    ilo=(IloLink(indicator=IloIndicator.ABUSIVE_CONDITIONS, strength=1, path="context"),),
    evidence_grade=EvidenceGrade.C,
    support="site",
    site_rule="mean",
    change_type=ChangeType.VEGETATION_LOSS,
    lag="A break is seen six to ten months after it happened.",
    max_age_days=365,
    valid_range=(0.0, 2.0),
    limits=(
        "Drought, harvest and a change of crop break a series as clearing does.",
        "A mean over the whole buffer hides small clearings.",
        "It does not show who cleared the land, nor under which conditions.",
    ),
    references=(
        "Verbesselt et al. 2012, Remote Sensing of Environment 123:98-108",
        "Benjamini and Yekutieli 2001, Annals of Statistics 29:1165-1188",
    ),
    sentence="Fall of vegetation greenness (NDVI) around its sites in {period}: {value}.",
)

#: Tables in the order in which they are preferred: the longest record first.
_SOURCE_OF = {
    "stg_modis_ndvi__site_means": "modis_ndvi",
    "stg_sentinel2__site_ndvi": "sentinel2",
    "stg_landsat__site_ndvi": "landsat",
}
TABLES = tuple(_SOURCE_OF)

MONITORED_DAYS = 730
#: Moving sums of a year at most reach this far back from the run; an event before is not of the
#: last two years, even where the level stays low and the sums cross again in every later run.
EVENT_WITHIN_DAYS = MONITORED_DAYS + 366
MIN_HISTORY = 24
#: Years that a history of yearly composites needs; yearly data have no season to fit.
MIN_HISTORY_YEARS = 8
LEVEL = 0.05

_SCHEMA: dict[str, pl.DataType] = {
    "site_id": pl.String(),
    "period": pl.String(),
    "value": pl.Float64(),
    "stderr": pl.Float64(),
    "quality": pl.Float64(),
    "observed_to": pl.Date(),
    "origin": pl.String(),
    "source_id": pl.String(),
    "status": pl.String(),
    "status_reason": pl.String(),
}


_DAYS: dict[str, pl.DataType] = {"broke_on": pl.Date(), "detected_on": pl.Date()}

#: What monitoring finds, beside whether the record is long enough.
_FITTED: dict[str, pl.DataType] = {
    "p_value": pl.Float64(),
    "fall": pl.Float64(),
    "error": pl.Float64(),
    "error_without": pl.Float64(),
    "event_on": pl.Date(),
    "seen_on": pl.Date(),
}

_DAYS_PER_YEAR = 365.25


def compute(inputs: Mapping[str, pl.LazyFrame]) -> pl.LazyFrame:
    """Fall per site from the first table that knows it; a short record is `not_covered`."""
    as_of: dt.date = inputs["run"].select("as_of").collect().item()
    return site_breaks(inputs, as_of).select(list(_SCHEMA)).lazy()


def site_breaks(inputs: Mapping[str, pl.LazyFrame], as_of: dt.date) -> pl.DataFrame:
    """What `compute` gives, with the table each site was read from and the days of its break.

    Args:
        inputs: those of `TABLES` that are available.
        as_of: the day of the run.

    Returns:
        One row per site; broke_on (first observation after the event) and detected_on (when the
        monitoring saw it) are null where no break stands.
    """
    whole = {**_SCHEMA, **_DAYS, "table": pl.String()}
    found = [pl.DataFrame(schema=whole)]
    for table in TABLES:
        if table not in inputs:
            continue
        rows = inputs[table].select(
            "site_id", "observed_from", "observed_to", "value", "covered_share", "origin"
        )
        read = _breaks(rows.collect(), as_of).with_columns(
            table=pl.lit(table), source_id=pl.lit(_SOURCE_OF[table])
        )
        found.append(read.select(pl.col(name).cast(kind) for name, kind in whole.items()))
    known = pl.concat(found).sort("site_id", pl.col("value").is_null(), maintain_order=True)
    return known.unique("site_id", keep="first", maintain_order=True)


def _breaks(rows: pl.DataFrame, as_of: dt.date) -> pl.DataFrame:
    """Breaks of the sites of one table, each by the model of its own observations of a year.

    Sites of one cadence are fitted together; a site observed once a year beside others observed
    every month, or on another day of the year, keeps the model of yearly series.
    """
    from signals.changepoint.false_discovery import adjusted_p_values

    if rows.is_empty():
        return pl.DataFrame(schema={**_SCHEMA, **_DAYS})
    alike = _with_cadence(rows).partition_by("per_year", maintain_order=True)
    found = pl.concat([_fitted(part, as_of) for part in alike])
    p_values = found["p_value"].fill_null(np.nan).to_numpy()
    return _worded(found.with_columns(adjusted=pl.Series(adjusted_p_values(p_values))))


def _with_cadence(rows: pl.DataFrame) -> pl.DataFrame:
    """Rows with `per_year`: how many observations of their site fall into a year, rounded."""
    step = pl.col("observed_from").diff().dt.total_days().median()
    cadence = (
        rows.sort("observed_from")
        .filter(pl.col("value").is_finite())
        .group_by("site_id")
        .agg(per_year=(_DAYS_PER_YEAR / step).round().cast(pl.Int64))
        # One observation has no step: too few of whatever cadence.
        .with_columns(pl.col("per_year").fill_null(1).clip(lower_bound=1))
    )
    return rows.join(cadence, on="site_id", how="left", maintain_order="left").with_columns(
        pl.col("per_year").fill_null(1)
    )


def _fitted(rows: pl.DataFrame, as_of: dt.date) -> pl.DataFrame:
    """What monitoring finds at each site of one cadence; `is_usable` false where it cannot."""
    from signals.changepoint.season_breaks import find_breaks

    per_year = float(rows["per_year"][0])
    dates = rows["observed_from"].unique().sort()
    wide = rows.sort("observed_from").pivot("observed_from", index="site_id", values="value")
    wide = wide.sort("site_id").select("site_id", *(str(date) for date in dates))
    values = wide.drop("site_id").to_numpy().astype(np.float64)
    days = (dates - dt.date(2000, 1, 1)).dt.total_days().to_numpy()
    monitor_from = int(np.searchsorted(days, (as_of - dt.date(2000, 1, 1)).days - MONITORED_DAYS))
    ends = rows.sort("observed_from").group_by("site_id", maintain_order=True)
    last = ends.agg(pl.col("observed_to", "origin").last(), pl.col("covered_share").mean())
    sites = wide.select("site_id").join(last, on="site_id", how="left", maintain_order="left")
    if not 0 < monitor_from < len(days):
        return sites.select(
            pl.all(),
            *(pl.lit(None, kind).alias(name) for name, kind in _FITTED.items()),
        ).with_columns(is_usable=pl.lit(False))
    cycles = 2000.0 + days / _DAYS_PER_YEAR
    found = find_breaks(values, cycles, monitor_from, per_year=per_year)
    least = MIN_HISTORY_YEARS if per_year <= 1 else MIN_HISTORY
    usable = found.has_model & (found.history >= least) & (found.monitored > 0)
    earliest = (as_of - dt.date(2000, 1, 1)).days - EVENT_WITHIN_DAYS
    is_recent = (found.event_at >= 0) & (days[np.maximum(found.event_at, 0)] >= earliest)
    is_fall = usable & is_recent & (found.since_break < 0.0)
    seen = np.where(is_fall, found.seen_since, found.monitored)
    return sites.with_columns(
        is_usable=pl.Series(usable),
        p_value=pl.Series(np.where(usable, found.p_value, np.nan)),
        fall=pl.Series(np.where(is_fall, -found.since_break, 0.0)),
        error=pl.Series(found.sigma / np.sqrt(np.maximum(seen, 1))),
        error_without=pl.Series(found.sigma / np.sqrt(np.maximum(found.monitored, 1))),
        event_on=dates.gather(np.maximum(found.event_at, 0)),
        seen_on=dates.gather(np.maximum(found.break_at, 0)),
    )


def _worded(found: pl.DataFrame) -> pl.DataFrame:
    """Rows of the signal: a fall stands where its false discovery rate is at most the level."""
    stands = (pl.col("adjusted") <= LEVEL) & (pl.col("fall") > 0.0)
    return (
        found.with_columns(stands=stands.fill_null(False) & pl.col("is_usable"))
        .sort("site_id")
        .select(
            "site_id",
            period=pl.when("stands")
            .then(
                pl.format(
                    "the time since {} (detected {})",
                    pl.col("event_on").dt.to_string("%Y-%m"),
                    pl.col("seen_on").dt.to_string("%Y-%m"),
                )
            )
            .otherwise(pl.lit("the last two years")),
            value=pl.when("is_usable").then(pl.when("stands").then("fall").otherwise(0.0)),
            stderr=pl.when("is_usable").then(
                pl.when("stands").then("error").otherwise("error_without")
            ),
            quality=pl.when("is_usable").then(pl.col("covered_share").clip(0.0, 1.0)),
            observed_to="observed_to",
            origin="origin",
            status=pl.when(~pl.col("is_usable")).then(pl.lit("not_covered")),
            status_reason=pl.when(~pl.col("is_usable")).then(pl.lit(_SHORT)),
            broke_on=pl.when("stands").then("event_on"),
            detected_on=pl.when("stands").then("seen_on"),
        )
    )


_SHORT = "too few cloudless observations before the last two years"
