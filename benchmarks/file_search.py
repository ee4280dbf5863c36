"""All texts in the files of a folder, whatever their form, to be searched."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path

import duckdb
import polars as pl


def texts_of(folder: Path) -> list[str]:
    """Texts of all files below a folder, and their names.

    Parquet, databases, workbooks and archives are opened; escapes of JSON are undone.
    """
    return [text for path in sorted(folder.rglob("*")) if path.is_file() for text in _texts(path)]


def _texts(path: Path) -> Iterator[str]:
    yield path.name
    if path.suffix == ".parquet":
        yield str(pl.read_parquet(path).rows())
    elif path.suffix == ".duckdb":
        with duckdb.connect(str(path), read_only=True) as base:
            names = base.execute("SELECT table_name FROM duckdb_tables()").fetchall()
            for (name,) in names:
                yield str(base.execute(f'SELECT * FROM "{name}"').fetchall())
    elif zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            for member in archive.namelist():
                yield archive.read(member).decode("utf-8", "replace")
    else:
        text = path.read_bytes().decode("utf-8", "replace")
        yield text
        if "\\u" in text:
            yield text.encode("ascii", "backslashreplace").decode("unicode_escape", "replace")
