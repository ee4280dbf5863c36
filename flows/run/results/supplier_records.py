"""What published runs hold about one supplier, for its documents."""

from __future__ import annotations

import datetime as dt
import hashlib
from pathlib import Path

import polars as pl

from configs.config_errors import UsageError
from flows.run.folders import published_runs
from reports.documents.notice import SupplierRecord
from sql.warehouse import Warehouse

#: In the folder of results: one row per notice that was written.
RECEIPTS_FILE = "notice_receipts.csv"

_EARLIER_RUNS = 12
_RECEIPTS = (
    "written_at", "run_id", "supplier_id", "language", "purpose", "signals_used", "notice_sha256",
)  # fmt: skip
_MATCHES = {
    "supplier_id": pl.String, "register": pl.String, "register_id": pl.String,
    "decision": pl.String, "decided_on": pl.Date, "expires_on": pl.Date, "reason": pl.String,
}  # fmt: skip


def supplier_record(out: Path, folder: Path, supplier: str) -> SupplierRecord:
    """The record of a supplier in a run, with what earlier runs of the folder held about it.

    Raises:
        UsageError: the run has no such supplier.
    """
    rows = published_runs.read_ranked(folder).filter(pl.col("supplier_id") == supplier).to_dicts()
    if not rows:
        raise UsageError(
            f"{supplier}: no such supplier in run {folder.name}; use an id of the list"
        )
    manifest = published_runs.read_manifest(folder)
    as_of = dt.date.fromisoformat(manifest["as_of"])
    return SupplierRecord(
        run_id=folder.name,
        as_of=as_of,
        is_synthetic=bool(manifest["is_synthetic"]),
        supplier=rows[0],
        contributions=published_runs.read_every_contribution(folder),
        earlier=_earlier(out, as_of, supplier),
        flags=published_runs.read_flags(folder, supplier),
    )


def file_name(supplier: str) -> str:
    """A name that every file system takes: the id where it is plain, else with a short hash."""
    plain = "".join(mark if mark.isalnum() and mark.isascii() else "-" for mark in supplier)[:60]
    if plain == supplier:
        return plain
    return f"{plain}-{hashlib.sha256(supplier.encode()).hexdigest()[:8]}"


def receipts(out: Path) -> pl.DataFrame:
    """The notices that were written from a folder of results, as texts."""
    log = out / RECEIPTS_FILE
    if not log.is_file():
        return pl.DataFrame(schema=dict.fromkeys(_RECEIPTS, pl.String))
    return pl.read_csv(log, infer_schema=False)


def match_decisions(out: Path) -> pl.DataFrame:
    """Decisions on matches with registers; none where the folder has no warehouse."""
    path = out / "warehouse.duckdb"
    if not path.is_file():
        return pl.DataFrame(schema=_MATCHES)
    with Warehouse(path) as warehouse:
        return warehouse.read("identity_decisions")


def _earlier(out: Path, as_of: dt.date, supplier: str) -> list[tuple[dt.date, pl.DataFrame]]:
    found = []
    for run_id in published_runs.run_ids(out)[-_EARLIER_RUNS - 1 :]:
        day = dt.datetime.strptime(run_id[:8], "%Y%m%d").date()
        if day < as_of:
            rows = published_runs.read_contributions(out / run_id, supplier)
            if rows.height:
                found.append((day, rows))
    return found
