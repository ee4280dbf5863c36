"""The work folder of one request: every stage leaves its result here, so a re-run resumes."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NewType

import polars as pl

from configs import durable_files, parquet_parts

#: Path of a Parquet table in the work folder.
Table = NewType("Table", str)
#: Path of a JSON record in the work folder.
Record = NewType("Record", str)


@dataclass(frozen=True)
class WorkFolder:
    """Files under `<out>/.work/<request key>/`, each written whole or not at all."""

    folder: Path

    def has(self, name: str) -> bool:
        """Whether a stage's result is already there, and whole.

        One that a failure of the disk has torn counts as none: the stage is done again.
        """
        path = self.folder / name
        if not path.exists():
            return False
        try:
            if path.suffix == ".json":
                json.loads(path.read_text(encoding="utf-8"))
            elif path.suffix == ".parquet":
                pl.read_parquet_schema(path)
        except (ValueError, pl.exceptions.PolarsError):
            path.unlink()
            return False
        return True

    def write_json(self, name: Record, value: Mapping[str, Any]) -> None:
        """Write a record; a crash in the middle leaves the old one or none."""
        text = json.dumps(value, sort_keys=True, ensure_ascii=False, indent=1, default=str)
        durable_files.write_text(self.folder / name, text)

    def read_json(self, name: Record) -> dict[str, Any]:
        """Read a record."""
        record: dict[str, Any] = json.loads((self.folder / name).read_text(encoding="utf-8"))
        return record

    def write_frame(self, name: Table, frame: pl.DataFrame) -> None:
        """Write a table as Parquet."""
        with durable_files.written_whole(self.folder / name) as path:
            frame.write_parquet(path)

    def write_parts(
        self,
        name: Table,
        parts: Iterable[pl.DataFrame],
        rows_per_group: int = parquet_parts.ROWS_PER_GROUP,
    ) -> None:
        """Write a table that never lies in memory as a whole, part by part.

        Args:
            name: of the table.
            parts: at least one; their columns are the same.
            rows_per_group: how many a reader that looks for few rows has to read, at least.
        """
        with durable_files.written_whole(self.folder / name) as path:
            parquet_parts.write(path, parts, rows_per_group)

    def share(self, other: WorkFolder, *names: Table) -> None:
        """Give tables of another request a name here, too: tables are replaced, not changed."""
        changed = set()
        for name in names:
            before, now = other.folder / name, self.folder / name
            now.parent.mkdir(parents=True, exist_ok=True)
            now.unlink(missing_ok=True)
            try:
                os.link(before, now)
            except OSError:
                # Another disk, or one without such names.
                with durable_files.written_whole(now) as path:
                    shutil.copyfile(before, path)
            else:
                changed.add(now.parent)
        for folder in changed:
            durable_files.flush(folder)

    def delete(self, name: str) -> None:
        """Take a record away, if it is there."""
        (self.folder / name).unlink(missing_ok=True)

    def delete_all(self, name: str) -> None:
        """Take a folder of records away, if it is there."""
        shutil.rmtree(self.folder / name, ignore_errors=True)

    def forget(self) -> None:
        """Start over: take away what every stage left."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def empty_folder(self, name: str) -> Path:
        """A fresh, empty folder inside the work folder."""
        folder = self.folder / name
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        return folder

    def read_frame(self, name: Table) -> pl.DataFrame:
        """Read a table."""
        return pl.read_parquet(self.folder / name)

    def is_empty(self, name: Table) -> bool:
        """Whether a table has no rows."""
        return not self.scan_frame(name).select(pl.len()).collect().item()

    def scan_frame(self, name: Table) -> pl.LazyFrame:
        """A table to be read by column and by row."""
        return pl.scan_parquet(self.folder / name, glob=False)
