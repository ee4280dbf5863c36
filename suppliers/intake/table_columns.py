"""Which column of a table feeds which field: by its header, and by values where headers differ.

`Vendor` heads numbers in one export and names in another, and so do `Supplier`, `Lieferant` and
their like in every language.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import polars as pl

from suppliers.input_errors import Findings, ListFaultError, NonExtractiveError
from suppliers.intake.fields import HeaderMatch, match_headers
from suppliers.intake.guard_report import GuardSettings
from suppliers.intake.personal_data_guard import reject_personal_headers
from suppliers.intake.table_rows import Table

#: A word of a name: letters alone.
_WORD = r"(?:^|\s)\p{L}{2,}(?:[\s.,]|$)"


def match_columns(
    table: Table,
    mapping: Mapping[str, str],
    guard: GuardSettings,
    where: str,
    findings: Findings | None = None,
) -> HeaderMatch:
    """Match the columns of a table to fields, as `fields.match_headers` does for its headers.

    A column that would feed ``name`` feeds ``supplier_id`` if it holds numbers, where no other does
    or two would feed ``name``. One that would feed ``supplier_id`` feeds ``name`` if it holds names
    and no other does. No value is read of a table whose headers speak of persons.
    """
    if _personal(table, guard, where):
        found = Findings()
        match = match_headers(table.headers, mapping, guard.drop, where, found)
        wrong = Findings() if findings is None else findings
        for error in found.errors:
            # Their values may settle these once the others are left out.
            if not (isinstance(error, ListFaultError) and error.field in ("supplier_id", "name")):
                wrong.add(error)
        if findings is None:
            wrong.raise_all()
        return match

    def values(position: int) -> pl.Series:
        read = table.read({"value": position}, {"value": "identifier"}, may_be_empty=True)
        return read["value"].drop_nulls().unique()

    return match_headers(
        table.headers,
        mapping,
        guard.drop,
        where,
        findings,
        are_numbers=lambda position: are_numbers(values(position)),
        are_names=lambda position: are_names(values(position)),
    )


def without_personal_columns(table: Table, guard: GuardSettings, where: str) -> GuardSettings:
    """Settings that also leave out the columns whose headers speak of persons."""
    return replace(guard, drop=guard.drop | _personal(table, guard, where))


def _personal(table: Table, guard: GuardSettings, where: str) -> frozenset[str]:
    found = Findings()
    reject_personal_headers(table.headers, guard, where, found)
    return frozenset(
        error.column for error in found.errors if isinstance(error, NonExtractiveError)
    )


def are_numbers(values: pl.Series) -> bool:
    """Whether most values are numbers or codes: no word of letters, and a digit somewhere."""
    is_number = values.str.contains(r"\d") & ~values.str.contains(_WORD)
    return 2 * int(is_number.sum()) > values.len()


def are_names(values: pl.Series) -> bool:
    """Whether most values are names: several words, one of letters, and no digit."""
    is_name = values.str.contains(r"\s") & values.str.contains(_WORD) & ~values.str.contains(r"\d")
    return 2 * int(is_name.sum()) > values.len()
