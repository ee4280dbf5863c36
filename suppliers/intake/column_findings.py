"""Findings about the files, sheets and columns of a list."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from suppliers.header_text import normalise_header
from suppliers.input_errors import DataRejectedError, Findings, ListFaultError, NonExtractiveError
from suppliers.intake.address_countries import PLACE_COLUMNS
from suppliers.intake.fields import BY_NAME
from suppliers.intake.guard_report import SOLE_TRADER, GuardReport
from suppliers.intake.list_files import IntakeOptions, open_list
from suppliers.intake.list_findings import Candidate, ListFinding
from suppliers.intake.table_columns import match_columns, without_personal_columns
from suppliers.intake.table_rows import Table
from suppliers.intake.workbook_sheets import WORKBOOK_SUFFIXES, open_sheets

#: A sheet is a list if its headers hold a name, a country and this many fields in all.
_LEAST_FIELDS = 3


def with_all_lists(file: Path, options: IntakeOptions) -> IntakeOptions:
    """Options that read all visible sheets with the headers of a list, not only like ones.

    Raises:
        DataRejectedError: the file cannot be opened.
    """
    if options.sheet is not None or options.sheets:
        return options
    first, tables = open_list(file, options)
    if not first.other_sheets:
        return options
    by_name = {table.sheet: table for table in (first, *first.other_sheets)}
    # In the order of the workbook.
    ordered = [one.name for one in open_sheets(file) if one.name in by_name]
    wanted = [
        name
        for name in ordered
        if (is_list(by_name[name], options) and not by_name[name].is_hidden)
        or by_name[name] is first
    ]
    if {table.sheet for table in tables} == set(wanted):
        return options
    return replace(options, sheets=tuple(wanted))


def is_list(table: Table, options: IntakeOptions) -> bool:
    """Whether the headers of a table are those of a list of suppliers."""
    fields = set(columns_of(table, options))
    needed = {"name", "country"} - set(options.constants)
    if fields & set(PLACE_COLUMNS):
        needed.discard("country")
    return needed <= fields and len(fields) >= _LEAST_FIELDS


def columns_of(table: Table, options: IntakeOptions) -> dict[str, str]:
    """Field to the header that feeds it."""
    known = {own: name for own, name in options.columns.items() if name in BY_NAME}
    kept = without_personal_columns(table, options.guard, table.name)
    match = match_columns(table, known, kept, table.name, Findings())
    return {name: table.headers[position] for name, position in match.columns.items()}


def fault_findings(
    errors: Sequence[DataRejectedError], file: Path, columns: Mapping[str, str] | None = None
) -> Iterator[ListFinding]:
    """The faults of columns that reading a list gathered.

    Args:
        errors: the faults.
        file: the list.
        columns: header to field; a column on persons that feeds a field every row needs cannot be
            left out.
    """
    for error in errors:
        text, _, correction = str(error).rstrip(".").rpartition("; ")
        if isinstance(error, NonExtractiveError):
            field = (columns or {}).get(error.column)
            is_needed = field in ("name", "country")
            yield ListFinding(
                error.where,
                (),
                error.column,
                error.rule,
                "rejected" if is_needed else "settled",
                f"the column {error.column!r} seems to hold person-level data (rule {error.rule}), "
                "which is never read",
                _correction(error.rule, field) if is_needed else "the mapping file leaves it out",
                None if is_needed else "drop",
                error.column,
            )
        elif isinstance(error, ListFaultError):
            yield _of_columns(error, text.removeprefix(f"{error.where}: "))
        else:
            yield ListFinding(
                file.name,
                (),
                "",
                "unusable_file",
                "rejected",
                (text or str(error).rstrip("."))
                .removeprefix(f"{file}: ")
                .removeprefix(f"{file.name}: "),
                correction,
            )


def _correction(rule: str, field: str | None) -> str:
    of_companies = f"give the {field} of companies in it"
    if rule not in ("person_name", SOLE_TRADER):
        return of_companies
    return (
        f"{of_companies}, or, if they are sole traders, the reason under "
        "suppliers.columns.sole_traders to assess them by their ids"
    )


def _of_columns(error: ListFaultError, text: str) -> ListFinding:
    if error.rule == "two_columns":
        named = " and ".join(repr(header) for header in error.columns)
        return ListFinding(
            error.where,
            (),
            error.field,
            error.rule,
            "open",
            f"the columns {named} both mean {error.field}",
            "leave out all but one: take the # off its line in the mapping file",
            "drop",
            error.field,
            tuple(Candidate(header) for header in error.columns),
        )
    if error.rule == "unknown_field":
        return ListFinding(
            error.where,
            (),
            error.field,
            error.rule,
            "rejected",
            text,
            f"write one of {', '.join(BY_NAME)}",
        )
    candidates = tuple(Candidate(header) for header in error.columns)
    for_all = ", or write the country of all rows (constants: country)"
    return ListFinding(
        error.where,
        (),
        error.field,
        error.rule,
        "open",
        text,
        f"name its column in the mapping file (HEADER: {error.field})"
        + (for_all if error.field == "country" else ""),
        "map",
        error.field,
        candidates,
    )


def unread_findings(guard: GuardReport, fed: Mapping[str, frozenset[str]]) -> Iterator[ListFinding]:
    """Columns that no field asks for, and single values that were withheld.

    Args:
        guard: of the list.
        fed: fields that have a column, by table as findings name it.
    """
    for column in guard.not_read:
        if column.nearest is None:
            yield ListFinding(
                column.where,
                (),
                column.column,
                "unread_column",
                "note",
                f"the column {column.column!r} is not read",
            )
            continue
        is_needed = column.nearest not in fed.get(column.where, frozenset())
        yield ListFinding(
            column.where,
            (),
            column.column,
            "unknown_header",
            "open" if is_needed else "note",
            f"the column {column.column!r} is not read; its header resembles those of "
            f"{column.nearest}",
            "map it or drop it in the mapping file" if is_needed else "",
            "map",
            column.column,
            (Candidate(column.nearest),),
        )
    for held in guard.withheld:
        yield ListFinding(
            held.where,
            (),
            held.column,
            "person_like_value",
            "note",
            held.text,
            held.correction,
        )


def sheet_findings(file: Path, options: IntakeOptions, *, was_asked: bool) -> Iterator[ListFinding]:
    """Sheets that are read together or not at all, hidden parts and merged cells.

    Args:
        file: the list.
        options: as given by `with_all_lists`.
        was_asked: whether the user named the sheets.
    """
    if file.suffix.lower() not in WORKBOOK_SUFFIXES:
        return
    first, tables = open_list(file, options)
    with_header = {table.sheet: table for table in (first, *first.other_sheets)}
    read = {table.sheet for table in tables}
    for sheet in open_sheets(file):
        name = f"{file.name}, sheet {sheet.name}"
        shown = name if len(tables) > 1 else file.name
        if sheet.name in read:
            table = with_header[sheet.name]
            if table.is_hidden and not was_asked:
                yield ListFinding(
                    shown, (), "", "hidden_sheet", "open", "this sheet is hidden and would be read",
                    "name the sheets to read in the mapping file, or show it", "sheets", sheet.name,
                )  # fmt: skip
            yield from _within(shown, sheet.merged_downwards(), table)
            if below := tuple(sorted(table.hidden_rows())):
                yield ListFinding(
                    shown, below, "", "hidden_rows", "note",
                    "rows that are hidden or filtered out are read like the others",
                    "remove them if they do not count",
                )  # fmt: skip
            for header in table.hidden_headers(range(len(table.headers))):
                yield ListFinding(
                    shown, (), header, "hidden_column", "note",
                    "this column is hidden; where it is one of the list's, it is read like the "
                    "others", "remove it if it does not count",
                )  # fmt: skip
        elif sheet.name not in with_header:
            yield ListFinding(
                name, (), "", "unread_sheet", "note", "no header row was found; it is not read"
            )
        else:
            like = not was_asked and is_list(with_header[sheet.name], options)
            yield ListFinding(
                name,
                (),
                "",
                "hidden_sheet" if sheet.is_hidden else "unread_sheet",
                "open" if like else "note",
                f"this {'hidden ' if sheet.is_hidden else ''}sheet "
                f"{'has the headers of a list but ' if like else ''}"
                "is not read",
                "to read it, add it to sheets: in the mapping file" if like else "",
                "sheets" if like else None,
                sheet.name,
            )
    if options.sheets and not was_asked:
        yield ListFinding(
            file.name,
            (),
            "",
            "several_sheets",
            "settled",
            f"the sheets {', '.join(options.sheets)} are lists with different headers",
            "the mapping file reads them together",
            "sheets",
            "",
            tuple(Candidate(name) for name in options.sheets),
        )


def _within(
    name: str, merged: Sequence[tuple[int, int, int]], table: Table
) -> Iterator[ListFinding]:
    for first, last, column in merged:
        if first + 1 > table.header_row and column < len(table.headers):
            header = table.headers[column] or f"column {column + 1}"
            yield ListFinding(
                name,
                tuple(range(first + 1, last + 2)),
                normalise_header(header),
                "merged_cells",
                "note",
                f"cells of the column {header!r} are merged; their value counts for each row",
            )
