"""Which names of two companies fit each other best."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache, partial
from itertools import product
from typing import NamedTuple

import numpy as np

from suppliers.identity.legal_forms import forms_agree
from suppliers.identity.name_tables import Ints
from suppliers.identity.names import ComparableName
from suppliers.identity.party_names import PartyNames
from suppliers.identity.similarities import country_words, similarities
from suppliers.identity.similarity import NameSimilarity, name_similarity

#: Fewer pairs of names are compared one by one in less time than kernels take to be compiled.
_FEWEST_IN_COLUMNS = 5_000


class Fit(NamedTuple):
    """How a name of one company fits a name of another.

    Attributes:
        similarity: of the words.
        forms_agree: see `legal_forms.forms_agree`.
        is_written_alike: whether both have the same Chinese characters; None where one has none.
        name: the name of the other company.
        words: gives its words, without those of legal forms.
        position: the other company's names before it.
    """

    similarity: NameSimilarity
    forms_agree: bool | None
    is_written_alike: bool | None
    name: str
    words: Callable[[], Sequence[str]]
    position: int


def best_fit(fits: Sequence[Fit]) -> Fit:
    """The fit of the highest score, of equal ones the first that nothing speaks against."""
    return fits[0] if len(fits) == 1 else max(fits, key=_rank)


def _rank(fit: Fit) -> tuple[float, bool, bool, int]:
    return (
        fit.similarity.score,
        fit.is_written_alike is not False,
        fit.forms_agree is not False,
        -fit.position,
    )


def name_fits(
    own: ComparableName,
    their: ComparableName,
    country: str | None,
    shared: Mapping[str, float] | None,
    name: tuple[str, int],
) -> Iterator[Fit]:
    """How two names fit, in each version of both.

    Args:
        own: name of one company.
        their: name of the other.
        country: of the two, ISO 3166-1 alpha-2, if known.
        shared: see `word_weight`.
        name: the other company's as it is written, and its names before it.
    """
    agree = forms_agree(own.form, their.form)
    is_written_alike = _is_written_alike(own, their)
    # Where both are in another script, their trade words are compared by meaning alone.
    is_both = own.by_sound is not None and their.by_sound is not None
    versions = ((own, their),) if is_both else product(own.versions, their.versions)
    for one, other in versions:
        if is_written_alike:
            similarity = name_similarity(one.words, one.words, shared)
        else:
            similarity = name_similarity(
                one.words,
                other.words,
                shared,
                as_written=partial(_as_written, one, other),
                country=country,
                home_words=country_words(country),
                is_transliterated=one.is_by_sound != other.is_by_sound,
            )
        yield Fit(similarity, agree, is_written_alike, name[0], lambda: their.words, name[1])


def best_fits(
    pairs: Ints,
    names: tuple[PartyNames, PartyNames],
    countries: Sequence[str | None],
    shared: Mapping[str, float] | None,
) -> Iterator[Fit]:
    """The names of many pairs of companies that fit each other best.

    Args:
        pairs: positions of a company of each side, a row each.
        names: those of one side, and of the other.
        countries: of the pairs, if known.
        shared: see `word_weight`.

    Yields:
        The best fit of each pair, in order.
    """
    own, theirs = names
    suppliers, entries = pairs.T
    several = own.count[suppliers] * theirs.count[entries]
    pair = np.repeat(np.arange(several.size), several)
    place = np.arange(pair.size) - np.repeat(np.cumsum(several) - several, several)
    nth, position = np.divmod(place, theirs.count[entries][pair])
    left, right = own.first[suppliers][pair] + nth, theirs.first[entries][pair] + position
    of_pair = [countries[number] for number in pair.tolist()]
    found: Sequence[NameSimilarity | None] = [None] * pair.size
    if pair.size >= _FEWEST_IN_COLUMNS:
        found = similarities((left, right), own.table, theirs.table, of_pair, shared)
    mine, yours = cache(own.table.comparable), cache(theirs.table.comparable)
    fits: list[Fit] = []
    is_last = np.diff(pair, append=-1) != 0
    for one, other, before, country, similarity, ends in zip(
        left.tolist(), right.tolist(), position.tolist(), of_pair, found, is_last.tolist(),
        strict=True,
    ):  # fmt: skip
        name = theirs.table.names[other]
        if similarity is None:
            fits += name_fits(mine(one), yours(other), country, shared, (name, before))
        else:
            agree = forms_agree(own.table.forms[one], theirs.table.forms[other])
            words = partial(theirs.table.words_of, other)
            fits.append(Fit(similarity, agree, None, name, words, before))
        if ends:
            yield best_fit(fits)
            fits = []


def _as_written(
    one: ComparableName, other: ComparableName
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    return one.written, other.written


def _is_written_alike(one: ComparableName, other: ComparableName) -> bool | None:
    """Whether two names in Chinese characters have the same; None where one has none."""
    (all_one, core_one), (all_other, core_other) = one.characters, other.characters
    if not all_one or not all_other:
        return None
    if all_one == all_other:
        return True
    is_part = core_one in core_other or core_other in core_one
    return None if is_part else False
