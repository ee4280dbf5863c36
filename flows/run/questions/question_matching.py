"""Questionnaires read and matched, with what a person has decided on matches before."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from configs import durable_files
from configs.config_errors import DataRejectedError, UsageError
from flows.run.questions.question_evidence import MATCHED_FILE, QUESTION_FOLDER
from reports.questionnaires.match_review import NO_POINT, REVIEW, REVIEW_COLUMNS, review_sheets
from reports.tables.cells import csv_bytes
from reports.workbook.workbook import sheet_book
from scoring.questionnaires.data_points import data_points
from scoring.questionnaires.matching import match_questions
from scoring.questionnaires.reading.read_questionnaires import read_questionnaires
from scoring.questionnaires.text_features import plain
from suppliers.input_errors import Findings
from suppliers.intake.table_files import open_table
from suppliers.intake.table_rows import SOURCE_ROW

REVIEW_BOOK, DECIDED = "review.xlsx", "decided_matches.csv"
_NOTICE = "Questions alone: this file holds no answers. Matches are suggestions."
_NEEDED = ("text", "suggested", "data_point_id", "confirmed")
_DECIDED_COLUMNS = ("question", "data_point_id")
#: Above this share of questions about other matters, the file is said to be about these.
_OTHER_MATTER = 0.8


@dataclass(frozen=True)
class MatchedFiles:
    """What was read and matched.

    Attributes:
        folder: where the files are.
        questions: columns of `scoring.questionnaires.questions.COLUMNS`.
        notes: what a user should know, one sentence each.
        decided: matches that a person has decided, now and before.
    """

    folder: Path
    questions: pl.DataFrame
    notes: tuple[str, ...]
    decided: int


def match_files(
    paths: Sequence[Path],
    out: Path,
    review: Path | None,
    day: dt.date,
    names: Mapping[Path, str] | None = None,
) -> MatchedFiles:
    """Read questionnaires, match their questions, and write them for review and for decisions.

    Args:
        paths: of questionnaires.
        out: folder of results; the files are below `questions`.
        review: a workbook of an earlier call with corrected matches; None: none.
        day: stands in the workbook as the day of creation.
        names: of questionnaires by path, where they are others than those of the files.

    Raises:
        UsageError: there is no such review.
        DataRejectedError: findings in the files.
    """
    folder = out / QUESTION_FOLDER
    known = _decided_before(folder / DECIDED)
    if review is not None:
        known |= read_review(review)
    read = read_questionnaires(paths, names)
    corrections = {plain(text): point for text, point in known.items()}
    matched = match_questions(read.questions, corrections)
    if review is not None:
        rows = [(text, point or NO_POINT) for text, point in sorted(known.items())]
        table = pl.DataFrame(rows, dict.fromkeys(_DECIDED_COLUMNS, pl.String), orient="row")
        durable_files.write_bytes(folder / DECIDED, csv_bytes(table))
    memory = io.BytesIO()
    matched.write_parquet(memory)
    durable_files.write_bytes(folder / MATCHED_FILE, memory.getvalue())
    book = sheet_book(review_sheets(matched, data_points()), "Matched questions", _NOTICE, day)
    durable_files.write_bytes(folder / REVIEW_BOOK, book)
    return MatchedFiles(folder, matched, (*read.notes, *_other_matters(matched)), len(known))


def read_review(path: Path) -> dict[str, str | None]:
    """What a person has decided in the workbook, or in a CSV of its columns.

    Returns:
        Data point, None for none of the catalogue, by question.

    Raises:
        UsageError: there is no such file.
        DataRejectedError: a column is missing, or a row names no data point.
    """
    if not path.is_file():
        raise UsageError(f"{path}: there is no such file; give the workbook that you corrected")
    sheet = REVIEW if path.suffix.lower() in (".xlsx", ".ods") else None
    table = open_table(path, lambda header: header in REVIEW_COLUMNS, sheet=sheet)
    missing = [name for name in _NEEDED if name not in table.headers]
    if missing:
        raise DataRejectedError(
            f"{path.name}: column {missing[0]} is missing; keep the header row as it was written"
        )
    rows = table.read({name: table.headers.index(name) for name in _NEEDED})
    found: dict[str, str | None] = {}
    findings, points = Findings(), data_points()
    for row in rows.iter_rows(named=True):
        text = (row["text"] or "").removeprefix("'")
        point = (row["data_point_id"] or NO_POINT).strip()
        is_confirmed = (row["confirmed"] or "").strip().casefold() in ("yes", "y", "x", "true")
        if not text or (point == (row["suggested"] or NO_POINT).strip() and not is_confirmed):
            continue
        if point != NO_POINT and point not in points:
            findings.add(
                DataRejectedError(
                    f"{path.name}, row {row[SOURCE_ROW]}: {point} is no data point; the sheet Data "
                    "points lists them, or write none"
                )
            )
        found[text] = None if point == NO_POINT else point
    findings.raise_all()
    return found


def _decided_before(path: Path) -> dict[str, str | None]:
    if not path.is_file():
        return {}
    rows = csv.DictReader(path.read_text(encoding="utf-8-sig").splitlines())
    points = data_points()
    return {
        row["question"].removeprefix("'"): None if row["data_point_id"] == NO_POINT else point
        for row in rows
        if (point := row["data_point_id"]) in points or point == NO_POINT
    }


def _other_matters(matched: pl.DataFrame) -> list[str]:
    found: list[str] = []
    for (name,), part in matched.group_by("questionnaire", maintain_order=True):
        other = int((part["about"] == "other").sum())
        if other >= _OTHER_MATTER * part.height:
            found.append(
                f"{name}: {other} of {part.height} questions are about something else than forced "
                "labour, such as quality; check that this is the right file."
            )
    return found


def summary(found: MatchedFiles) -> Mapping[str, int]:
    """Counts of questions by what was found."""
    frame = found.questions
    bands = {band: int((frame["band"] == band).sum()) for band in ("accepted", "review", "none")}
    return {
        "questions": frame.height,
        "questionnaires": frame["questionnaire"].n_unique(),
        **bands,
        "data_points": frame.filter(pl.col("band") == "accepted")["data_point_id"].n_unique(),
        "duplicates": frame["duplicate_of"].count(),
        "extractive": int(frame["extractive"].sum()),
        "other": int((frame["about"] == "other").sum()),
        "decided": found.decided,
    }


def summary_sentences(found: MatchedFiles) -> list[str]:
    """The counts in sentences."""
    counts = summary(found)
    sentences = [
        f"Questionnaires: {counts['questionnaires']:,}. Questions: {counts['questions']:,}, of "
        f"which {counts['accepted']:,} matched (data points: {counts['data_points']:,}), "
        f"{counts['review']:,} for review, {counts['none']:,} without a match.",
        f"Repeats of another question: {counts['duplicates']:,}. Asking for data of workers: "
        f"{counts['extractive']:,}. About other matters: {counts['other']:,}.",
    ]
    if counts["decided"]:
        sentences.append(f"Matches decided by a person: {counts['decided']:,}.")
    return sentences
