"""Vulnerability by country from the Global Slavery Index, in the user's own copy of its workbook.

Only the country and the total vulnerability score are read. Prevalence is modelled from
vulnerability and counts forced marriage too, so it is never read. Walk Free's terms do not allow
redistribution: the figures enter the country context and stay out of every output.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import polars as pl

from signals.access import Access, AccessKind
from signals.account import Account, Unit, rows_by_rule
from signals.card import Collection, Licence, SourceCard
from signals.fetching.mirror import day_option, mirror_files
from signals.fetching.source_tables import no_rejections, rejected_file, rejected_rows
from signals.source import PullContext, RawFile, Staged
from suppliers.input_errors import DataRejectedError
from suppliers.intake.fields import FieldKind
from suppliers.intake.numbers import number_of
from suppliers.intake.table_files import open_table
from suppliers.intake.table_rows import SOURCE_ROW, Table
from suppliers.places.countries import resolve_country

CARD = SourceCard(
    id="global_slavery_index",
    title="Global Slavery Index, vulnerability",
    publisher="Walk Free",
    url="https://www.walkfree.org/global-slavery-index/downloads/",
    licence=Licence(
        id="Walk Free terms (all rights reserved)",
        url="https://www.walkfree.org/terms/",
        redistributable=False,
        commercial_use=False,
    ),
    held_by="Walk Free, from public country indicators",
    collection=Collection.PUBLIC_RECORD,
    cadence="yearly",
    publication_lag_days=0,
    coverage="160 countries",
    expected_rows=(0, 300),
    counts=(Unit.FILE, Unit.ROW),
    citation="Walk Free 2023, The Global Slavery Index 2023, Minderoo Foundation.",
    access=Access(
        kind=AccessKind.FREE_ACCOUNT,
        register_at="https://www.walkfree.org/global-slavery-index/downloads/",
        price="free",
        waiting_time="minutes",
        adds="vulnerability by country: context, never part of a score",
    ),
)

TABLE = "stg_global_slavery_index__vulnerability"

SCHEMA: dict[str, pl.DataType] = {
    "country_iso3": pl.String(),
    "year": pl.Int32(),
    "vulnerability_percent": pl.Float64(),
    "observed_to": pl.Date(),
    "published_on": pl.Date(),
    "origin": pl.String(),
}

_PUBLISHED = "2023-05-24"
_SHEET_WORDS = ("summary data", "vulnerability data")
_COUNTRY, _VULNERABILITY = "country", "total vulnerability score"
_HEADER_ROWS = 6


def pull(context: PullContext) -> Sequence[RawFile]:
    """Register the workbook in the mirror; it must be fetched by its user, under its terms.

    Raises:
        SourceUnavailableError: the mirror has no workbook.
        UsageError: the mirror does not exist.
    """
    if context.mirror is None:
        return ()
    paths = mirror_files(CARD.id, context.mirror, ["*slavery*index*.xlsx"], context.options)
    return [context.store.keep(CARD.id, path, key=path.name) for path in paths]


def stage(files: Sequence[RawFile], context: PullContext) -> Sequence[Staged]:
    """Read country and total vulnerability; `published_on` is the day of the edition.

    Rows whose country is not known or whose score is not 0 to 100 are rejected, without the score.
    """
    published = day_option(CARD.id, context.options, "published_on", _PUBLISHED)
    frames = [pl.DataFrame(schema=SCHEMA)]
    rejected = [no_rejections()]
    account = Account()
    for raw in files:
        name = Path(raw.origin).name
        try:
            read = _read(Path(raw.path), name)
        except DataRejectedError as error:
            rejected.append(rejected_file(raw, error))
            continue
        usable = pl.col("country_iso3").is_not_null() & pl.col("percent").is_between(0.0, 100.0)
        bad = rejected_rows(
            read.filter(~usable.fill_null(False)),
            name,
            "country_and_score_are_known",
            "the country is not known or the score is not 0 to 100",
        )
        rejected.append(bad)
        whole = read.filter(usable.fill_null(False))
        account.count(
            Unit.ROW, raw, read=read.height, used=whole.height, rejected=rows_by_rule(bad)
        )
        frames.append(
            whole.select(
                "country_iso3",
                year=pl.lit(published.year, pl.Int32),
                vulnerability_percent="percent",
                observed_to=pl.lit(published),
                published_on=pl.lit(published),
                origin=pl.lit(raw.origin),
            ).select(list(SCHEMA))
        )
    rows = pl.concat(frames).unique(["country_iso3", "year"], keep="first", maintain_order=True)
    return [Staged(TABLE, rows, pl.concat(rejected), account)]


def _read(path: Path, name: str) -> pl.DataFrame:
    """source_row, country_iso3, percent of the sheet that has both columns."""
    first = open_table(path, lambda header: _is_country(header) or _is_score(header))
    for table in (first, *first.other_sheets):
        at_country = next((i for i, h in enumerate(table.headers) if _is_country(h)), None)
        at_score = next((i for i, h in enumerate(table.headers) if _is_score(h)), None)
        is_meant = any(word in (table.sheet or "").lower() for word in _SHEET_WORDS)
        if is_meant and at_country is not None and at_score is not None:
            return _rows(table, at_country, at_score)
    raise DataRejectedError(
        f"{name}: no sheet has the columns Country and Total Vulnerability score; give the "
        "workbook of the Global Slavery Index as published."
    )


def _is_country(header: str) -> bool:
    return header.strip().lower() == _COUNTRY


def _is_score(header: str) -> bool:
    return header.strip().lower().startswith(_VULNERABILITY)


def _rows(table: Table, at_country: int, at_score: int) -> pl.DataFrame:
    kinds: dict[str, FieldKind] = {"name": "category", "percent": "number"}
    cells = table.read({"name": at_country, "percent": at_score}, kinds)
    matches = {name: resolve_country(name) for name in cells["name"].drop_nulls().unique()}
    codes = {name: None if m is None else m.country.iso3 for name, m in matches.items()}
    return cells.select(
        SOURCE_ROW,
        "name",
        pl.col("name")
        .replace_strict(codes, default=None, return_dtype=pl.String)
        .alias("country_iso3"),
        # The publisher's figures have a decimal point.
        number_of("percent", "dot"),
    ).filter(pl.col("name").is_not_null() & pl.col("percent").is_not_null())
