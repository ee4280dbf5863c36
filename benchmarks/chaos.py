"""Kills at random moments of every command that changes a folder of results, and bad machines.

Half of the kills come after a random time, half just before a random change of a file. After each:
`latest` and all published runs are whole; the same command, repeated, ends in the same state with
the same bytes of `ranked.csv`; nothing half-written is left. `CHAOS_KILLS` sets how many, and
`CHAOS_SEED` which ones: parts with different seeds add up.
"""

from __future__ import annotations

import hashlib
import multiprocessing
import os
import random
import shutil
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from multiprocessing.connection import Connection
from pathlib import Path

from benchmarks.chaos_actions import Action, Verb, act
from benchmarks.chaos_machine import machine_faults
from configs import durable_files
from flows.run.folders import publication, published_runs, run_states
from tests.flows.small_world import write_small_world

ID = "chaos"
KIND = "validate"
GOAL = (
    "200 kills over all stages and verbs: 0 broken, 200 resumed, same bytes; two runs at once, "
    "full and read-only disk, low memory, moved clock: a sentence or a result"
)

_KILLS_VARIABLE, _KILLS = "CHAOS_KILLS", 200
_SEED_VARIABLE, _SEED = "CHAOS_SEED", 1
#: A command that takes longer hangs.
_PATIENCE_SECONDS = 1800.0

#: Of each hundred kills; the name of the folder that a verb begins with.
SHARES: Mapping[tuple[Verb, str], int] = {
    ("run", "empty"): 18,
    ("run", "february"): 18,
    ("force", "both"): 24,
    ("hold", "february"): 8,
    ("backfill", "empty"): 6,
    ("accept", "held"): 10,
    ("latest", "both"): 8,
    ("withdraw", "both"): 8,
}


@dataclass(frozen=True)
class Ended:
    """How a process ended.

    Attributes:
        code: exit code; negative where it was killed.
        stage: the last that had begun; empty before the first.
        steps: changes of files, if it got to its end.
        seconds: from its readiness to its end.
    """

    code: int | None
    stage: str
    steps: int
    seconds: float


@dataclass(frozen=True)
class State:
    """What a folder says: what `latest` names, each run's state, and the bytes of its list."""

    latest: str | None
    runs: Mapping[str, tuple[str, str]]


@dataclass(frozen=True)
class Trial:
    """One kill: the command, the stage it hit, and what was wrong after it (nothing: as it should).

    Attributes:
        verb: the command.
        stage: the last that had begun.
        broken: what a reader would have met at once.
        unresumed: what the repeated command left.
    """

    verb: str
    stage: str
    broken: tuple[str, ...]
    unresumed: tuple[str, ...]


