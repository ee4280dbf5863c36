"""Tables of sources, read past the non-extractive guard and by known columns only."""

from __future__ import annotations

import logging
from collections.abc import Collection, Container, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import polars as pl

from signals.fetching.responses import read_text_body
from signals.fetching.searched_tables import content_hash, searched_tables
from signals.source import REJECTED_SCHEMA, RawFile
from suppliers.header_text import normalise_header
from suppliers.input_errors import DataRejectedError, Findings
from suppliers.intake.fields import FieldKind
from suppliers.intake.guard_report import GuardSettings
from suppliers.intake.personal_data_guard import check_values, reject_personal_headers
from suppliers.intake.table_files import open_table
from suppliers.intake.table_rows import RAGGED, SOURCE_ROW, Table
from suppliers.intake.text_tables import open_text
from suppliers.intake.workbook_sheets import WORKBOOK_SUFFIXES

_LOG = logging.getLogger("understory")

#: Rule of a file that is rejected as a whole.
UNREADABLE = "unreadable_file"

_BEYOND_HEADER = (
    "the row has more or fewer cells than the header, or a quotation mark that "
    "does not match; a delimiter in a value needs quotation marks"
)


def read_source_table(
    path: Path,
    wanted: Mapping[str, FieldKind],
    *,
    required: Collection[str],
    drop: Sequence[str] = (),
    where: str | None = None,
    declared: Mapping[str, str] | None = None,
    former: Mapping[str, str] | None = None,
    sheet: str | None = None,
    repeated: Collection[str] = (),
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The wanted columns of a table, as text, after the guard has checked all headers.

    Args:
        path: CSV or TSV (gzipped or not), XLSX, ODS or Parquet.
        wanted: column names that may be read, with the kind of their values.
        required: those without which the table is of no use.
        drop: headers that must not be read nor checked.
        where: name of the table in messages; the file's name if not given.
        former: headers of earlier versions, with the wanted column that each is read as.
        declared: header to the reason why it is about no person, by the user's declaration.
        sheet: the one sheet of a workbook to read.
        repeated: columns that the publisher repeats for parts of a whole; the first is the whole.

    Returns:
        The wanted columns the file has (headers matched without regard to case and
        punctuation) and `source_row`, the row as a person counts it, header = 1. Then what was
        not read, in the shape of `Staged.rejected`: rows with more cells than the header, and
        further sheets with the same headers.

    Raises:
        NonExtractiveError: a header or the values of a wanted column are about persons.
        DataRejectedError: unreadable, a required column is missing, or two columns have the
            header of one. All such columns are named in one error.
    """
    where = where or path.name
    settings = GuardSettings(frozenset(drop), declared or {})
    named = {name: name for name in wanted} | dict(former or {})
    canonical = {normalise_header(header): name for header, name in named.items()}
    searched = searched_tables()
    content = "" if searched is None else content_hash(path)
    table = open_source_table(path, canonical, where=where, sheet=sheet)
    findings = Findings()
    chosen: dict[str, int] = {}
    for position, header in enumerate(table.headers):
        name = canonical.get(normalise_header(header))
        if name is None or settings.drops(header):
            continue
        earlier = chosen.get(name)
        nearness = 0 if earlier is None else _nearness(header, name)
        before = -1 if earlier is None else _nearness(table.headers[earlier], name)
        if nearness > before:
            chosen[name] = position
        elif nearness == before and earlier is not None and name not in repeated:
            findings.add(_doubled(where, name, table.headers[earlier], header))
    reject_personal_headers(table.headers, settings, where, findings)
    for other in table.other_sheets:
        reject_personal_headers(other.headers, settings, f"{where}, sheet {other.sheet}", findings)
    for name in sorted(set(required) - set(chosen)):
        findings.add(
            DataRejectedError(
                f"{where}: the column {name!r} is missing; add it or rename the one meant by it."
            )
        )
    findings.raise_all()
    if not chosen:
        return pl.DataFrame(schema={SOURCE_ROW: pl.Int64}), no_rejections()
    kinds = {name: wanted[name] for name in chosen}
    frame = table.read(chosen, kinds, may_be_empty=True)
    rejected = [
        rejected_rows(frame.filter(RAGGED), where, RAGGED, _BEYOND_HEADER),
        *(
            _unread_sheet(where, other, table)
            for other in table.other_sheets
            if sheet is None and other.has_headers_of(table)
        ),
    ]
    frame = frame.filter(~pl.col(RAGGED)).drop(RAGGED)
    _report_hidden(table, frame, chosen.values())
    key = None
    if searched is not None:
        key = searched.key(path, content, sheet, chosen, kinds, settings)
        if key is not None and searched.has_nothing(key):
            return frame, pl.concat(rejected)
    checked = check_values(frame, kinds, settings, where)
    if searched is not None and key is not None and not checked.withheld:
        searched.note(key)
    masked = frame.with_columns(
        pl.when(~mask).then(pl.col(name)).alias(name) for name, mask in checked.withheld.items()
    )
    return masked, pl.concat(rejected)


def _doubled(where: str, name: str, earlier: str, header: str) -> DataRejectedError:
    if earlier == header:
        return DataRejectedError(f"{where}: column {header!r} is there twice; keep one of them.")
    return DataRejectedError(
        f"{where}: the columns {earlier!r} and {header!r} both mean {name!r}; keep one of them."
    )


def rows_read(table: pl.DataFrame, unread: pl.DataFrame) -> int:
    """The rows of a file: both answers of `read_source_table`."""
    return table.height + unread["source_row"].count()


def _nearness(header: str, name: str) -> int:
    """2 for the name itself, 1 for another spelling of it, 0 for a former name."""
    return (header == name) + (normalise_header(header) == normalise_header(name))


def open_source_table(
    path: Path, spellings: Container[str], *, where: str, sheet: str | None = None
) -> Table:
    """The table of a source with its headers read, whatever the name it is stored under.

    Args:
        path: a workbook or Parquet file by its suffix, else a text, gzipped or not.
        spellings: normalised headers one would expect.
        where: name of the table in messages.
        sheet: the one sheet of a workbook to read.

    Raises:
        DataRejectedError: unreadable, or not a table.
    """

    def is_known(header: str) -> bool:
        return normalise_header(header) in spellings

    if path.suffix.lower() in (*WORKBOOK_SUFFIXES, ".parquet"):
        table = open_table(path, is_known, sheet=sheet)
    else:
        table = open_text(read_text_body(path), path.name, is_known)
    return replace(table, name=where)


def read_plain_table(path: Path, expected: Collection[str]) -> pl.DataFrame:
    """All columns of a small table that a publisher or the user writes for a program.

    Args:
        path: as of `open_source_table`.
        expected: headers that mark the header row.

    Returns:
        The columns as text under their own headers, and `source_row`.

    Raises:
        DataRejectedError: unreadable, two columns of one name, or a row with more cells than the
            header.
    """
    table = open_source_table(path, {normalise_header(n) for n in expected}, where=path.name)
    doubled = sorted({name for name in table.headers if table.headers.count(name) > 1})
    if doubled:
        raise DataRejectedError(
            f"{path.name}: column {doubled[0]!r} is there twice; keep one of them."
        )
    frame = table.read({header: position for position, header in enumerate(table.headers)})
    beyond = frame.filter(RAGGED)
    if beyond.height:
        raise DataRejectedError(f"{path.name} row {beyond[SOURCE_ROW][0]}: {_BEYOND_HEADER}.")
    return frame.drop(RAGGED)


def _report_hidden(table: Table, frame: pl.DataFrame, read: Iterable[int]) -> None:
    where = table.name if table.sheet is None else f"{table.name}, sheet {table.sheet}"
    if table.is_hidden:
        _LOG.warning("%s: the sheet is hidden and was read", where)
    hidden = table.hidden_rows()
    count = frame[SOURCE_ROW].is_in(list(hidden)).sum() if hidden else 0
    if count:
        _LOG.warning(
            "%s: rows that are hidden or filtered out (%d) were read like the others; remove them "
            "from the file if they do not count",
            where,
            count,
        )
    if columns := table.hidden_headers(read):
        _LOG.warning(
            "%s: columns that are hidden (%s) were read like the others; remove them from the file "
            "if they do not count",
            where,
            ", ".join(columns),
        )


def _unread_sheet(where: str, other: Table, table: Table) -> pl.DataFrame:
    reason = (
        f"the sheet {other.sheet} has the headers of the sheet {table.sheet} and was not read; "
        "put all rows into one sheet or give a file for each"
    )
    row = (where, None, "sheet_not_read", reason)
    return pl.DataFrame([row], schema=REJECTED_SCHEMA, orient="row")


def rejected_rows(
    frame: pl.DataFrame, source_file: str, rule: str, reason: str | pl.Expr
) -> pl.DataFrame:
    """Rows rejected by one rule, in the shape of `Staged.rejected`.

    Args:
        frame: the rejected rows, with `source_row`.
        source_file: name of the file.
        rule: name of the rule.
        reason: one sentence, the same for all or an expression over the frame.
    """
    sentence = pl.lit(reason) if isinstance(reason, str) else reason
    return frame.select(
        pl.lit(source_file).alias("source_file"),
        pl.col(SOURCE_ROW).cast(pl.Int64).alias("source_row"),
        pl.lit(rule).alias("rule"),
        sentence.cast(pl.String).alias("reason"),
    )


def rejected_file(raw: RawFile, error: Exception) -> pl.DataFrame:
    """A file rejected as a whole, in the shape of `Staged.rejected`.

    It is named by its whole origin: two folders can hold files of one name.
    """
    row = (raw.origin, None, UNREADABLE, str(error))
    return pl.DataFrame([row], schema=REJECTED_SCHEMA, orient="row")


def no_rejections() -> pl.DataFrame:
    """An empty frame in the shape of `Staged.rejected`."""
    return pl.DataFrame(schema=REJECTED_SCHEMA)
