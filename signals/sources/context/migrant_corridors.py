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

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import polars as pl

from signals.access import Access, AccessKind
from signals.account import Account
from signals.card import Collection, Licence, SourceCard
from signals.fetching.mirror import decimal_option, mirror_files, text
from signals.fetching.source_tables import (
    no_rejections,
    read_source_table,
    rejected_file,
    rejected_rows,
)
from signals.source import PullContext, RawFile, SourceModule, Staged
from signals.source_errors import StoppedEarlyError
from signals.sources.climate import era5, nasa_power
from signals.sources.climate.weather_months import SCHEMA as WEATHER_SCHEMA
from suppliers.input_errors import DataRejectedError, NonExtractiveError
from suppliers.intake.fields import FieldKind
from suppliers.intake.numbers import number_of, number_style
from suppliers.places.countries import resolve_country

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
    citation="As stated by the user, such as UN DESA 2024, International Migrant Stock.",
    form_verified="2026-11: UN DESA's workbook of 2024 from clients",
    access=Access(
        kind=AccessKind.OWN_DATA,
        adds="where migrants come from, and the weather there",
    ),
)

SHARES = "stg_migrant_corridors__shares"
WEATHER = "stg_migrant_corridors__weather"

SHARE_SCHEMA: dict[str, pl.DataType] = {
    "destination_iso3": pl.String(),
    "destination_region": pl.String(),
    "origin_iso3": pl.String(),
    "origin_region": pl.String(),
    "place_id": pl.String(),
    "share": pl.Float64(),
    "observed_to": pl.Date(),
    "published_on": pl.Date(),
    "origin": pl.String(),
}
PLACE_WEATHER_SCHEMA = {
    "place_id": pl.String(),
    **{name: kind for name, kind in WEATHER_SCHEMA.items() if name != "site_id"},
}

#: Our column: what tables call it. The long names are UN DESA's.
_SPELLINGS: Mapping[str, tuple[str, ...]] = {
    "destination": (
        "destination", "country of destination", "destination country",
        "Region, development group, country or area of destination",
    ),
    "destination_code": ("Location code of destination",),
    "origin_code": ("Location code of origin",),
    "destination_region": ("destination_region",),
    "origin": (
        "origin", "country of origin", "origin country",
        "Region, development group, country or area of origin",
    ),
    "origin_region": ("origin_region",),
    "share": ("share",),
    "migrants": ("migrants", "migrant stock", "stock", "2024", "2020"),
    "published_on": ("published_on",),
    "latitude": ("latitude",),
    "longitude": ("longitude",),
    "weight": ("weight",),
}  # fmt: skip
_NUMBERS = (
    "share", "migrants", "latitude", "longitude", "weight", "destination_code", "origin_code",
)  # fmt: skip
#: Tables of corridors: the user's, and UN DESA's workbook under the name it is published by.
_TABLES = ("corridors", "undesa_pd_")
#: Codes of UN DESA from here on are regions and groups of countries.
_FIRST_REGION = 900
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
    for raw in files:
        if not raw.key.lower().startswith(_TABLES):
            continue
        try:
            table, unread = _table(raw, ("destination", "origin"), context)
        except NonExtractiveError:
            raise
        except DataRejectedError as error:
            refused.append(rejected_file(raw, error))
            continue
        rows, bad = _shares(table, raw, context)
        account.use(raw)
        shares.append(_at_places(rows, places))
        refused += [unread, bad]
    weather, bad_weather = _weather(files, context, places, account)
    key = ["destination_iso3", "destination_region", "origin_iso3", "origin_region", "place_id"]
    return [
        Staged(
            SHARES,
            pl.concat(shares).unique(key, keep="first", maintain_order=True),
            pl.concat(refused),
            account,
        ),
        Staged(WEATHER, weather, bad_weather),
    ]


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


def _weather(
    files: Sequence[RawFile], context: PullContext, places: pl.DataFrame, account: Account
) -> tuple[pl.DataFrame, pl.DataFrame]:
    beside = replace(context, sites=_as_sites(places))
    tables = [raw for raw in files if raw.key.lower().startswith((*_TABLES, "origin_places"))]
    others = [raw for raw in files if raw not in tables]
    grids = [raw for raw in others if Path(raw.key).suffix.lower() in _GRIDS]
    answers = [raw for raw in others if raw not in grids]
    rows, refused = [pl.DataFrame(schema=PLACE_WEATHER_SCHEMA)], [no_rejections()]
    readers: tuple[tuple[SourceModule, list[RawFile]], ...] = (
        (era5, grids), (nasa_power, answers),
    )  # fmt: skip
    for raw in others if places.is_empty() else ():
        account.leave_out(raw, "no place of origin is given")
    for source, part in readers:
        for staged in source.stage(part, beside) if part and not places.is_empty() else ():
            rows.append(staged.rows.rename({"site_id": "place_id"}).select(*PLACE_WEATHER_SCHEMA))
            refused.append(staged.rejected)
            for raw in staged.account.used_files:
                account.use(raw)
            for raw, reason in staged.account.files_out_of_scope.items():
                account.leave_out(raw, reason)
    return pl.concat(rows), pl.concat(refused)


