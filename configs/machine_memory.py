"""How much memory this process may use, by its limits and by what the machine has left."""

from __future__ import annotations

import ctypes
import re
import sys
from pathlib import Path

_CONTROL_GROUP = (
    Path("/sys/fs/cgroup/memory.max"),
    Path("/sys/fs/cgroup/memory/memory.limit_in_bytes"),
)
_STATED = Path("/proc/meminfo")


def allowed_bytes() -> int | None:
    """The most that the machine, a container and the shell allow; None where nothing states it."""
    stated = _stated("MemTotal")
    known = [*_limits(), *([] if stated is None else [stated])]
    return min(known, default=None)


def available_bytes() -> int | None:
    """What is left now; None where nothing states it."""
    stated = _stated("MemAvailable")
    known = [*_limits(), *([] if stated is None else [stated])]
    return min(known, default=None)


def address_space_bytes() -> int | None:
    """The limit of the shell on addresses (`ulimit -v`), taken or not; None without one."""
    if sys.platform == "win32":
        return None
    import resource

    most = resource.getrlimit(resource.RLIMIT_AS)[0]
    return None if most == resource.RLIM_INFINITY else most


def give_back() -> None:
    """Return to the system what the C library keeps of the memory that was freed.

    The library of GNU keeps it for the threads that had it; others keep little, or have no such
    call, and then nothing is done.
    """
    if sys.platform != "linux":
        return
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(ctypes.c_size_t(0))


def _limits() -> list[int]:
    found = [
        int(text)
        for path in _CONTROL_GROUP
        if path.is_file() and (text := path.read_text(encoding="ascii").strip()).isdecimal()
    ]
    most = address_space_bytes()
    return found if most is None else [*found, most]


def _stated(name: str) -> int | None:
    if not _STATED.is_file():
        return None
    found = re.search(rf"^{name}:\s+(\d+) kB", _STATED.read_text(encoding="ascii"), re.MULTILINE)
    return None if found is None else 1024 * int(found[1])
