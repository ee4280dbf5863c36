"""A server of one's own: the scripts of `deploy/` with a real Postgres."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest

from benchmarks.services import basic
from flows.orchestration.deployment import job_template
from tests.flows.publisher_that_waits import Publisher
from tests.flows.small_world import AS_OF, published_ids, write_small_world

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "deploy"
LOGIN = "operator:a-login-for-tests"
PATIENCE_SECONDS = 240.0
#: From the kill of a run's process, or of its worker, to its next start.
RESUMED_WITHIN_SECONDS = 60.0
PROGRAMS = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))


def until(is_true: Callable[[], bool], log: Path) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not is_true():
        assert time.monotonic() < deadline, log.read_text()[-3000:]
        time.sleep(0.5)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def postgres(folder: Path, password: str) -> Iterator[int]:
    """A server with an empty database `prefect`; its port."""
    programs, port = PROGRAMS[-1].parent, free_port()
    as_user: list[str] = []
    if os.getuid() == 0:
        shutil.chown(folder, "postgres", "postgres")
        as_user = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"]
    (folder / "password").write_text(password)
    (folder / "password").chmod(0o644)
    data = folder / "data"

    def call(*words: str) -> None:
        subprocess.run([*as_user, *words], check=True, cwd=folder, capture_output=True)

    secret = f"--pwfile={folder / 'password'}"
    call(str(programs / "initdb"), "-D", str(data), "-U", "prefect", "-A", "scram-sha-256", secret)
    options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={folder}"
    start = ["-D", str(data), "-o", options, "-l", str(folder / "log"), "-w"]
    call(str(programs / "pg_ctl"), *start, "start")
    try:
        yield port
    finally:
        call(str(programs / "pg_ctl"), "-D", str(data), "-m", "immediate", "-w", "stop")


@contextmanager
def script(name: str, environment: dict[str, str], folder: Path) -> Iterator[Path]:
    """A script of `deploy/` while it runs; its log."""
    log = folder / f"{name}.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [str(DEPLOY / name)],
            env=environment,
            cwd=folder,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
        try:
            yield log
        finally:
            for sign in (signal.SIGTERM, signal.SIGKILL):
                with suppress(ProcessLookupError):
                    os.killpg(process.pid, sign)
                with suppress(subprocess.TimeoutExpired):
                    process.wait(20)


@pytest.mark.prefect
@pytest.mark.timeout(900)
@pytest.mark.skipif(not PROGRAMS, reason="Postgres is not installed (apt-get install postgresql)")
def test_a_run_on_an_own_server_with_postgres(tmp_path: Path) -> None:
    folder = tmp_path
    publisher = Publisher()
    profile = write_small_world(folder / "world", publisher.url)
    secrets = folder / "secrets"
    secrets.mkdir()
    (secrets / "api_login").write_text(LOGIN)
    (secrets / "postgres_password").write_text("a-password-for-tests")
    (secrets / "source_keys").write_text("FIRMS_MAP_KEY=a-key-for-tests\n")
    port = free_port()
    clean = {name: value for name, value in os.environ.items() if "PREFECT" not in name}
    # Outside of the test's folder, which another user cannot enter.
    with (
        tempfile.TemporaryDirectory() as of_postgres,
        postgres(Path(of_postgres), "a-password-for-tests") as database,
    ):
        environment = {
            **clean,
            "PATH": f"{Path(sys.executable).parent}:{clean['PATH']}",
            "PYTHONPATH": str(ROOT),
            "SECRETS": str(secrets),
            "DO_NOT_TRACK": "1",
            "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
            "PREFECT_HOME": str(folder / "home"),
            "NO_PROXY": "127.0.0.1",
        }
        of_server = {
            **environment,
            "POSTGRES_USER": "prefect",
            "POSTGRES_DB": "postgres",
            "POSTGRES_HOST": f"127.0.0.1:{database}",
            "SERVER_HOST": "127.0.0.1",
            "SERVER_PORT": str(port),
            "PUBLIC_ADDRESS": f"http://127.0.0.1:{port}",
        }
        of_worker = {
            **environment,
            "PREFECT_API_URL": f"http://127.0.0.1:{port}/api",
            "PREFECT_WORKER_QUERY_SECONDS": "2",
            "UNDERSTORY_PROFILE": str(profile),
            "UNDERSTORY_OUT": "out",
        }
        client = httpx.Client(base_url=f"http://127.0.0.1:{port}/api", trust_env=False, timeout=60)
        with client, script("server", of_server, folder) as server_log:
            until(lambda: _answers(client), server_log)
            assert client.get("/admin/settings").status_code == 401
            assert client.post("/flow_runs/filter", json={}).status_code == 403
            with script("worker", of_worker, folder) as worker_log:
                until(lambda: "started!" in worker_log.read_text(), worker_log)
                headers = _headers(client)
                pool = client.get("/work_pools/understory", headers=headers).json()
                assert pool["base_job_template"]["job_configuration"]["env"] == {}
                assert pool["base_job_template"]["variables"] == job_template()["variables"]
                named = client.get("/deployments/name/monthly/monthly", headers=headers).json()

                def start(as_of: str) -> str:
                    body = {"parameters": {"as_of": as_of}, "state": {"type": "SCHEDULED"}}
                    address = f"/deployments/{named['id']}/create_flow_run"
                    answer = client.post(address, json=body, headers=headers)
                    return str(answer.raise_for_status().json()["id"])

                def read(run: str) -> Any:
                    return client.get(f"/flow_runs/{run}", headers=headers).json()

                def is_started_again(run: str) -> bool:
                    return bool(read(run)["run_count"] == 2)

                def ends(run: str) -> None:
                    last = ("COMPLETED", "FAILED")
                    until(lambda: read(run)["state"]["type"] in last, worker_log)
                    assert read(run)["state"]["type"] == "COMPLETED", worker_log.read_text()[-3000:]

                # A run whose process is killed goes on, and one whose worker is killed too.
                took: dict[str, float] = {}
                for day, program in ((AS_OF, "prefect.engine"), ("2022-02-01", "worker")):
                    with publisher.keeps_waiting():
                        run = start(day)
                        assert publisher.is_asked.wait(PATIENCE_SECONDS)
                        killed_at = time.monotonic()
                        kill_last(worker_log.parent, program)
                        until(partial(is_started_again, run), worker_log)
                        took[program] = time.monotonic() - killed_at
                    ends(run)
    publisher.close()
    assert max(took.values()) < RESUMED_WITHIN_SECONDS, took
    days = ["20220201", "20220301"]
    assert sorted(one[:8] for one in published_ids(folder / "out")) == days


def kill_last(folder: Path, program: str) -> None:
    """Kill the process of a program that was started in a folder."""
    found = []
    for one in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            words = (one / "cmdline").read_bytes().decode().split("\0")
            if program in words and (one / "cwd").resolve() == folder.resolve():
                found.append(int(one.name))
    assert found, program
    os.kill(max(found), signal.SIGKILL)


def _answers(client: httpx.Client) -> bool:
    with suppress(httpx.TransportError):
        return client.get("/health").status_code == 200
    return False


def _headers(client: httpx.Client) -> dict[str, str]:
    own = {"Authorization": basic(LOGIN)}
    token = client.get("/csrf-token", params={"client": "test"}, headers=own)
    return {
        **own,
        "Prefect-Csrf-Client": "test",
        "Prefect-Csrf-Token": token.raise_for_status().json()["token"],
    }
