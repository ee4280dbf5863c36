"""Matrices of suppliers and signals that are kept by signal."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

T = TypeVar("T", np.float64, np.bool_)


@dataclass(frozen=True)
class SignalColumns(Generic[T]):
    """A [suppliers, signals] matrix of which some suppliers are made at a time.

    A column may be one number that stands for all suppliers, or be another matrix's, too.

    Attributes:
        columns: of each signal, [suppliers]; at least one.
    """

    columns: tuple[NDArray[T], ...]

    def __len__(self) -> int:
        return self.columns[0].size

    def __getitem__(self, rows: slice | NDArray[np.int64]) -> NDArray[T]:
        return np.column_stack([column[rows] for column in self.columns])
