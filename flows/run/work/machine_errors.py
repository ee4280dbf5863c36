"""Faults of the machine in one sentence: disk, permissions, memory."""

from __future__ import annotations

import errno
import os
import re
from collections.abc import Iterator

from configs import machine_memory

_FILE_FOR_FOLDER = (
    "a file stands where a folder is needed", "move it away, or name another folder"
)  # fmt: skip
_CORRECTIONS = {
    errno.ENOSPC: ("the disk is full", "free space and run the same command to resume"),
    errno.EDQUOT: ("the quota of the disk is used up", "free space and run the same command"),
    errno.EROFS: ("the disk is read-only", "name another folder with --out"),
    errno.EACCES: ("no permission", "correct the permissions, or name another folder"),
    errno.EPERM: ("no permission", "correct the permissions, or name another folder"),
    errno.EEXIST: _FILE_FOR_FOLDER,
    errno.ENOTDIR: _FILE_FOR_FOLDER,
    errno.EISDIR: ("a folder stands where a file is needed", "move it away, or name another file"),
    errno.ENOENT: ("there is no such file or folder", "check the path"),
    errno.EMFILE: ("too many files are open", "raise the limit (ulimit -n)"),
    errno.ENFILE: ("too many files are open", "close other programs"),
    errno.EFBIG: ("a file would be larger than allowed", "raise the limit (ulimit -f)"),
    errno.ENAMETOOLONG: ("the name is too long", "give a shorter one"),
    errno.EIO: ("the disk does not answer as it should", "check the disk"),
}  # fmt: skip
_NATIVE_MEMORY = re.compile(r"out of memory|could not allocate|failed to allocate", re.IGNORECASE)
_NO_ROOM_FOR_LIBRARY = re.compile(r"failed to map segment|cannot allocate memory", re.IGNORECASE)
_NATIVE_DISK = re.compile(
    r"no space left|disk is full|could not write|file too large", re.IGNORECASE
)


def sentence_of(error: BaseException) -> str | None:
    """What a fault of the machine means and how to correct it; None for other errors."""
    if isinstance(error, MemoryError) or any(map(_has_no_room, _chain(error))):
        return _no_memory()
    if isinstance(error, OSError) and error.errno in _CORRECTIONS:
        path = error.filename2 or error.filename
        return _sentence(
            "" if path is None else f"{os.fsdecode(path)}: ", *_CORRECTIONS[error.errno]
        )
    # Errors of DuckDB and Polars have classes of their own.
    if type(error).__module__.partition(".")[0] in ("duckdb", "_duckdb", "polars"):
        text = str(error)
        if _NATIVE_MEMORY.search(text) or type(error).__name__ == "OutOfMemoryException":
            return _no_memory()
        if _NATIVE_DISK.search(text):
            return _sentence("", *_CORRECTIONS[errno.ENOSPC])
    return None


def _has_no_room(error: BaseException) -> bool:
    """Whether the system gave no memory, or a library could not be loaded for want of it."""
    if isinstance(error, OSError) and error.errno == errno.ENOMEM:
        return True
    is_of_library = isinstance(error, ImportError | OSError)
    return is_of_library and _NO_ROOM_FOR_LIBRARY.search(str(error)) is not None


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    """An error, and those that led to it."""
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def _no_memory() -> str:
    limit = machine_memory.address_space_bytes()
    if limit is None:
        return _sentence(
            "", "the memory is used up", "close other programs, or use a larger machine"
        )
    return _sentence(
        "",
        f"the memory is used up: the shell allows {limit / 1e9:.1f} GB of addresses",
        "raise the limit (ulimit -v), or use a larger machine",
    )


def _sentence(where: str, what: str, correction: str) -> str:
    return f"{where}{what}; {correction}"
