"""Ties between companies in registers: owners, and companies that a company was merged into."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import polars as pl

TIES = "stg_register_ties"

TIE_SCHEMA: dict[str, pl.DataType] = {
    "register": pl.String(),
    "tie_id": pl.String(),
    "tie": pl.String(),
    "register_id": pl.String(),
    "other_id": pl.String(),
    "other_name": pl.String(),
    "least_percent": pl.Float64(),
    "most_percent": pl.Float64(),
    "has_control": pl.Boolean(),
    "is_direct": pl.Boolean(),
    "valid_from": pl.Date(),
    "valid_to": pl.Date(),
    "observed_to": pl.Date(),
    "published_on": pl.Date(),
    "origin": pl.String(),
}
OWNER, SUCCESSOR = "owner", "successor"


def tie_frame(rows: Iterable[Mapping[str, object]]) -> pl.DataFrame:
    """Rows as a frame, the last of those with one id; what a row does not give is null."""
    whole = [{**dict.fromkeys(TIE_SCHEMA), "has_control": False, **row} for row in rows]
    frame = pl.DataFrame(whole, schema=TIE_SCHEMA)
    return frame.unique(["register", "tie_id"], keep="last", maintain_order=True)
