"""Local files that stand for rasters at addresses, holding the windows that were asked for.

The engine says which windows it will read; who keeps the files (`windows_kept_by`) brings what is
not there yet. Without a keeper, addresses are read by GDAL itself, and nothing is kept.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from html import unescape
from pathlib import Path
from typing import NamedTuple, Protocol

#: A virtual raster begins so, whatever its name.
VIRTUAL = b"<VRTDataset"

#: Rasters that are read by windows and kept, and all that is read over the network.
_KEPT = "/vsicurl/"
_OVER_NETWORK = ("/vsicurl", "/vsis3/", "s3://")

_SOURCE = re.compile(r"<SourceFilename[^>]*>([^<]*)</SourceFilename>")


class PixelWindow(NamedTuple):
    """Pixels of a raster: first row and column, and how many of each."""

    row: int
    column: int
    height: int
    width: int


class WindowFiles(Protocol):
    """Keeps the windows of rasters at addresses in local files."""

    def local(self, path: str) -> str | None:
        """Local file that has the grid of a `/vsicurl/` address; None where it cannot be kept."""

    def address(self, path: str) -> str:
        """What GDAL opens instead of a path over the network that is not kept in a file."""

    def bring(self, local: str, windows: Sequence[PixelWindow]) -> None:
        """Bring the pixels of windows into a file that `local` gave; other files are left alone."""


_keeper: ContextVar[WindowFiles | None] = ContextVar("keeper", default=None)


@contextmanager
def windows_kept_by(files: WindowFiles | None) -> Iterator[None]:
    """Read rasters at addresses through their local files within the block."""
    token = _keeper.set(files)
    try:
        yield
    finally:
        _keeper.reset(token)


def standing_for(path: str) -> str:
    """The local file of a raster at an address, or what GDAL opens; any other path as it is."""
    keeper = _keeper.get()
    if keeper is None or not path.startswith(_OVER_NETWORK):
        return path
    kept = keeper.local(path) if path.startswith(_KEPT) else None
    return kept or keeper.address(path)


def bring_windows(path: str, windows: Sequence[PixelWindow]) -> None:
    """Bring the windows of a raster before they are read.

    Args:
        path: a `/vsicurl/` address, or a virtual raster whose sources have its own pixels. Other
            rasters lie where they are read.
        windows: the pixels to be read.
    """
    keeper = _keeper.get()
    if keeper is None or not windows:
        return
    for source in [standing_for(path), *_sources(path)]:
        keeper.bring(source, windows)


def _sources(path: str) -> list[str]:
    file = Path(path)
    if path.startswith("/vsi") or "://" in path or not file.is_file():
        return []
    with file.open("rb") as stream:
        if stream.read(len(VIRTUAL)) != VIRTUAL:
            return []
        content = VIRTUAL + stream.read()
    return [unescape(name) for name in _SOURCE.findall(content.decode(errors="replace"))]
