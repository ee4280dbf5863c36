"""The estimated model that names the data point, and the language, of a question.

One linear support vector machine per data point, against all others, on the features of
`text_features` (Fan et al. 2008). What questionnaires ask besides the catalogue is a class of its
own. The certainty is the logistic function of the best value and of its distance to the next one
(Platt 1999). The model is estimated from the wordings by `python -m
scoring.questionnaires.matching_model` and stored beside this file; it names the wordings that it
was estimated from, and a test fails if they have changed since.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.svm import LinearSVC

from configs import durable_files
from scoring.questionnaires.text_features import (
    EMBEDDING_SIZE,
    character_counts,
    embeddings,
    rarity,
    weighted,
)
from scoring.questionnaires.wordings import digest, wordings

FILE = "matching_model.npz"
#: Logistic coefficients of the certainty: constant, best value, distance to the next one. Fitted
#: on the choosing part of the labelled questions and on wordings left out of the estimation.
CERTAINTY = (0.32, 1.93, 4.89)
#: Below this value no language is named.
_LEAST_LANGUAGE = -0.75


@dataclass(frozen=True)
class MatchingModel:
    """Estimated coefficients.

    Attributes:
        data_points: ids in the order of the columns; "": nothing of the catalogue.
        coefficients: (data points, embedding and hashed columns).
        constants: (data points,).
        languages: codes in the order of the columns.
        language_coefficients: (languages, hashed columns).
        language_constants: (languages,).
        idf: (hashed columns,) rarity.
        wordings: digest of the wordings that it was estimated from.
    """

    data_points: tuple[str, ...]
    coefficients: NDArray[np.float32]
    constants: NDArray[np.float32]
    languages: tuple[str, ...]
    language_coefficients: NDArray[np.float32]
    language_constants: NDArray[np.float32]
    idf: NDArray[np.float32]
    wordings: str


def estimated() -> MatchingModel:
    """The model of the present wordings, about a minute."""
    texts = [one.text for one in wordings()]
    counts = character_counts(texts)
    idf = rarity(counts)
    written = weighted(counts, idf)
    features = sparse.hstack([sparse.csr_matrix(embeddings(texts)), written]).tocsr()
    # The random state orders the coordinates that the solver visits.
    points = LinearSVC(C=1, random_state=0).fit(
        features, np.array([one.data_point_id for one in wordings()])
    )
    spoken = LinearSVC(C=1, random_state=0).fit(
        written, np.array([one.language for one in wordings()])
    )
    return MatchingModel(
        tuple(map(str, points.classes_)),
        np.asarray(points.coef_, np.float32),
        np.asarray(points.intercept_, np.float32),
        tuple(map(str, spoken.classes_)),
        np.asarray(spoken.coef_, np.float32),
        np.asarray(spoken.intercept_, np.float32),
        idf,
        digest(),
    )


def packed(model: MatchingModel) -> bytes:
    """The model as the bytes of its file; coefficients have 16 bits."""
    target = io.BytesIO()
    np.savez_compressed(
        target,
        data_points=np.array(model.data_points),
        coefficients=model.coefficients.astype(np.float16),
        constants=model.constants,
        languages=np.array(model.languages),
        language_coefficients=model.language_coefficients.astype(np.float16),
        language_constants=model.language_constants,
        idf=model.idf,
        wordings=np.array(model.wordings),
    )
    return target.getvalue()


@cache
def matching_model() -> MatchingModel:
    """The stored model."""
    content = files("scoring.questionnaires").joinpath(FILE).read_bytes()
    with np.load(io.BytesIO(content), allow_pickle=False) as stored:
        return MatchingModel(
            tuple(map(str, stored["data_points"])),
            stored["coefficients"].astype(np.float32),
            stored["constants"],
            tuple(map(str, stored["languages"])),
            stored["language_coefficients"].astype(np.float32),
            stored["language_constants"],
            stored["idf"],
            str(stored["wordings"]),
        )


def values(
    texts: Sequence[str], vectors: NDArray[np.float32], model: MatchingModel
) -> NDArray[np.float64]:
    """The value of each data point for each text: positive speaks for it.

    Args:
        texts: questions.
        vectors: (texts, 512) their sentence embeddings.
        model: the estimated model.

    Returns:
        (texts, data points of the model).
    """
    written = weighted(character_counts(texts), model.idf)
    meant = vectors.astype(float) @ model.coefficients[:, :EMBEDDING_SIZE].T.astype(float)
    return np.asarray(
        meant + written @ model.coefficients[:, EMBEDDING_SIZE:].T.astype(float) + model.constants
    )


def certainties(given: NDArray[np.float64]) -> NDArray[np.float64]:
    """The probability that the data point with the best value is right.

    Args:
        given: (texts, data points) of `values`.

    Returns:
        (texts,) 0 to 1.
    """
    best = np.partition(given, (-2, -1), axis=1)[:, -2:]
    constant, value, distance = CERTAINTY
    logit = constant + value * best[:, 1] + distance * (best[:, 1] - best[:, 0])
    return np.asarray(1 / (1 + np.exp(-logit)))


def languages(texts: Sequence[str], model: MatchingModel) -> list[str | None]:
    """The language of each text, by how it is written.

    Args:
        texts: questions.
        model: the estimated model, which knows the languages of the wordings.

    Returns:
        Codes of two letters; None: none of them is likely.
    """
    if not texts:
        return []
    written = weighted(character_counts(texts), model.idf)
    given = written @ model.language_coefficients.T.astype(float) + model.language_constants
    best = given.argmax(axis=1)
    return [
        model.languages[at] if row[at] >= _LEAST_LANGUAGE else None
        for row, at in zip(given, best, strict=True)
    ]


if __name__ == "__main__":
    durable_files.write_bytes(Path(__file__).with_name(FILE), packed(estimated()))
