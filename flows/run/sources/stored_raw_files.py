"""Keeps the files that a run used in the raw store, and takes them from there to repeat the run."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from configs.config_errors import UsageError
from configs.settings import StoredRawFiles
from flows.run.request import inputs
from flows.run.storage.raw_objects import RawObjects
from flows.run.work import artefacts
from flows.run.work.stage_types import PreparedRun
from signals.fetching.answers import Remote
from signals.fetching.fetch import Fetcher
from signals.fetching.raw_store import ContentStore
from signals.source import RawFile
from signals.source_errors import SourceUnavailableError

_OVER_NETWORK = "/vsicurl/"
#: Of the windows of a raster, in the order in which they are fetched: the last names the others.
_WINDOWS = (".tif", ".npz", ".json")


def reject_unusable(settings: StoredRawFiles) -> None:
    """Check the raw store before a run, which may take long, begins.

    Raises:
        UsageError: it is no address, does not answer, or a run is to be repeated without one.
    """
    if settings.address is not None:
        RawObjects(settings.address).reject_unreachable()
    elif settings.repeat is not None:
        raise UsageError(
            "raw_store.repeat: no raw store is named; set raw_store.address to s3://bucket/path"
        )


def keep(prepared: PreparedRun, run_id: str) -> None:
    """Write the files that a run used into the raw store, unless they are there.

    Files of a mirror stay where they are, and so do objects that are read in windows.

    Raises:
        UsageError: the storage does not take them.
    """
    address = prepared.request.settings.raw_store.address
    if address is None:
        return
    store = RawObjects(address)
    if store.has_run(run_id):
        return
    raw = _folder(prepared)
    files: dict[str, Path] = {}
    sources: dict[str, Any] = {}
    for source_id in prepared.source_ids:
        if inputs.is_unavailable(prepared.workspace, source_id):
            outage = prepared.workspace.read_json(artefacts.outage(source_id))
            sources[source_id] = {"unavailable": outage["reason"]}
            continue
        record = prepared.workspace.read_json(artefacts.pulled(source_id))
        used = [_described(file, raw, files) for file in inputs.raw_files(record)]
        sources[source_id] = {**record, "files": used}
    store.keep_run(
        run_id,
        {
            "run": run_id,
            "request": prepared.request_key,
            "as_of": prepared.request.as_of.isoformat(),
            "sources": sources,
        },
        files,
    )


def _described(file: RawFile, raw: Path, files: dict[str, Path]) -> dict[str, Any]:
    """What the record of a run says of a file; what must be kept of it is added to `files`."""
    path = Path(file.path)
    windows: dict[str, str] = {}
    is_kept = not file.path.startswith("/vsi") and path.resolve().is_relative_to(raw.resolve())
    if is_kept:
        files[file.sha256] = path
    elif file.path.startswith(_OVER_NETWORK):
        for ending in _WINDOWS:
            part = raw / "windows" / f"{file.sha256}{ending}"
            if part.is_file():
                windows[part.name] = inputs.file_hash(part)
                files[windows[part.name]] = part
    content = {**asdict(file), "fetched_at": file.fetched_at.isoformat(), "windows": windows}
    if not file.path.startswith("/vsi"):
        # Where it lies on this machine is of no use on another.
        del content["path"]
    return content


def is_repeated(prepared: PreparedRun, source_id: str) -> bool:
    """Whether the files of a source are taken from the raw store; a mirror is read as ever."""
    settings = prepared.request.settings
    return settings.raw_store.repeat is not None and settings.sources[source_id].mirror is None


def taken_from_store(prepared: PreparedRun, source_id: str, fetcher: Fetcher) -> dict[str, Any]:
    """The record of the files of a source as the repeated run used them, brought to the folder.

    Raises:
        UsageError: the store has not that run of this request, or does not answer.
        SourceUnavailableError: that run had not got the source either, with its reason.
    """
    store, run = _repeated_run(prepared)
    record = run["sources"].get(source_id)
    if record is None:
        raise UsageError(
            f"raw_store.repeat {run['run']}: that run had no source {source_id}; repeat it with "
            "the version of the program that made it"
        )
    if "unavailable" in record:
        raise SourceUnavailableError(record["unavailable"])
    raw, kept = _folder(prepared), ContentStore(_folder(prepared), fetcher)
    files = []
    for entry in record["files"]:
        place = kept.register.place(entry["sha256"])
        fields = {"path": str(place), **entry}
        windows = fields.pop("windows")
        file = RawFile(**{**fields, "fetched_at": dt.datetime.fromisoformat(entry["fetched_at"])})
        missing = {raw / "windows" / name: windows[name] for name in _in_order(windows)}
        if "path" not in entry:
            missing = {place: file.sha256}
        for path, digest in missing.items():
            if not path.is_file():
                store.fetch(digest, path)
        if windows:
            # The publisher may have another version by now.
            version = Remote(file.bytes, file.version)
            kept.windows.remember(file.origin, version, file.fetched_at.isoformat())
        files.append(file)
    return {**record, **inputs.raw_record(files)}


def reject_other_run(prepared: PreparedRun, run_id: str) -> None:
    """Check that a run that repeats another one is that one.

    Raises:
        UsageError: something that the run depends on is not in the raw store and differs here.
    """
    repeat = prepared.request.settings.raw_store.repeat
    if repeat is None or repeat == run_id:
        return
    _, run = _repeated_run(prepared)
    others = [
        source_id
        for source_id in prepared.source_ids
        if _hashes(run["sources"].get(source_id)) != _hashes(_pulled(prepared, source_id))
    ]
    why = (
        f"the files of {', '.join(others)} are others here; restore them"
        if others
        else "reference/ or identity_decisions.csv of this folder differs; copy both from the "
        "folder of that run, or repeat the months from the first on"
    )
    raise UsageError(f"raw_store.repeat {repeat}: this would be run {run_id}, as {why}")


def _repeated_run(prepared: PreparedRun) -> tuple[RawObjects, dict[str, Any]]:
    """The raw store, and the record of the run that is repeated; it is asked for once."""
    settings, workspace = prepared.request.settings.raw_store, prepared.workspace
    store, run_id = RawObjects(str(settings.address)), str(settings.repeat)
    if workspace.has(artefacts.REPEATED_RUN):
        run = workspace.read_json(artefacts.REPEATED_RUN)
        if run["run"] == run_id:
            return store, run
    run = store.record_of(run_id)
    if run["request"] != prepared.request_key:
        raise UsageError(
            f"raw_store.repeat {run_id}: that run is as of {run['as_of']} and was made of another "
            f"request than this one as of {prepared.request.as_of}; give its list, configuration "
            "and --as-of"
        )
    workspace.write_json(artefacts.REPEATED_RUN, run)
    return store, run


def _pulled(prepared: PreparedRun, source_id: str) -> Mapping[str, Any]:
    if inputs.is_unavailable(prepared.workspace, source_id):
        return {}
    return prepared.workspace.read_json(artefacts.pulled(source_id))


def _hashes(record: Mapping[str, Any] | None) -> list[tuple[str, str]]:
    files = [] if record is None else record.get("files", [])
    return sorted((str(one["key"]), str(one["sha256"])) for one in files)


def _in_order(windows: Mapping[str, str]) -> list[str]:
    return sorted(windows, key=lambda name: _WINDOWS.index(Path(name).suffix))


def _folder(prepared: PreparedRun) -> Path:
    return prepared.request.out / "raw"
