"""Frames by name that are shown in another way than they are held."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable, Iterator, Mapping

import polars as pl


class FrameView(Mapping[str, pl.LazyFrame]):
    """Frames under given names; none is made to know the names.

    Args:
        names: of the frames, in their order.
    """

    def __init__(self, names: Iterable[str]) -> None:
        self._names = dict.fromkeys(names)

    @abstractmethod
    def __getitem__(self, name: str) -> pl.LazyFrame:
        """The frame of a name."""

    def __contains__(self, name: object) -> bool:
        return name in self._names

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)
