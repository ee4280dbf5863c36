"""Tables in which the guard found nothing are not searched again; every other one is."""

from pathlib import Path

import polars as pl
import pytest

from signals.fetching import source_tables
from signals.fetching.searched_tables import verdicts_kept
from signals.fetching.source_tables import read_source_table
from suppliers.input_errors import NonExtractiveError
from suppliers.intake.personal_data_guard import check_values

CLEAN = "name,amount\nAlpha Mills Ltd,1\nBeta Foods Ltd,2\nGamma Steel Ltd,3\n"
PERSONS = "name,amount\na@b.org,1\nc@d.org,2\ne@f.org,3\n"
WITHHELD = CLEAN + "".join(f"Works {n} Ltd,{n}\n" for n in range(80)) + "a@b.org,9\n"


@pytest.fixture
def searches(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """One entry for each search."""
    found: list[str] = []

    def noted(frame: pl.DataFrame, *given: object) -> object:
        found.append("search")
        return check_values(frame, *given)  # type: ignore[arg-type]

    monkeypatch.setattr(source_tables, "check_values", noted)
    return found


def read(path: Path, code: str = "1", drop: tuple[str, ...] = ()) -> pl.DataFrame:
    with verdicts_kept(path.parent / "searched" / "s.json", code):
        frame, _ = read_source_table(
            path, {"name": "text", "amount": "number"}, required=["name"], drop=drop
        )
    return frame


def write(folder: Path, text: str) -> Path:
    path = folder / "t.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_same_bytes_are_searched_once_with_the_same_rows(
    tmp_path: Path, searches: list[str]
) -> None:
    path = write(tmp_path, CLEAN)
    first = read(path)
    assert read(path).equals(first)
    assert len(searches) == 1


def test_other_bytes_code_or_columns_are_searched_again(
    tmp_path: Path, searches: list[str]
) -> None:
    path = write(tmp_path, CLEAN)
    read(path)
    read(path, code="2")
    read(path, code="2", drop=("amount",))
    write(tmp_path, PERSONS)
    with pytest.raises(NonExtractiveError):
        read(path, code="2", drop=("amount",))
    # An error leaves no verdict: the same is rejected again.
    with pytest.raises(NonExtractiveError):
        read(path, code="2", drop=("amount",))
    assert len(searches) == 5


def test_a_table_with_a_withheld_value_is_searched_each_time(
    tmp_path: Path, searches: list[str]
) -> None:
    path = write(tmp_path, WITHHELD)
    assert read(path)["name"].null_count() == 1
    assert read(path)["name"].null_count() == 1
    assert len(searches) == 2


def test_verdicts_that_are_torn_count_as_none(tmp_path: Path, searches: list[str]) -> None:
    path = write(tmp_path, CLEAN)
    read(path)
    (tmp_path / "searched" / "s.json").write_text('["')
    read(path)
    assert len(searches) == 2


def test_a_file_that_changes_while_it_is_read_leaves_no_verdict(
    tmp_path: Path, searches: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write(tmp_path, CLEAN)
    opened = source_tables.open_source_table

    def replaced(*given: object, **named: object) -> object:
        table = opened(*given, **named)  # type: ignore[arg-type]
        write(tmp_path, PERSONS)
        return table

    with monkeypatch.context() as patch:
        patch.setattr(source_tables, "open_source_table", replaced)
        read(path)
    with pytest.raises(NonExtractiveError):
        read(path)
    assert len(searches) == 2
