"""The connection to a Dask scheduler: bounded in time, and its losses in one sentence each.

`distributed` waits without an end for workers that do not come, and logs what it loses with
tracebacks. Here every wait has an end (`Patience`), and whatever goes wrong is a `ClusterError`
that names the address, what is wrong and the correction.
"""

from __future__ import annotations

import logging
import queue
import threading
import time
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from configs.config_errors import UsageError

_LOG = logging.getLogger("understory")
_LIBRARIES = ("distributed", "tornado", "asyncio")
_ELSE = "or set the key to null to measure on this machine"


@dataclass(frozen=True)
class Patience:
    """How long each wait lasts at most, in seconds.

    Attributes:
        connect: For the scheduler to answer, at the beginning and in between.
        workers: Without any worker, at the beginning and in between.
        outcome: With workers, from one outcome to the next.
        look: From one look at the scheduler to the next while an outcome is awaited.
    """

    connect: float = 20.0
    workers: float = 60.0
    outcome: float = 900.0
    look: float = 5.0


PATIENCE = Patience()


class ClusterError(UsageError):
    """The cluster cannot do its work: which, what is wrong, and the correction."""

    def __init__(self, address: str, wrong: str, correction: str) -> None:
        super().__init__(f"measure.dask_scheduler: {address}: {wrong}; {correction}, {_ELSE}.")


@contextmanager
def connected(distributed: Any, address: str, patience: Patience) -> Iterator[Connection]:
    """A connection to the scheduler at an address, closed within the same time at the end.

    Raises:
        ClusterError: no scheduler answers, or one of other versions.
    """
    with _quiet():
        try:
            # What accepts a connection and never answers holds the client without an end.
            client = _within(
                2 * patience.connect,
                lambda: distributed.Client(address, timeout=patience.connect, set_as_default=False),
            )
        # Whatever is no address, no Dask or another protocol raises an error of its own kind.
        except Exception as error:
            raise ClusterError(
                address,
                f"no scheduler answers ({type(error).__name__})",
                "start one, correct the address",
            ) from error
        connection = Connection(distributed, client, address, patience)
        try:
            connection.reject_other_scheduler()
            yield connection
        finally:
            try:
                _within(patience.connect, client.close)
            # A scheduler that is gone cannot be taken leave of; its loss is stated already.
            except Exception as error:
                _LOG.debug("closing the connection to %s: %r", address, error)


class Connection:
    """Tasks of one client, their outcomes and their losses."""

    def __init__(self, distributed: Any, client: Any, address: str, patience: Patience) -> None:
        self.address = address
        self._distributed = distributed
        self._client = client
        self._patience = patience

    def reject_other_scheduler(self) -> None:
        """Check that the scheduler speaks as the client here does.

        Raises:
            ClusterError: it does not, or it answers no question.
        """
        there = self._ask("versions")["packages"].get("distributed")
        if there != self._distributed.__version__:
            raise ClusterError(
                self.address,
                f"its scheduler has distributed {there} (here {self._distributed.__version__})",
                "install the same version on scheduler, workers and this machine",
            )

    def submit(self, work: Any, *arguments: Any) -> Any:
        """A future of `work(*arguments)`; its arguments may be large."""
        with warnings.catch_warnings():
            # Large arguments are held by the scheduler on purpose.
            warnings.filterwarnings("ignore", message="Sending large graph")
            return self._client.submit(work, *arguments, pure=False)

    def outcome_of(self, future: Any, others: Sequence[Any]) -> Any:
        """Wait for a future.

        Args:
            future: Awaited.
            others: Under way with it: while any of them ends, the cluster works.

        Raises:
            ClusterError: scheduler or workers are lost, the work raised an error that nobody
                foresaw, or nothing came within the time allowed.
        """
        with_workers = moved = time.monotonic()
        done = -1
        while True:
            try:
                return future.result(timeout=self._patience.look)
            except self._distributed.TimeoutError:
                pass
            except Exception as error:
                raise self._loss(error) from error
            now = time.monotonic()
            ended = sum(one.done() for one in others)
            if ended != done:
                done, moved = ended, now
            if self._ask("identity", n_workers=-1)["workers"]:
                with_workers = now
            elif now - with_workers >= self._patience.workers:
                raise ClusterError(
                    self.address,
                    f"its scheduler has had no worker for {self._patience.workers:.0f} seconds",
                    "start workers",
                )
            if now - moved >= self._patience.outcome:
                raise ClusterError(
                    self.address,
                    f"its workers have returned nothing for {self._patience.outcome:.0f} seconds",
                    "see their logs and restart them",
                )

    def _ask(self, question: str, **arguments: Any) -> Any:
        """An answer of the scheduler within the time to connect."""
        client = self._client
        try:
            if client.status != "running":
                raise OSError(f"the client is {client.status}")
            ask = getattr(client.scheduler, question)
            return client.sync(ask, **arguments, callback_timeout=self._patience.connect)
        except Exception as error:
            raise self._loss(error) from error

    def _loss(self, error: Exception) -> ClusterError:
        """The sentence on an error of a future or of a question."""
        kind = type(error).__name__
        if isinstance(error, self._distributed.scheduler.KilledWorker):
            return ClusterError(
                self.address,
                f"{error.allowed_failures + 1} workers ended over the same rasters",
                "give workers more memory",
            )
        if isinstance(error, ImportError) or "deserializ" in str(error).lower():
            return ClusterError(
                self.address,
                f"scheduler or workers cannot read the work sent to them ({kind})",
                "install understory with the same versions on all of them",
            )
        if (
            isinstance(error, (OSError, TimeoutError, self._distributed.CancelledError))
            or self._client.status != "running"
        ):
            return ClusterError(
                self.address, f"the scheduler was lost ({kind})", "restart it and its workers"
            )
        return ClusterError(
            self.address, f"a worker failed ({kind}: {_first_line(error)})", "see its log"
        )


def _within(seconds: float, work: Callable[[], Any]) -> Any:
    """What work returns, in a thread that is left behind when the time is up.

    Raises:
        TimeoutError: the time is up.
        Exception: as the work raised it.
    """
    outcome: queue.SimpleQueue[tuple[Any, Exception | None]] = queue.SimpleQueue()

    def attempt() -> None:
        try:
            outcome.put((work(), None))
        except Exception as error:
            outcome.put((None, error))

    threading.Thread(target=attempt, daemon=True).start()
    try:
        result, error = outcome.get(timeout=seconds)
    except queue.Empty:
        raise TimeoutError(f"no answer within {seconds:.0f} seconds") from None
    if error is not None:
        raise error
    return result


@contextmanager
def _quiet() -> Iterator[None]:
    """Leave the logs of the libraries out: what is lost is stated once, by `ClusterError`."""
    known = logging.root.manager.loggerDict
    names = {*_LIBRARIES, *(name for name in known if name.split(".")[0] in _LIBRARIES)}
    before = {name: logging.getLogger(name).level for name in names}
    for name in names:
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
    try:
        yield
    finally:
        for name, level in before.items():
            logging.getLogger(name).setLevel(level)


def _first_line(error: Exception) -> str:
    lines = str(error).splitlines()
    return lines[0][:200] if lines else ""
