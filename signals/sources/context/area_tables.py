"""The tables of sourcing areas: which files with which columns, and how one is read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import polars as pl

from configs.config_errors import DataRejectedError
from signals.fetching.source_tables import no_rejections, read_source_table, rejected_rows
from suppliers.intake.days import year_of
from suppliers.intake.fields import FieldKind
from suppliers.intake.guard_report import GuardSettings
from suppliers.intake.numbers import DecimalMark, number_of, number_style
from suppliers.intake.personal_data_guard import reject_personal_headers

SOURCE_ID = "area_panel"
#: A person counts the header as row 1.
_FIRST_ROW = 2
#: Our columns beside the variables.
_KEYS = ("supplier_id", "year")
#: What a table of `further` may state.
_OF_A_TABLE = {"file", "area_id", "year", "variables", "same_for_all"}


@dataclass(frozen=True)
class AreaTable:
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


def area_tables(options: Mapping[str, object]) -> tuple[AreaTable, ...]:
    """The main table and the further ones; area column as in the main one unless stated.

    Args:
        options: of the source.

    Raises:
        DataRejectedError: a further table lacks a key or has an unknown one, or a figure for all
            areas is not a number.
    """
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
            AreaTable(
                str(table["file"]),
                str(table.get("area_id") or options["area_id"]),
                int(year) if year.isdigit() else year,
                cast(Mapping[str, str], table.get("variables") or {}),
                {name: cast(float, figure) for name, figure in figures.items()},
            )
        )
    return tuple(found)


def read_table(
    path: Path, table: AreaTable, declared: DecimalMark | None
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The area, the year and the mapped columns of a file, under our names, and `source_row`.

    With the year and the figures that hold for the whole table.

    Args:
        path: of the file.
        table: which columns.
        declared: decimal mark by the user's word.

    Returns:
        The rows, and those that were not read.

    Raises:
        DataRejectedError: a column is missing or holds text, or the file is no table.
        NonExtractiveError: a header of the file is about persons.
    """
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
        f"or set sources.{SOURCE_ID}.options.decimal to dot or comma"
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
    reject_personal_headers(schema.names(), GuardSettings(), path.name)
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
