"""The tables of a buyer's ledger and their columns (docs/how-to/ledger-template.md)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

#: Column to its type, per table of the ledger (docs/how-to/ledger-template.md). A star marks the
#: columns a table cannot do without.
_TABLES: Mapping[str, str] = {
    "order_lines": "order_id* text, line_id* text, supplier_id* text, ordered_on* date, "
    "confirmed_on date, requested_on date, agreed_lead_days number, sku text, category text, "
    "quantity* number, unit_price* number, amount number, currency code, incoterm code, "
    "status word, cancelled_on date, cancelled_quantity number, standard_minutes number, "
    "material_cost number",
    "order_changes": "order_id* text, changed_on* date, change word, initiated_by word",
    "deliveries": "order_id* text, line_id* text, delivered_on* date, quantity* number",
    "invoices": "invoice_id* text, supplier_id* text, issued_on* date, due_on date, "
    "terms_days number, amount* number, currency code, kind word, credits_invoice_id text",
    "payments": "invoice_id* text, paid_on* date, amount* number, currency code",
    "rates": "currency* code, quoted_on* date, rate* number",
    "cost_indices": "country* word, component* word, valid_from* date, index_value* number, "
    "share number, currency code, published_on date",
    "labour_costs": "country* word, valid_from* date, minimum_wage_per_hour* number, "
    "currency code, efficiency number, published_on date",
    "forecasts": "supplier_id* text, month* date, quantity* number, made_on* date, sku text",
    "capacity": "supplier_id* text, valid_from* date, hours_per_month number, "
    "units_per_month number, basis* word, published_on date",
}

_SQL_TYPES = {
    "text": "varchar",
    "code": "varchar",
    "word": "varchar",
    "date": "date",
    "number": "double",
}


@dataclass(frozen=True)
class LedgerColumn:
    """One column of a ledger table."""

    name: str
    kind: str
    is_required: bool


def ledger_tables() -> tuple[str, ...]:
    """Names of the tables a ledger may have."""
    return tuple(_TABLES)


def ledger_columns(table: str) -> tuple[LedgerColumn, ...]:
    """The columns of one table, in the order of the template."""
    parts = [item.split() for item in _TABLES[table].split(",")]
    return tuple(LedgerColumn(name.rstrip("*"), kind, name.endswith("*")) for name, kind in parts)


def sql_types(table: str) -> dict[str, str]:
    """Column to its type in the database; `country` arrives as a code."""
    types = {column.name: _SQL_TYPES[column.kind] for column in ledger_columns(table)}
    if "country" in types:
        del types["country"]
        types["country_iso3"] = "varchar"
    return types
