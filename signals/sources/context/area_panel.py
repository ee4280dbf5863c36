"""Yearly public statistics of sourcing areas: tables of one row per area and year.

Only the column that names the area, the year and the columns mapped under `variables` are ever
read; everything else in the file, outcomes and household surveys included, stays unread. Beside
the main table there may be `further` ones, such as the municipal accounts of one year.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import polars as pl

from configs.config_errors import DataRejectedError
from signals.access import Access, AccessKind
from signals.account import NOT_LISTED, NOT_THEN, Account, Unit, rows_by_rule
from signals.card import Collection, Licence, SourceCard
from signals.fetching.mirror import decimal_option
from signals.fetching.source_tables import (
    no_rejections,
    read_source_table,
    rejected_rows,
    rows_read,
)
from signals.source import PullContext, RawFile, Staged
from suppliers.intake.days import year_of
from suppliers.intake.fields import FieldKind
from suppliers.intake.guard_report import GuardSettings
from suppliers.intake.numbers import DecimalMark, number_of, number_style, stated_whole
from suppliers.intake.personal_data_guard import check_headers

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
#: Our columns beside the variables.
_KEYS = ("supplier_id", "year")
#: What a table of `further` may state.
_OF_A_TABLE = {"file", "area_id", "year", "variables", "same_for_all"}
_SCHEMA: dict[str, pl.DataType] = {
    "supplier_id": pl.String(),
    "year": pl.Int32(),
    "variable": pl.String(),
    "value": pl.Float64(),
    "observed_to": pl.Date(),
    "published_on": pl.Date(),
    "origin": pl.String(),
}


@dataclass(frozen=True)
class _Table:
    """A table of the user's.

    Attributes:
        file: below the mirror.
        area_id: column that names the area.
        year: column of the year, or the one year that the whole table is of.
        variables: our name to the column.
        same_for_all: our name to a figure that all areas share, such as one of the country.
    """

    file: str
    area_id: str
    year: str | int
    variables: Mapping[str, str]
    same_for_all: Mapping[str, float]

    @property
    def columns(self) -> dict[str, str]:
        """Our name to the column, keys of the rows first."""
        year = {"year": self.year} if isinstance(self.year, str) else {}
        return {"supplier_id": self.area_id, **year, **self.variables}


def _tables(options: Mapping[str, object]) -> tuple[_Table, ...]:
    """The main table and the further ones; area column as in the main one unless stated."""
    further = options.get("further") or []
    if not isinstance(further, list | tuple) or not all(isinstance(t, Mapping) for t in further):
        raise DataRejectedError(
            "sources.area_panel.options.further is not a list of tables; give each a file, a year "
            "and variables"
        )
    found = []
    for place, table in enumerate([options, *further]):
        key = "sources.area_panel.options" + (f".further[{place - 1}]" if place else "")
        unknown = set() if table is options else set(table) - _OF_A_TABLE
        lacking = [name for name in ("file", "year", "variables") if not table.get(name)]
        if table is not options and (unknown or lacking):
            wrong = f"{sorted(unknown)[0]} is not known" if unknown else f"{lacking[0]} is missing"
            raise DataRejectedError(f"{key}: {wrong}; give {', '.join(sorted(_OF_A_TABLE))}")
        year = str(table["year"])
        figures = cast(Mapping[str, object], table.get("same_for_all") or {})
        for name, figure in figures.items():
            if isinstance(figure, bool) or not isinstance(figure, int | float):
                raise DataRejectedError(
                    f"{key}: same_for_all.{name} is {figure!r}; write a number without quotation "
                    "marks"
                )
        found.append(
            _Table(
                str(table["file"]),
                str(table.get("area_id") or options["area_id"]),
                int(year) if year.isdigit() else year,
                cast(Mapping[str, str], table.get("variables") or {}),
                {name: cast(float, figure) for name, figure in figures.items()},
            )
        )
    return tuple(found)


def pull(context: PullContext) -> Sequence[RawFile]:
    """Register the files; without a mirror there is nothing, as no public address exists.

    Raises:
        DataRejectedError: the mirror lacks a file.
    """
    if context.mirror is None:
        return ()
    kept = []
    for table in _tables(context.options):
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
    tables = {table.file: table for table in _tables(context.options)}
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
        read, unread = _read_table(Path(file.path), tables[file.key], declared)
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


def _read_table(
    path: Path, table: _Table, declared: DecimalMark | None
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """As `_read`, with the year and the figures that hold for the whole table."""
    read, unread = _read(path, table.columns, declared)
    if isinstance(table.year, int):
        read = read.with_columns(year=pl.lit(table.year, pl.Int32))
    return read.with_columns(
        pl.lit(figure, pl.Float64).alias(name) for name, figure in table.same_for_all.items()
    ), unread


def _read(
    path: Path, columns: Mapping[str, str], declared: DecimalMark | None
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The area, the year and the mapped columns, under our names, and `source_row`.

    And the rows that were not read. A Parquet file whose years and figures have types needs no
    text to be read.

    Args:
        path: of the file.
        columns: our name (`supplier_id`, `year` or a variable) to the header in the file.
        declared: decimal mark by the user's word.
    """
    typed = _typed_parquet(path, columns) if path.suffix.lower() == ".parquet" else None
    if typed is not None:
        return typed, no_rejections()
    area, figures = columns["supplier_id"], [name for name in columns if name not in _KEYS]
    kinds: dict[str, FieldKind] = dict.fromkeys(columns.values(), "number")
    table, unread = read_source_table(path, kinds | {area: "identifier"}, required=())
    _reject_lacking(path, columns, table.columns)
    text = table.select(
        "source_row", *(pl.col(header).alias(name) for name, header in columns.items())
    )
    style = number_style(text, figures, declared=declared)
    faults = pl.DataFrame({"source_row": text["source_row"]}).with_columns(
        text.select(
            (pl.col(name).is_not_null() & number_of(name, style).is_null()).alias(name)
            for name in figures
        )
    )
    for name in figures:
        if text[name].is_not_null().any() and (faults[name] == text[name].is_not_null()).all():
            raise DataRejectedError(
                f"{path.name}: the column {columns[name]} holds text where numbers are needed; map "
                "number columns under sources.area_panel.options.variables"
            )
    is_bad = faults.select(pl.any_horizontal(figures)).to_series()
    reason = (
        "a figure is not a number, or is ambiguous (1.000 is 1 or 1000); write one decimal mark, "
        f"or set sources.{CARD.id}.options.decimal to dot or comma"
    )
    bad = rejected_rows(text.filter(is_bad), path.name, "figures_are_numbers", reason)
    year = [year_of("year")] if "year" in columns else []
    numbers = text.filter(~is_bad).with_columns(
        *year, *(number_of(name, style) for name in figures)
    )
    return numbers, pl.concat([unread, bad])


