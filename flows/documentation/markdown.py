"""Markdown pieces that the generated pages share: cells, tables and anchors."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

_NO_EXAMPLE = "–"


def cell(text: object) -> str:
    """Text as the cell of a table: on one line, with its pipes escaped; a dash where empty."""
    line = " ".join(str("" if text is None else text).split())
    return line.replace("|", "\\|").replace("<", "&lt;") or _NO_EXAMPLE


def code(text: object) -> str:
    """Text in code font, or nothing where it is empty."""
    line = " ".join(str("" if text is None else text).split())
    return f"`{line}`" if line else ""


def code_cell(text: object) -> str:
    """Text in code font for a cell; angle brackets stay as they are inside code."""
    return code(text).replace("|", "\\|") or _NO_EXAMPLE


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table of ready cells.

    Raises:
        ValueError: a row has another number of cells than the header.
    """
    lines = [f"| {' | '.join(header)} |", f"|{'---|' * len(header)}"]
    for row in rows:
        if len(row) != len(header):
            raise ValueError(f"a row of {len(row)} cells under {len(header)} headings: {row}")
        lines.append(f"| {' | '.join(row)} |")
    return "\n".join(lines)


def page(title: str, introduction: str, *parts: str) -> str:
    """A whole page: heading, introduction, parts."""
    return "\n\n".join((f"# {title}", introduction, *parts)) + "\n"
