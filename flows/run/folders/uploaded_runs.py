"""Published runs in object storage: whole runs under names of their content, pointers last.

The files of a run lie under `<run>/<digest>/` and are never written over; `<run>.json` and
`latest.json` name that folder and each file with its bytes and SHA-256. Both are written when all
files are there, so a reader who begins at a pointer never sees half a run.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from configs.config_errors import UsageError
from configs.durable_files import UNFINISHED
from flows.run.folders import publication, published_runs
from flows.run.folders.run_states import PUBLISHED
from flows.run.storage.object_store import ObjectStore
from flows.run.storage.storage_address import StorageAddress, storage_address

KEY = "publish.upload_to"
LATEST_POINTER = "latest.json"

_DIGITS = 16


@dataclass(frozen=True)
class Uploaded:
    """What the storage has now.

    Attributes:
        address: where.
        runs: ids of the runs whose files were uploaded; those that were there are not among them.
        bytes: of the files uploaded.
        latest: the run that `latest.json` names, or None.
    """

    address: str
    runs: tuple[str, ...]
    bytes: int
    latest: str | None


@dataclass(frozen=True)
class Change:
    """Whether a change of a run reached the storage.

    Attributes:
        address: where the configuration has runs uploaded; None where it names nothing.
        fault: why it was not uploaded, with the command that does; None where it was.
    """

    address: str | None
    fault: str | None = None


def upload_change(out: Path, run_id: str, upload_to: str | None = None) -> Change:
    """Upload a run whose state or outputs changed, and `latest`; the change stands in any case.

    Args:
        out: folder of results.
        run_id: of the run.
        upload_to: address; None for the one in the configuration that the run was made with.
    """
    settings = published_runs.read_manifest(out / run_id).get("config", {}).get("publish", {})
    address = upload_to or settings.get("upload_to")
    if address is None:
        return Change(None)
    try:
        upload(out, address, [run_id])
    except UsageError as error:
        return Change(
            address,
            f"run {run_id} was not uploaded, and its change stands in {out}: {error}; then: "
            f"understory upload --to {address} --out {out}",
        )
    return Change(address)


def reject_unusable(upload_to: str | None) -> None:
    """Check address and environment before a run, which may take long, begins.

    Raises:
        UsageError: it is no address, the library is missing, or there are no credentials.
    """
    if upload_to is not None:
        ObjectStore(storage_address(upload_to, KEY).bucket)


def upload(out: Path, upload_to: str, runs: Sequence[str] | None = None) -> Uploaded:
    """Upload published runs, then point `latest.json` at the run that `latest` names.

    Held, withdrawn and unranked runs are not uploaded; the pointer of one that was published
    before says that it is withdrawn.

    Args:
        out: folder of results.
        upload_to: address of the folder in the storage.
        runs: ids of the runs; None for all.

    Raises:
        UsageError: the storage does not answer or does not take an object; what `latest.json`
            named before stands, and the same call goes on where this one ended.
    """
    address = storage_address(upload_to, KEY)
    store = ObjectStore(address.bucket)
    named = publication.latest_run(out)
    wanted = published_runs.run_ids(out) if runs is None else list(runs)
    if named is not None and named not in wanted:
        wanted.append(named)
    done: list[str] = []
    size = 0
    latest: dict[str, Any] = {"run": None}
    for run_id in wanted:
        folder = out / run_id
        manifest = published_runs.read_manifest(folder)
        pointer = _at(address, f"{run_id}.json")
        there = _record(store, pointer)
        if manifest["result"] != PUBLISHED and run_id != named:
            if there is not None:
                _point(store, pointer, {"run": run_id, "state": manifest["result"]}, there)
            continue
        record = _record_of(folder, manifest)
        if record != there:
            size += _upload_files(store, address, folder, record)
            _point(store, pointer, record, there)
            done.append(run_id)
        if run_id == named:
            latest = record
    pointer = _at(address, LATEST_POINTER)
    _point(store, pointer, latest, _record(store, pointer))
    return Uploaded(str(address), tuple(done), size, named)


def _record_of(folder: Path, manifest: dict[str, Any]) -> dict[str, Any]:
    """What the pointer of a run says; its folder is named after all its files."""
    files = {}
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not path.is_symlink() and not path.name.startswith(UNFINISHED):
            with path.open("rb") as content:
                digest = hashlib.file_digest(content, "sha256").hexdigest()
            name = path.relative_to(folder).as_posix()
            files[name] = {"bytes": path.stat().st_size, "sha256": digest}
    whole = hashlib.sha256(json.dumps(files, sort_keys=True).encode()).hexdigest()[:_DIGITS]
    return {
        "run": folder.name,
        "as_of": manifest["as_of"],
        "state": manifest["result"],
        "folder": f"{folder.name}/{whole}",
        "files": files,
    }


def _upload_files(
    store: ObjectStore, address: StorageAddress, folder: Path, record: dict[str, Any]
) -> int:
    """Upload the files that are not there yet; how many bytes those are.

    Raises:
        UsageError: the storage does not take a file, or lists others afterwards.
    """
    target = _at(address, record["folder"])
    sizes = {f"{target}/{name}": one["bytes"] for name, one in record["files"].items()}
    there = {one.path: one.bytes for one in store.listed(target)}
    missing = [path for path, size in sizes.items() if there.get(path) != size]
    store.write_all({path: folder / path.removeprefix(f"{target}/") for path in missing})
    there = {one.path: one.bytes for one in store.listed(target)}
    lacking = [path for path, size in sizes.items() if there.get(path) != size]
    if lacking:
        raise UsageError(
            f"s3://{address.bucket}/{lacking[0]}: the storage does not list this object with its "
            "bytes after it was uploaded; run the command again"
        )
    return sum(sizes[path] for path in missing)


def _record(store: ObjectStore, pointer: str) -> dict[str, Any] | None:
    content = store.read(pointer)
    try:
        found = None if content is None else json.loads(content)
    except ValueError:
        # Not of this program, or torn: it is written again.
        return {}
    return found if found is None or isinstance(found, dict) else {}


def _point(
    store: ObjectStore, pointer: str, record: dict[str, Any], there: dict[str, Any] | None
) -> None:
    if record != there:
        text = json.dumps(record, sort_keys=True, ensure_ascii=False, indent=1)
        store.write(pointer, f"{text}\n".encode())


def _at(address: StorageAddress, name: str) -> str:
    return f"{address.path}/{name}" if address.path else name
