"""Persons in every other input that a user can bring."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from configs.config_errors import DataRejectedError
from flows.run.request.outcome_files import read_lab_table, read_outcomes
from flows.tuning.tuning_run import VOTE_KINDS
from scoring.prioritisation.overrides import COLUMNS as OVERRIDE_COLUMNS
from scoring.prioritisation.overrides import checked
from signals.sources.buyer.ledger_tables import LedgerOptions, read_ledger_table
from suppliers.identity.review_decisions import read_decisions
from suppliers.intake.completed_cells import read_completed
from suppliers.intake.list_files import IntakeOptions
from suppliers.intake.read_list import read_suppliers

_DAY = dt.date(2026, 3, 31)
_ROWS = 40
PLANTED = ("rahim.uddin@examplemail.com", "+8801711234567", "111.444.777-35")


@dataclass(frozen=True)
class InputLeaks:
    """How many inputs let a person in.

    Attributes:
        tried: files.
        leaks: files of which something planted came out.
        lines: one per input with a leak.
    """

    tried: int
    leaks: int
    lines: tuple[str, ...]


def _csv(path: Path, header: Sequence[str], rows: Sequence[Sequence[object]]) -> Path:
    pl.DataFrame(
        [list(map(str, row)) for row in rows], schema=list(header), orient="row"
    ).write_csv(path)
    return path


def _outcomes(folder: Path, value: str, header: Sequence[str]) -> str:
    columns = ["entity_id", "known_on", "kind", "source", "selection", *header]
    rows = [
        [
            f"S{n}",
            "2026-01-02",
            "audit",
            value if n == 3 else "own audit",
            "random",
            *["x"] * len(header),
        ]
        for n in range(_ROWS)
    ]
    path = _csv(folder / "outcomes.csv", columns, rows)
    ids = pl.Series([f"S{n}" for n in range(_ROWS)])
    return str(read_outcomes(path, ids, _DAY).rows())


def _votes(folder: Path, value: str, header: Sequence[str]) -> str:
    columns = ["group", "vote", "item", "points", *header]
    rows = [
        [value if n == 3 else "buyers", n, "environment", 10, *["x"] * len(header)]
        for n in range(_ROWS)
    ]
    path = _csv(folder / "votes.csv", columns, rows)
    return str(read_lab_table(path, VOTE_KINDS, ["group"]).rows())


def _ledger(folder: Path, value: str, header: Sequence[str]) -> str:
    columns = ["supplier_id", "order_id", "line_id", "ordered_on", "quantity", "unit_price"]
    rows = [
        [value if n == 3 else f"S{n}", n, 1, "2026-01-02", 5, 2, *["x"] * len(header)]
        for n in range(_ROWS)
    ]
    path = _csv(folder / "order_lines.csv", [*columns, *header], rows)
    options = LedgerOptions({}, (), None, {})
    read = read_ledger_table("order_lines", path, options)
    return str(read.rows()) if isinstance(read, pl.DataFrame) else ""


def _completed(folder: Path, value: str, header: Sequence[str]) -> str:
    columns = ["supplier_id", "town", *header]
    rows = [[f"S{n}", value if n == 3 else "Pune", *["x"] * len(header)] for n in range(_ROWS)]
    return str(read_completed(_csv(folder / "completed.csv", columns, rows)).rows())


def _identity(folder: Path, value: str, header: Sequence[str]) -> str:
    columns = ["supplier_id", "register", "register_id", "decision", "decision_reason", *header]
    rows = [
        [f"S{n}", "gleif", f"R{n}", "accept", value if n == 3 else "same address"]
        + ["x"] * len(header)
        for n in range(_ROWS)
    ]
    return str(read_decisions(_csv(folder / "decisions.csv", columns, rows), _DAY))


def _overrides(_: Path, value: str, header: Sequence[str]) -> str:
    row = {
        "supplier_id": "S1", "decision": "look_first", "author_role": "buyer", "reason": value,
        "evidence_link": "https://example.com/1", "decided_on": _DAY,
        "expires_on": _DAY + dt.timedelta(30), **dict.fromkeys(header, "x"),
    }  # fmt: skip
    return str(checked(pl.DataFrame([row]), pl.Series(["S1"])).select(OVERRIDE_COLUMNS).rows())


def _constants(folder: Path, value: str, header: Sequence[str]) -> str:
    rows = [[f"S{n}", f"Works {n} Ltd", *["x"] * len(header)] for n in range(_ROWS)]
    path = _csv(folder / "list.csv", ["supplier_id", "name", *header], rows)
    options = IntakeOptions(constants={"country": "India", "parent": value})
    return str(read_suppliers(path, options).suppliers.rows())


_READERS: Mapping[str, Callable[[Path, str, Sequence[str]], str]] = {
    "outcomes": _outcomes,
    "votes": _votes,
    "ledger": _ledger,
    "completed workbook": _completed,
    "decisions on matches": _identity,
    "decisions on suppliers": _overrides,
    "constants of the mapping": _constants,
}


def leaks_of_inputs(folder: Path) -> InputLeaks:
    """Bring a person's data in each input: as a value, and as columns of their own."""
    lines, tried = [], 0
    for name, read in _READERS.items():
        values = [*PLANTED, f"Office of {PLANTED[0]}", f"call {PLANTED[1]} at night"]
        for number, value in enumerate(values):
            own = folder / f"{name} {number}"
            own.mkdir()
            tried += 1
            try:
                text = read(own, value, ())
            except DataRejectedError as error:
                text = str(error)
            if value in text:
                lines.append(f"{name}: value {number} comes out")
        own = folder / f"{name} columns"
        own.mkdir()
        tried += 1
        try:
            text = read(own, "own audit", ("Worker name", "Worker phone"))
        except DataRejectedError:
            continue
        if "Worker" in text or "'x'" in text:
            lines.append(f"{name}: columns of persons are read")
    return InputLeaks(tried, len(lines), tuple(lines))
