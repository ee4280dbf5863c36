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

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import polars as pl

from suppliers.input_errors import DataRejectedError
from suppliers.intake.feature_files import FEATURE_SUFFIXES, features
from suppliers.intake.table_rows import RAGGED, SOURCE_ROW, Table, loaded_rows
from suppliers.intake.text_tables import open_text
from suppliers.intake.workbook_sheets import WORKBOOK_SUFFIXES, float_text
from suppliers.intake.workbook_tables import open_workbook

TEXT_SUFFIXES = (".csv", ".tsv", ".txt")
SUFFIXES = (*TEXT_SUFFIXES, *WORKBOOK_SUFFIXES, ".parquet", *FEATURE_SUFFIXES)


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
        return open_workbook(path, is_known, sheet, fills_merged_cells)
    return open_text(path.read_bytes(), name, is_known)


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
        return loaded_rows(enumerate(rows, start=1), positions, lambda value, _: value)

    return Table(path.name, headers, 0, load)


def _damaged_parquet(name: str) -> DataRejectedError:
    return DataRejectedError(f"{name}: this is not a readable Parquet file; write it again.")
