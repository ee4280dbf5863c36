"""The source that a value comes from, or the several that really entered it."""

from __future__ import annotations

from typing import Final

import polars as pl

#: Between the ids where several sources entered one value.
SOURCE_SEPARATOR: Final = ", "


def joined_sources() -> pl.Expr:
    """Aggregates `source_id`: every source of a group once, in the order of ids; null for none."""
    ids = pl.col("source_id").drop_nulls().str.split(SOURCE_SEPARATOR).list.explode()
    return ids.unique().sort().str.join(SOURCE_SEPARATOR).replace("", None)
