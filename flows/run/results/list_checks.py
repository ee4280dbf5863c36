"""Which public lists of companies a run checked its suppliers against, for the manifest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from flows.run.request.inputs import in_short
from signals.registry import sources
from signals.sources import lists
from signals.sources.lists import (
    australian_modern_slavery_statements,
    uk_modern_slavery_statements,
)
from signals.sources.lists.list_rows import TABLE

_PACKAGE = f"{lists.__name__}."
_STATEMENTS = frozenset(
    {australian_modern_slavery_statements.CARD.id, uk_modern_slavery_statements.CARD.id}
)


def list_sources() -> list[str]:
    """Sources of import bans and lists of entities, by id; a registry of statements is none."""
    return [
        source_id
        for source_id, module in sources().items()
        if module.CARD.role == "identity"
        and module.stage.__module__.startswith(_PACKAGE)
        and source_id not in _STATEMENTS
    ]


def list_checks(
    records: Sequence[Mapping[str, Any]], listed: pl.DataFrame, flags: pl.DataFrame
) -> list[dict[str, Any]]:
    """One record per public list, whether it was checked or not.

    Args:
        records: entries of the manifest for all sources.
        listed: entries of the lists known by the as-of date, columns of `stg_list_entries`.
        flags: list hits of this run, columns of `HIT_SCHEMA`.

    Returns:
        `list_id`, `title`, `status` (checked or not_checked), `reason` (of a list that was not
        checked), `content_of` (day on which its newest file was fetched, or made in a local
        folder), `newest_entry` (latest day of a listing), `entries` (companies compared),
        `suppliers_matched`, `suppliers_possible` (to be reviewed) and `suppliers_related` (to a
        company on it, by a path that may be open to review); figures are null for a list
        that was not checked.
    """
    by_id = {str(record["source_id"]): record for record in records}
    return [_check(by_id[list_id], listed, flags) for list_id in list_sources() if list_id in by_id]


def _check(record: Mapping[str, Any], listed: pl.DataFrame, flags: pl.DataFrame) -> dict[str, Any]:
    list_id = record["source_id"]
    entries = listed.filter(pl.col("list_id") == list_id)
    found = {"list_id": list_id, "title": record["title"]}
    # A file of which nothing could be read is no list.
    is_readable = record["status"] == "read" and bool(record["rows"].get(TABLE))
    if not is_readable:
        return found | {
            "status": "not_checked",
            "reason": in_short(record["reason"] or "") or "no company could be read from it",
            **dict.fromkeys(
                (
                    "content_of",
                    "newest_entry",
                    "entries",
                    "suppliers_matched",
                    "suppliers_possible",
                    "suppliers_related",
                )
            ),
        }
    days = [str(file["fetched_at"])[:10] for file in record["files"]]
    newest = entries["listed_on"].max()
    is_related = pl.col("matched_via") == "relation"
    of_list = flags.filter(pl.col("list_id") == list_id)
    hits = of_list.filter(~is_related)
    sure = hits.filter(pl.col("band") == "accept")
    return found | {
        "status": "checked",
        "reason": None,
        "content_of": max(days, default=None),
        "newest_entry": None if newest is None else str(newest),
        "entries": entries.height,
        "suppliers_matched": sure["supplier_id"].n_unique(),
        "suppliers_related": of_list.filter(is_related)["supplier_id"].n_unique(),
        "suppliers_possible": hits.join(sure, on="supplier_id", how="anti")[
            "supplier_id"
        ].n_unique(),
    }
