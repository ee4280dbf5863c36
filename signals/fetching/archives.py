"""Zip archives, opened without trusting what they say of themselves."""

from __future__ import annotations

import errno
import io
import lzma
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import IO

from signals.source_limits import limits_in_force
from suppliers.input_errors import DataRejectedError

#: The largest open file that is read from an archive is about 5 GB (GLEIF golden copy).
UNPACKED_LIMIT_BYTES = 8_000_000_000
#: Tables pack to a tenth or a thirtieth; a thousandth is a bomb.
RATIO_LIMIT = 200

_BROKEN = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, NotImplementedError)
_CHUNK_BYTES = 1 << 20
#: Below this nothing counts as swollen.
SMALL_BYTES = 1 << 22


@contextmanager
def unpacked_member(
    path: Path, suffix: str, *, limit_bytes: int = UNPACKED_LIMIT_BYTES
) -> Iterator[Path]:
    """The one member of an archive with a suffix, unpacked aside for as long as it is used.

    Args:
        path: a zip archive.
        suffix: of the member, such as `.csv`; there must be exactly one.
        limit_bytes: more than this is not unpacked.

    Raises:
        DataRejectedError: no archive, a path that leads out of it, an encrypted member, none or
            several members of that suffix, or a member that swells beyond the limits.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            member = _only_member(archive, path.name, suffix)
            with tempfile.TemporaryDirectory() as folder:
                target = Path(folder) / f"member{suffix}"
                _unpack(archive, member, target, path.name, limit_bytes)
                yield target
    except _BROKEN as error:
        raise DataRejectedError(
            f"{path.name}: the zip archive is cut off or broken; fetch it again."
        ) from error


@contextmanager
def member_lines(
    path: Path, *, encoding: str, limit_bytes: int = UNPACKED_LIMIT_BYTES
) -> Iterator[Iterator[str]]:
    """The lines of the one file of an archive, as they are unpacked; nothing is written.

    Args:
        path: a zip archive.
        encoding: of the file; a sign that is not of it becomes a replacement sign.
        limit_bytes: more than this is not unpacked.

    Raises:
        DataRejectedError: as `unpacked_member`, also while the lines are read.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            member = _only_member(archive, path.name, "")
            with _opened(archive, member) as source:
                packed = max(member.compress_size, 1)
                yield _lines(source, packed, path.name, limit_bytes, encoding)
    except _BROKEN as error:
        raise DataRejectedError(
            f"{path.name}: the zip archive is cut off or broken; fetch it again."
        ) from error


def _lines(
    source: IO[bytes], packed: int, name: str, limit_bytes: int, encoding: str
) -> Iterator[str]:
    rest, written = b"", 0
    while chunk := source.read(_CHUNK_BYTES):
        written += len(chunk)
        _check_swelling(written, packed, name, limit_bytes)
        *whole, rest = (rest + chunk).split(b"\n")
        for line in whole:
            yield line.decode(encoding, errors="replace")
    if rest:
        yield rest.decode(encoding, errors="replace")


def read_members(
    path: Path, wanted: Callable[[str], bool], *, limit_bytes: int, nested: int = 1
) -> Iterator[tuple[str, bytes]]:
    """The wanted members of an archive, one after another, and of the archives inside it.

    Args:
        path: a zip archive.
        wanted: whether a member of this name (without its folders) is to be read.
        limit_bytes: a member larger than this is rejected.
        nested: how many levels of archives inside archives are opened.

    Raises:
        DataRejectedError: as `unpacked_member`.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            yield from _members(archive, path.name, wanted, limit_bytes, nested)
    except _BROKEN as error:
        raise DataRejectedError(
            f"{path.name}: the zip archive is cut off or broken; fetch it again."
        ) from error


def _members(
    archive: zipfile.ZipFile,
    name: str,
    wanted: Callable[[str], bool],
    limit_bytes: int,
    nested: int,
) -> Iterator[tuple[str, bytes]]:
    _reject_odd_members(archive, name)
    for member in archive.infolist():
        own = PurePosixPath(member.filename).name
        is_archive = own.lower().endswith(".zip")
        if member.is_dir() or not (is_archive or wanted(own)) or (is_archive and nested < 1):
            continue
        limit = UNPACKED_LIMIT_BYTES if is_archive else limit_bytes
        out = io.BytesIO()
        with _opened(archive, member) as source:
            _copy(source, out, max(member.compress_size, 1), name, limit)
        if is_archive:
            with zipfile.ZipFile(out) as inner:
                yield from _members(inner, own, wanted, limit_bytes, nested - 1)
        else:
            yield own, out.getvalue()


@contextmanager
def _opened(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> Iterator[IO[bytes]]:
    """A member as it is read; a position outside the archive is a fault of the archive."""
    try:
        with archive.open(member) as source:
            yield source
    except OSError as error:
        if error.errno != errno.EINVAL:
            raise
        raise zipfile.BadZipFile(f"{member.filename}: no such position") from error


def _reject_odd_members(archive: zipfile.ZipFile, name: str) -> None:
    for member in archive.infolist():
        parts = PurePosixPath(member.filename.replace("\\", "/"))
        if parts.is_absolute() or ".." in parts.parts or ":" in parts.parts[0]:
            raise DataRejectedError(
                f"{name}: a path in the zip archive leads out of it; fetch it from its publisher."
            )
        if member.flag_bits & 0x1:
            raise DataRejectedError(f"{name}: the zip archive is encrypted; give it unpacked.")


def _only_member(archive: zipfile.ZipFile, name: str, suffix: str) -> zipfile.ZipInfo:
    _reject_odd_members(archive, name)
    fitting = [
        member
        for member in archive.infolist()
        if not member.is_dir() and member.filename.lower().endswith(suffix)
    ]
    if len(fitting) != 1:
        raise DataRejectedError(
            f"{name}: the zip archive holds {len(fitting)} {suffix} files and must hold one; "
            "unpack the right one beside it."
        )
    return fitting[0]


def _unpack(
    archive: zipfile.ZipFile, member: zipfile.ZipInfo, target: Path, name: str, limit_bytes: int
) -> None:
    with _opened(archive, member) as source, target.open("wb") as out:
        _copy(source, out, max(member.compress_size, 1), name, limit_bytes)


def _copy(source: IO[bytes], out: IO[bytes], packed: int, name: str, limit_bytes: int) -> None:
    """Count while unpacking: sizes written in the archive may lie."""
    written = 0
    while chunk := source.read(_CHUNK_BYTES):
        written += len(chunk)
        _check_swelling(written, packed, name, limit_bytes)
        out.write(chunk)


def _check_swelling(written: int, packed: int, name: str, limit_bytes: int) -> None:
    swollen = written > SMALL_BYTES and written > packed * RATIO_LIMIT
    if written > min(limit_bytes, limits_in_force().unpacked_bytes) or swollen:
        raise DataRejectedError(
            f"{name}: the zip archive swells beyond any plausible table; it is not read."
        )
