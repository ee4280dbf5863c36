"""Publication: a finished folder takes its name in one rename, and `latest` moves last."""

from __future__ import annotations

import datetime as dt
import json
import os
import shutil
from pathlib import Path

from configs import durable_files

LATEST = "latest"
#: Where a run is that is being replaced, and within it what `latest` names meanwhile.
_REPLACED, _COPY = Path(".work", "replaced"), "copy"


def publish_atomically(finished: Path, out: Path, run_id: str) -> Path:
    """Give a finished folder its published name.

    Its files are on the disk before. A folder of the same run that is there already changes names
    with it in one step where the system can. Where it cannot, `latest` names a copy meanwhile. So
    at no moment is there a half-written folder under the published name, or none under `latest`.
    """
    target = out / run_id
    durable_files.flush_tree(finished)
    if not target.exists():
        finished.rename(target)
    elif durable_files.exchange(finished, target):
        shutil.rmtree(finished)
    else:
        _replace_in_steps(finished, target)
    durable_files.flush(out)
    return target


def _replace_in_steps(finished: Path, target: Path) -> None:
    """Replace a published folder while `latest`, if it names it, names a copy."""
    out, run_id = target.parent, target.name
    aside = out / _REPLACED
    shutil.rmtree(aside, ignore_errors=True)
    shutil.copytree(target, aside / _COPY / run_id)
    durable_files.flush_tree(aside)
    is_latest = latest_run(out) == run_id
    if is_latest:
        point_latest(out, str(_REPLACED / _COPY / run_id))
    target.rename(aside / "old")
    finished.rename(target)
    if is_latest:
        point_latest(out, run_id)
    shutil.rmtree(aside)


def restore_replaced(out: Path) -> None:
    """Bring back a run that a killed process was replacing step by step."""
    aside = out / _REPLACED
    for copy in (aside / _COPY).glob("*"):
        if not (out / copy.name).exists():
            restored = aside / "restored"
            shutil.rmtree(restored, ignore_errors=True)
            shutil.copytree(copy, restored)
            durable_files.flush_tree(restored)
            restored.rename(out / copy.name)
        if (out / LATEST).resolve() == copy.resolve():
            point_latest(out, copy.name)
    if aside.is_dir():
        shutil.rmtree(aside)


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
