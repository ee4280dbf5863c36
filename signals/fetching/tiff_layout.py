"""Where the blocks of a TIFF lie, and a small TIFF that holds some of them.

Layout of TIFF 6.0 (Adobe 1992) and BigTIFF (libtiff), as documented there.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

#: Position that a block has in the small file before it is there: beyond the end of any file, so
#: that reading it is an error and never a zero.
ABSENT = 1 << 50

_SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4,
          16: 8, 17: 8, 18: 8}  # fmt: skip
_LONG8 = 16
_WIDTH, _HEIGHT, _SUBFILE, _SAMPLES, _ROWS_PER_STRIP, _PLANAR = 256, 257, 254, 277, 278, 284
_STRIPS, _STRIP_BYTES = 273, 279
_TILE_WIDTH, _TILE_HEIGHT, _TILES, _TILE_BYTES = 322, 323, 324, 325
_POSITIONS = {_STRIPS, _STRIP_BYTES, _TILES, _TILE_BYTES}
#: Directories beside the picture: sub-images, EXIF, GPS, interoperability.
_ELSEWHERE = {330, 34665, 34853, 40965}
_MASK, _REDUCED = 4, 1
_MOST_DIRECTORIES = 64
_MOST_ENTRIES = 4096
_MOST_VALUE_BYTES = 1 << 26

Read = Callable[[int, int], bytes]


class NotTiffError(ValueError):
    """The bytes are no TIFF that can be read in blocks."""


@dataclass(frozen=True)
class _Entry:
    tag: int
    kind: int
    count: int
    inline: bytes
    at: int

    @property
    def bytes(self) -> int:
        return _SIZES.get(self.kind, 1) * self.count


@dataclass(frozen=True)
class Picture:
    """One image of a TIFF: the raster itself, or the mask that says where it has data.

    Attributes:
        width: columns.
        height: rows.
        block: rows and columns of a block.
        planes: 1, or the number of bands where each has blocks of its own.
        offsets: position of each block in the file; plane by plane, then row by row.
        sizes: bytes of each block; 0 where the block is not stored.
        tags: all other tags: number, type, count and the bytes of their values.
        is_tiled: tiles, else strips.
    """

    width: int
    height: int
    block: tuple[int, int]
    planes: int
    offsets: NDArray[np.int64]
    sizes: NDArray[np.int64]
    tags: tuple[tuple[int, int, int, bytes], ...]
    is_tiled: bool

    def blocks_of(self, row: int, column: int, height: int, width: int) -> NDArray[np.int64]:
        """Indices of the blocks that a window of pixels touches, in all planes."""
        down, across = -(-self.height // self.block[0]), -(-self.width // self.block[1])
        rows = np.arange(
            max(row, 0) // self.block[0], min(-(-(row + height) // self.block[0]), down)
        )
        columns = np.arange(
            max(column, 0) // self.block[1], min(-(-(column + width) // self.block[1]), across)
        )
        plane = (rows[:, None] * across + columns[None, :]).ravel()
        return np.concatenate([plane + one * down * across for one in range(self.planes)])


def read_layout(read: Read) -> tuple[str, list[Picture]]:
    """The byte order (`<` or `>`) of a TIFF, its full-size image and the masks of that.

    Args:
        read: bytes from a position on, as many as asked for or as there are.

    Raises:
        NotTiffError: no TIFF, or one that is cut off or without blocks.
    """
    try:
        return _read_layout(read)
    except (struct.error, KeyError, IndexError, OverflowError) as error:
        raise NotTiffError("it is no TIFF, or one that is cut off") from error


def _read_layout(read: Read) -> tuple[str, list[Picture]]:
    head = read(0, 16)
    order = {b"II": "<", b"MM": ">"}.get(head[:2])
    if order is None:
        raise NotTiffError("it does not begin as a TIFF does")
    version = struct.unpack(order + "H", head[2:4])[0]
    if version not in (42, 43):
        raise NotTiffError("it does not begin as a TIFF does")
    is_big = version == 43
    at = struct.unpack(order + ("Q" if is_big else "I"), head[8:16] if is_big else head[4:8])[0]
    pictures: list[Picture] = []
    seen: set[int] = set()
    while at and at not in seen and len(seen) < _MOST_DIRECTORIES:
        seen.add(at)
        entries, at = _directory(read, order, at, is_big)
        kind = _number(read, order, entries, _SUBFILE, 0)
        if not pictures or (
            kind & _MASK
            and not kind & _REDUCED
            and _number(read, order, entries, _WIDTH) == pictures[0].width
            and _number(read, order, entries, _HEIGHT) == pictures[0].height
        ):
            pictures.append(_picture(read, order, entries))
    return order, pictures


def _directory(read: Read, order: str, at: int, is_big: bool) -> tuple[dict[int, _Entry], int]:
    head, step, tail = (8, 20, 8) if is_big else (2, 12, 4)
    count = struct.unpack(order + ("Q" if is_big else "H"), read(at, head))[0]
    if not 0 < count <= _MOST_ENTRIES:
        raise NotTiffError("a directory of it has no tags, or too many")
    table = read(at + head, count * step + tail)
    entries = {}
    for index in range(count):
        part = table[index * step : (index + 1) * step]
        tag, kind, many = struct.unpack(order + ("HHQ" if is_big else "HHI"), part[: step - tail])
        value = part[step - tail :]
        position = struct.unpack(order + ("Q" if is_big else "I"), value)[0]
        inside = _SIZES.get(kind, 1) * many <= tail
        entries[tag] = _Entry(tag, kind, many, value if inside else b"", 0 if inside else position)
    after = struct.unpack(order + ("Q" if is_big else "I"), table[count * step :])[0]
    return entries, after


def _value(read: Read, entry: _Entry) -> bytes:
    if entry.bytes > _MOST_VALUE_BYTES:
        raise NotTiffError("a tag of it is too long")
    if not entry.at:
        return entry.inline[: entry.bytes]
    value = read(entry.at, entry.bytes)
    if len(value) < entry.bytes:
        raise NotTiffError("it is cut off")
    return value


def _numbers(read: Read, order: str, entry: _Entry) -> NDArray[np.int64]:
    kind = {1: "u1", 3: "u2", 4: "u4", 13: "u4", 16: "u8", 18: "u8"}[entry.kind]
    return np.frombuffer(_value(read, entry), dtype=order + kind).astype(np.int64)


def _number(
    read: Read, order: str, entries: dict[int, _Entry], tag: int, unset: int | None = None
) -> int:
    if tag not in entries and unset is not None:
        return unset
    return int(_numbers(read, order, entries[tag])[0])


def _picture(read: Read, order: str, entries: dict[int, _Entry]) -> Picture:
    outside = [entry for entry in entries.values() if entry.at and entry.tag not in _ELSEWHERE]
    if outside:
        # One request for all values of the directory, where they lie together as they mostly do.
        first, last = min(e.at for e in outside), max(e.at + e.bytes for e in outside)
        if last - first <= _MOST_VALUE_BYTES // 16:
            read(first, last - first)
    width = _number(read, order, entries, _WIDTH)
    height = _number(read, order, entries, _HEIGHT)
    is_tiled = _TILES in entries
    if is_tiled:
        rows = _number(read, order, entries, _TILE_HEIGHT)
        columns = _number(read, order, entries, _TILE_WIDTH)
    else:
        rows, columns = min(_number(read, order, entries, _ROWS_PER_STRIP, height), height), width
    if min(width, height, rows, columns) < 1:
        raise NotTiffError("it has no pixels")
    planes = 1
    if _number(read, order, entries, _PLANAR, 1) == 2:
        planes = _number(read, order, entries, _SAMPLES, 1)
    offsets = _numbers(read, order, entries[_TILES if is_tiled else _STRIPS])
    sizes = _numbers(read, order, entries[_TILE_BYTES if is_tiled else _STRIP_BYTES])
    blocks = planes * -(-height // rows) * -(-width // columns)
    if len(offsets) != blocks or len(sizes) != blocks:
        raise NotTiffError("it does not say where all of its blocks lie")
    tags = tuple(
        (entry.tag, entry.kind, entry.count, _value(read, entry))
        for entry in entries.values()
        if entry.tag not in _POSITIONS | _ELSEWHERE and entry.kind in _SIZES
    )
    return Picture(width, height, (rows, columns), planes, offsets, sizes, tags, is_tiled)


def small_tiff(order: str, pictures: Sequence[Picture]) -> tuple[bytes, list[tuple[int, int]]]:
    """A BigTIFF with the tags of images and none of their blocks yet.

    A block that is not stored in the publisher's file is not stored here either. Others stand at
    `ABSENT` until their bytes are appended and their position is written into the table.

    Returns:
        The bytes, and per image where its tables of positions and of sizes begin, 8 bytes each.
    """
    out = bytearray((b"II" if order == "<" else b"MM") + struct.pack(order + "HHHQ", 43, 8, 0, 16))
    tables = []
    for index, picture in enumerate(pictures):
        positions = np.where(picture.sizes > 0, ABSENT, 0).astype(order + "i8").tobytes()
        sizes = picture.sizes.astype(order + "i8").tobytes()
        count = len(picture.sizes)
        pair = (_TILES, _TILE_BYTES) if picture.is_tiled else (_STRIPS, _STRIP_BYTES)
        tags = sorted(
            [*picture.tags, (pair[0], _LONG8, count, positions), (pair[1], _LONG8, count, sizes)]
        )
        values_at = len(out) + 8 + 20 * len(tags) + 8
        table, values, places = bytearray(struct.pack(order + "Q", len(tags))), bytearray(), {}
        for tag, kind, many, value in tags:
            table += struct.pack(order + "HHQ", tag, kind, many)
            places[tag] = len(out) + len(table)
            if len(value) <= 8:
                table += value.ljust(8, b"\0")
            else:
                places[tag] = values_at + len(values)
                table += struct.pack(order + "Q", places[tag])
                values += value + b"\0" * (-len(value) % 8)
        is_last = index == len(pictures) - 1
        table += struct.pack(order + "Q", 0 if is_last else values_at + len(values))
        tables.append((places[pair[0]], places[pair[1]]))
        out += table + values
    return bytes(out), tables
