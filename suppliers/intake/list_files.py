"""Read one supplier list: headers guarded, then values guarded, then its rows as text."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from suppliers.header_text import normalise_header
from suppliers.input_errors import (
    DataRejectedError,
    Findings,
    ListFaultError,
)
from suppliers.intake.address_countries import PLACE_COLUMNS, with_countries
from suppliers.intake.answers import Answers
from suppliers.intake.code_columns import scheme_by_header
from suppliers.intake.code_schemes import CodeField
from suppliers.intake.fields import (
    BY_NAME,
    REQUIRED,
    FieldKind,
    HeaderMatch,
    match_header,
    nearest_field,
)
from suppliers.intake.guard_report import GuardReport, GuardSettings
from suppliers.intake.identifiers import parse_duns
from suppliers.intake.list_columns import (
    DECIMAL,
    PERSON_ROW,
    SOURCE_FILE,
    WITHHELD_ROW,
    empty_field_columns,
)
from suppliers.intake.list_guard import (
    check_constants,
    columns_of,
    note_of_table_below,
    with_marks,
    without_person_names,
)
from suppliers.intake.list_notes import country_notes, hidden_notes, sheet_notes
from suppliers.intake.numbers import DecimalMark
from suppliers.intake.person_words import person_rule
from suppliers.intake.personal_data_guard import check_headers, check_values, shown_header
from suppliers.intake.supplier_rows import derive_supplier_id
from suppliers.intake.table_columns import match_columns, without_personal_columns
from suppliers.intake.table_files import open_table
from suppliers.intake.table_rows import RAGGED, SOURCE_ROW, Table


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
        sheets: sheets of a workbook to read together, each with its own headers; goes before
            `sheet`.
        answers: what the user says about countries, sectors and towns of all lists.
        completed: workbook of `understory list check` with the cells that the lists lack.
    """

    columns: Mapping[str, str] = field(default_factory=dict)
    guard: GuardSettings = field(default_factory=GuardSettings)
    derive_supplier_id: bool = False
    max_rejected_share: float = 0.5
    sheet: str | None = None
    constants: Mapping[str, str] = field(default_factory=dict)
    where: Mapping[str, str] = field(default_factory=dict)
    decimal: DecimalMark | None = None
    sheets: tuple[str, ...] = ()
    answers: Answers = field(default_factory=Answers)
    completed: Path | None = None


@dataclass(frozen=True)
class ListRows:
    """One list as read.

    Attributes:
        rows: one row per row of the file with all fields as text, ready for `rows.judge_rows`.
        guard: what the guard did.
        has_ids: whether all its tables have a supplier_id of their own.
        notes: sheets that were read together or not at all, in plain sentences.
        assumed: what was assumed of its rows, in plain sentences.
    """

    rows: pl.DataFrame
    guard: GuardReport
    has_ids: bool
    notes: tuple[str, ...]
    assumed: tuple[str, ...]


