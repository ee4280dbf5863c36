"""The matched questions as a workbook in which matches are corrected."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from reports.workbook.workbook_shapes import Column, Sheet
from scoring.questionnaires.data_points import DataPoint

REVIEW, POINTS = "Questions", "Data points"
NO_POINT = "none"

REVIEW_COLUMNS: Mapping[str, Column] = {
    "question_id": Column("question_id", 22),
    "section": Column("section", 22, "long"),
    "text": Column("text", 60, "long"),
    "suggested": Column("suggested", 24),
    "asks_for": Column("asks_for", 44, "long"),
    "certainty": Column("certainty", 10, "figure"),
    "band": Column("band", 10),
    "data_point_id": Column("data_point_id", 24),
    "confirmed": Column("confirmed", 10),
    "duplicate_of": Column("duplicate_of", 22),
    "about": Column("about", 14),
    "extractive": Column("extractive", 10),
    "language": Column("language", 9),
    "answer_type": Column("answer_type", 11),
    "condition": Column("condition", 24, "long"),
}
_NOTE = (
    "To correct a match, change data_point_id (the sheet Data points lists the ids), or write "
    "none. To confirm one that is in review, write yes under confirmed. Read the file back with "
    "understory questions match --review."
)
_POINT_COLUMNS: Mapping[str, Column] = {
    "id": Column("id", 26),
    "topic": Column("topic", 18),
    "question": Column("question", 80, "long"),
}
_BAND_ORDER = {"review": 0, "none": 1, "accepted": 2}


def review_sheets(matched: pl.DataFrame, points: Mapping[str, DataPoint]) -> list[Sheet]:
    """The sheets of the workbook: what needs a decision first.

    Args:
        matched: columns of `scoring.questionnaires.questions.COLUMNS`.
        points: the catalogue.
    """
    asked = pl.DataFrame(
        [(point.id, point.question) for point in points.values()],
        schema={"data_point_id": pl.String, "asks_for": pl.String},
        orient="row",
    )
    rows = (
        matched.join(asked, on="data_point_id", how="left", maintain_order="left")
        .with_columns(
            suggested=pl.col("data_point_id").fill_null(NO_POINT),
            data_point_id=pl.col("data_point_id").fill_null(NO_POINT),
            confirmed=pl.lit(None, pl.String),
            extractive=pl.when("extractive").then(pl.lit("yes")),
            order=pl.col("band").replace_strict(_BAND_ORDER, return_dtype=pl.Int8),
        )
        .sort("order", maintain_order=True)
        .select(list(REVIEW_COLUMNS))
    )
    catalogue = pl.DataFrame(
        [(point.id, point.topic, point.question) for point in points.values()],
        schema=dict.fromkeys(_POINT_COLUMNS, pl.String),
        orient="row",
    )
    return [
        Sheet(REVIEW, _NOTE, REVIEW_COLUMNS, rows, choices={"confirmed": ("yes",)}),
        Sheet(POINTS, "The catalogue of data points.", _POINT_COLUMNS, catalogue),
    ]
