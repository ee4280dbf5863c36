"""Every source on faulty files of its own: outages in one sentence, and nothing worse.

The samples are those of the sources' tests (`benchmarks.source_samples`), the faults those of
`benchmarks.mutations`, each with a fixed seed. A file is staged as a run stages it, within the
boundary and the limits of its source.
"""

from __future__ import annotations

import collections
import os
import random
import re
import tempfile
import time
import zlib
from collections.abc import Iterable, Sequence
from contextlib import closing, redirect_stderr
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

import polars as pl

from benchmarks.mutations import mutations_of
from benchmarks.source_samples import Sample, samples
from configs.config_errors import DataRejectedError, UsageError
from flows.run.sources.bounded_staging import stage_within
from flows.run.sources.source_boundary import (
    READING,
    SourceFailedError,
    is_of_the_user,
    source_boundary,
)
from flows.run.sources.source_stages import OF_THE_DAY
from flows.run.sources.watched_context import watched
from signals.conservation import Settled
from signals.registry import sources
from signals.source_errors import SourceUnavailableError

ID = "faults"
KIND = "validate"
GOAL = (
    "every source x 60 faults: 0 that end the run, 0 beyond the time, 0 that are empty without a "
    "reason, 0 values that are no number; other sources unchanged"
)

_FAULTS = 60
#: A busy machine reads a sample in a few seconds.
_MOST_SECONDS = 60
#: The first time, what measures rasters is compiled.
_FIRST_SECONDS = 1800


@dataclass(frozen=True)
class Outcome:
    """What one fault led to.

    Attributes:
        source_id: of the source.
        fault: sample and fault, to repeat it.
        kind: `read`, `unavailable`, `rejected` (a file of the user's own), `failed` (an outage that
            nobody foresaw), `escaped`, `silent`, `no number` or `late`.
        detail: the sentence or the traceback.
    """

    source_id: str
    fault: str
    kind: str
    detail: str = ""


#: What must not happen. An outage that nobody foresaw is contained, but a reader should say more.
WORSE = ("escaped", "silent", "no number", "late")


def staged(
    sample: Sample, bodies: tuple[bytes, ...], folder: Path, seconds: int = _MOST_SECONDS
) -> Settled:
    """Stage files as a run does; errors are those of the boundary."""
    module = sources()[sample.source_id]
    context = watched(sample.context(folder), OF_THE_DAY)
    fetcher = sample.closed_fetcher()
    limits = module.CARD.limits.with_settings({"stage_seconds": seconds})
    with source_boundary(module.CARD, READING, {}), closing(fetcher):
        files = sample.files(folder, bodies)
        return stage_within(sample.source_id, files, context, fetcher, limits)


def outcome(sample: Sample, number: int, folder: Path) -> Outcome:
    """Plant one fault into one file of a sample and stage all of them."""
    chance = random.Random(zlib.crc32(f"{sample.name} {number}".encode()))
    at = chance.randrange(len(sample.bodies))
    faults = mutations_of(sample.bodies[at], sample.names[at])
    fault = sorted(faults)[number % len(faults)]
    bodies = list(sample.bodies)
    bodies[at] = faults[fault](bodies[at], chance)
    named = f"{sample.name} #{number}: {fault}"
    began = time.monotonic()
    try:
        settled = staged(sample, tuple(bodies), folder)
    except SourceFailedError as error:
        return Outcome(sample.source_id, named, "failed", f"{error}\n{error.detail}")
    except SourceUnavailableError as error:
        late = time.monotonic() - began > _MOST_SECONDS
        return Outcome(sample.source_id, named, "late" if late else "unavailable", str(error))
    except DataRejectedError as error:
        kind = "rejected" if is_of_the_user(sources()[sample.source_id].CARD) else "escaped"
        return Outcome(sample.source_id, named, kind, str(error))
    except BaseException as error:
        if isinstance(error, KeyboardInterrupt):
            raise
        return Outcome(sample.source_id, named, "escaped", repr(error))
    return Outcome(sample.source_id, named, _judged(settled))


