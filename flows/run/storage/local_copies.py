"""Where copies of objects lie, and the address and version of which a file is the copy.

Records of a run state addresses: a copy lies in another folder on another machine.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path, PurePath

import configs
from configs.settings import Settings
from flows.run.storage.named_inputs import with_inputs
from flows.run.storage.storage_address import (
    StorageAddress,
    is_storage,
    storage_address,
)
from signals.source import RawFile

#: In the folder of results.
FOLDER = Path(".work", "storage")
#: Below it: the ETags of copies. No bucket has a name like this.
ETAGS = "_etags"


def copy_of(address: StorageAddress, out: Path) -> Path:
    """Where the copy of an object or of a folder lies, whether it is there or not."""
    root = out / FOLDER / address.bucket
    return root / address.path if address.path else root


def address_of(path: str | Path) -> str:
    """The address of which a path is the copy; any other path as it is written."""
    parts = PurePath(path).parts
    for at in range(len(parts) - len(FOLDER.parts)):
        below = at + len(FOLDER.parts)
        if parts[at:below] == FOLDER.parts and parts[below] != ETAGS:
            return f"s3://{'/'.join(parts[below:])}"
    return str(path)


def as_given(settings: Settings) -> Settings:
    """The settings with the addresses that they had before copies were made of the objects."""
    return with_inputs(settings, lambda text, _: address_of(text))


def effective_hash(settings: Settings) -> str:
    """`configs.effective_hash` of the settings as they were given: equal on every machine."""
    return configs.effective_hash(as_given(settings))


def with_kept_copies(settings: Settings, out: Path) -> Settings:
    """The settings of a manifest with the copies of the folder; no storage is asked."""
    return with_inputs(
        settings,
        lambda text, key: (
            str(copy_of(storage_address(text, key), out)) if is_storage(text) else text
        ),
    )


def versions_of_inputs(settings: Settings, out: Path) -> dict[str, str]:
    """The ETag of every object that the settings name as a file, by its address.

    Files of mirrors have theirs with their sources.
    """
    named: list[str] = []

    def note(text: str, _: str) -> str:
        named.append(address_of(text))
        return text

    with_inputs(settings, note)
    if not any(map(is_storage, named)):
        return {}
    etags = etags_of_copies(out)
    return {address: etags[address] for address in sorted({*named} & {*etags})}


def with_addresses(files: Iterable[RawFile], out: Path) -> tuple[RawFile, ...]:
    """Raw files with address and ETag as their origin and version, where they are copies."""
    etags: Mapping[str, str] | None = None
    found = []
    for file in files:
        address = address_of(file.path)
        if address != file.path:
            etags = etags_of_copies(out) if etags is None else etags
            file = replace(file, origin=address, version=etags.get(address, ""))
        found.append(file)
    return tuple(found)


def etags_of_copies(out: Path) -> dict[str, str]:
    """The ETag of every object of which the folder has a copy, by its address."""
    found: dict[str, str] = {}
    for path in sorted((out / FOLDER / ETAGS).glob("*.json")):
        record = json.loads(path.read_text(encoding="utf-8"))
        bucket = storage_address(record["address"], "address").bucket
        found |= {f"s3://{bucket}/{name}": etag for name, etag in record["etags"].items()}
    return found
