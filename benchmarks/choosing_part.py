"""The part of a data set on which choices are made; the rest is for judging them.

The rule is fixed: whole units (companies, rows or states) by a hash of their id. Each look at the
judging part is written down in `tests/cases/*_looks.md`.
"""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256

import numpy as np
from numpy.typing import NDArray


def is_for_choosing(units: Iterable[str | bytes]) -> NDArray[np.bool_]:
    """Whether each unit is of the choosing half: its SHA-256 begins with an even number.

    Args:
        units: ids, or where there are none the bytes of the row, so that equal rows stay together.
    """
    return np.array([_first_word(unit) % 2 == 0 for unit in units], dtype=bool)


def _first_word(unit: str | bytes) -> int:
    return int(sha256(unit.encode() if isinstance(unit, str) else unit).hexdigest()[:8], 16)
