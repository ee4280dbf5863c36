"""The operator's one command: Prefect server on loopback, work pool, worker and schedule.

The server's and worker's processes are started in process groups of their own, and whatever
ends this one, by Ctrl-C, SIGTERM or SIGKILL, ends them too.
"""

from __future__ import annotations

import logging
import os
import socket
import subprocess
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import typer

from configs.config_errors import UsageError
from flows.orchestration import prefect_address, served_lists
from flows.orchestration.api_login import ApiLogin, login_file, new_login, stored_login
from flows.orchestration.prefect_address import SERVE_HOST, api_address
from flows.orchestration.served_lists import Schedule as Schedule
from flows.orchestration.tied_processes import StopAskedError, child, stop_signals, tied
from flows.orchestration.watched_worker import keep_worker
from flows.run.folders.installation import installation_of, workspace_name

log = logging.getLogger("understory")

_START_SECONDS = 180.0
_LOOK_EVERY_SECONDS = 0.5


class ServerFailedError(Exception):
    """The Prefect server did not start, or ended by itself; one sentence."""


def serve(schedule: Schedule, port: int, working_directory: Path) -> None:
    """Serve until Ctrl-C or SIGTERM, then end every process that was started.

    Args:
        schedule: what to run; relative paths start at `working_directory`. A workspace's schedule
            is kept, so that every later start serves it too; where the server of the installation
            runs already, it is scheduled there.
        port: of the server, on loopback.
        working_directory: where runs start.

    Raises:
        UsageError: nothing to rank, the configuration is wrong, or the port is taken.
        ServerFailedError: the server did not start or died.
    """
    schedules = served_lists.to_serve(replace(schedule, working_directory=working_directory))
    for one in schedules:
        if one.cron is not None:
            from flows.orchestration.deployment import cron_schedule

            cron_schedule(one.cron)
    installation = installation_of(schedule.out)
    running = stored_login(_prefect_folder(installation))
    if workspace_name(schedule.out) and running and prefect_address.answers(running.address):
        _schedule_on(running, schedules[0])
        return
    _reject_taken_port(port)
    home = _prefect_home(installation)
    address = api_address(SERVE_HOST, port)
    with stop_signals(), new_login(address, home) as login:
        os.environ.pop("PREFECT_API_KEY", None)
        os.environ |= {
            **prefect_address.quiet_environment(address, os.environ),
            **login.for_client(),
            "PREFECT_HOME": str(home),
            "PREFECT_LOCAL_STORAGE_PATH": str(home / "results"),
        }
        of_server = os.environ | login.for_server()
        try:
            command = _server_command(port, installation_of(schedule.out).resolve(), home)
            with child(command, of_server, home / "server.log") as server:
                _serve_until_stopped(_Server(server, address, home), schedules)
        except StopAskedError:
            log.info("Stopping; a run that is going on resumes at the next start")
    log.info("Stopped")


def _schedule_on(running: ApiLogin, schedule: Schedule) -> None:
    """Deploy a workspace's schedule on the installation's server, which runs already."""
    os.environ |= {
        **prefect_address.quiet_environment(running.address, os.environ),
        **running.for_client(),
    }
    typer.echo(f"The server of this installation runs already: {running.address}")
    _deploy([schedule])


def _deploy(schedules: Sequence[Schedule]) -> None:
    from flows.orchestration import deployment

    for one in schedules:
        name = workspace_name(one.out) or deployment.NAME
        folder = one.working_directory or Path.cwd()
        deployment_id = deployment.deploy(one.parameters(), folder, one.cron, name)
        which = "" if name == deployment.NAME else f" of workspace {name}"
        start = partial(deployment.next_start, deployment_id)
        typer.echo(f"Next run{which}: {_planned(start)}")


def _serve_until_stopped(server: _Server, schedules: Sequence[Schedule]) -> None:
    log.info("Starting the Prefect server (its log: %s)", server.log_file)
    server.wait_until_alive()

    from flows.orchestration import deployment

    typer.echo(f"Prefect UI: {server.address.removesuffix('/api')}")
    typer.echo(f"Its login, new at every start: {login_file(server.home)}")
    _deploy(schedules)
    typer.echo(
        f"By hand: PREFECT_API_URL={server.address} PREFECT_API_AUTH_STRING=<login> "
        f"prefect deployment run {deployment.NAME}/{deployment.NAME}"
    )
    typer.echo("Ctrl-C stops the server and the worker.")
    reported = prefect_address.run_environment(server.address, os.environ)
    keep_worker(os.environ | reported, server.reject_death, name="understory-worker")


@dataclass(frozen=True)
class _Server:
    """The Prefect server we started."""

    process: subprocess.Popen[bytes]
    address: str
    home: Path

    @property
    def log_file(self) -> Path:
        return self.home / "server.log"

    def reject_death(self) -> None:
        code = self.process.poll()
        if code is not None:
            raise ServerFailedError(
                f"the Prefect server ended by itself with code {code}; its last words are in "
                f"{self.log_file}; run the same command to start again"
            )

    def wait_until_alive(self) -> None:
        deadline = time.monotonic() + _START_SECONDS
        while not prefect_address.answers(self.address):
            self.reject_death()
            if time.monotonic() > deadline:
                raise ServerFailedError(
                    f"the Prefect server did not answer within {_START_SECONDS:.0f} s; its log is "
                    f"{self.log_file}"
                )
            time.sleep(_LOOK_EVERY_SECONDS)


def _planned(next_start: Callable[[], object], patience_seconds: float = 15.0) -> str:
    """The next start in words; the server needs a moment to plan it."""
    deadline = time.monotonic() + patience_seconds
    while time.monotonic() < deadline:
        start = next_start()
        if start is not None:
            return f"{start:%Y-%m-%d %H:%M} UTC"
        time.sleep(_LOOK_EVERY_SECONDS)
    return "none is planned; the schedule is paused or off"


def _server_command(port: int, out: Path, home: Path) -> list[str]:
    return tied("flows.orchestration.guarded_server", str(port), str(out), str(home))


def _prefect_folder(out: Path) -> Path:
    """Prefect's own folder: the operator's if one is set, else inside the results."""
    named = os.environ.get("PREFECT_HOME")
    return (Path(named) if named else out / ".prefect").resolve()


def _prefect_home(out: Path) -> Path:
    """The same, made if it is not there."""
    home = _prefect_folder(out)
    home.mkdir(parents=True, exist_ok=True)
    # The server's data base and the login are in it.
    home.chmod(0o700)
    return home


def _reject_taken_port(port: int) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((SERVE_HOST, port))
        except OSError as error:
            raise UsageError(
                f"--port {port}: something already listens on {SERVE_HOST}:{port}, perhaps another "
                "`understory serve`; stop it, or choose another port"
            ) from error
