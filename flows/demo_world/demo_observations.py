"""Rain of stations and fires seen from orbit, in the formats of their publishers."""

import datetime as dt
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import polars as pl

from flows.demo_world.demo_companies import Supplier
from flows.demo_world.demo_geography import Box

RAIN_FIRST_YEAR, RAIN_LAST_YEAR = 1990, 2022
#: Fires are known for the 24 months before the demo's as-of date.
FIRES_FROM, FIRES_UNTIL = dt.date(2020, 3, 1), dt.date(2022, 2, 28)
_DROUGHT_FROM, _DROUGHT_UNTIL = (2021, 2), (2022, 2)
_DROUGHT_FACTORS = (0.58, 0.72)
_WITHIN_DEGREES = 0.03
#: One detection a day in an empty desert, so that every day of the archive is a day with a file.
_REMOTE = (-23.5, 133.0)


def write_rain(
    path: Path, boxes: Sequence[Box], suppliers: Sequence[Supplier], random: np.random.Generator
) -> None:
    """One station per box, and a droughty one where each misplaced site would be looked for."""
    stations = [
        (f"demo-{box.box_id}", box.latitude, box.longitude, box.has_drought) for box in boxes
    ]
    for supplier in suppliers:
        for site in supplier.sites:
            if isinstance(site.written, tuple):
                stations.append((f"demo-{supplier.supplier_id.lower()}", *site.written, True))
            elif site.box_id is None and site.written is None:
                place = (site.latitude, site.longitude)
                stations.append((f"demo-{supplier.supplier_id.lower()}", *place, True))
    frames = []
    years = range(RAIN_FIRST_YEAR, RAIN_LAST_YEAR + 1)
    calendar = [(year, month) for year in years for month in range(1, 13)]
    for station_id, latitude, longitude, has_drought in stations:
        yearly_mm = random.uniform(900, 2600)
        wettest = random.uniform(0, 12)
        months = np.array([month for _, month in calendar])
        season = 1 + 0.7 * np.cos((months - wettest) * np.pi / 6)
        rain = random.gamma(4.0, yearly_mm / 12 * season / 4.0)
        if has_drought:
            dry = [_DROUGHT_FROM <= when <= _DROUGHT_UNTIL for when in calendar]
            rain = np.where(dry, rain * random.uniform(*_DROUGHT_FACTORS), rain)
        frames.append(
            pl.DataFrame(
                {
                    "station_id": [station_id] * len(calendar),
                    "latitude": [round(latitude, 5)] * len(calendar),
                    "longitude": [round(longitude, 5)] * len(calendar),
                    "year": [year for year, _ in calendar],
                    "month": months,
                    "precipitation_mm": np.round(rain, 1),
                }
            )
        )
    path.parent.mkdir(parents=True, exist_ok=True)
    pl.concat(frames).write_csv(path)


def write_fires(folder: Path, suppliers: Sequence[Supplier], random: np.random.Generator) -> None:
    """One CSV a month in the columns of a FIRMS MODIS file, of the whole world by its name."""
    folder.mkdir(parents=True, exist_ok=True)
    days = (FIRES_UNTIL - FIRES_FROM).days + 1
    rows = [(FIRES_FROM + dt.timedelta(days=day), *_REMOTE) for day in range(days)]
    for supplier in suppliers:
        for site in supplier.sites:
            place = (site.latitude, site.longitude)
            if isinstance(site.written, tuple):
                # Around the true place of a swapped site all is quiet; around the wrong one not.
                place, yearly = site.written, 80.0
            else:
                yearly = site.fires_per_year
            for day in random.integers(0, days, int(random.poisson(yearly * days / 365.25))):
                off = random.uniform(-_WITHIN_DEGREES, _WITHIN_DEGREES, 2)
                rows.append(
                    (FIRES_FROM + dt.timedelta(days=int(day)), place[0] + off[0], place[1] + off[1])
                )
    is_day = random.random(len(rows)) < 0.7
    power = np.round(random.gamma(2.0, 9.0, len(rows)), 1)
    frame = (
        pl.DataFrame(
            {
                "latitude": [round(float(row[1]), 5) for row in rows],
                "longitude": [round(float(row[2]), 5) for row in rows],
                "brightness": np.round(305 + power, 1),
                "scan": [1.1] * len(rows),
                "track": [1.0] * len(rows),
                "acq_date": [row[0] for row in rows],
                "acq_time": np.where(is_day, "1330", "0130"),
                "satellite": ["A"] * len(rows),
                "confidence": random.integers(45, 101, len(rows)),
                "version": ["synthetic"] * len(rows),
                "bright_t31": [290.0] * len(rows),
                "frp": power,
                "daynight": np.where(is_day, "D", "N"),
            }
        )
        .sort("acq_date", "latitude", "longitude", "acq_time")
        .with_columns(pl.col("acq_date").dt.strftime("%Y-%m").alias("file_month"))
    )
    for (month,), part in frame.group_by("file_month", maintain_order=True):
        part.drop("file_month").write_csv(folder / f"fires_synthetic_Global_{month}.csv")