def read_list(
    file: Path, options: IntakeOptions, *, prefix: bool, findings: Findings | None = None
) -> ListRows:
    """Read one supplier list behind the guard.

    Args:
        file: the list.
        options: how it is read.
        prefix: put the file's name before the ids it gives.
        findings: takes up what is wrong with the columns; these are then read as empty, and the
            others as usual.

    Raises:
        NonExtractiveError: without `findings`: the file holds data about persons.
        DataRejectedError: the file cannot be opened, or, without `findings`, cannot be used as a
            whole. One error names every column to leave out, map or correct.
    """
    check_constants(options.constants, file.name)
    first, tables = open_list(file, options)
    wrong = Findings() if findings is None else findings
    guard = GuardReport()
    for sheet in first.other_sheets:
        if sheet not in tables:
            check_headers(sheet.headers, set(sheet.headers), options.guard, sheet.title, wrong)
    matches = []
    for table in tables:
        where = table_name(table, tables)
        kept = options.guard
        if findings is not None:
            kept = without_personal_columns(table, kept, where)
        match = match_columns(table, options.columns, kept, where, wrong)
        allowed = {table.headers[position] for position in match.columns.values()}
        guard += check_headers(table.headers, allowed, options.guard, where, wrong)
        _require_columns(table, where, match, options, wrong)
        matches.append(match)
    if findings is None:
        wrong.raise_all()
    else:
        matches = [_without_rejected(t, tables, options) for t in tables]
    # Values are read only from here on.
    frames = []
    hidden: list[str] = []
    assumed: list[str] = []
    late = Findings() if findings is None else findings
    for table, match in zip(tables, matches, strict=True):
        if not match.columns:
            continue
        frame, of_values, below = _guarded_rows(table, tables, match, options, findings)
        has_ids = "supplier_id" in match.columns
        hidden += below
        hidden += hidden_notes(table, frame, match.columns.values())
        frame, named = with_countries(frame)
        assumed += country_notes(table_name(table, tables), named)
        if "country" not in match.columns and frame["country"].is_null().all():
            late.add(_missing_column(table, table_name(table, tables), match, "country", options))
        identified = _with_ids(frame, file, derived=not has_ids, prefix=prefix)
        frames.append(without_person_names(identified))
        guard += of_values
    if findings is None:
        late.raise_all()
    if not frames:
        raise DataRejectedError(
            f"{file.name}: no header is one of a supplier list; put supplier_id, name, country, … "
            "into the header row, or name the columns under columns: map: in the profile."
        )
    has_ids = all("supplier_id" in match.columns for match in matches)
    is_chosen = options.sheet is not None or bool(options.sheets)
    of_sheets = sheet_notes(first, tables, is_chosen=is_chosen, are_named=bool(options.sheets))
    return ListRows(pl.concat(frames), guard, has_ids, (*of_sheets, *hidden), tuple(assumed))


def open_list(file: Path, options: IntakeOptions) -> tuple[Table, list[Table]]:
    """The table of a list with the most known headers, and all tables that are read.

    Raises:
        DataRejectedError: the file cannot be opened, or has no sheet of a name asked for.
    """
    named = options.sheets[0] if options.sheets else options.sheet
    first = open_table(
        file, lambda cell: _is_known(cell, options), sheet=named, fills_merged_cells=True
    )
    if options.sheets:
        by_name = {sheet.sheet: sheet for sheet in first.other_sheets}
        absent = [name for name in options.sheets[1:] if name not in by_name]
        if absent:
            raise DataRejectedError(
                f"{file.name}: there is no sheet {absent[0]!r} with a header row; correct sheets:."
            )
        return first, [first, *(by_name[name] for name in options.sheets[1:])]
    if options.sheet is not None:
        return first, [first]
    return first, [first, *(one for one in first.other_sheets if _is_part(one, first))]


def _is_part(sheet: Table, first: Table) -> bool:
    """Whether a further sheet is read together with the first."""
    return sheet.has_headers_of(first) and not sheet.is_hidden


def table_name(table: Table, tables: Sequence[Table]) -> str:
    """How messages and rows name a table: the sheet only where several are read."""
    return table.name if len(tables) == 1 else table.title


def _without_rejected(table: Table, tables: Sequence[Table], options: IntakeOptions) -> HeaderMatch:
    """The columns of a table without those that hold data about persons."""
    where = table_name(table, tables)
    known = {own: name for own, name in options.columns.items() if name in BY_NAME}
    kept = without_personal_columns(table, options.guard, where)
    return match_columns(table, known, kept, where, Findings())


