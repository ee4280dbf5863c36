"""Files that are whole or absent after a kill or a power failure, whatever the moment.

Every file on which a later step relies is written here: under a name of its own, flushed, renamed,
and the folder flushed, so that the name is on the disk too.
"""

from __future__ import annotations

import ctypes
import errno
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

#: Begins the name of a file that is being written; then the process and a random part.
UNFINISHED = ".writing-"

_AT_FDCWD, _RENAME_EXCHANGE = -100, 2
#: Systems and file systems without an exchange.
_NOT_KNOWN = frozenset({errno.ENOSYS, errno.EINVAL, errno.EOPNOTSUPP})


@contextmanager
def written_whole(target: Path) -> Iterator[Path]:
    """Write a file within the block under the path that is given; then it takes its name.

    An error within the block leaves the target as it was. Permissions are those of the umask.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    name = f"{UNFINISHED}{os.getpid()}-{secrets.token_hex(6)}{target.suffix}"
    aside = target.with_name(name)
    try:
        aside.touch(exist_ok=False)
        yield aside
        flush(aside)
        aside.replace(target)
    finally:
        # The error of a disk that fails is the one to report.
        with suppress(OSError):
            aside.unlink(missing_ok=True)
    flush(target.parent)


def write_text(target: Path, text: str) -> None:
    """Write a text file in UTF-8, whole or not at all."""
    with written_whole(target) as path:
        path.write_text(text, encoding="utf-8", newline="\n")


def write_bytes(target: Path, content: bytes) -> None:
    """Write a file, whole or not at all."""
    with written_whole(target) as path:
        path.write_bytes(content)


def move(finished: Path, target: Path) -> None:
    """Give a file that was written to its end another name, once its bytes are on the disk."""
    flush(finished)
    finished.replace(target)
    flush(target.parent)


def remove_unfinished(folder: Path, is_deep: bool = True) -> None:
    """Remove the files in a folder, or below it, that killed processes had begun to write."""
    named = f"{UNFINISHED}*"
    for path in folder.rglob(named) if is_deep else folder.glob(named):
        process = path.name.removeprefix(UNFINISHED).partition("-")[0]
        if not process.isdecimal() or not _is_running(int(process)):
            path.unlink(missing_ok=True)


def _is_running(process: int) -> bool:
    # What this process writes is whole between its steps; after a restart of a container, its
    # number is that of the one before.
    if process == os.getpid():
        return False
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def flush(path: Path) -> None:
    """Wait until a file, or the names in a folder, are on the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    except OSError as error:
        # Some network file systems know no flush of a folder.
        if error.errno not in _NOT_KNOWN:
            raise
    finally:
        os.close(handle)


def flush_tree(folder: Path) -> None:
    """Wait until all files and folders below a folder are on the disk."""
    for path in (*folder.rglob("*"), folder):
        if not path.is_symlink():
            flush(path)


def exchange(one: Path, other: Path) -> bool:
    """Exchange the names of two folders in one step.

    Returns:
        False where the system cannot; nothing has changed then.

    Raises:
        OSError: another fault, such as a folder that may not be written.
    """
    rename = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    if rename is None:
        return False
    names = (os.fsencode(one), os.fsencode(other))
    if rename(_AT_FDCWD, names[0], _AT_FDCWD, names[1], _RENAME_EXCHANGE) == 0:
        return True
    number = ctypes.get_errno()
    if number in _NOT_KNOWN:
        return False
    raise OSError(number, os.strerror(number), str(other))
