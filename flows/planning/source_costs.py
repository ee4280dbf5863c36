"""Requests, bytes and minutes of a first run of a source, from the facts on its card."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

import polars as pl

from flows.planning.source_reach import Reached
from signals.access import Grid, Periods, Requests
from signals.card import SourceCard
from signals.fetching.host_limits import limit_of

#: Circle around a site where the source's options state none.
_RADIUS_KM = 5.0

_DAYS = {"years": 365.25, "quarters": 91.3125, "months": 30.4375, "days": 1.0, "hours": 1 / 24}
_PERIOD_DAYS = {
    "year": 365.25,
    "quarter": 91.3125,
    "month": 30.4375,
    "5 days": 5.0,
    "quarter_hour": 1 / 96,
}


@dataclass(frozen=True)
class Cost:
    """What a first run with an empty store asks of a publisher.

    Attributes:
        pull_requests: made when the source is pulled.
        requests: those and the windows of rasters read when it is measured.
        megabytes: transferred, as published.
        minutes: at the pace that the host allows; transfer time is not included.
    """

    pull_requests: int
    requests: int
    megabytes: float
    minutes: float


NOTHING = Cost(0, 0, 0.0, 0.0)


def cost_of(
    card: SourceCard,
    url: str,
    options: Mapping[str, object],
    what: Reached,
    as_of: dt.date,
    *,
    has_key: bool,
) -> Cost:
    """The cost of a source at its address for a list.

    Args:
        card: of the source.
        url: its address, secrets as `{NAME}`.
        options: of the source.
        what: it could speak for; a source that could speak for no one is not asked.
        as_of: of the run.
        has_key: whether its key is in the environment; sources without one have it.
    """
    if not what.suppliers.any():
        return NOTHING
    pulled = total = 0
    kilobytes = 0.0
    for sort in card.requests:
        if sort.key != "either" and (sort.key == "with") != has_key:
            continue
        number = _number(sort, card, options, what, as_of)
        total += number
        pulled += number if sort.when == "pull" else 0
        kilobytes += number * sort.kilobytes
    pause = limit_of(urlsplit(url).hostname).pause_seconds
    return Cost(pulled, total, kilobytes / 1000.0, total * pause / 60.0)


def _number(
    sort: Requests,
    card: SourceCard,
    options: Mapping[str, object],
    what: Reached,
    as_of: dt.date,
) -> int:
    periods = 1 if sort.periods is None else _periods(sort.periods, card, options, as_of)
    counted = math.ceil(_counted(sort, options, what) / sort.group)
    return math.ceil(round(sort.each * counted * periods, 6))


def _counted(sort: Requests, options: Mapping[str, object], what: Reached) -> int:
    if sort.per is None:
        return 1
    if sort.per == "site":
        return what.sites.height
    if sort.per == "country":
        return len(what.countries)
    if sort.grid is not None:
        return _cells(sort.grid, what.sites, _number_option(options, "radius_km", _RADIUS_KM))
    chosen = {
        "all": what.suppliers,
        "with_identifier": what.identified,
        "without_identifier": what.suppliers & ~what.identified,
    }[sort.among]
    number = int(chosen.sum())
    most = sort.at_most
    if most is not None and sort.at_most_option:
        most = int(_number_option(options, sort.at_most_option, most))
    return number if most is None else min(number, most)


def _cells(grid: Grid, sites: pl.DataFrame, radius_km: float) -> int:
    """Number of cells of a grid that sites are in, touch or are nearest to."""
    from signals.zonal.site_outlines import site_shapes

    found: set[tuple[int, int]] = set()
    for shape in site_shapes(sites, radius_km):
        if grid.counts == "touched":
            west, south, east, north = shape.geometry.bounds
            found |= {
                (row, column)
                for row in range(_floor(south, grid.latitude), _floor(north, grid.latitude) + 1)
                for column in range(_floor(west, grid.longitude), _floor(east, grid.longitude) + 1)
            }
            continue
        centre = shape.geometry.centroid
        rounded = math.floor if grid.counts == "centre" else round
        found.add((rounded(centre.y / grid.latitude), rounded(centre.x / grid.longitude)))
    return len(found)


def _floor(degrees: float, step: float) -> int:
    return math.floor(degrees / step)


def _periods(
    periods: Periods, card: SourceCard, options: Mapping[str, object], as_of: dt.date
) -> int:
    value = _number_option(options, periods.option, periods.default)
    if periods.unit != "first_year":
        days = value * _DAYS[periods.unit]
        return math.ceil(round(days / _PERIOD_DAYS[periods.every], 6)) + periods.and_more
    last = as_of - dt.timedelta(days=card.publication_lag_days)
    first_year = int(value) - periods.earlier_years
    if periods.every == "year":
        return max(last.year - first_year + 1, 0) + periods.and_more
    return max((last.year - first_year) * 12 + last.month, 0) + periods.and_more


def _number_option(options: Mapping[str, object], name: str, default: float) -> float:
    value = options.get(name) if name else None
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return float(value) if is_number and isinstance(value, int | float) else float(default)
