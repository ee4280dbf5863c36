"""Commands on a folder of results that are killed: each in a process of its own."""

from __future__ import annotations

import datetime as dt
import importlib
import os
import shutil
import signal
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, Literal
from unittest.mock import patch

import countrynames

import configs
from configs import durable_files
from flows.run import back_fill, stages
from flows.run.folders.folder_lock import one_run_at_a_time
from flows.run.results import decided_runs
from flows.run.work.stage_types import RunRequest, StageEvent
from signals import registry
from signals.source_errors import SourceUnavailableError
from signals.sources.accounts import accounts_csv

FEBRUARY, MARCH = dt.date(2022, 2, 1), dt.date(2022, 3, 1)
_FEW = ("uncertainty.draws=60", "uncertainty.sensitivity_draws=4")

# Loaded once, for all processes that begin with this module.
registry.sources()
registry.signals()
countrynames.to_code("Indonesia")
importlib.import_module("reports.outputs.registry").outputs()

Verb = Literal["run", "force", "hold", "accept", "latest", "withdraw", "backfill"]


@dataclass(frozen=True)
class Action:
    """A command, and where it is killed.

    Attributes:
        verb: `hold` is a run whose accounts are not answered.
        profile: of the list.
        out: folder of results.
        run_id: of the verbs that decide on a run.
        step: number of the change of a file before which it kills itself; None: it does not.
    """

    verb: Verb
    profile: Path
    out: Path
    run_id: str = ""
    step: int | None = None


def act(action: Action, reports: Connection) -> None:
    """Run the command; sends `ready`, each stage that begins, and at the end the steps taken."""
    steps = _Steps(action.step)
    reports.send("ready")
    with _Counting(steps), _unanswered() if action.verb == "hold" else nullcontext():
        _run(action, lambda event: reports.send(event.stage))
    reports.send(steps.taken)


def _run(action: Action, tell: Callable[[StageEvent], None]) -> None:
    decide = {
        "accept": decided_runs.accept,
        "latest": decided_runs.name_latest,
        "withdraw": decided_runs.withdraw,
    }
    if action.verb in decide:
        with one_run_at_a_time(action.out):
            decide[action.verb](action.out, action.run_id, "chaos", "chaos")
        return
    settings = configs.load(str(action.profile), local=None, overrides=_FEW)
    request = RunRequest(settings, MARCH, action.out, action.verb == "force")
    if action.verb == "backfill":
        back_fill.back_fill(request, (FEBRUARY, MARCH), tell, every_report=True)
    else:
        stages.run_all(request, tell)


class _Steps:
    """Counts changes of files, and kills the process before one of them."""

    def __init__(self, last: int | None) -> None:
        self.taken = 0
        self._last = last

    def before(self, call: Callable[..., Any]) -> Callable[..., Any]:
        """The call, counted."""

        def counted(*args: Any, **options: Any) -> Any:
            if self.taken == self._last:
                os.kill(os.getpid(), signal.SIGKILL)
            self.taken += 1
            return call(*args, **options)

        return counted


class _Counting:
    """Counts within the block every flush, change of a name, link and removal."""

    _PLACES = (
        (durable_files, ("flush", "exchange")),
        (Path, ("rename", "replace", "unlink", "symlink_to")),
        (shutil, ("rmtree",)),
    )

    def __init__(self, steps: _Steps) -> None:
        self._patches = [
            patch.object(place, name, steps.before(getattr(place, name)))
            for place, names in self._PLACES
            for name in names
        ]

    def __enter__(self) -> None:
        for one in self._patches:
            one.start()

    def __exit__(self, *_: object) -> None:
        for one in self._patches:
            one.stop()


def _unanswered() -> AbstractContextManager[object]:
    def pull(*_: object) -> None:
        raise SourceUnavailableError("the publisher answered 503 four times")

    return patch.object(accounts_csv, "pull", pull)
