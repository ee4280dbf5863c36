"""The day of a break: how near to the event, whether later runs keep it, and who has none.

Runs of `vegetation_break` on real series, one after another. A date counts where a fall stands.
The delay is counted in observations of the site, from the event to the date given, and to the day
on which the fall was detected. A `not_covered` is forced where the record before the last two years
is shorter than the least history, or nothing lies in the last two years.
"""

from __future__ import annotations

import datetime as dt

import numpy as np
import polars as pl

from benchmarks.break_series import Series, read_series
from benchmarks.shared_data import shared_data
from signals.landuse.vegetation_break import (
    MIN_HISTORY,
    MIN_HISTORY_YEARS,
    MONITORED_DAYS,
    TABLES,
    site_breaks,
)

ID = "breaks_dates"
GOAL = "dates of breaks: near the event, kept by later runs; no record left out without need"
KIND = "validate"

_PERCENT = 100.0


def run() -> str:
    """Print the tables and return the figures.

    Raises:
        DataRejectedError: the shared data folder is absent.
    """
    folder = shared_data("earth/ts-labelled-brazil").parent
    totals = {
        "dated": 0,
        "within": 0,
        "kept": 0,
        "repeated": 0,
        "unforced": 0,
        "quiet": 0,
        "false": 0,
    }
    for series in read_series(folder):
        found = pl.concat([_at(series.rows, day) for day in series.runs])
        dated = found.filter(pl.col("broke_on").is_not_null())
        print(
            f"\n{series.title}: {series.rows['site_id'].n_unique()} sites, {len(series.runs)} runs"
        )
        counts = _stability(series, dated) | _forced(series, found) | _quiet(series, found)
        if series.event is not None:
            counts |= _delays(series, dated, series.event)
        for name, count in counts.items():
            totals[name] += count
    return (
        f"{_share(totals['within'], totals['dated'])} of {totals['dated']} dates within one "
        f"observation of the event; {_share(totals['kept'], totals['repeated'])} of "
        f"{totals['repeated']} repeated by the next run stay within one observation; "
        f"{_share(totals['false'], totals['quiet'])} of {totals['quiet']} quiet sites ever have a "
        f"break; {totals['unforced']} not covered without need"
    )


def _at(rows: pl.DataFrame, day: dt.date) -> pl.DataFrame:
    known = rows.filter(pl.col("observed_from") <= day)
    return site_breaks({TABLES[0]: known.lazy()}, day).with_columns(as_of=pl.lit(day))


def _delays(series: Series, dated: pl.DataFrame, event: tuple[dt.date, dt.date]) -> dict[str, int]:
    """Observations between the event and the date; none where it lies in the time of the event."""
    with_event = dated.filter(~pl.col("site_id").is_in(series.quiet))
    delays = _observations_between(series.rows, with_event, "broke_on", event)
    detected = _observations_between(series.rows, with_event, "detected_on", event)
    within = int((np.abs(delays) <= 1).sum())
    sites = series.rows["site_id"].n_unique() - len(series.quiet)
    print(
        f"  event {event[0]} to {event[1]}: seen at {with_event['site_id'].n_unique()} of {sites} "
        f"sites; {_share(within, delays.size)} of {delays.size} dates within one observation, "
        f"median {np.median(delays):.0f}; detected after {np.median(detected):.0f}"
        if delays.size
        else "  event: never seen"
    )
    return {"dated": delays.size, "within": within}


def _observations_between(
    rows: pl.DataFrame, dated: pl.DataFrame, column: str, event: tuple[dt.date, dt.date]
) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """Per date, observations of its site from the event to it; negative before the event."""
    days = {
        key[0]: part["observed_from"].to_numpy()
        for key, part in rows.partition_by("site_id", as_dict=True).items()
    }
    first, last = (np.datetime64(day) for day in event)
    found = []
    for site, date in dated.select("site_id", column).iter_rows():
        own, at = days[site], np.datetime64(date)
        if at < first:
            found.append(-int(((own > at) & (own <= first)).sum()))
        else:
            found.append(int(((own > last) & (own <= at)).sum()))
    return np.array(found, dtype=np.int64)


def _stability(series: Series, dated: pl.DataFrame) -> dict[str, int]:
    """Whether a run gives an event the day that the run before gave it, to an observation.

    A day after the run before is of another event, which that run could not know.
    """
    step = series.rows.group_by("site_id").agg(
        step=pl.col("observed_from").sort().diff().dt.total_days().median()
    )
    pairs = (
        dated.sort("site_id", "as_of")
        .with_columns(
            earlier=pl.col("broke_on").shift(1).over("site_id"),
            earlier_run=pl.col("as_of").shift(1).over("site_id"),
        )
        .filter(pl.col("broke_on") <= pl.col("earlier_run"))
        .join(step, on="site_id")
        .with_columns(moved=(pl.col("broke_on") - pl.col("earlier")).dt.total_days().abs())
    )
    exact = int((pairs["moved"] == 0).sum())
    kept = int((pairs["moved"] <= 1.1 * pairs["step"]).sum())
    print(
        f"  {dated['site_id'].n_unique()} sites with a break; {pairs.height} repeated by the next "
        f"run: the same day {_share(exact, pairs.height)}, within one observation "
        f"{_share(kept, pairs.height)}"
    )
    return {"kept": kept, "repeated": pairs.height}


def _forced(series: Series, found: pl.DataFrame) -> dict[str, int]:
    """Sites that are not covered, though their own record is long enough."""
    unforced = 0
    missing = found.filter(pl.col("status") == "not_covered")
    for day in missing["as_of"].unique():
        start = day - dt.timedelta(days=MONITORED_DAYS)
        known = series.rows.filter(pl.col("observed_from") <= day)
        records = known.group_by("site_id").agg(
            before=(pl.col("observed_from") < start).sum(),
            after=(pl.col("observed_from") >= start).sum(),
            step=pl.col("observed_from").sort().diff().dt.total_days().median(),
        )
        least = pl.when(pl.col("step") > 240).then(MIN_HISTORY_YEARS).otherwise(MIN_HISTORY)
        enough = records.filter((pl.col("before") >= least) & (pl.col("after") > 0))
        at_day = missing.filter(pl.col("as_of") == day)
        unforced += at_day.join(enough, on="site_id", how="semi").height
    print(f"  not covered: {missing.height} of {found.height}, {unforced} of them without need")
    return {"unforced": unforced}


def _quiet(series: Series, found: pl.DataFrame) -> dict[str, int]:
    if not series.quiet:
        return {}
    ever = found.filter(pl.col("broke_on").is_not_null() & pl.col("site_id").is_in(series.quiet))
    count = ever["site_id"].n_unique()
    print(f"  quiet: {count} of {len(series.quiet)} sites ever have a break")
    return {"quiet": len(series.quiet), "false": count}


def _share(part: int, whole: int) -> str:
    return f"{_PERCENT * part / whole:.1f} %" if whole else "-"
