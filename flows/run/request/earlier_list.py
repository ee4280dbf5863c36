"""The list as an earlier request of the folder read it, taken over where nothing differs.

Reading and guarding a list depends on its files, on the settings of the list and on the code; not
on the day of the run. What was taken over passed the guard with the same bytes.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

from configs.settings import SupplierList
from flows.run.request.inputs import file_hash
from flows.run.request.list_reading import ListRead, files_of_list
from flows.run.work import artefacts
from flows.run.work.code_version import code_version
from flows.run.work.work_folder import WorkFolder

_TABLES = (artefacts.LISTED_SUPPLIERS, artefacts.LISTED_SITES, artefacts.LIST_REJECTED)


def fingerprint_of_list(settings: SupplierList) -> str | None:
    """Hash of all that reading the list depends on; None where a file of it is not there."""
    paths = files_of_list(settings)
    if not all(path.is_file() for path in paths):
        return None
    lines = [code_version(), settings.model_dump_json()]
    lines += [f"{path}:{file_hash(path)}" for path in paths]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def take_over(out: Path, fingerprint: str) -> ListRead | None:
    """The list that a request of this folder of results read from the same; None without one."""
    for path in sorted((out / ".work").glob(f"*/{artefacts.LIST_READ}")):
        before = WorkFolder(path.parents[1])
        if not all(map(before.has, (artefacts.LIST_READ, artefacts.LIST_INTAKE, *_TABLES))):
            continue
        read = before.read_json(artefacts.LIST_READ)
        if read["fingerprint"] == fingerprint:
            suppliers, sites, rejected = map(before.read_frame, _TABLES)
            intake = before.read_json(artefacts.LIST_INTAKE)
            return ListRead(suppliers, sites, rejected, read["file_hashes"], intake)
    return None


def keep(workspace: WorkFolder, read: ListRead, fingerprint: str | None) -> None:
    """Leave the list in the work folder of a request; its record is written last.

    Args:
        workspace: of the request.
        read: the list.
        fingerprint: of what it was read from; None where it may have changed meanwhile.
    """
    workspace.delete(artefacts.LIST_READ)
    for name, table in zip(_TABLES, (read.suppliers, read.sites, read.rejected), strict=True):
        workspace.write_frame(name, table)
    workspace.write_json(artefacts.LIST_INTAKE, read.record)
    if fingerprint is not None:
        record = {"fingerprint": fingerprint, "file_hashes": dict(read.file_hashes)}
        workspace.write_json(artefacts.LIST_READ, record)
