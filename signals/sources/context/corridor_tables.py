"""Tables of migrant corridors and of places of origin: the user's own, and UN DESA's workbook."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from pathlib import Path

import polars as pl

from signals.account import Account, Unit, rows_by_rule
from signals.fetching.source_tables import read_source_table, rejected_rows, rows_read
from signals.source import RawFile
from suppliers.input_errors import DataRejectedError
from suppliers.intake.days import day_of
from suppliers.intake.fields import FieldKind
from suppliers.intake.numbers import DecimalMark, number_of, number_style
from suppliers.places.countries import resolve_country

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
#: Codes of UN DESA from here on are regions and groups of countries.
_FIRST_REGION = 900
_OF_REGION = "of a region or group of countries"
_NO_MIGRANTS = "of a destination without migrants"


def read_shares(
    raw: RawFile, account: Account, published: dt.date, decimal: DecimalMark | None
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Corridors with a share of their destination's migrants; counts are turned into shares.

    Args:
        raw: the table.
        account: takes the count of its rows.
        published: day on which rows without one became public.
        decimal: decimal mark by the user's word.

    Returns:
        The columns of SHARE_SCHEMA but for the place, and the rejected rows.

    Raises:
        DataRejectedError: unreadable, or it has no destination or origin.
        NonExtractiveError: the table holds data about persons.
    """
    table, unread = _table(raw, ("destination", "origin"), decimal)
    codes = pl.max_horizontal("destination_code", "origin_code")
    is_region = (codes >= _FIRST_REGION).fill_null(False)
    dated = table.filter(~is_region).with_columns(
        published_on=pl.when(pl.col("published_on").is_null())
        .then(pl.lit(published))
        .otherwise(day_of("published_on"))
    )
    reported = pl.coalesce("share", "migrants")
    usable = (
        pl.col("destination_iso3").is_not_null()
        & pl.col("origin_iso3").is_not_null()
        & pl.col("published_on").is_not_null()
        & (pl.col("share").is_between(0.0, 1.0) | (pl.col("share").is_null() & (reported >= 0)))
    ).fill_null(False)
    bad = rejected_rows(
        dated.filter(~usable),
        Path(raw.origin).name,
        "corridor_is_whole",
        "a country is not known, neither share (0 to 1) nor migrants is given, or published_on is "
        "not a day",
    )
    rejected = pl.concat([unread, bad])
    corridors = dated.filter(usable)
    destination = ("destination_iso3", "destination_region")
    rows = (
        corridors.with_columns(pl.col("destination_region", "origin_region").fill_null(""))
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
    account.count(
        Unit.ROW,
        raw,
        read=rows_read(table, unread),
        used=rows.height,
        rejected=rows_by_rule(rejected),
        out_of_scope={
            _OF_REGION: table.filter(is_region).height,
            _NO_MIGRANTS: corridors.height - rows.height,
        },
    )
    return rows, rejected


def read_places(
    raw: RawFile, account: Account, decimal: DecimalMark | None
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Places of origin, and the rejected rows; arguments and errors are those of `read_shares`."""
    table, unread = _table(raw, ("origin", "latitude", "longitude"), decimal)
    usable = (
        pl.col("origin_iso3").is_not_null()
        & pl.col("latitude").is_between(-90.0, 90.0)
        & pl.col("longitude").is_between(-180.0, 180.0)
        & (pl.col("weight").fill_null(1.0) > 0)
    ).fill_null(False)
    reported = "its country, latitude or longitude is not known, or its weight is not above 0"
    bad = rejected_rows(table.filter(~usable), Path(raw.origin).name, "place_is_whole", reported)
    places, rejected = table.filter(usable), pl.concat([unread, bad])
    account.count(
        Unit.ROW,
        raw,
        read=rows_read(table, unread),
        used=places.height,
        rejected=rows_by_rule(rejected),
    )
    return places, rejected


def as_places(tables: Sequence[pl.DataFrame]) -> pl.DataFrame:
    """place_id, origin_iso3, origin_region, latitude, longitude, weight of all places together."""
    columns = ["origin_iso3", "origin_region", "latitude", "longitude", "weight"]
    schema = {name: pl.Float64 if name in _NUMBERS else pl.String for name in columns}
    whole = pl.concat([pl.DataFrame(schema=schema), *(part.select(columns) for part in tables)])
    return whole.with_columns(
        pl.col("origin_region").fill_null(""),
        pl.col("weight").fill_null(1.0),
        place_id=pl.format(
            "origin:{}/{}", "origin_iso3", pl.int_range(pl.len()).over("origin_iso3")
        ),
    )


def at_places(rows: pl.DataFrame, places: pl.DataFrame) -> pl.DataFrame:
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


def _table(
    raw: RawFile, required: Sequence[str], decimal: DecimalMark | None
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
    style = number_style(text, _NUMBERS, declared=decimal, checks=[_on_globe])
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


def _iso3(value: str | None) -> str | None:
    match = resolve_country(value) if value else None
    return None if match is None or match.guessed else match.country.iso3
