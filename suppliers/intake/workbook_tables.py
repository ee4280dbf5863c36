"""Sheets of workbooks as tables."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache, partial
from pathlib import Path

import polars as pl

from suppliers.input_errors import DataRejectedError
from suppliers.intake.sheet_marks import sheet_marks
from suppliers.intake.table_rows import (
    HEADER_SEARCH_ROWS,
    Table,
    header_position,
    loaded_rows,
    no_header,
    stripped,
)
from suppliers.intake.workbook_sheets import WorkbookSheet, cell_text, open_sheets


def open_workbook(
    path: Path, is_known: Callable[[str], bool], sheet: str | None, fills_merged_cells: bool
) -> Table:
    """The table of a workbook; arguments and errors as of `table_files.open_table`."""
    sheets = open_sheets(path)
    names = [one.name for one in sheets]
    if sheet is not None and sheet not in names:
        raise DataRejectedError(
            f"{path.name}: there is no sheet {sheet!r}; the sheets are {', '.join(names)}."
        )
    found: dict[str, tuple[int, Table]] = {}
    for one in sheets:
        top = one.first_rows(HEADER_SEARCH_ROWS)
        position = header_position(top, is_known)
        if position is not None:
            known = sum(map(is_known, top[position]))
            table = _sheet_table(path, one, top[position], position, fills_merged_cells)
            found[one.name] = (known, table)
    if not found or (sheet is not None and sheet not in found):
        raise no_header(path.name)
    # A hidden sheet is read where no other holds a table, or by its name.
    chosen = sheet or max(found, key=lambda name: (not found[name][1].is_hidden, found[name][0]))
    others = tuple(table for name, (_, table) in found.items() if name != chosen)
    return replace(found[chosen][1], other_sheets=others)


def _sheet_table(
    path: Path,
    sheet: WorkbookSheet,
    header: Sequence[str],
    position: int,
    fills_merged_cells: bool,
) -> Table:
    headers = stripped(header)
    offset = sheet.offset
    name = path.name
    marks = cache(partial(sheet_marks, path, sheet.name))

    def load(positions: Sequence[int], numbers: frozenset[int]) -> pl.DataFrame:
        lacking = sorted(
            (row, at) for row, at in marks().without_value if at in positions and row > position + 1
        )
        if lacking:
            row, at = lacking[0]
            raise DataRejectedError(
                f"{name}, sheet {sheet.name}, row {row}: the formula under {headers[at]!r} has no "
                f"computed value, as {len(lacking)} of the cells to be read; open the workbook in "
                "a spreadsheet program and save it."
            )
        given = sheet.filled_rows() if fills_merged_cells else sheet.rows()
        below = ((n, row) for n, row in enumerate(given, start=1) if n > position + 1)

        def text(value: object, at: int) -> str:
            return cell_text(value, is_number=at in numbers)

        return loaded_rows(below, positions, text, offset=offset)

    def hidden_rows() -> frozenset[int]:
        return frozenset(row for row in marks().hidden_rows if row > position + 1)

    return Table(
        name, headers, position + 1, load, sheet.name,
        is_hidden=sheet.is_hidden, hidden_rows=hidden_rows,
        hidden_columns=lambda: marks().hidden_columns,
    )  # fmt: skip
