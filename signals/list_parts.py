"""A long list in parts, so that memory is bounded by a part and not by the list.

A signal whose card says `is_per_supplier` has for a supplier the same value whoever else is listed:
it is computed for some suppliers at a time.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import polars as pl

from signals.registry import Signal

#: Suppliers of a part: few enough for memory, and enough to keep all cores busy.
SUPPLIERS_AT_A_TIME = 25_000

_LIST = frozenset({"suppliers", "sites"})


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
    columns = {name: frozenset(frame.collect_schema().names()) for name, frame in frames.items()}
    ids = frames["suppliers"].select("supplier_id").collect()["supplier_id"].sort()
    site_ids = frames["sites"].select("supplier_id", "site_id").collect()
    for start in range(0, max(1, ids.len()), of_a_part):
        some = ids.slice(start, of_a_part)
        if some.is_empty():
            yield frames
            return
        of_part = pl.col("supplier_id").is_between(pl.lit(some[0]), pl.lit(some[-1]))
        sites = site_ids.filter(of_part).select("site_id")
        near = pl.col("site_id").is_between(
            pl.lit(sites["site_id"].min(), pl.String), pl.lit(sites["site_id"].max(), pl.String)
        )
        yield {
            name: frame.filter(of_part)
            if "supplier_id" in columns[name]
            else frame.filter(near).join(sites.lazy(), on="site_id", how="semi")
            if "site_id" in columns[name]
            else frame
            for name, frame in frames.items()
        }


def computed(
    signal: Signal,
    frames: Mapping[str, pl.LazyFrame],
    suppliers_at_a_time: int | None = None,
) -> pl.LazyFrame:
    """What a signal's `compute` gives of a list, computed in parts where its card allows that.

    Args:
        signal: to compute.
        frames: what signals may see of the list.
        suppliers_at_a_time: of a part, as for `parts_of`; a list with no more is computed as a
            whole.
    """
    if not signal.card.is_per_supplier:
        return signal.compute(frames)
    listed = frames["suppliers"].select(pl.len()).collect().item()
    if listed <= (suppliers_at_a_time or SUPPLIERS_AT_A_TIME):
        return signal.compute(frames)
    seen = {name: frames[name] for name in _seen(signal, frames)}
    found = [signal.compute(part).collect() for part in parts_of(seen, suppliers_at_a_time)]
    return pl.concat(found, how="diagonal_relaxed").lazy()


def _seen(signal: Signal, frames: Mapping[str, pl.LazyFrame]) -> list[str]:
    """Frames that a signal reads: its inputs, the list, and what is no staging table."""
    inputs = {*signal.card.inputs, *_LIST}
    return [name for name in frames if name in inputs or not name.startswith("stg_")]
