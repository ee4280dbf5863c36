"""Files of questionnaires as one frame of questions: questions alone, never answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import polars as pl

from scoring.questionnaires.questions import QUESTION_COLUMNS, checked_questions
from scoring.questionnaires.reading.documents import DocumentTable, Paragraph, docx_parts, pdf_lines
from scoring.questionnaires.reading.line_questions import line_questions
from scoring.questionnaires.reading.question_parts import Item, asked_for, in_one_language
from scoring.questionnaires.reading.table_questions import (
    TableQuestions,
    role_of,
    table_questions,
)
from suppliers.input_errors import DataRejectedError, Findings
from suppliers.intake.delimited_text import delimited
from suppliers.intake.encodings import decode
from suppliers.intake.workbook_sheets import (
    OLE_MAGIC,
    WORKBOOK_SUFFIXES,
    cell_text,
    open_sheets,
)

TEXT_SUFFIXES = (".csv", ".tsv")
SUFFIXES = (".xlsx", ".xlsm", ".xls", ".ods", *TEXT_SUFFIXES, ".docx", ".pdf")
_ROWS_NAMED = 8
#: Rows and columns of a sheet: more are no questionnaire.
_MOST_ROWS = 20_000


@dataclass(frozen=True)
class Questionnaires:
    """What was read.

    Attributes:
        questions: columns of `QUESTION_COLUMNS`.
        notes: what a user should know of the files, one sentence each.
    """

    questions: pl.DataFrame
    notes: tuple[str, ...]


def read_questionnaires(
    paths: Sequence[Path], names: Mapping[Path, str] | None = None
) -> Questionnaires:
    """Read questionnaires; each file is one.

    Args:
        paths: of the files.
        names: of questionnaires by path, where they are others than those of the files.

    Raises:
        DataRejectedError: files that cannot be read, hold answers or no question; all findings.
    """
    findings, rows, notes = Findings(), [], []
    taken: dict[str, int] = {}
    for path in paths:
        stem = (names or {}).get(path, path.stem)
        taken[stem] = taken.get(stem, 0) + 1
        count = taken[stem]
        name = stem if count == 1 else f"{stem} ({count})"
        try:
            read, said = _one_file(path, name)
        except DataRejectedError as error:
            findings.add(error)
            continue
        rows += read
        notes += said
    findings.raise_all()
    frame = pl.DataFrame(rows, schema=dict(QUESTION_COLUMNS))
    return Questionnaires(checked_questions(frame, matched=False), tuple(notes))


def _one_file(path: Path, name: str) -> tuple[list[dict[str, Any]], list[str]]:
    if not path.is_file():
        raise DataRejectedError(f"{path}: there is no such file; check the path.")
    suffix = path.suffix.lower()
    if suffix not in SUFFIXES:
        raise DataRejectedError(
            f"{path.name}: {suffix or 'a file without suffix'} is not a questionnaire this tool "
            f"reads; save it as {', '.join(SUFFIXES[:1] + SUFFIXES[-3:])}."
        )
    if path.stat().st_size == 0:
        raise DataRejectedError(f"{path.name}: the file is empty (0 bytes); export it again.")
    found = _parts(path, suffix)
    findings = Findings()
    for place, part in found:
        for column, at in part.answers.items():
            where = ", ".join(map(str, at[:_ROWS_NAMED])) + (
                " ..." if len(at) > _ROWS_NAMED else ""
            )
            findings.add(
                DataRejectedError(
                    f"{path.name}{_place(place)}, {column}, "
                    f"{'row' if len(at) == 1 else 'rows'} {where}: there are answers in the file; "
                    "Understory reads questions alone, so empty the column and read the file again."
                )
            )
    findings.raise_all()
    items = [
        replace(item, place=place if len(found) > 1 else "")
        for place, part in found
        for item in part.items
    ]
    if not items:
        raise DataRejectedError(
            f"{path.name}: no questions were found; give the column with the questions the header "
            "'Question', or number them."
        )
    notes = [
        f"{path.name}{_place(place)}: further columns of questions are not read: "
        f"{', '.join(part.other_languages)}."
        for place, part in found
        if part.other_languages
    ]
    texts, spoken, two = in_one_language([item.text for item in items])
    if two:
        notes.append(
            f"{path.name}: {two} of {len(items)} cells have two languages; the first one is read."
        )
    return _rows(name, items, texts, spoken), notes


def _place(place: str) -> str:
    return f", {place}" if place else ""


def _rows(
    name: str, items: Sequence[Item], texts: Sequence[str], spoken: Sequence[str | None]
) -> list[dict[str, Any]]:
    used: set[str] = set()
    found: list[dict[str, Any]] = []
    for position, (item, text, language) in enumerate(
        zip(items, texts, spoken, strict=True), start=1
    ):
        key = f"{name}:{item.number or f'row {item.row}'}"
        if key in used:
            key = f"{name}:{item.place or 'row'} {item.row}"
        if key in used:
            key = f"{name}:position {position}"
        used.add(key)
        found.append(
            {
                "questionnaire": name,
                "question_id": key,
                "section": item.section,
                "number": item.number,
                "text": text,
                "language": language,
                "answer_type": str(asked_for(text, item.hint)),
                "condition": item.condition,
                "row": item.row,
            }
        )
    return found


def _parts(path: Path, suffix: str) -> list[tuple[str, TableQuestions]]:
    """The parts of a file that have questions or answers, by sheet or table."""
    if suffix in WORKBOOK_SUFFIXES:
        found = _of_workbook(path)
    elif suffix in TEXT_SUFFIXES:
        found = [("", _of_text(path))]
    elif suffix == ".docx":
        found = _of_document(docx_parts(path))
    else:
        found = [("", line_questions(pdf_lines(path), are_wrapped=True))]
    return [(place, part) for place, part in found if part.items or part.answers]


def _of_workbook(path: Path) -> list[tuple[str, TableQuestions]]:
    sheets = [sheet for sheet in open_sheets(path) if not sheet.is_hidden]
    found: list[tuple[str, TableQuestions]] = []
    for sheet in sheets:
        rows: list[tuple[int, list[str]]] = []
        for at, row in enumerate(sheet.rows(), start=1):
            rows.append((at, [cell_text(value, is_number=False) for value in row]))
            if at >= _MOST_ROWS:
                raise DataRejectedError(
                    f"{path.name}, {sheet.name}: more than {_MOST_ROWS:,} rows are no "
                    "questionnaire; keep the rows with questions."
                )
        place = f"sheet {sheet.name}" if len(sheets) > 1 else ""
        found.append((place, table_questions(rows, place)))
    return found


def _of_text(path: Path) -> TableQuestions:
    content = path.read_bytes()
    if content.startswith((b"PK\x03\x04", OLE_MAGIC)):
        raise DataRejectedError(
            f"{path.name}: this is an Excel workbook; give it the suffix .xlsx."
        )
    table = delimited(decode(content, path.name), path.name, lambda h: role_of(h) is not None)
    rows = [(at, list(row)) for at, row in enumerate(table.rows(), start=1)]
    return table_questions(rows)


def _of_document(parts: Sequence[Paragraph | DocumentTable]) -> list[tuple[str, TableQuestions]]:
    text = line_questions(
        [part for part in parts if isinstance(part, Paragraph)], are_wrapped=False
    )
    found = [("", text)]
    tables = [part for part in parts if isinstance(part, DocumentTable)]
    for position, table in enumerate(tables, start=1):
        place = f"table {position}"
        found.append((place, table_questions(table.rows, place)))
    return found
