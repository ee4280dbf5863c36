"""The monthly deployment on a Prefect server: work pool, schedule, and runs that were cut off.

`prefect.yaml` says the same for those who deploy with Prefect's own command.
"""

from __future__ import annotations

import datetime as dt
import shlex
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from uuid import UUID

from prefect import get_client
from prefect.client.orchestration import SyncPrefectClient
from prefect.client.schemas.actions import (
    DeploymentScheduleCreate,
    WorkPoolCreate,
    WorkPoolUpdate,
)
from prefect.client.schemas.filters import (
    DeploymentFilter,
    DeploymentFilterId,
    FlowFilter,
    FlowFilterName,
    FlowRunFilter,
    FlowRunFilterState,
    FlowRunFilterStateType,
)
from prefect.client.schemas.objects import FlowRun, State, StateType
from prefect.client.schemas.schedules import CronSchedule
from prefect.exceptions import ObjectNotFound
from prefect.states import Scheduled
from prefect.utilities.callables import parameter_schema
from prefect.workers.process import ProcessWorker

from configs.config_errors import UsageError
from flows.orchestration import ends_with_parent
from flows.orchestration.monthly import monthly
from flows.orchestration.run_machine import machine_of, worker_of

WORK_POOL = "understory"
NAME = "monthly"
ENTRYPOINT = "flows.orchestration.monthly:monthly"
CRON = "0 6 1 * *"

#: A run that was cut off this often is left for a person to look at.
_MAX_STARTS = 3
_CUT_OFF = [StateType.PENDING, StateType.RUNNING, StateType.CANCELLING, StateType.CRASHED]


def deploy(
    parameters: Mapping[str, Any],
    working_directory: Path,
    cron: str | None = None,
    name: str = NAME,
) -> UUID:
    """Make or renew the work pool and the deployment.

    Args:
        parameters: of the flow `monthly`.
        working_directory: where relative paths of the parameters and of the profile start.
        cron: the schedule, in UTC; None keeps the one that is deployed, and begins with `CRON`.
        name: of the deployment: that of a workspace, or `NAME`.

    Returns:
        The deployment's id.
    """
    with get_client(sync_client=True) as client:
        _make_work_pool(client)
        schedules, paused = schedules_for(client, cron, name)
        return client.create_deployment(
            flow_id=client.create_flow_from_name(monthly.name),
            name=name,
            schedules=schedules,
            paused=paused,
            # A second run of the same list would only wait for the warehouse.
            concurrency_limit=1,
            parameters=dict(parameters),
            description=monthly.description,
            work_pool_name=WORK_POOL,
            entrypoint=ENTRYPOINT,
            pull_steps=[
                {
                    "prefect.deployments.steps.set_working_directory": {
                        "directory": str(working_directory)
                    }
                }
            ],
            parameter_openapi_schema=parameter_schema(monthly.fn).model_dump_for_openapi(),
            enforce_parameter_schema=True,
        )


def schedules_for(
    client: SyncPrefectClient, cron: str | None, name: str = NAME
) -> tuple[list[DeploymentScheduleCreate], bool]:
    """The schedules to deploy, and whether the deployment is paused.

    What an operator changed in Prefect stays, unless a schedule is given.
    """
    if cron is None:
        try:
            deployed = client.read_deployment_by_name(f"{monthly.name}/{name}")
        except ObjectNotFound:
            cron = CRON
        else:
            kept = [
                DeploymentScheduleCreate(schedule=one.schedule, active=one.active)
                for one in deployed.schedules
            ]
            return kept, deployed.paused
    return [DeploymentScheduleCreate(schedule=cron_schedule(cron))], False


def cron_schedule(cron: str) -> CronSchedule:
    """The schedule, in UTC.

    Raises:
        UsageError: it is not one.
    """
    try:
        return CronSchedule(cron=cron, timezone="UTC")
    except ValueError as error:
        raise UsageError(
            f"--cron {cron}: this is not a schedule; write minute, hour, day, month and weekday, "
            f"such as {CRON}"
        ) from error


