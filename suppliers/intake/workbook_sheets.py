"""Sheets of a workbook (XLSX, XLSM, XLS, ODS) as rows of cells, each at its own column."""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import python_calamine

from suppliers.input_errors import DataRejectedError
from suppliers.intake.encodings import strip_control
from suppliers.intake.workbook_bounds import reject_out_of_bounds

WORKBOOK_SUFFIXES = (".xlsx", ".xlsm", ".xls", ".ods")
#: How old workbooks, and new ones with a password, begin.
OLE_MAGIC = b"\xd0\xcf\x11\xe0"
#: A float holds whole numbers exactly up to here.
_WHOLE_LIMIT = 2.0**53


@dataclass(frozen=True)
class WorkbookSheet:
    """One sheet. Positions of rows and columns are those of the sheet, counted from 0.

    Attributes:
        name: of the sheet.
        cells: the library's sheet.
        is_hidden: whether spreadsheet programs do not show it.
    """

    name: str
    cells: python_calamine.CalamineSheet
    is_hidden: bool = False

    def first_rows(self, count: int) -> list[list[str]]:
        """The first rows as text; a header that is merged downwards is in each of its rows."""
        if self.cells.start is None:
            return []
        top = self.cells.to_python(skip_empty_area=False, nrows=count)
        rows = [[cell_text(value, is_number=False) for value in row] for row in top]
        for (first, column), (last, _) in self.cells.merged_cell_ranges or []:
            for at in range(first + 1, min(last + 1, len(rows))):
                if column < len(rows[at]) and not rows[at][column]:
                    rows[at][column] = rows[first][column]
        return rows

    def rows(self) -> Iterator[Sequence[Any]]:
        """The values of all rows from the sheet's first one; `offset` is the first column."""
        return iter(()) if self.cells.start is None else self.cells.iter_rows()

    def merged_downwards(self) -> list[tuple[int, int, int]]:
        """First row, last row and column of each cell that is merged over several rows."""
        ranges = self.cells.merged_cell_ranges or []
        return [(first, last, column) for (first, column), (last, _) in ranges if last > first]

    def filled_rows(self) -> Iterator[Sequence[Any]]:
        """The rows; the value of a cell that is merged downwards is in each of its rows."""
        merged = self.merged_downwards()
        return _filled(self.rows(), merged, self.offset) if merged else self.rows()

    @property
    def offset(self) -> int:
        """Position of the column of the first cell of each of `rows`."""
        return 0 if self.cells.start is None else self.cells.start[1]


def _filled(
    rows: Iterator[Sequence[Any]], merged: Sequence[tuple[int, int, int]], offset: int
) -> Iterator[Sequence[Any]]:
    """Rows with the values of cells merged downwards, which begin at column `offset`."""
    beginning: dict[int, list[tuple[int, int]]] = {}
    for first, last, column in merged:
        beginning.setdefault(first, []).append((column - offset, last))
    carried: dict[int, tuple[int, Any]] = {}
    for number, row in enumerate(rows):
        cells = list(row)
        carried = {at: (last, value) for at, (last, value) in carried.items() if last >= number}
        for at, (_, value) in carried.items():
            if at < len(cells) and cells[at] in ("", None):
                cells[at] = value
        for at, last in beginning.get(number, ()):
            if 0 <= at < len(cells):
                carried[at] = (last, cells[at])
        yield cells


def open_sheets(path: Path) -> list[WorkbookSheet]:
    """All sheets of a workbook in their order.

    Raises:
        DataRejectedError: damaged, protected by a password, or with cells too far apart to be read.
    """
    with path.open("rb") as file:
        is_wrapped = file.read(8).startswith(OLE_MAGIC) and path.suffix.lower() != ".xls"
    try:
        if is_wrapped:  # so a workbook with a password is stored
            raise python_calamine.PasswordError
        reject_out_of_bounds(path)
        book = python_calamine.load_workbook(path)
        shown = python_calamine.SheetVisibleEnum.Visible
        hidden = {one.name for one in book.sheets_metadata if one.visible != shown}
        return [
            WorkbookSheet(name, book.get_sheet_by_name(name), name in hidden)
            for name in book.sheet_names
        ]
    except python_calamine.PasswordError:
        raise DataRejectedError(
            f"{path.name}: the workbook is protected by a password; save a copy without one."
        ) from None
    except (python_calamine.CalamineError, OSError):
        raise DataRejectedError(
            f"{path.name}: the workbook is damaged or protected; open it and save it again as "
            ".xlsx."
        ) from None


def cell_text(value: Any, *, is_number: bool) -> str:
    """A typed cell as text; dates in ISO form.

    Args:
        value: as the library gives it.
        is_number: whether the column holds numbers; see `float_text`.
    """
    if isinstance(value, str):
        return strip_control(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return float_text(value, is_number=is_number)
    if isinstance(value, dt.datetime):
        if value.time() == dt.time():
            return value.date().isoformat()
        return value.isoformat(sep=" ", timespec="auto")
    return str(value)


def float_text(value: float, *, is_number: bool) -> str:
    """A float as text, whole ones without ``.0``.

    In a column of numbers the others have an exponent (``1.234e+00``): a typed number has no
    decimal mark, so it must not look like a text that shows the style of the file.
    """
    if value.is_integer() and abs(value) < _WHOLE_LIMIT:
        return str(int(value))
    return np.format_float_scientific(value, trim="-") if is_number else repr(value)