def _judged(settled: Settled) -> str:
    for table in settled.tables:
        floats = table.rows.select(pl.selectors.float())
        if (
            floats.width
            and not floats.select(
                pl.all_horizontal(pl.all().is_finite().fill_null(True).all())
            ).item()
        ):
            return "no number"
    if sum(table.rows.height for table in settled.tables):
        return "read"
    explained = any(one.rejected or one.out_of_scope for one in settled.balances.values())
    return "read" if explained else "silent"


def outcomes(of: Iterable[Sample], faults: int) -> list[Outcome]:
    """The outcome of so many faults in each sample."""
    found = []
    with tempfile.TemporaryDirectory() as name:
        for sample in of:
            for number in range(faults):
                folder = Path(name) / sample.name.replace("/", "-") / str(number)
                folder.mkdir(parents=True)
                with redirect_stderr(StringIO()):
                    found.append(outcome(sample, number, folder))
    return found


def figures(of: Iterable[Sample]) -> dict[str, list[tuple[str, str]]]:
    """Rows of each sample as it is, to see whether a fault of another left something behind."""
    found = {}
    with tempfile.TemporaryDirectory() as name:
        for sample in of:
            folder = Path(name) / sample.name.replace("/", "-")
            folder.mkdir(parents=True)
            rows = [
                # Names of rows may hold the path of their file.
                (
                    table.table,
                    table.rows.drop("origin", strict=False).write_ndjson().replace(str(folder), ""),
                )
                for table in staged(sample, sample.bodies, folder, _FIRST_SECONDS).tables
            ]
            found[sample.name] = rows
    return found


def run() -> str:
    """Plant the faults into every source and name what must not happen.

    `FAULTS_PART=2/4` plants those of the second of four parts of the sources.

    Raises:
        UsageError: the part is none.
    """
    every = _of_part(samples(), os.environ.get("FAULTS_PART", "1/1"))
    by_source = collections.Counter(sample.source_id for sample in every)
    before = figures(every)
    found: list[Outcome] = []
    for source_id, count in by_source.items():
        began = time.monotonic()
        of_source = outcomes(
            [one for one in every if one.source_id == source_id], -(-_FAULTS // count)
        )
        for one in of_source:
            if one.kind in (*WORSE, "failed"):
                print(
                    f"{one.kind}: {one.fault}: {one.detail.splitlines()[0] if one.detail else ''}"
                )
        kinds = collections.Counter(one.kind for one in of_source)
        shown = ", ".join(f"{number} {kind}" for kind, number in sorted(kinds.items()))
        print(f"{source_id:<38}{time.monotonic() - began:>6.0f} s  {shown}", flush=True)
        found += of_source
    after = figures(every)
    changed = [name for name in before if before[name] != after[name]]
    for name in changed:
        print(f"changed: {name}")
    kinds = collections.Counter(one.kind for one in found)
    worse = ", ".join(f"{kinds[kind]} {kind}" for kind in WORSE)
    return (
        f"{len(found)} faults in {len(by_source)} sources: {worse}, {len(changed)} other sources "
        f"changed; {kinds['read']} read with reasons, {kinds['unavailable']} unavailable, "
        f"{kinds['rejected']} rejected, {kinds['failed']} unforeseen"
    )


def _of_part(every: Sequence[Sample], part: str) -> list[Sample]:
    stated = re.fullmatch(r"(\d+)/(\d+)", part)
    number, parts = (int(stated[1]), int(stated[2])) if stated else (0, 1)
    if not 1 <= number <= parts:
        raise UsageError(f"FAULTS_PART: {part!r} is no part; give one such as 2/4")
    names = sorted({one.source_id for one in every})
    mine = set(names[number - 1 :: parts])
    return [one for one in every if one.source_id in mine]
