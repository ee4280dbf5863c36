"""Windows of rasters at addresses, kept by file version, so that none is asked for twice.

Per file a small GeoTIFF holds the blocks that were asked for so far; it grows, and its blocks are
the publisher's bytes. A new version of a file begins a new one.
"""

from __future__ import annotations

import hashlib
import json
import os
import struct
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import numpy as np
from numpy.typing import NDArray

from configs import durable_files
from signals.fetching.answers import Remote
from signals.fetching.fetch import Fetcher, write_json_atomically
from signals.fetching.stand_in import asked_instead, stand_in
from signals.fetching.tiff_layout import ABSENT, NotTiffError, Picture, read_layout, small_tiff
from signals.source_errors import NotPublishedError, SourceUnavailableError
from signals.zonal.window_files import PixelWindow

#: The head of most rasters, with the directory and the table of blocks of the smaller ones.
HEAD_BYTES = 1 << 14
#: Of large files more is read at once, so that the table of a file of 40,000 strips is in it.
LARGE_BYTES = 50_000_000
LARGE_HEAD_BYTES = 3 << 17
#: Blocks nearer than this are asked for at once: a request costs more than so many bytes.
GAP_BYTES = 1 << 17
#: Most bytes of one request.
MOST_BYTES = 1 << 25

_PREFIX = "/vsicurl/"


@dataclass
class WindowStore:
    """Implements `signals.zonal.window_files.WindowFiles` in a folder.

    Attributes:
        root: the folder; made when first needed.
        fetcher: asks for the bytes.
    """

    root: Path
    fetcher: Fetcher
    _kept: dict[str, Path | None] = field(default_factory=dict, init=False, repr=False)

    def known(self, url: str) -> dict[str, Any] | None:
        """What was found of an address before: bytes, version, fetched_at; None if nothing."""
        path = self._record(url)
        if not path.exists():
            return None
        found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        return found

    def remember(self, url: str, remote: Remote, fetched_at: str) -> None:
        """Note the version of a file that an address has now."""
        path = self._record(url)
        path.parent.mkdir(parents=True, exist_ok=True)
        found = {"bytes": remote.bytes, "version": remote.version, "fetched_at": fetched_at}
        write_json_atomically(path, found | {"url": url})
        self._kept.pop(url, None)

    def local(self, path: str) -> str | None:
        """The small file of an address; None where it is no TIFF.

        Raises:
            SourceUnavailableError: the publisher does not answer.
        """
        url = path.removeprefix(_PREFIX)
        if "{" in url or not url.startswith(("http://", "https://")):
            return None
        if url not in self._kept:
            self._kept[url] = self._file(url)
        kept = self._kept[url]
        return None if kept is None else str(kept)

    def address(self, path: str) -> str:
        """What GDAL opens instead of a path over the network: the server that stands for all.

        A token of the Planetary Computer is not asked for there.

        Raises:
            SourceUnavailableError: the address is none of the source's.
        """
        environment = self.fetcher.environment
        url = path.removeprefix(_PREFIX).replace("/vsis3/", "s3://", 1)
        if path.startswith("/vsicurl?"):
            url = parse_qs(path.removeprefix("/vsicurl?"))["url"][0]
        self.fetcher.reject_elsewhere(url)
        if stand_in(environment) is None:
            return path
        return _PREFIX + asked_instead(url, environment)

    def bring(self, local: str, windows: Sequence[PixelWindow]) -> None:
        """Ask for the blocks of windows that are not there yet; each answer is kept at once.

        Raises:
            SourceUnavailableError: the publisher stopped answering, or the file changed meanwhile.
        """
        path = Path(local)
        if path.parent != self.root.resolve() or not path.with_suffix(".json").exists():
            return
        layout = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
        blocks = np.load(path.with_suffix(".npz"))
        wanted = _wanted(path, layout, blocks, windows)
        for first, last, members in _merged(wanted):
            body = self._range(layout["url"], first, last - first, layout["version"])
            with path.open("r+b") as stream:
                at, places = stream.seek(0, 2), []
                for slot, offset, size in members:
                    places.append((slot, at))
                    at += stream.write(body[offset - first : offset - first + size])
                # A place in the file's table is filled in once its block is on the disk.
                stream.flush()
                os.fsync(stream.fileno())
                for slot, begins in places:
                    stream.seek(slot)
                    stream.write(struct.pack(layout["order"] + "q", begins))

    def _file(self, url: str) -> Path | None:
        known = self.known(url)
        head = _Reader(self, url)
        if known is None:
            head.read(0, 1)
            remote = Remote(head.total, head.version)
            self.remember(url, remote, self.fetcher.now().replace(microsecond=0).isoformat())
            known = {"bytes": remote.bytes, "version": remote.version}
        mark = f"{url}\n{known['bytes']}\n{known['version']}"
        path = self.root.resolve() / f"{hashlib.sha256(mark.encode()).hexdigest()}.tif"
        if path.with_suffix(".json").exists():
            return path
        head.version = known["version"]
        if known["bytes"] > LARGE_BYTES:
            head.read(0, LARGE_HEAD_BYTES)
        try:
            order, pictures = read_layout(head.read)
        except NotTiffError:
            return None
        content, tables = small_tiff(order, pictures)
        durable_files.write_bytes(path, content)
        arrays = [array for one in pictures for array in (one.offsets, one.sizes)]
        with durable_files.written_whole(path.with_suffix(".npz")) as aside:
            np.savez_compressed(aside, *arrays)
        layout = {
            "url": url,
            "version": known["version"],
            "order": order,
            "pictures": [
                {"width": one.width, "height": one.height, "block": one.block,
                 "planes": one.planes, "table": table[0]}
                for one, table in zip(pictures, tables, strict=True)
            ],
        }  # fmt: skip
        write_json_atomically(path.with_suffix(".json"), layout)
        return path

    def _range(self, url: str, start: int, length: int, version: str) -> bytes:
        """Bytes of a file, checked to be of a version and as many as asked for."""
        try:
            part = self.fetcher.read_range(url, start, length)
        except NotPublishedError as error:
            raise SourceUnavailableError(
                f"{url}: the publisher no longer has the file; run again."
            ) from error
        if version and part.version and part.version != version:
            self._record(url).unlink(missing_ok=True)
            raise SourceUnavailableError(f"{url}: the file changed while it was read; run again.")
        if len(part.body) < length:
            raise SourceUnavailableError(
                f"{url}: {len(part.body)} of {length} bytes came; the file is cut off at its "
                "publisher, run again later."
            )
        return part.body

    def _record(self, url: str) -> Path:
        return self.root / "addresses" / f"{address_name(url)}.json"


