"""Frames that notice which of them a signal asks for: what it does not read cannot change it."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from signals.frame_view import FrameView


class WatchedFrames(FrameView):
    """Frames by name, which are the same names in every run.

    Args:
        frames: by name.
        only: supplier_id; rows of other suppliers are left out; None for none.

    Attributes:
        read: names of those that were asked for.
    """

    def __init__(
        self, frames: Mapping[str, pl.LazyFrame], only: pl.DataFrame | None = None
    ) -> None:
        super().__init__(frames)
        self._frames, self._only = frames, only
        self.read: set[str] = set()

    def __getitem__(self, name: str) -> pl.LazyFrame:
        frame = self._frames[name]
        self.read.add(name)
        if self._only is None or "supplier_id" not in frame.collect_schema().names():
            return frame
        return frame.join(self._only.lazy(), on="supplier_id", how="semi", maintain_order="left")
