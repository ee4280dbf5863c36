"""Yearly public statistics of sourcing areas: tables of one row per area and year.

Only the column that names the area, the year and the columns mapped under `variables` are ever
read; everything else in the file, outcomes and household surveys included, stays unread. Beside
the main table there may be `further` ones, such as the municipal accounts of one year.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import cast

import polars as pl

from configs.config_errors import DataRejectedError
from signals.access import Access, AccessKind
from signals.account import NOT_LISTED, NOT_THEN, Account, Unit, rows_by_rule
from signals.card import Collection, Licence, SourceCard
from signals.fetching.mirror import decimal_option
from signals.fetching.source_tables import rejected_rows, rows_read
from signals.source import PullContext, RawFile, Staged
from signals.sources.context.area_tables import SOURCE_ID, area_tables, read_table
from suppliers.intake.numbers import stated_whole

CARD = SourceCard(
    id=SOURCE_ID,
    title="Yearly public statistics of sourcing areas",
    publisher="statistical offices and environmental agencies, as named in the profile",
    url="https://www.ibge.gov.br/en/statistics/economic/agriculture-forestry-and-fishing.html",
    # The file is the user's, and so is the right to use it: it is shown in the user's own outputs.
    licence=Licence(
        id="provided by the user",
        url="https://www.ibge.gov.br/en/access-to-information.html",
        redistributable=True,
        commercial_use=True,
    ),
    held_by="statistical offices, environmental agencies and land-cover mapping projects",
    collection=Collection.PUBLIC_RECORD,
    lineage=("landsat", "public_registers"),
    cadence="yearly",
    publication_lag_days=365,
    coverage="the areas of the table; for the table of Brazil all its municipalities",
    expected_rows=(0, 50_000_000),
    counts=(Unit.FILE, Unit.ROW),
    citation="Brazil: IBGE (PAM, municipal accounts), MapBiomas (CC BY-SA 4.0), IBAMA embargoes.",
    access=Access(
        kind=AccessKind.OWN_DATA,
        adds="yearly public statistics of sourcing areas",
    ),
)

TABLE = "stg_area_panel__values"
#: No signal looks further back than this.
_YEARS_BACK = 12
_NO_FIGURE = "an area and year without a figure"
_SCHEMA: dict[str, pl.DataType] = {
    "supplier_id": pl.String(),
    "year": pl.Int32(),
    "variable": pl.String(),
    "value": pl.Float64(),
    "observed_to": pl.Date(),
    "published_on": pl.Date(),
    "origin": pl.String(),
}


def pull(context: PullContext) -> Sequence[RawFile]:
    """Register the files; without a mirror there is nothing, as no public address exists.

    Raises:
        DataRejectedError: the mirror lacks a file.
    """
    if context.mirror is None:
        return ()
    kept = []
    for table in area_tables(context.options):
        path = context.mirror / table.file
        if not path.is_file():
            raise DataRejectedError(
                f"{path}: no such file; name the area table under sources.area_panel.options.file, "
                "or under further"
            )
        kept.append(context.store.keep(CARD.id, path, key=table.file))
    return tuple(kept)


def day_cut(day: dt.date) -> int:
    """What of a run's day the rows depend on beside their publication: its year."""
    return day.year


