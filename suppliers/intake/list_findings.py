"""What `understory list check` finds: one entry per fault, question or note."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

#: ``rejected``: the run leaves rows or the file out; ``open``: a question that only the user can
#: answer; ``settled``: the mapping file has the answer; ``note``: nothing to do.
Kind = Literal["rejected", "open", "settled", "note"]
#: Part of the mapping file that answers a finding.
Block = Literal["sheets", "map", "drop", "decimal", "constants", "countries", "sectors", "towns"]

_SHOWN_ROWS = 8


@dataclass(frozen=True)
class Candidate:
    """One answer that the mapping file offers.

    Attributes:
        value: as it would be written.
        comment: what it stands for, or "".
    """

    value: str
    comment: str = ""


@dataclass(frozen=True)
class ListFinding:
    """One finding.

    Attributes:
        file: name of the file, with the sheet where several are read.
        rows: rows concerned as a person counts them; none for a whole file or its columns.
        field: field or header concerned, or "".
        rule: short name of the rule.
        kind: see `Kind`.
        text: what is wrong.
        correction: what to do, or "" for a note.
        block: part of the mapping file that answers it, or None.
        key: what is answered there: a header, or a value as written.
        candidates: answers that the mapping file offers, likeliest first.
    """

    file: str
    rows: tuple[int, ...]
    field: str
    rule: str
    kind: Kind
    text: str
    correction: str = ""
    block: Block | None = None
    key: str = ""
    candidates: tuple[Candidate, ...] = ()

    @property
    def sentence(self) -> str:
        """File, rows, what is wrong and the correction in one sentence."""
        where = self.file + (f", {rows_text(self.rows)}" if self.rows else "")
        return f"{where}: {self.text}" + (f"; {self.correction}" if self.correction else "") + "."

    @property
    def is_open(self) -> bool:
        """Whether something must be done."""
        return self.kind != "note"

    def as_record(self) -> dict[str, Any]:
        """The finding as JSON-ready values."""
        return {**asdict(self), "rows": list(self.rows), "sentence": self.sentence}


def rows_text(rows: Sequence[int]) -> str:
    """Rows as a person names them: `row 5`, `rows 5, 9 and 12`, `rows 2 to 40 and 3 more`."""
    ranges: list[tuple[int, int]] = []
    for row in sorted(set(rows)):
        if ranges and row == ranges[-1][1] + 1:
            ranges[-1] = (ranges[-1][0], row)
        else:
            ranges.append((row, row))
    if len(ranges) == 1 and ranges[0][0] == ranges[0][1]:
        return f"row {ranges[0][0]}"
    named = [str(a) if a == b else f"{a}, {b}" if b == a + 1 else f"{a} to {b}" for a, b in ranges]
    if len(named) > _SHOWN_ROWS:
        more = sum(b - a + 1 for a, b in ranges[_SHOWN_ROWS:])
        return f"rows {', '.join(named[:_SHOWN_ROWS])} and {more} more"
    return f"rows {', '.join(named[:-1])} and {named[-1]}" if named[1:] else f"rows {named[0]}"


def in_order(findings: Sequence[ListFinding]) -> tuple[ListFinding, ...]:
    """Findings by file, then those of the whole file, then by row."""
    return tuple(
        sorted(
            dict.fromkeys(findings),
            key=lambda one: (one.file, one.rows[:1] or (0,), one.field, one.rule, one.text),
        )
    )
