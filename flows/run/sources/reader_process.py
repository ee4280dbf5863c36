"""The process that reads files for another one: `python -m flows.run.sources.reader_process`.

Orders come by standard input and answers go by standard output, each with its size before it
(`flows.run.sources.reader_processes`).
"""

from __future__ import annotations

import faulthandler
import os
import pickle
import select
import signal
import sys
import threading
import time

from flows.run.sources.bounded_staging import answer_of
from flows.run.sources.reader_processes import SIZE

_IDLE_SECONDS = 60.0


def main() -> None:
    """Answer orders until none has come for a minute or the other process has ended."""
    # Ctrl-C goes to the other process, which ends this one.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with, args=(os.getppid(),), daemon=True).start()
    faulthandler.enable()
    orders, answers = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    # What a library prints is no answer.
    os.dup2(2, 1)
    _send(answers.fileno(), b"")
    while select.select([orders], [], [], _IDLE_SECONDS)[0]:
        head = orders.read(SIZE.size)
        if len(head) < SIZE.size:
            break
        answer = answer_of(pickle.loads(orders.read(SIZE.unpack(head)[0])))
        _send(answers.fileno(), pickle.dumps(answer, protocol=5))
    sys.stderr.flush()
    # Unloading the libraries takes seconds.
    os._exit(0)


def _send(pipe: int, message: bytes) -> None:
    left = memoryview(SIZE.pack(len(message)) + message)
    while left:
        left = left[os.write(pipe, left) :]


def _end_with(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(1.0)
    os._exit(1)


if __name__ == "__main__":
    main()
