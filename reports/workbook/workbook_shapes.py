"""The shape of a sheet of the workbook."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import polars as pl


@dataclass(frozen=True)
class Column:
    """How one column looks.

    Attributes:
        title: in the header row.
        width: in characters.
        kind: text, long (wrapped), number, points, part (of a sum of points: not rounded in the
            cell), percent, figure, move (ranks, positive is up), part_of_move, date, band
            (coloured by its label), link (an address) or reasons (linked to the supplier's rows on
            the sheet of reasons).
    """

    title: str
    width: int
    kind: str = "text"


#: Rows of a sheet that people filter and sort: their suppliers, flags and decisions.
MAX_SUPPLIERS = 20_000

#: Rows of a sheet that is read from the top, and suppliers whose reasons are in the workbook.
MAX_ROWS = 500

#: On every sheet about suppliers.
FLAGS_COLUMN = Column("Flags (not part of the score)", 40, "long")


@dataclass(frozen=True)
class Sheet:
    """One sheet: a note on top, a header row, and the rows of a frame.

    Attributes:
        name: of the tab in English; the sheet is known by it.
        note: what a reader must know, above the header; a line for each text of its own.
        columns: by column of the frame, in order; other columns are left out.
        rows: the cells.
        bars: columns that show their number as a bar from 0 to the given number.
        choices: columns that take one of these texts.
        printed_columns: columns that print, from the left; None for all.
        printed_rows: rows that print, from the top; None for all.
        tab: its name in the language of the workbook; None: as `name`.
        max_lines: of a row; longer text is cut off in view, never in the cell.
    """

    name: str
    note: str
    columns: Mapping[str, Column]
    rows: pl.DataFrame
    bars: Mapping[str, float] = field(default_factory=dict)
    choices: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    printed_columns: int | None = None
    printed_rows: int | None = None
    tab: str | None = None
    max_lines: int = 27  # the format allows rows of 409 points

    @property
    def shown_name(self) -> str:
        """Name of the tab as it is written."""
        return self.tab or self.name


def shortened(shown: int, of: int, file: str) -> str:
    """A line for a note that says which file has the rows that a sheet leaves out.

    Args:
        shown: rows on the sheet.
        of: rows that there are; nothing is said where the sheet has them all.
        file: of the run.
    """
    return f"\nThe first {shown:,} of {of:,} rows; {file} has all." if shown < of else ""
