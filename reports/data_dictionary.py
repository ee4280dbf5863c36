"""The data dictionary: what every file of a run's folder is for, and what each column means.

The columns are described in `assets/output_columns.yaml`, once per table; a test holds it against
what a run writes. The documentation site is generated from it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType

import yaml

#: Columns that several tables take over; no table of its own.
_SHARED = "which supplier"


@dataclass(frozen=True)
class Column:
    """One column of a table that a run writes.

    Attributes:
        name: as in the header.
        kind: type in words, such as `whole number`.
        unit: unit or scale; empty for texts and ranks.
        meaning: what it holds, and what null means where that is not plain.
    """

    name: str
    kind: str
    unit: str
    meaning: str


@cache
def output_columns() -> Mapping[str, Mapping[str, Column]]:
    """The columns of each table by file name and column name, in the order of the description."""
    text = files("reports").joinpath("assets", "output_columns.yaml").read_text("utf-8")
    described: dict[str, dict[str, list[str]]] = yaml.safe_load(text)
    del described[_SHARED]
    return MappingProxyType(
        {
            file: MappingProxyType({name: Column(name, *words) for name, words in columns.items()})
            for file, columns in described.items()
        }
    )
