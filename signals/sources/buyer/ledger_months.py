"""A ledger brought down to months and years per supplier, for the sources that hold one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb
import polars as pl

from signals.source import Staged
from signals.sources.buyer.ledger_columns import ledger_tables, sql_types
from signals.sources.buyer.ledger_rules import explained
from signals.sources.buyer.ledger_tables import ParquetColumns
from sql.ledger_aggregation import LedgerDatabase
from suppliers.input_errors import DataRejectedError

MONTHS = "stg_purchasing__supplier_month"
YEARS = "stg_purchasing__supplier_year"

#: Five days of grace before a payment counts as late; terms over 60 days are long (Directive
#: 2011/7/EU, article 3(5)); a rush is offered under 60 % of the agreed lead time.
GRACE_DAYS = 5
LONG_TERMS_DAYS = 60
RUSH_SHARE_OF_AGREED = 0.6
#: Orders of a year below which a supplier's ledger shows no practice.
MIN_ORDERS = 6
#: A rate holds at most this long without a new quotation.
RATE_VALID_DAYS = 35


@dataclass(frozen=True)
class Ledger:
    """What a source gives to be aggregated.

    Attributes:
        source_id: the source.
        tables: table name to its parts, parsed frames or typed Parquet files.
        suppliers: at least supplier_id and country_iso3; rows of others are rejected.
        as_of: nothing later is seen.
        reporting_currency: ISO 4217; values without a currency are taken as in it.
        origin: where the rows came from, for the reader.
    """

    source_id: str
    tables: Mapping[str, Sequence[pl.DataFrame | ParquetColumns]]
    suppliers: pl.DataFrame
    as_of: dt.date
    reporting_currency: str
    origin: str


@dataclass(frozen=True)
class Aggregated:
    """A ledger brought down.

    Attributes:
        months: by supplier and month, with the rejected rows of all tables.
        years: by supplier.
        outcomes: source_file, outcome (`read`, `used`, or why out of scope), rows.
    """

    months: Staged
    years: Staged
    outcomes: pl.DataFrame


def aggregate_ledger(ledger: Ledger, spill_folder: Path | None = None) -> Aggregated:
    """Months and years of a ledger, and how its rows were used."""
    settings = pl.DataFrame(
        {
            "source_id": [ledger.source_id],
            "as_of": [ledger.as_of],
            "reporting_currency": [ledger.reporting_currency],
            "origin": [ledger.origin],
            "grace_days": [GRACE_DAYS],
            "long_terms_days": [LONG_TERMS_DAYS],
            "rush_share_of_agreed": [RUSH_SHARE_OF_AGREED],
            "least_orders": [MIN_ORDERS],
            "rate_valid_days": [RATE_VALID_DAYS],
            "has_changes": [bool(ledger.tables.get("order_changes"))],
            "has_invoices": [bool(ledger.tables.get("invoices"))],
        }
    ).with_columns(pl.col(pl.Int64).cast(pl.Int32))
    suppliers = (
        ledger.suppliers.select("supplier_id", "country_iso3")
        .sort("supplier_id")
        .with_row_index("supplier_number")
        .with_columns(pl.col("supplier_number").cast(pl.Int32))
    )
    try:
        with LedgerDatabase(spill_folder) as database:
            database.add_frame("ledger_settings", settings)
            database.add_frame("ledger_suppliers", suppliers)
            for table in ledger_tables():
                parts = ledger.tables.get(table, ())
                database.add_parts(
                    f"raw_{table}",
                    [part for part in parts if isinstance(part, pl.DataFrame)],
                    {part.path: part.columns for part in parts if isinstance(part, ParquetColumns)},
                    sql_types(table),
                )
            database.aggregate()
            months = database.read("supplier_month").sort("supplier_id", "month")
            years = database.read("supplier_year").sort("supplier_id")
            rejected = explained(database.read("refused_rows"))
            outcomes = database.read("row_outcomes")
    except duckdb.Error as error:
        lying = [
            part.path
            for parts in ledger.tables.values()
            for part in parts
            if isinstance(part, ParquetColumns)
        ]
        if not lying:
            raise
        names = ", ".join(path.name for path in lying)
        raise DataRejectedError(
            f"{names}: a Parquet file is damaged and cannot be read to its end; export it again."
        ) from error
    return Aggregated(Staged(MONTHS, months, rejected), Staged(YEARS, years), outcomes)