def address_name(url: str) -> str:
    """Name of the record of an address, without its ending."""
    return hashlib.sha256(url.encode()).hexdigest()


@dataclass
class _Reader:
    """Reads the head of a file and what its directory points to, in few requests."""

    store: WindowStore
    url: str
    version: str = ""
    total: int = 0
    _parts: list[tuple[int, bytes]] = field(default_factory=list)

    def read(self, start: int, length: int) -> bytes:
        for at, body in self._parts:
            if at <= start and (start + length <= at + len(body) or at + len(body) >= self.total):
                return body[start - at : start - at + length]
        part = self.store.fetcher.read_range(self.url, start, max(length, HEAD_BYTES))
        if self.version and part.version and part.version != self.version:
            self.store._record(self.url).unlink(missing_ok=True)
            raise SourceUnavailableError(f"{self.url}: the file changed meanwhile; run again.")
        self.version, self.total = self.version or part.version, part.total
        self._parts.append((start, part.body))
        return part.body[:length]


def _wanted(
    path: Path, layout: dict[str, Any], blocks: Any, windows: Sequence[PixelWindow]
) -> list[tuple[int, int, int]]:
    """Blocks of windows that are not in a file: offset and bytes there, place in our table."""
    found: set[tuple[int, int, int]] = set()
    content = np.memmap(path, mode="r", dtype=np.uint8)
    for index, one in enumerate(layout["pictures"]):
        offsets: NDArray[np.int64] = blocks[f"arr_{2 * index}"]
        sizes: NDArray[np.int64] = blocks[f"arr_{2 * index + 1}"]
        table, order = one["table"], layout["order"]
        held = np.frombuffer(
            content[table : table + 8 * len(offsets)].tobytes(), dtype=order + "i8"
        )
        picture = Picture(
            one["width"],
            one["height"],
            tuple(one["block"]),
            one["planes"],
            offsets,
            sizes,
            (),
            True,
        )
        for window in windows:
            touched = picture.blocks_of(*window)
            for block in touched[held[touched] == ABSENT].tolist():
                found.add((int(offsets[block]), int(sizes[block]), table + 8 * block))
    return sorted(found)


def _merged(
    wanted: Sequence[tuple[int, int, int]],
) -> list[tuple[int, int, list[tuple[int, int, int]]]]:
    """Ranges to ask for: first byte, byte after the last, and the blocks in it."""
    ranges: list[tuple[int, int, list[tuple[int, int, int]]]] = []
    for offset, size, slot in wanted:
        end = offset + size
        if ranges and offset <= ranges[-1][1] + GAP_BYTES and end - ranges[-1][0] <= MOST_BYTES:
            first, last, members = ranges[-1]
            ranges[-1] = (first, max(last, end), [*members, (slot, offset, size)])
        else:
            ranges.append((offset, end, [(slot, offset, size)]))
    return ranges
