"""Parquet files that are written part by part, so that a long table never lies in memory."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import polars as pl
import pyarrow.parquet as pq

#: Rows of a group: readers skip the groups whose least and greatest values rule them out. Fewer
#: make a larger file.
ROWS_PER_GROUP = 250_000

#: Of a column in a group of rows. With the default of 1 MB, columns of long texts lose theirs and
#: repeat each text: the file grows by a tenth and takes longer to read.
_DICTIONARY_BYTES = 8 << 20


def write(path: Path, parts: Iterable[pl.DataFrame], rows_per_group: int = ROWS_PER_GROUP) -> None:
    """Write a table; equal parts give equal bytes.

    Args:
        path: of the file.
        parts: at least one, with the same columns; each begins a group of rows.
        rows_per_group: at most.

    Raises:
        ValueError: there is no part.
    """
    writer: pq.ParquetWriter | None = None
    try:
        for part in parts:
            rows = part.to_arrow()
            if writer is None:
                writer = pq.ParquetWriter(
                    path,
                    rows.schema,
                    compression="zstd",
                    compression_level=3,
                    use_dictionary=_repeating(part),
                    dictionary_pagesize_limit=_DICTIONARY_BYTES,
                )
            writer.write_table(rows, row_group_size=rows_per_group)
    finally:
        if writer is not None:
            writer.close()
    if writer is None:
        raise ValueError(f"{path.name}: a table needs a part, if an empty one, for its columns")


def _repeating(part: pl.DataFrame) -> list[str]:
    """The columns of texts that repeat: a dictionary of others takes space and time.

    Ids and measured values differ row by row. Where the first part has no rows, all texts may
    repeat.
    """
    texts = part.select(pl.selectors.string())
    return [one.name for one in texts.iter_columns() if 2 * one.n_unique() <= max(one.len(), 2)]
