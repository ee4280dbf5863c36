"""SQL of the warehouse: one table a file, in numbered layers; `warehouse` is the only executor."""

import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType

LAYERS = ("10_raw", "20_staging", "30_signals", "40_marts")
#: Contracts of tables that are kept once, as a file in the folder of their run.
FILE_LAYER = "45_run_files"

#: Tables of which most rows are the same in the next run: a row is stored once, with the numbers
#: of the first and the last run that have it. A view of the table's name gives every run's rows.
KEPT_ONCE = (
    "raw_files",
    "signal_values",
    "site_signal_values",
    "peer_keys",
    "supplier_flags",
    "supplier_links",
)
#: Columns that a run gives to all of its rows; `run_numbers` has them.
OF_THE_RUN = ("run_id", "as_of")

#: Loaded whole, month for month: an index of their keys takes more space and time than their rows.
_WITHOUT_INDEX = ("20_staging", "30_signals", "40_marts")
_KEY = re.compile(r",\s*primary key \([^)]*\)")
_OF_THE_RUN = re.compile(rf"^\s*(?:{'|'.join(OF_THE_RUN)}) \w+ not null,\n", re.MULTILINE)
_INTERVAL = (
    "    valid_from integer not null,\n"
    "    valid_to integer,\n"
    "    constraint interval_in_order check (valid_to is null or valid_to >= valid_from),\n"
)


@cache
def tables(layer: str) -> tuple[str, ...]:
    """Names of the tables of a layer, in the order of their names."""
    folder = files(__package__) / layer
    names = (entry.name for entry in folder.iterdir() if entry.name.endswith(".sql"))
    return tuple(sorted(name.removesuffix(".sql") for name in names))


def ddl(layer: str, table: str) -> str:
    """The statements that make one table."""
    return (files(__package__) / layer / f"{table}.sql").read_text(encoding="utf-8")


@cache
def every_ddl() -> Mapping[str, str]:
    """The statements that make each table, and each table of rejected rows, by its name."""
    statements: dict[str, str] = {}
    for layer in LAYERS:
        for table in tables(layer):
            statements[table] = ddl(layer, table)
            statements[f"rejected_{table}"] = (
                f"create table if not exists rejected_{table} ("
                "run_id varchar not null, source_file varchar, source_row bigint, "
                "rule varchar not null, reason varchar not null)"
            )
    return MappingProxyType(statements)


@cache
def file_ddl() -> Mapping[str, str]:
    """The statements of the tables that lie in the folder of their run, by name."""
    return MappingProxyType({table: ddl(FILE_LAYER, table) for table in tables(FILE_LAYER)})


def intervals_of(table: str) -> str:
    """The stored table of a table of `KEPT_ONCE`."""
    return f"{table}_intervals"


@cache
def loaded_ddl() -> Mapping[str, str]:
    """The statements of `every_ddl` without the keys of large tables, which keep no index.

    The key that a file states is kept by `Warehouse.load`, which rejects a second row with it.
    """
    without = {table for layer in _WITHOUT_INDEX for table in tables(layer)} | set(KEPT_ONCE)
    return MappingProxyType(
        {
            table: _KEY.sub("", statements) if table in without else statements
            for table, statements in every_ddl().items()
        }
    )


@cache
def stored_ddl() -> Mapping[str, str]:
    """The statements of the tables as a warehouse has them, by name; `view_ddl` has its views."""
    return MappingProxyType(
        {
            intervals_of(table) if table in KEPT_ONCE else table: (
                _intervals(table) if table in KEPT_ONCE else statements
            )
            for table, statements in loaded_ddl().items()
        }
    )


def view_ddl(table: str, columns: Mapping[str, str]) -> str:
    """The view that gives the rows of every run of a table of `KEPT_ONCE`, with its comments.

    Args:
        table: of `KEPT_ONCE`.
        columns: of its file, in order.
    """
    chosen = ", ".join(f'{"run" if name in OF_THE_RUN else "kept"}."{name}"' for name in columns)
    comments = loaded_ddl()[table].partition("comment on table ")[2]
    return (
        f"create or replace view {table} as select {chosen} from run_numbers as run "
        f"join {intervals_of(table)} as kept on kept.valid_from <= run.number "
        "and (kept.valid_to is null or kept.valid_to >= run.number) "
        f"where run.table_name = '{table}'; comment on view {comments}"
    )


def _intervals(table: str) -> str:
    """The stored table: the columns and checks of the file, and the interval of each row."""
    made = loaded_ddl()[table].partition("comment on table ")[0]
    head, _, body = made.partition(" (\n")
    body = _OF_THE_RUN.sub("", body)
    return (
        f"{head.replace(table, intervals_of(table))} (\n{_INTERVAL}{body}"
        f"comment on table {intervals_of(table)} is "
        f"'Rows of {table}, each stored once with the runs that have it (run_numbers).';\n"
        f"comment on column {intervals_of(table)}.valid_from is 'number of the first run';\n"
        f"comment on column {intervals_of(table)}.valid_to is "
        "'number of the last run; null: up to the newest';\n"
    )
