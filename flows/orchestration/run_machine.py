"""Which machine runs a flow run, so that a watchdog resumes what its own machine ran."""

from __future__ import annotations

import socket
from uuid import UUID

from prefect import get_client
from prefect.client.schemas.objects import FlowRun
from prefect.runtime import flow_run

_LABEL = "understory.machine"
#: Prefect's own: a worker writes it before it starts the process of the run.
_WORKER_LABEL, _WORKER_PREFIX = "prefect.worker.name", "understory-"


def this_machine() -> str:
    """The name that the system gives it; in a container that of the container."""
    return socket.gethostname()


def note_machine() -> None:
    """Write on the flow run that is going on which machine runs it."""
    if flow_run.id is not None:
        with get_client(sync_client=True) as client:
            client.update_flow_run_labels(UUID(flow_run.id), {_LABEL: this_machine()})


def machine_of(run: FlowRun) -> str | None:
    """The machine that a run was on; None where it had not begun."""
    named = run.labels.get(_LABEL)
    return None if named is None else str(named)


def worker_name(host: str) -> str:
    """How the worker of a machine is named, so that its runs are found again."""
    return f"{_WORKER_PREFIX}{host}"


def worker_of(run: FlowRun) -> str | None:
    """The worker with a name of ours that took a run last; None where none has."""
    named = str(run.labels.get(_WORKER_LABEL, ""))
    return named if named.startswith(_WORKER_PREFIX) else None
