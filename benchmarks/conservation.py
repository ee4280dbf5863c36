"""Whether every source accounts for all that comes in, on the files of the tests and real ones.

The tests of the sources stage small constructed files and, where ../shared/data is there, real
ones; every settled account of theirs is recorded and added up by source and unit.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from pathlib import Path

import pytest

from signals import conservation
from signals.account import Unit
from signals.card import SourceCard
from signals.registry import sources
from signals.source import RawFile, Staged

ID = "conservation"
KIND = "validate"
GOAL = "in every source what was read = used + rejected + out of scope, in every unit it counts"

_TESTS = Path(__file__).resolve().parents[1] / "tests" / "signals"
#: Parts of the tests that stage no source.
_WITHOUT_SOURCES = ("zonal", "changepoint", "fetching")


class _Recorder:
    """Adds up the accounts that are settled while tests run."""

    def __init__(self) -> None:
        self.figures: dict[tuple[str, Unit], Counter[str]] = defaultdict(Counter)
        self.unbalanced: list[str] = []
        self.unexplained: Counter[str] = Counter()
        self._settle = conservation.settle

    def settle(
        self, card: SourceCard, files: Sequence[RawFile], tables: Sequence[Staged]
    ) -> conservation.Settled:
        """Settle as the engine does, and keep the figures of sources as they are."""
        is_registered = sources()[card.id].CARD is card
        try:
            settled = self._settle(card, files, tables)
        except conservation.UnbalancedError as error:
            if is_registered:
                self.unbalanced.append(str(error))
            raise
        for unit, balance in settled.balances.items() if is_registered else ():
            rejected, beyond = balance.rejected, balance.out_of_scope
            self.figures[(card.id, unit)].update(
                read=balance.read,
                used=balance.used,
                rejected=sum(rejected.values()),
                beyond=sum(beyond.values()),
            )
            self.unexplained[card.id] += rejected.get(conservation.YIELDS_NOTHING, 0)
        return settled


def run() -> str:
    """Run the tests of the sources and add up what was settled."""
    recorder = _Recorder()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(conservation, "settle", recorder.settle)
        skipped = [f"--ignore={_TESTS / part}" for part in _WITHOUT_SOURCES]
        pytest.main([str(_TESTS), *skipped, "-q", "-q", "-p", "no:cacheprovider"])
    print(
        f"{'source':<28} {'unit':<9} {'read':>9} {'used':>9} {'rejected':>9} {'out of scope':>13}"
    )
    differing = len(recorder.unbalanced)
    for (source_id, unit), n in sorted(recorder.figures.items()):
        line = f"{n['read']:>9} {n['used']:>9} {n['rejected']:>9} {n['beyond']:>13}"
        print(f"{source_id:<28} {unit:<9} {line}")
        differing += n["read"] != n["used"] + n["rejected"] + n["beyond"]
    for line in recorder.unbalanced:
        print(f"does not add up: {line}")
    counted = {source_id for source_id, _ in recorder.figures}
    return _summary(counted, differing, sum(recorder.unexplained.values()))


def _summary(counted: set[str], differing: int, unexplained: int) -> str:
    silent = sorted(set(sources()) - counted)
    balance = (
        "rows in = used + rejected + out of scope in all"
        if not differing
        else f"{differing} accounts do not add up"
    )
    not_read = f", not read: {', '.join(silent)}" if silent else ""
    no_reason = f", {unexplained} files without a reason of their source" if unexplained else ""
    return f"{len(counted)} sources, {balance}{not_read}{no_reason}"
