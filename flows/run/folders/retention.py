"""What of a folder of results may go, by the policy of the configuration, and taking it away."""

from __future__ import annotations

import datetime as dt
import gzip
import json
import shutil
import stat
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from configs import durable_files
from configs.settings import Retention
from flows.run.folders import publication, published_runs
from flows.run.folders.leftovers import REMOVED
from flows.run.folders.run_states import PUBLISHED
from reports.outputs.output import NAME_WIDTH, READ_ME
from signals.fetching.window_store import address_name
from sql.compaction import compact, free_bytes
from sql.published_tables import COMPRESSED
from sql.warehouse import Warehouse

Kind = Literal["run", "table", "work folder", "raw file", "raw window", "warehouse"]
_WAREHOUSE = "warehouse.duckdb"
#: A smaller table is left as it is.
_LARGE_TABLE_BYTES = 50_000
_GZIP_LEVEL = 6


@dataclass(frozen=True)
class Removable:
    """One thing that the policy does not keep.

    Attributes:
        kind: what it is.
        path: in the folder of results.
        size: bytes that are freed.
        reason: why it may go, in a few words.
    """

    kind: Kind
    path: Path
    size: int
    reason: str


def removable(out: Path, policy: Retention, now: dt.datetime) -> list[Removable]:
    """What may go; nothing that `latest` names or that a kept run is rebuilt from.

    The frozen reference and the decisions on runs always stay.

    Args:
        out: folder of the results.
        policy: `retention` of the configuration.
        now: the present.
    """
    runs = {run_id: published_runs.read_manifest(out / run_id)
            for run_id in published_runs.run_ids(out)}  # fmt: skip
    old = dict(_old_runs(runs, publication.latest_run(out), policy, now))
    kept = [record for run_id, record in runs.items() if run_id not in old]
    found = [Removable("run", out / run_id, _size(out / run_id), old[run_id]) for run_id in old]
    found += _plain_tables(out, runs, old, policy, now)
    found += _old_work_folders(out, policy, now)
    found += _unused_raw_files(out, kept, policy, now)
    found += _superseded_windows(out, kept)
    free = free_bytes(out / _WAREHOUSE)
    if free or old:
        reason = "space of removed rows" if free else "rows of removed runs"
        found.append(Removable("warehouse", out / _WAREHOUSE, free, reason))
    return found


def remove(out: Path, chosen: Sequence[Removable]) -> int:
    """Take away what may go, with the folder's lock held; returns the bytes freed.

    A run leaves its name in one step, so that no reader meets half of it.
    """
    freed = 0
    runs = [one.path.name for one in chosen if one.kind == "run"]
    for one in chosen:
        if one.kind == "warehouse":
            continue
        if one.kind == "table":
            # Both are there if this is cut off; readers take the plain one, and it is done again.
            target = one.path.with_name(f"{one.path.name}{COMPRESSED}")
            durable_files.write_bytes(target, _compressed(one.path))
            _name_in_read_me(one.path.with_name(READ_ME), one.path.name, target.name)
            one.path.unlink()
            freed += one.size
            continue
        if one.path.is_dir():
            aside = out / REMOVED / one.path.name
            aside.parent.mkdir(parents=True, exist_ok=True)
            one.path.rename(aside)
            shutil.rmtree(aside)
        else:
            for path in _with_companions(one.path):
                path.unlink(missing_ok=True)
        freed += one.size
    path = out / _WAREHOUSE
    if path.is_file() and any(one.kind == "warehouse" for one in chosen):
        before = path.stat().st_size
        with Warehouse(path) as warehouse:
            warehouse.remove_runs(runs)
        compact(path)
        freed += max(0, before - path.stat().st_size)
    return freed


def _newest(runs: Mapping[str, Mapping[str, Any]], now: dt.datetime) -> dt.date:
    """The day from which months are counted: of the newest run, so that old years stay whole.

    A year that was filled in later would otherwise go as soon as it was there.
    """
    days = (dt.date.fromisoformat(str(record["as_of"])) for record in runs.values())
    return min(max(days, default=now.date()), now.date())


def _old_runs(
    runs: Mapping[str, Mapping[str, Any]],
    latest: str | None,
    policy: Retention,
    now: dt.datetime,
) -> Iterator[tuple[str, str]]:
    """Runs of months that are not kept, and those that another run of their month replaced."""
    first = _month_before(_newest(runs, now), policy.months - 1)
    best: dict[str, str] = {}
    for run_id, record in sorted(runs.items(), key=lambda item: str(item[1]["finished_at"])):
        if record["result"] == PUBLISHED:
            best[str(record["as_of"])] = run_id
    for run_id, record in runs.items():
        if run_id == latest:
            continue
        as_of = dt.date.fromisoformat(str(record["as_of"]))
        age = now - dt.datetime.fromisoformat(str(record["finished_at"]))
        replaced = best.get(str(record["as_of"]), run_id)
        if as_of < first:
            yield run_id, f"as of {as_of}, before {first:%Y-%m}"
        elif replaced != run_id and age.days >= policy.superseded_days:
            yield run_id, f"{record['result'].replace('_', ' ')}, replaced by {replaced}"


