"""Inputs in object storage: fetched to the work folder, read there like any other."""

from __future__ import annotations

import hashlib
import logging
from pathlib import Path

from configs.config_errors import UsageError
from configs.settings import Settings
from flows.run.storage.local_copies import ETAGS, FOLDER, copy_of
from flows.run.storage.named_inputs import with_inputs, with_list
from flows.run.storage.object_store import ObjectStore, StoredObject
from flows.run.storage.storage_address import (
    StorageAddress,
    is_safe,
    is_storage,
    storage_address,
)
from flows.run.work.work_folder import Record, WorkFolder

log = logging.getLogger("understory")


def with_local_inputs(settings: Settings, out: Path) -> Settings:
    """The settings with local copies of what they name in object storage.

    An object whose ETag is that of its copy is not fetched again; copies of objects that are gone
    are removed.

    Args:
        settings: as they were given.
        out: folder of results; the copies lie in its work folder.

    Raises:
        UsageError: the storage does not answer, or has nothing at an address; every address that
            fails is named.
    """
    wrong: list[str] = []
    local = with_inputs(settings, lambda text, key: _local(text, key, out, wrong))
    if wrong:
        raise UsageError("\n".join(wrong))
    return local


def with_local_list(settings: Settings, out: Path) -> Settings:
    """The settings with local copies of the list alone, for what reads no source.

    Raises:
        UsageError: as `with_local_inputs` raises it.
    """
    wrong: list[str] = []
    suppliers = with_list(settings.suppliers, lambda text, key: _local(text, key, out, wrong))
    if wrong:
        raise UsageError("\n".join(wrong))
    return settings.model_copy(update={"suppliers": suppliers})


def _local(text: str, of: str, out: Path, wrong: list[str]) -> str:
    """The path of the local copy of an address, a path as it is; faults are added to `wrong`."""
    try:
        return local_input(text, of, out)
    except UsageError as error:
        wrong.append(str(error))
        return text


def local_input(text: str, of: str, out: Path) -> str:
    """The path of the local copy of what an address names; a path as it is.

    Args:
        text: as the user wrote it.
        of: the option or key, for the sentence.
        out: folder of results.

    Raises:
        UsageError: the storage does not answer, or has nothing there.
    """
    return str(brought(storage_address(text, of), of, out)) if is_storage(text) else text


def reject_empty(text: str, of: str) -> None:
    """Check that something is at an address; nothing is fetched.

    Raises:
        UsageError: nothing is, or the storage does not answer.
    """
    address = storage_address(text, of)
    _objects_at(ObjectStore(address.bucket), address, of)


def _objects_at(store: ObjectStore, address: StorageAddress, of: str) -> list[StoredObject]:
    exactly = store.found(address.path) if address.path else None
    objects = [exactly] if exactly is not None else store.listed(address.path)
    # Some tools write an empty object `name/` for a folder, which is listed as `name`.
    objects = [one for one in objects if one.bytes or store.found(one.path) is not None]
    if not objects:
        raise UsageError(
            f"{of} {address}: there is no object and no folder of this name; correct the address"
        )
    return objects


def brought(address: StorageAddress, of: str, out: Path) -> Path:
    """The local copy of an object, or of all objects below a path.

    Args:
        address: of the object or the folder.
        of: the option or key, for the sentence.
        out: folder of results.

    Raises:
        UsageError: the storage does not answer, has nothing there, or has a path that no local
            file can have.
    """
    store = ObjectStore(address.bucket)
    root = out / FOLDER
    objects = _objects_at(store, address, of)
    unsafe = [one.path for one in objects if not is_safe(one.path)]
    if unsafe:
        raise UsageError(
            f"{of} {address}: its object {unsafe[0]!r} has a name that no local file may have; "
            "rename it"
        )
    record = Record(f"{ETAGS}/{_name(address)}.json")
    folder = WorkFolder(root)
    before = folder.read_json(record)["etags"] if folder.has(record) else {}
    after = {one.path: one.etag for one in objects}
    _remove_gone(root / address.bucket, set(before) - set(after))
    fetched = [
        one for one in objects if not _is_kept(root / address.bucket / one.path, one, before)
    ]
    for one in fetched:
        path = root / address.bucket / one.path
        if path.is_dir():
            raise UsageError(
                f"{of} {address}: it has an object and a folder named {one.path}; rename one"
            )
        path.parent.mkdir(parents=True, exist_ok=True)
        store.fetch(one, path)
        # Noted one by one, so that a fetch that is cut off goes on where it ended.
        before = {**before, one.path: one.etag}
        folder.write_json(record, {"address": str(address), "etags": before})
    folder.write_json(record, {"address": str(address), "etags": after})
    if fetched:
        size = sum(one.bytes for one in fetched)
        log.info("Fetched %s: %s objects, %s bytes", address, len(fetched), f"{size:,}")
    return copy_of(address, out)


def _is_kept(path: Path, wanted: StoredObject, before: dict[str, str]) -> bool:
    return (
        before.get(wanted.path) == wanted.etag
        and path.is_file()
        and path.stat().st_size == wanted.bytes
    )


def _remove_gone(folder: Path, paths: set[str]) -> None:
    for path in paths:
        (folder / path).unlink(missing_ok=True)


def _name(address: StorageAddress) -> str:
    return hashlib.sha256(str(address).encode()).hexdigest()[:16]
