"""Zip archives, opened without trusting what they say of themselves."""

from __future__ import annotations

import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

from suppliers.errors import DataRefusedError

#: The largest open file that is read from an archive is about 5 GB (GLEIF golden copy).
UNPACKED_LIMIT_BYTES = 8_000_000_000
#: Tables pack to a tenth or a thirtieth; a thousandth is a bomb.
RATIO_LIMIT = 200

_CHUNK_BYTES = 1 << 20
_SMALL_BYTES = 1 << 22


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
        DataRefusedError: no archive, a path that leads out of it, an encrypted member, none or
            several members of that suffix, or a member that swells beyond the limits.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            member = _only_member(archive, path.name, suffix)
            with tempfile.TemporaryDirectory() as folder:
                target = Path(folder) / f"member{suffix}"
                _unpack(archive, member, target, path.name, limit_bytes)
                yield target
    except (zipfile.BadZipFile, zlib.error, EOFError) as error:
        raise DataRefusedError(
            f"{path.name}: the zip archive is cut off or broken; fetch it again."
        ) from error


def _only_member(archive: zipfile.ZipFile, name: str, suffix: str) -> zipfile.ZipInfo:
    for member in archive.infolist():
        parts = PurePosixPath(member.filename.replace("\\", "/"))
        if parts.is_absolute() or ".." in parts.parts or ":" in parts.parts[0]:
            raise DataRefusedError(
                f"{name}: a path in the zip archive leads out of it; fetch it from its publisher."
            )
        if member.flag_bits & 0x1:
            raise DataRefusedError(f"{name}: the zip archive is encrypted; give it unpacked.")
    fitting = [
        member
        for member in archive.infolist()
        if not member.is_dir() and member.filename.lower().endswith(suffix)
    ]
    if len(fitting) != 1:
        raise DataRefusedError(
            f"{name}: the zip archive holds {len(fitting)} {suffix} files and must hold one; "
            "unpack the right one beside it."
        )
    return fitting[0]


def _unpack(
    archive: zipfile.ZipFile, member: zipfile.ZipInfo, target: Path, name: str, limit_bytes: int
) -> None:
    """Count while unpacking: sizes written in the archive may lie."""
    written = 0
    packed = max(member.compress_size, 1)
    with archive.open(member) as source, target.open("wb") as out:
        while chunk := source.read(_CHUNK_BYTES):
            written += len(chunk)
            swollen = written > _SMALL_BYTES and written > packed * RATIO_LIMIT
            if written > limit_bytes or swollen:
                raise DataRefusedError(
                    f"{name}: the zip archive swells beyond any plausible table; it is not read."
                )
            out.write(chunk)