def _guarded_rows(
    table: Table,
    tables: Sequence[Table],
    match: HeaderMatch,
    options: IntakeOptions,
    findings: Findings | None,
) -> tuple[pl.DataFrame, GuardReport, list[str]]:
    """Rows of one table with all fields as text, what the guard did, and notes.

    Values that may be about persons are left out.
    """
    named = {table.headers[p]: p for p in match.columns.values()}
    kinds: dict[str, FieldKind] = {
        table.headers[p]: BY_NAME[name].kind for name, p in match.columns.items()
    }
    frame = _rows_where(table, named, kinds, options.where)
    headers = {name: table.headers[position] for name, position in match.columns.items()}
    listed = columns_of(headers, options.constants)
    check = check_values(frame, kinds, options.guard, table_name(table, tables), findings, listed)
    cleared = with_marks(frame, check, headers)
    given = {**_schemes_by_header(table, match), **options.constants}
    constants = {name: value for name, value in given.items() if name not in match.columns}
    filled = cleared.select(
        *(pl.lit(value).alias(name) for name, value in constants.items()),
        *(pl.col(table.headers[p]).alias(name) for name, p in match.columns.items()),
        pl.lit(table_name(table, tables)).alias(SOURCE_FILE),
        SOURCE_ROW,
        RAGGED,
        WITHHELD_ROW,
        PERSON_ROW,
        pl.lit(options.decimal, dtype=pl.String).alias(DECIMAL),
    )
    missing = [c for c in empty_field_columns() if c.meta.output_name() not in filled.columns]
    complete = filled.with_columns(missing).select(
        *BY_NAME, SOURCE_FILE, SOURCE_ROW, RAGGED, WITHHELD_ROW, PERSON_ROW, DECIMAL
    )
    where = table_name(table, tables)
    return complete, check.report, note_of_table_below(check, frame, where)


_SCHEMES: Mapping[CodeField, str] = {"sector": "sector_scheme", "commodity": "commodity_scheme"}


def _schemes_by_header(table: Table, match: HeaderMatch) -> dict[str, str]:
    """Schemes that the headers of codes name, where the list has no column of schemes."""
    found = {}
    for name, scheme in _SCHEMES.items():
        header = _header_of(table, match, name)
        if header is not None and scheme not in match.columns:
            named = scheme_by_header(header, name)
            if named is not None:
                found[scheme] = named
    return found


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
    table: Table, where: str, match: HeaderMatch, options: IntakeOptions, findings: Findings
) -> None:
    for name in REQUIRED:
        if name in match.columns or name in options.constants or name == "supplier_id":
            continue
        # Addresses may end in their country.
        if name != "country" or not set(PLACE_COLUMNS) & set(match.columns):
            findings.add(_missing_column(table, where, match, name, options))
    if "supplier_id" not in match.columns and not options.derive_supplier_id:
        findings.add(
            ListFaultError(
                f"{where}: no column holds supplier_id; name one under columns: map: in the "
                f"profile, or set derive_supplier_id: true to make ids from name and country.",
                where=where,
                rule="missing_column",
                field="supplier_id",
            )
        )


def _missing_column(
    table: Table, where: str, match: HeaderMatch, name: str, options: IntakeOptions
) -> ListFaultError:
    near = [
        shown_header(table.headers, p)
        for p in match.unread
        if nearest_field(table.headers[p]) == name and not options.guard.drops(table.headers[p])
    ]
    hint = f"; {near[0]!r} may be meant" if near else ""
    for_all = ", or give that of all rows under constants: (country: XX)"
    return ListFaultError(
        f"{where}: no column holds {name}{hint}; name it under columns: map: in the "
        f"profile (HEADER: {name}){for_all if name == 'country' else ''}.",
        where=where,
        rule="missing_column",
        field=name,
        columns=tuple(near),
    )


def _with_ids(frame: pl.DataFrame, file: Path, *, derived: bool, prefix: bool) -> pl.DataFrame:
    if derived:
        # One id per distinct pair: lists repeat a supplier for each of its sites.
        pairs = frame.select("name", pl.col("country").fill_null("")).unique().drop_nulls()
        ids = pairs.with_columns(
            supplier_id=pl.Series(
                [derive_supplier_id(n, c) for n, c in pairs.iter_rows()], dtype=pl.String
            )
        )
        joined = frame.drop("supplier_id").join(
            ids,
            left_on=["name", pl.col("country").fill_null("")],
            right_on=["name", "country"],
            how="left",
            maintain_order="left",
        )
        known = [None if text is None else parse_duns(text) for text in frame["duns"]]
        by_duns = "duns-" + pl.Series("duns", known, dtype=pl.String)
        # Rows without a name keep their own reason instead of a missing id's.
        return joined.with_columns(
            pl.coalesce(by_duns, "supplier_id").fill_null("").alias("supplier_id")
        ).select(frame.columns)
    if not prefix:
        return frame
    return frame.with_columns(
        (pl.lit(normalise_header(file.stem).replace(" ", "_") + ":") + pl.col(name)).alias(name)
        for name in ("supplier_id", "site_id")
    )
