"""A table of text with its headers, and the rules of its cells that all kinds of files share."""

import html
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from suppliers.header_text import normalise_header
from suppliers.input_errors import DataRejectedError
from suppliers.intake.fields import FieldKind

SOURCE_ROW = "source_row"
RAGGED = "cells_beyond_header"
HEADER_SEARCH_ROWS = 20
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
        hidden_columns: positions of the columns that are hidden; they are read like others.
    """

    name: str
    headers: tuple[str, ...]
    header_row: int
    load: Callable[[Sequence[int], frozenset[int]], pl.DataFrame]
    sheet: str | None = None
    other_sheets: tuple["Table", ...] = ()
    is_hidden: bool = False
    hidden_rows: Callable[[], frozenset[int]] = frozenset
    hidden_columns: Callable[[], frozenset[int]] = frozenset

    @property
    def title(self) -> str:
        """The file's name, with the sheet's if it is a workbook."""
        return self.name if self.sheet is None else f"{self.name}, sheet {self.sheet}"

    def hidden_headers(self, positions: Iterable[int]) -> list[str]:
        """Headers of those columns at positions that are hidden."""
        hidden = self.hidden_columns()
        return [self.headers[one] for one in sorted(positions) if one in hidden]

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


def loaded_rows(
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


def stripped(row: Sequence[str]) -> tuple[str, ...]:
    """Headers without blanks around them."""
    return tuple(cell.strip() for cell in row)


def header_position(rows: Sequence[Sequence[str]], is_known: Callable[[str], bool]) -> int | None:
    """Position of the row with the most known headers, else of the first with two cells."""
    known = [sum(1 for cell in row if is_known(cell)) for row in rows]
    if known and max(known) > 0:
        return known.index(max(known))
    filled = [sum(1 for cell in row if cell.strip()) for row in rows]
    return next((i for i, count in enumerate(filled) if count >= 2), None) if rows else None


def no_header(name: str) -> DataRejectedError:
    """The error of a file without a header row."""
    return DataRejectedError(
        f"{name}: no header row was found in the first {HEADER_SEARCH_ROWS} rows; put the names "
        f"of the columns (supplier_id, name, country, …) into the first row."
    )
