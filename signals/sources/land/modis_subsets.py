"""MODIS greenness around points, from the subsets of the web service of ORNL DAAC, without a key.

One request gives at most ten composites of one point: squares of pixels in rows from north to
south, stored as whole numbers. Requests end on the same composites in every run, so that the store
has all of them but the last.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

from signals.account import Account, Unit
from signals.card import SourceCard
from signals.fetching.partial_pull import fetch_each
from signals.fetching.physical_ranges import bounds_of
from signals.fetching.responses import read_json
from signals.fetching.source_tables import no_rejections, rejected_file
from signals.source import PullContext, RawFile, Staged
from signals.source_errors import ODD_FORM
from signals.sources.land.site_means import SCHEMA
from suppliers.input_errors import DataRejectedError
from suppliers.intake.days import stated_day
from suppliers.intake.numbers import stated_number, stated_whole

HOST = "modis.ornl.gov"
PRODUCT = "MOD13Q1"
BAND = "250m_16_days_NDVI"
#: The service gives at most this many composites a request.
MOST_COMPOSITES = 10
COMPOSITES_A_YEAR = 23
DAYS = 16
SCALE = 0.0001
#: An answer is complete when this many days have passed since its last composite began.
_COMPLETE_DAYS = 60

_OTHER_BAND = "another band"
_TOO_LITTLE = "too little of the ground has data"
_OUTSIDE = "outside the circle"
_NO_DATA = "no data"


class _Spot(NamedTuple):
    """A place that is asked for; sites nearer together than about 100 m share one."""

    latitude: float
    longitude: float

    @property
    def key(self) -> str:
        return f"{self.latitude:.3f},{self.longitude:.3f}"

    @property
    def shear(self) -> float:
        """Metres that the sinusoidal grid moves west for each metre north."""
        return math.radians(self.longitude) * math.sin(math.radians(self.latitude))


def pull_subsets(
    card: SourceCard, context: PullContext, years: int, radius_km: float
) -> list[RawFile]:
    """Ask for the composites of the last years around each site.

    Raises:
        StoppedEarlyError: the service stopped answering after some places.
        SourceUnavailableError: it does not answer.
    """
    root = context.url.rstrip("/")
    above = math.ceil(radius_km)

    def of_spot(spot: _Spot) -> list[RawFile]:
        found = []
        aside = math.ceil(radius_km * math.hypot(1.0, spot.shear))
        for first, last in _spans(context.as_of, years):
            days = f"startDate={_modis_day(first)}&endDate={_modis_day(last)}"
            url = (
                f"{root}/{PRODUCT}/subset?latitude={spot.latitude:.3f}"
                f"&longitude={spot.longitude:.3f}&band={BAND}&{days}"
                f"&kmAboveBelow={above}&kmLeftRight={aside}"
            )
            found.append(
                context.store.download(
                    card.id, url, key=f"{spot.key},{first}", expect="json",
                    headers={"Accept": "application/json"},
                    final=(context.as_of - last).days > _COMPLETE_DAYS,
                )
            )  # fmt: skip
        return found

    spots = sorted(set(_spots(context.sites).values()))
    return fetch_each(card.id, spots, lambda spot: iter(of_spot(spot)))


def stage_subsets(
    card: SourceCard,
    table: str,
    files: Sequence[RawFile],
    context: PullContext,
    radius_km: float,
    least: float,
) -> Sequence[Staged]:
    """The mean of each composite over the circle around each site; columns of `SCHEMA`.

    The circle is around the centre of a site with an outline too.

    Args:
        card: of the source.
        table: staging table.
        files: answers of the service.
        context: of the run.
        radius_km: of the circle.
        least: share of its pixels that must have data.
    """
    sites_at: dict[_Spot, list[str]] = {}
    for site_id, spot in _spots(context.sites).items():
        sites_at.setdefault(spot, []).append(site_id)
    low, high = bounds_of("modis_ndvi")
    rows: list[tuple[Any, ...]] = []
    rejected, account = [no_rejections()], Account()
    for raw in files:
        try:
            layers = _layers(raw)
        except DataRejectedError as error:
            rejected.append(rejected_file(raw, error))
            continue
        latitude, longitude, _ = raw.key.split(",")
        spot = _Spot(float(latitude), float(longitude))
        used, beyond = 0, {_OTHER_BAND: 0, _TOO_LITTLE: 0}
        pixels = {_OUTSIDE: 0, _NO_DATA: 0}
        read = counted = 0
        for band, day, cell_km, stored in layers:
            if band != BAND:
                beyond[_OTHER_BAND] += 1
                continue
            values = stored[_circle(stored.shape, cell_km, spot.shear, radius_km)] * SCALE
            known = values[(values >= low) & (values <= high)]
            share = known.size / max(values.size, 1)
            read += stored.size
            pixels[_OUTSIDE] += stored.size - values.size
            pixels[_NO_DATA] += values.size - known.size
            counted += known.size
            if share < least or not known.size:
                beyond[_TOO_LITTLE] += 1
                continue
            used += 1
            last = day + dt.timedelta(days=DAYS - 1)
            published = last + dt.timedelta(days=card.publication_lag_days)
            rows += [
                (site, day, float(known.mean()), share, radius_km, raw.origin, last, published)
                for site in sites_at.get(spot, [])
            ]
        account.count(Unit.LAYER, raw, read=len(layers), used=used, out_of_scope=beyond)
        account.count(Unit.PIXEL, raw, read=read, used=counted, out_of_scope=pixels)
    frame = pl.DataFrame(rows, schema=SCHEMA, orient="row")
    ordered = frame.sort("site_id", "observed_from", "origin").unique(
        ["site_id", "observed_from"], keep="first", maintain_order=True
    )
    return [Staged(table, ordered, pl.concat(rejected), account)]


def _spots(sites: pl.DataFrame) -> Mapping[str, _Spot]:
    """Where each measurable site is asked for."""
    from signals.zonal.site_outlines import site_shapes

    found = {}
    for shape in site_shapes(sites, 1.0):
        centre = shape.geometry.centroid
        # Adding 0 makes 0 of -0, which would be another address.
        found[shape.site_id] = _Spot(round(centre.y, 3) + 0.0, round(centre.x, 3) + 0.0)
    return found


def _spans(as_of: dt.date, years: int) -> list[tuple[dt.date, dt.date]]:
    """First days of the first and last composite of each request."""
    spans = []
    for year in range(as_of.year - years, as_of.year + 1):
        days = [dt.date(year, 1, 1) + dt.timedelta(DAYS * n) for n in range(COMPOSITES_A_YEAR)]
        for start in range(0, COMPOSITES_A_YEAR, MOST_COMPOSITES):
            chunk = days[start : start + MOST_COMPOSITES]
            if chunk[0] + dt.timedelta(days=DAYS) <= as_of:
                spans.append((chunk[0], chunk[-1]))
    return spans


def _modis_day(day: dt.date) -> str:
    return f"A{day.year}{day.timetuple().tm_yday:03d}"


def _circle(
    shape: tuple[int, ...], cell_km: float, shear: float, radius_km: float
) -> NDArray[np.bool_]:
    """[rows, columns] whether the centre of a pixel lies within the circle around the middle one.

    In the sinusoidal projection x = R λ cos φ, so that the way east is dx + λ sin φ dy.
    """
    height, width = shape
    north = ((height - 1) / 2 - np.arange(height))[:, np.newaxis] * cell_km
    across = (np.arange(width) - (width - 1) / 2)[np.newaxis, :] * cell_km
    inside: NDArray[np.bool_] = np.hypot(across + shear * north, north) <= radius_km
    return inside


def _layers(raw: RawFile) -> list[tuple[str, dt.date, float, NDArray[np.float64]]]:
    """Band, first day, size of a pixel in km and stored values of each entry.

    Rows are from north to south.

    Raises:
        DataRejectedError: it is no answer of the service.
    """
    content = read_json(Path(raw.path))
    try:
        if not isinstance(content, dict):
            raise TypeError("no object")
        height, width = stated_whole(content["nrows"]), stated_whole(content["ncols"])
        cell_km = stated_number(content["cellsize"]) / 1000.0
        return [
            (
                str(entry["band"]),
                stated_day(entry["calendar_date"]),
                cell_km,
                np.array(entry["data"], dtype=np.float64).reshape(height, width),
            )
            for entry in content["subset"]
        ]
    except ODD_FORM as error:
        raise DataRejectedError(
            f"{raw.key}: it is no subset of the MODIS web service (nrows, ncols, cellsize, and "
            "subset with band, calendar_date and data); run again later."
        ) from error
