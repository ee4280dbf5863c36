"""Runs: progress in words, jobs of their own that survive the desk, and results in a sandbox."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NoReturn

import pytest
from starlette.testclient import TestClient

from flows.desk.desk_state import Desk
from flows.desk.jobs import job_files
from flows.desk.jobs.job_files import Job
from flows.desk.jobs.job_process import outcome_of
from flows.desk.lists.list_folders import ListFolder, new_list, write_json
from flows.desk.views.results_view import months, result_files
from flows.desk.views.run_view import durations, in_words, remaining_seconds, run_data
from reports.languages.catalogue import translator

WORDS = translator("en")
#: Stands for a job: it writes its process and waits to be stopped.
SLEEPER = """
import os, pathlib, signal, sys, time
signal.signal(signal.SIGINT, signal.default_int_handler)
folder = pathlib.Path(sys.argv[2])
(folder / "jobs" / sys.argv[1] / "events.jsonl").write_text('{"at": 1, "stage": "prepare"}\\n{"at"')
try:
    time.sleep(60)
except KeyboardInterrupt:
    (folder / "jobs" / sys.argv[1] / "outcome.json").write_text('{"status": "stopped"}')
"""


def _event(
    at: float, stage: str, detail: str = "", done: int = 0, total: int = 1
) -> dict[str, Any]:
    return {"at": at, "stage": stage, "detail": detail, "done": done, "total": total}


EVENTS = [
    _event(100, "prepare"),
    _event(102, "pull", "gleif", 0, 5),
    _event(108, "stage", "gleif", 0, 5),
    _event(110, "identify", "", 1, 5),
    _event(112, "pull", "firms", 1, 5),
]


def test_progress_is_shown_in_plain_words() -> None:
    data = run_data(EVENTS, 115, {}, WORDS, is_running=True)
    assert [step["state"] for step in data["steps"]] == [
        "done", "current", "done", "waiting", "waiting", "waiting",
    ]  # fmt: skip
    assert data["steps"][1]["detail"] == "firms (2 of 5)"
    assert data["sources"] == [{"name": "gleif", "seconds": 8}, {"name": "firms", "seconds": 3}]
    assert (data["elapsed"], data["remaining"]) == ("15 seconds", "")
    assert run_data([], 0, {}, WORDS, is_running=True)["share"] == 0
    assert run_data(EVENTS, 115, {}, WORDS, is_running=False)["share"] == 100


def test_the_remaining_time_follows_the_last_run_or_the_sources_so_far() -> None:
    usual = durations([*EVENTS, _event(120, "measure")], 150)
    assert usual == {
        "prepare": 2, "pull gleif": 6, "stage gleif": 2, "identify": 2, "pull firms": 8,
        "measure": 30,
    }  # fmt: skip
    # Of firms 8 - 3 seconds are left, of the signals all 30.
    assert remaining_seconds(EVENTS, 115, usual) == 35
    assert remaining_seconds([], 0, usual) == 50
    assert remaining_seconds([], 0, {}) is None
    four = [_event(10 * i, "pull", str(i), i, 10) for i in range(4)]
    assert remaining_seconds(four, 40, {}) == 70  # 10 seconds each, 7 are left


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (-1, "0 seconds"),
        (59, "59 seconds"),
        (61, "1 minute"),
        (900, "15 minutes"),
        (9e3, "2.5 hours"),
    ],
)
def test_durations_in_words(seconds: float, words: str) -> None:
    assert in_words(seconds, WORDS) == words


@pytest.fixture
def sleeper(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Job]:
    module = tmp_path / "sleeping_job.py"
    module.write_text(SLEEPER, encoding="utf-8")
    monkeypatch.setattr(job_files, "_MODULE", "sleeping_job")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    job = Job(new_list(tmp_path / "workspaces", "List", "anna"), "run")
    yield job
    job.stop(at_once=True)


def _wait(job: Job, status: str) -> None:
    deadline = time.monotonic() + 30
    while job.state().status != status or (status == "running" and not job.state().events):
        assert time.monotonic() < deadline, job.state()
        time.sleep(0.02)


def test_one_job_of_a_kind_runs_at_a_time_and_stops_when_asked(sleeper: Job) -> None:
    assert sleeper.state().status == "none"
    assert sleeper.start({"as_of": "2026-01-01"}, {})
    assert not sleeper.start({}, {})
    _wait(sleeper, "running")
    # A line that is half written is left for later.
    assert [event["stage"] for event in sleeper.state().events] == ["prepare"]
    assert os.getpgid(json.loads((sleeper.path / "process.json").read_text())["process"]) != (
        os.getpgid(0)
    )
    sleeper.stop(at_once=False)
    _wait(sleeper, "stopped")
    assert sleeper.state().request == {"as_of": "2026-01-01"}


def test_a_job_that_is_killed_is_cut_off_and_can_start_again(sleeper: Job) -> None:
    assert sleeper.start({"as_of": "2026-01-01"}, {})
    _wait(sleeper, "running")
    sleeper.stop(at_once=True)
    _wait(sleeper, "cut_off")
    # A process of another program that got the number is not ended.
    write_json(sleeper.path / "process.json", {"process": os.getpgid(0), "started_at": 0})
    sleeper.stop(at_once=True)
    assert sleeper.start({}, {})
    _wait(sleeper, "running")


#: Stands for a desk that starts a run and is killed.
DESK = """
import pathlib, sys, time
from flows.desk.jobs import job_files
from flows.desk.lists.list_folders import ListFolder
job_files._MODULE = "sleeping_job"
job = job_files.Job(ListFolder(pathlib.Path(sys.argv[1])), "run")
print(job.start({"as_of": "2026-01-01"}, {}), flush=True)
time.sleep(60)
"""


def test_a_run_outlives_a_desk_that_is_killed_and_the_next_desk_shows_it(
    sleeper: Job, desk: Desk, client: TestClient
) -> None:
    root = Path(job_files.__file__).parents[3]
    path = os.pathsep.join((str(root), os.environ["PYTHONPATH"]))
    command = [sys.executable, "-c", DESK, str(sleeper.folder.path)]
    with subprocess.Popen(
        command, env={**os.environ, "PYTHONPATH": path}, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "True\n"
        _wait(sleeper, "running")
        other.kill()
    page = f"/lists/{sleeper.folder.list_id}/run"
    text = client.get(page).text
    assert "As of 1 Jan 2026: under way" in text
    assert not sleeper.start({"as_of": "2026-02-01"}, {})
    assert "Run under way" in client.get("/").text
    client.post(f"{page}/stop")
    _wait(sleeper, "stopped")
    assert "Resume the run" in client.get(page).text


def test_outcomes_are_sentences() -> None:
    def fail(error: BaseException) -> NoReturn:
        raise error

    assert outcome_of(lambda: {"x": 1}) == {"status": "done", "x": 1}
    assert outcome_of(lambda: fail(KeyboardInterrupt())) == {"status": "stopped"}
    full = outcome_of(lambda: fail(OSError(28, "x", "out/a")))
    assert full["sentence"].startswith("out/a: the disk is full")
    assert "log has the details" in outcome_of(lambda: fail(ZeroDivisionError()))["sentence"]


def test_a_run_is_started_for_a_day_of_the_calendar(
    desk: Desk, client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []
    monkeypatch.setattr(
        Job, "start", lambda self, request, environment: asked.append(request) or True
    )
    page = f"/lists/{new_list(desk.lists, 'List', 'anna').list_id}"
    assert client.get(f"{page}/run").status_code == 200
    client.post(f"{page}/run/start", data={"as_of": "2026-02-01"})
    assert client.post(f"{page}/run/start", data={"as_of": "2026-02-31"}).status_code == 422
    assert asked == [{"as_of": "2026-02-01", "user": "anna", "language": "en"}]


@pytest.mark.parametrize("status", ["done", "failed", "stopped"])
def test_the_page_of_a_run_that_has_ended(desk: Desk, client: TestClient, status: str) -> None:
    folder = new_list(desk.lists, "List", "anna")
    job = Job(folder, "run")
    job.path.mkdir(parents=True)
    write_json(job.path / "request.json", {"as_of": "2026-01-01"})
    outcome = {"status": status, "sentence": "<b>no</b>", "run_id": "r", "ranked": 1,
               "insufficient": 2, "warnings": ["<i>"], "attention": None}  # fmt: skip
    write_json(job.path / "outcome.json", outcome)
    text = client.get(f"/lists/{folder.list_id}/run").text
    assert {"done": "Open the report", "failed": "&lt;b&gt;no", "stopped": "Resume"}[status] in text
    assert client.get(f"/lists/{folder.list_id}/run/progress").headers["hx-refresh"] == "true"


def _published(folder: ListFolder) -> str:
    run = folder.results / "20260101-abc"
    run.mkdir(parents=True)
    manifest = {"as_of": "2026-01-01", "finished_at": "2026-01-02T10:00:00", "result": "published"}
    write_json(run / "manifest.json", manifest)
    (run / "report.html").write_text("<script>document.title='x'</script>", encoding="utf-8")
    (run / "ranked.csv").write_text("a", encoding="utf-8")
    (folder.results / "latest").symlink_to(run.name)
    (folder.results / "secret.txt").write_text("secret", encoding="utf-8")
    return f"/lists/{folder.list_id}/runs/{run.name}"


def test_a_report_is_shown_in_a_sandbox_and_files_by_their_name_alone(
    desk: Desk, client: TestClient
) -> None:
    folder = new_list(desk.lists, "List", "anna")
    base = _published(folder)
    page = client.get(f"/lists/{folder.list_id}/results").text
    assert f'src="{base}/report"' in page
    assert "allow-same-origin" not in page
    policy = client.get(f"{base}/report").headers["content-security-policy"]
    assert policy.startswith("sandbox allow-scripts")
    assert "allow-same-origin" not in policy
    assert "connect-src" not in policy  # default-src 'none' holds
    saved = client.get(f"{base}/files/ranked.csv")
    assert saved.headers["content-disposition"].startswith("attachment")
    for name in ("..%2fsecret.txt", "%2e%2e/secret.txt", "nothing.csv", "."):
        assert client.get(f"{base}/files/{name}").status_code == 404
    assert client.get(f"/lists/{folder.list_id}/runs/latest/report").status_code == 404


def test_months_and_files_in_the_order_in_which_people_look() -> None:
    manifests = {
        "b": {"as_of": "2026-01-01", "finished_at": "2026-01-05T09:00:00", "result": "held"},
        "a": {"as_of": "2026-02-01", "finished_at": "2026-02-02T09:00:00", "result": "published"},
    }
    found = months(manifests, "a")
    assert [(one["run_id"], one["is_latest"]) for one in found] == [("a", True), ("b", False)]
    assert found[1]["state"] == "held: a person must decide"
    names = [one["name"] for one in result_files(["z.csv", "ranked.csv", "workbook.xlsx", "a.csv"])]
    assert names == ["workbook.xlsx", "ranked.csv", "a.csv", "z.csv"]
