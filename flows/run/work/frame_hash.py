"""A hash of the content of a frame, whatever way its columns lie in memory."""

from __future__ import annotations

import hashlib
import io

import numpy as np
import polars as pl


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
