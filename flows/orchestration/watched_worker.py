"""A worker that is replaced when it dies, and whose cut-off runs are resumed.

`python -m flows.orchestration.watched_worker` does so under a server of the operator's;
`understory serve` does the same under its own. Prefect is imported late: it reads the address of
the server when it is imported, and `serve` knows it only then.
"""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Callable, Mapping

from flows.orchestration.tied_processes import StopAskedError, child, stop_signals, tied

log = logging.getLogger("understory")

_LOOK_EVERY_SECONDS = 0.5
#: A run that was killed for memory goes on within a minute.
_CRASHES_EVERY_SECONDS = 20.0
_BEFORE_NEXT_WORKER_SECONDS = 5.0


def keep_worker(
    environment: Mapping[str, str],
    look: Callable[[], None],
    *,
    host: str | None = None,
    name: str | None = None,
) -> None:
    """Keep one worker alive until a signal asks for the end.

    Args:
        environment: of the worker.
        look: called twice a second, to raise what else ends this.
        host: take up only what this machine ran, since the server may have workers elsewhere;
            None where it has none.
        name: of the worker; None for one that Prefect makes up.
    """
    from flows.orchestration import deployment

    while True:
        _log_resumed(deployment.resume_cut_off(host=host))
        with child(_worker_command(deployment.WORK_POOL, name), environment) as worker:
            next_look = time.monotonic() + _CRASHES_EVERY_SECONDS
            while worker.poll() is None:
                look()
                if time.monotonic() >= next_look:
                    _log_resumed(deployment.resume_cut_off(is_worker_alive=True))
                    next_look = time.monotonic() + _CRASHES_EVERY_SECONDS
                time.sleep(_LOOK_EVERY_SECONDS)
        log.warning("The worker ended with code %s; starting another", worker.returncode)
        time.sleep(_BEFORE_NEXT_WORKER_SECONDS)


def _log_resumed(number: int) -> None:
    if number:
        log.warning("Runs whose process ended before them and that are resumed: %d", number)


def _worker_command(pool: str, name: str | None) -> list[str]:
    options = ["--pool", pool, "--type", "process", "--limit", "1"]
    named = [] if name is None else ["--name", name]
    return tied("prefect", "worker", "start", *options, *named)


def main() -> None:
    """Keep a worker under the server that the environment names."""
    from flows.orchestration.run_machine import this_machine

    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    with stop_signals():
        try:
            keep_worker(os.environ, lambda: None, host=this_machine())
        except StopAskedError:
            log.info("Stopped; a run that was going on resumes at the next start")


if __name__ == "__main__":
    main()
