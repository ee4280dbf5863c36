import re
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import polars as pl
import pytest

from reports.data_dictionary import data_dictionary, output_columns, output_files
from reports.outputs import declared
from reports.outputs.output import TableOutput
from reports.outputs.registry import outputs, table_outputs
from reports.write import write_outputs
from scoring.scored_list import ScoredList
from tests.reports.sample import sample_bundle


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    """Columns of every table that a run writes, by file name."""
    written = write_outputs(sample_bundle(), tmp_path_factory.mktemp("run"))
    return {path.name: columns_of(path) for path in written if path.suffix in (".csv", ".parquet")}


def columns_of(path: Path) -> list[str]:
    """Header of a table."""
    if path.suffix == ".parquet":
        return list(pl.read_parquet_schema(path))
    return pl.read_csv(path, n_rows=0).columns


def test_every_column_that_a_run_writes_is_described(tables: dict[str, list[str]]) -> None:
    lacking = {file: set(columns) - set(output_columns()[file]) for file, columns in tables.items()}
    assert {file: names for file, names in lacking.items() if names} == {}


def test_every_table_among_the_files_is_described() -> None:
    named = {name for name in output_files() if name.endswith((".csv", ".parquet"))}
    assert named == {table.file for table in table_outputs()} <= set(output_columns())


def test_every_column_has_a_type_and_a_meaning() -> None:
    columns = [column for table in output_columns().values() for column in table.values()]
    assert [column for column in columns if not column.kind or len(column.meaning) < 5] == []


def test_a_meaning_that_is_not_declared_is_the_comment_of_the_warehouse() -> None:
    (line,) = (
        row for row in data_dictionary() if (row.file, row.column) == ("ranked.csv", "rank_p05")
    )
    assert (line.type, line.unit) == ("whole number", "")
    assert line.comment == "lower end of the 90 % interval of the rank"


_MADE_UP = '''
"""Declares a table that the project does not have."""

import polars as pl

from reports.outputs.output import Column, TableOutput

OUTPUT = TableOutput(
    file="made_up.csv",
    order=55,
    content="a table that a test declares",
    columns=(Column("supplier_id", "text", "", "who"), Column("half", "number", "points", "half")),
    frame=lambda bundle, ranked: bundle.table("made_up"),
    scored=lambda scored: scored.scores.select("supplier_id", half=pl.col("score") / 2),
)
'''


@pytest.fixture
def made_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[TableOutput]:
    """An output that is declared in one file and named nowhere else."""
    (tmp_path / "made_up.py").write_text(_MADE_UP, encoding="utf-8")
    monkeypatch.setattr(declared, "__path__", [*declared.__path__, str(tmp_path)])
    outputs.cache_clear()
    yield next(table for table in table_outputs() if table.file == "made_up.csv")
    sys.modules.pop(f"{declared.__name__}.made_up", None)
    outputs.cache_clear()


def test_an_output_is_declared_in_one_place(made_up: TableOutput, tmp_path: Path) -> None:
    bundle = sample_bundle()
    assert made_up.scored is not None
    scored = SimpleNamespace(scores=bundle.scores)
    table = made_up.scored(cast(ScoredList, scored))
    written = write_outputs(bundle.with_tables(made_up=table), tmp_path / "run")
    assert "made_up.csv" in [path.name for path in written]
    assert pl.read_csv(tmp_path / "run" / "made_up.csv").height == bundle.scores.height
    read_me = (tmp_path / "run" / "READ-ME-FIRST.txt").read_text(encoding="utf-8")
    assert re.search(r"^made_up\.csv +a table that a test declares$", read_me, re.MULTILINE)
    lines = [row for row in data_dictionary() if row.file == "made_up.csv"]
    assert [(row.column, row.type, row.unit) for row in lines] == [
        ("supplier_id", "text", ""),
        ("half", "number", "points"),
    ]


def test_two_outputs_of_one_file_are_rejected(made_up: TableOutput, tmp_path: Path) -> None:
    (tmp_path / "made_up_again.py").write_text(_MADE_UP, encoding="utf-8")
    outputs.cache_clear()
    with pytest.raises(ValueError, match=r"two outputs are declared with the file made_up\.csv"):
        outputs()
    sys.modules.pop(f"{declared.__name__}.made_up_again", None)
