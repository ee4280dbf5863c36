"""What the file of each table asks of its rows, as DuckDB reads it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import sql
from sql.empty_tables import tables_as_read

_CHECK_NAME = re.compile(r"^\s*constraint (\w+) check\b", re.MULTILINE)


class WarehouseError(Exception):
    """The warehouse cannot be opened or a table's contract is broken; one sentence."""


@dataclass(frozen=True)
class Contract:
    """What the DDL of a table asks of its rows.

    Attributes:
        columns: types by name, in order.
        required: columns that may not be null.
        checks: expressions by the name of the rule.
        key: columns that identify a row; empty where the table has no key.
    """

    columns: Mapping[str, str]
    required: tuple[str, ...]
    checks: Mapping[str, str]
    key: tuple[str, ...]


def known(table: str) -> str:
    """The name of a table of the warehouse.

    Identifiers come from file names of `sql/` alone, never from a value.

    Raises:
        WarehouseError: there is no such table.
    """
    if not any(table in sql.tables(layer) for layer in sql.LAYERS):
        raise WarehouseError(f"no table named {table}")
    return table


def contract_of(table: str) -> Contract:
    """The contract of a table, also of one that lies in the folder of its run.

    Raises:
        WarehouseError: there is no such table.
    """
    if table not in sql.file_ddl():
        known(table)
    return every_contract()[table]


def judged(table: str, present: Sequence[str]) -> str:
    """A statement that gives the typed rows of `incoming_` with the rule that each breaks.

    Args:
        table: whose contract it is.
        present: columns of `incoming_`, which numbers its rows in `row_number_`; the others of
            the table are null.
    """
    contract = contract_of(table)
    select = ", ".join(
        f'cast("{name}" as {kind}) as "{name}"' if name in present else f'null::{kind} as "{name}"'
        for name, kind in contract.columns.items()
    )
    whens = [f"when not ({text}) then '{rule}'" for rule, text in contract.checks.items()]
    whens += [f"when \"{name}\" is null then '{name}_is_missing'" for name in contract.required]
    rule = f"case {' '.join(whens)} end" if whens else "null::varchar"
    return f"select *, {rule} as rule_ from (select row_number_, {select} from incoming_) as typed"


def counted(table: str, rows: str) -> str:
    """A statement that counts the rows of `judged` by rule, and their different keys.

    Fewer keys than rows mean that a key may stand twice; as many, that none does. Keys are
    compared by their hash, which takes a fraction of the memory of the keys.

    Args:
        table: whose key it is.
        rows: a table, or a statement in brackets.
    """
    key = ", ".join(f'"{name}"' for name in contract_of(table).key)
    if not key:
        return f"select rule_, count(*), count(*) from {rows} group by rule_ order by rule_"
    # A group for each key is written to the disk where memory ends; `count(distinct)` fails there.
    return (
        "select rule_, cast(sum(number_) as bigint), count(*) from (select rule_, count(*) as "
        f"number_ from {rows} group by rule_, hash({key})) group by rule_ order by rule_"
    )


def repeated(table: str, rows: str) -> str:
    """A statement that gives `row_number_` of good rows whose key an earlier good row has.

    Args:
        table: whose key it is.
        rows: as for `counted`.
    """
    key = ", ".join(f'"{name}"' for name in contract_of(table).key)
    # A rejected row does not make a good row with its key a duplicate.
    return (
        f"select row_number_ from (select row_number_, row_number() over (partition by {key} "
        f"order by row_number_) as place_ from {rows} where rule_ is null) where place_ > 1"
    )


@cache
def every_contract() -> Mapping[str, Contract]:
    """Each table's contract as DuckDB reads its file: every open warehouse has it in that shape."""
    columns: dict[str, list[tuple[str, str, bool]]] = {}
    checks: dict[str, list[str]] = {}
    keys: dict[str, tuple[str, ...]] = {}
    for table, name, type_of_column, is_nullable, _ in tables_as_read().columns:
        columns.setdefault(table, []).append((name, type_of_column, is_nullable))
    for table, kind, expression, names in tables_as_read().constraints:
        if kind == "CHECK":
            checks.setdefault(table, []).append(expression)
        else:
            keys[table] = names
    return {
        table: Contract(
            columns={name: kind for name, kind, _ in columns[table]},
            required=tuple(name for name, _, is_nullable in columns[table] if not is_nullable),
            # DuckDB renames constraints; the rule a person reads is the name in our file.
            checks=dict(zip(_CHECK_NAME.findall(statements), checks.get(table, []), strict=True)),
            key=keys.get(table, ()),
        )
        for table, statements in ({**sql.every_ddl(), **sql.file_ddl()}).items()
    }
