"""What `understory serve` lets others do: pages of other origins, other names, other users.

A server is started on an empty folder and attacked: every request that could read or start
something is sent without its login, with a wrong one, by another host name, from another origin, on
web sockets, and with the right login but a command in the variables of a run. An effect is an
answer below 400, an open socket, a file that a command would have made, or a login that another
user can read.
"""

from __future__ import annotations

import base64
import json
import os
import signal
import socket
import stat
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from flows.orchestration.api_login import login_file, stored_login
from flows.orchestration.deployment import NAME, WORK_POOL

ID = "services"
KIND = "validate"
GOAL = "0 effects of attacks from another origin, host name or user on what `serve` starts"

_ROOT = Path(__file__).resolve().parents[1]
_PATIENCE_SECONDS = 180.0
_LIST = "supplier_id,name,country,sector\ns1,Mill One,Indonesia,10\n"
_STOLEN = "touch {}"
#: What reads or starts something, with a body that the API would take.
REQUESTS: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("GET", f"/deployments/name/{NAME}/{NAME}", {}),
    ("GET", "/admin/settings", {}),
    ("POST", "/flow_runs/filter", {}),
    ("POST", "/work_pools/filter", {}),
    ("POST", "/flows/", {"name": "attack"}),
    ("POST", "/work_pools/", {"name": "attack", "type": "process"}),
    ("PATCH", f"/work_pools/{WORK_POOL}", {"description": "attack"}),
    ("POST", "/deployments/DEPLOYMENT/create_flow_run",
     {"job_variables": {"command": "COMMAND"}, "state": {"type": "SCHEDULED"}}),
)  # fmt: skip
_SOCKETS = ("/api/events/in", "/api/events/out", "/api/logs/out")


@dataclass(frozen=True)
class Service:
    """A running `understory serve`."""

    port: int
    home: Path
    output: Path

    @property
    def api(self) -> str:
        """Address of its API."""
        return f"http://127.0.0.1:{self.port}/api"

    @property
    def login(self) -> str:
        """The value of the header that its owner sends."""
        found = stored_login(self.home)
        return basic("" if found is None else found.login)


def basic(login: str) -> str:
    """The header of a login."""
    return f"Basic {base64.b64encode(login.encode()).decode()}"


@contextmanager
def served(folder: Path) -> Iterator[Service]:
    """Start `understory serve` in a folder, and end it."""
    (folder / "list.csv").write_text(_LIST)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    service = Service(port, folder / "out" / ".prefect", folder / "serve.out")
    environment = {name: value for name, value in os.environ.items() if "PREFECT" not in name}
    with service.output.open("wb") as output:
        process = subprocess.Popen(
            [
                *(sys.executable, "-m", "flows.cli", "serve", "--port", str(port)),
                *("--suppliers", "list.csv", "--out", "out"),
            ],
            cwd=folder,
            env={**environment, "PYTHONPATH": str(_ROOT), "PREFECT_WORKER_QUERY_SECONDS": "1"},
            stdout=output,
            stderr=output,
        )
        try:
            deadline = time.monotonic() + _PATIENCE_SECONDS
            while "started!" not in service.output.read_text():
                if process.poll() is not None or time.monotonic() > deadline:
                    raise RuntimeError(service.output.read_text())
                time.sleep(0.5)
            yield service
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(60)


def attacks(service: Service, made: Path) -> list[tuple[str, bool]]:
    """Carry out every attack; each by name, with whether it had an effect.

    Args:
        service: while it runs.
        made: a file that a command would make.
    """
    own = service.login
    bearers = {
        "no login": {},
        "another login": {"Authorization": basic("admin:admin")},
        "another host name": {"Authorization": own, "Host": f"attacker.example:{service.port}"},
        "no port in the name": {"Authorization": own, "Host": "127.0.0.1"},
        "another origin": {"Authorization": own, "Origin": "https://attacker.example"},
        "origin null": {"Authorization": own, "Origin": "null"},
        "another port of this machine": {"Authorization": own, "Origin": "http://127.0.0.1:8000"},
        "a page without origin": {"Authorization": own, "Sec-Fetch-Site": "cross-site"},
    }
    found = []
    with httpx.Client(base_url=service.api, trust_env=False, timeout=30) as client:
        right = {"Authorization": own}
        deployment = client.get(f"/deployments/name/{NAME}/{NAME}", headers=right).json()["id"]
        for name, headers in bearers.items():
            for method, path, body in REQUESTS:
                address = path.replace("DEPLOYMENT", deployment)
                content = json.dumps(body).replace("COMMAND", _STOLEN.format(made))
                kind = {"Content-Type": "application/json"}
                answer = client.request(
                    method, address, headers={**kind, **headers}, content=content
                )
                found.append((f"{name}: {method} {path}", answer.status_code < 400))
            for path in _SOCKETS:
                found.append((f"{name}: socket {path}", _opens(service, path, headers)))
        found.append(("form of another site", _form(client, deployment, made)))
        found.append(("a command in a run's variables", _command(client, own, deployment, made)))
    mode = stat.S_IMODE(login_file(service.home).stat().st_mode)
    found.append(("login that others can read", mode != 0o600))
    folder = stat.S_IMODE(service.home.stat().st_mode)
    found.append(("data base that others can read", folder != 0o700))
    found.append(("server on another interface", _listens_elsewhere(service.port)))
    return [*found, ("a file that a command made", made.exists())]


