"""What the declaration of an output says."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath

import polars as pl

from reports.bundle import ReportBundle
from scoring.scored_list import ScoredList

#: Says what the files of a run are, a line each that begins with the name.
READ_ME = "READ-ME-FIRST.txt"
NAME_WIDTH = 30

#: From the run and its ranked table (`reports.tables.ranked_list.ranked_table`).
Frame = Callable[[ReportBundle, pl.DataFrame], pl.DataFrame | None]
#: The same part by part; None where the run has the whole in memory.
Parts = Callable[[ReportBundle], Iterator[pl.DataFrame] | None]
Files = Callable[[ReportBundle, pl.DataFrame], Mapping[str, bytes]]


@dataclass(frozen=True)
class Column:
    """One column of a table that a run writes.

    Attributes:
        name: as in the header.
        kind: type in words, such as `whole number`.
        unit: unit or scale; empty for texts and ranks.
        meaning: what it holds, and what null means where that is not plain; empty where the
            comment of the warehouse's column says it.
    """

    name: str
    kind: str
    unit: str = ""
    meaning: str = ""


@dataclass(frozen=True)
class TableOutput:
    """A table of a run's folder.

    Attributes:
        file: name in the folder; the ending, `.csv` or `.parquet`, says how it is written.
        order: position among the files, low first; equals go by name.
        content: what it is for, as READ-ME-FIRST.txt says it.
        columns: every column that it may have.
        frame: the table; None where a run has none, which then has no such file.
        warehouse_table: table of the warehouse whose column comments give empty meanings.
        scored: makes the table in the scoring stage, where it needs what only that stage has.
            The stage keeps it under the name of the output, and `frame` finds it with
            `ReportBundle.table`. Columns named as in `reports.redistribution`, such as `value`,
            are blanked by licence where the table has a signal_id.
        parts: writes a Parquet table that is too long for memory part by part, instead of `frame`.
    """

    file: str
    order: int
    content: str
    columns: tuple[Column, ...]
    frame: Frame
    warehouse_table: str | None = None
    scored: Callable[[ScoredList], pl.DataFrame] | None = None
    parts: Parts | None = None

    @property
    def name(self) -> str:
        """The name of the file without its ending."""
        return PurePosixPath(self.file).stem


@dataclass(frozen=True)
class DocumentOutput:
    """Anything else of a run's folder: a page, a workbook, a folder of pictures.

    Attributes:
        file: name in the folder; a folder ends in a slash.
        order: position among the files, low first; equals go by name.
        content: what it is for, as READ-ME-FIRST.txt says it.
        files: content by name; nothing where a run has none.
        tables: columns of the tables among them, by name.
        is_for_reading: whether it repeats the tables for a person, so that a run whose tables
            alone are wanted goes without.
    """

    file: str
    order: int
    content: str
    files: Files
    tables: Mapping[str, tuple[Column, ...]] = field(default_factory=dict)
    is_for_reading: bool = False


Output = TableOutput | DocumentOutput

#: Of the tables with a row per supplier.
SUPPLIER = (
    Column("supplier_id", "text", "", "the supplier's id in your list"),
    Column("name", "text", "", "the supplier's name in your list"),
)
