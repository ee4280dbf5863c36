"""Daily weather from ERA5 or ERA5-Land, NetCDF 4 or GRIB files as downloaded.

Variables by the publisher's or CF's names: highest temperature (mx2t, tasmax), lowest (mn2t,
tasmin), dew point (d2m, tdps) and rain (tp, pr), on a grid of time, latitude and longitude or as a
list of places. NetCDF may hold days or hours: hours become days, also those of temperature (t2m)
and of rain summed since midnight (ERA5-Land); longer steps are rejected. Units are read from the
file; longitudes may run from 0 to 360. A site at the coast whose own cell is empty takes the
nearest cell with data within `nearest_km`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl

from signals.access import Access, AccessKind
from signals.account import Account, Unit
from signals.card import Collection, Licence, SourceCard
from signals.fetching.mirror import mirror_files, number
from signals.fetching.physical_ranges import OutOfRange, file_name
from signals.fetching.source_tables import no_rejections, rejected_file
from signals.source import PullContext, RawFile, Staged
from signals.sources.climate.weather_grib import read_grib
from signals.sources.climate.weather_grids import read_places
from signals.sources.climate.weather_layers import WeatherLayers
from signals.sources.climate.weather_months import SCHEMA, TABLE, DailyWeather, monthly, site_rows
from signals.sources.climate.weather_variables import PLACE_VARIABLES
from suppliers.input_errors import DataRejectedError

CARD = SourceCard(
    id="era5",
    title="Daily weather (ERA5, ERA5-Land)",
    publisher="Copernicus Climate Change Service, ECMWF",
    url="https://cds.climate.copernicus.eu",
    licence=Licence(
        id="CC-BY-4.0",
        url="https://creativecommons.org/licenses/by/4.0/",
        redistributable=True,
        commercial_use=True,
    ),
    held_by="Copernicus Climate Change Service, from observations and a weather model",
    collection=Collection.REMOTE_SENSING,
    cadence="daily",
    publication_lag_days=90,
    coverage="The globe, 0.25 degrees (ERA5-Land 0.1 on land), from 1940",
    expected_rows=(0, 100_000_000),
    counts=(Unit.FILE, Unit.LAYER),
    citation=(
        "Hersbach et al. 2020, The ERA5 global reanalysis, Quarterly Journal of the Royal "
        "Meteorological Society 146:1999-2049."
    ),
    access=Access(
        kind=AccessKind.FREE_ACCOUNT,
        register_at="https://cds.climate.copernicus.eu/",
        price="free",
        waiting_time="minutes; an order of files takes hours",
        adds="weather and heat from reanalysis, as NetCDF or GRIB",
    ),
    location_needed="town",
    is_isolated=True,
)

_NEAREST_KM = 40.0
#: Staged columns and the variables that they are made of.
_MADE_OF = {
    "lowest_c": ["lowest_c"],
    "highest_c": ["highest_c"],
    "precipitation_mm": ["precipitation_mm"],
    "heat_hours": ["highest_c", "dew_point_c"],
}
_PATTERNS = ("*.nc", "*.nc4", "*.grib", "*.grib2", "*.grb", "*.grb2")


def pull(context: PullContext) -> Sequence[RawFile]:
    """Register the files of the mirror; the publisher needs an account, so mirror only.

    Raises:
        SourceUnavailableError: the mirror has no such file.
        UsageError: the mirror does not exist.
    """
    if context.mirror is None:
        return ()
    paths = mirror_files(
        CARD.id,
        context.mirror,
        _PATTERNS,
        context.options,
    )
    return [context.store.keep(CARD.id, path, key=path.name) for path in paths]


def stage(files: Sequence[RawFile], context: PullContext) -> Sequence[Staged]:
    """Bring the months of the nearest cell with data to each site.

    A file that is neither NetCDF 4 nor GRIB, has none of the variables or an unknown unit is
    rejected by name.
    """
    nearest_km = number(CARD.id, context.options, "nearest_km", _NEAREST_KM)
    rejected = [no_rejections()]
    account = Account()
    found: list[pl.DataFrame] = []
    of_files: dict[RawFile, WeatherLayers] = {}
    for raw in files:
        layers = WeatherLayers()
        try:
            is_grib = _is_grib(Path(raw.path))
            read = read_grib if is_grib else read_places
            outside = OutOfRange(file_name(raw.origin))
            daily = read(Path(raw.path), context.sites, nearest_km, outside, layers)
        except DataRejectedError as error:
            rejected.append(rejected_file(raw, error))
            account.count_each(Unit.LAYER, [raw])
            continue
        of_files[raw] = layers
        rejected.append(outside.rejected())
        found.append(daily.with_columns(origin=pl.lit(raw.origin)))
    frames = [pl.DataFrame(schema=SCHEMA)]
    if found:
        every = pl.concat(found)
        held, hours_apart = _without_hours_apart(every)
        rejected.append(hours_apart)
        days = held.unique(["site_id", "day", "variable"], keep="first", maintain_order=True).sort(
            "site_id", "day"
        )
        for (site_id,), part in days.group_by("site_id", maintain_order=True):
            frames.append(
                site_rows(
                    monthly(_weather(part)),
                    pl.DataFrame({"site_id": [site_id], "latitude": [part["latitude"][0]]}),
                    CARD.id,
                    str(part["origin"][-1]),
                    CARD.publication_lag_days,
                )
            )
        _count(account, of_files, _Days(every, held, days), pl.concat(frames))
    return [Staged(TABLE, pl.concat(frames), pl.concat(rejected), account)]


@dataclass(frozen=True)
class _Days:
    """Days of sites: given by files, without files that contradict others, and each once."""

    given: pl.DataFrame
    sound: pl.DataFrame
    kept: pl.DataFrame


def _count(
    account: Account,
    of_files: Mapping[RawFile, WeatherLayers],
    days: _Days,
    rows: pl.DataFrame,
) -> None:
    """Count the layers of all files: a layer is used where its day is in a month that is staged."""
    staged = (
        rows.select("site_id", "month", *(pl.col(name) for name in _MADE_OF))
        .unpivot(index=["site_id", "month"], variable_name="made")
        .drop_nulls("value")
        .with_columns(variable=pl.col("made").replace_strict(_MADE_OF))
        .explode("variable")
    )
    taken = days.kept.with_columns(month=pl.col("day").dt.month_start()).join(
        staged, on=["site_id", "month", "variable"], how="semi"
    )
    rejected = set(days.given["origin"]) - set(days.sound["origin"])
    for raw, layers in of_files.items():
        if raw.origin in rejected:
            layers.reject(account, raw)
            continue
        of_file = (part.filter(origin=raw.origin) for part in (days.sound, days.kept, taken))
        layers.count(account, raw, *of_file)


def _without_hours_apart(days: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The rows without files that hold different hours of the same day, and these files rejected.

    One file an hour looks like one file a day until they are laid beside each other.
    """
    apart = (
        days.group_by("site_id", "day", "variable")
        .agg(pl.col("hour").n_unique().alias("hours"), pl.col("origin").unique())
        .filter(pl.col("hours") > 1)
        .explode("origin")
    )
    names = apart.select(pl.col("origin").unique().sort())
    rejected = names.select(
        pl.col("origin").map_elements(file_name, pl.String).alias("source_file"),
        pl.lit(None, pl.Int64).alias("source_row"),
        pl.lit("unreadable_file").alias("rule"),
        pl.format(
            "{}: other files hold other hours of its days; put all hours of a day into one file.",
            pl.col("origin").map_elements(file_name, pl.String),
        ).alias("reason"),
    )
    return days.join(names, on="origin", how="anti"), rejected


def _is_grib(path: Path) -> bool:
    with path.open("rb") as stream:
        return stream.read(4) == b"GRIB"


def _weather(part: pl.DataFrame) -> DailyWeather:
    wide = part.pivot(on="variable", index="day", values="value").sort("day")
    columns = {
        name: (
            wide[name].cast(pl.Float64).fill_null(np.nan).to_numpy()
            if name in wide.columns
            else np.full(wide.height, np.nan)
        )
        for name in PLACE_VARIABLES
    }
    return DailyWeather(days=wide["day"].to_list(), **columns)
