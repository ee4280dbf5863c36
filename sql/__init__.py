"""SQL of the warehouse: one table a file, in numbered layers; `warehouse` is the only executor."""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType

LAYERS = ("10_raw", "20_staging", "30_signals", "40_marts")


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
