"""What the guard found in a list, laid on its rows."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from suppliers.input_errors import NonExtractiveError
from suppliers.intake.company_words import header_names_companies
from suppliers.intake.fields import REQUIRED, match_header
from suppliers.intake.guard_report import ListColumns, ValueCheck
from suppliers.intake.list_columns import PERSON_ROW, WITHHELD_ROW
from suppliers.intake.person_values import rule_of_text
from suppliers.intake.table_rows import SOURCE_ROW

_NAMES = ("name", "site_name", "parent")


def columns_of(headers: Mapping[str, str], constants: Mapping[str, str]) -> ListColumns:
    """Which columns hold names and countries.

    Args:
        headers: field to the header that feeds it.
        constants: field to its value in every row.
    """
    country = headers.get("country")
    names = tuple(dict.fromkeys(headers[name] for name in _NAMES if name in headers))
    return ListColumns(
        names,
        country,
        constants.get("country") if country is None else None,
        frozenset(
            header
            for header in names
            if match_header(header, {}) not in _NAMES and not header_names_companies(header)
        ),
    )


def check_constants(constants: Mapping[str, str], where: str) -> None:
    """Check the values that the user gives for every row of a list.

    Raises:
        NonExtractiveError: one is about a person.
    """
    for name, value in constants.items():
        rule = rule_of_text(value)
        if rule is not None:
            raise NonExtractiveError(
                f"{where}: the constant {name} is about a person (rule {rule}), which is never "
                "read; leave it out of constants:.",
                column=name,
                rule=rule,
                where=where,
            )


def with_marks(frame: pl.DataFrame, check: ValueCheck, headers: Mapping[str, str]) -> pl.DataFrame:
    """Rows without the values that are withheld, and two marks.

    Args:
        frame: the columns of the list under their headers.
        check: what the guard found in them.
        headers: field to the header that feeds it.

    Returns:
        `WITHHELD_ROW`: a value that the row needs was withheld. `PERSON_ROW`: the supplier is a
        declared sole trader; `without_person_names` replaces the name when the row has its id. Rows
        of a second table below the list are left out.
    """
    none = pl.repeat(False, len(frame), dtype=pl.Boolean, eager=True)
    held, person = none, none
    for name in REQUIRED:
        held = held | check.withheld.get(headers.get(name, ""), none)
    for name in ("name", "site_name"):
        person = person | check.sole_traders.get(headers.get(name, ""), none)
    hidden = dict(check.withheld)
    for name in ("site_name", "parent"):
        header = headers.get(name)
        if header is not None and header != headers.get("name"):
            of_persons = person | check.sole_traders.get(header, none)
            hidden[header] = hidden.get(header, none) | of_persons
    marked = frame.with_columns(
        *(pl.when(~mask).then(pl.col(column)).alias(column) for column, mask in hidden.items()),
        held.alias(WITHHELD_ROW),
        person.alias(PERSON_ROW),
    )
    return marked if check.below is None else marked.filter(~check.below)


def note_of_table_below(check: ValueCheck, frame: pl.DataFrame, where: str) -> list[str]:
    """What is said about a second table below the list: one sentence, or none."""
    if check.below is None:
        return []
    rows = frame.filter(check.below)[SOURCE_ROW]
    return [
        f"{where}: the rows {rows[0]} to {rows[-1]} are a second table below the list and it was "
        "not read; put it into a file of its own, or give each of its rows a country if they are "
        "suppliers"
    ]


def without_person_names(rows: pl.DataFrame) -> pl.DataFrame:
    """The id in place of the name of every declared sole trader."""
    return rows.with_columns(
        name=pl.when(pl.col(PERSON_ROW)).then("supplier_id").otherwise("name"),
        site_name=pl.when(~pl.col(PERSON_ROW)).then("site_name"),
    ).drop(PERSON_ROW)
