"""Read one supplier list: headers guarded, then values guarded, then its rows as text."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from suppliers.header_text import normalise_header
from suppliers.input_errors import DataRejectedError, Findings
from suppliers.intake.fields import (
    BY_NAME,
    REQUIRED,
    FieldKind,
    HeaderMatch,
    match_header,
    match_headers,
    nearest_field,
)
from suppliers.intake.numbers import DecimalMark
from suppliers.intake.person_words import person_rule
from suppliers.intake.personal_data_guard import (
    GuardReport,
    GuardSettings,
    check_headers,
    check_values,
    shown_header,
)
from suppliers.intake.supplier_rows import (
    DECIMAL,
    SOURCE_FILE,
    WITHHELD_ROW,
    derive_supplier_id,
    empty_field_columns,
)
from suppliers.intake.table_files import RAGGED, SOURCE_ROW, Table, open_table


@dataclass(frozen=True)
class IntakeOptions:
    """How lists are read.

    Attributes:
        columns: the profile's own header names, header to field.
        guard: columns to leave out and declared false alarms.
        derive_supplier_id: make an id from name and country for lists without a supplier_id.
        max_rejected_share: reject the list if more of its rows than this cannot be used.
        sheet: the one sheet of a workbook to read; if not given, the one with the most known
            headers and all that have the same headers.
        constants: field to a value for every row of a list that has no such column.
        where: header to the text its cells must have; other rows are passed over.
        decimal: decimal mark of numbers written as text; found from the file if not given.
    """

    columns: Mapping[str, str] = field(default_factory=dict)
    guard: GuardSettings = field(default_factory=GuardSettings)
    derive_supplier_id: bool = False
    max_rejected_share: float = 0.5
    sheet: str | None = None
    constants: Mapping[str, str] = field(default_factory=dict)
    where: Mapping[str, str] = field(default_factory=dict)
    decimal: DecimalMark | None = None


@dataclass(frozen=True)
class ListRows:
    """One list as read.

    Attributes:
        rows: one row per row of the file with all fields as text, ready for `rows.judge_rows`.
        guard: what the guard did.
        has_ids: whether the list has a supplier_id of its own.
        notes: sheets that were read together or not at all, in plain sentences.
    """

    rows: pl.DataFrame
    guard: GuardReport
    has_ids: bool
    notes: tuple[str, ...]


def read_list(file: Path, options: IntakeOptions, *, prefix: bool) -> ListRows:
    """Read one supplier list behind the guard.

    Args:
        file: the list.
        options: how it is read.
        prefix: put the file's name before the ids it gives.

    Raises:
        NonExtractiveError: the file holds data about persons.
        DataRejectedError: the file cannot be used as a whole. One error names every column to
            leave out, map or correct.
    """
    first = open_table(file, lambda cell: _is_known(cell, options), sheet=options.sheet)
    findings = Findings()
    guard = GuardReport()
    for sheet in first.other_sheets:
        where = f"{sheet.name}, sheet {sheet.sheet}"
        check_headers(sheet.headers, set(sheet.headers), options.guard, where, findings)
    tables = [first]
    if options.sheet is None:
        tables += [sheet for sheet in first.other_sheets if sheet.has_headers_of(first)]
    matches = []
    for table in tables:
        match = match_headers(
            table.headers, options.columns, options.guard.drop, table.name, findings
        )
        allowed = {table.headers[position] for position in match.columns.values()}
        guard += check_headers(table.headers, allowed, options.guard, table.name, findings)
        _require_columns(table, match, options, findings)
        matches.append(match)
    findings.raise_all()
    # Values are read only from here on.
    frames = []
    for table, match in zip(tables, matches, strict=True):
        frame, of_values = _guarded_rows(table, match, options, is_only=len(tables) == 1)
        frames.append(frame)
        guard += of_values
    has_ids = "supplier_id" in matches[0].columns
    complete = _with_ids(pl.concat(frames), file, derived=not has_ids, prefix=prefix)
    return ListRows(complete, guard, has_ids, tuple(_sheet_notes(first, tables, options)))


def _guarded_rows(
    table: Table, match: HeaderMatch, options: IntakeOptions, *, is_only: bool
) -> tuple[pl.DataFrame, GuardReport]:
    """Rows of one table with all fields as text; values that may be about persons are left out."""
    named = {table.headers[p]: p for p in match.columns.values()}
    kinds: dict[str, FieldKind] = {
        table.headers[p]: BY_NAME[name].kind for name, p in match.columns.items()
    }
    frame = _rows_where(table, named, kinds, options.where)
    check = check_values(frame, kinds, options.guard, table.name)
    cleared = frame.with_columns(
        pl.when(~mask).then(pl.col(column)).alias(column) for column, mask in check.withheld.items()
    )
    required = [
        check.withheld[header]
        for name in REQUIRED
        if (header := _header_of(table, match, name)) is not None and header in check.withheld
    ]
    held = pl.Series([False] * len(frame), dtype=pl.Boolean)
    for mask in required:
        held = held | mask
    constants = {
        name: value for name, value in options.constants.items() if name not in match.columns
    }
    source = table.name if is_only else f"{table.name}, sheet {table.sheet}"
    filled = cleared.select(
        *(pl.lit(value).alias(name) for name, value in constants.items()),
        *(pl.col(table.headers[p]).alias(name) for name, p in match.columns.items()),
        pl.lit(source).alias(SOURCE_FILE),
        SOURCE_ROW,
        RAGGED,
        held.alias(WITHHELD_ROW),
        pl.lit(options.decimal, dtype=pl.String).alias(DECIMAL),
    )
    missing = [c for c in empty_field_columns() if c.meta.output_name() not in filled.columns]
    complete = filled.with_columns(missing).select(
        *BY_NAME, SOURCE_FILE, SOURCE_ROW, RAGGED, WITHHELD_ROW, DECIMAL
    )
    return complete, check.report


def _sheet_notes(first: Table, tables: Sequence[Table], options: IntakeOptions) -> Iterator[str]:
    if len(tables) > 1:
        named = ", ".join(str(table.sheet) for table in tables)
        yield f"{first.name}: the sheets {named} have the same headers and were read together"
    if options.sheet is None:
        for sheet in first.other_sheets:
            if sheet not in tables:
                yield (
                    f"{first.name}: the sheet {sheet.sheet} has other headers and was not read; "
                    "name it under sheet: to read it instead"
                )


def _rows_where(
    table: Table,
    named: Mapping[str, int],
    kinds: Mapping[str, FieldKind],
    where: Mapping[str, str],
) -> pl.DataFrame:
    """The named columns, of the rows whose cells are as `where` asks."""
    positions = {normalise_header(header): p for p, header in enumerate(table.headers)}
    wanted = {}
    for header, text in where.items():
        position = positions.get(normalise_header(header))
        if position is None:
            raise DataRejectedError(
                f"{table.name}: no column {header!r}, which where: asks for; name one "
                "that the file has."
            )
        wanted[table.headers[position]] = text
    columns = {**named, **{header: positions[normalise_header(header)] for header in wanted}}
    frame = table.read(columns, kinds)
    frame = frame.filter(*(pl.col(header) == text for header, text in wanted.items()))
    return frame.drop([header for header in wanted if header not in named])


def _header_of(table: Table, match: HeaderMatch, name: str) -> str | None:
    return table.headers[match.columns[name]] if name in match.columns else None


def _is_known(cell: str, options: IntakeOptions) -> bool:
    # A person-level header is a header too: it must be found to be rejected.
    return len(cell) <= 80 and (
        match_header(cell, options.columns) is not None or person_rule(cell) is not None
    )


def _require_columns(
    table: Table, match: HeaderMatch, options: IntakeOptions, findings: Findings
) -> None:
    for name in REQUIRED:
        if name in match.columns or name in options.constants or name == "supplier_id":
            continue
        near = [
            shown_header(table.headers, p)
            for p in match.unread
            if nearest_field(table.headers[p]) == name and not options.guard.drops(table.headers[p])
        ]
        hint = f"; {near[0]!r} may be meant" if near else ""
        findings.add(
            DataRejectedError(
                f"{table.name}: no column holds {name}{hint}; name it under columns: map: in the "
                f"profile (HEADER: {name})."
            )
        )
    if "supplier_id" not in match.columns and not options.derive_supplier_id:
        findings.add(
            DataRejectedError(
                f"{table.name}: no column holds supplier_id; name one under columns: map: in the "
                f"profile, or set derive_supplier_id: true to make ids from name and country."
            )
        )


def _with_ids(frame: pl.DataFrame, file: Path, *, derived: bool, prefix: bool) -> pl.DataFrame:
    if derived:
        # One id per distinct pair: lists repeat a supplier for each of its sites.
        pairs = frame.select("name", "country").unique().drop_nulls()
        ids = pairs.with_columns(
            supplier_id=pl.Series(
                [derive_supplier_id(n, c) for n, c in pairs.iter_rows()], dtype=pl.String
            )
        )
        joined = frame.drop("supplier_id").join(
            ids, on=["name", "country"], how="left", maintain_order="left"
        )
        # Rows without name or country keep their own reason instead of a missing id's.
        return joined.with_columns(pl.col("supplier_id").fill_null("")).select(frame.columns)
    if not prefix:
        return frame
    return frame.with_columns(
        (pl.lit(normalise_header(file.stem).replace(" ", "_") + ":") + pl.col(name)).alias(name)
        for name in ("supplier_id", "site_id")
    )
