"""A server of one's own: the scripts of `deploy/` with a real Postgres, and the files around."""

import os
import re
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
import yaml

from benchmarks.services import basic
from configs.config_errors import UsageError
from flows.orchestration.deploy_here import schedule_from
from flows.orchestration.deployment import job_template
from tests.flows.publisher_that_waits import Publisher
from tests.flows.small_world import AS_OF, published_ids, write_small_world

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "deploy"
LOGIN = "operator:a-login-for-tests"
PATIENCE_SECONDS = 240.0
PROGRAMS = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))


def test_compose_gives_every_service_the_least_rights() -> None:
    compose = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
    assert set(compose["services"]) == {"postgres", "server", "worker", "desk"}
    for name, service in compose["services"].items():
        assert service["read_only"] is True, name
        assert service["cap_drop"] == ["ALL"], name
        assert service["security_opt"] == ["no-new-privileges:true"], name
        assert service["user"] not in ("root", "0", "0:0"), name
        assert not service.get("privileged"), name
        assert all(port.startswith("127.0.0.1:") for port in service.get("ports", [])), name
        assert set(service["secrets"]) <= set(compose["secrets"]), name
        assert set(service["networks"]) <= set(compose["networks"]), name
        named = {volume.split(":")[0] for volume in service.get("volumes", [])}
        assert all(volume in compose["volumes"] or volume.startswith("..") for volume in named)
    assert "ports" not in compose["services"]["postgres"]
    assert compose["networks"]["database"]["internal"] is True
    assert "database" not in compose["services"]["worker"]["networks"]
    # The desk is of its own: it reaches neither the server nor the results of the worker.
    desk = compose["services"]["desk"]
    assert desk["networks"] == ["desk"]
    assert desk["volumes"] == ["desk:/data"]
    assert desk["profiles"] == ["desk"]
    environments = [s.get("environment", {}) for s in compose["services"].values()]
    assert not any("AUTH_STRING" in key for one in environments for key in one)


def test_the_desk_of_compose_takes_the_options_that_the_verb_has() -> None:
    compose = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
    given = dict(option.split("=", 1) for option in compose["services"]["desk"]["command"])
    known = {option for parameter in _options_of("desk") for option in parameter.opts}
    assert set(given) <= known
    secrets = {Path(value).name for value in given.values() if value.startswith("/run/secrets/")}
    assert secrets == set(compose["services"]["desk"]["secrets"])
    (port,) = compose["services"]["desk"]["ports"]
    assert port.split(":")[2] == given["--port"]
    assert "desk-users" in (DEPLOY / "Containerfile").read_text()


def _options_of(verb: str) -> list[Any]:
    from typer.main import get_command

    from flows.cli.app import app

    command: Any = get_command(app)
    return list(command.commands[verb].params)


def test_the_image_has_every_package_and_runs_as_nobody_special() -> None:
    lines = (DEPLOY / "Containerfile").read_text().replace("\\\n", " ").splitlines()
    steps = [line.split(maxsplit=1) for line in lines if line and not line.startswith("#")]
    known = {"FROM", "ENV", "RUN", "WORKDIR", "COPY", "USER", "VOLUME", "ENTRYPOINT", "CMD"}
    assert {step[0] for step in steps} <= known
    copied = [text.split() for step, text in steps if step == "COPY"]
    sources = {name for words in copied if "--from=build" not in words for name in words[:-1]}
    assert all((ROOT / name).exists() for name in sources)
    project = (ROOT / "pyproject.toml").read_text()
    packages = re.findall(r"^packages = \[(.*)\]", project, re.MULTILINE)[0]
    assert set(re.findall(r'"(\w+)"', packages)) <= sources
    assert [text for step, text in steps if step == "USER"] == ["10001:10001"]
    uv = re.findall(r"^UV_VERSION := (.*)$", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert f"uv=={uv[0]}" in " ".join(lines)


@pytest.mark.parametrize("script", ["server", "worker"])
def test_the_scripts_are_shell(script: str) -> None:
    assert subprocess.run(["sh", "-n", str(DEPLOY / script)], check=False).returncode == 0
    assert os.access(DEPLOY / script, os.X_OK)


@pytest.mark.parametrize(
    ("environment", "words"),
    [
        ({}, "set UNDERSTORY_SUPPLIERS or UNDERSTORY_PROFILE"),
        ({"UNDERSTORY_SUPPLIERS": "/not/there.csv"}, "/not/there.csv not found"),
    ],
)
def test_what_cannot_be_deployed_is_one_sentence(environment: dict[str, str], words: str) -> None:
    with pytest.raises(UsageError, match=words):
        schedule_from(environment)


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

                ends(start(AS_OF))
                # A run whose process is killed goes on, and one whose worker is killed too.
                for day, program in (("2022-02-01", "prefect.engine"), ("2022-01-01", "worker")):
                    with publisher.keeps_waiting():
                        run = start(day)
                        assert publisher.is_asked.wait(PATIENCE_SECONDS)
                        killed_at = time.monotonic()
                        kill_last(worker_log.parent, program)
                        until(partial(is_started_again, run), worker_log)
                        print(f"{program}: resumed after {time.monotonic() - killed_at:.0f} s")
                    ends(run)
    publisher.close()
    days = ["20220101", "20220201", "20220301"]
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
