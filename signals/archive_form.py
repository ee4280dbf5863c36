"""Whether the beginning of a zip archive is what a source expects: its first file and columns."""

from __future__ import annotations

import struct
import zipfile
import zlib
from fnmatch import fnmatchcase

#: Signature, version, flags, method, time, date, CRC, two sizes, lengths of name and extra field.
_HEADER = struct.Struct("<4s5H3I2H")
_SIGNATURE = b"PK\x03\x04"
_MOST_UNPACKED = 1_000_000


def first_file_fault(body: bytes, pattern: str, columns: int) -> str | None:
    """What differs from the expected first file of an archive; None where nothing does.

    Args:
        body: the beginning of the archive.
        pattern: of the file's name; empty if any.
        columns: number of its columns, set apart by tabs; 0 if any.
    """
    if not body.startswith(_SIGNATURE) or len(body) < _HEADER.size:
        return "the archive holds no file, or is cut off"
    header = _HEADER.unpack_from(body)
    method, length, extra = header[3], header[9], header[10]
    name = body[_HEADER.size : _HEADER.size + length].decode(errors="replace")
    if pattern and not fnmatchcase(name, pattern):
        return f"its first file is {name} instead of {pattern}"
    if not columns:
        return None
    content = body[_HEADER.size + length + extra :]
    if method == zipfile.ZIP_DEFLATED:
        try:
            content = zlib.decompressobj(-zlib.MAX_WBITS).decompress(content, _MOST_UNPACKED)
        except zlib.error:
            return f"{name} does not unpack"
    found = content.split(b"\n", 1)[0].count(b"\t") + 1
    return None if found == columns else f"{name} has {found} columns instead of {columns}"
