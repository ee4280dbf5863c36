"""A worker that is replaced when it dies, and whose cut-off runs are resumed.

`python -m flows.orchestration.watched_worker` does so under a server of the operator's;
`understory serve` does the same under its own. Prefect is imported late: it reads the address of
the server when it is imported, and `serve` knows it only then.
"""

from __future__ import annotations

import datetime as dt
import logging
import os
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

from flows.orchestration.tied_processes import StopAskedError, child, stop_signals, tied

if TYPE_CHECKING:
    from prefect.client.schemas.objects import FlowRun

log = logging.getLogger("understory")

_LOOK_EVERY_SECONDS = 0.5
#: A run that was killed for memory goes on within a minute.
_CRASHES_EVERY_SECONDS = 5.0
_BEFORE_NEXT_WORKER_SECONDS = 1.0
#: After a worker that ended sooner than this, the next one is waited for longer.
_SHORT_LIFE_SECONDS, _LONG_WAIT_SECONDS = 30.0, 10.0
#: The program that a worker starts for each run.
_RUN_PROGRAM = "prefect.engine"


def keep_worker(
    environment: Mapping[str, str],
    look: Callable[[], None],
    *,
    host: str | None = None,
    name: str,
) -> None:
    """Keep one worker alive until a signal asks for the end.

    A worker does not take up a run that it still winds up after its process was killed: it ends
    on it with an error. So it is replaced where it has no other run.

    Args:
        environment: of the worker.
        look: called twice a second, to raise what else ends this.
        host: take up only what this machine ran, since the server may have workers elsewhere;
            None where it has none.
        name: of the worker; runs that it took and never began are known by it.
    """
    from flows.orchestration import deployment

    cut_off = _CutOff(host, name)
    while True:
        while not cut_off.resume(is_worker_alive=False):
            look()
            time.sleep(_CRASHES_EVERY_SECONDS)
        began, is_replaced = time.monotonic(), False
        with child(_worker_command(deployment.WORK_POOL, name), environment) as worker:
            next_look = began + _CRASHES_EVERY_SECONDS
            while worker.poll() is None:
                look()
                if time.monotonic() >= next_look:
                    if cut_off.are_found():
                        if _has_run(worker.pid):
                            cut_off.resume(is_worker_alive=True)
                        else:
                            is_replaced = True
                            worker.kill()
                            worker.wait()
                    next_look = time.monotonic() + _CRASHES_EVERY_SECONDS
                time.sleep(_LOOK_EVERY_SECONDS)
        if is_replaced:
            continue
        log.warning("The worker ended with code %s; starting another", worker.returncode)
        is_short = time.monotonic() - began < _SHORT_LIFE_SECONDS
        time.sleep(_LONG_WAIT_SECONDS if is_short else _BEFORE_NEXT_WORKER_SECONDS)


class _CutOff:
    """Runs whose process ended before them; a server that does not answer is asked again."""

    def __init__(self, host: str | None, worker: str) -> None:
        self._host, self._worker = host, worker
        self._since = dt.datetime.now(dt.UTC)
        self._given_up: set[UUID] = set()

    def are_found(self) -> bool:
        """Whether the server has runs to resume that the worker found dead."""
        from flows.orchestration import deployment

        with _unanswered():
            dead = deployment.cut_off(True, self._host, self._worker)
            self._report(run for run in dead if not deployment.may_start_again(run))
            return any(map(deployment.may_start_again, dead))
        return False

    def resume(self, *, is_worker_alive: bool) -> bool:
        """Queue them again; whether the server answered."""
        from flows.orchestration import deployment

        with _unanswered():
            number = deployment.resume_cut_off(is_worker_alive, self._host, self._worker)
            if number:
                log.warning("Runs whose process ended before them and that are resumed: %d", number)
            return True
        return False

    def _report(self, given_up: Iterable[FlowRun]) -> None:
        """Alert once about each run that ended too often since this began."""
        from flows.run.results import alerts

        for run in given_up:
            ended = None if run.state is None else run.state.timestamp
            if run.id in self._given_up or ended is None or ended < self._since:
                continue
            self._given_up.add(run.id)
            text = (
                f"The flow run {run.id} was started {run.run_count} times, its process ended each "
                "time, and it is not started again. Its log says at which stage; the memory of the "
                "machine may be too small."
            )
            log.error(text)
            alerts.send(alerts.EVENTS, ["failed"], text)


@contextmanager
def _unanswered() -> Iterator[None]:
    import httpx

    try:
        yield
    except httpx.HTTPError as error:
        log.warning("The Prefect server does not answer (%s); asking again", type(error).__name__)


def _has_run(worker: int) -> bool:
    """Whether a worker has the process of a run."""
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            parent = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
            words = (entry / "cmdline").read_bytes().split(b"\0")
        except OSError:
            continue
        if parent == worker and _RUN_PROGRAM.encode() in words:
            return True
    return False


def _worker_command(pool: str, name: str) -> list[str]:
    options = ["--pool", pool, "--type", "process", "--limit", "1", "--name", name]
    return tied("prefect", "worker", "start", *options)


def main() -> None:
    """Keep a worker under the server that the environment names."""
    from flows.orchestration.run_machine import this_machine, worker_name

    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    host = this_machine()
    with stop_signals():
        try:
            keep_worker(os.environ, lambda: None, host=host, name=worker_name(host))
        except StopAskedError:
            log.info("Stopped; a run that was going on resumes at the next start")


if __name__ == "__main__":
    main()
