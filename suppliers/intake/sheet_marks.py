"""What the XML of a sheet states beside its values: what is hidden, and formulas without a value.

The library that reads the cells gives hidden rows and columns like all others, and an empty cell
for a formula that no spreadsheet program has computed yet.
"""

import html
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import ParseError, fromstring

from suppliers.input_errors import DataRejectedError

_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_CHUNK_BYTES = 4_000_000
_ROW = re.compile(rb"<(?:\w+:)?row\b([^>]*)>")
_NUMBER = re.compile(rb'\br="(\d+)"')
_HIDDEN = re.compile(rb'\bhidden="(?:1|true)"')
_COLUMN = re.compile(rb"<(?:\w+:)?col\b([^>]*)>")
_FIRST = re.compile(rb'\bmin="(\d{1,5})"')
_LAST = re.compile(rb'\bmax="(\d{1,5})"')
_MOST_COLUMNS, _MOST_ROWS = 16_384, 1_048_576
_ODS_PART = re.compile(rb"<table:(table-column|table-row|table)(?=[\s/>])([^>]*)>")
_ODS_NAME = re.compile(rb'\btable:name="([^"]*)"')
_ODS_REPEATED = re.compile(rb'number-(?:rows|columns)-repeated="(\d{1,9})"')
_ODS_HIDDEN = re.compile(rb'\btable:visibility="(?:collapse|filter)"')
_WITHOUT_VALUE = re.compile(
    rb'<(?:\w+:)?c\b[^>]*?\br="([A-Z]{1,3})(\d+)"[^>]*>\s*<(?:\w+:)?f\b(?:[^>]*/>|[^>]*>[^<]*</(?:\w+:)?f>)'
    rb"\s*(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v>\s*</(?:\w+:)?v>)?\s*</(?:\w+:)?c>"
)


@dataclass(frozen=True)
class SheetMarks:
    """Marks of one sheet.

    Attributes:
        hidden_rows: numbers, counted from 1, of rows that are hidden or filtered out.
        without_value: row and column position (from 1 and from 0) of formulas without a value;
            of Excel alone.
        hidden_columns: positions, counted from 0, of columns that are hidden.
    """

    hidden_rows: frozenset[int] = frozenset()
    without_value: frozenset[tuple[int, int]] = frozenset()
    hidden_columns: frozenset[int] = frozenset()


def sheet_marks(path: Path, sheet: str) -> SheetMarks:
    """The marks of a sheet; none where the file is neither ODS nor an Excel workbook of today.

    Args:
        path: of the workbook.
        sheet: name of the sheet.

    Raises:
        DataRejectedError: its parts are damaged.
    """
    if path.suffix.lower() not in (".xlsx", ".xlsm", ".ods") or not zipfile.is_zipfile(path):
        return SheetMarks()
    if path.suffix.lower() == ".ods":
        return _ods_marks(path, sheet)
    with zipfile.ZipFile(path) as book:
        try:
            part = _part_of(book, sheet)
        except (ParseError, DefusedXmlException, ValueError):
            raise DataRejectedError(
                f"{path.name}: the workbook is damaged; open it and save it again as .xlsx."
            ) from None
        if part is None:
            return SheetMarks()
        with book.open(part) as stream:
            hidden: set[int] = set()
            columns: set[int] = set()
            without: set[tuple[int, int]] = set()
            number = 0
            for piece in _pieces(stream, b"<row"):
                for column in _COLUMN.finditer(piece):
                    if _HIDDEN.search(column[1]):
                        first, last = _FIRST.search(column[1]), _LAST.search(column[1])
                        if first and last:
                            stop = min(int(last[1]), _MOST_COLUMNS)
                            columns.update(range(int(first[1]) - 1, stop))
                for row in _ROW.finditer(piece):
                    stated = _NUMBER.search(row[1])
                    number = int(stated[1]) if stated else number + 1
                    if _HIDDEN.search(row[1]):
                        hidden.add(number)
                without |= {
                    (int(cell[2]), _position(cell[1])) for cell in _WITHOUT_VALUE.finditer(piece)
                }
    return SheetMarks(frozenset(hidden), frozenset(without), frozenset(columns))


def _ods_marks(path: Path, sheet: str) -> SheetMarks:
    """Hidden rows and columns of a sheet of ODS, where one element may stand for many."""
    rows: set[int] = set()
    columns: set[int] = set()
    is_wanted, row, column = False, 0, 0
    with zipfile.ZipFile(path) as book:
        if "content.xml" not in book.namelist():
            return SheetMarks()
        with book.open("content.xml") as stream:
            for piece in _pieces(stream, b"<table:"):
                for kind, attributes in _ODS_PART.findall(piece):
                    if kind == b"table":
                        name = _ODS_NAME.search(attributes)
                        stated = html.unescape(name[1].decode(errors="replace")) if name else ""
                        is_wanted, row, column = stated == sheet, 0, 0
                    elif is_wanted:
                        repeated = _ODS_REPEATED.search(attributes)
                        count = int(repeated[1]) if repeated else 1
                        is_hidden = bool(_ODS_HIDDEN.search(attributes))
                        if kind == b"table-row":
                            if is_hidden:
                                rows.update(range(row + 1, row + min(count, _MOST_ROWS) + 1))
                            row += count
                        else:
                            if is_hidden:
                                last = min(column + count, _MOST_COLUMNS)
                                columns.update(range(column, last))
                            column += count
    return SheetMarks(frozenset(rows), hidden_columns=frozenset(columns))


def _part_of(book: zipfile.ZipFile, sheet: str) -> str | None:
    """The part of the archive that holds a sheet."""
    names = set(book.namelist())
    if not {"xl/workbook.xml", "xl/_rels/workbook.xml.rels"} <= names:
        return None
    links = {
        link.get("Id"): str(link.get("Target"))
        for link in fromstring(book.read("xl/_rels/workbook.xml.rels"))
    }
    for element in fromstring(book.read("xl/workbook.xml")).iter():
        if element.tag.endswith("}sheet") and element.get("name") == sheet:
            target = links.get(element.get(_RELATION), "")
            part = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
            return part if part in names else None
    return None


def _pieces(stream: IO[bytes], beginning: bytes) -> Iterator[bytes]:
    """The text of a part in pieces, each but the first with this beginning, as of a row."""
    rest = b""
    while chunk := stream.read(_CHUNK_BYTES):
        text = rest + chunk
        cut = text.rfind(beginning)
        if cut > 0:
            yield text[:cut]
            rest = text[cut:]
        else:
            rest = text
    yield rest


def _position(letters: bytes) -> int:
    position = 0
    for letter in letters:
        position = position * 26 + letter - ord("A") + 1
    return position - 1
