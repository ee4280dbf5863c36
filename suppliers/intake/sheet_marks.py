"""What the XML of an Excel sheet states beside its values: hidden rows, and formulas without one.

The library that reads the cells gives hidden rows like all others, and an empty cell for a formula
that no spreadsheet program has computed yet.
"""

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
_WITHOUT_VALUE = re.compile(
    rb'<(?:\w+:)?c\b[^>]*?\br="([A-Z]{1,3})(\d+)"[^>]*>\s*<(?:\w+:)?f\b(?:[^>]*/>|[^>]*>[^<]*</(?:\w+:)?f>)'
    rb"\s*(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v>\s*</(?:\w+:)?v>)?\s*</(?:\w+:)?c>"
)


@dataclass(frozen=True)
class SheetMarks:
    """Marks of one sheet.

    Attributes:
        hidden_rows: numbers, counted from 1, of rows that are hidden or filtered out.
        without_value: row and column position (from 1 and from 0) of formulas without a value.
    """

    hidden_rows: frozenset[int] = frozenset()
    without_value: frozenset[tuple[int, int]] = frozenset()


def sheet_marks(path: Path, sheet: str) -> SheetMarks:
    """The marks of a sheet; none where the file is no Excel workbook of today.

    Args:
        path: of the workbook.
        sheet: name of the sheet.

    Raises:
        DataRejectedError: its parts are damaged.
    """
    if path.suffix.lower() not in (".xlsx", ".xlsm") or not zipfile.is_zipfile(path):
        return SheetMarks()
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
            without: set[tuple[int, int]] = set()
            number = 0
            for piece in _pieces(stream):
                for row in _ROW.finditer(piece):
                    stated = _NUMBER.search(row[1])
                    number = int(stated[1]) if stated else number + 1
                    if _HIDDEN.search(row[1]):
                        hidden.add(number)
                without |= {
                    (int(cell[2]), _position(cell[1])) for cell in _WITHOUT_VALUE.finditer(piece)
                }
    return SheetMarks(frozenset(hidden), frozenset(without))


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


def _pieces(stream: IO[bytes]) -> Iterator[bytes]:
    """The text of a sheet in pieces that begin with a row."""
    rest = b""
    while chunk := stream.read(_CHUNK_BYTES):
        text = rest + chunk
        cut = text.rfind(b"<row")
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