def _table(
    raw: RawFile, required: Sequence[str], context: PullContext
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Our columns, null where the table has none; and the rows that were not read."""
    wanted: dict[str, FieldKind] = {
        header: "number" if field in _NUMBERS else "category"
        for field, headers in _SPELLINGS.items()
        for header in headers
    }
    name = Path(raw.origin).name
    # The United Nations give each year for both sexes, for men and for women.
    read, unread = read_source_table(
        Path(raw.path), wanted, required=(), where=name, repeated=_SPELLINGS["migrants"]
    )
    columns = {
        field: next((header for header in headers if header in read.columns), None)
        for field, headers in _SPELLINGS.items()
    }
    lacking = [field for field in required if columns[field] is None]
    if lacking:
        raise DataRejectedError(f"{name}: the column {lacking[0]} is missing; add it.")
    text = read.select(
        "source_row",
        *(
            (pl.lit(None, pl.String) if header is None else pl.col(header)).alias(field)
            for field, header in columns.items()
        ),
    )
    style = number_style(
        text, _NUMBERS, declared=decimal_option(CARD.id, context.options), checks=[_on_globe]
    )
    typed = text.with_columns(
        *(number_of(column, style).alias(column) for column in _NUMBERS),
        *(
            pl.Series(f"{field}_iso3", [_iso3(value) for value in read[header]], dtype=pl.String)
            for field, header in columns.items()
            if field in ("destination", "origin") and header is not None
        ),
    )
    return typed, unread


def _on_globe(table: pl.DataFrame) -> pl.Series:
    return table.select(
        pl.col("latitude").is_between(-90, 90) & pl.col("longitude").is_between(-180, 180)
    ).to_series()


def _shares(
    table: pl.DataFrame, raw: RawFile, context: PullContext
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Corridors with a share of their destination's migrants; counts are turned into shares."""
    published = dt.date.fromisoformat(
        text(CARD.id, context.options, "published_on", context.as_of.isoformat())
    )
    codes = pl.max_horizontal("destination_code", "origin_code")
    dated = table.filter(~(codes >= _FIRST_REGION).fill_null(False)).with_columns(
        published_on=pl.col("published_on")
        .str.to_date("%Y-%m-%d", strict=False)
        .fill_null(published)
    )
    reported = pl.coalesce("share", "migrants")
    usable = (
        pl.col("destination_iso3").is_not_null()
        & pl.col("origin_iso3").is_not_null()
        & (pl.col("share").is_between(0.0, 1.0) | (pl.col("share").is_null() & (reported >= 0)))
    ).fill_null(False)
    bad = rejected_rows(
        dated.filter(~usable),
        Path(raw.origin).name,
        "corridor_is_whole",
        "a country is not known, or neither share (0 to 1) nor migrants is given",
    )
    destination = ("destination_iso3", "destination_region")
    rows = (
        dated.filter(usable)
        .with_columns(pl.col("destination_region", "origin_region").fill_null(""))
        .with_columns(
            share=pl.coalesce(
                "share", pl.col("migrants") / pl.col("migrants").sum().over(destination)
            )
        )
        .drop_nulls("share")
        .filter(pl.col("share").is_finite())
        .with_columns(observed_to="published_on", origin=pl.lit(raw.origin))
        .select(name for name in SHARE_SCHEMA if name != "place_id")
    )
    return rows, bad


def _places(
    files: Sequence[RawFile], context: PullContext, account: Account
) -> tuple[pl.DataFrame, list[pl.DataFrame]]:
    """place_id, origin_iso3, origin_region, latitude, longitude, weight; and what was rejected."""
    found, refused = [], []
    for raw in files:
        if not raw.key.lower().startswith("origin_places"):
            continue
        try:
            table, unread = _table(raw, ("origin", "latitude", "longitude"), context)
        except NonExtractiveError:
            raise
        except DataRejectedError as error:
            refused.append(rejected_file(raw, error))
            continue
        usable = (
            pl.col("origin_iso3").is_not_null()
            & pl.col("latitude").is_between(-90.0, 90.0)
            & pl.col("longitude").is_between(-180.0, 180.0)
            & (pl.col("weight").fill_null(1.0) > 0)
        ).fill_null(False)
        reported = "its country, latitude or longitude is not known, or its weight is not above 0"
        refused.append(
            rejected_rows(table.filter(~usable), Path(raw.origin).name, "place_is_whole", reported)
        )
        refused.append(unread)
        found.append(table.filter(usable))
        account.use(raw)
    columns = ["origin_iso3", "origin_region", "latitude", "longitude", "weight"]
    schema = {name: pl.Float64 if name in _NUMBERS else pl.String for name in columns}
    whole = pl.concat([pl.DataFrame(schema=schema), *(part.select(columns) for part in found)])
    return (
        whole.with_columns(
            pl.col("origin_region").fill_null(""),
            pl.col("weight").fill_null(1.0),
            place_id=pl.format(
                "origin:{}/{}", "origin_iso3", pl.int_range(pl.len()).over("origin_iso3")
            ),
        ),
        refused,
    )


def _at_places(rows: pl.DataFrame, places: pl.DataFrame) -> pl.DataFrame:
    """Each corridor's share spread over the places of its origin by their weights."""
    by_region = rows.with_row_index("corridor").join(
        places.select("place_id", "origin_iso3", "weight", place_region="origin_region"),
        on="origin_iso3",
        how="left",
        maintain_order="left",
    )
    here = (pl.col("origin_region") == "") | (pl.col("origin_region") == pl.col("place_region"))
    placed = by_region.filter(here.fill_null(False), pl.col("place_id").is_not_null())
    nowhere = rows.with_row_index("corridor").join(placed, on="corridor", how="anti")
    spread = placed.with_columns(
        share=pl.col("share") * pl.col("weight") / pl.col("weight").sum().over("corridor")
    )
    return pl.concat(
        [
            spread.select(list(SHARE_SCHEMA)),
            nowhere.with_columns(place_id=pl.lit("")).select(list(SHARE_SCHEMA)),
        ]
    )


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


def _iso3(value: str | None) -> str | None:
    match = resolve_country(value) if value else None
    return None if match is None or match.guessed else match.country.iso3
