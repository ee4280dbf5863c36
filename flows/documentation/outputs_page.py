"""The page of outputs: the data dictionary of a run's folder, and the tables of the warehouse."""

from __future__ import annotations

import sql
from flows.documentation.markdown import cell, code_cell, page, table
from reports.data_dictionary import output_columns, output_files
from sql.empty_tables import every_table_in_memory

_INTRODUCTION = """This page is generated from the program. A published run is a folder
`<out>/<run id>` with the files below; `<out>/latest` names the newest. Tables are UTF-8 CSV with a
byte-order mark, or Parquet. Equal inputs give equal bytes."""
_WAREHOUSE = """`<out>/warehouse.duckdb` holds the rows from which a run was made. It has one
writer; to read, use [`<out>/snapshot.duckdb`](snapshot.md) or the files above. Rows that break a
rule of a table are kept in `rejected_<table>` with the name of the rule. `yes` under *required*
means that a row without the value is rejected. Contributions are kept once, in the folder of each
run. A table that says *stored once* is a view of `<table>_intervals`, where a row stands once with
the numbers of the first and the last run that have it; `run_numbers` gives the number of each
run."""
_STORED_ONCE = "Stored once."
_LAYERS = {
    "10_raw": "Runs and raw files",
    "20_staging": "Staging: typed rows of each source",
    "30_signals": "Signal values",
    "40_marts": "Results",
}
_TABLES = "select table_name, comment from duckdb_tables() where not internal"
_COLUMNS = (
    "select table_name, column_name, data_type, is_nullable, comment from duckdb_columns() "
    "where not internal order by table_name, column_index"
)


def outputs_page() -> str:
    """Every file with its columns, then every table of the warehouse with its columns."""
    described = output_columns()
    files = table(
        ("file", "content"),
        (
            (
                f"[`{name}`](#{_anchor(name)})" if name in described else code_cell(name),
                cell(content),
            )
            for name, content in output_files().items()
        ),
    )
    return page(
        "Outputs",
        _INTRODUCTION,
        "## Files of a run",
        files,
        *map(_file_section, described),
        "## Warehouse",
        _WAREHOUSE,
        *_warehouse_sections(),
    )


def _file_section(name: str) -> str:
    rows = (
        (code_cell(c.name), cell(c.kind), cell(c.unit), cell(c.meaning))
        for c in output_columns()[name].values()
    )
    folder = f"{name.rpartition('/')[0]}/"
    content = cell(output_files().get(name) or output_files()[folder])
    parts = (f"### {name}", content[0].upper() + content[1:] + ".")
    return "\n\n".join((*parts, table(("column", "type", "unit", "meaning"), rows)))


def _warehouse_sections() -> list[str]:
    with every_table_in_memory() as scratch:
        comments = dict(scratch.execute(_TABLES).fetchall())
        columns: dict[str, list[tuple[str, str, str, str]]] = {}
        for name, column, kind, is_nullable, comment in scratch.execute(_COLUMNS).fetchall():
            required = "" if is_nullable else "yes"
            columns.setdefault(name, []).append(
                (code_cell(column), cell(kind.lower()), required, cell(comment))
            )
    parts = []
    for layer in sql.LAYERS:
        parts.append(f"### {_LAYERS[layer]}")
        for name in sql.tables(layer):
            parts.append(f"#### {name}")
            said = [comments.get(name), _STORED_ONCE if name in sql.KEPT_ONCE else None]
            if any(said):
                parts.append(" ".join(cell(text) for text in said if text))
            parts.append(table(("column", "type", "required", "comment"), columns[name]))
    return parts


def _anchor(file_name: str) -> str:
    """The anchor of a heading, as the site makes it: letters, digits and underscores stay."""
    return file_name.replace(".", "").replace("/", "")
