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
from signals.account import Account
from signals.card import Collection, Licence, SourceCard
from signals.source import REJECTED_SCHEMA, PullContext, RawFile, Staged
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
    citation="Brazil: IBGE (PAM, municipal accounts), MapBiomas (CC BY-SA 4.0), IBAMA embargoes.",
    access=Access(
        kind=AccessKind.OWN_DATA,
        adds="yearly public statistics of sourcing areas",
    ),
)

TABLE = "stg_area_panel__values"
#: No signal looks further back than this.
_YEARS_BACK = 12
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
    frames, rejected, account = [], [], Account()
    for file in files:
        table = _read(Path(file.path), area, year, variables).with_columns(
            supplier_id=pl.lit(prefix) + pl.col("supplier_id")
        )
        wanted = pl.col("supplier_id").is_in(context.suppliers["supplier_id"].implode())
        bad = pl.col("supplier_id").is_null() | pl.col("year").is_null()
        rejected.append(_rejected(table.filter(bad), file.path))
        timing = _timing(lag_days, of_year, context.as_of.year)
        frames.append(_long(table.filter(~bad & wanted), timing, file.origin))
        account.leave_out(file, "no figure of an area on the list in the years asked for")
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
    """The area, the year and the mapped columns, under our names; nothing else is loaded."""
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
        return scan.select(
            pl.col(area).cast(pl.String).str.strip_chars().alias("supplier_id"),
            pl.col(year).cast(pl.Int32).alias("year"),
            *(pl.col(column).cast(pl.Float64).alias(name) for name, column in variables.items()),
        ).collect()
    except pl.exceptions.InvalidOperationError as error:
        raise DataRejectedError(
            f"{path.name}: a mapped column holds text where numbers are needed; map number "
            "columns under sources.area_panel.options.variables"
        ) from error


def _long(table: pl.DataFrame, timing: pl.DataFrame, origin: str) -> pl.DataFrame:
    return (
        table.unpivot(index=["supplier_id", "year"], variable_name="variable", value_name="value")
        .filter(pl.col("value").is_not_null())
        .join(timing, on="variable", how="left", maintain_order="left")
        .filter(pl.col("year").is_between("first", "last"))
        .with_columns(observed_to=pl.date(pl.col("year"), 12, 31))
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
    # A selection of constants alone would make one row out of none.
    return rows.with_columns(
        pl.lit(Path(path).name).alias("source_file"),
        pl.lit(None, dtype=pl.Int64).alias("source_row"),
        pl.lit("area_or_year_is_missing").alias("rule"),
        pl.lit("the row names no area or no year").alias("reason"),
    ).select(pl.col(name).cast(kind) for name, kind in REJECTED_SCHEMA.items())
