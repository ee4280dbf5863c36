"""The guard against staff tables that it was not written for, and lists that resemble them.

A table whose headers are not known is read again with its columns named. What is read is searched,
also every file of a run over it where its headers are known. Each look at the outcome of the tables
is listed in `tests/cases/staff_tables_looks.md`.
"""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from benchmarks.guard import Outcome, outcome, run_texts
from benchmarks.staff_tables import (
    StaffTable,
    company_tables,
    further_company_tables,
    further_staff_tables,
    staff_tables,
)
from configs.config_errors import DataRejectedError
from suppliers.intake.list_files import IntakeOptions
from suppliers.intake.read_list import read_suppliers

ID = "guard_staff"
KIND = "validate"
GOAL = (
    "64 lists of persons in 25 languages: leaks 0, reported 100 %; 32 lists of companies in 16 "
    "languages: false findings of persons 0"
)

_NO_LIST = "not a supplier list"
#: How a sentence of the guard differs from one on headers that are not known.
_OF_THE_GUARD = "(rule "


def mapped(table: StaffTable, folder: Path) -> Outcome:
    """Read a table whose headers are not known as a user does who names its columns.

    The id is derived, the country is that of its column or given for all rows, and the name is the
    first column that holds personal data, or else that of companies.
    """
    path = table.write(folder)
    country = table.country_header
    options = IntakeOptions(
        max_rejected_share=0.9,
        derive_supplier_id=True,
        columns={table.name_header: "name"} | ({} if country is None else {country: "country"}),
        constants={} if country else {"country": "Bangladesh"},
    )
    try:
        return Outcome(table, path, "", read_suppliers(path, options))
    except DataRejectedError as error:
        return Outcome(table, path, str(error), None)


def texts_of_intake(one: Outcome) -> list[str]:
    """What reading a list left, as text."""
    if one.intake is None:
        return [one.rejection]
    frames = (one.intake.suppliers, one.intake.sites, one.intake.rejected, one.intake.issues)
    return [*(frame.write_csv() for frame in frames), *one.intake.notes]


def texts_of_run(one: Outcome, folder: Path) -> list[str]:
    """The texts of a run over a list that is read, and what the list is rejected with."""
    if one.intake is None:
        return [one.rejection]
    try:
        return run_texts([one.path], folder / "out")
    except DataRejectedError as error:
        return [str(error)]


def fate(one: Outcome, leaks: list[str]) -> str:
    """The outcome of a table in one word."""
    if leaks:
        return "leaks"
    if one.intake is None:
        return "rejected as personal" if _OF_THE_GUARD in one.rejection else _NO_LIST
    return "withheld" if one.intake.guard.withheld else "read"


def fates_of(kind: str, tables: Sequence[StaffTable], folder: Path) -> Counter[str]:
    """Read the tables of a kind, run those that are read, and count the outcomes."""
    counts: Counter[str] = Counter()
    for table in tables:
        own = folder / f"{kind}-{table.name}".replace(" ", "_")
        own.mkdir()
        one = outcome(table, own)
        if fate(one, []) == _NO_LIST:
            one = mapped(table, own)
            texts = []
        else:
            texts = texts_of_run(one, own) if one.intake and table.planted else []
        leaks = one.leaks([*texts, *texts_of_intake(one)])
        counts[fate(one, leaks)] += 1
        print(f"{kind:<20}{table.name:<7}{fate(one, leaks):<20}{'; '.join(leaks)}"[:160].rstrip())
    return counts


def run() -> str:
    """Read every table, run those that are read, and search what the runs left."""
    with tempfile.TemporaryDirectory() as name:
        fates = {
            kind: fates_of(kind, tables, Path(name))
            for kind, tables in (
                ("persons", staff_tables()),
                ("companies", company_tables()),
                ("further persons", further_staff_tables()),
                ("further companies", further_company_tables()),
            )
        }
    for kind, counts in fates.items():
        print(f"{kind}: {', '.join(f'{n} {found}' for found, n in sorted(counts.items()))}")
    return "; ".join(
        line
        for further in ("", "further ")
        for line in _figures(fates[f"{further}persons"], fates[f"{further}companies"], further)
    )


def _figures(persons: Counter[str], companies: Counter[str], further: str) -> tuple[str, str]:
    reported = persons.total() - persons["leaks"] - persons["read"]
    wrong = companies["rejected as personal"] + companies["withheld"]
    return (
        f"{persons['leaks']} of {persons.total()} {further}staff tables leak, {reported} reported",
        f"{wrong} of {companies.total()} {further}lists of companies taken for persons",
    )
