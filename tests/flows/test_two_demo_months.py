"""Two months of the demo world, in a file of its own so that workers share the load."""

from pathlib import Path

import pytest

from flows.demo_world import write_demo_world
from reports.data_dictionary import output_columns
from tests.flows.test_two_months import FEBRUARY, MARCH, ledger_agrees, publish
from tests.reports.test_data_dictionary import columns_of

pytestmark = pytest.mark.long


def test_the_demo_world_moves_by_exact_parts(tmp_path: Path) -> None:
    world = write_demo_world(tmp_path / "world")
    before, after = (publish(world.profile_path, as_of) for as_of in (FEBRUARY, MARCH))
    ledger = ledger_agrees(before, after)
    assert (ledger["rank_change"] != 0).any()
    assert ledger["rank_change_from_method"].abs().max() == 0.0
    _dictionary_agrees(after.folder)


def _dictionary_agrees(folder: Path) -> None:
    """The data dictionary has the columns of every table of the run, and no other."""
    tables = [path for path in folder.iterdir() if path.suffix in (".csv", ".parquet")]
    assert len(tables) > 10
    described = {path.name: set(output_columns()[path.name]) for path in tables}
    assert described == {path.name: set(columns_of(path)) for path in tables}
