"""One list per folder, told by title and suppliers."""

import json
from pathlib import Path

import polars as pl
import pytest

from configs.config_errors import UsageError
from flows.run.folders.list_of_folder import reject_other_list


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """The folder of a list "Mills" with suppliers a to d."""
    run = tmp_path / "20220301-aaaa0000"
    run.mkdir()
    manifest = {"config": {"title": "Mills"}, "as_of": "2022-03-01"}
    (run / "manifest.json").write_text(json.dumps(manifest))
    pl.DataFrame({"supplier_id": list("abcd"), "rank": [1, 2, 3, 4]}).write_parquet(
        run / "ranked.parquet"
    )
    (tmp_path / "latest").symlink_to(run.name)
    return tmp_path


@pytest.mark.parametrize(
    ("title", "suppliers", "is_other"),
    [
        ("Mills", "abcd", False),
        ("Mills", "wxyz", False),
        ("Renamed", "abxy", False),
        ("Renamed", "ab", False),
        ("Farms", "awxyz", True),
        ("Farms", "z", True),
    ],
)
def test_another_list_is_rejected(out: Path, title: str, suppliers: str, is_other: bool) -> None:
    ids = pl.Series(list(suppliers))
    if not is_other:
        reject_other_list(out, title, ids)
        return
    with pytest.raises(UsageError, match=r"runs of another list \(Mills\).*another folder"):
        reject_other_list(out, title, ids)


def test_an_empty_folder_takes_any_list(tmp_path: Path) -> None:
    reject_other_list(tmp_path, "Farms", pl.Series(["a"]))