def _plain_tables(
    out: Path,
    runs: Mapping[str, Mapping[str, Any]],
    old: Collection[str],
    policy: Retention,
    now: dt.datetime,
) -> Iterator[Removable]:
    """Large CSV tables of kept runs of earlier months, which are the same in less space."""
    first = _month_before(_newest(runs, now), policy.plain_months - 1)
    latest = publication.latest_run(out)
    for run_id, record in runs.items():
        if (
            run_id in old
            or run_id == latest
            or dt.date.fromisoformat(str(record["as_of"])) >= first
        ):
            continue
        for path in sorted((out / run_id).glob("*.csv")):
            if path.stat().st_size >= _LARGE_TABLE_BYTES:
                freed = path.stat().st_size - len(_compressed(path))
                yield Removable("table", path, freed, f"compressed to {path.name}{COMPRESSED}")


def _compressed(path: Path) -> bytes:
    """A file in the form of gzip; equal files give equal bytes."""
    return gzip.compress(path.read_bytes(), _GZIP_LEVEL, mtime=0)


def _name_in_read_me(read_me: Path, plain: str, compressed: str) -> None:
    """Let the list of files in READ-ME-FIRST.txt name the file that is there."""
    if not read_me.is_file():
        return
    lines = read_me.read_text(encoding="utf-8").splitlines()
    renamed = [
        f"{compressed:<{NAME_WIDTH}}{line[NAME_WIDTH:]}"
        if line[:NAME_WIDTH].rstrip() == plain
        else line
        for line in lines
    ]
    if renamed != lines:
        durable_files.write_text(read_me, "\n".join(renamed) + "\n")


def _old_work_folders(out: Path, policy: Retention, now: dt.datetime) -> Iterator[Removable]:
    names_left: dict[tuple[int, int], int] = {}
    for folder in sorted((out / ".work").glob("*/")):
        changed = max((path.stat().st_mtime for path in (folder, *folder.rglob("*"))), default=0.0)
        days = (now - dt.datetime.fromtimestamp(changed, dt.UTC)).days
        if days >= policy.work_days and folder.name != REMOVED.name:
            yield Removable(
                "work folder", folder, _size(folder, names_left), f"unchanged for {days} days"
            )


def _unused_raw_files(
    out: Path, kept: Sequence[Mapping[str, Any]], policy: Retention, now: dt.datetime
) -> Iterator[Removable]:
    """Files that no kept run used, no work folder goes on with, and no index names."""
    raw = out / "raw"
    used = {file["sha256"] for record in kept for source in record["sources"]
            for file in source["files"]}  # fmt: skip
    for path in (*raw.glob("index/*.json"), *(out / ".work").glob("*/pull/*.json")):
        used |= set(_texts_of_key(json.loads(path.read_text(encoding="utf-8")), "sha256"))
    for path in sorted(raw.glob("[0-9a-f][0-9a-f]/*")):
        days = (now - dt.datetime.fromtimestamp(path.stat().st_mtime, dt.UTC)).days
        if path.name not in used and days >= policy.raw_days:
            yield Removable("raw file", path, path.stat().st_size, "used by no kept run")


def _superseded_windows(out: Path, kept: Sequence[Mapping[str, Any]]) -> Iterator[Removable]:
    """Windows of a version of a raster that its publisher replaced before the first kept run."""
    began = min((dt.datetime.fromisoformat(str(one["started_at"])) for one in kept), default=None)
    for layout in sorted((out / "raw" / "windows").glob("*.json")):
        content = json.loads(layout.read_text(encoding="utf-8"))
        record = layout.parent / "addresses" / f"{address_name(content['url'])}.json"
        if not record.is_file():
            continue
        present = json.loads(record.read_text(encoding="utf-8"))
        since = dt.datetime.fromisoformat(present["fetched_at"])
        if present["version"] != content["version"] and (began is None or since < began):
            size = sum(path.stat().st_size for path in _with_companions(layout))
            yield Removable("raw window", layout, size, f"another version since {since:%Y-%m-%d}")


def _with_companions(path: Path) -> list[Path]:
    """A file, or the three files of a raster's windows; the one that names the others first."""
    if path.suffix != ".json":
        return [path]
    three = (path, path.with_suffix(".tif"), path.with_suffix(".npz"))
    return [one for one in three if one.is_file()]


def _texts_of_key(content: object, key: str) -> Iterator[str]:
    if isinstance(content, dict):
        for name, value in content.items():
            if name == key and isinstance(value, str):
                yield value
            yield from _texts_of_key(value, key)
    elif isinstance(content, list):
        for value in content:
            yield from _texts_of_key(value, key)


def _month_before(day: dt.date, months: int) -> dt.date:
    count = day.year * 12 + day.month - 1 - months
    return dt.date(count // 12, count % 12 + 1, 1)


def _size(folder: Path, names_left: dict[tuple[int, int], int] | None = None) -> int:
    """Bytes that are freed with a folder: a file that has another name elsewhere stays.

    Args:
        folder: to be removed.
        names_left: of files with several names, when folders are removed together; brought up to
            date.
    """
    names = {} if names_left is None else names_left
    freed = 0
    for path in folder.rglob("*"):
        found = path.lstat()
        if stat.S_ISDIR(found.st_mode):
            continue
        file = (found.st_dev, found.st_ino)
        names[file] = names.get(file, found.st_nlink) - 1
        if names[file] == 0:
            freed += found.st_size
    return freed
