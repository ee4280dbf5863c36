"""The deployment on a real Prefect server with a process worker, all of it on loopback."""

import datetime as dt
import json
import os
import signal
import socket
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml

from benchmarks.services import Service, attacks, basic
from flows.orchestration import prefect_address
from flows.orchestration.api_login import stored_login
from tests.flows.publisher_that_waits import Publisher
from tests.flows.small_world import AS_OF, published_ids, write_small_world

pytestmark = [pytest.mark.prefect, pytest.mark.timeout(300)]

ROOT = Path(__file__).resolve().parents[2]
PATIENCE_SECONDS = 150.0


@dataclass
class Served:
    """A running `understory serve`."""

    process: "subprocess.Popen[bytes]"
    port: int
    folder: Path
    publisher: Publisher
    client: httpx.Client

    @property
    def out(self) -> Path:
        return self.folder / "out"

    @cached_property
    def headers(self) -> dict[str, str]:
        """The login, and the token against requests of other pages."""
        login = stored_login(self.out / ".prefect")
        assert login is not None
        own = {"Authorization": basic(login.login)}
        token = self.client.get("/csrf-token", params={"client": "test"}, headers=own)
        return {
            **own, "Prefect-Csrf-Client": "test",
            "Prefect-Csrf-Token": token.raise_for_status().json()["token"],
        }  # fmt: skip

    def ask(self, method: str, path: str, body: Any = None) -> Any:
        """Ask the API, again while SQLite is locked, as Prefect's own client does."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while True:
            with suppress(httpx.TimeoutException):
                response = self.client.request(method, path, json=body, headers=self.headers)
                if response.status_code != 503:
                    return response.raise_for_status().json() if response.content else None
            assert time.monotonic() < deadline, f"{method} {path} was not answered in time"
            time.sleep(1.0)

    def get(self, path: str) -> Any:
        return self.ask("GET", path)

    def post(self, path: str, body: Any) -> Any:
        return self.ask("POST", path, body)

    @property
    def deployment(self) -> Any:
        return self.get("/deployments/name/monthly/monthly")

    def start(self, **parameters: Any) -> str:
        """Start a run by hand; returns its id."""
        body = {
            "parameters": parameters,
            "state": {"type": "SCHEDULED"},
            # Asked twice, it is still one run.
            "idempotency_key": str(uuid.uuid4()),
        }
        run = self.post(f"/deployments/{self.deployment['id']}/create_flow_run", body)
        return str(run["id"])

    def state(self, run_id: str) -> Any:
        return self.get(f"/flow_runs/{run_id}")["state"]

    def end_of(self, run_id: str) -> Any:
        """The state in which a run ends."""
        ends = {"COMPLETED", "FAILED", "CANCELLED"}
        until(lambda: self.state(run_id)["type"] in ends)
        return self.state(run_id)

    def worker_id(self) -> int:
        """Process id of the worker, which is its process group too."""
        (found,) = _workers(self)
        return found


def children(parent: int) -> list[tuple[int, list[str]]]:
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                status = (entry / "stat").read_text().rpartition(")")[2].split()
                words = (entry / "cmdline").read_bytes().decode().split("\0")
            except (FileNotFoundError, ProcessLookupError):
                continue
            if int(status[1]) == parent:
                found.append((int(entry.name), words))
    return found


def until(is_true: Callable[[], bool], seconds: float = PATIENCE_SECONDS) -> None:
    deadline = time.monotonic() + seconds
    while not is_true():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.3)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("prefect")
    publisher = Publisher()
    profile = write_small_world(folder / "world", publisher.url)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {name: value for name, value in os.environ.items() if "PREFECT" not in name}
    with (folder / "serve.out").open("wb") as output:
        process = subprocess.Popen(
            [
                *(sys.executable, "-m", "flows.cli", "serve", "--port", str(port)),
                *("--profile", str(profile), "--out", "out"),
            ],
            cwd=folder,
            env={
                **environment,
                "PYTHONPATH": str(ROOT),
                "PYTHONUNBUFFERED": "1",
                "SECRET_OF_A_SOURCE": "not a secret",
                "PREFECT_WORKER_QUERY_SECONDS": "1",
                "PREFECT_SERVER_SERVICES_LATE_RUNS_AFTER_SECONDS": "60",
                # By default the scheduler looks at all schedules once a minute.
                "PREFECT_SERVER_SERVICES_SCHEDULER_LOOP_SECONDS": "5",
            },
            stdout=output,
            stderr=output,
        )
        address = prefect_address.api_address("127.0.0.1", port)
        with httpx.Client(base_url=address, trust_env=False, timeout=30) as client:
            served = Served(process, port, folder, publisher, client)
            try:
                until(lambda: _has_started(process, folder / "serve.out"))
                yield served
            finally:
                process.send_signal(signal.SIGINT)
                try:
                    process.wait(60)
                finally:
                    publisher.close()
                    process.kill()
                    process.wait()


def test_the_deployment_is_there_as_prefect_yaml_says(served: Served) -> None:
    said = yaml.safe_load((ROOT / "prefect.yaml").read_text())["deployments"][0]
    found = served.deployment
    assert [s["schedule"]["cron"] for s in found["schedules"] if s["active"]] == ["0 6 1 * *"]
    assert found["schedules"][0]["schedule"]["timezone"] == "UTC"
    assert said["schedules"] == [{"cron": "0 6 1 * *", "timezone": "UTC"}]
    assert found["entrypoint"] == said["entrypoint"] == "flows.orchestration.monthly:monthly"
    assert found["work_pool_name"] == said["work_pool"]["name"] == "understory"
    assert set(said["parameters"]) == set(found["parameters"])
    assert served.get("/work_pools/understory")["type"] == "process"


def test_serve_says_where_the_ui_is_and_when_the_next_run_starts(served: Served) -> None:
    until(lambda: "Ctrl-C" in (served.folder / "serve.out").read_text(), 30)
    words = (served.folder / "serve.out").read_text()
    assert f"Prefect UI: http://127.0.0.1:{served.port}" in words
    assert "-01 06:00 UTC" in words


def test_the_worker_inherits_the_secrets_of_sources(served: Served) -> None:
    environment = Path(f"/proc/{served.worker_id()}/environ").read_bytes()
    assert b"SECRET_OF_A_SOURCE=not a secret" in environment


def test_nobody_else_can_drive_it(served: Served) -> None:
    found = attacks(
        Service(served.port, served.out / ".prefect", served.folder / "serve.out"),
        served.folder / "made",
    )
    assert [name for name, had_effect in found if had_effect] == []


def test_a_run_by_hand_publishes_and_leaves_artifacts(served: Served) -> None:
    end = served.end_of(served.start(as_of=AS_OF))
    assert end["type"] == "COMPLETED", end
    assert [run[:8] for run in published_ids(served.out)] == ["20220301"]
    assert (served.out / "latest" / "report.html").is_file()
    artifacts = {a["key"]: a["data"] for a in served.post("/artifacts/filter", {})}
    assert "s0" in artifacts["monthly-summary"]
    assert "Mill" not in artifacts["monthly-summary"]
    assert "not a finding" in artifacts["monthly-summary"]
    address = artifacts["report"].rpartition("(")[2].rstrip(")")
    report = served.client.get(address)
    assert report.status_code == 200
    assert report.content == (served.out / "latest" / "report.html").read_bytes()
    health = served.client.get(f"http://127.0.0.1:{served.port}/health")
    assert health.json()["last_result"] == "published"


def test_prefect_and_direct_give_the_same_run_and_bytes(served: Served, tmp_path: Path) -> None:
    profile = served.folder / "world" / "profile.yaml"
    options = ["--profile", str(profile), "--as-of", AS_OF, "--out", str(tmp_path / "out")]
    done = subprocess.run(
        [sys.executable, "-m", "flows.cli", "run", "--direct", *options],
        cwd=ROOT,
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()
    (run,) = published_ids(tmp_path / "out")
    lists = [out / run / "ranked.csv" for out in (served.out, tmp_path / "out")]
    assert lists[0].read_bytes() == lists[1].read_bytes()


def test_a_source_that_is_out_costs_its_signals_and_not_the_run(served: Served) -> None:
    nobody = "sources.sec_companyfacts.url=http://127.0.0.1:9/companyfacts"
    assert served.end_of(served.start(as_of=AS_OF, overrides=[nobody]))["type"] == "COMPLETED"
    manifests = [json.loads(path.read_text()) for path in served.out.glob("2*/manifest.json")]
    warnings = [warning for manifest in manifests for warning in manifest["warnings"]]
    assert any("SEC EDGAR" in warning and "127.0.0.1:9" in warning for warning in warnings)
    tasks = served.post("/task_runs/filter", {"task_runs": {"name": {"like_": "sec_company"}}})
    assert max(task["run_count"] for task in tasks) == 3


def test_the_schedule_starts_a_run(served: Served) -> None:
    # The scheduler never starts what lies in the past.
    start = dt.datetime.now(dt.UTC) + dt.timedelta(seconds=25)
    once = f"DTSTART:{start:%Y%m%dT%H%M%SZ}\nRRULE:FREQ=MINUTELY;COUNT=1"
    soon = {
        "schedule": {"rrule": once, "timezone": "UTC"},
        "active": True,
        "parameters": {"as_of": "2022-02-01"},
    }
    served.post(f"/deployments/{served.deployment['id']}/schedules", [soon])
    until(lambda: any(run["auto_scheduled"] for run in completed(served)))
    assert any(run.startswith("20220201") for run in published_ids(served.out))


def test_a_killed_worker_is_replaced_and_its_run_publishes_once(served: Served) -> None:
    work = served.out / ".work"
    before = set(published_ids(served.out))
    known = set(work.glob("*"))
    with served.publisher.keeps_waiting():
        run_id = served.start(as_of="2022-01-01")
        assert served.publisher.is_asked.wait(PATIENCE_SECONDS)
        (folder,) = set(work.glob("*")) - known
        record = folder / "stage" / "accounts_csv.json"
        until(record.exists)
        staged_at = record.stat().st_mtime_ns
        worker = served.worker_id()
        os.killpg(worker, signal.SIGKILL)
        until(lambda: worker not in _workers(served) and len(_workers(served)) == 1)
    assert served.end_of(run_id)["type"] == "COMPLETED"
    assert served.get(f"/flow_runs/{run_id}")["run_count"] == 2
    assert record.stat().st_mtime_ns == staged_at
    (new,) = set(published_ids(served.out)) - before
    assert new.startswith("20220101")
    again = served.start(as_of="2022-01-01")
    assert served.end_of(again)["type"] == "COMPLETED"
    assert set(published_ids(served.out)) - before == {new}


def test_a_rejected_list_fails_in_one_sentence(served: Served) -> None:
    rejected = served.folder / "refused.csv"
    rejected.write_text("supplier_id,name,country,worker phone\n1,A,BR,+55 11 91234-5678\n")
    before = published_ids(served.out)
    run_id = served.start(as_of=AS_OF, suppliers=[str(rejected)])
    end = served.end_of(run_id)
    assert end["type"] == "FAILED"
    assert "worker phone" in end["message"]
    assert "Traceback" not in end["message"]
    assert "91234" not in (served.folder / "serve.out").read_text()
    assert published_ids(served.out) == before


def test_a_cancelled_run_is_cancelled(served: Served) -> None:
    with served.publisher.keeps_waiting():
        run_id = served.start(as_of="2021-12-01")
        assert served.publisher.is_asked.wait(PATIENCE_SECONDS)
        served.post(f"/flow_runs/{run_id}/set_state", {"state": {"type": "CANCELLING"}})
        assert served.end_of(run_id)["type"] == "CANCELLED"
    assert not any(run.startswith("20211201") for run in published_ids(served.out))


def test_ctrl_c_ends_everything(served: Served) -> None:
    groups = [pid for pid, _ in children(served.process.pid)]
    assert len(groups) == 2
    served.process.send_signal(signal.SIGINT)
    assert served.process.wait(60) == 0
    for group in groups:
        with pytest.raises(ProcessLookupError):
            os.killpg(group, 0)
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind(("127.0.0.1", served.port))


def completed(served: Served) -> list[Any]:
    runs = served.post("/flow_runs/filter", {})
    return [run for run in runs if run["state_type"] == "COMPLETED"]


def _workers(served: Served) -> list[int]:
    return [pid for pid, words in children(served.process.pid) if "worker" in words]


def _has_started(process: "subprocess.Popen[bytes]", output: Path) -> bool:
    words = output.read_text()
    assert process.poll() is None, words
    return "started!" in words
