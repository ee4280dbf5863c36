"""Files of a buyer's ledger, read past the guard as typed rows.

Text tables are parsed here; a Parquet file whose columns already have types is left where it lies
and read by the database, so that ten million lines never pass through Python.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from configs.config_errors import UsageError
from signals.fetching.source_tables import open_source_table, read_source_table
from signals.sources.buyer.ledger_columns import ledger_columns
from suppliers.header_text import normalise_header
from suppliers.input_errors import DataRejectedError, NonExtractiveError
from suppliers.intake.days import day_of
from suppliers.intake.fields import FieldKind
from suppliers.intake.guard_report import GuardSettings
from suppliers.intake.numbers import DecimalMark, Style, number_of, number_style
from suppliers.intake.personal_data_guard import check_values, reject_personal_headers, shown_header
from suppliers.places.countries import resolve_country

_GUARD_KINDS: Mapping[str, FieldKind] = {
    "text": "identifier",
    "code": "category",
    "word": "category",
    "date": "category",
    "number": "number",
}

#: Headers under which purchasing systems keep the name or the log-in of one person. Nothing asks
#: for them, and still the file is rejected until they are dropped by declaration.
PERSON_HEADERS = (
    "buyer; buyer name; purchaser; purchasing agent; purchasing manager; merchandiser; planner; "
    "requester; requisitioner; requested by; ordered by; placed by; created by; entered by; "
    "changed by; amended by; modified by; approved by; approver; released by; paid by; signed by; "
    "received by; attention; attn; contact; user; user id; user name; ernam; aenam; uname; afnam; "
    "ekgrp name; einkäufer; sachbearbeiter; acheteur; comprador; compradora"
)

#: The guard looks at all values of a table up to this length, and at this many spread over a
#: longer one: its shares are settled by far fewer. None of these texts is ever kept.
GUARDED_ROWS = 100_000
_SLICES = 20

_EMPTY_SAP_DATES = ("00.00.0000", "00000000", "0000-00-00")


@dataclass(frozen=True)
class LedgerOptions:
    """How the user's ledger is written.

    Attributes:
        headers: table to the user's header to our column.
        drop: headers that must not be read nor checked.
        date_format: a strptime format tried before the usual ones, or None.
        declared_false_alarms: header to the reason why it is about no person.
        decimal: decimal mark of numbers written as text; found from the file if not given.
        sheets: table to the sheet of its workbooks; otherwise the one with most known headers.
    """

    headers: Mapping[str, Mapping[str, str]]
    drop: Sequence[str]
    date_format: str | None
    declared_false_alarms: Mapping[str, str]
    decimal: DecimalMark | None = None
    sheets: Mapping[str, str] = field(default_factory=dict)

    @property
    def guard(self) -> GuardSettings:
        """What the user has decided about columns, as the guard wants it."""
        return GuardSettings(frozenset(self.drop), self.declared_false_alarms)


@dataclass(frozen=True)
class ParquetColumns:
    """A typed Parquet file: which column of it stands for which of ours."""

    path: Path
    columns: Mapping[str, str]


def read_ledger_table(
    table: str, path: Path, options: LedgerOptions
) -> pl.DataFrame | ParquetColumns:
    """One file of a ledger, parsed or, if it is a typed Parquet file, only judged by the guard.

    Returns:
        A frame with the columns of `sql_types`, `source_file`, `source_row` and `fault` (the
        rule that the row broke in parsing, or null); or the columns of the Parquet file.

    Raises:
        NonExtractiveError: the file holds data about persons.
        DataRejectedError: unreadable, or a required column is missing.
    """
    spelled = _spellings(table, options)
    sheet = options.sheets.get(table)
    names = {normalise_header(spelling) for spelling in spelled}
    headers = open_source_table(path, names, where=path.name, sheet=sheet).headers
    reject_person_headers(headers, options.guard, path.name)
    if path.suffix.lower() == ".parquet":
        typed = _typed_parquet(table, path, options)
        if typed is not None:
            return typed
    kinds = {column.name: _GUARD_KINDS[column.kind] for column in ledger_columns(table)}
    text, unread = read_source_table(
        path,
        {spelling: kinds[name] for spelling, name in spelled.items()},
        required=(),
        drop=options.drop,
        declared=options.declared_false_alarms,
        sheet=sheet,
    )
    chosen: dict[str, str] = {}
    for spelling, name in spelled.items():
        if spelling in text.columns:
            _choose(chosen, name, spelling, path.name)
    _reject_without_required(table, path.name, chosen)
    frame = text.select(
        *(pl.col(spelling).alias(name) for name, spelling in chosen.items()), "source_row"
    )
    rows = parsed(table, frame, path.name, options.date_format, options.decimal)
    faults = unread.select("source_file", "source_row", pl.col("rule").alias("fault"))
    return pl.concat([rows, faults], how="diagonal")


def parsed(
    table: str,
    text: pl.DataFrame,
    source_file: str,
    date_format: str | None = None,
    decimal: DecimalMark | None = None,
) -> pl.DataFrame:
    """Type the texts of a ledger table.

    Each amount is read in its own style where that is certain; where the file mixes styles or
    shows none, an amount that could be either (`1.234`) is a fault and not a guess.

    Args:
        table: which one.
        text: some of its columns as text, and `source_row`.
        source_file: for the column of that name.
        date_format: a strptime format tried first.
        decimal: decimal mark by the user's word.
    """
    numbers = [c.name for c in ledger_columns(table) if c.kind == "number"]
    present = [name for name in numbers if name in text.columns]
    checks = [_is_quantity_times_price] if set(_PRODUCT) <= set(present) else []
    style = number_style(text, present, declared=decimal, checks=checks)
    columns: list[pl.Expr] = []
    faults: list[pl.Expr] = []
    for column in ledger_columns(table):
        name = column.name
        if name not in text.columns:
            columns.append(pl.lit(None, _POLARS_TYPES[column.kind]).alias(name))
            continue
        raw = pl.col(name)
        value = _value(column.kind, name, style, date_format)
        columns.append(value.alias(name))
        if column.kind in ("date", "number"):
            rule = f"{name}_is_a_{column.kind}"
            bad = raw.is_not_null() & value.is_null()
            if column.kind == "date":
                bad &= ~raw.is_in(_EMPTY_SAP_DATES)
            faults.append(pl.when(bad).then(pl.lit(rule)))
    frame = text.select(
        pl.lit(source_file).alias("source_file"),
        pl.col("source_row").cast(pl.Int64),
        pl.coalesce(*faults, pl.lit(None, pl.String)).alias("fault"),
        *columns,
    )
    if "country" in frame.columns:
        frame = frame.with_columns(_iso3(frame["country"])).drop("country")
    return frame


_PRODUCT = ("quantity", "unit_price", "amount")
#: A discount or rounding leaves the order of magnitude.
_MOST_APART = 5.0


def _is_quantity_times_price(lines: pl.DataFrame) -> pl.Series:
    """Whether the amount of a line is its quantity times its price; null where one is not given."""
    ratio = pl.col("quantity") * pl.col("unit_price") / pl.col("amount")
    return lines.select(ratio.abs().is_between(1 / _MOST_APART, _MOST_APART)).to_series()


_POLARS_TYPES: Mapping[str, pl.DataType] = {
    "text": pl.String(),
    "code": pl.String(),
    "word": pl.String(),
    "date": pl.Date(),
    "number": pl.Float64(),
}


def _value(kind: str, column: str, style: Style, date_format: str | None) -> pl.Expr:
    raw = pl.col(column)
    if kind == "date":
        return day_of(column, date_format=date_format)
    if kind == "number":
        return number_of(column, style)
    if kind == "code":
        return raw.str.to_uppercase()
    return raw


def _iso3(countries: pl.Series) -> pl.Series:
    codes = {}
    for text in countries.drop_nulls().unique():
        match = resolve_country(text)
        codes[text] = None if match is None else match.country.iso3
    return countries.replace_strict(codes, default=None, return_dtype=pl.String).alias(
        "country_iso3"
    )


def _choose(chosen: dict[str, str], name: str, header: str, where: str) -> None:
    """Note the header of a column; two headers for one column leave open which is meant."""
    if name in chosen:
        raise DataRejectedError(
            f"{where}: the columns {chosen[name]!r} and {header!r} both mean {name!r}; name one of "
            "them under sources.buyer_ledger.options.drop."
        )
    chosen[name] = header


def _spellings(table: str, options: LedgerOptions) -> dict[str, str]:
    """Header to our column: the user's own mapping goes before our names."""
    own = dict(options.headers.get(table, {}))
    known = {column.name for column in ledger_columns(table)}
    unknown = sorted(set(own.values()) - known)
    if unknown:
        raise UsageError(
            f"sources.buyer_ledger.options.map: the table {table} has no column {unknown[0]!r}; "
            f"it has {', '.join(sorted(known))}."
        )
    return own | {name: name for name in sorted(known - set(own.values()))}


