"""Ties between companies in registers: owners, and companies that a company was merged into."""

from __future__ import annotations

import datetime as dt
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


def successor_row(
    register: str,
    register_id: str,
    other_id: str,
    valid_from: dt.date | None,
    seen: Mapping[str, object],
    *,
    other_name: str | None = None,
) -> dict[str, object]:
    """A row of `stg_register_ties`: what a company was merged into, or where a site moved.

    Args:
        register: its id.
        register_id: of the entry that ended.
        other_id: of its successor.
        valid_from: day from which the successor stands for it, None if not known.
        seen: observed_to, published_on and origin.
        other_name: of the successor, where the register states it.
    """
    return {
        "register": register,
        "tie_id": f"{register_id}>{other_id}",
        "tie": SUCCESSOR,
        "register_id": register_id,
        "other_id": other_id,
        "other_name": other_name,
        "valid_from": valid_from,
        **seen,
    }


def tie_frame(rows: Iterable[Mapping[str, object]]) -> pl.DataFrame:
    """Rows as a frame, the last of those with one id; what a row does not give is null."""
    whole = [{**dict.fromkeys(TIE_SCHEMA), "has_control": False, **row} for row in rows]
    frame = pl.DataFrame(whole, schema=TIE_SCHEMA)
    return frame.unique(["register", "tie_id"], keep="last", maintain_order=True)
