"""Reads of a list's published runs what the pages of its results show, and no more."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import polars as pl

from flows.desk.lists.month_tables import read_columns
from flows.run.folders import published_runs
from sql.published_tables import table_bytes, table_file

_SHOWN = (
    "supplier_id", "name", "country", "country_iso3", "rank", "score", "priority_band",
    "priority_band_is_frozen",
    "rank_p05", "rank_p95", "prob_top_k", "evidence_coverage", "override", "insufficient_reason",
)  # fmt: skip
_IN_HISTORY = ("rank", "rank_p05", "rank_p95", "score", "priority_band", "evidence_coverage",
               "override")  # fmt: skip
ROWS_A_PAGE = 50


def supplier_rows(
    folder: Path, words: str, page: int, *, decided: bool
) -> tuple[list[dict[str, Any]], int]:
    """Suppliers of a run, ranked ones first by rank.

    Args:
        folder: of the run.
        words: part of a name, or the beginning of an id; "" for all.
        page: counted from 1.
        decided: only suppliers with a decision in force.

    Returns:
        The rows of the page, and how many there are on all pages.
    """
    rows = _ranked(folder)
    if words:
        rows = rows.filter(
            pl.col("name").str.to_lowercase().str.contains(words.lower(), literal=True)
            | pl.col("supplier_id").str.starts_with(words)
        )
    if decided:
        rows = rows.filter(pl.col("override").is_not_null())
    listed = rows.sort("rank", "supplier_id", nulls_last=True)
    return listed.slice((page - 1) * ROWS_A_PAGE, ROWS_A_PAGE).to_dicts(), listed.height


def supplier_row(folder: Path, supplier: str) -> dict[str, Any] | None:
    """One supplier of a run; None where it is not on its list."""
    found = _ranked(folder).filter(pl.col("supplier_id") == supplier).to_dicts()
    return found[0] if found else None


def supplier_ids(folder: Path) -> pl.Series:
    """Ids of all suppliers of a run."""
    return _ranked(folder)["supplier_id"]


def history_of(results: Path, supplier: str) -> list[dict[str, Any]]:
    """A supplier in every published run of the list, the latest month first.

    Returns:
        `run_id`, `as_of`, and figures; None for a figure where it was not on the list.
    """
    found = []
    for run_id in reversed(published_runs.run_ids(results)):
        manifest = published_runs.read_manifest(results / run_id)
        row = supplier_row(results / run_id, supplier) or dict.fromkeys(_IN_HISTORY)
        found.append({"run_id": run_id, "as_of": manifest["as_of"], "is_listed": "name" in row,
                      **{name: row.get(name) for name in _IN_HISTORY}})  # fmt: skip
    return found


def reasons_of(folder: Path, supplier: str) -> list[dict[str, Any]]:
    """Why a supplier stands where it stands, one row a signal, most points first."""
    return published_runs.read_contributions(folder, supplier).to_dicts()


def identity_questions(folder: Path) -> list[dict[str, str]]:
    """Pairs of a supplier and an entry of a register that a person must decide."""
    file = table_file(folder, "identity_review.csv")
    if file is None:
        return []
    text = table_bytes(file).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def _ranked(folder: Path) -> pl.DataFrame:
    return read_columns(folder, "ranked", _SHOWN)
