"""Whether a workbook can be opened: the native reader allocates all cells of a sheet at once.

It does so from the first filled cell to the last one, so that a file of 5 kB with a cell far away
takes gigabytes or ends the process. The archive's own statements of sizes are not believed.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from pathlib import Path
from typing import Protocol

from suppliers.input_errors import DataRejectedError

#: Cells of a sheet that are allocated, about 30 bytes each; a filled sheet may have more.
MOST_CELLS = 20_000_000
#: A sheet with more cells than `MOST_CELLS` has a value in this share of them at least.
_FILLED_SHARE = 0.05
#: All parts of a workbook unpacked.
UNPACKED_LIMIT_BYTES = 4_000_000_000
_RATIO_LIMIT, _SMALL_BYTES = 400, 1 << 26

_CHUNK_BYTES = 4_000_000
#: References of cells beyond column Z, by the letters of their column.
_FAR_COLUMNS = tuple(
    re.compile(rb"r\s*=\s*[\"']([A-Za-z]{%d})[0-9]" % letters) for letters in (3, 2)
)
_SINGLE_LETTERS = 26
#: References of cells from row 100,000 on, whatever their row says.
_FAR_DOWN = re.compile(rb"[A-Za-z]([0-9]{6,9})[\"']")
#: Rows that are stated.
_ROW_NUMBERS = re.compile(rb"row\b[^>]*?\sr\s*=\s*[\"']([0-9]{1,9})[\"']")
#: References of cells that have a value.
_FILLED = re.compile(
    rb"<(?:\w+:)?c\s[^>]*?\br\s*=\s*[\"']([A-Za-z]{1,7})([0-9]{1,9})[\"'][^>]*(?<!/)>\s*"
    rb"<(?:\w+:)?(?:v|is|f)\b"
)
_ODS_ELEMENT = re.compile(
    rb"<(/?)table:(table-row|table-cell|covered-table-cell|table)(?=[\s/>])([^>]*)>"
)
_ODS_ROWS = re.compile(rb"number-rows-repeated=[\"']([0-9]{1,9})[\"']")
_ODS_COLUMNS = re.compile(rb"number-columns-repeated=[\"']([0-9]{1,9})[\"']")
_ODS_VALUE = re.compile(rb"office:value-type=|calcext:value-type=|table:formula=")


def reject_out_of_bounds(path: Path) -> None:
    """Check the parts of a zipped workbook before the native reader opens it.

    Args:
        path: of an XLSX, XLSM or ODS; other files, whose format has bounds of its own, pass.

    Raises:
        DataRejectedError: it unpacks to more than any plausible workbook, or a sheet has cells so
            far apart that there is no areas for all between.
    """
    if path.suffix.lower() == ".xls" or not zipfile.is_zipfile(path):
        return
    try:
        with zipfile.ZipFile(path) as book:
            total = 0
            for part in book.infolist():
                areas = _areas_of(part.filename)
                total += _seen(book, part, areas, path.name, total)
                if isinstance(areas, _Area) and _is_sparse(areas):
                    # Rows and cells that have a format alone count above, and are not allocated.
                    areas = _FilledArea()
                    _seen(book, part, areas, path.name, 0)
                if areas is not None and _is_sparse(areas):
                    raise DataRejectedError(
                        f"{path.name}: a sheet has cells so far apart that there would be "
                        f"{areas.most()} between them; delete what lies far from the table, or "
                        "save the table as CSV."
                    )
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError):
        raise DataRejectedError(
            f"{path.name}: the workbook is damaged or protected; open it and save it again as "
            ".xlsx."
        ) from None


def _seen(
    book: zipfile.ZipFile, part: zipfile.ZipInfo, areas: _Sheets | None, name: str, before: int
) -> int:
    """The bytes of a part; its cells are counted as they pass."""
    packed, size, rest = max(part.compress_size, 1), 0, b""
    with book.open(part) as stream:
        while chunk := stream.read(_CHUNK_BYTES):
            size += len(chunk)
            is_swollen = size > _SMALL_BYTES and size > packed * _RATIO_LIMIT
            if before + size > UNPACKED_LIMIT_BYTES or is_swollen:
                raise DataRejectedError(
                    f"{name}: the workbook swells beyond any plausible table when it is unpacked; "
                    "save the table as CSV."
                )
            if areas is not None:
                text = rest + chunk
                cut = max(text.rfind(b"<c "), text.rfind(b"<table:"))
                cut = len(text) if cut <= 0 or len(text) > 2 * _CHUNK_BYTES else cut
                areas.see(text[:cut])
                rest = text[cut:]
    if areas is not None:
        areas.see(rest)
    return size


class _Sheets(Protocol):
    """What is known of the cells in a part of a workbook."""

    def see(self, text: bytes) -> None:
        """Look at a piece of the XML."""
        ...

    def areas(self) -> list[tuple[int, int]]:
        """Cells of the rectangle around each sheet's cells, and those filled."""
        ...

    def most(self) -> int:
        """Cells of the largest rectangle."""
        ...


