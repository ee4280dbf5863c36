"""The file of a workbook: a package of XML parts, into whose sheets rows are put."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from zipfile import ZIP_DEFLATED, ZipFile

from xlsxwriter.utility import xl_range

#: Takes two thirds of the time of the default, for a file that is 3 % larger.
_COMPRESSION = 5
_ROW = re.compile(r'<row r="(\d+)"')
_DIMENSION = re.compile(r'<dimension ref="[^"]*"/>')
_END = "</sheetData>"


@dataclass(frozen=True)
class SheetRows:
    """Rows of a sheet.

    Attributes:
        texts: their XML, in order.
        first_row: where they begin, from 0.
        last_row: where they end; before `first_row` where there are none.
        last_column: of the sheet, from 0.
    """

    texts: Iterable[str]
    first_row: int
    last_row: int
    last_column: int


def with_rows(package: bytes, rows: Sequence[SheetRows]) -> bytes:
    """A workbook with these rows in place of those that its sheets have there.

    Args:
        package: the workbook.
        rows: of each sheet, in their order.

    Raises:
        ValueError: a sheet has no end of rows.
    """
    by_name = {f"xl/worksheets/sheet{place}.xml": one for place, one in enumerate(rows, start=1)}
    memory = io.BytesIO()
    with (
        ZipFile(io.BytesIO(package)) as source,
        ZipFile(memory, "w", ZIP_DEFLATED, compresslevel=_COMPRESSION) as target,
    ):
        for name in source.namelist():
            # A part that is opened by its name has no time of day: equal parts give equal bytes.
            with target.open(name, "w") as part:
                if name not in by_name:
                    part.write(source.read(name))
                    continue
                for text in _sheet(source.read(name).decode("utf-8"), by_name[name]):
                    part.write(text.encode("utf-8"))
    return memory.getvalue()


def _sheet(sheet: str, rows: SheetRows) -> Iterable[str]:
    end = sheet.rindex(_END)
    begin = next((row.start() for row in _ROW.finditer(sheet) if int(row[1]) > rows.first_row), end)
    last_row = max(rows.last_row, rows.first_row - 1)
    area = xl_range(0, 0, last_row, rows.last_column)
    yield _DIMENSION.sub(f'<dimension ref="{area}"/>', sheet[:begin], count=1)
    yield from rows.texts
    yield sheet[end:]
