"""`serve` keeps the schedule that the operator set, unless a new one is given."""

from types import SimpleNamespace
from typing import Any
from unittest.mock import MagicMock
from uuid import UUID, uuid4

import pytest
from prefect.client.schemas.objects import FlowRun, State, StateType
from prefect.client.schemas.schedules import CronSchedule
from prefect.exceptions import ObjectNotFound

from configs.config_errors import UsageError
from flows.orchestration import deployment, monthly


def client_with(*crons: str, active: bool = True, paused: bool = False) -> Any:
    """Stands for a server with a deployment of these schedules; without any, for an empty one."""

    def read(name: str) -> Any:
        assert name == "monthly/monthly"
        if not crons:
            raise ObjectNotFound(ValueError("no such deployment"))
        schedules = [
            SimpleNamespace(schedule=CronSchedule(cron=cron, timezone="UTC"), active=active)
            for cron in crons
        ]
        return SimpleNamespace(schedules=schedules, paused=paused)

    return SimpleNamespace(read_deployment_by_name=read)


@pytest.mark.parametrize(
    ("client", "cron", "expected", "paused"),
    [
        (client_with(), None, [(deployment.CRON, True)], False),
        (client_with(), "0 4 2 * *", [("0 4 2 * *", True)], False),
        (client_with("0 7 3 * *"), None, [("0 7 3 * *", True)], False),
        (client_with("0 7 3 * *", active=False), None, [("0 7 3 * *", False)], False),
        (client_with("0 7 3 * *", paused=True), None, [("0 7 3 * *", True)], True),
        (client_with("0 7 3 * *", paused=True), "0 4 2 * *", [("0 4 2 * *", True)], False),
    ],
)
def test_the_schedule_that_is_deployed(
    client: Any, cron: str | None, expected: list[tuple[str, bool]], paused: bool
) -> None:
    schedules, is_paused = deployment.schedules_for(client, cron)
    found = [(getattr(one.schedule, "cron", None), one.active) for one in schedules]
    assert (found, is_paused) == (expected, paused)


def test_what_is_no_schedule_is_one_sentence() -> None:
    with pytest.raises(UsageError, match="--cron every month: this is not a schedule"):
        deployment.cron_schedule("every month")


@pytest.mark.parametrize(
    ("parameters", "name"),
    [
        ({"suppliers": ["lists/mills.csv"], "as_of": "2022-03-01"}, "mills 2022-03"),
        ({"profile": "configs/farms.yaml", "as_of": "2022-03-15"}, "farms 2022-03"),
        ({"as_of": "2022-03-01"}, "list 2022-03"),
    ],
)
def test_runs_are_named_by_list_and_month(parameters: dict[str, Any], name: str) -> None:
    assert monthly.name_of(parameters, "2030-01-01") == name
    assert monthly.name_of({**parameters, "as_of": None}, "2030-01-01").endswith(" 2030-01")


@pytest.mark.parametrize(
    ("state", "labels", "host", "again"),
    [
        ("CRASHED", {}, "a", True),
        ("RUNNING", {"understory.machine": "a"}, "a", True),
        ("RUNNING", {"understory.machine": "b"}, "a", False),
        ("PENDING", {}, "a", False),
        ("PENDING", {"prefect.worker.name": "understory-a"}, "a", True),
        ("PENDING", {"prefect.worker.name": "understory-b"}, "a", False),
        ("PENDING", {"prefect.worker.name": "ProcessWorker 1"}, "a", False),
        ("RUNNING", {"prefect.worker.name": "understory-a", "understory.machine": "b"}, "a", True),
        ("PENDING", {"prefect.worker.name": "understory-b", "understory.machine": "a"}, "a", False),
        ("RUNNING", {"understory.machine": "b"}, None, True),
        ("RUNNING", {}, None, True),
    ],
)
def test_runs_of_other_machines_are_left_alone(
    monkeypatch: pytest.MonkeyPatch, state: str, labels: dict[str, str], host: str, again: bool
) -> None:
    kind = StateType[state]
    run = FlowRun(
        flow_id=uuid4(), deployment_id=uuid4(), state=State(type=kind), labels=labels, run_count=1
    )
    queued: list[UUID] = []
    client = MagicMock()
    client.__enter__.return_value = client
    client.read_deployments.return_value = [SimpleNamespace(id=run.deployment_id)]
    client.read_flow_runs.return_value = [run]
    client.set_flow_run_state.side_effect = lambda found, *_, **__: queued.append(found)
    monkeypatch.setattr(deployment, "get_client", lambda **_: client)
    assert deployment.resume_cut_off(host=host, worker=f"understory-{host}") == int(again)
    assert queued == ([run.id] if again else [])
