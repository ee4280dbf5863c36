"""The manifest: everything needed to rebuild a run and to judge how far to trust it."""

from __future__ import annotations

import datetime as dt
import subprocess
from collections.abc import Mapping, Sequence
from importlib import metadata
from pathlib import Path
from typing import Any

from configs import effective_hash
from configs.settings import Settings

_PACKAGES = ("duckdb", "polars", "numpy", "geopandas", "rasterio", "statsmodels", "prefect")


def build(
    *,
    run_id: str,
    identity: str,
    as_of: dt.date,
    started_at: dt.datetime,
    finished_at: dt.datetime,
    settings: Settings,
    stored_inputs: Mapping[str, str],
    sources: Sequence[Mapping[str, Any]],
    list_checks: Sequence[Mapping[str, Any]],
    relations: Mapping[str, Any],
    rows: Mapping[str, Any],
    signals: Mapping[str, int],
    supplier_list: Mapping[str, Any],
    seeds: Mapping[str, int],
    uncertainty: Mapping[str, Any],
    countries: Mapping[str, Any],
    within_cell_variance_share: Mapping[str, float | None],
    reference: Mapping[str, Any],
    previous_run_id: str | None,
    weights: Mapping[str, Any],
    fairness: Mapping[str, Any],
    drift: Mapping[str, Any],
    decisions: Mapping[str, Any],
    facts: Sequence[str],
    warnings: Sequence[str],
) -> dict[str, Any]:
    """A JSON-ready record of the run.

    Secrets never reach it: sources record the address they were read from without keys, and the
    configuration holds none.
    """
    return {
        "run_id": run_id,
        "identity": identity,
        "as_of": as_of.isoformat(),
        "started_at": started_at.isoformat(timespec="seconds"),
        "finished_at": finished_at.isoformat(timespec="seconds"),
        "result": "published",
        "is_synthetic": settings.is_synthetic,
        "purpose": settings.purpose,
        "code": {"understory": metadata.version("understory"), "commit": _commit()},
        "packages": {name: metadata.version(name) for name in _PACKAGES},
        "model_version": settings.scoring.version,
        "config_hash": effective_hash(settings),
        "config": settings.model_dump(mode="json"),
        "supplier_list": dict(supplier_list),
        **({"stored_inputs": dict(stored_inputs)} if stored_inputs else {}),
        "sources": [dict(source) for source in sources],
        "list_checks": [dict(check) for check in list_checks],
        "relations": dict(relations),
        "rows": dict(rows),
        "signals": dict(signals),
        "seeds": dict(seeds),
        "uncertainty": dict(uncertainty),
        "countries": dict(countries),
        "within_cell_variance_share": dict(within_cell_variance_share),
        "reference": dict(reference),
        "previous_run_id": previous_run_id,
        "weights": dict(weights),
        "fairness": dict(fairness),
        "drift": dict(drift),
        "decisions": dict(decisions),
        "facts": list(facts),
        "warnings": list(warnings),
    }


def _commit() -> str | None:
    """The commit of the code, when it runs from a checkout; a wheel has only its version."""
    folder = Path(__file__).resolve().parents[3]
    if not (folder / ".git").exists():
        return None
    found = subprocess.run(
        ["git", "-C", str(folder), "rev-parse", "HEAD"],
        capture_output=True,
        text=True,
        check=False,
    )
    return found.stdout.strip() or None