def stage(files: Sequence[RawFile], context: PullContext) -> Sequence[Staged]:
    """Bring the mapped columns of the list's own areas into long form.

    Years before the twelve that end with the as-of year are left out. `of_year` names variables
    that the file repeats on the rows of every year, such as a census: only the row of the year
    they are of is read, however long ago. A figure counts as published `publication_lag_days`
    after the end of its year; `lag_days` gives single variables a lag of their own. `id_prefix`
    is put before the area's id where the list's ids carry one. A table of `further` has its own
    file and variables, and may be of one year as a whole.

    Raises:
        DataRejectedError: a column that the profile names is not in the file or holds no numbers,
            or nothing is mapped.
        NonExtractiveError: a header of the file is about persons.
    """
    if not files:
        return (Staged(TABLE, pl.DataFrame(schema=_SCHEMA)),)
    tables = {table.file: table for table in area_tables(context.options)}
    variables = {
        name: column for table in tables.values()
        for name, column in {**table.variables, **dict.fromkeys(table.same_for_all, "")}.items()
    }  # fmt: skip
    lag_days = _lags(variables, context.options)
    of_year = {
        **{
            name: table.year
            for table in tables.values()
            if isinstance(table.year, int)
            for name in (*table.variables, *table.same_for_all)
        },
        **_of_years(variables, context.options),
    }
    prefix = str(context.options.get("id_prefix") or "")
    declared = decimal_option(CARD.id, context.options)
    timing = _timing(lag_days, of_year, context.as_of.year)
    frames, rejected, account = [], [], Account()
    for file in files:
        read, unread = read_table(Path(file.path), tables[file.key], declared)
        table = read.with_columns(supplier_id=pl.lit(prefix) + pl.col("supplier_id"))
        is_bad = pl.col("supplier_id").is_null() | pl.col("year").is_null()
        bad, named = table.filter(is_bad), table.filter(~is_bad)
        is_listed = pl.col("supplier_id").is_in(context.suppliers["supplier_id"].implode())
        listed = named.filter(is_listed)
        figures = _figures(listed)
        asked_for = figures.join(timing, on="variable", how="left", maintain_order="left").filter(
            pl.col("year").is_between("first", "last")
        )
        frames.append(_dated(asked_for, file.origin))
        rejected.append(pl.concat([unread, _rejected(bad, file.path)]))
        with_figures, used = (part["source_row"].n_unique() for part in (figures, asked_for))
        account.count(
            Unit.ROW,
            file,
            read=rows_read(table, unread),
            used=used,
            rejected=rows_by_rule(rejected[-1]),
            out_of_scope={
                NOT_LISTED: named.filter(~is_listed).height,
                NOT_THEN: with_figures - used,
                _NO_FIGURE: listed.height - with_figures,
            },
        )
    return (Staged(TABLE, pl.concat(frames), pl.concat(rejected), account),)


def _lags(variables: Mapping[str, str], options: Mapping[str, object]) -> dict[str, int]:
    if not variables:
        raise DataRejectedError(
            "sources.area_panel.options.variables is empty, so nothing would be read; "
            "map our names to the columns of the file"
        )
    usual = stated_whole(options["publication_lag_days"])
    own = _of_variables("lag_days", variables, options)
    return {name: stated_whole(own.get(name, usual)) for name in variables}


def _of_years(variables: Mapping[str, str], options: Mapping[str, object]) -> dict[str, int]:
    own = _of_variables("of_year", variables, options)
    return {name: stated_whole(year) for name, year in own.items()}


def _of_variables(
    option: str, variables: Mapping[str, str], options: Mapping[str, object]
) -> Mapping[str, str]:
    own = cast(Mapping[str, str], options.get(option) or {})
    unknown = sorted(set(own) - set(variables))
    if unknown:
        raise DataRejectedError(
            f"sources.area_panel.options.{option} names {unknown[0]}, which is not among the "
            "variables; name a mapped variable"
        )
    return own


def _timing(lag_days: Mapping[str, int], of_year: Mapping[str, int], year: int) -> pl.DataFrame:
    """Lag, first and last year to be read of each variable."""
    names = list(lag_days)
    return pl.DataFrame(
        {
            "variable": names,
            "lag_days": [lag_days[name] for name in names],
            "first": [of_year.get(name, year - _YEARS_BACK) for name in names],
            "last": [of_year.get(name, year) for name in names],
        },
        schema={
            "variable": pl.String(),
            "lag_days": pl.Int64(),
            "first": pl.Int32(),
            "last": pl.Int32(),
        },
    )


def _figures(table: pl.DataFrame) -> pl.DataFrame:
    """source_row, supplier_id, year, variable, value of every figure."""
    index = ["source_row", "supplier_id", "year"]
    long = table.unpivot(index=index, variable_name="variable", value_name="value")
    return long.filter(pl.col("value").is_not_null())


def _dated(figures: pl.DataFrame, origin: str) -> pl.DataFrame:
    return (
        figures.with_columns(observed_to=pl.date(pl.col("year"), 12, 31))
        .select(
            "supplier_id",
            "year",
            "variable",
            "value",
            "observed_to",
            (pl.col("observed_to") + pl.duration(days=pl.col("lag_days"))).alias("published_on"),
            pl.lit(origin).alias("origin"),
        )
        .cast(pl.Schema(_SCHEMA))
    )


def _rejected(rows: pl.DataFrame, path: str) -> pl.DataFrame:
    rule, reason = "area_or_year_is_missing", "the row names no area, or no year of four digits"
    return rejected_rows(rows, Path(path).name, rule, reason)
