"""The one reader of tables: CSV, TSV, workbooks and Parquet as columns of text.

`open_table` finds the header row and reads nothing but headers (where lines are above the header,
those too); `Table.read` then takes only the columns asked for. Supplier lists, the buyer's ledger,
accounts and all other tables of sources are read here, so that they share their rules:

- a value is under the header of its own column, wherever the table begins in the sheet;
- a row with more cells than the header is marked and never cut;
- quotation marks that do not match reject the row, and the table with the line if rows may be
  joined or divided by them;
- a cell is empty if it is blank or holds a mark of emptiness that cannot be a value of its kind of
  column: ``NA`` is Namibia in a column of countries and no number in a column of amounts.
"""

import html
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, partial
from pathlib import Path
from typing import Any

import polars as pl

from suppliers.header_text import normalise_header
from suppliers.input_errors import DataRejectedError
from suppliers.intake.delimited_text import delimited
from suppliers.intake.encodings import decode
from suppliers.intake.feature_files import FEATURE_SUFFIXES, features
from suppliers.intake.fields import FieldKind
from suppliers.intake.sheet_marks import sheet_marks
from suppliers.intake.workbook_sheets import (
    OLE_MAGIC,
    WORKBOOK_SUFFIXES,
    WorkbookSheet,
    cell_text,
    float_text,
    open_sheets,
)

TEXT_SUFFIXES = (".csv", ".tsv", ".txt")
SUFFIXES = (*TEXT_SUFFIXES, *WORKBOOK_SUFFIXES, ".parquet", *FEATURE_SUFFIXES)
SOURCE_ROW = "source_row"
RAGGED = "cells_beyond_header"
_HEADER_SEARCH_ROWS = 20
_NO_TEXT = frozenset(
    [
        "",
        "-",
        "--",
        "–",
        "—",
        ".",
        "n/a",
        "n.a.",
        "n.a",
        "n. a.",
        "#n/a",
        "#ref!",
        "#value!",
        "#name?",
    ]
)
#: Written by programs for nothing; companies are called Null, NIL and Nan.
_BY_PROGRAMS = ["nan", "null"]
_NO_IDENTIFIER = _NO_TEXT | {"null", "none", "nan", "#null!", "#div/0!"}
_NO_CATEGORY = _NO_IDENTIFIER | {"nil"}
_NO_NUMBER = _NO_CATEGORY | {"na", "..", "...", "#num!"}
_EMPTY_CELLS: Mapping[FieldKind, frozenset[str]] = {
    "text": _NO_TEXT,
    "address": _NO_TEXT,
    "identifier": _NO_IDENTIFIER,
    "category": _NO_CATEGORY,
    "number": _NO_NUMBER,
    "boolean": _NO_NUMBER,
    "geometry": _NO_NUMBER,
}
_WITH_ENTITIES = frozenset(["text", "address"])
_ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,30});")


@dataclass(frozen=True)
class Table:
    """A table whose headers are known and whose values are not read yet.

    Attributes:
        name: file name, for messages.
        headers: all headers as written, by position; empty where a column has none.
        header_row: row of the header in the file, counted from 1.
        load: reads the columns at the given positions, of which the second argument names those
            that hold numbers.
        sheet: name of the sheet; None if the file is not a workbook.
        other_sheets: the workbook's other sheets that hold a table, in their order.
        is_hidden: whether the sheet is hidden.
        hidden_rows: numbers of the rows that are hidden or filtered out; they are read like others.
    """

    name: str
    headers: tuple[str, ...]
    header_row: int
    load: Callable[[Sequence[int], frozenset[int]], pl.DataFrame]
    sheet: str | None = None
    other_sheets: tuple["Table", ...] = ()
    is_hidden: bool = False
    hidden_rows: Callable[[], frozenset[int]] = frozenset

    @property
    def title(self) -> str:
        """The file's name, with the sheet's if it is a workbook."""
        return self.name if self.sheet is None else f"{self.name}, sheet {self.sheet}"

    def read(
        self,
        columns: Mapping[str, int],
        kinds: Mapping[str, FieldKind] | None = None,
        *,
        may_be_empty: bool = False,
    ) -> pl.DataFrame:
        """The columns asked for.

        Args:
            columns: name in the result to position in the file.
            kinds: name in the result to the kind of its values; text if not given.
            may_be_empty: a header alone is a table: a publisher's answer may hold nothing.

        Returns:
            One string column per name (blanks collapsed; empty cells null; HTML entities of texts
            decoded), ``source_row`` (row in the file as a person counts it) and
            ``cells_beyond_header`` (whether the row has more or fewer cells than the header, or a
            cell without its opening quotation mark). Rows without any value are left out.

        Raises:
            DataRejectedError: the table has no row below its header, or cannot be read.
        """
        kind_of: dict[str, FieldKind] = {name: (kinds or {}).get(name, "text") for name in columns}
        numbers = frozenset(p for name, p in columns.items() if kind_of[name] == "number")
        raw = self.load(sorted(set(columns.values())), numbers)
        if raw.is_empty() and not may_be_empty:
            raise DataRejectedError(
                f"{self.name}: there is a header but no row below it; add the rows."
            )
        return raw.select(
            *(_cleaned(str(p), kind_of[name]).alias(name) for name, p in columns.items()),
            pl.col(SOURCE_ROW),
            pl.col(RAGGED),
        ).filter(pl.any_horizontal(pl.col(list(columns)).is_not_null()) | pl.col(RAGGED))

    def has_headers_of(self, other: "Table") -> bool:
        """Whether both tables have the same headers, in any order and spelling."""
        mine, theirs = (
            {normalise_header(header) for header in table.headers} - {""} for table in (self, other)
        )
        return mine == theirs


