from pathlib import Path

import numpy as np
import polars as pl
import pytest

from sql.published_tables import read_marts


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    pl.DataFrame({"rank": [2, 1, None], "supplier_id": ["a", "b", "c"]}).write_parquet(
        tmp_path / "ranked.parquet"
    )
    rows = [
        ("a", "x", 0.5, 2.0), ("a", "y", None, 1.0), ("b", "x", 1.0, 2.0), ("b", "y", 0.0, 1.0),
        ("c", "x", 0.3, 2.0), ("a", "prior", 0.9, 0.0),
    ]  # fmt: skip
    columns = ["supplier_id", "signal_id", "risk", "weight"]
    contributions = pl.DataFrame(rows, schema=columns, orient="row")
    contributions.write_parquet(tmp_path / "contributions.parquet")
    pl.DataFrame({"supplier_id": ["a"], "rank_change": [-1]}).write_csv(tmp_path / "movements.csv")
    (tmp_path / "ranked.csv").write_text("rank\n1\n")
    (tmp_path / "manifest.json").write_text('{"run_id": "20220301-00000000"}')
    return tmp_path


def test_a_run_is_read_whole(folder: Path) -> None:
    run = read_marts(folder)
    assert run.manifest["run_id"] == "20220301-00000000"
    assert run.ranked.height == 3
    assert set(run.tables) == {"movements"}


def test_risks_are_of_the_ranked_by_rank_and_of_signals_that_count(folder: Path) -> None:
    ids, signals, risks, weights = read_marts(str(folder)).risks()
    assert ids.to_list() == ["b", "a"]
    assert signals == ["x", "y"]
    np.testing.assert_array_equal(risks, [[1.0, 0.0], [0.5, np.nan]])
    np.testing.assert_array_equal(weights, [2.0, 1.0])


def test_another_folder_is_rejected(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="no published run"):
        read_marts(tmp_path)
