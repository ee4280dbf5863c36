"""The buyer's own ledger: orders, changes, invoices and payments (docs/how-to/ledger-template.md).

One file or more per table, as CSV, TSV, XLSX or Parquet, recognised by the beginning of the file's
name (`order_lines_2024.csv`) or by `options.tables`. Only sums by supplier and month are kept; no
order, invoice or text of the ledger is written anywhere.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from fnmatch import fnmatch
from pathlib import Path

import polars as pl

from configs.config_errors import UsageError
from signals.access import Access, AccessKind
from signals.account import NOT_THEN, Account, Unit, rows_by_rule
from signals.card import Collection, Licence, SourceCard
from signals.fetching.mirror import decimal_option, mirror_files, string_list, text
from signals.fetching.source_tables import rejected_file
from signals.source import PullContext, RawFile, Staged
from signals.sources.buyer.ledger_columns import ledger_tables
from signals.sources.buyer.ledger_months import Aggregated, Ledger, aggregate_ledger
from signals.sources.buyer.ledger_tables import (
    LedgerOptions,
    ParquetColumns,
    read_ledger_table,
)
from suppliers.input_errors import DataRejectedError, NonExtractiveError

CARD = SourceCard(
    id="buyer_ledger",
    title="Your own purchasing ledger",
    publisher="The buyer",
    url="https://www.oecd.org/en/topics/due-diligence-guidance-for-responsible-business-conduct.html",
    # The ledger is the user's own, and so is the right to use it.
    licence=Licence(
        id="provided by the user",
        url="https://www.oecd.org/en/topics/due-diligence-guidance-for-responsible-business-conduct.html",
        redistributable=True,
        commercial_use=True,
    ),
    held_by="The buyer, in its own purchasing and payment systems",
    collection=Collection.BUYER_OWN,
    cadence="monthly",
    publication_lag_days=0,
    coverage="Suppliers the buyer ordered from",
    expected_rows=(0, 50_000_000),
    counts=(Unit.FILE, Unit.ROW),
    citation="The buyer's own ledger.",
    access=Access(
        kind=AccessKind.OWN_DATA,
        adds="the pressure that your own orders and payments put on each supplier",
    ),
)

#: Why rows that break no rule are not used.
_BEYOND = {
    "later": NOT_THEN,
    "earlier": "of more than three years before the last month",
    "not_of_the_buyer": "a change that the supplier asked for, or made before the order was bound",
}
_SUFFIXES = ("csv", "tsv", "txt", "xlsx", "parquet")


def pull(context: PullContext) -> Sequence[RawFile]:
    """Register the files of the mirror, each under the name of its table.

    Raises:
        SourceUnavailableError: the mirror holds no table of a ledger.
        UsageError: the mirror does not exist, or an option names no table.
    """
    if context.mirror is None:
        return []
    patterns = _patterns(context)
    wanted = [pattern for group in patterns.values() for pattern in group]
    files = []
    for path in mirror_files(CARD.id, context.mirror, wanted, {}):
        tables = [
            table
            for table, group in patterns.items()
            if any(fnmatch(path.name.lower(), pattern.lower()) for pattern in group)
        ]
        # One workbook can hold several tables, where the user names the sheet of each.
        named = [table for table in tables if table in _sheets(context)]
        files += [context.store.keep(CARD.id, path, key=table) for table in named or tables[:1]]
    return files


def stage(files: Sequence[RawFile], context: PullContext) -> Sequence[Staged]:
    """Bring the ledger down to months and years per supplier, as known by the as-of date.

    Raises:
        NonExtractiveError: a table holds data about persons.
        UsageError: an option names no table or column.
    """
    options = _options(context)
    tables: dict[str, list[pl.DataFrame | ParquetColumns]] = defaultdict(list)
    refused = []
    account = Account()
    for raw in files:
        try:
            table = read_ledger_table(raw.key, Path(raw.path), options)
            if isinstance(table, pl.DataFrame) and table.is_empty():
                raise DataRejectedError(
                    f"{Path(raw.origin).name}: there is a header but no row below it; add the rows."
                )
            tables[raw.key].append(table)
            account.use(raw)
        except NonExtractiveError:
            raise
        except DataRejectedError as error:
            refused.append(rejected_file(raw, error))
    names = sorted({Path(raw.origin).name for raw in files if raw.key == "order_lines"})
    ledger = Ledger(
        source_id=CARD.id,
        tables=tables,
        suppliers=context.suppliers,
        as_of=context.as_of,
        reporting_currency=reporting_currency(CARD.id, context),
        origin=", ".join(names) or "ledger without order lines",
    )
    aggregated = aggregate_ledger(ledger)
    months = aggregated.months
    _count_rows(account, aggregated)
    return [
        Staged(months.table, months.rows, pl.concat([months.rejected, *refused]), account),
        aggregated.years,
    ]


def _count_rows(account: Account, aggregated: Aggregated) -> None:
    """Count the rows of the files that were read."""
    rejected = aggregated.months.rejected
    by_file: dict[str, dict[str, int]] = defaultdict(dict)
    for name, outcome, rows in aggregated.outcomes.iter_rows():
        by_file[name][outcome] = rows
    # The ledger knows its files by name; files of one name in two folders are counted together.
    read = {Path(raw.path).name: raw for raw in sorted(account.used_files, key=lambda r: r.origin)}
    for name, raw in read.items():
        rows = by_file[name]
        account.count(
            Unit.ROW,
            raw,
            read=rows.get("read", 0),
            used=rows.get("used", 0),
            rejected=rows_by_rule(rejected.filter(source_file=name)),
            out_of_scope={why: rows.get(outcome, 0) for outcome, why in _BEYOND.items()},
        )


def reporting_currency(source_id: str, context: PullContext) -> str:
    """The currency that values are brought to.

    Raises:
        UsageError: it is no code of three letters.
    """
    code = text(source_id, context.options, "reporting_currency", "EUR").upper()
    if not re.fullmatch(r"[A-Z]{3}", code):
        raise UsageError(
            f"sources.{source_id}.options.reporting_currency: give a code of three letters, EUR."
        )
    return code


def _patterns(context: PullContext) -> dict[str, list[str]]:
    """Table to patterns of file names, all tables; `options.tables` replaces those it names."""
    own = _texts(context, "tables")
    unknown = sorted(set(own) - set(ledger_tables()))
    if unknown:
        raise UsageError(
            f"sources.{CARD.id}.options.tables: there is no table {unknown[0]!r}; there are "
            f"{', '.join(ledger_tables())}."
        )
    usual = {table: [f"{table}*.{suffix}" for suffix in _SUFFIXES] for table in ledger_tables()}
    return usual | {table: [pattern] for table, pattern in own.items()}


def _options(context: PullContext) -> LedgerOptions:
    headers: dict[str, dict[str, str]] = defaultdict(dict)
    for header, target in _texts(context, "map").items():
        table, dot, column = target.partition(".")
        # A header may stand in several tables: `invoices: EBELN` keeps them apart.
        scope, colon, bare = header.partition(":")
        if not dot or table not in ledger_tables() or (colon and scope.strip() != table):
            raise UsageError(
                f"sources.{CARD.id}.options.map: {header!r} must name a table and a column, such "
                "as EBELN: order_lines.order_id."
            )
        headers[table][(bare if colon else header).strip()] = column
    return LedgerOptions(
        headers=headers,
        drop=string_list(CARD.id, context.options, "drop"),
        date_format=text(CARD.id, context.options, "date_format", "") or None,
        declared_false_alarms=_texts(context, "declared_false_alarms"),
        decimal=decimal_option(CARD.id, context.options),
        sheets=_sheets(context),
    )


def _sheets(context: PullContext) -> dict[str, str]:
    """Table to the sheet of its workbooks."""
    own = _texts(context, "sheets")
    unknown = sorted(set(own) - set(ledger_tables()))
    if unknown:
        raise UsageError(
            f"sources.{CARD.id}.options.sheets: there is no table {unknown[0]!r}; there are "
            f"{', '.join(ledger_tables())}."
        )
    return own


def _texts(context: PullContext, key: str) -> dict[str, str]:
    value = context.options.get(key) or {}
    if not isinstance(value, dict):
        raise UsageError(f"sources.{CARD.id}.options.{key}: give names and texts.")
    return {str(name): str(content) for name, content in value.items()}