def open_table(
    path: Path,
    is_known: Callable[[str], bool],
    *,
    sheet: str | None = None,
    fills_merged_cells: bool = False,
) -> Table:
    """Find the header row of a table and read the headers.

    The header is the row among the first 20 with the most known headers: exports often carry a
    title above it. Without any known header it is the first row with two filled cells.

    Args:
        path: the file; its suffix decides how it is read.
        is_known: whether a text is a header one would expect.
        sheet: name of the sheet; the first one with most known headers if not given.
        fills_merged_cells: cells merged downwards have their value in each row.

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
    if suffix in FEATURE_SUFFIXES:
        return _open_features(path)
    if suffix in WORKBOOK_SUFFIXES:
        return _open_workbook(path, is_known, sheet, fills_merged_cells)
    return open_text(path.read_bytes(), name, is_known)


def open_text(content: bytes, name: str, is_known: Callable[[str], bool]) -> Table:
    """The table in the bytes of a delimited text; arguments and errors as of `open_table`."""
    start = content[:512].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith((b"<!doctype", b"<html", b"<?xml")):
        raise DataRejectedError(
            f"{name}: this is a web page saved under a table's name; download the data itself."
        )
    if content.startswith((b"PK\x03\x04", OLE_MAGIC)):
        raise DataRejectedError(f"{name}: this is an Excel workbook; give it the suffix .xlsx.")
    text = decode(content, name)
    if not text.strip():
        raise DataRejectedError(f"{name}: the file holds only blanks; export it again.")
    table = delimited(text, name, is_known)
    top: list[list[str]] = []
    for row in table.rows():
        top.append(row)
        if len(top) >= _HEADER_SEARCH_ROWS or sum(map(is_known, row)) >= 3:
            break
    position = _header_position(top, is_known)
    if position is None:
        raise _no_header(name)
    headers = _stripped(top[position])

    def load(positions: Sequence[int], numbers: frozenset[int]) -> pl.DataFrame:
        del numbers  # the text is taken as it is
        rows = enumerate(table.rows(), start=1)
        below = ((number, row) for number, row in rows if number > position + 1 and row)
        named = max((at for at, header in enumerate(headers, start=1) if header), default=0)
        # A stray quotation mark that ends a cell of several lines early leaves two short rows.
        least = named if table.is_quoted and '"' in table.text else 0
        loaded = _loaded(below, positions, lambda value, _: value, width=len(headers), least=least)
        is_uncertain = pl.col(SOURCE_ROW).is_in(sorted(table.uncertain))
        return loaded.with_columns(pl.col(RAGGED) | is_uncertain)

    return Table(name, headers, position + 1, load)


def _open_workbook(
    path: Path, is_known: Callable[[str], bool], sheet: str | None, fills_merged_cells: bool
) -> Table:
    sheets = open_sheets(path)
    names = [one.name for one in sheets]
    if sheet is not None and sheet not in names:
        raise DataRejectedError(
            f"{path.name}: there is no sheet {sheet!r}; the sheets are {', '.join(names)}."
        )
    found: dict[str, tuple[int, Table]] = {}
    for one in sheets:
        top = one.first_rows(_HEADER_SEARCH_ROWS)
        position = _header_position(top, is_known)
        if position is not None:
            known = sum(map(is_known, top[position]))
            table = _sheet_table(path, one, top[position], position, fills_merged_cells)
            found[one.name] = (known, table)
    if not found or (sheet is not None and sheet not in found):
        raise _no_header(path.name)
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
    headers = _stripped(header)
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

        return _loaded(below, positions, text, offset=offset)

    def hidden_rows() -> frozenset[int]:
        return frozenset(row for row in marks().hidden_rows if row > position + 1)

    return Table(
        name, headers, position + 1, load, sheet.name,
        is_hidden=sheet.is_hidden, hidden_rows=hidden_rows,
    )  # fmt: skip


def _loaded(
    rows: Iterable[tuple[int, Sequence[Any]]],
    positions: Sequence[int],
    text: Callable[[Any, int], str],
    *,
    offset: int = 0,
    width: int | None = None,
    least: int = 0,
) -> pl.DataFrame:
    """The cells at the positions of rows that begin at column `offset`.

    With a `width` a row with a filled cell beyond it, or with more cells than most, is marked: one
    of its values holds a delimiter, and those after it are not under their headers. So is a row of
    fewer than `least` cells. In a sheet no cell moves.
    """
    kept: list[list[str | None]] = [[] for _ in positions]
    numbers: list[int] = []
    ragged: list[bool] = []
    lengths: list[int] = []
    for number, row in rows:
        end = offset + len(row)
        for cells, at in zip(kept, positions, strict=True):
            cells.append(text(row[at - offset], at) if offset <= at < end else None)
        numbers.append(number)
        beyond = () if width is None else row[width:]
        ragged.append(len(row) < least or any(cell.strip() for cell in beyond))
        lengths.append(len(row))
    if width is not None and lengths:
        # Empty cells beyond the header are no fault where rows end in a delimiter as a rule.
        usual = max(width, Counter(lengths).most_common(1)[0][0])
        ragged = [
            is_ragged or length > usual for is_ragged, length in zip(ragged, lengths, strict=True)
        ]
    columns = {str(p): pl.Series(v, dtype=pl.String) for p, v in zip(positions, kept, strict=True)}
    return pl.DataFrame(columns).with_columns(
        pl.Series(SOURCE_ROW, numbers, dtype=pl.Int64), pl.Series(RAGGED, ragged, dtype=pl.Boolean)
    )


def _open_parquet(path: Path) -> Table:
    name = path.name
    try:
        lazy = pl.scan_parquet(path, glob=False)
        schema = lazy.collect_schema()
    except (pl.exceptions.PolarsError, OSError):
        raise _damaged_parquet(name) from None
    headers = tuple(schema.names())

    def load(positions: Sequence[int], numbers: frozenset[int]) -> pl.DataFrame:
        columns: list[pl.Expr] = []
        for position in positions:
            column, dtype = headers[position], schema[headers[position]]
            if dtype.is_nested():
                raise DataRejectedError(
                    f"{name}: the column {column!r} holds lists or records; make it plain text."
                )
            text = pl.col(column).cast(pl.String)
            if dtype == pl.Binary:
                text = pl.col(column).bin.encode("hex")
            elif dtype.is_float() or (dtype.is_decimal() and position in numbers):
                to_text = partial(float_text, is_number=position in numbers)
                text = pl.col(column).cast(pl.Float64).map_elements(to_text, return_dtype=pl.String)
            columns.append(text.alias(str(position)))
        rows = lazy.select(
            *columns,
            pl.int_range(2, 2 + pl.len(), dtype=pl.Int64).alias(SOURCE_ROW),
            pl.lit(False).alias(RAGGED),
        )
        try:
            return rows.collect()
        except (pl.exceptions.PolarsError, OSError):
            raise _damaged_parquet(name) from None

    return Table(name, headers, 1, load)


def _open_features(path: Path) -> Table:
    headers, rows = features(path)

    def load(positions: Sequence[int], numbers: frozenset[int]) -> pl.DataFrame:
        del numbers  # the text is taken as it is
        return _loaded(enumerate(rows, start=1), positions, lambda value, _: value)

    return Table(path.name, headers, 0, load)


def _cleaned(column: str, kind: FieldKind) -> pl.Expr:
    text = pl.col(column)
    if kind in _WITH_ENTITIES:
        decoded = text.map_elements(_without_entities, return_dtype=pl.String)
        text = pl.when(text.str.contains(_ENTITY.pattern)).then(decoded).otherwise(text)
    text = text.str.replace_all(r"[\s\u00a0]+", " ").str.strip_chars()
    is_empty = text.str.to_lowercase().is_in(sorted(_EMPTY_CELLS[kind])) | text.is_in(_BY_PROGRAMS)
    return pl.when(~is_empty).then(text)


def _without_entities(text: str) -> str:
    """The letters meant by HTML entities; an ampersand without a semicolon is only itself.

    A text that passed through two programs is encoded twice (``&amp;amp;``).
    """
    once = _ENTITY.sub(lambda match: html.unescape(match[0]), text)
    return once if once == text else _without_entities(once)


def _stripped(row: Sequence[str]) -> tuple[str, ...]:
    return tuple(cell.strip() for cell in row)


def _header_position(rows: Sequence[Sequence[str]], is_known: Callable[[str], bool]) -> int | None:
    known = [sum(1 for cell in row if is_known(cell)) for row in rows]
    if known and max(known) > 0:
        return known.index(max(known))
    filled = [sum(1 for cell in row if cell.strip()) for row in rows]
    return next((i for i, count in enumerate(filled) if count >= 2), None) if rows else None


def _damaged_parquet(name: str) -> DataRejectedError:
    return DataRejectedError(f"{name}: this is not a readable Parquet file; write it again.")


def _no_header(name: str) -> DataRejectedError:
    return DataRejectedError(
        f"{name}: no header row was found in the first {_HEADER_SEARCH_ROWS} rows; put the names "
        f"of the columns (supplier_id, name, country, …) into the first row."
    )
