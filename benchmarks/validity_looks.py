"""The committed log of looks at the judging part of the municipalities of Brazil.

The judging part may be read once per change. What was read is kept with a fingerprint of the
scores and weights it belongs to: the same state prints the logged figures again, a new state is
read only when the change is named (`make validate NAME=supplier_weighted CHANGE="..."`), and the
look is then appended to the log.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import os
from collections.abc import Iterable
from pathlib import Path

import numpy as np

from scoring.tune.ranking_measures import Floats

LOG = Path(__file__).resolve().parents[1] / "tests" / "cases" / "validity_looks.md"
_DIGITS = 6


def fingerprint(parts: Iterable[Floats]) -> str:
    """Twelve hexadecimal digits of arrays, rounded so that machines agree."""
    digest = hashlib.sha256()
    for part in parts:
        rounded = np.round(np.nan_to_num(part, nan=-1.0), _DIGITS) + 0.0
        digest.update(rounded.astype("<f8").tobytes())
    return digest.hexdigest()[:12]


def named_change() -> str | None:
    """What the caller says has changed, or None."""
    return os.environ.get("CHANGE", "").strip() or None


def looks(log: Path = LOG) -> list[list[str]]:
    """The cells of every look, oldest first."""
    rows = [line for line in log.read_text(encoding="utf-8").splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in row.strip("|").split("|")] for row in rows[2:]]


def look_of(mark: str, log: Path = LOG) -> list[str] | None:
    """The cells of the look with a fingerprint, or None."""
    return next((cells for cells in looks(log) if mark in cells), None)


def append(cells: Iterable[str], log: Path = LOG, today: dt.date | None = None) -> list[str]:
    """Add a look with its number and day to the log, and return all its cells."""
    number = len(looks(log)) + 1
    day = (today or dt.datetime.now(tz=dt.UTC).date()).isoformat()
    every = [str(number), day, *(cell.replace("|", "/") for cell in cells)]
    with log.open("a", encoding="utf-8") as out:
        out.write("| " + " | ".join(every) + " |\n")
    return every
