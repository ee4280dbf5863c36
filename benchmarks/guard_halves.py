"""The guard against lists in two halves, of which one is read once per change.

40 lists of persons and 34 of companies that resemble them, in more than 30 languages, were written
before the guard was read for them and split by a hash of their titles. Faults of half A are opened;
of half B only totals are printed. Each look is listed in `tests/cases/lists_in_halves_looks.md`. A
list whose headers are not known is read again with its columns named by the user; all lists are
also read under headers that say nothing.
"""

from __future__ import annotations

import hashlib
import tempfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from benchmarks.guard import Outcome, outcome
from benchmarks.guard_staff import texts_of_intake
from benchmarks.staff_tables import StaffTable, company_lists_in_halves, person_lists_in_halves
from configs.config_errors import DataRejectedError
from suppliers.intake.list_files import IntakeOptions
from suppliers.intake.read_list import read_suppliers

ID = "guard_halves"
KIND = "validate"
GOAL = (
    "40 lists of persons and 34 of companies in two halves, one of which is not developed on: "
    "leaks 0, reported 100 %, false findings of persons 0"
)

#: How a sentence of the guard differs from one on headers that are not known.
_OF_THE_GUARD = "(rule "


def half(table: StaffTable) -> str:
    """A or B, by a hash of the title."""
    return "AB"[hashlib.sha256(table.title.encode()).digest()[0] % 2]


def under_headers_that_say_nothing(table: StaffTable) -> StaffTable:
    """The table with numbered headers, so that only its values say what it holds."""
    own = {header: f"Feld {at}" for at, header in enumerate(table.headers, start=1)}
    country = table.country_header
    return replace(
        table,
        headers=tuple(own.values()),
        name_header=own[table.name_header],
        country=None if country is None else own[country],
    )


def named_by_the_user(table: StaffTable, folder: Path) -> Outcome:
    """Read a table with its columns named: names, countries, and ids that are of persons."""
    path = table.write(folder)
    country = table.country_header
    columns = {table.name_header: "name"}
    if country is not None:
        columns[country] = "country"
    if table.has_personal_ids and table.headers[0] not in columns:
        columns[table.headers[0]] = "supplier_id"
    options = IntakeOptions(
        max_rejected_share=0.9,
        derive_supplier_id="supplier_id" not in columns.values(),
        columns=columns,
        constants={} if country else {"country": "Bangladesh"},
    )
    try:
        return Outcome(table, path, "", read_suppliers(path, options))
    except DataRejectedError as error:
        return Outcome(table, path, str(error), None)


def fate_of(table: StaffTable, folder: Path) -> tuple[str, str]:
    """The outcome of a list in a word, and its detail."""
    one = outcome(table, folder)
    if one.intake is None and _OF_THE_GUARD not in one.rejection:
        one = named_by_the_user(table, folder)
    leaks = one.leaks(texts_of_intake(one))
    if leaks:
        return "leaks", f"{len(leaks)} of {len(table.planted)}: {leaks[:4]}"
    if one.intake is None:
        word = "rejected" if _OF_THE_GUARD in one.rejection else "not a list"
        return word, one.rejection
    if one.intake.guard.withheld:
        return "withheld", "; ".join(each.sentence for each in one.intake.guard.withheld)
    if any("was not read" in note for note in one.intake.notes):
        return "not read below", "; ".join(one.intake.notes)
    if one.intake.counts["rows_rejected"]:
        return "withheld", f"{one.intake.counts['rows_rejected']} rows"
    return "read", ""


def run() -> str:
    """Read every list; print the faults of half A and the totals of both."""
    figures = []
    persons, companies = person_lists_in_halves(), company_lists_in_halves()
    for kind, tables in (
        ("persons", persons),
        ("companies", companies),
        ("persons without headers", [under_headers_that_say_nothing(one) for one in persons]),
        ("companies without headers", [under_headers_that_say_nothing(one) for one in companies]),
    ):
        counts = _counts(kind, tables)
        for name, words in counts.items():
            print(f"{kind} {name}: {', '.join(f'{n} {w}' for w, n in sorted(words.items()))}")
            figures.append(_figure(kind, name, words))
    return "; ".join(figures)


def _counts(kind: str, tables: Sequence[StaffTable]) -> dict[str, Counter[str]]:
    counts: dict[str, Counter[str]] = {"A": Counter(), "B": Counter()}
    for table in tables:
        with tempfile.TemporaryDirectory() as name:
            word, detail = fate_of(table, Path(name))
        counts[half(table)][word] += 1
        is_wrong = word in ("leaks", "read") if kind.startswith("persons") else word != "read"
        if is_wrong and half(table) == "A":
            print(f"{kind:<26}{table.title[:50]:<52}{word:<10}{detail}"[:260].rstrip())
    return counts


def _figure(kind: str, name: str, words: Counter[str]) -> str:
    if kind.startswith("companies"):
        wrong = words.total() - words["read"] - words["not a list"]
        return f"{wrong} of {words.total()} lists of {kind} of half {name} taken for persons"
    reported = words.total() - words["leaks"] - words["read"]
    of = f"{words.total()} lists of {kind} of half {name}"
    return f"{words['leaks']} of {of} leak, {reported} reported"
