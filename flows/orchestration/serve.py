"""The operator's one command: Prefect server on loopback, work pool, worker and schedule.

The server's and worker's processes are started in process groups of their own, and whatever
ends this one, by Ctrl-C, SIGTERM or SIGKILL, ends them too.
"""

from __future__ import annotations

import logging
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from types import FrameType
from typing import IO

import typer

from configs.config_errors import UsageError
from flows.orchestration import ends_with_parent, prefect_address, served_lists
from flows.orchestration.api_login import ApiLogin, login_file, new_login, stored_login
from flows.orchestration.prefect_address import SERVE_HOST, api_address
from flows.orchestration.served_lists import Schedule as Schedule
from flows.run.installation import installation_of, workspace_name

log = logging.getLogger("understory")

_START_SECONDS = 180.0
_GRACE_SECONDS = 15.0
_LOOK_EVERY_SECONDS = 0.5
#: A run that was killed for memory goes on within a minute.
_CRASHES_EVERY_SECONDS = 20.0
_BEFORE_NEXT_WORKER_SECONDS = 5.0


class ServerFailedError(Exception):
    """The Prefect server did not start, or ended by itself; one sentence."""


class _StopAsked(BaseException):
    """Ctrl-C or SIGTERM reached us; no library's `except Exception` may swallow it."""


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
    with _stop_signals(), new_login(address, home) as login:
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
            with _child(command, of_server, home / "server.log") as server:
                _serve_until_stopped(_Server(server, address, home), schedules)
        except _StopAsked:
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
    while True:
        _log_resumed(deployment.resume_cut_off())
        reported = prefect_address.run_environment(server.address, os.environ)
        with _child(_worker_command(deployment.WORK_POOL), os.environ | reported) as worker:
            next_look = time.monotonic() + _CRASHES_EVERY_SECONDS
            while worker.poll() is None:
                server.reject_death()
                if time.monotonic() >= next_look:
                    _log_resumed(deployment.resume_cut_off(is_worker_alive=True))
                    next_look = time.monotonic() + _CRASHES_EVERY_SECONDS
                time.sleep(_LOOK_EVERY_SECONDS)
        log.warning("The worker ended with code %s; starting another", worker.returncode)
        time.sleep(_BEFORE_NEXT_WORKER_SECONDS)


def _log_resumed(number: int) -> None:
    if number:
        log.warning("Runs whose process ended before them and that are resumed: %d", number)


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
    return _tied("flows.orchestration.guarded_server", str(port), str(out), str(home))


def _worker_command(pool: str) -> list[str]:
    options = ["--pool", pool, "--type", "process", "--name", "understory-worker", "--limit", "1"]
    return _tied("prefect", "worker", "start", *options)


def _tied(module: str, *arguments: str) -> list[str]:
    """A module as a program that ends with this one, even if this one is killed."""
    return [sys.executable, "-m", ends_with_parent.__name__, module, *arguments]


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


@contextmanager
def _child(
    command: list[str], environment: Mapping[str, str], log_file: Path | None = None
) -> Iterator[subprocess.Popen[bytes]]:
    """A process in a group of its own; the whole group ends with the context."""
    with ExitStack() as files:
        output: IO[bytes] = (
            files.enter_context(log_file.open("ab")) if log_file else sys.stderr.buffer
        )
        child = subprocess.Popen(
            command,
            env={**environment, ends_with_parent.PARENT_VARIABLE: str(os.getpid())},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
        try:
            yield child
        finally:
            _end_group(child)


def _end_group(child: subprocess.Popen[bytes]) -> None:
    """Ask the group to end, and end it when it does not."""
    for sign, seconds in ((signal.SIGTERM, _GRACE_SECONDS), (signal.SIGKILL, _GRACE_SECONDS)):
        if not _signal_group(child.pid, sign):
            break
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            child.poll()
            if not _signal_group(child.pid, 0):
                break
            time.sleep(0.1)
    child.wait()


def _signal_group(group: int, sign: int) -> bool:
    """Signal a process group; False when no one is left in it."""
    try:
        os.killpg(group, sign)
    except ProcessLookupError:
        return False
    return True


@contextmanager
def _stop_signals() -> Iterator[None]:
    """Turn SIGINT and SIGTERM into `_StopAsked`; further ones wait until all is stopped."""
    is_asked = False

    def ask(number: int, frame: FrameType | None) -> None:
        nonlocal is_asked
        if not is_asked:
            is_asked = True
            raise _StopAsked

    before = {number: signal.signal(number, ask) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
