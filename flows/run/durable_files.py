"""Files that survive a power failure, and folders that change places in one step."""

from __future__ import annotations

import ctypes
import errno
import os
from pathlib import Path

_AT_FDCWD, _RENAME_EXCHANGE = -100, 2
#: Systems and file systems without an exchange.
_NOT_KNOWN = frozenset({errno.ENOSYS, errno.EINVAL, errno.EOPNOTSUPP})


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
