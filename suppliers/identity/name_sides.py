"""The names of one side as texts and countries, by which those of the other side are met."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from suppliers.identity.consonantal_scripts import in_latin, is_in_signs
from suppliers.identity.letter_runs import UNSAID
from suppliers.identity.name_tables import Ints
from suppliers.identity.parties import Party
from suppliers.identity.party_names import PartyNames, party_names


@dataclass(frozen=True)
class Side:
    """Names of one side, without those that have no word.

    Attributes:
        owners: position of the party.
        names: all names of the side, those without a word too.
        rows: position in the table of `names`.
        named: position of the name of each word of the table.
        squashed: the name without blanks.
        ordered: the same with its words in the order of the alphabet.
        countries: two letters, or `UNSAID`.
        is_unvowelled: whether any name has words of a script without short vowels.
    """

    owners: NDArray[np.uint32]
    names: PartyNames
    rows: Ints
    named: Ints
    squashed: list[str]
    ordered: list[str]
    countries: list[str]
    is_unvowelled: bool


def side(parties: Sequence[Party]) -> Side:
    """The names of suppliers, or of the entries of a register."""
    names = party_names(parties)
    table = names.table
    rows = np.flatnonzero(table.count)
    owners = np.repeat(np.arange(len(parties), dtype=np.uint32), names.count)[rows]
    named = np.repeat(np.arange(rows.size), table.count[rows])
    is_unvowelled = any(map(is_in_signs, table.vocabulary))
    read = list(map(in_latin, table.vocabulary)) if is_unvowelled else table.vocabulary
    place = {word: rank for rank, word in enumerate(sorted(set(read)))}
    ranks = np.array([place[word] for word in read], dtype=np.int64)[table.words]
    in_order = table.words[np.lexsort((ranks, named))]
    ends = np.cumsum(table.count[rows]).tolist()
    return Side(
        owners,
        names,
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
