"""A job of a list: another process, whose state is on disk and whose lock ends with it."""

from __future__ import annotations

import datetime as dt
import fcntl
import json
import os
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, get_args

from flows.desk.lists.list_folders import ListFolder, write_json

Kind = Literal["check", "plan", "run", "decide", "weights", "questions", "profiles", "acceptance"]
KINDS: tuple[Kind, ...] = get_args(Kind)
#: `cut_off`: it ended without a word, as after a power failure.
Status = Literal["none", "running", "done", "failed", "stopped", "cut_off"]
_MODULE = "flows.desk.jobs.job_process"


@dataclass(frozen=True)
class JobState:
    """Where a job is.

    Attributes:
        status: see `Status`.
        request: what was asked for.
        outcome: what it left: its result, or `sentence` of an error.
        events: progress, one entry per step that began, with `at` in seconds.
        started_at: seconds since 1970, or None.
    """

    status: Status
    request: Mapping[str, Any]
    outcome: Mapping[str, Any]
    events: tuple[Mapping[str, Any], ...]
    started_at: float | None


@dataclass(frozen=True)
class Job:
    """One kind of job of one list; one at a time."""

    folder: ListFolder
    kind: Kind

    @property
    def path(self) -> Path:
        """Folder of its state."""
        return self.folder.jobs / self.kind

    @property
    def log_file(self) -> Path:
        """What it says, for people who look for a fault."""
        return self.path / "log.txt"

    def start(self, request: Mapping[str, Any], environment: Mapping[str, str]) -> bool:
        """Start it, unless it is running.

        The lock is taken here and handed over, so that of two who start it at once one does.

        Returns:
            Whether it was started.
        """
        self.path.mkdir(parents=True, exist_ok=True)
        with (self.path / "lock").open("a") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return False
            for name in ("outcome.json", "events.jsonl"):
                (self.path / name).unlink(missing_ok=True)
            write_json(self.path / "request.json", request)
            with self.log_file.open("wb") as log:
                child = subprocess.Popen(
                    [sys.executable, "-m", _MODULE, self.kind, str(self.folder.path)],
                    env={**os.environ, **environment},
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    start_new_session=True,  # it outlives the desk and the terminal
                    pass_fds=(lock.fileno(),),
                )
            now = dt.datetime.now(dt.UTC).timestamp()
            write_json(self.path / "process.json", {"process": child.pid, "started_at": now})
        # Waited for, so that what has ended is taken off the system's table.
        threading.Thread(target=child.wait, daemon=True).start()
        return True

    def stop(self, *, at_once: bool) -> None:
        """Ask it to stop as Ctrl-C does, or end it at once; what it has read is kept."""
        process = _read(self.path / "process.json").get("process")
        if isinstance(process, int) and self.is_running():
            try:
                os.killpg(process, signal.SIGKILL if at_once else signal.SIGINT)
            except ProcessLookupError:
                return

    def is_running(self) -> bool:
        """Whether a process holds its lock."""
        lock = self.path / "lock"
        if not lock.exists():
            return False
        with lock.open("a") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return True
        return False

    def state(self) -> JobState:
        """Where it is."""
        # In this order: a job that ends in between has left its outcome.
        is_running = self.is_running()
        outcome = _read(self.path / "outcome.json")
        request = _read(self.path / "request.json")
        started = _read(self.path / "process.json").get("started_at")
        status: Status = "running"
        if not is_running:
            status = outcome.get("status", "cut_off" if request else "none")
        return JobState(status, request, outcome, self._events(), started)

    def forget(self) -> None:
        """Take its state away; it must not be running."""
        shutil.rmtree(self.path, ignore_errors=True)

    def _events(self) -> tuple[Mapping[str, Any], ...]:
        file = self.path / "events.jsonl"
        if not file.is_file():
            return ()
        # The last line may be half written.
        lines = file.read_text(encoding="utf-8").split("\n")[:-1]
        return tuple(json.loads(line) for line in lines)


def _read(file: Path) -> dict[str, Any]:
    try:
        record: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    return record
