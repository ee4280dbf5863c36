"""What is decided on questions, as tables for a workbook."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from reports.questionnaires.decision_words import DECISION_LABELS, why
from reports.wording import ILO_LABELS
from reports.workbook.workbook_shapes import Column, Sheet
from scoring.questionnaires.burden import (
    Costs,
    indicator_questions,
    question_table,
    repeated_questions,
    supplier_burden,
)
from scoring.questionnaires.data_points import DataPoint
from scoring.questionnaires.decisions import Decision, unless_known

QUESTIONS, REVIEW, REPEATS = "Questions", "For review", "Repeats"
INDICATORS, SUPPLIERS = "ILO indicators", "Suppliers"

#: Rows that a sheet holds; a workbook with more takes long to open.
MAX_ROWS = 20_000


@dataclass(frozen=True)
class Decided:
    """The decisions on the questions of some questionnaires in one run.

    Attributes:
        run_id: name of the run.
        is_synthetic: its data are synthetic.
        ranked: supplier_id, name, rank of its suppliers, by rank.
        questions: of `scoring.questionnaires.decisions.question_decisions`.
        pairs: of `scoring.questionnaires.decisions.supplier_decisions`.
        points: the catalogue.
        costs: minutes and money.
    """

    run_id: str
    is_synthetic: bool
    ranked: pl.DataFrame
    questions: pl.DataFrame
    pairs: pl.DataFrame
    points: Mapping[str, DataPoint]
    costs: Costs

    def burden(self) -> pl.DataFrame:
        """Questions and minutes saved, by supplier, in the order of the ranked list."""
        suppliers = self.ranked["supplier_id"].to_list()
        return supplier_burden(suppliers, self.questions, self.pairs, self.points, self.costs)


def decision_sheets(decided: Decided) -> list[Sheet]:
    """All sheets, the questions first."""
    return [
        _questions(decided),
        _review(decided),
        _repeats(decided),
        _indicators(decided),
        _suppliers(decided),
    ]


def _questions(decided: Decided) -> Sheet:
    known_by = dict(
        decided.pairs.drop_nulls("known_by")
        .group_by("data_point_id")
        .agg(pl.col("known_by").unique().sort().str.join(", "))
        .iter_rows()
    )
    rows = question_table(decided.questions, decided.pairs)
    total = decided.ranked.height
    reasons = [_reason(row, decided.points, known_by, total) for row in rows.iter_rows(named=True)]
    questions = {name: point.question for name, point in decided.points.items()}
    return Sheet(
        QUESTIONS,
        "Suppliers by decision for each question. Questions on the same data point are asked once.",
        {
            "questionnaire": Column("Questionnaire", 20),
            "number": Column("No.", 7),
            "text": Column("Question", 60, "long"),
            "why": Column("Decision and why", 60, "long"),
            "catalogue_question": Column("Asks for (data point)", 44, "long"),
            "certainty": Column("Certainty of the match", 10, "percent"),
            "repeat": Column("Repeats an earlier question", 10),
            **{
                decision.value: Column(label, 11, "number")
                for decision, label in DECISION_LABELS.items()
            },
            "question_id": Column("Question id", 22),
        },
        rows.with_columns(
            pl.Series("why", reasons, dtype=pl.String),
            pl.col("data_point_id").replace(questions).alias("catalogue_question"),
            pl.when("is_repeat").then(pl.lit("yes")).alias("repeat"),
        ),
        printed_columns=4,
    )


def _reason(
    row: Mapping[str, object],
    points: Mapping[str, DataPoint],
    known_by: Mapping[str, str],
    total: int,
) -> str:
    if row["own_decision"] is not None:
        decision = Decision(str(row["own_decision"]))
        return f"{DECISION_LABELS[decision]}. {why(decision, None)}"
    point = points[str(row["asked_as"])]
    decision = unless_known(point)
    known = row[Decision.DROP.value]
    if known == total and total:
        return f"{DECISION_LABELS[Decision.DROP]}. Known of every supplier: {known_by[point.id]}."
    text = f"{DECISION_LABELS[decision]}. {why(decision, point)}"
    return f"{text} Known of {known} of {total} suppliers: {known_by[point.id]}." if known else text


def _review(decided: Decided) -> Sheet:
    questions = {name: point.question for name, point in decided.points.items()}
    return Sheet(
        REVIEW,
        "Questions without an accepted match. They stay on every form until a person has decided.",
        {
            "questionnaire": Column("Questionnaire", 20),
            "number": Column("No.", 7),
            "text": Column("Question", 70, "long"),
            "catalogue_question": Column("Most likely data point", 50, "long"),
            "certainty": Column("Certainty of the match", 10, "percent"),
            "question_id": Column("Question id", 22),
        },
        decided.questions.filter(pl.col("own_decision") == Decision.REVIEW.value).with_columns(
            pl.col("data_point_id").replace(questions).alias("catalogue_question")
        ),
    )


def _repeats(decided: Decided) -> Sheet:
    questions = {name: point.question for name, point in decided.points.items()}
    return Sheet(
        REPEATS,
        "Data points that more than one question asks for, within and across questionnaires.",
        {
            "catalogue_question": Column("Data point", 60, "long"),
            "questions": Column("Questions", 10, "number"),
            "repeats_within": Column("Repeats within", 10, "number"),
            "repeats_across": Column("Repeats across", 10, "number"),
            "questionnaires": Column("Questionnaires", 40, "long"),
            "question_ids": Column("Question ids", 50, "long"),
        },
        repeated_questions(decided.questions).with_columns(
            pl.col("asked_as").replace(questions).alias("catalogue_question")
        ),
    )


def _indicators(decided: Decided) -> Sheet:
    labels = {indicator.value: label for indicator, label in ILO_LABELS.items()}
    return Sheet(
        INDICATORS,
        "Questions by ILO indicator of forced labour; 0 means that no questionnaire asks about it.",
        {
            "label": Column("Indicator", 44),
            "questions": Column("Questions", 10, "number"),
            "data_points": Column("Data points", 10, "number"),
            "strongest": Column("Strongest link (1 to 3)", 12, "number"),
        },
        indicator_questions(decided.questions, decided.points).with_columns(
            pl.col("indicator").replace(labels).alias("label")
        ),
    )


def _suppliers(decided: Decided) -> Sheet:
    money = decided.costs.currency
    burden = decided.burden().join(
        decided.ranked.select("supplier_id", "name"),
        on="supplier_id",
        how="left",
        maintain_order="left",
    )
    note = "Questions, minutes and money that each supplier need not spend; minutes are estimates."
    if burden.height > MAX_ROWS:
        note += f" The first {MAX_ROWS:,} of {burden.height:,}; decisions.parquet has all."
    return Sheet(
        SUPPLIERS,
        note,
        {
            "supplier_id": Column("Supplier id", 16),
            "name": Column("Supplier", 34),
            "questions_sent": Column("Questions as sent", 10, "number"),
            "questions_asked": Column("Questions left", 10, "number"),
            "share_saved": Column("Need not be asked", 10, "percent"),
            "minutes_saved": Column("Minutes saved", 10, "number"),
            "money_saved": Column(f"{money} saved", 10, "number"),
            "questions_once": Column("Left, same for all buyers", 12, "number"),
            "saved_known": Column("Known", 9, "number"),
            "saved_not_relevant": Column("Other goods", 9, "number"),
            "saved_ask_buyer": Column("Own departments", 12, "number"),
            "saved_look_up": Column("Looked up", 9, "number"),
            "saved_do_not_ask": Column("Not to be asked", 9, "number"),
            "saved_repeat": Column("Repeats", 9, "number"),
        },
        burden.head(MAX_ROWS),
    )
