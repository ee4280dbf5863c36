"""A second table below a list: its rows stand in the columns of the first."""

from __future__ import annotations

from collections.abc import Collection

import polars as pl

from suppliers.intake.fields import match_header
from suppliers.intake.person_words import person_rule

_LONGEST = 40
_FEWEST = 2
#: So many rows of the list have a country that the rows below without one are none of it.
_KNOWN_SHARE = 0.8


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


def rows_of_table_below(
    frame: pl.DataFrame, numbers: pl.Series, columns: Collection[str], is_known: pl.Series
) -> pl.Series | None:
    """Which rows are those of a second table of whatever content, or None.

    A second table begins after a blank row, with a row of headers: cells without digits. None of
    its rows has a country, while nearly all rows above have; where the list has no country of its
    own, one of its columns holds numbers below the header.

    Args:
        frame: string columns.
        numbers: row in the file of each row; blank rows are not in the frame.
        columns: those that are read.
        is_known: rows with a country; of length 0 where the list has no column of countries.
    """
    gaps = (numbers.diff() > 1).fill_null(False).arg_true().to_list()
    for start in gaps:
        below = frame.select(columns).slice(start)
        if len(below) <= _FEWEST or not _has_headers_first(below):
            continue
        if len(is_known):
            above = is_known.slice(0, start)
            if is_known.slice(start).any() or above.sum() < _KNOWN_SHARE * len(above):
                continue
        elif not _has_numbers_below(below):
            continue
        return pl.Series([at >= start for at in range(len(frame))], dtype=pl.Boolean)
    return None


def _has_headers_first(table: pl.DataFrame) -> bool:
    cells = [cell for cell in table.row(0) if cell is not None]
    return len(cells) >= _FEWEST and not any(
        len(cell) > _LONGEST or any(sign.isdigit() for sign in cell) for cell in cells
    )


def _has_numbers_below(table: pl.DataFrame) -> bool:
    rest = table.slice(1)
    return any(
        table[name][0] is not None
        and rest[name].drop_nulls().len() == rest.height
        and rest[name].str.contains(r"^[\d.,\s]+$").all()
        for name in table.columns
    )


def _is_header(cell: str) -> bool:
    return match_header(cell, {}) is not None or person_rule(cell) is not None
