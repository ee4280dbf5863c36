"""SQL of the warehouse: one table a file, in numbered layers; `warehouse` is the only executor."""

import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType

LAYERS = ("10_raw", "20_staging", "30_signals", "40_marts")

#: Loaded whole, month for month: an index of their keys takes more space and time than their rows.
_WITHOUT_INDEX = ("20_staging", "30_signals", "40_marts")
_KEY = re.compile(r",\s*primary key \([^)]*\)")


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
def stored_ddl() -> Mapping[str, str]:
    """The statements of `every_ddl` as a warehouse runs them: large tables keep no index.

    The key that a file states is kept by `Warehouse.load`, which rejects a second row with it.
    """
    without = {table for layer in _WITHOUT_INDEX for table in tables(layer)}
    return MappingProxyType(
        {
            table: _KEY.sub("", statements) if table in without else statements
            for table, statements in every_ddl().items()
        }
    )
