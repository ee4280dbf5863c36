"""Lists and mirrors in object storage: fetched to the work folder, read there like any other."""

from __future__ import annotations

import hashlib
import logging
from pathlib import Path
from typing import Any

from configs.config_errors import UsageError
from configs.settings import Settings, SupplierList
from flows.run.storage.object_store import ObjectStore, StoredObject
from flows.run.storage.storage_address import (
    StorageAddress,
    is_safe,
    is_storage,
    storage_address,
)
from flows.run.work.work_folder import Record, WorkFolder

FOLDER = Path(".work", "storage")
#: No bucket has a name like this.
_ETAGS = "_etags"

log = logging.getLogger("understory")


def with_local_inputs(settings: Settings, out: Path) -> Settings:
    """The settings with local copies of what they name in object storage.

    Files of the list, the completed workbook, and mirrors of the sources that are switched on. An
    object whose ETag is that of its copy is not fetched again; copies of objects that are gone are
    removed.

    Args:
        settings: as they were given.
        out: folder of results; the copies lie in its work folder.

    Raises:
        UsageError: the storage does not answer, or has nothing at an address; every address that
            fails is named.
    """
    wrong: list[str] = []
    suppliers = _list_of(settings.suppliers, out, wrong)
    sources = {
        name: source.model_copy(
            update={"mirror": _local(source.mirror, f"sources.{name}.mirror", out, wrong)}
        )
        if source.enabled and source.mirror is not None
        else source
        for name, source in settings.sources.items()
    }
    if wrong:
        raise UsageError("\n".join(wrong))
    return settings.model_copy(update={"suppliers": suppliers, "sources": sources})


def with_local_list(settings: Settings, out: Path) -> Settings:
    """The settings with local copies of the list alone, for what reads no source.

    Raises:
        UsageError: as `with_local_inputs` raises it.
    """
    wrong: list[str] = []
    suppliers = _list_of(settings.suppliers, out, wrong)
    if wrong:
        raise UsageError("\n".join(wrong))
    return settings.model_copy(update={"suppliers": suppliers})


def _list_of(given: SupplierList, out: Path, wrong: list[str]) -> SupplierList:
    files = tuple(
        _local(one, "suppliers.files", out, wrong)
        if isinstance(one, str)
        else one.model_copy(update={"path": _local(one.path, "suppliers.files", out, wrong)})
        for one in given.files
    )
    update: dict[str, Any] = {"files": files}
    if given.completed is not None:
        update["completed"] = _local(given.completed, "suppliers.completed", out, wrong)
    return given.model_copy(update=update)


def _local(text: str, of: str, out: Path, wrong: list[str]) -> str:
    """The path of the local copy of an address, a path as it is; faults are added to `wrong`."""
    if not is_storage(text):
        return text
    try:
        return str(brought(storage_address(text, of), of, out))
    except UsageError as error:
        wrong.append(str(error))
        return text


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
    target = root / address.bucket / address.path if address.path else root / address.bucket
    record = Record(f"{_ETAGS}/{_name(address)}.json")
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
    return target


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
