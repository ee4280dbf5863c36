"""The page of the snapshot: its views and tables, read off an empty one."""

from __future__ import annotations

import duckdb

from flows.documentation.markdown import cell, code_cell, page, table
from flows.run.folders.readers_snapshot import run_tables
from sql.snapshot import fill

_INTRODUCTION = """This page is generated from the program. `<out>/snapshot.duckdb` is a DuckDB
file for notebooks and other readers ([how to use it](../how-to/notebooks.md)). It is written whole
after every run and every decision on a run; the file is for reading, and a run never waits for a
reader. The tables other than `runs` and `ranks` describe the run that `latest` names, and have the
same rows as the files of its folder; a table that the run did not write is empty. In texts of the
tables that are CSV files, a cell that a spreadsheet would compute has an apostrophe before it."""
_RELATIONS = (
    ("View", "select view_name, comment from duckdb_views() where not internal order by all"),
    ("Table", "select table_name, comment from duckdb_tables() where not internal order by all"),
)
_COLUMNS = (
    "select column_name, data_type, comment from duckdb_columns() "
    "where table_name = ? and not internal order by column_index"
)


def snapshot_page() -> str:
    """Every view, then every table, with its columns."""
    with duckdb.connect(":memory:") as empty:
        fill(empty, run_tables(None), (), None)
        parts = []
        for kind, query in _RELATIONS:
            parts.append(f"## {kind}s")
            for name, comment in empty.execute(query).fetchall():
                columns = empty.execute(_COLUMNS, [name]).fetchall()
                rows = (
                    (code_cell(column), cell(type_.lower()), cell(meaning))
                    for column, type_, meaning in columns
                )
                parts += [f"### {name}", cell(comment), table(("column", "type", "meaning"), rows)]
    return page("Snapshot", _INTRODUCTION, *parts)
