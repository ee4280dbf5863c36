from pathlib import Path

import pytest

from benchmarks.list_exports import EXPORTS, ROWS, is_held_out, wordings, write_export
from benchmarks.list_kinds import outcome_of
from suppliers.intake.table_files import open_table


@pytest.mark.parametrize("kind", ["header", "sector", "goods"])
def test_nine_of_ten_wordings_of_each_half_are_read(kind: str) -> None:
    for half in (False, True):
        outcomes = [
            outcome_of(kind, one["text"], one["meaning"])
            for one in wordings()
            if one["kind"] == kind and is_held_out(kind, one["language"], one["text"]) == half
        ]
        assert outcomes.count("right") >= 0.9 * len(outcomes)
        assert outcomes.count("wrong") <= 0.005 * len(outcomes)


def test_an_export_has_its_rows_and_is_the_same_each_time(tmp_path: Path) -> None:
    export = next(one for one in EXPORTS if one.id == "arabic")
    first, truth = write_export(export, tmp_path)
    content = first.read_bytes()
    table = open_table(first, lambda cell: cell in ("المدينة",))
    assert len(truth) == ROWS - 2
    assert len(table.read({"name": 0, "country": 2})) == ROWS
    assert write_export(export, tmp_path)[0].read_bytes() == content
