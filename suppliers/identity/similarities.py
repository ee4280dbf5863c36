"""`name_similarity` of many pairs of names at once, where each word stands for one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray

from suppliers.identity.agreements import agreements
from suppliers.identity.alike_words import CUSTOMS, likenesses
from suppliers.identity.name_tables import NameTable
from suppliers.identity.name_tokens import COUNTRY_WORDS
from suppliers.identity.romanisation import customs_of
from suppliers.identity.similarity import NameSimilarity
from suppliers.identity.word_columns import (
    COUNTRY_NUMBERS,
    Limits,
    NamePairs,
    Names,
    numbered,
    vocabulary,
)
from suppliers.identity.words_apart import words_to_compare
from suppliers.places.countries import countries_named

Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]


@cache
def country_words(country: str | None) -> frozenset[str]:
    """The words that name a country in company names."""
    if country is None:
        return frozenset()
    return frozenset(word for word in COUNTRY_WORDS if country in countries_named(word.title()))


def similarities(
    rows: tuple[Ints, Ints],
    own: NameTable,
    theirs: NameTable,
    countries: Sequence[str | None],
    shared: Mapping[str, float] | None,
) -> list[NameSimilarity | None]:
    """Compare pairs of names.

    Args:
        rows: positions of the two names of each pair, in `own` and in `theirs`.
        own: names of one side.
        theirs: names of the other side.
        countries: the country of each pair, ISO 3166-1 alpha-2, if known.
        shared: see `word_weight`.

    Returns:
        What `name_similarity` gives of each pair in Latin letters alone; None for others, and
        where a word may stand for several of the other name.
    """
    left, right = rows
    found: list[NameSimilarity | None] = [None] * left.size
    places = np.flatnonzero(_are_plain(own)[left] & _are_plain(theirs)[right])
    if places.size == 0:
        return found
    left, right = left[places], right[places]
    spelled, one, other = numbered((own, left), (theirs, right))
    words, limits = vocabulary(spelled, shared), Limits()
    longest = int(max(one.several.max(), other.several.max()))
    pairs = NamePairs(left, right, one, other, longest)
    number = {country: row for row, country in enumerate(dict.fromkeys(countries))}
    country = np.array([number[known] for known in countries], dtype=np.int64)[places]
    # The words that only one name has are compared first, each different pair of them once.
    is_settled = np.ones(places.size, dtype=np.bool_)
    first = np.empty(places.size + 1, dtype=np.int64)
    room = int((one.several[left] * other.several[right]).sum())
    mine, yours = np.empty(room, dtype=np.int64), np.empty(room, dtype=np.int64)
    size = words_to_compare(pairs, words, limits, is_settled, first, mine, yours)
    customs = np.array([CUSTOMS.index(customs_of(known)) for known in number], dtype=np.int64)
    of_words = np.repeat(customs[country], np.diff(first))
    alike = _alike(spelled, (one, mine[:size]), (other, yours[:size]), of_words)
    sums = np.zeros((places.size, 5), dtype=np.float64)
    flags = np.zeros((places.size, 5), dtype=np.bool_)
    is_home = _words_of_home(list(number))
    agreements(pairs, words, limits, country, is_home, first, alike, is_settled, sums, flags)
    columns = [*sums[is_settled].T.tolist(), *flags[is_settled].T.tolist()]
    for place, *values in zip(places[is_settled].tolist(), *columns, strict=True):
        found[place] = NameSimilarity(*values)
    return found


def _are_plain(names: NameTable) -> Flags:
    """Whether names are in Latin letters alone, with a word."""
    return names.is_latin & (names.count > 0)


def _words_of_home(countries: Sequence[str | None]) -> Flags:
    """Whether words name countries, by country and `country_word`."""
    is_home = np.zeros((len(countries), len(COUNTRY_NUMBERS) + 1), dtype=np.bool_)
    for row, country in enumerate(countries):
        is_home[row, [COUNTRY_NUMBERS[word] for word in country_words(country)]] = True
    return is_home


def _alike(
    spelled: Sequence[str], one: tuple[Names, Ints], other: tuple[Names, Ints], customs: Ints
) -> NDArray[np.float64]:
    """Likeness of words of both sides, which stand at some places of all words of a side."""
    size = len(spelled)
    (own, number_own), (their, number_their) = (
        np.unique(side.words[places] * size + side.written[places], return_inverse=True)
        for side, places in (one, other)
    )
    key = (number_own * their.size + number_their) * len(CUSTOMS) + customs
    different, number = np.unique(key, return_inverse=True)
    pair, of_customs = np.divmod(different, len(CUSTOMS))
    at_own, at_their = np.divmod(pair, max(their.size, 1))
    words, written = np.divmod(np.stack([own[at_own], their[at_their]]), size)
    return likenesses(spelled, words, written, of_customs)[number]
