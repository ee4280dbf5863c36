"""Accounts in a plain table: one row per supplier and fiscal year.

The columns are in docs/how-to/accounts-template.md.

For suppliers whose accounts come from a register extract, an annual report or the buyer's own
credit file. Reads CSV, TSV, XLSX or Parquet from the mirror folder or file.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from pathlib import Path

import polars as pl

from signals.access import Access, AccessKind
from signals.account import Account, Unit, rows_by_rule
from signals.card import Collection, Licence, SourceCard
from signals.fetching.mirror import decimal_option, mirror_files, string_list, text
from signals.fetching.source_tables import (
    no_rejections,
    read_source_table,
    rejected_file,
    rejected_rows,
    rows_read,
)
from signals.source import PullContext, RawFile, Staged
from signals.sources.accounts.company_facts import FISCAL_YEAR_DAYS, ITEMS_SCHEMA
from signals.sources.accounts.xbrl_concepts import ITEMS
from suppliers.input_errors import DataRejectedError, NonExtractiveError
from suppliers.intake.amounts import parse_yes_no
from suppliers.intake.days import day_of
from suppliers.intake.fields import FieldKind
from suppliers.intake.numbers import DecimalMark, number_fault, number_of, number_style

CARD = SourceCard(
    id="accounts_csv",
    title="Company accounts in a plain table",
    publisher="The user, from public registers or published reports",
    url="https://e-justice.europa.eu/489/EN/business_registers",
    # The file is the user's, and so is the right to use it: it is shown in the user's own outputs.
    licence=Licence(
        id="provided by the user",
        url="https://e-justice.europa.eu/489/EN/business_registers",
        redistributable=True,
        commercial_use=True,
    ),
    held_by="Company registers and published annual reports, provided by the user",
    collection=Collection.PUBLIC_RECORD,
    cadence="yearly",
    publication_lag_days=365,
    coverage="Suppliers the user has accounts of",
    expected_rows=(0, 10_000_000),
    counts=(Unit.FILE, Unit.ROW),
    citation="Accounts as filed, provided by the user.",
    access=Access(
        kind=AccessKind.OWN_DATA,
        adds="accounts in a plain table, of any company in any country",
    ),
)

TABLE = "stg_accounts_csv__items"

_KINDS: dict[str, FieldKind] = {
    "supplier_id": "identifier",
    "company_number": "identifier",
    "period_start": "category",
    "period_end": "category",
    "filed_on": "category",
    "currency": "category",
    "consolidated": "boolean",
    **dict.fromkeys(ITEMS, "number"),
    "going_concern_doubt": "boolean",
}
_YES_NO = "going_concern_doubt"

#: A total and its part, where the whole cannot be less than the part.
_WHOLE_AND_PART = (
    ("total_assets", "current_assets"),
    ("total_assets", "cash"),
    ("total_assets", "receivables"),
    ("total_assets", "inventory"),
    ("total_assets", "fixed_assets"),
    ("current_assets", "cash"),
    ("current_assets", "receivables"),
    ("current_assets", "inventory"),
)
#: Minority interests are often in neither equity nor liabilities.
_BALANCE_TOLERANCE = 0.05
#: Rounding of figures in thousands and millions.
_ROUNDING = 1.01


def pull(context: PullContext) -> Sequence[RawFile]:
    """Register the tables of the mirror; without a mirror there are none.

    Raises:
        SourceUnavailableError: the mirror holds no table.
        UsageError: the mirror does not exist.
    """
    if context.mirror is None:
        return []
    patterns = ["*.csv", "*.csv.gz", "*.tsv", "*.xlsx", "*.parquet"]
    paths = mirror_files(CARD.id, context.mirror, patterns, context.options)
    return [context.store.keep(CARD.id, path, key=path.name) for path in paths]


def stage(files: Sequence[RawFile], context: PullContext) -> Sequence[Staged]:
    """Read the tables into items; bad rows and cells are rejected with their reason.

    Raises:
        NonExtractiveError: a table holds data about persons.
    """
    rows = [pl.DataFrame(schema=ITEMS_SCHEMA)]
    refused = [no_rejections()]
    account = Account()
    drop = string_list(CARD.id, context.options, "drop")
    for raw in files:
        try:
            table, unread = read_source_table(
                Path(raw.path), _KINDS, required={"period_end", "total_assets"}, drop=drop,
                sheet=text(CARD.id, context.options, "sheet", "") or None,
            )  # fmt: skip
            declared = decimal_option(CARD.id, context.options)
            items, rejected, used = read_accounts(table, context.suppliers, raw.origin, declared)
        except NonExtractiveError:
            raise
        except DataRejectedError as error:
            refused.append(rejected_file(raw, error))
            continue
        rows.append(items)
        rejected = pl.concat([unread, rejected])
        refused.append(rejected)
        # A statement of which single figures are rejected is used.
        whole = rejected.filter(~pl.col("source_row").is_in(used.implode()))
        account.count(
            Unit.ROW, raw, read=rows_read(table, unread), used=used.len(),
            rejected=rows_by_rule(whole),
        )  # fmt: skip
    return [Staged(TABLE, pl.concat(rows), pl.concat(refused), account)]


def read_accounts(
    table: pl.DataFrame,
    suppliers: pl.DataFrame,
    origin: str,
    declared: DecimalMark | None = None,
) -> tuple[pl.DataFrame, pl.DataFrame, pl.Series]:
    """Turn one table of statements into items.

    A table without `filed_on` counts as published 365 days after the period's end.

    Args:
        table: columns of the template as text, with `source_row`.
        suppliers: the list; rows are matched by `supplier_id`, else by `company_number`.
        origin: for the column of that name.
        declared: decimal mark by the user's word.

    Returns:
        Rows in the shape of `ITEMS_SCHEMA`, rejected rows, and the source rows that gave an item.
        The concept says whether the
        statement is consolidated, so that the two kinds are never mixed.

    Raises:
        DataRejectedError: the table names neither suppliers nor company numbers.
    """
    if not {"supplier_id", "company_number"} & set(table.columns):
        raise DataRejectedError(
            f"{Path(origin).name}: no column names the supplier; add supplier_id or company_number."
        )
    absent = [name for name in _KINDS if name not in table.columns]
    complete = table.with_columns(pl.lit(None, pl.String).alias(name) for name in absent)
    statements = _with_supplier(complete, suppliers)
    for name in ("period_start", "period_end", "filed_on"):
        statements = statements.with_columns(day_of(name).alias(f"{name}_day"))
    lag = dt.timedelta(days=CARD.publication_lag_days)
    statements = statements.with_columns(
        published_on=pl.when(pl.col("filed_on").is_null())
        .then(pl.col("period_end_day") + lag)
        .otherwise(pl.col("filed_on_day")),
        currency=pl.col("currency").str.to_uppercase(),
    )
    name = Path(origin).name
    statements, rejected = _checked(statements, name)
    amounts = [item for item in ITEMS if item != _YES_NO]
    style = number_style(statements, amounts, declared=declared, checks=[_whole_holds_its_parts])
    typed = statements.with_columns(number_of(item, style).alias(item) for item in amounts)
    is_wrong = typed.select(_parts_exceed_whole()).to_series().fill_null(False)
    contradiction = (
        "current assets, fixed assets, cash, receivables or inventory are more than the total that "
        "they are part of; give all figures of a row in one unit"
    )
    rejected = pl.concat(
        [
            rejected,
            rejected_rows(
                statements.filter(is_wrong), name, "whole_holds_its_parts", contradiction
            ),
        ]
    )
    statements = statements.filter(~is_wrong)
    long = statements.unpivot(
        ITEMS,
        index=[
            "found_id",
            "period_start_day",
            "period_end_day",
            "published_on",
            "currency",
            "consolidated",
            "source_row",
        ],
        variable_name="item",
        value_name="text",
    ).drop_nulls("text")
    option = f"sources.{CARD.id}.options.decimal:"
    long = long.with_columns(
        value=pl.when(pl.col("item") == _YES_NO)
        .then(pl.col("text").map_elements(parse_yes_no, return_dtype=pl.Boolean).cast(pl.Float64))
        .otherwise(number_of("text", style)),
        fault=number_fault("text", style, option),
    )
    unread = long.filter(pl.col("value").is_null())
    reason = (
        pl.when(pl.col("item") == _YES_NO)
        .then(pl.format("{} is neither yes nor no", "item"))
        .otherwise(pl.format("{} {}", "item", "fault"))
    )
    rejected = pl.concat([rejected, rejected_rows(unread, name, "item_is_a_number", reason)])
    bases = [_basis(text) for text in long["consolidated"]]
    items = (
        long.with_columns(pl.Series("concept", bases, dtype=pl.String))
        .filter(pl.col("value").is_not_null())
        .select(
            supplier_id="found_id",
            period_start="period_start_day",
            period_end="period_end_day",
            item="item",
            value="value",
            currency="currency",
            concept="concept",
            is_weak=pl.lit(False),
            observed_to="period_end_day",
            published_on="published_on",
            origin=pl.lit(origin),
        )
    )
    used = long.filter(pl.col("value").is_not_null())["source_row"].unique()
    return items, rejected.sort("source_row", "rule", "reason"), used


def _whole_holds_its_parts(statements: pl.DataFrame) -> pl.Series:
    """Whether a statement's assets hold their parts and equal its equity and liabilities.

    Null where the statement has neither a total with a part nor both sides.
    """
    holds = (~exceeds for exceeds in _exceeding())
    difference = pl.col("total_assets") - pl.col("total_liabilities") - pl.col("equity")
    balances = difference.abs() <= pl.col("total_assets").abs() * _BALANCE_TOLERANCE
    return statements.select(
        pl.min_horizontal(pair.cast(pl.Int8) for pair in (*holds, balances))
        .cast(pl.Boolean)
        .alias("holds")
    ).to_series()


def _exceeding() -> Iterator[pl.Expr]:
    return (pl.col(part) > pl.col(whole).abs() * _ROUNDING for whole, part in _WHOLE_AND_PART)


def _parts_exceed_whole() -> pl.Expr:
    return pl.any_horizontal(list(_exceeding()))


def _with_supplier(table: pl.DataFrame, suppliers: pl.DataFrame) -> pl.DataFrame:
    by_number = (
        suppliers.filter(pl.col("company_number").is_not_null())
        .sort("supplier_id")
        .unique("company_number", keep="first", maintain_order=True)
        .select("company_number", number_id="supplier_id")
    )
    listed = suppliers.select("supplier_id", listed_id="supplier_id")
    return (
        table.join(listed, on="supplier_id", how="left", maintain_order="left")
        .join(by_number, on="company_number", how="left", maintain_order="left")
        .with_columns(found_id=pl.coalesce("listed_id", "number_id"))
    )


def _checked(statements: pl.DataFrame, name: str) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Split off the statements that cannot be used, each by the first rule it breaks."""
    length = (pl.col("period_end_day") - pl.col("period_start_day")).dt.total_days() + 1
    rules = {
        "supplier_is_listed": (
            pl.col("found_id").is_null(),
            "no supplier of the list has this supplier_id or company_number; correct the id",
        ),
        "period_end_is_a_date": (
            pl.col("period_end_day").is_null(),
            "period_end is not a date; write it as YYYY-MM-DD",
        ),
        "period_start_is_a_date": (
            pl.col("period_start").is_not_null() & pl.col("period_start_day").is_null(),
            "period_start is not a date; write it as YYYY-MM-DD or leave it empty",
        ),
        "filed_on_is_a_date": (
            pl.col("filed_on").is_not_null() & pl.col("filed_on_day").is_null(),
            "filed_on is not a date; write it as YYYY-MM-DD or leave it empty",
        ),
        "filed_after_period_end": (
            pl.col("published_on") < pl.col("period_end_day"),
            "filed_on is before period_end; check both dates",
        ),
        "period_is_a_year": (
            ~length.is_between(*FISCAL_YEAR_DAYS),
            "the period is not a fiscal year of 350 to 380 days; give annual accounts",
        ),
        "currency_is_a_code": (
            ~pl.col("currency").str.contains(r"^[A-Z]{3}$"),
            "currency is not a three-letter code; write USD, EUR, INR …",
        ),
        "some_item_is_given": (
            pl.all_horizontal(pl.col(ITEMS).is_null()),
            "no item has a figure; fill at least one",
        ),
    }
    rejected = [no_rejections()]
    for rule, (broken, reason) in rules.items():
        bad = broken.fill_null(False)
        rejected.append(rejected_rows(statements.filter(bad), name, rule, reason))
        statements = statements.filter(~bad)
    key = ["found_id", "period_end_day", "published_on", "consolidated"]
    first = pl.struct(key).is_first_distinct()
    reason = "the same statement is there twice; the first one is used"
    rejected.append(rejected_rows(statements.filter(~first), name, "statement_is_unique", reason))
    return statements.filter(first), pl.concat(rejected)


def _basis(text: str | None) -> str:
    answer = None if text is None else parse_yes_no(text)
    return {True: "consolidated", False: "single", None: "basis_not_stated"}[answer]
