"""The largest resident memory of this process, as the system counted it."""

from __future__ import annotations

import resource
import sys
from pathlib import Path

_STATUS, _RESET = Path("/proc/self/status"), Path("/proc/self/clear_refs")


def peak_bytes() -> int:
    """The most that this process had in memory since it began, or since `count_anew`.

    What `getrusage` states for a process that Linux started begins with that of its parent.
    """
    if _STATUS.exists():
        lines = _STATUS.read_text(encoding="ascii").splitlines()
        (highest,) = (line for line in lines if line.startswith("VmHWM"))
        return int(highest.split()[1]) * 1024
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


def count_anew() -> None:
    """Let the peak begin at what is in memory now, where the system can do so."""
    if _RESET.exists():
        _RESET.write_text("5", encoding="ascii")
