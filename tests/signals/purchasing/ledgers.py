"""Small ledgers on disk, and the signals of purchasing computed from them as a run would."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from pathlib import Path

import polars as pl

from signals.registry import signals
from signals.source import Staged
from signals.sources.buyer import buyer_ledger
from signals.sources.buyer.ledger_months import MONTHS, YEARS
from signals.values import finish
from sql.warehouse import Warehouse
from tests.signals.builders import AS_OF, all_staged, context, sites, suppliers

Row = Mapping[str, object]


def line(order: object, day: str, **more: object) -> Row:
    """An order line of supplier A: 10 pieces at 10.00, all else as given."""
    usual = {
        "order_id": order,
        "line_id": 1,
        "supplier_id": "A",
        "ordered_on": day,
        "quantity": 10,
        "unit_price": 10,
    }
    return {**usual, **more}


def monthly_lines(first_year: int = 2023, first_month: int = 6, count: int = 12) -> list[Row]:
    """One order on the tenth of each month."""
    months = [divmod(first_month - 1 + number, 12) for number in range(count)]
    return [
        line(f"O{first_year + year}-{month + 1}", f"{first_year + year}-{month + 1:02d}-10")
        for year, month in months
    ]


def write(folder: Path, **tables: Sequence[Row]) -> Path:
    """One CSV per table; a column is there if any row has it."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, rows in tables.items():
        columns = list(dict.fromkeys(column for row in rows for column in row))
        cells = {
            column: [None if row.get(column) is None else str(row[column]) for row in rows]
            for column in columns
        }
        pl.DataFrame(cells, schema=dict.fromkeys(columns, pl.String)).write_csv(
            folder / f"{name}.csv"
        )
    return folder


def staged(
    tmp_path: Path, mirror: Path, as_of: dt.date = AS_OF, ids: Sequence[str] = ("A", "B"),
    **options: object,
) -> tuple[Staged, Staged]:  # fmt: skip
    """Pull and stage a ledger, and check the contracts of both tables."""
    listed = suppliers(*({"supplier_id": name} for name in ids))
    using = context(tmp_path, mirror=mirror, supplier_rows=listed, as_of=as_of, **options)
    months, years = all_staged(buyer_ledger, using)
    with Warehouse(None) as warehouse:
        for outcome in (months, years):
            assert warehouse.load(outcome.table, outcome.rows, "run").rejected_by_rule == {}
            warehouse.reject(outcome.table, outcome.rejected, "run")
    return months, years


def values(
    tmp_path: Path, mirror: Path, signal_id: str, as_of: dt.date = AS_OF,
    ids: Sequence[str] = ("A", "B"), **options: object,
) -> dict[str, dict[str, object]]:  # fmt: skip
    """The finished values of one signal by supplier."""
    months, years = staged(tmp_path, mirror, as_of, ids, **options)
    signal = signals()[signal_id]
    listed = suppliers(*({"supplier_id": name} for name in ids))
    frames = {MONTHS: months.rows.lazy(), YEARS: years.rows.lazy()}
    done = finish(signal.card, signal.compute(frames), listed, sites(), as_of)
    assert done.rejected.is_empty()
    return {row["supplier_id"]: row for row in done.values.to_dicts()}


def rules(outcome: Staged) -> dict[str, list[int | None]]:
    """Rejected rows by rule."""
    found: dict[str, list[int | None]] = {}
    for row in outcome.rejected.sort("source_file", "source_row").to_dicts():
        found.setdefault(row["rule"], []).append(row["source_row"])
    return found
