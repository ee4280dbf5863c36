"""GeoTIFFs in a publisher's layout that are never held whole: their blocks come when asked for.

A block is as long as the publisher's are: what its pixels compress to, then zeros, which decoders
do not read. So a window costs as many bytes as at the publisher, whatever simple pixels are in it.
Reduced pictures (overviews) are left out: none is read.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from flows.publishers_world.publisher import LargeFile
from signals.fetching.tiff_layout import read_layout

LZW, DEFLATE = 5, 8
_SHORT, _LONG, _DOUBLE, _LONG8 = 3, 4, 12, 16
_BYTES = {_SHORT: 2, _LONG: 4, _DOUBLE: 8, _LONG8: 8}
_LETTERS = {_SHORT: "H", _LONG: "I", _DOUBLE: "d", _LONG8: "Q"}
_CLASSIC_BYTES = 4_000_000_000
#: Longitude and latitude on WGS 84, pixels as areas.
_GEO_KEYS = (1, 1, 0, 3, 1024, 0, 1, 2, 1025, 0, 1, 1, 2048, 0, 1, 4326)


@dataclass(frozen=True)
class TiffLayout:
    """Geometry and blocks of a raster of one band in longitude and latitude.

    Attributes:
        width: columns.
        height: rows.
        block: rows and columns of a block; blocks as wide as the raster are strips.
        is_float: 32-bit floats, else bytes.
        compression: LZW or DEFLATE.
        corner: longitude and latitude of the upper left corner.
        step: degrees of a pixel.
        block_bytes: length of every block in the file.
        encoded: the compressed pixels of a block by its index, at most `block_bytes` long.
    """

    width: int
    height: int
    block: tuple[int, int]
    is_float: bool
    compression: int
    corner: tuple[float, float]
    step: float
    block_bytes: int
    encoded: Callable[[int], bytes]


def large_tiff(layout: TiffLayout) -> LargeFile:
    """The file of a layout: one directory, its tables of blocks, then the blocks in order."""
    blocks = -(-layout.height // layout.block[0]) * -(-layout.width // layout.block[1])
    is_big = blocks * layout.block_bytes > _CLASSIC_BYTES
    # The directory is as long whatever stands in it.
    first = len(_head(layout, blocks, 0, is_big))
    head = _head(layout, blocks, first, is_big)
    size = layout.block_bytes

    def part(start: int, count: int) -> bytes:
        end = min(start + count, first + blocks * size)
        found = bytearray(head[start:end])
        at = max(start, first)
        while at < end:
            index, inside = divmod(at - first, size)
            taken = min(size - inside, end - at)
            content = layout.encoded(index)
            if len(content) > size:
                raise ValueError(f"block {index} has {len(content)} bytes, more than {size}")
            found += content[inside : inside + taken].ljust(taken, b"\0")
            at += taken
        return bytes(found)

    return LargeFile(first + blocks * size, part(0, 1 << 16), part)


def _head(layout: TiffLayout, blocks: int, first: int, is_big: bool) -> bytes:
    wide = _LONG8 if is_big else _LONG
    positions = first + layout.block_bytes * np.arange(blocks, dtype=np.int64)
    kind = "<u8" if is_big else "<u4"
    sizes = np.full(blocks, layout.block_bytes, dtype=kind)
    bits, form = (32, 3) if layout.is_float else (8, 1)
    is_tiled = layout.block[1] < layout.width
    west, north = layout.corner
    tags: list[tuple[int, int, tuple[float, ...] | NDArray[np.int64]]] = [
        (256, _LONG, (layout.width,)), (257, _LONG, (layout.height,)), (258, _SHORT, (bits,)),
        (259, _SHORT, (layout.compression,)), (262, _SHORT, (1,)), (277, _SHORT, (1,)),
        (284, _SHORT, (1,)), (339, _SHORT, (form,)),
        (33550, _DOUBLE, (layout.step, layout.step, 0.0)),
        (33922, _DOUBLE, (0.0, 0.0, 0.0, west, north, 0.0)),
        (34735, _SHORT, _GEO_KEYS),
    ]  # fmt: skip
    if is_tiled:
        tags += [(322, _SHORT, (layout.block[1],)), (323, _SHORT, (layout.block[0],))]
        tags += [(324, wide, positions), (325, wide, sizes)]
    else:
        tags += [(278, _SHORT, (layout.block[0],)), (273, wide, positions), (279, wide, sizes)]
    start = struct.pack("<2sHHHQ", b"II", 43, 8, 0, 16) if is_big else struct.pack(
        "<2sHI", b"II", 42, 8
    )  # fmt: skip
    table = bytearray(struct.pack("<Q" if is_big else "<H", len(tags)))
    step, room = (20, 8) if is_big else (12, 4)
    values_at = len(start) + len(table) + step * len(tags) + room
    values = bytearray()
    for tag, of_kind, given in sorted(tags, key=lambda one: one[0]):
        if isinstance(given, np.ndarray):
            value = given.astype(kind).tobytes()
        else:
            value = struct.pack(f"<{len(given)}{_LETTERS[of_kind]}", *given)
        count = len(value) // _BYTES[of_kind]
        table += struct.pack("<HHQ" if is_big else "<HHI", tag, of_kind, count)
        if len(value) <= room:
            table += value.ljust(room, b"\0")
        else:
            table += struct.pack("<Q" if is_big else "<I", values_at + len(values))
            values += value + b"\0" * (len(value) % 2)
    return bytes(start + table + b"\0" * room + values)


def lzw_rows(rows: NDArray[np.uint8]) -> list[bytes]:
    """Rows of bytes, each compressed as a strip of its own."""
    from rasterio import Affine
    from rasterio.io import MemoryFile

    with MemoryFile() as memory:
        with memory.open(
            driver="GTiff", width=rows.shape[1], height=rows.shape[0], count=1, dtype="uint8",
            compress="lzw", blockysize=1, transform=Affine(0.1, 0.0, 0.0, 0.0, -0.1, 0.0),
        ) as dataset:  # fmt: skip
            dataset.write(rows, 1)
        content = bytes(memory.read())
    picture = read_layout(lambda start, count: content[start : start + count])[1][0]
    pairs = zip(picture.offsets.tolist(), picture.sizes.tolist(), strict=True)
    return [content[at : at + size] for at, size in pairs]


def deflated(block: NDArray[np.float32]) -> bytes:
    """A block of floats, compressed fast."""
    return zlib.compress(block.tobytes(), 1)
