"""Air pollutants at the ground from the Copernicus Atmosphere Monitoring Service, monthly grids.

Files as downloaded from the Atmosphere Data Store (monthly EAC4 or composition forecasts, NetCDF)
or GeoTIFFs with the month and `pm2p5` or `no2` in their names. PM2.5 is kg m-3, NO2 a share of the
air (kg kg-1), stated at 293 K and 101.3 kPa.
"""

from __future__ import annotations

import datetime as dt
import tempfile
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

import polars as pl

from signals.access import Access, AccessKind
from signals.account import NO_SITES, Account, Unit
from signals.card import Collection, Licence, SourceCard
from signals.fetching.mirror import number
from signals.fetching.physical_ranges import OutOfRange, file_name, rejected_outside
from signals.fetching.source_tables import no_rejections, rejected_file
from signals.source import PullContext, RawFile, Staged
from signals.sources.climate.air_rows import MINIMUM_YEAR_SHARE, SCHEMA, TABLE, micrograms_factor
from signals.sources.climate.grid_layers import (
    GridLayer,
    last_months,
    month_layers,
    pull_grids,
)
from signals.sources.climate.grid_means import count_layers, layer_means
from suppliers.input_errors import DataRejectedError

CARD = SourceCard(
    id="cams",
    title="Air pollutants at the ground (CAMS, monthly)",
    publisher="Copernicus Atmosphere Monitoring Service, ECMWF",
    url="https://ads.atmosphere.copernicus.eu",
    licence=Licence(
        id="CC-BY-4.0",
        url="https://creativecommons.org/licenses/by/4.0/",
        redistributable=True,
        commercial_use=True,
    ),
    held_by="ECMWF, from satellites and a model of the air",
    collection=Collection.REMOTE_SENSING,
    cadence="monthly",
    publication_lag_days=190,
    coverage="The globe, 0.75 degrees (forecasts 0.4), from 2003",
    expected_rows=(0, 10_000_000),
    counts=(Unit.FILE, Unit.LAYER, Unit.PIXEL),
    citation=(
        "Inness et al. 2019, The CAMS reanalysis of atmospheric composition, Atmospheric "
        "Chemistry and Physics 19:3515-3556."
    ),
    access=Access(
        kind=AccessKind.FREE_ACCOUNT,
        register_at="https://ads.atmosphere.copernicus.eu/",
        price="free",
        waiting_time="minutes; an order of files takes hours",
        adds="air pollutants at the ground as monthly grids",
    ),
    location_needed="town",
    is_isolated=True,
)

_VARIABLES = {"pm25": ("pm2p5", "pm25"), "no2": ("no2",)}
_MONTHS = 12


def pull(context: PullContext) -> Sequence[RawFile]:
    """Register the grids of the mirror, or of an address with one GeoTIFF a month.

    Raises:
        SourceUnavailableError: nothing is there.
        UsageError: the mirror does not exist.
    """
    return pull_grids(CARD, context, _months(context))


def stage(files: Sequence[RawFile], context: PullContext) -> Sequence[Staged]:
    """The mean of the last twelve published months around each site, per pollutant.

    Nine of the twelve must be there. A file that is no grid, or in an unknown unit, is rejected.
    """
    from signals.zonal.site_outlines import site_shapes

    shapes = site_shapes(context.sites, number(CARD.id, context.options, "radius_km", 5.0))
    months = set(_months(context))
    rejected = [no_rejections()]
    reports: list[OutOfRange] = []
    account = Account()
    account.count_each(Unit.LAYER, ())
    account.count_each(Unit.PIXEL, ())
    found: dict[tuple[str, str], dict[dt.date, float]] = defaultdict(dict)
    origins: dict[str, str] = {}
    with tempfile.TemporaryDirectory() as folder:
        for raw in files if shapes else ():
            outside = OutOfRange(file_name(raw.origin), of="sites")
            try:
                layers = list(month_layers(raw.path, raw.key, _VARIABLES, Path(folder)))
                measured: list[pl.DataFrame] = []
                for layer in (one for one in layers if one.month in months):
                    factor = micrograms_factor(layer.variable, _unit(layer), raw.key)
                    origins[layer.variable] = raw.origin
                    means = layer_means(layer, shapes, factor, "concentration", outside)
                    measured.append(means)
                    for row in means.iter_rows(named=True):
                        if row["value"] is not None:
                            of_site = found[(row["site_id"], layer.variable)]
                            of_site[layer.month] = row["value"]
                count_layers(account, raw, len(layers), measured)
            except DataRejectedError as error:
                rejected.append(rejected_file(raw, error))
            reports.append(outside)
    rejected.append(rejected_outside(reports))
    for raw in files if not shapes else ():
        account.leave_out(raw, NO_SITES)
    rows = [
        {
            "site_id": site_id,
            "source_id": CARD.id,
            "pollutant": pollutant,
            "micrograms_m3": sum(values.values()) / len(values),
            "covered_share": len(values) / _MONTHS,
            "distance_km": None,
            "origin": origins[pollutant],
            "observed_from": min(values),
            "observed_to": _month_end(max(values)),
            "published_on": _month_end(max(values)) + dt.timedelta(days=CARD.publication_lag_days),
        }
        for (site_id, pollutant), values in sorted(found.items())
        if len(values) >= MINIMUM_YEAR_SHARE * _MONTHS
    ]
    return [
        Staged(TABLE, pl.DataFrame(rows, schema=SCHEMA, orient="row"), pl.concat(rejected), account)
    ]


def _months(context: PullContext) -> list[dt.date]:
    published = context.as_of - dt.timedelta(days=CARD.publication_lag_days)
    return last_months(published, _MONTHS)


def _unit(layer: GridLayer) -> str:
    """A GeoTIFF often does not say its unit; then it is the publisher's."""
    return layer.unit or {"pm25": "kg m-3", "no2": "kg kg-1"}[layer.variable]


def _month_end(month: dt.date) -> dt.date:
    following = dt.date(month.year + month.month // 12, month.month % 12 + 1, 1)
    return following - dt.timedelta(days=1)
