"""Names that are equal, or share a distinctive word of the same consonants."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

import numpy as np
import polars as pl
from numpy.typing import NDArray

from suppliers.identity.consonantal_scripts import is_in_signs, meeting_keys
from suppliers.identity.letter_runs import RUN_LETTERS, UNSAID
from suppliers.identity.name_sides import Side
from suppliers.identity.name_tables import Ints
from suppliers.identity.romanisation import sound
from suppliers.identity.shared_keys import (
    WORTH,
    Keys,
    Meetings,
    meetings,
    single_meetings,
    together,
)
from suppliers.identity.word_agreement import word_weight
from suppliers.identity.word_weights import DIVIDING_WEIGHT

#: Worth of an equal name beside that of shared words, which is at most `WORTH` each.
_EQUAL_WORTH = 9 * WORTH
_RAREST_KEYS = 3


def names_by_words(own: Side, theirs: Side, block_limit: int) -> Meetings:
    """Names that are equal, or share a distinctive word, within a country.

    An equal name of another country counts too, the first two of them.

    Args:
        own: names of the list.
        theirs: names of the register.
        block_limit: a word held by more names of a country than this finds none.
    """
    asked, held = _word_keys(own, theirs)
    met = meetings(asked, held, rarest=_RAREST_KEYS, held_by_most=block_limit)
    equal = pl.concat(
        _with_unsaid(_texts(own, column)).join(
            _texts(theirs, column), on=["country", "text"], suffix="_theirs"
        )
        for column in ("squashed", "ordered")
    )
    abroad = (
        _texts(own, "squashed")
        .filter(pl.col("text").str.len_chars() >= RUN_LETTERS)
        .join(_texts(theirs, "squashed"), on="text", suffix="_theirs")
        .filter(pl.col("country") != pl.col("country_theirs"))
        .group_by("name")
        .agg(pl.col("name_theirs").sort().head(2))
        .explode("name_theirs")
    )
    return together([met, _single(equal, _EQUAL_WORTH), _single(abroad, WORTH)])


def _single(pairs: pl.DataFrame, worth: int) -> Meetings:
    return single_meetings(pairs["name"].to_numpy(), pairs["name_theirs"].to_numpy(), worth)


def _with_unsaid(frame: pl.DataFrame) -> pl.DataFrame:
    """The rows, and again under "country not said", where they meet such rows of the register."""
    unsaid = frame.filter(pl.col("country") != UNSAID).with_columns(country=pl.lit(UNSAID))
    return pl.concat([frame, unsaid])


def _texts(side: Side, column: Literal["squashed", "ordered"]) -> pl.DataFrame:
    """One row per name: name, country, text."""
    return pl.DataFrame(
        {
            "name": np.arange(len(side.squashed), dtype=np.uint32),
            "country": side.countries,
            "text": side.squashed if column == "squashed" else side.ordered,
        }
    )


def _word_keys(own: Side, theirs: Side) -> tuple[Keys, Keys]:
    """Distinctive words of both sides by their consonants, each with the country of the name.

    Names of the list stand under "country not said" too, where they meet such of the register.
    """
    spelled_own = _keys_of_words(own, meets_unvowelled=theirs.is_unvowelled)
    spelled_theirs = _keys_of_words(theirs, meets_unvowelled=own.is_unvowelled)
    ranks = {key: rank for rank, key in enumerate(sorted({key for _, key in spelled_own}))}
    said = sorted({*own.countries, *theirs.countries} - {UNSAID})
    codes = {country: code for code, country in enumerate([*said, UNSAID])}
    unsaid = codes[UNSAID]
    names, key, country = _keys_of_names(own, spelled_own, ranks, codes)
    asked = Keys(
        np.concatenate([names, names]),
        np.concatenate([_numbered(key, country, unsaid), _numbered(key, unsaid, unsaid)]),
    )
    names, key, country = _keys_of_names(theirs, spelled_theirs, ranks, codes)
    return asked, Keys(names, _numbered(key, country, unsaid))


def _numbered(key: Ints, country: Ints | int, unsaid: int) -> NDArray[np.uint64]:
    """Numbers of keys of countries; those that are not said, the last code, come behind a key's."""
    return (key * (unsaid + 1) + country).astype(np.uint64)


def _keys_of_words(side: Side, *, meets_unvowelled: bool) -> list[tuple[int, str]]:
    """Number and key of each distinctive word.

    Args:
        side: of the names.
        meets_unvowelled: add the consonants of words, by which the other side's words in a script
            without short vowels are met.
    """
    keys: list[tuple[int, str]] = []
    for number, word in enumerate(side.names.table.vocabulary):
        if word_weight(word) <= DIVIDING_WEIGHT:
            continue
        keys.append((number, sound(word)))
        if meets_unvowelled or is_in_signs(word):
            keys += [(number, f"-{key}") for key in meeting_keys(word)]
    return keys


def _keys_of_names(
    side: Side,
    spelled: Sequence[tuple[int, str]],
    ranks: Mapping[str, int],
    codes: Mapping[str, int],
) -> tuple[NDArray[np.uint32], Ints, Ints]:
    """One row per name and key of those ranked: name, rank of the key, code of the country."""
    known = [(number, rank) for number, key in spelled if (rank := ranks.get(key)) is not None]
    words, of_word = np.array(known, dtype=np.int64).reshape(-1, 2).T
    several = np.bincount(words, minlength=len(side.names.table.vocabulary))
    first = np.cumsum(several) - several
    number = several[side.names.table.words]
    rows = np.repeat(np.arange(number.size), number)
    place = np.arange(rows.size) - np.repeat(np.cumsum(number) - number, number)
    names = side.named[rows]
    country = np.array([codes[one] for one in side.countries], dtype=np.int64)
    key = of_word[first[side.names.table.words[rows]] + place]
    return names.astype(np.uint32), key, country[names]
