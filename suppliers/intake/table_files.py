"""Read the wanted columns of a CSV, TSV, Excel or Parquet table as strings.

`open_table` finds the header row and reads nothing but headers (where lines stand above the
header, those too); `Table.read` then takes only the columns asked for.
"""

import csv
import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from suppliers.input_errors import DataRejectedError
from suppliers.intake.encodings import decode, sniff_delimiter, strip_control

if TYPE_CHECKING:
    from fastexcel import ExcelReader

SUFFIXES = (".csv", ".tsv", ".txt", ".xlsx", ".xlsm", ".xls", ".parquet")
SOURCE_ROW = "source_row"
RAGGED = "cells_beyond_header"
_HEADER_SEARCH_ROWS = 20
_CELL_LIMIT = 16_000_000
_LINES_OF_ONE_ROW = 500
_OLE = b"\xd0\xcf\x11\xe0"
_EMPTY_CELLS = ["", "-", "--", "n/a", "na", "#n/a", "null", "none", "nan", "nil", "."]


@dataclass(frozen=True)
class Table:
    """A table whose headers are known and whose values are not read yet.

    Attributes:
        name: file name, for messages.
        headers: all headers as written, in the order of the file.
        header_row: row of the header in the file, counted from 1.
        load: reads the columns at the given positions.
        other_sheets: headers of the workbook's other sheets, which are not read but guarded.
    """

    name: str
    headers: tuple[str, ...]
    header_row: int
    load: Callable[[Sequence[int]], pl.DataFrame]
    other_sheets: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def read(self, columns: Mapping[str, int]) -> pl.DataFrame:
        """The columns asked for.

        Args:
            columns: name in the result to position in the file.

        Returns:
            One string column per name (blanks collapsed; empty cells, ``N/A`` and the like null),
            ``source_row`` (row in the file as a person counts it) and ``cells_beyond_header``
            (whether the row has more cells than the header). Rows without any value are left out.

        Raises:
            DataRejectedError: the table has no row below its header, or cannot be read.
        """
        positions = sorted(set(columns.values()))
        raw = self.load(positions)
        if raw.is_empty():
            raise DataRejectedError(
                f"{self.name}: there is a header but no row below it; add the rows."
            )
        return raw.select(
            *(_cleaned(str(position)).alias(name) for name, position in columns.items()),
            pl.col(SOURCE_ROW),
            pl.col(RAGGED),
        ).filter(pl.any_horizontal(pl.col(list(columns)).is_not_null()))


def open_table(path: Path, is_known: Callable[[str], bool], *, sheet: str | None = None) -> Table:
    """Find the header row of a table and read the headers.

    The header is the row among the first 20 with the most known headers: exports often carry a
    title above it. Without any known header it is the first row with two filled cells.

    Args:
        path: the file; its suffix decides how it is read.
        is_known: whether a text is a header one would expect.
        sheet: name of the Excel sheet; the first one with known headers if not given.

    Raises:
        DataRejectedError: missing, empty, unreadable or not a table.
    """
    name = path.name
    if not path.is_file():
        raise DataRejectedError(f"{path}: there is no such file; check the path.")
    suffix = path.suffix.lower()
    if suffix not in SUFFIXES:
        raise DataRejectedError(
            f"{name}: {suffix or 'a file without suffix'} is not a table this tool reads; "
            f"save it as {', '.join(SUFFIXES[:4])} or .parquet."
        )
    if path.stat().st_size == 0:
        raise DataRejectedError(f"{name}: the file is empty (0 bytes); export it again.")
    if suffix == ".parquet":
        return _open_parquet(path)
    if suffix in {".xlsx", ".xlsm", ".xls"}:
        return _open_excel(path, is_known, sheet)
    return _open_text(path, is_known)


def _cleaned(column: str) -> pl.Expr:
    text = pl.col(column).str.replace_all(r"[\s\u00a0]+", " ").str.strip_chars()
    return pl.when(text.str.to_lowercase().is_in(_EMPTY_CELLS)).then(None).otherwise(text)


def _header_position(rows: Sequence[Sequence[str]], is_known: Callable[[str], bool]) -> int | None:
    known = [sum(1 for cell in row if is_known(cell)) for row in rows]
    if known and max(known) > 0:
        return known.index(max(known))
    filled = [sum(1 for cell in row if cell.strip()) for row in rows]
    return next((i for i, count in enumerate(filled) if count >= 2), None) if rows else None


def _no_header(name: str) -> DataRejectedError:
    return DataRejectedError(
        f"{name}: no header row was found in the first {_HEADER_SEARCH_ROWS} rows; put the names "
        f"of the columns (supplier_id, name, country, …) into the first row."
    )