def resume_cut_off(
    is_worker_alive: bool = False, host: str | None = None, worker: str | None = None
) -> int:
    """Queue runs of all lists again whose process is gone; the work folder resumes them.

    Args:
        is_worker_alive: take only runs that the worker has found dead, such as one that was killed
            for memory; without a worker no run of a deployment can be alive.
        host: without a worker here, but with others elsewhere: this machine, whose runs are cut
            off while those of others may be alive. None: there are no others.
        worker: name of this machine's worker, by which a run that it took is known before the run
            itself begins.

    Returns:
        How many runs were queued.
    """
    again = [run for run in cut_off(is_worker_alive, host, worker) if may_start_again(run)]
    with get_client(sync_client=True) as client:
        for run in again:
            # The scheduled time stays: it decides the as-of day.
            state: State[Any] = Scheduled(
                scheduled_time=run.expected_start_time, message="Resumed after an interruption"
            )
            client.set_flow_run_state(run.id, state, force=True)
    return len(again)


def cut_off(
    is_worker_alive: bool = False, host: str | None = None, worker: str | None = None
) -> list[FlowRun]:
    """Runs whose process is gone, with the arguments of `resume_cut_off`, started however often."""
    with get_client(sync_client=True) as client:
        flow_filter = FlowFilter(name=FlowFilterName(any_=[monthly.name]))
        ids = [one.id for one in client.read_deployments(flow_filter=flow_filter)]
        runs = client.read_flow_runs(
            deployment_filter=DeploymentFilter(id=DeploymentFilterId(any_=ids)),
            flow_run_filter=FlowRunFilter(
                state=FlowRunFilterState(
                    type=FlowRunFilterStateType(
                        any_=[StateType.CRASHED] if is_worker_alive else _CUT_OFF
                    )
                )
            ),
        )
    return [run for run in runs if _is_cut_off(run, host, worker)]


def may_start_again(run: FlowRun) -> bool:
    """Whether a run that was cut off has not been started too often."""
    return run.run_count < _MAX_STARTS


def _is_cut_off(run: FlowRun, host: str | None, worker: str | None) -> bool:
    """Whether a run is known to be dead: found so by a worker, or taken last by this machine."""
    found_dead = run.state is not None and run.state.type == StateType.CRASHED
    if found_dead or host is None:
        return True
    taken_by = worker_of(run)
    return machine_of(run) == host if taken_by is None else taken_by == worker


def next_start(deployment_id: UUID) -> dt.datetime | None:
    """When the next scheduled run starts (UTC), or None while the server has planned none."""
    with get_client(sync_client=True) as client:
        runs = client.read_flow_runs(
            deployment_filter=DeploymentFilter(id=DeploymentFilterId(any_=[deployment_id])),
            flow_run_filter=FlowRunFilter(
                state=FlowRunFilterState(type=FlowRunFilterStateType(any_=[StateType.SCHEDULED]))
            ),
        )
    starts = [run.expected_start_time for run in runs if run.expected_start_time is not None]
    return min(starts, default=None)


def job_template() -> dict[str, Any]:
    """How the worker starts a run: one command, which no variable of a run can change."""
    return {
        "job_configuration": {
            # Said outright, the run stays in the worker's process group and ends with it;
            # otherwise Prefect prepares a workspace and starts a session of its own.
            "command": (
                f"{shlex.quote(sys.executable)} -m {ends_with_parent.__name__} prefect.engine"
            ),
            "env": {},
            "labels": {},
            "name": None,
            "stream_output": True,
            "working_dir": None,
        },
        "variables": {"type": "object", "properties": {}, "additionalProperties": False},
    }


def _make_work_pool(client: SyncPrefectClient) -> None:
    template = job_template()
    try:
        client.read_work_pool(WORK_POOL)
        client.update_work_pool(WORK_POOL, WorkPoolUpdate(base_job_template=template))
    except ObjectNotFound:
        client.create_work_pool(
            WorkPoolCreate(name=WORK_POOL, type=ProcessWorker.type, base_job_template=template)
        )