def _is_sparse(sheets: _Sheets) -> bool:
    return any(
        cells > MOST_CELLS and filled < cells * _FILLED_SHARE for cells, filled in sheets.areas()
    )


class _Area:
    """The rectangle around the filled cells of a sheet of XLSX, or a little more."""

    def __init__(self) -> None:
        self._row = self._column = self._filled = 0

    def see(self, text: bytes) -> None:
        """Look at a piece of the sheet's XML that ends between two elements."""
        self._filled += text.count(b"<c ") + text.count(b":c ")
        self._row = max(self._row, *map(int, _ROW_NUMBERS.findall(text)), 0)
        self._row = max(self._row, *map(int, _FAR_DOWN.findall(text)), 0)
        for pattern in _FAR_COLUMNS:
            letters = set(pattern.findall(text))
            if letters:
                self._column = max(self._column, *map(_position, letters))
                return
        self._column = max(self._column, _SINGLE_LETTERS)

    def areas(self) -> list[tuple[int, int]]:
        """One rectangle, and the cells in it."""
        return [(self._row * self._column, self._filled)]

    def most(self) -> int:
        """Its cells."""
        return self._row * self._column


class _FilledArea(_Area):
    """The rectangle around the cells of a sheet of XLSX that have a value."""

    def see(self, text: bytes) -> None:
        """Look at a piece of the sheet's XML."""
        for letters, row in _FILLED.findall(text):
            self._filled += 1
            self._row = max(self._row, int(row))
            self._column = max(self._column, _position(letters))


class _OpenDocumentAreas:
    """The same for ODS, where one element stands for many rows and columns."""

    def __init__(self) -> None:
        self._found: list[tuple[int, int]] = []
        self._row = self._column = self._repeated = 0
        self._last_row = self._last_column = self._cells = 0

    def see(self, text: bytes) -> None:
        """Look at a piece of the XML."""
        for is_end, name, attributes in _ODS_ELEMENT.findall(text):
            if name == b"table":
                self._close()
            elif name == b"table-row" and not is_end:
                self._row += self._repeated
                self._column, self._repeated = 0, _count(_ODS_ROWS, attributes)
            elif name != b"table-row" and not is_end:
                count = _count(_ODS_COLUMNS, attributes)
                self._column += count
                if _ODS_VALUE.search(attributes):
                    self._last_row = self._row + self._repeated
                    self._last_column = max(self._last_column, self._column)
                    # A repeated value is one that somebody wrote once.
                    self._cells += 1

    def areas(self) -> list[tuple[int, int]]:
        """A rectangle for each sheet, and the cells in it."""
        self._close()
        return self._found

    def most(self) -> int:
        """Cells of the largest."""
        return max(cells for cells, _ in self.areas())

    def _close(self) -> None:
        self._found.append((self._last_row * self._last_column, self._cells))
        self._row = self._column = self._repeated = 0
        self._last_row = self._last_column = self._cells = 0


def _areas_of(name: str) -> _Sheets | None:
    if name == "content.xml":
        return _OpenDocumentAreas()
    is_sheet = name.lower().startswith("xl/worksheets/") and name.lower().endswith(".xml")
    return _Area() if is_sheet else None


def _count(pattern: re.Pattern[bytes], attributes: bytes) -> int:
    stated = pattern.search(attributes)
    return int(stated[1]) if stated else 1


def _position(letters: bytes) -> int:
    position = 0
    for letter in letters.upper():
        position = position * 26 + letter - ord("A") + 1
    return position
