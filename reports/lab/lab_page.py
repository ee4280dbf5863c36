"""`lab.html`: the tuning and validation page of a run: weights, validity, fairness and drift.

One page without script or network. A part without its data says how to get it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field

import polars as pl
from markupsafe import Markup

from reports.documents.document_pages import page
from reports.wording import notices


@dataclass(frozen=True)
class Cell:
    """A cell of a table, as it is shown."""

    text: str
    is_number: bool


@dataclass(frozen=True)
class LabPart:
    """One part of the page: a picture with its table, or what is missing.

    Attributes:
        anchor: for links.
        heading: of the part.
        missing: why there are no data, and how to get them; None where there are.
        texts: sentences above the picture.
        picture: SVG; None where the table is all.
        caption: how to read it.
        table: the same in figures.
    """

    anchor: str
    heading: str
    missing: str | None = None
    texts: Sequence[str] = ()
    picture: Markup | None = None
    caption: str = ""
    table: pl.DataFrame = field(default_factory=pl.DataFrame)

    @property
    def columns(self) -> list[str]:
        """Headings of the table."""
        return [name.replace("_", " ") for name in self.table.columns]

    @property
    def rows(self) -> list[list[Cell]]:
        """The table as it is shown; what is not known is a dash."""
        return [[_cell(value) for value in row] for row in self.table.rows()]


@dataclass(frozen=True)
class Lab:
    """The page.

    Attributes:
        title: of the list.
        run_id: of the run.
        as_of: its day.
        is_synthetic: whether the data are synthetic.
        parts: in the order they are shown.
    """

    title: str
    run_id: str
    as_of: dt.date
    is_synthetic: bool
    parts: Sequence[LabPart]


def render_lab(lab: Lab) -> str:
    """The page as HTML; equal input gives equal bytes."""
    return page("lab.html.j2", "lab.css", lab=lab, notices=notices(lab.is_synthetic))


def _cell(value: object) -> Cell:
    if value is None or value != value:
        return Cell("–", is_number=False)
    if isinstance(value, bool):
        return Cell("yes" if value else "no", is_number=False)
    if isinstance(value, float):
        return Cell(f"{value:.3f}" if abs(value) < 100 else f"{value:.0f}", is_number=True)
    return Cell(str(value), isinstance(value, int))
