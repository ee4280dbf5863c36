"""Reads a published run for exports and evidence packs."""

from __future__ import annotations

import datetime as dt
import hashlib
from pathlib import Path
from typing import Any

import polars as pl

from configs.config_errors import UsageError
from flows.run.folders import published_runs
from flows.run.folders.run_states import HELD, WITHDRAWN
from reports.exports.published_run import PublishedRun
from signals import registry
from sql.published_tables import table_bytes, written_name
from sql.warehouse import Warehouse

#: In the folder of results.
EXPORT_FOLDER = "exports"


def published_run(out: Path, run: str, needs_sites: bool = False) -> PublishedRun:
    """A run that may be handed over.

    Args:
        out: folder of results.
        run: id of the run, its beginning, or `latest`.
        needs_sites: read the sites from the warehouse, too.

    Raises:
        UsageError: there is no such run, it is held or withdrawn, or the warehouse has no sites.
    """
    folder, manifest = usable_run(out, run)
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    contents = {
        path.relative_to(folder).with_name(written_name(path)).as_posix(): table_bytes(path)
        for path in paths
    }
    return PublishedRun(
        run_id=folder.name,
        as_of=dt.date.fromisoformat(manifest["as_of"]),
        is_synthetic=bool(manifest["is_synthetic"]),
        title=str(manifest["config"]["title"]),
        manifest=manifest,
        ranked=published_runs.read_ranked(folder),
        contributions=published_runs.read_every_contribution(folder),
        files={name: text for name, text in contents.items() if name.endswith(".csv")},
        sizes={name: len(content) for name, content in contents.items()},
        hashes={name: hashlib.sha256(text).hexdigest() for name, text in contents.items()},
        signal_cards={name: signal.card for name, signal in registry.signals().items()},
        source_cards={name: module.CARD for name, module in registry.sources().items()},
        sites=_sites(out, folder) if needs_sites else None,
    )


def usable_run(out: Path, run: str) -> tuple[Path, dict[str, Any]]:
    """Folder and manifest of a run that may be handed over.

    Raises:
        UsageError: there is no such run, or it is held or withdrawn.
    """
    folder = published_runs.run_folder(out, run)
    manifest = published_runs.read_manifest(folder)
    state = str(manifest["result"])
    if state in (HELD, WITHDRAWN):
        correction = (
            f"decide on it first with `understory publish --accept {folder.name}`"
            if state == HELD
            else "use another run; `understory runs` lists them"
        )
        raise UsageError(f"{folder.name}: this run is {state}; {correction}")
    return folder, manifest


def _sites(out: Path, folder: Path) -> pl.DataFrame:
    path = out / "warehouse.duckdb"
    if not path.is_file():
        raise UsageError(
            f"{out}: no warehouse.duckdb, which holds the sites; export where the run was made"
        )
    with Warehouse(path) as warehouse:
        return warehouse.read("stg_sites")
