"""Fan the measuring of rasters out over a Dask cluster, given by its scheduler's address.

Workers open the rasters themselves, so paths must mean the same to them: a shared folder or
object storage. They return the numbers of each chunk; adding up stays here, in the order of the
plan, so that the outcome is that of one machine to the bit. Without an address dask is not
imported.

A worker that is lost costs the time of its tasks: the scheduler gives them to the others. What no
worker can do any more ends in one sentence within a stated time (`Patience`).
"""

from __future__ import annotations

import importlib
import itertools
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from configs.config_errors import DataRejectedError, UsageError
from signals.zonal.cluster_connection import PATIENCE, ClusterError, Connection, connected
from signals.zonal.worker_versions import own_versions, version_difference

GROUPS_AHEAD = 64
"""Groups of chunks that are under way at once, so that outcomes do not pile up here."""

_scheduler: ContextVar[str | None] = ContextVar("scheduler", default=None)


@contextmanager
def measuring_on(scheduler: str | None) -> Iterator[None]:
    """Measure on the cluster of a scheduler within the block; None measures in this process."""
    token = _scheduler.set(scheduler)
    try:
        yield
    finally:
        _scheduler.reset(token)


def scheduler_address() -> str | None:
    """The scheduler that `measuring_on` has set, or None."""
    return _scheduler.get()


def on_cluster(
    address: str,
    work: Callable[[Any, Sequence[Any]], Any],
    shared: Any,
    groups: Sequence[Sequence[Any]],
) -> Iterator[Any]:
    """Yield `work(shared, group)` for each group, in their order.

    Args:
        address: The scheduler, such as `tcp://host:8786`.
        work: A module's function.
        shared: Held by the scheduler, from which each worker gets it once.
        groups: Work of one task each.

    Raises:
        DataRejectedError: as the work raised it, with the worker that did.
        UsageError: dask is not installed, no scheduler answers, it has no workers or loses all of
            them, its versions or theirs are others than here, or nothing comes back in time.
    """
    try:
        distributed: Any = importlib.import_module("distributed")
    except ImportError as error:
        raise UsageError(
            "measure.dask_scheduler: dask is not installed here; install the extra `cluster`, or "
            "set the key to null to measure on this machine."
        ) from error
    with connected(distributed, address, PATIENCE) as connection:
        yield from _in_order(connection, work, shared, groups)


def _in_order(
    connection: Connection,
    work: Callable[[Any, Sequence[Any]], Any],
    shared: Any,
    groups: Sequence[Sequence[Any]],
) -> Iterator[Any]:
    # A task of its own and no scattered data: when the workers that hold it are lost, the
    # scheduler gives it to another.
    everywhere = connection.submit(_given, shared)
    versions = own_versions()
    waiting = iter(groups)

    def start(count: int) -> list[Any]:
        return [
            connection.submit(_attempt, versions, work, everywhere, group)
            for group in itertools.islice(waiting, count)
        ]

    ahead = deque(start(GROUPS_AHEAD))
    while ahead:
        outcome = connection.outcome_of(ahead[0], ahead)
        ahead.popleft()
        if isinstance(outcome, DataRejectedError):
            raise outcome
        if isinstance(outcome, _OtherVersions):
            raise ClusterError(
                connection.address,
                f"worker {outcome.worker} has {outcome.difference}, so its numbers may differ",
                "install the same versions on scheduler, workers and this machine",
            )
        yield outcome
        ahead.extend(start(1))


class _OtherVersions:
    """What a worker returns that has not the versions of this machine."""

    def __init__(self, worker: str, difference: str) -> None:
        self.worker = worker
        self.difference = difference


def _given(shared: Any) -> Any:
    return shared


def _attempt(
    versions: dict[str, str],
    work: Callable[[Any, Sequence[Any]], Any],
    shared: Any,
    group: Sequence[Any],
) -> Any:
    """Return a rejection instead of raising it: what GDAL says beneath it cannot travel."""
    difference = version_difference(versions, own_versions())
    if difference is not None:
        return _OtherVersions(_this_worker(), difference)
    try:
        return work(shared, group)
    except DataRejectedError as rejection:
        return DataRejectedError(
            f"{rejection} (on worker {_this_worker()}, where the same path must lead to the file)"
        )


def _this_worker() -> str:
    address: str = importlib.import_module("distributed").get_worker().address
    return address