def _typed_parquet(path: Path, columns: Mapping[str, str]) -> pl.DataFrame | None:
    """The columns of a Parquet file, or None where a year or figure is text."""
    try:
        scan = pl.scan_parquet(path, glob=False)
        schema = scan.collect_schema()
    except (pl.exceptions.PolarsError, OSError):
        raise DataRejectedError(
            f"{path.name}: this is not a readable Parquet file; write it again."
        ) from None
    _reject_lacking(path, columns, schema.names())
    check_headers(schema.names(), set(columns.values()), GuardSettings(), path.name)
    kinds = {name: schema[header] for name, header in columns.items()}
    if not all(kind.is_numeric() for name, kind in kinds.items() if name != "supplier_id"):
        return None
    return (
        scan.select(
            pl.col(header)
            .cast({"supplier_id": pl.String, "year": pl.Int32}.get(name, pl.Float64))
            .alias(name)
            for name, header in columns.items()
        )
        .with_columns(pl.col("supplier_id").str.strip_chars(), pl.col(pl.Float64).fill_nan(None))
        .collect()
        .with_row_index("source_row", offset=_FIRST_ROW)
    )


def _reject_lacking(path: Path, columns: Mapping[str, str], headers: Sequence[str]) -> None:
    for header in columns.values():
        if header not in headers:
            raise DataRejectedError(
                f"{path.name}: the column {header} is missing; correct sources.area_panel.options"
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
