"""What a run read and what it wrote, as lineage formats need it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from reports.documents.evidence_index import public_origin
from reports.exports.published_run import PublishedRun


@dataclass(frozen=True)
class UsedFile:
    """A raw file that a run read.

    Attributes:
        name: source and name of the file, without its folder; different for every file.
        address: where it was fetched; None for a local file.
        source_id: its source.
        title: of the source.
        publisher: of the source; None for a source without a card.
        licence: id of the licence that the run applied.
        sha256: of its content.
        bytes: its size.
        fetched_at: when it was fetched or read, ISO 8601; None if it is not recorded.
        version: that the publisher states; None if it states none.
    """

    name: str
    address: str | None
    source_id: str
    title: str
    publisher: str | None
    licence: str
    sha256: str
    bytes: int
    fetched_at: str | None
    version: str | None


def used_files(run: PublishedRun) -> list[UsedFile]:
    """Every raw file of every source, in the order of sources."""
    found = [
        _used_file(run, source, file)
        for source in run.manifest["sources"]
        for file in source.get("files", [])
    ]
    times = Counter(file.name for file in found)
    return [
        file if times[file.name] == 1 else replace(file, name=f"{file.name}#{file.sha256[:12]}")
        for file in found
    ]


def _used_file(run: PublishedRun, source: Mapping[str, Any], file: Mapping[str, Any]) -> UsedFile:
    origin, source_id = str(file["origin"]), str(source["source_id"])
    card = run.source_cards.get(source_id)
    public = str(public_origin(origin, origin))
    is_address = public.startswith("https://")
    fetched_at = file.get("fetched_at")
    return UsedFile(
        name=f"{source_id}/{public.rstrip('/').rsplit('/', 1)[-1]}",
        address=public if is_address else None,
        source_id=source_id,
        title=str(source["title"]),
        publisher=None if card is None else card.publisher,
        licence=str(source.get("licence", "")),
        sha256=str(file["sha256"]),
        bytes=int(file["bytes"]),
        fetched_at=None if fetched_at is None else str(fetched_at).replace(" ", "T", 1),
        version=None if file.get("version") is None else str(file["version"]),
    )
