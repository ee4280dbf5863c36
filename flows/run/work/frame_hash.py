"""A hash of the content of a frame, whatever way its columns lie in memory."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

#: Bytes, as a hash takes them.
_Bytes = memoryview | NDArray[Any]


def hash_of_frame(frame: pl.DataFrame) -> str:
    """SHA-256 of the names, types and values of a frame, to the bit and in the order of the rows.

    Args:
        frame: of any columns; those of lists and the like are hashed as they lie in memory, so that
            equal ones may have different hashes.
    """
    digest = hashlib.sha256(f"{frame.height}\n".encode())
    for column in frame:
        digest.update(f"{column.name} {column.dtype} {column.null_count()}\n".encode())
        if column.null_count() == frame.height:
            continue
        if column.null_count():
            digest.update(np.packbits(column.is_null().to_numpy()).tobytes())
        if column.dtype == pl.String:
            _, ends, text = column.fill_null("").rechunk().to_arrow().buffers()
            digest.update(ends)
            digest.update(text)
        elif column.dtype.is_numeric() or column.dtype.is_temporal() or column.dtype == pl.Boolean:
            is_truth = column.dtype == pl.Boolean
            values = column.cast(pl.UInt8) if is_truth else column.to_physical()
            digest.update(values.fill_null(0).to_numpy().tobytes())
        else:
            written = io.BytesIO()
            column.to_frame().write_ipc(written)
            digest.update(written.getbuffer())
    return digest.hexdigest()


def hashes_of_groups(frame: pl.LazyFrame, group: pl.Series, groups: int) -> tuple[str, ...]:
    """SHA-256 of the names, types and values of groups of rows, to the bit and in their order.

    One column is in memory at a time.

    Args:
        frame: the rows; columns as for `hash_of_frame`.
        group: number of each row's group, from 0; null for a row of none.
        groups: how many there are.
    """
    number = group.fill_null(groups).to_numpy()
    order = np.argsort(number, kind="stable")
    bounds = np.searchsorted(number[order], np.arange(groups + 1))
    digests = [hashlib.sha256(f"{height}\n".encode()) for height in np.diff(bounds)]
    rows = [(i, *bounds[i : i + 2].tolist()) for i in range(groups) if bounds[i] < bounds[i + 1]]
    for name, dtype in frame.collect_schema().items():
        column = frame.select(name).collect()[name].gather(order[: bounds[-1]])
        heading = f"{name} {dtype}\n".encode()
        content = _content(column)
        for i, start, end in rows:
            digests[i].update(heading)
            for part in content(start, end):
                digests[i].update(part)
    return tuple(digest.hexdigest() for digest in digests)


def _content(column: pl.Series) -> Callable[[int, int], Iterator[_Bytes]]:
    """Gives the bytes of some rows of a column, from the first up to the last."""
    is_null = column.is_null().to_numpy()
    if column.dtype == pl.String:
        _, offsets, held = column.fill_null("").rechunk().to_arrow().buffers()
        ends, text = np.frombuffer(offsets, np.int64), memoryview(held or b"")
        lengths = np.diff(ends)
        return lambda start, end: iter(
            (is_null[start:end], lengths[start:end], text[ends[start] : ends[end]])
        )
    if column.dtype.is_numeric() or column.dtype.is_temporal() or column.dtype == pl.Boolean:
        physical = column.cast(pl.UInt8) if column.dtype == pl.Boolean else column.to_physical()
        values = physical.fill_null(0).to_numpy()
        return lambda start, end: iter((is_null[start:end], values[start:end]))

    def written(start: int, end: int) -> Iterator[_Bytes]:
        ipc = io.BytesIO()
        column.slice(start, end - start).rechunk().to_frame().write_ipc(ipc)
        yield ipc.getbuffer()

    return written
