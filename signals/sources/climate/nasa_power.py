"""Daily weather from NASA POWER, asked once for each cell of its grid that holds a site.

Answers are the JSON of one point: `properties.parameter.<name>.<YYYYMMDD>`, with -999 for missing
(`header.fill_value`). Sites of one cell share one answer, and the middle of the cell is asked for,
so that no exact place leaves the project.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from signals.access import Access, Grid, Reach, Requests
from signals.account import NO_SITE_IN_IT, Account, Unit
from signals.card import Collection, Licence, SourceCard
from signals.expected_form import ExpectedForm
from signals.fetching.mirror import mirror_files, number
from signals.fetching.physical_ranges import OutOfRange, file_name
from signals.fetching.responses import read_json
from signals.fetching.source_tables import no_rejections, rejected_file
from signals.source import PullContext, RawFile, Staged
from signals.source_errors import (
    ODD_FORM,
    NotPublishedError,
    SourceUnavailableError,
    StoppedEarlyError,
)
from signals.sources.climate.weather_months import SCHEMA, TABLE, DailyWeather, monthly, site_rows
from suppliers.input_errors import DataRejectedError
from suppliers.intake.days import stated_day
from suppliers.intake.numbers import stated_number

CARD = SourceCard(
    id="nasa_power",
    title="Daily weather (NASA POWER)",
    publisher="NASA Langley Research Center",
    url="https://power.larc.nasa.gov/api/temporal/daily/point",
    licence=Licence(
        id="NASA open data",
        url="https://www.earthdata.nasa.gov/engage/open-data-services-software-policies",
        redistributable=True,
        commercial_use=True,
    ),
    held_by="NASA, from the reanalysis MERRA-2",
    collection=Collection.REMOTE_SENSING,
    cadence="daily",
    publication_lag_days=60,
    coverage="The globe, 0.5 x 0.625 degrees, from 1981",
    expected_rows=(0, 100_000_000),
    counts=(Unit.FILE, Unit.DOCUMENT),
    citation="NASA Langley Research Center, POWER Project, power.larc.nasa.gov.",
    form_verified="2026-11: a recorded answer and public clients; not called live",
    access=Access(
        adds="daily weather: heat, and drought with evaporation",
    ),
    reach=Reach(by="location"),
    requests=(
        *(
            Requests(
                kilobytes=kilobytes,
                per="cell",
                grid=Grid(latitude=0.5, longitude=0.625, counts="nearest"),
            )
            for kilobytes in (900, 70)
        ),
    ),
    location_needed="town",
)

PARAMETERS = ("T2M_MAX", "T2M_MIN", "T2MDEW", "PRECTOTCORR")
#: The publisher takes no more parameters than this for one point.
MAX_PARAMETERS = 20
_CELL_LATITUDE, _CELL_LONGITUDE = 0.5, 0.625
#: Years after which a part of the history is closed.
_CLOSED_YEARS = 5
_MISSING = -999.0
_DAY_DIGITS = 8
#: Units that each parameter may be in; POWER names mm/day as `mm/day` or `mm day-1`.
_UNITS: Mapping[str, tuple[str, ...]] = {
    "T2M_MAX": ("C",), "T2M_MIN": ("C",), "T2MDEW": ("C",),
    "PRECTOTCORR": ("mm/day", "mm day-1", "mm"),
}  # fmt: skip
_CELL_COLUMNS = ("cell_latitude", "cell_longitude")


#: How the publisher's answer is checked.
FORM = ExpectedForm(
    kind="json",
    path=(
        f"?parameters={','.join(PARAMETERS)}&community=AG&longitude=107&latitude=-7"
        "&start=20240101&end=20240102&format=JSON"
    ),
    holds=tuple(f"properties.parameter.{name}" for name in PARAMETERS),
)


def pull(context: PullContext) -> Sequence[RawFile]:
    """Register the answers in the mirror, or ask for the cell of every measurable site.

    Raises:
        StoppedEarlyError: the publisher stopped answering after some cells.
        SourceUnavailableError: it did not answer at all.
        UsageError: the mirror does not exist.
    """
    if context.mirror is not None:
        paths = mirror_files(CARD.id, context.mirror, ["*power*.json", "*.json"], context.options)
        return [context.store.keep(CARD.id, path, key=path.name) for path in paths]
    first = dt.date(int(number(CARD.id, context.options, "first_year", 1991)) - 1, 1, 1)
    last = _quarter_end(context.as_of - dt.timedelta(days=CARD.publication_lag_days))
    cells = _cells(context.sites).select(_CELL_COLUMNS).unique().sort(_CELL_COLUMNS)
    asked = [(*cell, *span) for cell in cells.rows() for span in _spans(first, last)]
    files: list[RawFile] = []
    for latitude, longitude, begin, end in asked:
        url = (
            f"{context.url.rstrip('/')}?parameters={','.join(PARAMETERS)}&community=AG"
            f"&longitude={longitude}&latitude={latitude}&start={begin:%Y%m%d}&end={end:%Y%m%d}"
            "&format=JSON"
        )
        key = f"{latitude}_{longitude}"
        try:
            # The days asked for are past the publication lag: their answer stays.
            files.append(
                context.store.download(CARD.id, url, key=key, expect="json", headers={}, final=True)
            )
        except (SourceUnavailableError, NotPublishedError) as error:
            if not files:
                raise
            raise StoppedEarlyError(
                f"{CARD.id}: {len(files)} of {len(asked)} requests were answered, then: {error}",
                files,
            ) from error
    return files


def _quarter_end(day: dt.date) -> dt.date:
    """The last day of the newest quarter that is over on a day or before it.

    Every cell is a request, at one a second: each month would ask for all of them again.
    """
    after = day + dt.timedelta(days=1)
    return dt.date(after.year, (after.month - 1) // 3 * 3 + 1, 1) - dt.timedelta(days=1)


def _spans(first: dt.date, last: dt.date) -> list[tuple[dt.date, dt.date]]:
    """The days in two parts: up to the end of a year divisible by five, and since.

    The first part is the same for five years of runs, the second for the runs of a quarter.
    """
    closed = dt.date(last.year // _CLOSED_YEARS * _CLOSED_YEARS, 12, 31)
    if closed > last:
        closed = closed.replace(year=closed.year - _CLOSED_YEARS)
    parts = [(first, min(closed, last)), (max(first, closed + dt.timedelta(days=1)), last)]
    return [(begin, end) for begin, end in parts if begin <= end]


def stage(files: Sequence[RawFile], context: PullContext) -> Sequence[Staged]:
    """Bring the months of each answer to the sites of its cell.

    An answer without the coordinates or a parameter, or one cut off, is rejected with its name;
    its sites stay without data.
    """
    sites = _cells(context.sites)
    frames = [pl.DataFrame(schema=SCHEMA)]
    rejected = [no_rejections()]
    account = Account()
    account.count_each(Unit.DOCUMENT, files)
    for raw in files:
        try:
            outside = OutOfRange(file_name(raw.origin))
            latitude, longitude, weather = _read(Path(raw.path), outside)
        except DataRejectedError as error:
            rejected.append(rejected_file(raw, error))
            continue
        rejected.append(outside.rejected())
        cell = (_middle(latitude, _CELL_LATITUDE), _middle(longitude, _CELL_LONGITUDE))
        here = sites.filter(pl.col("cell_latitude") == cell[0], pl.col("cell_longitude") == cell[1])
        account.note(raw, is_used=not here.is_empty(), otherwise=NO_SITE_IN_IT)
        if here.is_empty():
            continue
        frames.append(
            site_rows(
                monthly(weather),
                here.rename({"cell_latitude": "latitude"}),
                CARD.id,
                raw.origin,
                CARD.publication_lag_days,
            )
        )
    rows = pl.concat(frames).unique(["site_id", "month"], keep="first", maintain_order=True)
    return [Staged(TABLE, rows, pl.concat(rejected), account)]


def _cells(sites: pl.DataFrame) -> pl.DataFrame:
    """Measurable sites with the middle of their cell; longitudes as -180 to 180."""
    if sites.is_empty():
        return pl.DataFrame(
            schema={"site_id": pl.String, **dict.fromkeys(_CELL_COLUMNS, pl.Float64)}
        )
    from signals.zonal.site_outlines import site_shapes

    shapes = site_shapes(sites, 1.0)
    places = [shape.geometry.centroid for shape in shapes]
    return pl.DataFrame(
        {
            "site_id": [shape.site_id for shape in shapes],
            "cell_latitude": [_middle(place.y, _CELL_LATITUDE) for place in places],
            "cell_longitude": [_middle(place.x, _CELL_LONGITUDE) for place in places],
        },
        schema={"site_id": pl.String, **dict.fromkeys(_CELL_COLUMNS, pl.Float64)},
    )


def _middle(degrees: float, step: float) -> float:
    return round(round(degrees / step) * step, 4)


def _read(path: Path, outside: OutOfRange) -> tuple[float, float, DailyWeather]:
    name = outside.name
    content: Any = read_json(path)
    try:
        longitude, latitude = content["geometry"]["coordinates"][:2]
        parameters: Mapping[str, Mapping[str, Any]] = content["properties"]["parameter"]
        missing = stated_number(content.get("header", {}).get("fill_value", _MISSING))
        units = {
            key: str(known["units"]) for key, known in content.get("parameters", {}).items()
            if key in PARAMETERS
        }  # fmt: skip
        days = sorted(parameters["T2M_MAX"])
        dates = [_day(day, name) for day in days]
        values = {key: _series(parameters[key], days, missing) for key in PARAMETERS}
    except ODD_FORM as error:
        raise DataRejectedError(
            f"{name}: no daily answer of NASA POWER with {', '.join(PARAMETERS)}; ask for "
            "format=JSON and these parameters."
        ) from error
    for key, unit in units.items():
        if unit not in _UNITS[key]:
            raise DataRejectedError(
                f"{name}: {key} is in {unit!r} and not in {_UNITS[key][0]}; ask for the community "
                "AG."
            )
    # The service gives longitudes as asked; a file may hold them from 0 to 360.
    east = (stated_number(longitude) + 180.0) % 360.0 - 180.0
    return (
        stated_number(latitude),
        east,
        DailyWeather(
            days=dates,
            lowest_c=outside.keep(values["T2M_MIN"], "temperature"),
            highest_c=outside.keep(values["T2M_MAX"], "temperature"),
            dew_point_c=outside.keep(values["T2MDEW"], "dew_point"),
            precipitation_mm=outside.keep(values["PRECTOTCORR"], "rain_of_day"),
        ),
    )


def _day(text: str, name: str) -> dt.date:
    """A key of the daily answer; those of monthly and hourly ones have other lengths."""
    if len(text) != _DAY_DIGITS:
        raise DataRejectedError(
            f"{name}: its times are like {text!r}, which is no day; ask for the daily answer."
        )
    return stated_day(text)


def _series(by_day: Mapping[str, Any], days: Sequence[str], missing: float) -> NDArray[np.float64]:
    values = np.array([stated_number(by_day.get(day, missing)) for day in days])
    values[(values == missing) | (values == _MISSING)] = np.nan
    return values
