"""Companies of a register whose names have the same distinctive words.

Where many do, such as the companies called "Rahman" of one country, only their trade words
distinguish them; elsewhere names lose and gain trade words freely.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import polars as pl
import pyarrow as pa

from suppliers.identity.name_tables import Ints, NameTable
from suppliers.identity.word_agreement import word_weight
from suppliers.identity.word_weights import DIVIDING_WEIGHT

#: Names of a country from which on trade words distinguish them. Chosen on registers of other seeds
#: than that of `validate relations`: of 71 accepted links to a name among so many that had a trade
#: word more or less, 4 were right; among fewer, 31 of 52.
MIN_NAMESAKES = 5

#: A country (or the mark of one that is not known) and distinctive words.
Core = tuple[str, frozenset[str]]


def core(country: str, words: Iterable[str]) -> Core:
    """Country and distinctive words of a name, by which its namesakes are found."""
    return country, frozenset(word for word in words if is_distinctive(word))


def is_distinctive(word: str) -> bool:
    """Whether a word is more than a trade, or a word by which groups name their parts."""
    return word_weight(word) > DIVIDING_WEIGHT


def namesakes(names: NameTable, countries: Sequence[str]) -> Mapping[Core, int]:
    """How many names of a register have the same distinctive words, where they are many.

    Args:
        names: of the register; names of the same words count once.
        countries: of each name that has a word, or the mark of one that is not known.

    Returns:
        The count by core, from `MIN_NAMESAKES` on.
    """
    named = np.repeat(np.arange(len(countries)), names.count[names.count > 0])
    # Sorted and without repetition, equal sets of words have equal bytes.
    size = len(names.vocabulary)
    rows = np.sort(named * size + names.words)
    name, word = np.divmod(rows[np.diff(rows, prepend=-1) > 0], size)
    is_core = np.array([is_distinctive(one) for one in names.vocabulary], dtype=np.bool_)[word]
    different = pl.DataFrame(
        {
            "country": countries,
            "whole": _sets(name, word, len(countries)),
            "core": _sets(name[is_core], word[is_core], len(countries)),
        },
        schema_overrides={"country": pl.String},
    ).unique(["country", "whole"])
    counts = different.group_by("country", "core").len().filter(pl.col("len") >= MIN_NAMESAKES)
    return {
        (country, frozenset([names.vocabulary[number] for number in numbers])): count
        for country, key, count in counts.iter_rows()
        if (numbers := np.frombuffer(key, dtype=np.int64).tolist())
    }


def _sets(name: Ints, word: Ints, size: int) -> pl.Series:
    """The words of each name as bytes, which are equal for equal words in equal order."""
    several = np.bincount(name, minlength=size)
    ends = np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(several)]) * word.itemsize
    buffers = [None, pa.py_buffer(ends), pa.py_buffer(np.ascontiguousarray(word))]
    return pl.Series(pa.Array.from_buffers(pa.large_binary(), size, buffers))
