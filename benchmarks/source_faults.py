"""Every source that asks a publisher, against every way in which publishers fail.

Each pair pulls and stages one source from the synthetic world of publishers, whose answers are
changed from the first request on, and again from the middle of the requests on. The run must go
on, with a sentence where anything is missing; what came before is used.
"""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean

from benchmarks.fault_runs import (
    BY_WINDOWS,
    SUPPLIERS,
    Outcome,
    asking_sources,
    breaches,
    run_source,
    settings_of_all,
    small_files,
)
from flows.publishers_world.faults import FAULTS, Failing, Fault
from flows.publishers_world.server import World, publishers

ID = "source_faults"
KIND = "validate"
GOAL = "no pair of source and fault stops a run, is silent, or loses what came before"
#: Faults that also begin in the middle of the requests.
LATE = ("429", "403-sentence", "login", "half", "not-found", "500")


#: The fault after which sources that are read in windows must go on where it began.
CONTINUED = "500"


@dataclass(frozen=True)
class Pair:
    """A source, a fault and where it begins, with the outcome."""

    source_id: str
    fault: Fault
    is_late: bool
    found: Outcome
    wrong: tuple[str, ...]


def pairs_of(
    world: World, folder: Path, suppliers: Path, source_id: str, faults: tuple[Fault, ...] = FAULTS
) -> Iterator[Pair]:
    """All pairs of a source in which the fault changes an answer."""
    usual = run_source(world, suppliers, folder / f"{source_id}-usual", source_id)
    for fault in faults:
        for is_late in (False, True):
            if is_late and (fault.id not in LATE or usual.asked < 2):
                continue
            failing = Failing(fault.start(), usual.asked // 2 if is_late else 0)
            out = folder / f"{source_id}-{fault.id}-{is_late}"
            found = run_source(world, suppliers, out, source_id, failing)
            if not failing.changed:
                continue
            wrong = breaches(source_id, usual, found, fault, is_late=is_late)
            if source_id in BY_WINDOWS and is_late and fault.id == CONTINUED:
                wrong += _not_continued(usual, found, run_source(world, suppliers, out, source_id))
            yield Pair(source_id, fault, is_late, found, tuple(wrong))


def _not_continued(usual: Outcome, found: Outcome, again: Outcome) -> list[str]:
    """What is wrong with the run after one that failed in its middle."""
    wrong = []
    if dict(again.tables) != dict(usual.tables):
        wrong.append("the next run has other rows than one without the fault")
    if again.asked >= usual.asked:
        wrong.append(
            f"the next run asks again for what came: {again.asked} requests after {found.asked}, "
            f"{usual.asked} without the fault"
        )
    return wrong


def run() -> str:
    """Run all pairs and print a line for each source, and for each pair that is wrong.

    Returns:
        The number of pairs, and of those that are wrong.
    """
    tried: list[Pair] = []
    with tempfile.TemporaryDirectory() as name, publishers() as world, small_files():
        folder = Path(name)
        suppliers = folder / "list.csv"
        suppliers.write_text(SUPPLIERS)
        for source_id in asking_sources(settings_of_all(suppliers)):
            pairs = list(pairs_of(world, folder, suppliers, source_id))
            statuses = Counter(one.found.status for one in pairs)
            shown = ", ".join(f"{count} {status}" for status, count in sorted(statuses.items()))
            print(f"{source_id:<30}{len(pairs):>4} pairs: {shown}", flush=True)
            for one in pairs:
                for wrong in one.wrong:
                    print(f"    {one.fault.id}{' later' * one.is_late}: {wrong}", flush=True)
            tried += pairs
    wrong_pairs = sum(bool(one.wrong) for one in tried)
    late = [one.found.total > 0 for one in tried if one.is_late]
    names = len({one.source_id for one in tried})
    return (
        f"{len(tried)} pairs of {names} sources and {len(FAULTS)} faults, {wrong_pairs} wrong; "
        f"data before the fault used in {fmean(late):.0%} of {len(late)} that begin later"
    )
