"""Which questions ask the same, within a questionnaire and across questionnaires and languages."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from scoring.questionnaires.text_features import plain

#: Cosine of sentence embeddings from which two questions on one data point ask the same: the data
#: point decides, and words that have nothing in common show that one of the matches is wrong.
SAME_POINT = 0.15
#: The same for two questions without a data point.
NO_POINT = 0.8


def first_of_same(
    texts: Sequence[str], vectors: NDArray[np.float32], points: Sequence[str | None]
) -> list[int | None]:
    """The first question that asks the same as each.

    Two questions are the same if their words are, or if they ask for the same data point in near
    words. A question is compared with the first one of each cluster, so that clusters do not chain.

    Args:
        texts: questions in the order in which they are read.
        vectors: (texts, n) sentence embeddings of length 1.
        points: data point of each question; None: none.

    Returns:
        Position of the first of the cluster; None: the question is the first one.
    """
    found: list[int | None] = []
    by_words: dict[str, int] = {}
    leaders: dict[str | None, list[int]] = {}
    for at, (text, point) in enumerate(zip(texts, points, strict=True)):
        words = plain(text)
        first = by_words.get(words)
        own = leaders.setdefault(point, [])
        if first is None and own:
            likeness = vectors[own] @ vectors[at]
            best = int(likeness.argmax())
            if likeness[best] >= (NO_POINT if point is None else SAME_POINT):
                first = own[best]
        found.append(first)
        if first is None:
            own.append(at)
            by_words.setdefault(words, at)
        else:
            by_words.setdefault(words, first)
    return found