class Chaos:
    """A world, folders to begin with, and how each command ends if it is left alone."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._context = multiprocessing.get_context("forkserver")
        self._context.set_forkserver_preload(["benchmarks.chaos_actions"])
        self.profile = write_small_world(folder / "world")
        self._bases = folder / "bases"
        (self._bases / "empty").mkdir(parents=True)
        (self._bases / "both").mkdir()
        self._must("backfill", self._bases / "both")
        both = state_of(self._bases / "both")
        self.march = str(both.latest)
        self.february = next(run for run in both.runs if run != self.march)
        self._usual: dict[tuple[Verb, str], tuple[Ended, State]] = {}

    @cached_property
    def _begin_with_february(self) -> Path:
        out = self._bases / "february"
        shutil.copytree(self._bases / "both", out, symlinks=True)
        publication.point_latest(out, self.february)
        shutil.rmtree(out / self.march)
        shutil.rmtree(out / ".work")
        return out

    @cached_property
    def _begin_with_held(self) -> tuple[Path, str]:
        """The folder, and the held run in it."""
        out = self._bases / "held"
        shutil.copytree(self._begin_with_february, out, symlinks=True)
        self._must("hold", out)
        return out, next(run for run in state_of(out).runs if run != self.february)

    def _base(self, name: str) -> Path:
        if name == "february":
            return self._begin_with_february
        return self._begin_with_held[0] if name == "held" else self._bases / name

    def _must(self, verb: Verb, out: Path) -> None:
        ended = self.end(Action(verb, self.profile, out))
        if ended.code != 0:
            raise RuntimeError(f"{verb} without a kill ends with {ended.code}")

    def end(self, action: Action, kill_after: float | None = None) -> Ended:
        """Run a command to its end, or kill it after some seconds."""
        ours, theirs = self._context.Pipe(duplex=False)
        process = self._context.Process(target=act, args=(action, theirs))
        process.start()
        theirs.close()
        seen: list[object] = []
        _receive(ours, seen, _PATIENCE_SECONDS)
        started = time.monotonic()
        if kill_after is not None:
            process.join(kill_after)
            process.kill()
        process.join(_PATIENCE_SECONDS)
        seconds = time.monotonic() - started
        if process.is_alive():
            process.kill()
            process.join()
        while _receive(ours, seen, 0.0):
            pass
        stages = [one for one in seen if isinstance(one, str) and one != "ready"]
        steps = [one for one in seen if isinstance(one, int)]
        return Ended(
            process.exitcode, stages[-1] if stages else "", steps[0] if steps else 0, seconds
        )

    def usual(self, verb: Verb, base: str) -> tuple[Ended, State]:
        """How a command ends without a kill, and what the folder says then; measured once."""
        if (verb, base) not in self._usual:
            out = self._copy(base, "usual")
            ended = self.end(self._action(verb, out))
            self._usual[verb, base] = (ended, state_of(out))
        return self._usual[verb, base]

    def trial(self, verb: Verb, base: str, random_: random.Random, number: int) -> Trial:
        """Kill a command at a random moment, look, and repeat it."""
        usual, after = self.usual(verb, base)
        out = self._copy(base, "trial")
        before = state_of(out)
        action = self._action(verb, out)
        if number % 2:
            killed = self.end(replace(action, step=random_.randrange(usual.steps)))
        else:
            killed = self.end(action, random_.random() * usual.seconds)
        broken = faults_of(out, before, after)
        again = self.end(action)
        # A verb that had done all but to say so is rejected when repeated.
        is_done = again.code not in (0, None) and verb in ("accept", "latest", "withdraw")
        unresumed = [] if again.code == 0 or is_done else [f"repeated, it ends with {again.code}"]
        if state_of(out) != after:
            unresumed.append(f"repeated, the folder says {state_of(out)} instead of {after}")
        unresumed += [f"left: {path.relative_to(out)}" for path in leftovers(out)]
        return Trial(verb, killed.stage or verb, tuple(broken), tuple(unresumed))

    def _action(self, verb: Verb, out: Path) -> Action:
        run_id = {"latest": self.february, "withdraw": self.march}.get(verb, "")
        if verb == "accept":
            run_id = self._begin_with_held[1]
        return Action(verb, self.profile, out, run_id)

    def _copy(self, base: str, name: str) -> Path:
        out = self.folder / name
        shutil.rmtree(out, ignore_errors=True)
        shutil.copytree(self._base(base), out, symlinks=True)
        return out


def _receive(reports: Connection, seen: list[object], seconds: float) -> bool:
    try:
        if not reports.poll(seconds):
            return False
        seen.append(reports.recv())
    except (EOFError, OSError):
        return False
    return True


def state_of(out: Path) -> State:
    """What a folder says to a reader."""
    runs = {
        run_id: (run_states.state_of(out, run_id), _hash(out / run_id / "ranked.csv"))
        for run_id in published_runs.run_ids(out)
    }
    return State(publication.latest_run(out), runs)


def faults_of(out: Path, before: State, after: State) -> list[str]:
    """What a reader would find broken after a kill, between two states of a folder."""
    found = state_of(out)
    allowed = {before.latest, after.latest, *(run for run in after.runs if before.latest)}
    wrong = []
    if found.latest not in allowed or (found.latest is None and None not in allowed):
        wrong.append(f"`latest` names {found.latest}")
    if (out / publication.LATEST).is_symlink() and found.latest is None:
        wrong.append("`latest` names a run that is not there")
    if found.latest and found.runs.get(found.latest, ("gone",))[0] in ("held", "withdrawn"):
        wrong.append(f"`latest` names a run that is {found.runs[found.latest][0]}")
    known = {**before.runs, **after.runs}
    wrong += [f"{run} is gone" for run in before.runs if run not in found.runs]
    wrong += [
        f"{run}: {found.runs[run]}"
        for run in found.runs
        if found.runs[run][1] != known.get(run, ("", ""))[1]
    ]
    for run in found.runs:
        wrong += [
            f"{run}/{name} is empty or absent" for name in _FILES if _is_torn(out / run / name)
        ]
    return wrong


_FILES = ("READ-ME-FIRST.txt", "ranked.csv", "ranked.parquet", "report.html", "manifest.json")


def leftovers(out: Path) -> list[Path]:
    """Files that no finished command leaves."""
    patterns = (f"{durable_files.UNFINISHED}*", "finished", ".latest-*", "warehouse.duckdb.tmp")
    return [path for pattern in patterns for path in out.rglob(pattern)]


def _is_torn(path: Path) -> bool:
    return not path.is_file() or path.stat().st_size == 0


def _hash(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else "absent"


def kills(
    folder: Path, count: int, shares: Mapping[tuple[Verb, str], int] = SHARES, seed: int = _SEED
) -> Iterator[Trial]:
    """Kill commands in their shares, in a mixed order."""
    if count == 0:
        return
    chaos, random_ = Chaos(folder), random.Random(seed)
    verbs = random_.choices(list(shares), list(shares.values()), k=count)
    for number, (verb, base) in enumerate(verbs):
        yield chaos.trial(verb, base, random_, number)


def run() -> str:
    """Kill, then try the bad machines; prints both tables."""
    count = int(os.environ.get(_KILLS_VARIABLE, _KILLS))
    seed = int(os.environ.get(_SEED_VARIABLE, _SEED))
    with tempfile.TemporaryDirectory() as name:
        trials = []
        for trial in kills(Path(name), count, seed=seed):
            trials.append(trial)
            faults = "; ".join((*trial.broken, *trial.unresumed)) or "as it should"
            print(f"{len(trials):>4} {trial.verb} {trial.stage}: {faults}", flush=True)
        print("verb      stage      kills  broken  not resumed")
        for verb, stage in sorted({(t.verb, t.stage) for t in trials}):
            of_it = [t for t in trials if (t.verb, t.stage) == (verb, stage)]
            broken = sum(bool(t.broken) for t in of_it)
            unresumed = sum(bool(t.unresumed) for t in of_it)
            print(f"{verb:<9} {stage:<9} {len(of_it):>6} {broken:>7} {unresumed:>12}")
        tried = machine_faults(Path(name) / "machine")
    broken, resumed = sum(bool(t.broken) for t in trials), sum(not t.unresumed for t in trials)
    good = sum(fault.is_good for fault in tried)
    return (
        f"{len(trials)} kills, {broken} broken, {resumed} resumed with the same bytes; "
        f"{good} of {len(tried)} bad machines end in a sentence or a result"
    )
