"""What each signal has been measured to say of suppliers of a sector, where cases are known.

The figures lie in `measured_validity.csv` beside this file, which `make validate
NAME=signal_validity WRITE=1` writes. They are attached to the cards by the registry.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from signals.card import MeasuredValidity

FILE = "measured_validity.csv"


@cache
def measured_validity() -> Mapping[str, tuple[MeasuredValidity, ...]]:
    """Figures by signal, in the order of the file; a signal that was not measured has none.

    Raises:
        ValidationError: a row that is no figure.
    """
    found: dict[str, list[MeasuredValidity]] = {}
    text = files("signals").joinpath(FILE).read_text(encoding="utf-8")
    for row in csv.DictReader(text.splitlines()):
        name = row.pop("signal")
        found.setdefault(name, []).append(MeasuredValidity.model_validate(row))
    return {name: tuple(rows) for name, rows in found.items()}
