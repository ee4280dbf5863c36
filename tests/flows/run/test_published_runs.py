"""Finding published runs, and how ranks moved between two of them."""

from pathlib import Path

import polars as pl
import pytest

from configs.config_errors import UsageError
from flows.run.folders import published_runs


@pytest.fixture
def out(tmp_path: Path) -> Path:
    for run in ("20220201-aaaa0000", "20220301-bbbb0000", "20220301-cccc0000"):
        (tmp_path / run).mkdir()
        (tmp_path / run / "manifest.json").write_text("{}")
    (tmp_path / "20220401-half0000").mkdir()
    (tmp_path / "latest").symlink_to("20220301-bbbb0000")
    return tmp_path


@pytest.mark.parametrize(
    ("run", "folder"),
    [
        ("latest", "20220301-bbbb0000"),
        ("20220201-aaaa0000", "20220201-aaaa0000"),
        ("202202", "20220201-aaaa0000"),
        ("20220301-c", "20220301-cccc0000"),
    ],
)
def test_a_run_goes_by_id_beginning_or_latest(out: Path, run: str, folder: str) -> None:
    assert published_runs.run_folder(out, run).name == folder


@pytest.mark.parametrize(
    ("run", "words"), [("202203", "fits"), ("202204", "no published run"), ("", "no published run")]
)
def test_a_run_that_cannot_be_reported_is_rejected(out: Path, run: str, words: str) -> None:
    with pytest.raises(UsageError, match=words):
        published_runs.run_folder(out, run)


def test_an_empty_folder_has_no_latest(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no run was published"):
        published_runs.run_folder(tmp_path, "latest")
    assert published_runs.run_ids(tmp_path / "absent") == []


def test_places_up_are_counted_and_absent_ranks_are_not() -> None:
    def ranked(**ranks: int | None) -> pl.DataFrame:
        return pl.DataFrame(
            {"supplier_id": list(ranks), "name": list(ranks), "rank": list(ranks.values())},
            schema_overrides={"rank": pl.UInt32},
        )

    before = ranked(a=1, b=2, c=3, gone=None)
    after = ranked(b=1, a=2, c=None, new=3)
    moves = published_runs.rank_moves(before, after)
    assert moves["supplier_id"].to_list() == ["b", "a", "new", "c", "gone"]
    assert moves["moved"].to_list() == [1, -1, None, None, None]
    assert moves["name"].to_list() == ["b", "a", "new", "c", "gone"]
