"""Figures of the last run in the text form of Prometheus, for a node exporter's file collector."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from configs import durable_files
from flows.run.folders.folder_health import METRICS
from flows.run.folders.run_states import HELD, NOTHING_RANKED, PUBLISHED, WITHDRAWN
from flows.run.work.stage_types import Published

_STATES = (PUBLISHED, HELD, NOTHING_RANKED, WITHDRAWN, "failed")


def write(out: Path, manifest: Mapping[str, Any], published: Published) -> None:
    """Write the figures of a run that got to its end."""
    started, finished = (
        dt.datetime.fromisoformat(manifest[key]) for key in ("started_at", "finished_at")
    )
    status = [source["status"] for source in manifest["sources"]]
    figures = {
        "suppliers_ranked": ("Suppliers with a rank.", published.ranked),
        "suppliers_insufficient": ("Suppliers without a rank.", published.insufficient),
        "rejected_rows": ("Rejected rows of the supplier list.", published.rejected),
        "sources_read": ("Sources that were read.", status.count("read")),
        "sources_unavailable": ("Sources that were not read.", status.count("unavailable")),
        "drift_alarms": (
            "Signals that changed far more than from month to month.",
            len(manifest["drift"].get("alarm", [])),
        ),
        "run_seconds": ("Duration of the run.", int((finished - started).total_seconds())),
        "run_finished_timestamp_seconds": ("End of the run.", int(finished.timestamp())),
    }
    _write(out, published.state, dt.date.fromisoformat(manifest["as_of"]), figures)


def write_failure(out: Path, as_of: dt.date) -> None:
    """Write that the last run failed."""
    if out.is_dir():
        now = int(dt.datetime.now(dt.UTC).timestamp())
        _write(out, "failed", as_of, {"run_finished_timestamp_seconds": ("End of the run.", now)})


def _write(out: Path, state: str, as_of: dt.date, figures: Mapping[str, tuple[str, int]]) -> None:
    day = dt.datetime.combine(as_of, dt.time(), dt.UTC)
    every = {**figures, "run_as_of_timestamp_seconds": ("As-of date.", int(day.timestamp()))}
    lines = [
        line
        for name, (text, value) in every.items()
        for line in (
            f"# HELP understory_{name} {text}",
            f"# TYPE understory_{name} gauge",
            f"understory_{name} {value}",
        )
    ]
    lines += [
        "# HELP understory_run_state State of the last run.",
        "# TYPE understory_run_state gauge",
        *(f'understory_run_state{{state="{one}"}} {int(one == state)}' for one in _STATES),
    ]
    durable_files.write_text(out / METRICS, "\n".join(lines) + "\n")
