"""What was read of a list that a user may not expect, in plain sentences."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import polars as pl

from suppliers.intake.table_rows import SOURCE_ROW, Table


def sheet_notes(
    first: Table, tables: Sequence[Table], *, is_chosen: bool, are_named: bool
) -> Iterator[str]:
    """Which sheets were read together, and which were not read.

    Args:
        first: the sheet with the most known headers.
        tables: that are read.
        is_chosen: whether the user says which sheets are read.
        are_named: whether several are named.
    """
    if len(tables) > 1:
        named = ", ".join(str(table.sheet) for table in tables)
        same = "" if are_named else "have the same headers and "
        yield f"{first.name}: the sheets {named} {same}were read together"
    if not is_chosen:
        for sheet in first.other_sheets:
            if sheet not in tables and sheet.is_hidden and sheet.has_headers_of(first):
                yield (
                    f"{first.name}: the sheet {sheet.sheet} has the same headers, is hidden and "
                    "was not read; show it, or name all sheets under sheets:"
                )
            elif sheet not in tables:
                yield (
                    f"{first.name}: the sheet {sheet.sheet} has other headers and was not read; "
                    "name it under sheet: to read it instead"
                )


def hidden_notes(table: Table, frame: pl.DataFrame, read: Iterable[int]) -> Iterator[str]:
    """Sheets, rows and columns that were read although a user does not see them.

    Args:
        table: the sheet.
        frame: its rows.
        read: positions of the columns that are read.
    """
    if table.is_hidden:
        yield f"{table.name}: the sheet {table.sheet} is hidden and was read"
    hidden = table.hidden_rows()
    count = frame[SOURCE_ROW].is_in(list(hidden)).sum() if hidden else 0
    if count:
        yield (
            f"{table.title}: rows that are hidden or filtered out ({count}) were read like the "
            "others; remove them from the list if they do not count"
        )
    columns = table.hidden_headers(read)
    if columns:
        yield (
            f"{table.title}: columns that are hidden ({', '.join(columns)}) were read like the "
            "others; remove them from the list if they do not count"
        )


def country_notes(where: str, named: int) -> Iterator[str]:
    """That countries come from addresses.

    Args:
        where: the table.
        named: how many rows.
    """
    if named:
        yield (
            f"{where}: the country of {named:,} rows without one was read from their address or "
            "town"
        )
