"""Counts without suppliers: what is suppressed, what is rejected, and the union of companies."""

import polars as pl
import pytest

from flows.run.questions.question_pools import schema
from scoring.questionnaires.decisions import question_decisions
from scoring.questionnaires.question_pool import (
    COUNT_COLUMNS,
    findings,
    overlaps,
    pooled,
    question_counts,
)
from tests.scoring.questionnaires.questions_sample import questions


def counts_of(asked: int, suppliers: int, company: str = "one") -> pl.DataFrame:
    """The counts of a company of which so many of its suppliers would be asked for `overtime`."""
    decided = question_decisions(
        questions(
            {"data_point_id": "overtime"},
            {"data_point_id": "overtime", "questionnaire": "second"},
            {"data_point_id": "overtime", "extractive": True},
            {},
        )
    )
    pairs = pl.DataFrame(
        {
            "supplier_id": [str(number) for number in range(suppliers)],
            "data_point_id": ["overtime"] * suppliers,
            "decision": ["ask_once"] * asked + ["drop"] * (suppliers - asked),
        }
    )
    return question_counts(company, decided, pairs, suppliers)


@pytest.mark.parametrize(
    ("asked", "suppliers", "shown"),
    [
        (10, 20, (20, 10)),
        (20, 20, (20, 20)),
        (9, 20, (20, None)),
        (11, 20, (20, None)),
        (0, 20, (20, None)),
        (9, 9, (None, None)),
    ],
)
def test_fewer_than_ten_suppliers_or_others_are_suppressed(asked, suppliers, shown) -> None:
    row = counts_of(asked, suppliers).row(0, named=True)
    assert (row["suppliers"], row["suppliers_asked"]) == shown


def test_questions_and_questionnaires_are_counted_by_data_point() -> None:
    rows = counts_of(10, 20).select("company", "data_point_id", "questions", "questionnaires")
    assert rows.rows() == [("one", "overtime", 2, 2)]


def test_the_form_is_as_its_schema_says() -> None:
    fields = schema()["fields"]
    assert [field["name"] for field in fields] == list(COUNT_COLUMNS)
    kinds = {"string": pl.String, "integer": pl.Int64}
    assert all(COUNT_COLUMNS[field["name"]] == kinds[field["type"]] for field in fields)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (pl.lit("2").alias("form_version"), "form_version: this version reads 1"),
        (pl.lit("many").alias("questions"), "questions: 'many' is no whole number"),
        (pl.lit("weather").alias("data_point_id"), "not in the catalogue: weather"),
        (pl.lit("3").alias("suppliers_asked"), "suppliers_asked: a number below 10"),
        (pl.lit(None).alias("company"), "company: a file has the counts of one company"),
    ],
)
def test_a_file_that_is_not_in_the_form_is_rejected(change: pl.Expr, words: str) -> None:
    table = counts_of(10, 20)
    assert findings(table, ["overtime"]) == []
    assert words in findings(table.with_columns(change), ["overtime"])[0]


def test_a_missing_column_and_a_data_point_twice_are_named() -> None:
    table = counts_of(10, 20)
    assert findings(table.drop("questions"), []) == ["column missing: questions"]
    assert "stands twice" in findings(pl.concat([table, table]), ["overtime"])[0]


def test_the_union_and_the_overlap() -> None:
    def company(name: str, *points: str, asked: int | None = 12) -> pl.DataFrame:
        rows = [("1", name, point, 2, 1, 30, asked) for point in points]
        return pl.DataFrame(rows, schema=dict(COUNT_COLUMNS), orient="row")

    files = [company("a", "x", "y"), company("b", "y", asked=None), company("c", "y", "z")]
    union = pooled(files)
    assert union.rows() == [
        ("y", 3, 1.0, 6, 24, 1),
        ("x", 1, pytest.approx(1 / 3), 2, 12, 0),
        ("z", 1, pytest.approx(1 / 3), 2, 12, 0),
    ]
    assert pooled([files[1]])["suppliers_asked"].to_list() == [None]
    assert overlaps(files).rows() == [
        ("a", "b", 1, 2, 0.5),
        ("a", "c", 1, 3, pytest.approx(1 / 3)),
        ("b", "c", 1, 2, 0.5),
    ]