def _open_text(path: Path, is_known: Callable[[str], bool]) -> Table:
    name = path.name
    content = path.read_bytes()
    start = content[:512].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith((b"<!doctype", b"<html", b"<?xml")):
        raise DataRejectedError(
            f"{name}: this is a web page saved under a table's name; download the data itself."
        )
    if content.startswith((b"PK\x03\x04", _OLE)):
        raise DataRejectedError(f"{name}: this is an Excel workbook; give it the suffix .xlsx.")
    text = decode(content, name)
    if not text.strip():
        raise DataRejectedError(f"{name}: the file holds only blanks; export it again.")
    delimiter = "\t" if path.suffix.lower() == ".tsv" else sniff_delimiter(text)
    top: list[list[str]] = []
    for row in _records(text, delimiter, name):
        top.append(row)
        if len(top) >= _HEADER_SEARCH_ROWS or sum(map(is_known, row)) >= 3:
            break
    position = _header_position(top, is_known)
    if position is None:
        # A list of one column is still a table if that column is known.
        raise _no_header(name)
    headers = tuple(cell.strip() for cell in top[position])

    def load(positions: Sequence[int]) -> pl.DataFrame:
        kept: list[list[str | None]] = [[] for _ in positions]
        rows: list[int] = []
        ragged: list[bool] = []
        width = len(headers)
        for number, row in enumerate(_records(text, delimiter, name), start=1):
            if number <= position + 1 or not row:
                continue
            cells = len(row)
            for cells_of, place in zip(kept, positions, strict=True):
                cells_of.append(row[place] if place < cells else None)
            rows.append(number)
            ragged.append(cells > width and any(cell.strip() for cell in row[width:]))
        columns = {
            str(p): pl.Series(v, dtype=pl.String) for p, v in zip(positions, kept, strict=True)
        }
        return pl.DataFrame(columns).with_columns(
            pl.Series(SOURCE_ROW, rows, dtype=pl.Int64),
            pl.Series(RAGGED, ragged, dtype=pl.Boolean),
        )

    return Table(name, headers, position + 1, load)


def _records(text: str, delimiter: str, name: str) -> Iterator[list[str]]:
    """Rows of a delimited text; a polygon may fill a cell of megabytes."""
    before = csv.field_size_limit(_CELL_LIMIT)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    line = 0
    try:
        for row in reader:
            if reader.line_num - line > _LINES_OF_ONE_ROW:
                raise DataRejectedError(
                    f"{name}: a quotation mark opened in line {line + 1} is never closed; "
                    f"close it or remove it."
                )
            line = reader.line_num
            yield row
    except csv.Error as error:
        raise DataRejectedError(
            f"{name}: line {reader.line_num} cannot be read as a table row ({error}); "
            f"export the file again."
        ) from None
    finally:
        csv.field_size_limit(before)


def _open_excel(path: Path, is_known: Callable[[str], bool], sheet: str | None) -> Table:
    import fastexcel

    name = path.name
    with path.open("rb") as file:
        start = file.read(512)
    if start.startswith(_OLE) and path.suffix.lower() != ".xls":
        raise DataRejectedError(
            f"{name}: the workbook is protected by a password; save a copy without one."
        )
    try:
        book = fastexcel.read_excel(path)
        names = book.sheet_names
    except fastexcel.FastExcelError:
        raise DataRejectedError(
            f"{name}: the workbook is damaged or protected; open it and save it again as .xlsx."
        ) from None
    if sheet is not None and sheet not in names:
        raise DataRejectedError(
            f"{name}: there is no sheet {sheet!r}; the sheets are {', '.join(names)}."
        )
    found: dict[str, tuple[int, tuple[str, ...]]] = {}
    for candidate in names:
        top = _excel_rows(book, candidate)
        row = _header_position(top, is_known)
        if row is not None:
            found[candidate] = (row, tuple(cell.strip() for cell in top[row]))
    if not found or (sheet is not None and sheet not in found):
        raise _no_header(name)
    chosen = sheet or max(found, key=lambda one: sum(map(is_known, found[one][1])))
    position, headers = found[chosen]
    others = {one: cells for one, (_, cells) in found.items() if one != chosen}

    def load(positions: Sequence[int]) -> pl.DataFrame:
        try:
            frame = book.load_sheet(
                chosen,
                header_row=None,
                skip_rows=position + 1,
                use_columns=list(positions),
                dtypes="string",
            ).to_polars()
        except fastexcel.FastExcelError:
            raise DataRejectedError(
                f"{name}: sheet {chosen!r} cannot be read; open it and save it again as .xlsx."
            ) from None
        first = position + 2
        return frame.select(
            *(
                pl.col(column).map_elements(strip_control, return_dtype=pl.String).alias(str(p))
                for column, p in zip(frame.columns, positions, strict=True)
            ),
            pl.int_range(first, first + pl.len(), dtype=pl.Int64).alias(SOURCE_ROW),
            pl.lit(False).alias(RAGGED),
        )

    return Table(name, headers, position + 1, load, others)


def _excel_rows(book: "ExcelReader", sheet: str) -> list[list[str]]:
    import fastexcel

    try:
        top = book.load_sheet(
            sheet, header_row=None, n_rows=_HEADER_SEARCH_ROWS, skip_rows=0, dtypes="string"
        )
    except fastexcel.FastExcelError:
        return []
    return [[cell or "" for cell in row] for row in top.to_polars().rows()]


def _open_parquet(path: Path) -> Table:
    name = path.name
    try:
        lazy = pl.scan_parquet(path, glob=False)
        schema = lazy.collect_schema()
    except (pl.exceptions.PolarsError, OSError):
        raise DataRejectedError(
            f"{name}: this is not a readable Parquet file; write it again."
        ) from None
    headers = tuple(schema.names())

    def load(positions: Sequence[int]) -> pl.DataFrame:
        columns: list[pl.Expr] = []
        for position in positions:
            column, dtype = headers[position], schema[headers[position]]
            if dtype.is_nested():
                raise DataRejectedError(
                    f"{name}: the column {column!r} holds lists or records; make it plain text."
                )
            text = (
                pl.col(column).bin.encode("hex")
                if dtype == pl.Binary
                else pl.col(column).cast(pl.String)
            )
            columns.append(text.alias(str(position)))
        return lazy.select(
            *columns,
            pl.int_range(2, 2 + pl.len(), dtype=pl.Int64).alias(SOURCE_ROW),
            pl.lit(False).alias(RAGGED),
        ).collect()

    return Table(name, headers, 1, load)