def reject_person_headers(headers: Sequence[str], settings: GuardSettings, where: str) -> None:
    """Reject a ledger with a column for the person who bought, until something is said of it.

    Raises:
        NonExtractiveError: such a header is there, and neither dropped nor declared.
    """
    persons = {normalise_header(name) for name in PERSON_HEADERS.split(";")}
    for position, header in enumerate(headers):
        if settings.drops(header) or settings.declared(header) is not None:
            continue
        if normalise_header(header) in persons:
            shown = shown_header(headers, position)
            raise NonExtractiveError(
                f"{where}: the column {shown!r} names the person who bought or signed (rule "
                "person_name), which is never read; name it under "
                "sources.buyer_ledger.options.drop, export the ledger without it, or say under "
                "options.declared_false_alarms why it names no one.",
                column=shown,
                rule="person_name",
            )


def _reject_without_required(table: str, where: str, chosen: Mapping[str, str]) -> None:
    for column in ledger_columns(table):
        if column.is_required and column.name not in chosen:
            raise DataRejectedError(
                f"{where}: the column {column.name!r} of the table {table} is missing; add it, or "
                "say under sources.buyer_ledger.options.map which header stands for it."
            )


def _typed_parquet(table: str, path: Path, options: LedgerOptions) -> ParquetColumns | None:
    """The columns of a Parquet file whose types need no parsing, or None."""
    try:
        lazy = pl.scan_parquet(path)
        schema = lazy.collect_schema()
    except (pl.exceptions.PolarsError, OSError):
        raise DataRejectedError(
            f"{path.name}: this is not a readable Parquet file; write it again."
        ) from None
    settings = options.guard
    spelled = {normalise_header(old): new for old, new in _spellings(table, options).items()}
    chosen: dict[str, str] = {}
    for header in schema.names():
        name = spelled.get(normalise_header(header))
        if name is not None and not settings.drops(header):
            _choose(chosen, name, header, path.name)
    reject_personal_headers(schema.names(), settings, path.name)
    _reject_without_required(table, path.name, chosen)
    kinds = {column.name: column.kind for column in ledger_columns(table)}
    # Names of countries and amounts as text are parsed with the text tables.
    if "country" in chosen:
        return None
    for name, header in chosen.items():
        dtype = schema[header]
        if kinds[name] == "number" and not dtype.is_numeric():
            return None
        if kinds[name] == "date" and not isinstance(dtype, pl.Date | pl.Datetime):
            return None
    texts = {
        header: name for name, header in chosen.items() if kinds[name] not in ("date", "number")
    }
    sample = _sample(lazy.select(pl.col(header).cast(pl.String) for header in texts))
    check_values(
        sample, {header: _GUARD_KINDS[kinds[name]] for header, name in texts.items()},
        settings, path.name,
    )  # fmt: skip
    return ParquetColumns(path, chosen)


def _sample(lazy: pl.LazyFrame) -> pl.DataFrame:
    rows = lazy.select(pl.len()).collect().item()
    if rows <= GUARDED_ROWS:
        return lazy.collect()
    each = GUARDED_ROWS // _SLICES
    starts = [number * (rows - each) // (_SLICES - 1) for number in range(_SLICES)]
    return pl.concat([lazy.slice(start, each).collect() for start in starts])
