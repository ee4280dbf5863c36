"""When the watchdog resumes runs, and when it tells that it does not any more."""

import datetime as dt
import os
import subprocess
import sys
from typing import Any
from uuid import uuid4

import httpx
import pytest
from prefect.client.schemas.objects import FlowRun, State, StateType

from flows.orchestration import deployment, watched_worker
from flows.run.results import alerts


def crashed(starts: int, at: dt.datetime) -> FlowRun:
    state: State[Any] = State(type=StateType.CRASHED, timestamp=at)
    return FlowRun(flow_id=uuid4(), state=state, run_count=starts)


def test_a_run_that_ended_too_often_is_reported_once(monkeypatch: pytest.MonkeyPatch) -> None:
    watch = watched_worker._CutOff("a", "understory-a")
    now = dt.datetime.now(dt.UTC)
    dead = [crashed(3, now), crashed(3, now - dt.timedelta(days=1))]
    sent: list[str] = []
    monkeypatch.setattr(deployment, "cut_off", lambda *_: dead)
    monkeypatch.setattr(alerts, "send", lambda _, events, text: sent.append(f"{events}{text}"))
    assert not watch.are_found()
    assert not watch.are_found()
    (text,) = sent
    assert text.startswith(f"['failed']The flow run {dead[0].id} was started 3 times")
    dead.append(crashed(2, now))
    assert watch.are_found()


def test_a_server_that_does_not_answer_is_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    def unanswered(*_: object) -> int:
        raise httpx.ConnectError("refused")

    watch = watched_worker._CutOff(None, "understory-worker")
    monkeypatch.setattr(deployment, "cut_off", unanswered)
    monkeypatch.setattr(deployment, "resume_cut_off", unanswered)
    assert not watch.are_found()
    assert not watch.resume(is_worker_alive=True)
    monkeypatch.setattr(deployment, "resume_cut_off", lambda *_: 1)
    assert watch.resume(is_worker_alive=False)


@pytest.mark.parametrize(("program", "is_run"), [("prefect.engine", True), ("other", False)])
def test_a_worker_with_a_run_is_known(program: str, is_run: bool) -> None:
    # The words of a process are what `ps` shows, whatever it does.
    waits = [sys.executable, "-c", "input()", program]
    with subprocess.Popen(waits, stdin=subprocess.PIPE) as process:
        assert watched_worker._has_run(os.getpid()) is is_run
        process.communicate(b"\n")
