"""A new signal: its module, its test and its entry in the configuration."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import polars as pl

import sql
from flows.scaffold.checkout import (
    BASE_CONFIGURATION,
    Scaffold,
    name_findings,
    package_files,
    raise_findings,
    render,
    text_findings,
)
from flows.scaffold.config_entry import with_entry
from flows.scaffold.unfilled import TO_FILL
from signals import registry
from signals.card import Pillar
from sql.warehouse import Warehouse

Support = Literal["site", "supplier", "country"]

#: Column of a staging table that says what its rows are about; the first that is there counts.
_SUPPORTS: dict[str, Support] = {
    "site_id": "site",
    "supplier_id": "supplier",
    "country_iso3": "country",
}
_DATED = {"observed_to", "published_on", "origin"}


@dataclass(frozen=True)
class SignalRequest:
    """What the command line asks for.

    Attributes:
        name: id of the signal.
        pillar: its pillar, as in the cards.
        source: id of the source that it reads.
        table: staging table; None: the only one of the source.
        column: column that holds the value; None: the only number of the table.
        title: for the card; None leaves it to be filled.
        unit: for the card; None leaves it to be filled.
    """

    name: str
    pillar: str
    source: str
    table: str | None
    column: str | None
    title: str | None
    unit: str | None


def signal_scaffold(request: SignalRequest, root: Path) -> Scaffold:
    """The files of a new signal that runs at once, with weight 0 and its card to be filled.

    Raises:
        UsageError: the name is taken or malformed, or pillar, source, table or column are not
            known; all findings at once.
    """
    findings = name_findings(request.name, "signal", root)
    findings += text_findings({"--title": request.title, "--unit": request.unit})
    findings += _pillar_findings(request)
    table, schema, table_findings = _table(request)
    support = next((of for key, of in _SUPPORTS.items() if key in schema), None)
    if table and (support is None or not set(schema) >= _DATED):
        table_findings.append(
            f"--table {table}: its rows are not of sites, suppliers or countries with a date of "
            "publication; name another, or write the signal by hand"
        )
    column, column_findings = _column(request.column, table, schema)
    raise_findings(findings + table_findings + column_findings)
    pillar = Pillar(request.pillar)
    folder = registry.PILLAR_PACKAGES[pillar].replace(".", "/")
    parts = {
        "name": request.name,
        "pillar": pillar,
        "package": registry.PILLAR_PACKAGES[pillar],
        "source": request.source,
        "table": table,
        "column": column,
        "is_whole_number": schema[column].is_integer(),
        "support": support,
        "key": next(key for key, of in _SUPPORTS.items() if of == support),
        "title": request.title or f"{TO_FILL}: title",
        "unit": request.unit or f"{TO_FILL}: unit",
    }
    module = f"{folder}/{request.name}.py"
    test = f"tests/{folder}/test_{request.name}.py"
    base = (root / BASE_CONFIGURATION).read_text(encoding="utf-8")
    groups = {name: signal.card.pillar.value for name, signal in registry.signals().items()}
    return Scaffold(
        new_files={
            module: render("signal.py.jinja", **parts),
            **package_files(root, f"tests/{folder}"),
            test: render("signal_test.py.jinja", **parts),
        },
        configuration=with_entry(
            base, "signals", render("signal.yaml.jinja", **parts), pillar.value, groups
        ),
        next_steps=(
            f"Fill the lines marked `{TO_FILL}` in {module} and {BASE_CONFIGURATION}; "
            "`understory check` lists them.",
            f"Write what the signal computes, and its values by hand in {test}; run "
            f"`pytest {test} tests/signals/test_registry.py`.",
            "The weight is 0: it is measured and moves no score until you give it one.",
        ),
    )


def _pillar_findings(request: SignalRequest) -> list[str]:
    pillars = [pillar.value for pillar in Pillar]
    if request.pillar not in pillars:
        return [f"--pillar {request.pillar}: give one of {', '.join(pillars)}"]
    is_context = request.pillar == Pillar.CONTEXT.value
    if is_context != request.name.endswith("_prior"):
        return [
            f"{request.name}: names of signals of the pillar context, and no others, end in _prior"
        ]
    return []


def _table(request: SignalRequest) -> tuple[str, dict[str, pl.DataType], list[str]]:
    """The staging table to read and its columns, or what is wrong with the request."""
    module = registry.sources().get(request.source)
    if module is None:
        return (
            "",
            {},
            [
                f"--source {request.source}: there is no source of this name; see `understory "
                "sources`, or scaffold it with `understory new source`"
            ],
        )
    staging = sql.tables("20_staging")
    # Sources of one kind share a table, which their modules name by a constant.
    named = {value for value in vars(module).values() if isinstance(value, str)}
    tables = [t for t in staging if t in named or t.startswith(f"stg_{request.source}__")]
    table = request.table or (tables[0] if len(tables) == 1 else None)
    if table is None or table not in tables:
        given = "--table" if request.table is None else f"--table {request.table}"
        return (
            "",
            {},
            [f"{given}: give a staging table of {request.source}: {', '.join(tables) or 'none'}"],
        )
    with Warehouse(None) as warehouse:
        return table, dict(warehouse.read(table).schema), []


def _column(given: str | None, table: str, schema: dict[str, pl.DataType]) -> tuple[str, list[str]]:
    """The column that holds the value, or what is wrong with the one asked for."""
    numbers = [name for name, kind in schema.items() if kind.is_numeric() and name != "year"]
    if not table:
        return "", []
    if given is None and len(numbers) == 1:
        return numbers[0], []
    if given not in numbers:
        option = "--column" if given is None else f"--column {given}"
        return "", [
            f"{option}: give the column of {table} that holds the value: "
            f"{', '.join(numbers) or 'it holds no number'}"
        ]
    return given, []
