"""The space that removed rows leave in a warehouse, and giving it back to the disk."""

from __future__ import annotations

import os
from pathlib import Path

import duckdb

from configs import durable_files

#: A file with less free space is left as it is.
_WORTHWHILE_SHARE, _WORTHWHILE_BYTES = 0.2, 2_000_000


def free_bytes(path: Path) -> int:
    """Bytes of free blocks in a warehouse that are worth a copy.

    0 where there is no warehouse, another process holds it, or a killed one left it unfinished.
    """
    if not path.is_file():
        return 0
    try:
        with duckdb.connect(str(path), read_only=True) as connection:
            return _worthwhile(connection)
    except duckdb.Error:
        return 0


def compact(path: Path) -> None:
    """Write a warehouse again where that makes it smaller.

    DuckDB's `vacuum` gives nothing back, and rows that were removed stay within their group; a
    copy has neither. It takes the name in one step. No other process may have the file open.
    """
    with duckdb.connect(str(path)) as connection:
        connection.execute("checkpoint")
    aside = path.with_name(f"{durable_files.UNFINISHED}{os.getpid()}-compact.duckdb")
    try:
        with duckdb.connect(":memory:") as connection:
            old, new = (str(one).replace("'", "''") for one in (path, aside))
            connection.execute(f"attach '{old}' as before (read_only)")
            connection.execute(f"attach '{new}' as after")
            connection.execute("copy from database before to after")
            connection.execute("checkpoint after")
        if aside.stat().st_size < path.stat().st_size:
            durable_files.move(aside, path)
    finally:
        aside.unlink(missing_ok=True)


def _worthwhile(connection: duckdb.DuckDBPyConnection) -> int:
    """Bytes of free blocks, or 0 where they are few."""
    row = connection.execute(
        "select free_blocks * block_size, total_blocks * block_size from pragma_database_size()"
    ).fetchone()
    free, total = (0, 0) if row is None else (int(row[0]), int(row[1]))
    return free if free >= max(_WORTHWHILE_BYTES, _WORTHWHILE_SHARE * total) else 0
