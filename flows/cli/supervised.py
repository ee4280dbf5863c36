"""A verb in a process of its own, so that a process that the system ends leaves a sentence.

A library that gets no memory ends the process at once, and so does the system: no handler of that
process can say so. The process that was started waits, and says it. Such an end is known by what
is missing: a verb that ends by itself reports that it does, whatever its exit code. Verbs that only
read, and those that start processes of their own, run without it.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Sequence

from configs import machine_memory
from flows.orchestration.ends_with_parent import end_with_parent

_COMPUTING = frozenset({
    "run", "demo", "backfill", "pull", "stage", "measure", "score", "publish", "tune", "validate",
})  # fmt: skip
#: Signals that somebody sends to end a verb; its end is theirs, without a word.
_ASKED = frozenset({
    signal.SIGHUP, signal.SIGINT, signal.SIGQUIT, signal.SIGTERM, signal.SIGPIPE,
})  # fmt: skip
_WATCHED = frozenset({signal.SIGCHLD, signal.SIGHUP, signal.SIGINT, signal.SIGTERM})
_FAILED = 1
_REPORT = b"ended"


def is_computing(arguments: Sequence[str]) -> bool:
    """Whether the verb of a command line computes a run, and this system can watch it."""
    verb = next((one for one in arguments if not one.startswith("-")), None)
    return verb in _COMPUTING and hasattr(signal, "sigwaitinfo") and hasattr(os, "fork")


def supervise(work: Callable[[], None]) -> None:
    """Do the work in a copy of this process; this one ends as the copy does.

    Signals that were sent to this process go on to the copy, which is killed if this one is.
    """
    before = signal.pthread_sigmask(signal.SIG_BLOCK, _WATCHED)
    parent = os.getpid()
    reports, to_report = os.pipe()
    copy = os.fork()
    if copy == 0:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
        end_with_parent(parent)
        try:
            work()
        finally:
            os.write(to_report, _REPORT)
        return
    code = _end_of(copy)
    # A process that the copy started may live on and hold the other end.
    os.set_blocking(reports, False)
    os.close(to_report)
    has_reported = _has_report(reports)
    if code < 0 and -code in _ASKED:
        signal.signal(-code, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
        os.kill(parent, -code)
    sentence = sentence_of(code, has_reported=has_reported)
    if sentence is None:
        sys.exit(code)
    print(f"understory: {sentence}", file=sys.stderr)
    sys.exit(_FAILED)


def sentence_of(code: int, *, has_reported: bool) -> str | None:
    """How something other than the verb ended its process; None where the verb ended itself.

    Args:
        code: of the process; negative where a signal ended it.
        has_reported: whether the verb came to its end, well or with an error.
    """
    if code >= 0 and has_reported:
        return None
    how = f"exit code {code}" if code >= 0 else signal.Signals(-code).name
    again = "and run the same command to resume"
    limit = machine_memory.address_space_bytes()
    if limit is not None:
        return (
            f"the process was ended ({how}) with its addresses limited to {limit / 1e9:.1f} GB; "
            f"raise the limit (ulimit -v) {again}"
        )
    if -code in (signal.SIGKILL, signal.SIGABRT) or code >= 0:
        return (
            f"the process was ended ({how}), as happens where the memory is used up; close other "
            f"programs, raise the limit or use a larger machine, {again}"
        )
    return (
        f"the process was ended by a library ({how}); run the same command to resume, and report "
        "it if it ends so again"
    )


def _has_report(reports: int) -> bool:
    try:
        return os.read(reports, len(_REPORT)) == _REPORT
    except BlockingIOError:
        return False
    finally:
        os.close(reports)


def _end_of(copy: int) -> int:
    """Wait for the copy and pass signals on; those of a terminal reach it by themselves."""
    while True:
        came = signal.sigwaitinfo(_WATCHED)
        if came.si_signo == signal.SIGCHLD:
            ended, status = os.waitpid(copy, os.WNOHANG)
            if ended:
                return os.waitstatus_to_exitcode(status)
        elif came.si_code <= 0:
            os.kill(copy, came.si_signo)
