"""Two months of the demo world, in a file of its own so that workers share the load."""

from pathlib import Path

from flows.demo_world import write_demo_world
from tests.flows.test_two_months import FEBRUARY, MARCH, ledger_agrees, publish


def test_the_demo_world_moves_by_exact_parts(tmp_path: Path) -> None:
    world = write_demo_world(tmp_path / "world")
    before, after = (publish(world.profile_path, as_of) for as_of in (FEBRUARY, MARCH))
    ledger = ledger_agrees(before, after)
    assert (ledger["rank_change"] != 0).any()
    assert ledger["method"].abs().max() == 0.0
