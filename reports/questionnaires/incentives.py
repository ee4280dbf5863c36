"""What a buyer states that changes for a supplier that answers: a table with a template."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import polars as pl

COLUMNS = ("supplier_id", "promise", "unit", "until_when", "kept", "kept_on")

_YES_NO = {"yes": True, "no": False, "": None}
_EXAMPLES = (
    ("", "Contract of two years instead of one", "years", "2027-01-01", "", ""),
    ("", "Payment 30 days after delivery instead of 60", "days", "2026-06-30", "", ""),
)


@dataclass(frozen=True)
class Incentive:
    """A promise to a supplier that answers.

    Attributes:
        supplier_id: to whom; None: to every supplier.
        promise: in words.
        unit: of the promise, such as days; None: none.
        until_when: the day by which it is to be kept.
        kept: whether it was; None: not yet known.
        kept_on: the day on which it was kept.
    """

    supplier_id: str | None
    promise: str
    unit: str | None
    until_when: dt.date
    kept: bool | None
    kept_on: dt.date | None


def template() -> pl.DataFrame:
    """The table with two examples, to be replaced."""
    return pl.DataFrame(_EXAMPLES, schema=dict.fromkeys(COLUMNS, pl.String), orient="row")


def incentives(table: pl.DataFrame, suppliers: set[str]) -> tuple[list[Incentive], list[str]]:
    """The promises of a table, and what is wrong with it.

    Args:
        table: `COLUMNS` as texts; null counts as empty.
        suppliers: ids of the run.

    Returns:
        The promises, and one sentence per wrong cell; rows with a finding give no promise.
    """
    missing = [name for name in COLUMNS if name not in table.columns]
    if missing:
        return [], [f"column missing: {', '.join(missing)}; `understory questions incentives` "
                    "prints the template"]  # fmt: skip
    found, wrong = [], []
    rows = table.select(pl.col(COLUMNS).fill_null("").str.strip_chars())
    for number, row in enumerate(rows.iter_rows(named=True), start=2):
        findings = _findings(row, suppliers)
        wrong += [f"row {number}, {finding}" for finding in findings]
        if not findings:
            found.append(
                Incentive(
                    row["supplier_id"] or None,
                    row["promise"],
                    row["unit"] or None,
                    dt.date.fromisoformat(row["until_when"]),
                    _YES_NO[row["kept"].lower()],
                    _day(row["kept_on"]),
                )
            )
    return found, wrong


def _findings(row: dict[str, str], suppliers: set[str]) -> list[str]:
    found = []
    if row["supplier_id"] and row["supplier_id"] not in suppliers:
        found.append(f"supplier_id: {row['supplier_id']} is not in the run; leave it empty for all")
    if not row["promise"]:
        found.append("promise: it is empty; write what changes for the supplier")
    if _day(row["until_when"]) is None:
        found.append(f"until_when: {row['until_when']!r} is no day; write YYYY-MM-DD")
    if row["kept"].lower() not in _YES_NO:
        found.append(f"kept: {row['kept']!r}; write yes, no, or leave it empty")
    if row["kept_on"] and _day(row["kept_on"]) is None:
        found.append(f"kept_on: {row['kept_on']!r} is no day; write YYYY-MM-DD")
    if row["kept"].lower() == "yes" and not row["kept_on"]:
        found.append("kept_on: it is empty; write the day on which the promise was kept")
    return found


def _day(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return None
