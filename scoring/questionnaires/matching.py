"""Matching of questions to the catalogue of data points, with certainty and band."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np
import polars as pl

from scoring.questionnaires.duplicates import first_of_same
from scoring.questionnaires.extractive import EXTRACTIVE_POINTS, asks_for_persons, is_about_practice
from scoring.questionnaires.matching_model import certainties, matching_model, values
from scoring.questionnaires.questions import About, Band, checked_questions
from scoring.questionnaires.text_features import embeddings, plain

#: Certainty from which a match is used as it is, and from which it is shown for clerical review.
#: Chosen on the choosing part of the labelled questions (precision 0.97 at recall 0.86 before the
#: last wordings were added) and on wordings left out of the estimation (0.92 at 0.78).
ACCEPTED_FROM = 0.6
REVIEW_FROM = 0.25

Corrections = Mapping[str, str | None]
_NO_CORRECTIONS: Corrections = MappingProxyType({})


def match_questions(
    questions: pl.DataFrame, corrections: Corrections = _NO_CORRECTIONS
) -> pl.DataFrame:
    """Match each question to the data point that it asks for.

    Args:
        questions: columns of `QUESTION_COLUMNS`.
        corrections: what a person has decided: data point, or None for none of the catalogue, by
            the words of a question as `plain` writes them. It wins, with certainty 1.

    Returns:
        Columns of `COLUMNS`, one row per question in the same order.

    Raises:
        ValueError: the questions do not keep their contract.
    """
    frame = checked_questions(questions, matched=False)
    texts: list[str] = frame["text"].to_list()
    model = matching_model()
    vectors = embeddings(texts)
    if texts:
        given = values(texts, vectors, model)
        best = given.argmax(axis=1)
        sure = certainties(given)
    else:
        best, sure = np.zeros(0, int), np.zeros(0)
    points: list[str | None] = []
    bands: list[Band] = []
    about: list[About] = []
    persons: list[bool] = []
    for at, text in enumerate(texts):
        point: str | None = model.data_points[best[at]] or None
        words = plain(text)
        is_near_catalogue = point is not None
        if words in corrections:
            point, sure[at] = corrections[words], 1.0
            is_near_catalogue = point is not None
        elif sure[at] < REVIEW_FROM:
            point = None
        band = Band.ACCEPTED if sure[at] >= ACCEPTED_FROM else Band.REVIEW
        names_workers = band == Band.ACCEPTED and point in EXTRACTIVE_POINTS
        asks = asks_for_persons(text) or (names_workers and not is_about_practice(text))
        points.append(point)
        bands.append(band if point else Band.NONE)
        persons.append(asks)
        about.append(About.FORCED_LABOUR if is_near_catalogue or asks else About.OTHER)
    first = first_of_same(texts, vectors, points)
    ids: list[str] = frame["question_id"].to_list()
    matched = frame.with_columns(
        pl.Series("data_point_id", points, pl.String),
        pl.Series("certainty", sure.round(4), pl.Float64),
        pl.Series("band", [str(band) for band in bands], pl.String),
        pl.Series("duplicate_of", [None if at is None else ids[at] for at in first], pl.String),
        pl.Series("about", [str(one) for one in about], pl.String),
        pl.Series("extractive", persons, pl.Boolean),
    )
    return checked_questions(matched, matched=True)
