"""Which files a source would read that never change under their address, found by its own `pull`.

The source pulls from a store that notes what it is asked for instead of fetching it, so that no
second list of addresses can differ from what a run reads.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from signals.fetching.raw_store import ContentStore
from signals.source import RawFile

_NO_HEADERS: Mapping[str, str] = {}


@dataclass(frozen=True)
class PlannedFile:
    """A file that a run would read.

    Attributes:
        source_id: the source it belongs to.
        url: its address, secrets as `{NAME}`.
        key: what it is about.
        expect: kind of body.
        headers: of the request.
        checksum: that the publisher states beside it; empty if none.
        bytes: its length; 0 if the publisher does not state it, or it is in the store.
        version: the publisher's mark of its version.
        is_window_file: runs read windows of it, and need not have it whole.
        is_final: it does not change under its address.
        bytes_there: of an interrupted download.
        stored: the file in the store, where it is there.
    """

    source_id: str
    url: str
    key: str
    expect: str
    headers: Mapping[str, str]
    checksum: str
    bytes: int
    version: str
    is_window_file: bool
    is_final: bool
    bytes_there: int
    stored: RawFile | None

    @property
    def missing_bytes(self) -> int:
        """Bytes that a download would transfer; 0 if unknown."""
        return 0 if self.stored is not None else max(self.bytes - self.bytes_there, 0)


@dataclass
class PlanningStore:
    """Implements `signals.source.RawStore`: notes final downloads and rasters at addresses.

    Answers that a publisher changes, such as listings, are fetched into a folder that is thrown
    away, because a source may need them to know what to ask for next.

    Attributes:
        store: where runs keep their files.
        aside: a store in a folder that is thrown away.
        planned: what was noted, in the sequence asked.
    """

    store: ContentStore
    aside: ContentStore
    planned: list[PlannedFile] = field(default_factory=list)

    def keep(self, source_id: str, path: Path, *, key: str = "") -> RawFile:
        """A local file, of which nothing is fetched."""
        return self.aside.keep(source_id, path, key=key)

    def download(
        self,
        source_id: str,
        url: str,
        *,
        key: str = "",
        expect: str,
        headers: Mapping[str, str] = _NO_HEADERS,
        reduce: Callable[[Path], bytes] | None = None,
        final: bool = False,
        checksum: str = "",
    ) -> RawFile:
        """Note a final file; fetch another one aside."""
        if not final or reduce is not None:
            return self.aside.download(
                source_id, url, key=key, expect=expect, headers=headers, reduce=reduce,
                checksum=checksum,
            )  # fmt: skip
        found = PlannedFile(
            source_id, url, key, expect, headers, checksum, 0, "", False, True, 0,
            self.store.register.known(source_id, url, key),
        )  # fmt: skip
        return self._note(found)

    def ask(
        self,
        source_id: str,
        url: str,
        question: Mapping[str, object],
        *,
        key: str = "",
        headers: Mapping[str, str] = _NO_HEADERS,
    ) -> RawFile:
        """Ask aside: answers to questions are no static files."""
        return self.aside.ask(source_id, url, question, key=key, headers=headers)

    def put(self, source_id: str, origin: str, content: bytes, *, key: str = "") -> RawFile:
        """Keep aside."""
        return self.aside.put(source_id, origin, content, key=key)

    def refer(self, source_id: str, url: str, *, key: str = "", final: bool = False) -> RawFile:
        """Note a raster; one in object storage is read there and never brought whole."""
        if url.startswith("s3://"):
            return self.aside.refer(source_id, url, key=key, final=final)
        found = PlannedFile(
            source_id, url, key, "tiff", {}, "", 0, "", True, final, 0,
            self.store.register.brought(source_id, url, key),
        )  # fmt: skip
        return self._note(found)

    def _note(self, found: PlannedFile) -> RawFile:
        if found.stored is not None:
            self.planned.append(found)
            return found.stored
        remote = self.store.fetcher.size(found.url, found.headers)
        noted = replace(
            found,
            bytes=remote.bytes,
            version=remote.version,
            bytes_there=min(self.store.bytes_there(found.url), remote.bytes),
        )
        self.planned.append(noted)
        return RawFile(
            source_id=found.source_id,
            path="",
            origin=found.url,
            sha256="",
            fetched_at=self.store.fetcher.now(),
            bytes=remote.bytes,
            key=found.key,
            version=remote.version,
        )
