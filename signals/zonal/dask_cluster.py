"""Fan the measuring of rasters out over a Dask cluster, given by its scheduler's address.

Workers open the rasters themselves, so paths must mean the same to them: a shared folder or
object storage. They return the numbers of each chunk; adding up stays here, in the order of the
plan, so that the outcome is that of one machine to the bit. Without an address dask is not
imported.
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

CONNECT_SECONDS = 20

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
        shared: Sent to the workers once.
        groups: Work of one task each.

    Raises:
        DataRejectedError: as the work raised it.
        UsageError: dask is not installed, or no scheduler answers.
    """
    try:
        distributed: Any = importlib.import_module("distributed")
    except ImportError as error:
        raise UsageError(
            "measure.dask_scheduler: dask is not installed here; install the extra `cluster`, or "
            "set the key to null to measure on this machine."
        ) from error
    try:
        client = distributed.Client(address, timeout=CONNECT_SECONDS, set_as_default=False)
    except (OSError, ValueError) as error:
        raise UsageError(
            f"measure.dask_scheduler: no scheduler answers at {address}; start one, or set the key "
            "to null to measure on this machine."
        ) from error
    with client:
        everywhere = client.scatter(shared, broadcast=True)
        waiting = iter(groups)
        ahead = deque(
            client.submit(_attempt, work, everywhere, group, pure=False)
            for group in itertools.islice(waiting, GROUPS_AHEAD)
        )
        while ahead:
            outcome = ahead.popleft().result()
            if isinstance(outcome, DataRejectedError):
                raise outcome
            yield outcome
            for group in itertools.islice(waiting, 1):
                ahead.append(client.submit(_attempt, work, everywhere, group, pure=False))


def _attempt(work: Callable[[Any, Sequence[Any]], Any], shared: Any, group: Sequence[Any]) -> Any:
    """Return a rejection instead of raising it: what GDAL says beneath it cannot travel."""
    try:
        return work(shared, group)
    except DataRejectedError as rejection:
        return DataRejectedError(str(rejection))
