"""A second table below a list: its headers stand in the columns of the first."""

from __future__ import annotations

from collections.abc import Collection

import polars as pl

from suppliers.intake.fields import match_header
from suppliers.intake.person_words import person_rule

_LONGEST = 40
_FEWEST = 2


def person_table_below(
    frame: pl.DataFrame, columns: Collection[str], is_value: pl.Series
) -> tuple[int, str] | None:
    """Position and rule of the first row that is a row of headers about persons, or None.

    Two cells must be headers, one of them of person-level data. A row with a digit is a row of
    values.

    Args:
        frame: string columns.
        columns: those that are read.
        is_value: rows that are known to be no headers, such as those with a country.
    """
    without_digits = (
        ~is_value
        & frame.select(
            pl.all_horizontal(
                ~pl.col(name).str.contains(r"\d").fill_null(False)
                & (pl.col(name).str.len_chars().fill_null(0) <= _LONGEST)
                for name in columns
            )
            & pl.any_horizontal(pl.col(name).is_not_null() for name in columns)
        ).to_series()
    )
    rows = frame.select(columns).filter(without_digits)
    for position, row in zip(without_digits.arg_true().to_list(), rows.iter_rows(), strict=True):
        filled = [cell for cell in row if cell is not None]
        if len(filled) > 1 and not any(
            match_header(cell, {}) or person_rule(cell) for cell in filled[:2]
        ):
            continue
        rules = [rule for cell in filled if (rule := person_rule(cell)) is not None]
        if rules and sum(map(_is_header, filled)) >= _FEWEST:
            return position, rules[0]
    return None


def _is_header(cell: str) -> bool:
    return match_header(cell, {}) is not None or person_rule(cell) is not None
