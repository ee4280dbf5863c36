"""A long list in parts, so that memory is bounded by a part and not by the list.

A signal whose card says `is_per_supplier` has for a supplier the same value whoever else is listed:
it is computed for some suppliers at a time.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import polars as pl

from signals.frame_view import FrameView
from signals.registry import Signal
from signals.watched_frames import WatchedFrames

#: Suppliers of a part: few enough for memory, and enough to keep all cores busy.
SUPPLIERS_AT_A_TIME = 25_000


def is_long(suppliers: int) -> bool:
    """Whether a list has more than one part."""
    return suppliers > SUPPLIERS_AT_A_TIME


def parts_of(
    frames: Mapping[str, pl.LazyFrame], suppliers_at_a_time: int | None = None
) -> Iterator[Mapping[str, pl.LazyFrame]]:
    """What signals may see of some suppliers at a time, in the order of supplier_id.

    A frame with a site or a supplier in its rows is limited to those of the part; of a file, only
    groups of rows that may hold them are read. Others, such as tables of countries, are whole.

    Args:
        frames: what signals may see of the list, with `suppliers` and `sites`.
        suppliers_at_a_time: of a part; None: `SUPPLIERS_AT_A_TIME`.
    """
    of_a_part = suppliers_at_a_time or SUPPLIERS_AT_A_TIME
    ids = frames["suppliers"].select("supplier_id").collect()["supplier_id"].sort()
    site_ids = frames["sites"].select("supplier_id", "site_id").collect()
    for start in range(0, max(1, ids.len()), of_a_part):
        some = ids.slice(start, of_a_part)
        if some.is_empty():
            yield frames
            return
        of_part = pl.col("supplier_id").is_between(pl.lit(some[0]), pl.lit(some[-1]))
        yield Part(frames, of_part, site_ids.filter(of_part).select("site_id"))


class Part(FrameView):
    """Frames limited to some suppliers, each once it is asked for.

    Args:
        frames: of the list.
        of_part: whether a row with a supplier is of the part.
        sites: site_id of the part.
    """

    def __init__(
        self, frames: Mapping[str, pl.LazyFrame], of_part: pl.Expr, sites: pl.DataFrame
    ) -> None:
        super().__init__(frames)
        self._frames, self._of_part, self._sites = frames, of_part, sites

    def __getitem__(self, name: str) -> pl.LazyFrame:
        frame = self._frames[name]
        columns = frame.collect_schema().names()
        if "supplier_id" in columns:
            return frame.filter(self._of_part)
        if "site_id" not in columns:
            return frame
        ids = self._sites["site_id"]
        near = pl.col("site_id").is_between(
            pl.lit(ids.min(), pl.String), pl.lit(ids.max(), pl.String)
        )
        return frame.filter(near).join(self._sites.lazy(), on="site_id", how="semi")


def computed(
    signal: Signal,
    frames: Mapping[str, pl.LazyFrame],
    suppliers_at_a_time: int | None = None,
    read: set[str] | None = None,
) -> pl.LazyFrame:
    """What a signal's `compute` gives of a list, computed in parts where its card allows that.

    Args:
        signal: to compute.
        frames: what signals may see of the list.
        suppliers_at_a_time: of a part, as for `parts_of`; a list with no more is computed as a
            whole.
        read: the names of the frames that the signal asks for are added.
    """
    of_a_part = suppliers_at_a_time or SUPPLIERS_AT_A_TIME
    parts: Iterable[Mapping[str, pl.LazyFrame]] = (frames,)
    if signal.card.is_per_supplier:
        listed = frames["suppliers"].select(pl.len()).collect().item()
        parts = parts_of(frames, of_a_part) if listed > of_a_part else parts
    found = []
    for part in parts:
        watched = WatchedFrames(part)
        given = signal.compute(watched)
        found.append(given if part is frames else given.collect().lazy())
        if read is not None:
            read |= watched.read
    return found[0] if len(found) == 1 else pl.concat(found, how="diagonal_relaxed")
