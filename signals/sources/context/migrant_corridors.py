"""Where the migrants of a place come from, and the weather there: the user's own tables.

`corridors*.csv` has destination (country), origin (country) and share (of the destination's migrant
workers, 0 to 1) or migrants (a stock, as in the bilateral tables of KNOMAD and UN DESA, whose own
headers are understood, and whose workbook is read as published: without rows of regions, the newest
year of both sexes); optionally destination_region and origin_region, and published_on.
`origin_places*.csv` has origin, latitude and longitude of places there, optionally origin_region
and weight (their share of the people who leave). The folder `weather` beside them holds what
`nasa_power` or `era5` read; without it the option `weather_url` is asked, in NASA POWER's way.

All are of groups and places, never of persons.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import polars as pl

from signals.access import Access, AccessKind
from signals.account import Account, Unit
from signals.card import Collection, Licence, SourceCard
from signals.fetching.mirror import day_option, decimal_option, mirror_files, text
from signals.fetching.source_tables import no_rejections, rejected_file
from signals.source import PullContext, RawFile, SourceModule, Staged
from signals.source_errors import StoppedEarlyError
from signals.sources.climate import era5, nasa_power
from signals.sources.climate.weather_months import SCHEMA as WEATHER_SCHEMA
from signals.sources.context.corridor_tables import (
    SHARE_SCHEMA,
    as_places,
    at_places,
    read_places,
    read_shares,
)
from suppliers.input_errors import DataRejectedError, NonExtractiveError

CARD = SourceCard(
    id="migrant_corridors",
    title="Migrant corridors, provided by the user, with the weather at their origins",
    publisher="The user, such as from KNOMAD's bilateral matrix or UN DESA's migrant stock",
    url="https://www.un.org/development/desa/pd/content/international-migrant-stock",
    # The tables are the user's, and so are their terms: nothing is redistributed.
    licence=Licence(
        id="provided by the user",
        url="https://www.un.org/development/desa/pd/content/international-migrant-stock",
        redistributable=False,
        commercial_use=True,
    ),
    held_by="The user, from public statistics of migration",
    collection=Collection.PUBLIC_RECORD,
    cadence="yearly",
    publication_lag_days=0,
    coverage="The corridors of the table",
    expected_rows=(0, 10_000_000),
    counts=(Unit.FILE, Unit.ROW),
    citation="As stated by the user, such as UN DESA 2024, International Migrant Stock.",
    form_verified="2026-11: UN DESA's workbook of 2024 from clients",
    access=Access(
        kind=AccessKind.OWN_DATA,
        adds="where migrants come from, and the weather there",
    ),
)

SHARES = "stg_migrant_corridors__shares"
WEATHER = "stg_migrant_corridors__weather"

PLACE_WEATHER_SCHEMA = {
    "place_id": pl.String(),
    **{name: kind for name, kind in WEATHER_SCHEMA.items() if name != "site_id"},
}

#: Tables of corridors: the user's, and UN DESA's workbook under the name it is published by.
_TABLES = ("corridors", "undesa_pd_")
_GRIDS = (".nc", ".nc4", ".grib", ".grib2", ".grb", ".grb2")
_WEATHER_FILES = (*_GRIDS, ".json")


def pull(context: PullContext) -> Sequence[RawFile]:
    """Register the tables of the mirror, and the weather at the places that they name.

    Raises:
        StoppedEarlyError: the weather stopped in the middle; the tables are among its files.
        SourceUnavailableError: the mirror has no such table, or the weather cannot be reached.
        UsageError: the mirror does not exist.
    """
    if context.mirror is None:
        return ()
    patterns = [
        "corridors*.csv", "corridors*.xlsx", "undesa_pd_*ims_stock*.xlsx", "origin_places*.csv",
    ]  # fmt: skip
    paths = mirror_files(CARD.id, context.mirror, patterns, context.options)
    files = [context.store.keep(CARD.id, path, key=path.name) for path in paths]
    places, _ = _places(files, context, Account())
    try:
        return [*files, *_pull_weather(context, places)]
    except StoppedEarlyError as stopped:
        weather = [replace(raw, source_id=CARD.id) for raw in stopped.files]
        raise StoppedEarlyError(str(stopped), [*files, *weather]) from stopped


def stage(files: Sequence[RawFile], context: PullContext) -> Sequence[Staged]:
    """Shares of each destination's migrants by place of origin, and the months of those places.

    An origin without a location keeps its share, with a null: what is not known is not left out. A
    country that has places by region only is read at all of them.

    Raises:
        NonExtractiveError: a table holds data about persons.
    """
    account = Account()
    places, rejected_places = _places(files, context, account)
    shares, refused = [pl.DataFrame(schema=SHARE_SCHEMA)], [no_rejections(), *rejected_places]
    published = day_option(CARD.id, context.options, "published_on", context.as_of)
    decimal = decimal_option(CARD.id, context.options)
    for raw in files:
        if not raw.key.lower().startswith(_TABLES):
            continue
        try:
            rows, bad = read_shares(raw, account, published, decimal)
        except NonExtractiveError:
            raise
        except DataRejectedError as error:
            refused.append(rejected_file(raw, error))
            continue
        shares.append(at_places(rows, places))
        refused.append(bad)
    key = ["destination_iso3", "destination_region", "origin_iso3", "origin_region", "place_id"]
    return [
        Staged(
            SHARES,
            pl.concat(shares).unique(key, keep="first", maintain_order=True),
            pl.concat(refused),
            account,
        ),
        _weather(files, context, places),
    ]


def _places(
    files: Sequence[RawFile], context: PullContext, account: Account
) -> tuple[pl.DataFrame, list[pl.DataFrame]]:
    """Places of origin of all tables, and what was rejected."""
    found, refused = [], []
    decimal = decimal_option(CARD.id, context.options)
    for raw in files:
        if not raw.key.lower().startswith("origin_places"):
            continue
        try:
            places, rejected = read_places(raw, account, decimal)
        except NonExtractiveError:
            raise
        except DataRejectedError as error:
            refused.append(rejected_file(raw, error))
            continue
        found.append(places)
        refused.append(rejected)
    return as_places(found), refused


def _pull_weather(context: PullContext, places: pl.DataFrame) -> Sequence[RawFile]:
    folder = None if context.mirror is None else context.mirror / "weather"
    if folder is not None and folder.is_dir():
        found = sorted(path for path in folder.rglob("*") if path.suffix.lower() in _WEATHER_FILES)
        return [context.store.keep(CARD.id, path, key=path.name) for path in found]
    url = text(CARD.id, context.options, "weather_url", "")
    if not url or places.is_empty():
        return []
    asked = nasa_power.pull(replace(context, mirror=None, url=url, sites=_as_sites(places)))
    return [replace(raw, source_id=CARD.id) for raw in asked]


def _weather(files: Sequence[RawFile], context: PullContext, places: pl.DataFrame) -> Staged:
    """The months of the places, with the accounts of the sources that read them."""
    beside = replace(context, sites=_as_sites(places))
    tables = [raw for raw in files if raw.key.lower().startswith((*_TABLES, "origin_places"))]
    others = [raw for raw in files if raw not in tables]
    grids = [raw for raw in others if Path(raw.key).suffix.lower() in _GRIDS]
    answers = [raw for raw in others if raw not in grids]
    rows, refused = [pl.DataFrame(schema=PLACE_WEATHER_SCHEMA)], [no_rejections()]
    readers: tuple[tuple[SourceModule, list[RawFile]], ...] = (
        (era5, grids), (nasa_power, answers),
    )  # fmt: skip
    account = Account()
    for raw in others if places.is_empty() else ():
        account.leave_out(raw, "no place of origin is given")
    accounts = [account]
    for source, part in readers:
        for staged in source.stage(part, beside) if part and not places.is_empty() else ():
            rows.append(staged.rows.rename({"site_id": "place_id"}).select(*PLACE_WEATHER_SCHEMA))
            refused.append(staged.rejected)
            accounts.append(staged.account)
    return Staged(WEATHER, pl.concat(rows), pl.concat(refused), Account.sum(accounts))


def _as_sites(places: pl.DataFrame) -> pl.DataFrame:
    """Places in the form in which sources of weather take sites."""
    return places.select(
        site_id="place_id",
        supplier_id="place_id",
        country_iso3="origin_iso3",
        latitude="latitude",
        longitude="longitude",
        geometry_wkt=pl.lit(None, pl.String),
        location_reason=pl.lit(None, pl.String),
        has_measurable_location=pl.lit(True),
    )
