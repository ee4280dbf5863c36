from pathlib import Path

import polars as pl
import pytest

from reports.data_dictionary import output_columns
from reports.write import OUTPUT_FILES, write_outputs
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
    named = {name for name in OUTPUT_FILES if name.endswith((".csv", ".parquet"))}
    assert named == set(output_columns())


def test_every_column_has_a_type_and_a_meaning() -> None:
    columns = [column for table in output_columns().values() for column in table.values()]
    assert [column for column in columns if not column.kind or len(column.meaning) < 5] == []
