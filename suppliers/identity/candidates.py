"""Which entries of a register are worth comparing with a supplier: blocking, in three sieves.

1. An equal identifier.
2. Within the country (or where the register does not say): an equal name, or a distinctive token of
   the same consonants that few names of the country hold.
3. For suppliers that found nothing alike so: distinctive 4-grams, which survive a slip
   inside the one distinctive token.

What is left is ordered by plain string distance, and the nearest few go on to be judged; without
those whose words cannot agree enough (`hopeless_pairs`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

import numpy as np
import polars as pl
from numpy.typing import NDArray
from rapidfuzz import fuzz, process

from suppliers.identity.consonantal_scripts import in_latin, is_in_signs, meeting_keys
from suppliers.identity.hopeless_pairs import OWN_WAYS, may_reach
from suppliers.identity.letter_runs import RUN_LETTERS, UNSAID, Texts, names_by_runs
from suppliers.identity.name_tables import Ints, NameTable, name_table
from suppliers.identity.names import ComparableName
from suppliers.identity.namesakes import Core, namesakes
from suppliers.identity.parties import Party, plain_number
from suppliers.identity.romanisation import sound
from suppliers.identity.shared_keys import (
    WORTH,
    Keys,
    Meetings,
    meetings,
    most_shared,
    single_meetings,
    together,
)
from suppliers.identity.word_agreement import word_weight
from suppliers.identity.word_similarity import (
    COMMON_WEIGHT,
    DIVIDING_WEIGHT,
    GENERIC_WEIGHT,
)

#: Words held by this share of a register's names say little, by the larger one next to nothing.
_COMMON_SHARE = 0.001
_GENERIC_SHARE = 0.01
_FEWEST_TO_COUNT = 2_000

#: Worth of an equal name beside that of shared words, which is at most `WORTH` each.
_EQUAL_WORTH = 9 * WORTH
_RAREST_KEYS = 3
_SHORTLIST = 20
_LEAST_RATIO = 55.0
#: Names this far behind the nearest one are not judged.
_WITHIN_RATIO = 20.0
#: A supplier whose nearest name is below this after the second sieve goes through the third.
_SETTLED_RATIO = 88.0


@dataclass(frozen=True)
class Candidates:
    """What blocking found.

    Attributes:
        pairs: supplier and entry by position, in order.
        names: the names of the pairs, made comparable.
        shared: lower weights of words that many names of the register hold.
        crowded: names of the register by country and distinctive words, where they are many.
    """

    pairs: tuple[tuple[int, int], ...]
    names: Mapping[str, ComparableName]
    shared: Mapping[str, float]
    crowded: Mapping[Core, int]


@dataclass(frozen=True)
class _Side:
    """Names of one side in columns, without those that have no word.

    Attributes:
        owners: position of the party.
        table: the names made comparable; it has those without a word too.
        rows: position in the table.
        named: position of the name of each word of the table.
        squashed: the name without blanks.
        ordered: the same with its words in the order of the alphabet.
        countries: two letters, or `UNSAID`.
        is_unvowelled: whether any name has words of a script without short vowels.
    """

    owners: NDArray[np.uint32]
    table: NameTable
    rows: Ints
    named: Ints
    squashed: list[str]
    ordered: list[str]
    countries: list[str]
    is_unvowelled: bool


def candidates(
    suppliers: Sequence[Party],
    entries: Sequence[Party],
    *,
    per_supplier: int,
    block_limit: int,
    least: float = 0.0,
) -> Candidates:
    """Find the pairs worth judging.

    Args:
        suppliers: those to be placed.
        entries: a register or list.
        per_supplier: entries per supplier to go on with, beside those of equal identifiers.
        block_limit: a word held by more names of a country than this blocks nothing.
        least: pairs whose names certainly agree less (`name_similarity`) are left out.
    """
    own, theirs = _side(suppliers), _side(entries)
    shared = _shared_weights(theirs)
    crowded = namesakes(theirs.table, theirs.countries)
    by_identifier = _equal_identifiers(suppliers, entries)
    if not own.squashed or not theirs.squashed:
        return Candidates(by_identifier, {}, shared, crowded)
    found = _ranked(_by_words(own, theirs, block_limit), own, theirs, per_supplier)
    settled = found.filter(pl.col("ratio") >= _SETTLED_RATIO)["supplier"].unique()
    left = np.setdiff1d(np.arange(len(suppliers), dtype=np.uint32), settled.to_numpy())
    if left.size:
        mine = np.flatnonzero(np.isin(own.owners, left)).astype(np.uint32)
        met = names_by_runs(
            Texts(own.squashed, own.countries),
            Texts(theirs.squashed, theirs.countries),
            mine,
            block_limit,
        )
        more = _ranked(met, own, theirs, per_supplier)
        found = pl.concat([found, more])
    best = (
        found.group_by("supplier", "entry")
        .agg(pl.col("ratio").max())
        .sort("supplier", pl.col("ratio").neg(), "entry")
        .group_by("supplier", maintain_order=True)
        .head(per_supplier)
    )
    if least > 0.0:
        best = _hopeful(best, (suppliers, own), (entries, theirs), shared, least)
    pairs = set(best.select("supplier", "entry").iter_rows()) | set(by_identifier)
    names = _met(own, {supplier for supplier, _ in pairs})
    names |= _met(theirs, {entry for _, entry in pairs})
    return Candidates(tuple(sorted(pairs)), names, shared, crowded)


def _met(side: _Side, parties: set[int]) -> dict[str, ComparableName]:
    """The names of some parties, made comparable."""
    is_met = np.isin(side.owners, np.fromiter(parties, dtype=np.uint32, count=len(parties)))
    return {side.table.names[row]: side.table.comparable(row) for row in side.rows[is_met].tolist()}


def _hopeful(
    pairs: pl.DataFrame,
    own: tuple[Sequence[Party], _Side],
    theirs: tuple[Sequence[Party], _Side],
    shared: Mapping[str, float],
    least: float,
) -> pl.DataFrame:
    """Pairs (supplier, entry) of which some names may agree as much."""
    rows = pairs
    compared: list[tuple[list[ComparableName], NDArray[np.uint32]]] = []
    for column, (_, side) in (("supplier", own), ("entry", theirs)):
        of_party = pl.DataFrame(
            {column: side.owners, f"{column}_name": np.arange(side.owners.size, dtype=np.uint32)}
        )
        rows = rows.join(of_party, on=column, maintain_order="left")
    is_bound = np.ones(rows.height, dtype=np.bool_)
    for column, (parties, _) in (("supplier", own), ("entry", theirs)):
        is_own_way = np.array([party.country in OWN_WAYS for party in parties], dtype=np.bool_)
        is_bound &= ~is_own_way[rows[column].to_numpy()]
    for column, (_, side) in (("supplier", own), ("entry", theirs)):
        met, at = np.unique(rows[f"{column}_name"].to_numpy()[is_bound], return_inverse=True)
        names = [side.table.comparable(row) for row in side.rows[met].tolist()]
        compared.append((names, at.astype(np.uint32)))
    may = ~is_bound
    (one, left), (other, right) = compared
    may[is_bound] = may_reach(least, (left, right), one, other, shared)
    kept = rows.filter(pl.Series(may)).select("supplier", "entry").unique()
    return pairs.join(kept, on=["supplier", "entry"], how="semi", maintain_order="left")


def _side(parties: Sequence[Party]) -> _Side:
    table = name_table([name for party in parties for name in party.names])
    of_party = np.array([len(party.names) for party in parties], dtype=np.int64)
    rows = np.flatnonzero(table.count)
    owners = np.repeat(np.arange(len(parties), dtype=np.uint32), of_party)[rows]
    named = np.repeat(np.arange(rows.size), table.count[rows])
    is_unvowelled = any(map(is_in_signs, table.vocabulary))
    read = list(map(in_latin, table.vocabulary)) if is_unvowelled else table.vocabulary
    place = {word: rank for rank, word in enumerate(sorted(set(read)))}
    ranks = np.array([place[word] for word in read], dtype=np.int64)[table.words]
    in_order = table.words[np.lexsort((ranks, named))]
    ends = np.cumsum(table.count[rows]).tolist()
    return _Side(
        owners,
        table,
        rows,
        named,
        _joined(read, table.words, ends),
        _joined(read, in_order, ends),
        [parties[owner].country or UNSAID for owner in owners.tolist()],
        is_unvowelled,
    )


def _joined(spelled: Sequence[str], words: Ints, ends: Sequence[int]) -> list[str]:
    """The words of each name as one text without blanks."""
    written = [spelled[number] for number in words.tolist()]
    return ["".join(written[start:end]) for start, end in pairwise([0, *ends])]


def _shared_weights(side: _Side) -> dict[str, float]:
    total = side.rows.size
    if total < _FEWEST_TO_COUNT:
        return {}
    counts = np.bincount(side.table.words)
    return {
        word: GENERIC_WEIGHT if counts[number] > _GENERIC_SHARE * total else COMMON_WEIGHT
        for number in np.flatnonzero(counts > _COMMON_SHARE * total).tolist()
        if word_weight(word := side.table.vocabulary[number]) > COMMON_WEIGHT
    }


def _equal_identifiers(
    suppliers: Sequence[Party], entries: Sequence[Party]
) -> tuple[tuple[int, int], ...]:
    asked: dict[tuple[str, ...], list[int]] = {}
    for position, supplier in enumerate(suppliers):
        for key in _identifier_keys(supplier):
            asked.setdefault(key, []).append(position)
    if not asked:
        return ()
    return tuple(
        (position, other)
        for other, entry in enumerate(entries)
        if entry.identifiers
        for key in _identifier_keys(entry)
        for position in asked.get(key, ())
    )


def _identifier_keys(party: Party) -> list[tuple[str, ...]]:
    return [
        (scheme, party.country or "", plain_number(value))
        if scheme == "company_number"
        else (scheme, value)
        for scheme, value in sorted(party.identifiers.items())
        if value
    ]


def _by_words(own: _Side, theirs: _Side, block_limit: int) -> Meetings:
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


def _texts(side: _Side, column: Literal["squashed", "ordered"]) -> pl.DataFrame:
    """One row per name: name, country, text."""
    return pl.DataFrame(
        {
            "name": np.arange(len(side.squashed), dtype=np.uint32),
            "country": side.countries,
            "text": side.squashed if column == "squashed" else side.ordered,
        }
    )


def _word_keys(own: _Side, theirs: _Side) -> tuple[Keys, Keys]:
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


def _keys_of_words(side: _Side, *, meets_unvowelled: bool) -> list[tuple[int, str]]:
    """Number and key of each distinctive word.

    Args:
        side: of the names.
        meets_unvowelled: add the consonants of words, by which the other side's words in a script
            without short vowels are met.
    """
    keys: list[tuple[int, str]] = []
    for number, word in enumerate(side.table.vocabulary):
        if word_weight(word) <= DIVIDING_WEIGHT:
            continue
        keys.append((number, sound(word)))
        if meets_unvowelled or is_in_signs(word):
            keys += [(number, f"-{key}") for key in meeting_keys(word)]
    return keys


def _keys_of_names(
    side: _Side,
    spelled: Sequence[tuple[int, str]],
    ranks: Mapping[str, int],
    codes: Mapping[str, int],
) -> tuple[NDArray[np.uint32], Ints, Ints]:
    """One row per name and key of those ranked: name, rank of the key, code of the country."""
    known = [(number, rank) for number, key in spelled if (rank := ranks.get(key)) is not None]
    words, of_word = np.array(known, dtype=np.int64).reshape(-1, 2).T
    several = np.bincount(words, minlength=len(side.table.vocabulary))
    first = np.cumsum(several) - several
    number = several[side.table.words]
    rows = np.repeat(np.arange(number.size), number)
    place = np.arange(rows.size) - np.repeat(np.cumsum(number) - number, number)
    names = side.named[rows]
    country = np.array([codes[one] for one in side.countries], dtype=np.int64)
    key = of_word[first[side.table.words[rows]] + place]
    return names.astype(np.uint32), key, country[names]


def _ranked(met: Meetings, own: _Side, theirs: _Side, per_supplier: int) -> pl.DataFrame:
    """The nearest entries of each supplier by string distance: supplier, entry, ratio."""
    mine, other = most_shared(met, register=len(theirs.squashed), most=_SHORTLIST)
    if mine.size == 0:
        return pl.DataFrame(schema={"supplier": pl.UInt32, "entry": pl.UInt32, "ratio": pl.Float32})
    ratios = _ratios(mine, other, own, theirs)
    return (
        pl.DataFrame({"supplier": own.owners[mine], "entry": theirs.owners[other], "ratio": ratios})
        .filter(pl.col("ratio") >= _LEAST_RATIO)
        .filter(pl.col("ratio") >= pl.col("ratio").max().over("supplier") - _WITHIN_RATIO)
        .sort("supplier", pl.col("ratio").neg(), "entry")
        .group_by("supplier", maintain_order=True)
        .head(per_supplier)
    )


def _ratios(mine: Ints, other: Ints, own: _Side, theirs: _Side) -> NDArray[np.float32]:
    """Ratio of the names as they stand or with their words in order, whichever is higher.

    A ratio well below `_LEAST_RATIO` is given as 0.
    """
    ratios = [
        process.cpdist(
            [one[i] for i in mine.tolist()],
            [two[i] for i in other.tolist()],
            scorer=fuzz.ratio,
            score_cutoff=_LEAST_RATIO - 1.0,
            dtype=np.float32,
            workers=1,
        )
        for one, two in ((own.squashed, theirs.squashed), (own.ordered, theirs.ordered))
    ]
    return np.asarray(np.maximum(*ratios), dtype=np.float32)
