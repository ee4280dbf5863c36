"""Sentences with which a column that holds data about persons is rejected."""

from __future__ import annotations

import polars as pl

from suppliers.input_errors import NonExtractiveError


def rejection(
    where: str, column: str, rule: str, *, named: bool = True, rows: int | None = None
) -> NonExtractiveError:
    """The error of a column that holds data about persons.

    Args:
        where: name of the file or source.
        column: its header as it may be shown.
        rule: that recognised it.
        named: whether the header itself is shown.
        rows: how many of its values were recognised; None where its header was.
    """
    in_rows = "" if rows is None else f" in {rows} row{'' if rows == 1 else 's'}"
    correction = (
        f"leave it out with --drop {_quoted(column)} or columns: drop: in the profile"
        if named
        else "its header is itself a value: put a row of headers on top, without that column"
    )
    return NonExtractiveError(
        f"{where}: the column {column!r} seems to hold person-level data{in_rows} (rule {rule}), "
        f"which is never read; {correction}.",
        column=column,
        rule=rule,
        where=where,
    )


def of_suppliers(where: str, column: str, rule: str, names: pl.Series) -> NonExtractiveError:
    """The error of a column of names, most of which are persons'."""
    rows = len(names) - names.null_count()
    return NonExtractiveError(
        f"{where}: most of the {rows} names of the column {column!r} seem to hold person-level "
        f"data (rule {rule}), which is never read; give the companies' names, leave the column out "
        f"with --drop {_quoted(column)}, or name the reason under suppliers.columns.sole_traders "
        "if they are sole traders.",
        column=column,
        rule=rule,
        where=where,
    )


def _quoted(column: str) -> str:
    return f'"{column}"' if " " in column else column