def _form(client: httpx.Client, deployment: str, made: Path) -> bool:
    """What a form of another page can send without asking before."""
    body = {"job_variables": {"command": _STOLEN.format(made)}, "state": {"type": "SCHEDULED"}}
    answer = client.post(
        f"/deployments/{deployment}/create_flow_run",
        headers={"Content-Type": "text/plain", "Origin": "https://attacker.example"},
        content=json.dumps(body),
    )
    return answer.status_code < 400


def _command(client: httpx.Client, login: str, deployment: str, made: Path) -> bool:
    """Whether the worker runs a command that its owner's login put into a run's variables."""
    who = str(uuid.uuid4())
    headers = {"Authorization": login}
    token = client.get("/csrf-token", params={"client": who}, headers=headers).json()["token"]
    headers |= {"Prefect-Csrf-Client": who, "Prefect-Csrf-Token": token}
    body = {
        "job_variables": {"command": _STOLEN.format(made), "env": {"PYTHONSTARTUP": str(made)}},
        "state": {"type": "SCHEDULED"},
        "parameters": {"as_of": "2022-03-01"},
    }
    address = f"/deployments/{deployment}/create_flow_run"
    answer = client.post(address, headers=headers, json=body)
    if answer.status_code >= 400:
        return made.exists()
    run = answer.json()["id"]
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and not made.exists():
        state = client.get(f"/flow_runs/{run}", headers=headers).json()["state"]["type"]
        if state not in ("SCHEDULED", "PENDING"):
            break
        time.sleep(1.0)
    return made.exists()


def _opens(service: Service, path: str, headers: dict[str, str]) -> bool:
    """Whether a web socket opens and stays open after a message without a login."""
    from websockets.exceptions import WebSocketException
    from websockets.sync.client import connect
    from websockets.typing import Origin, Subprotocol

    others = {name: value for name, value in headers.items() if name not in ("Host", "Origin")}
    host = headers.get("Host", f"127.0.0.1:{service.port}")
    try:
        with (
            socket.create_connection(("127.0.0.1", service.port), timeout=10) as raw,
            connect(
                f"ws://{host}{path}",
                sock=raw,
                additional_headers=others,
                origin=Origin(headers["Origin"]) if "Origin" in headers else None,
                subprotocols=[Subprotocol("prefect")],
                proxy=None,
                open_timeout=10,
            ) as opened,
        ):
            opened.send(json.dumps({"type": "auth", "token": "admin:admin"}))
            answer = json.loads(opened.recv(timeout=10))
            return bool(answer.get("type") == "auth_success")
    except (OSError, WebSocketException, TimeoutError):
        return False


def _listens_elsewhere(port: int) -> bool:
    """Whether the port is open on an address of this machine that is not loopback."""
    listening = subprocess.run(["cat", "/proc/net/tcp"], capture_output=True, check=True).stdout
    for line in listening.decode().splitlines()[1:]:
        address, _, number = line.split()[1].partition(":")
        if int(number, 16) == port and line.split()[3] == "0A" and address != "0100007F":
            return True
    return False


def run() -> str:
    """Attack a server, and name what had an effect."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with served(folder) as service:
            found = attacks(service, folder / "made")
    effects = [attack for attack, had in found if had]
    for attack in effects:
        print(f"effect: {attack}")
    return f"{len(effects)} effects of {len(found)} attacks"
