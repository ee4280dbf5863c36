"""One change at a time: a lock of the system, which ends with whoever holds it."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def in_turn(file: Path) -> Iterator[None]:
    """Wait for the lock of a file and hold it for the block."""
    with file.open("a") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield
