"""`understory questions match`: questionnaires in, a workbook for review out, decisions kept."""

from __future__ import annotations

import json
from pathlib import Path

import fastexcel
import polars as pl
import pytest
from typer.testing import CliRunner

from flows.cli.app import app
from flows.run.questions.question_evidence import read_matched
from flows.run.questions.question_matching import read_review
from suppliers.input_errors import DataRejectedError

FORM = (
    ("No", "Question"),
    ("1", "Do you keep the passports of workers?"),
    ("2", "Is overtime voluntary?"),
    ("3", "Can workers refuse overtime?"),
    ("4", "Upload copies of the passports of all foreign workers."),
    ("5", "Is your quality system certified to ISO 9001?"),
)


def call(*arguments: object, code: int = 0) -> str:
    result = CliRunner().invoke(app, ["questions", "match", *map(str, arguments)])
    assert result.exit_code == code, result.output
    return result.output


@pytest.fixture
def form(tmp_path: Path) -> Path:
    path = tmp_path / "form.csv"
    pl.DataFrame(FORM, orient="row").write_csv(path, include_header=False)
    return path


def review_rows(path: Path) -> pl.DataFrame:
    """The rows of the sheet below its header."""
    sheet = fastexcel.read_excel(path).load_sheet("Questions", header_row=None).to_polars()
    at = next(n for n, row in enumerate(sheet.iter_rows()) if "question_id" in row)
    names = [str(name) for name in sheet.row(at)]
    return sheet.slice(at + 1).rename(dict(zip(sheet.columns, names, strict=True)))


def test_questions_are_matched_and_written_for_decisions(form: Path, tmp_path: Path) -> None:
    output = call(form, "--out", tmp_path / "out")
    assert "Questionnaires: 1. Questions: 5, of which 4 matched (data points: 3)" in output
    assert "Repeats of another question: 1. Asking for data of workers: 1." in output
    matched = read_matched(tmp_path / "out")
    assert matched["data_point_id"].to_list() == [
        "document_retention", "overtime_voluntary", "overtime_voluntary", "passport_numbers", None,
    ]  # fmt: skip
    assert matched["duplicate_of"].to_list() == [None, None, "form:2", None, None]


def test_a_corrected_match_wins_and_is_kept(form: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    call(form, "--out", out)
    rows = review_rows(out / "questions" / "review.xlsx")
    assert rows["suggested"].to_list().count("overtime_voluntary") == 2
    at = pl.col("text") == "Is overtime voluntary?"
    corrected = rows.with_columns(
        pl.when(at).then(pl.lit("overtime_hours")).otherwise("data_point_id").alias("data_point_id")
    )
    corrected.write_csv(tmp_path / "review.csv")
    shown = json.loads(call(form, "--out", out, "--review", tmp_path / "review.csv", "--json"))
    assert shown["decided"] == 1
    for _ in range(2):  # the second time without the review
        matched = pl.read_parquet(out / "questions" / "matched.parquet")
        assert matched["data_point_id"][1] == "overtime_hours"
        assert matched["certainty"][1] == 1
        call(form, "--out", out)


def test_a_review_with_an_unknown_data_point_is_rejected(tmp_path: Path) -> None:
    rows = [("text", "suggested", "data_point_id", "confirmed"), ("A?", "none", "overtme", "")]
    pl.DataFrame(rows, orient="row").write_csv(tmp_path / "r.csv", include_header=False)
    with pytest.raises(DataRejectedError, match="row 2: overtme is no data point"):
        read_review(tmp_path / "r.csv")


def test_confirmed_and_removed_matches_are_decisions(tmp_path: Path) -> None:
    rows = [
        ("text", "suggested", "data_point_id", "confirmed"),
        ("A?", "deposits", "deposits", "yes"),
        ("B?", "deposits", "none", ""),
        ("C?", "deposits", "deposits", ""),
        ("D?", "none", "none", ""),
    ]
    pl.DataFrame(rows, orient="row").write_csv(tmp_path / "r.csv", include_header=False)
    assert read_review(tmp_path / "r.csv") == {"A?": "deposits", "B?": None}


def test_a_questionnaire_on_quality_is_said_to_be_one(tmp_path: Path) -> None:
    rows = [
        ("Question",),
        ("Is your quality system certified to ISO 9001?",),
        ("Percentage of defective deliveries",),
        ("Is measuring equipment calibrated?",),
        ("What is the warranty period?",),
    ]
    path = tmp_path / "quality.csv"
    pl.DataFrame(rows, orient="row").write_csv(path, include_header=False)
    assert "4 of 4 questions are about something else" in call(path, "--out", tmp_path / "out")
