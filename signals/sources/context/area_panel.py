"""Yearly public statistics of sourcing areas: one table, one row per area and year.

Only the column that names the area, the year and the columns mapped under `variables` are ever
read; everything else in the file, outcomes and household surveys included, stays unread.
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
from signals.fetching.source_tables import rejected_rows
from signals.source import PullContext, RawFile, Staged
from suppliers.intake.personal_data_guard import GuardSettings, check_headers

CARD = SourceCard(
    id="area_panel",
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
#: A person counts the header as row 1.
_FIRST_ROW = 2
_NO_FIGURE = "an area and year without a figure"
_MISSING_TEXT = ["", "NA", "-", "..", "..."]
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
    """Register the one file; without a mirror there is nothing, as no public address exists.

    Raises:
        DataRejectedError: the mirror lacks the file.
    """
    if context.mirror is None:
        return ()
    path = context.mirror / str(context.options["file"])
    if not path.is_file():
        raise DataRejectedError(
            f"{path}: no such file; name the area table under sources.area_panel.options.file"
        )
    return (context.store.keep(CARD.id, path),)


def day_cut(day: dt.date) -> int:
    """What of a run's day the rows depend on beside their publication: its year."""
    return day.year


def stage(files: Sequence[RawFile], context: PullContext) -> Sequence[Staged]:
    """Bring the mapped columns of the list's own areas into long form.

    Years before the twelve that end with the as-of year are left out. `of_year` names variables
    that the file repeats on the rows of every year, such as a census: only the row of the year
    they are of is read, however long ago. A figure counts as published `publication_lag_days`
    after the end of its year; `lag_days` gives single variables a lag of their own. `id_prefix`
    is put before the area's id where the list's ids carry one.

    Raises:
        DataRejectedError: a column that the profile names is not in the file or holds no numbers,
            or nothing is mapped.
        NonExtractiveError: a header of the file is about persons.
    """
    if not files:
        return (Staged(TABLE, pl.DataFrame(schema=_SCHEMA)),)
    variables = cast(Mapping[str, str], context.options.get("variables") or {})
    lag_days = _lags(variables, context.options)
    of_year = _of_years(variables, context.options)
    prefix = str(context.options.get("id_prefix") or "")
    area, year = str(context.options["area_id"]), str(context.options["year"])
    timing = _timing(lag_days, of_year, context.as_of.year)
    frames, rejected, account = [], [], Account()
    for file in files:
        table = _read(Path(file.path), area, year, variables).with_columns(
            supplier_id=pl.lit(prefix) + pl.col("supplier_id")
        )
        is_bad = pl.col("supplier_id").is_null() | pl.col("year").is_null()
        bad, named = table.filter(is_bad), table.filter(~is_bad)
        is_listed = pl.col("supplier_id").is_in(context.suppliers["supplier_id"].implode())
        listed = named.filter(is_listed)
        figures = _figures(listed)
        asked_for = figures.join(timing, on="variable", how="left", maintain_order="left").filter(
            pl.col("year").is_between("first", "last")
        )
        frames.append(_dated(asked_for, file.origin))
        rejected.append(_rejected(bad, file.path))
        with_figures, used = (part["source_row"].n_unique() for part in (figures, asked_for))
        account.count(
            Unit.ROW,
            file,
            read=table.height,
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
    usual = int(str(options["publication_lag_days"]))
    own = _of_variables("lag_days", variables, options)
    return {name: int(own.get(name, usual)) for name in variables}


def _of_years(variables: Mapping[str, str], options: Mapping[str, object]) -> dict[str, int]:
    own = _of_variables("of_year", variables, options)
    return {name: int(year) for name, year in own.items()}


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


def _read(path: Path, area: str, year: str, variables: Mapping[str, str]) -> pl.DataFrame:
    """The area, the year and the mapped columns, under our names, and `source_row`."""
    is_parquet = path.suffix == ".parquet"
    scan = (
        pl.scan_parquet(path)
        if is_parquet
        else pl.scan_csv(path, infer_schema=False, null_values=_MISSING_TEXT)
    )
    headers = scan.collect_schema().names()
    needed = [area, year, *variables.values()]
    for column in needed:
        if column not in headers:
            raise DataRejectedError(
                f"{path.name}: the column {column} is missing; correct sources.area_panel.options"
            )
    check_headers(headers, set(needed), GuardSettings(), path.name)
    try:
        return (
            scan.select(
                pl.col(area).cast(pl.String).str.strip_chars().alias("supplier_id"),
                pl.col(year).cast(pl.Int32).alias("year"),
                *(
                    pl.col(column).cast(pl.Float64).alias(name)
                    for name, column in variables.items()
                ),
            )
            .collect()
            .with_row_index("source_row", offset=_FIRST_ROW)
        )
    except pl.exceptions.InvalidOperationError as error:
        raise DataRejectedError(
            f"{path.name}: a mapped column holds text where numbers are needed; map number "
            "columns under sources.area_panel.options.variables"
        ) from error


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
    rule, reason = "area_or_year_is_missing", "the row names no area or no year"
    return rejected_rows(rows, Path(path).name, rule, reason)
