"""Which entries of a register are worth comparing with a supplier: blocking, in three sieves.

1. An equal identifier.
2. Within the country (or where the register does not say): an equal name, or a distinctive token of
   the same consonants that few names of the country hold.
3. For suppliers that found nothing alike so: distinctive 4-grams, which survive a slip
   inside the one distinctive token.

What is left is ordered by plain string distance, and the nearest few go on to be judged.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray
from rapidfuzz import fuzz, process

from suppliers.identity.letter_runs import Texts, names_by_runs
from suppliers.identity.name_sides import Side, side
from suppliers.identity.name_tables import Ints
from suppliers.identity.namesakes import Core, namesakes
from suppliers.identity.parties import Party, plain_number
from suppliers.identity.party_names import PartyNames
from suppliers.identity.shared_keys import Meetings, most_shared
from suppliers.identity.shared_words import names_by_words
from suppliers.identity.word_agreement import word_weight
from suppliers.identity.word_weights import COMMON_WEIGHT, GENERIC_WEIGHT

#: Words held by this share of a register's names say little, by the larger one next to nothing.
_COMMON_SHARE = 0.001
_GENERIC_SHARE = 0.01
_FEWEST_TO_COUNT = 2_000

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
        pairs: supplier and entry by position, a row each, in order.
        names: those of the suppliers, and of the entries, made comparable.
        shared: lower weights of words that many names of the register hold.
        crowded: names of the register by country and distinctive words, where they are many.
    """

    pairs: Ints
    names: tuple[PartyNames, PartyNames]
    shared: Mapping[str, float]
    crowded: Mapping[Core, int]


def candidates(
    suppliers: Sequence[Party],
    entries: Sequence[Party],
    *,
    per_supplier: int,
    block_limit: int,
) -> Candidates:
    """Find the pairs worth judging.

    Args:
        suppliers: those to be placed.
        entries: a register or list.
        per_supplier: entries per supplier to go on with, beside those of equal identifiers.
        block_limit: a word held by more names of a country than this blocks nothing.
    """
    own, theirs = side(suppliers), side(entries)
    names = (own.names, theirs.names)
    shared = _shared_weights(theirs)
    crowded = namesakes(theirs.names.table, theirs.countries)
    by_identifier = _equal_identifiers(suppliers, entries)
    if not own.squashed or not theirs.squashed:
        return Candidates(by_identifier, names, shared, crowded)
    met = names_by_words(own, theirs, block_limit)
    found = _ranked(met, own, theirs, per_supplier)
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
    by_name = best.select("supplier", "entry").to_numpy().astype(np.int64)
    pairs = np.unique(np.concatenate([by_name, by_identifier]), axis=0)
    return Candidates(pairs, names, shared, crowded)


def _shared_weights(side: Side) -> dict[str, float]:
    total = side.rows.size
    if total < _FEWEST_TO_COUNT:
        return {}
    counts = np.bincount(side.names.table.words)
    return {
        word: GENERIC_WEIGHT if counts[number] > _GENERIC_SHARE * total else COMMON_WEIGHT
        for number in np.flatnonzero(counts > _COMMON_SHARE * total).tolist()
        if word_weight(word := side.names.table.vocabulary[number]) > COMMON_WEIGHT
    }


def _equal_identifiers(suppliers: Sequence[Party], entries: Sequence[Party]) -> Ints:
    asked: dict[tuple[str, ...], list[int]] = {}
    for position, supplier in enumerate(suppliers):
        for key in _identifier_keys(supplier):
            asked.setdefault(key, []).append(position)
    if not asked:
        return np.empty((0, 2), dtype=np.int64)
    found = {
        (position, other)
        for other, entry in enumerate(entries)
        if entry.identifiers
        for key in _identifier_keys(entry)
        for position in asked.get(key, ())
    }
    return np.array(sorted(found), dtype=np.int64).reshape(-1, 2)


def _identifier_keys(party: Party) -> list[tuple[str, ...]]:
    return [
        (scheme, party.country or "", plain_number(value))
        if scheme == "company_number"
        else (scheme, value)
        for scheme, value in sorted(party.identifiers.items())
        if value
    ]


def _ranked(met: Meetings, own: Side, theirs: Side, per_supplier: int) -> pl.DataFrame:
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


def _ratios(mine: Ints, other: Ints, own: Side, theirs: Side) -> NDArray[np.float32]:
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
