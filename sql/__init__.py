"""SQL of the warehouse: one table a file, in numbered layers; `warehouse` is the only executor."""

from functools import cache
from importlib.resources import files

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
