"""A program that cannot outlive the process that started it, whatever ended that one.

`python -m flows.orchestration.ends_with_parent MODULE ARGUMENT...` runs a module so. `kill -9` of
`understory serve` would otherwise leave a server and a worker behind that nobody stops, with a
login that nobody has.
"""

from __future__ import annotations

import ctypes
import os
import runpy
import signal
import sys

_PR_SET_PDEATHSIG = 1
#: Process id of the parent, where it states it: it may have ended before we asked.
PARENT_VARIABLE = "UNDERSTORY_PARENT"


def end_with_parent(parent: int | None) -> None:
    """Have this process killed when its parent ends; nothing where the system cannot.

    Args:
        parent: process id that the parent had; the process ends if it has another by now.
    """
    control = getattr(ctypes.CDLL(None, use_errno=True), "prctl", None)
    if control is None:
        return
    control(_PR_SET_PDEATHSIG, int(signal.SIGKILL), 0, 0, 0)
    if parent is not None and os.getppid() != parent:
        os.kill(os.getpid(), signal.SIGKILL)


def main(arguments: list[str]) -> None:
    """Run a module as a program, tied to the parent."""
    stated = os.environ.pop(PARENT_VARIABLE, "")
    end_with_parent(int(stated) if stated.isdecimal() else None)
    sys.argv = arguments
    runpy.run_module(arguments[0], run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main(sys.argv[1:])
