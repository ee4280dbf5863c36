"""Tables out of the data of installed packages, kept once in a form that is read in milliseconds.

A table lies in the cache folder of the user (``XDG_CACHE_HOME``, else ``~/.cache``) under the
versions of the packages that it comes from, so a new version of one has a table of its own. Where
the folder cannot be written, or there is none, the table is made in memory.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from importlib import metadata
from pathlib import Path

import polars as pl

from configs import durable_files
from configs.user_cache import user_cache

#: Raised when a table that is already written no longer fits the code that reads it.
_FORM = 2
#: A reader of one country decompresses few rows beside it.
_ROWS_PER_GROUP = 4000


def scan_installed(
    name: str, packages: Sequence[str], make: Callable[[], pl.DataFrame]
) -> pl.LazyFrame:
    """The table of a name, from its file where there is one.

    Args:
        name: of the table, a part of its file's name.
        packages: distributions whose data the table holds.
        make: makes the table from the packages; called where no whole file lies there.

    Returns:
        The table, of which a reader collects what it needs.
    """
    path = _path(name, packages)
    if path is not None and _is_whole(path):
        return pl.scan_parquet(path)
    table = make()
    if path is None or not _is_written(table, path):
        return table.lazy()
    return pl.scan_parquet(path)


def _path(name: str, packages: Sequence[str]) -> Path | None:
    """Where the table lies, or None where the user has no folder."""
    cache = user_cache()
    if cache is None:
        return None
    versions = "_".join(f"{package}-{metadata.version(package)}" for package in packages)
    return cache / f"{name}_{versions}_{_FORM}.parquet"


def _is_whole(path: Path) -> bool:
    """Whether a file is there and ends as Parquet does; one that was cut off is made again."""
    try:
        pl.read_parquet_schema(path)
    except (OSError, pl.exceptions.PolarsError):
        return False
    return True


def _is_written(table: pl.DataFrame, path: Path) -> bool:
    """Write a table aside and give it its name in one step; False where that is not allowed."""
    try:
        with durable_files.written_whole(path) as part:
            table.write_parquet(part, row_group_size=_ROWS_PER_GROUP)
    except OSError:
        return False
    return True
