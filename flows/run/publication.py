"""Publication: a finished folder takes its name in one rename, and `latest` moves last."""

from __future__ import annotations

import datetime as dt
import json
import os
import shutil
from pathlib import Path

from flows.run import durable_files

LATEST = "latest"


def publish_atomically(finished: Path, out: Path, run_id: str) -> Path:
    """Give a finished folder its published name.

    Its files are on the disk before. A folder of the same run that stands there already changes
    names with it in one step where the system can, and is moved aside first where it cannot; it is
    removed after. So at no moment is there a half-written one under the published name.
    """
    target = out / run_id
    durable_files.flush_tree(finished)
    if not target.exists():
        finished.rename(target)
    elif durable_files.exchange(finished, target):
        shutil.rmtree(finished)
    else:
        aside = out / ".work" / f"replaced-{run_id}"
        shutil.rmtree(aside, ignore_errors=True)
        target.rename(aside)
        finished.rename(target)
        shutil.rmtree(aside)
    durable_files.flush(out)
    return target


def move_latest(out: Path, run_id: str, as_of: dt.date) -> bool:
    """Point `latest` at a run, unless a later month is already there.

    Returns:
        Whether `latest` now names this run; rebuilding a past month does not move it.
    """
    current = latest_as_of(out)
    if current is not None and current > as_of:
        return False
    point_latest(out, run_id)
    return True


def point_latest(out: Path, run_id: str | None) -> None:
    """Point `latest` at a run in one step, or take it away."""
    if run_id is None:
        (out / LATEST).unlink(missing_ok=True)
        return
    link = out / f".{LATEST}-{os.getpid()}"
    link.unlink(missing_ok=True)
    link.symlink_to(run_id, target_is_directory=True)
    link.replace(out / LATEST)
    durable_files.flush(out)


def latest_run(out: Path) -> str | None:
    """The run that `latest` names, if it is there."""
    return (out / LATEST).resolve().name if (out / LATEST / "manifest.json").is_file() else None


def latest_as_of(out: Path) -> dt.date | None:
    """The as-of date of the run that `latest` names, if any."""
    manifest = out / LATEST / "manifest.json"
    if not manifest.is_file():
        return None
    return dt.date.fromisoformat(json.loads(manifest.read_text(encoding="utf-8"))["as_of"])
