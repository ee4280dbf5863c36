"""Many names made comparable at once, in columns.

A register has hundreds of thousands of names and few different words. What `comparable` asks of a
word is asked once for each different word, and legal forms once for each different beginning and
end of names. A name for which that is not enough, such as one in another script, with a phrase or
with initials, is read by itself as `comparable` does, so that both ways give the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from suppliers.identity.legal_forms import (
    FORM_WORDS,
    INSIDE_FORMS,
    LegalForm,
    may_end,
    take_off_forms,
)
from suppliers.identity.name_phrases import NUMBER_MARKS, PHRASE_PAIRS, PHRASE_STARTS
from suppliers.identity.name_tokens import PLACES, STOPWORDS
from suppliers.identity.names import (
    LAST_NUMERALS,
    MEANINGS,
    ComparableName,
    comparable,
    in_latin_alone,
    without_marks,
    without_state,
    words_and_form,
)

Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

#: Stands between names that are cleaned as one text: no letter, digit or blank.
_BETWEEN = "\x00"
_IS_WORD = np.zeros(256, dtype=np.bool_)
_IS_WORD[[byte for byte in range(128) if chr(byte).isalnum()]] = True
_BLANKED = bytes(byte if _IS_WORD[byte] else 32 for byte in range(256))
#: Stands for the words between the forms at both ends of a name.
_CORE = "\x01"


@dataclass(frozen=True)
class NameTable:
    """Names as `comparable` gives them, their words one after the other.

    Attributes:
        names: as they are written.
        vocabulary: the different words.
        first: where the words of a name begin.
        count: how many there are.
        words: number of each word in `vocabulary`.
        written: the same of the words before synonyms replaced them.
        forms: the legal form of each name.
        is_latin: whether a name is in Latin letters alone.
    """

    names: Sequence[str]
    vocabulary: list[str]
    first: Ints
    count: Ints
    words: Ints
    written: Ints
    forms: Sequence[LegalForm | None]
    is_latin: Flags

    def comparable(self, position: int) -> ComparableName:
        """One name."""
        if not self.is_latin[position]:
            return comparable(self.names[position])
        words, written = (self._spelled(column, position) for column in (self.words, self.written))
        return ComparableName(words, self.forms[position], written)

    def words_of(self, position: int) -> tuple[str, ...]:
        """The words of one name."""
        return self._spelled(self.words, position)

    def _spelled(self, column: Ints, position: int) -> tuple[str, ...]:
        at = slice(self.first[position], self.first[position] + self.count[position])
        return tuple([self.vocabulary[number] for number in column[at].tolist()])


@dataclass(frozen=True)
class _Raw:
    """Words of names before forms are taken off: number of each word, and of its name."""

    vocabulary: list[str]
    words: Ints
    owners: Ints

    def is_any(self, known: frozenset[str]) -> Flags:
        """Whether each word is one of those given."""
        return _are(known, self.vocabulary)[self.words]


def name_table(names: Sequence[str]) -> NameTable:
    """Make names comparable.

    Args:
        names: as written, in any script; a name may come more than once.
    """
    plain = [
        None if text is None or _BETWEEN in text or not text.isascii() else without_state(text)
        for text in map(in_latin_alone, names)
    ]
    is_latin = np.array([text is not None for text in plain], dtype=np.bool_)
    is_apart = ~is_latin
    raw = _raw([text or "" for text in plain])
    starts, ends, forms = _without_forms(raw, is_apart)
    place = np.arange(raw.words.size)
    is_kept = (place >= starts[raw.owners]) & (place < ends[raw.owners])
    is_telling = is_kept & ~raw.is_any(STOPWORDS)
    is_apart |= np.bincount(raw.owners[is_telling], minlength=len(names)) == 0
    is_kept = is_telling & ~is_apart[raw.owners]
    numbers = {word: number for number, word in enumerate(raw.vocabulary)}
    meanings = np.array(
        [numbers.setdefault(MEANINGS.get(word, word), len(numbers)) for word in raw.vocabulary],
        dtype=np.int64,
    )
    owners: list[int] = []
    words: list[int] = []
    written: list[int] = []
    for position in np.flatnonzero(is_apart).tolist():
        of_name, forms[position], as_written = words_and_form(names[position])
        owners += [position] * len(of_name)
        words += [numbers.setdefault(word, len(numbers)) for word in of_name]
        written += [numbers.setdefault(word, len(numbers)) for word in as_written]
    kept = raw.words[is_kept]
    owner = np.concatenate([raw.owners[is_kept], np.array(owners, dtype=np.int64)])
    order = np.argsort(owner, kind="stable")
    count = np.bincount(owner, minlength=len(names))
    return NameTable(
        names,
        list(numbers),
        np.cumsum(count) - count,
        count,
        np.concatenate([meanings[kept], np.array(words, dtype=np.int64)])[order],
        np.concatenate([kept, np.array(written, dtype=np.int64)])[order],
        forms,
        is_latin,
    )


def _raw(latin: Sequence[str]) -> _Raw:
    """The words of names in lower case."""
    text = without_marks(_BETWEEN.join(latin)).encode("ascii")
    letters = np.frombuffer(text, dtype=np.uint8)
    is_word = _IS_WORD[letters]
    is_first = is_word.copy()
    is_first[1:] &= ~is_word[:-1]
    ends = np.flatnonzero(letters == ord(_BETWEEN))
    owners = np.searchsorted(ends, np.flatnonzero(is_first))
    blanked = pa.array([text.translate(_BLANKED).strip().decode("ascii")], type=pa.large_string())
    words = pc.ascii_split_whitespace(blanked).flatten().slice(0, owners.size).dictionary_encode()
    numbers = words.indices.to_numpy().astype(np.int64)
    return _Raw(words.dictionary.to_pylist(), numbers, owners)


def _is_special(raw: _Raw) -> Flags:
    """Whether a word is, or begins, what takes more than one word to understand."""
    special = [
        len(word) == 1 or word in NUMBER_MARKS or MEANINGS.get(word) in LAST_NUMERALS
        for word in raw.vocabulary
    ]
    is_special = np.array(special, dtype=np.bool_)[raw.words]
    numbers = {word: number for number, word in enumerate(raw.vocabulary)}
    size = len(raw.vocabulary)
    pairs = [
        numbers[phrase[0]] * size + numbers[phrase[1]]
        for phrase in PHRASE_PAIRS
        if len(phrase) > 1 and phrase[0] in numbers and phrase[1] in numbers
    ]
    begins = np.flatnonzero(raw.is_any(PHRASE_STARTS)[:-1])
    begins = begins[raw.owners[begins] == raw.owners[begins + 1]]
    found = np.isin(raw.words[begins] * size + raw.words[begins + 1], pairs)
    is_special[begins[found]] = True
    return is_special


def _without_forms(raw: _Raw, is_apart: Flags) -> tuple[Ints, Ints, list[LegalForm | None]]:
    """Where the words of each name begin and end without legal forms, and its form.

    Names that have to be asked about one by one are marked in `is_apart`.
    """
    owners = raw.owners
    is_apart[owners[_is_special(raw)]] = True
    count = np.bincount(owners, minlength=is_apart.size)
    ends = np.cumsum(count)
    starts = ends - count
    # Nothing is taken off between the first and the last word that is part of no form.
    inner = np.flatnonzero(~raw.is_any(FORM_WORDS))
    core_from, core_to = np.full(is_apart.size, -1), np.zeros(is_apart.size, dtype=np.int64)
    core_from[owners[inner[::-1]]] = inner[::-1]
    core_to[owners[inner]] = inner + 1
    is_apart |= core_from < 0
    inside = np.flatnonzero(raw.is_any(INSIDE_FORMS))
    of_name = owners[inside]
    is_apart[of_name[(inside > core_from[of_name]) & (inside < core_to[of_name])]] = True
    left = np.flatnonzero(~is_apart)
    different, of_name = np.unique(raw.words[core_to[left] - 1], return_inverse=True)
    ending = [may_end(raw.vocabulary[number]) for number in different.tolist()]
    is_apart[left[np.array(ending, dtype=np.bool_)[of_name]]] = True
    left = np.flatnonzero(~is_apart)
    fronts, backs, found = _edges(raw, (starts[left], core_from[left]), (core_to[left], ends[left]))
    starts[left], ends[left] = core_from[left] - fronts, core_to[left] + backs
    forms: list[LegalForm | None] = [None] * is_apart.size
    for position, form in zip(left.tolist(), found, strict=True):
        forms[position] = form
    # A form may stand before a place at the end.
    is_formless = np.array([form is None for form in found], dtype=np.bool_)
    formless = left[is_formless]
    last = raw.words[ends[formless] - 1]
    is_apart[formless[_are(PLACES, raw.vocabulary)[last]]] = True
    # What is not to be taken from the edges cannot be counted.
    is_apart[left[fronts < 0]] = True
    return starts, ends, forms


def _edges(
    raw: _Raw, before: tuple[Ints, Ints], behind: tuple[Ints, Ints]
) -> tuple[Ints, Ints, list[LegalForm | None]]:
    """How many words before and behind the core of a name are left without its forms, and the form.

    The count is -1 where words are left that are not next to each other.
    """
    text = raw.words.tobytes()
    width = raw.words.itemsize
    known: dict[tuple[bytes, bytes], tuple[int, int, LegalForm | None]] = {}
    found = []
    for start, core_from, core_to, end in zip(
        *((column * width).tolist() for column in (*before, *behind)), strict=True
    ):
        key = text[start:core_from], text[core_to:end]
        edges = known.get(key)
        if edges is None:
            edges = known[key] = _left_of_edges(
                *(
                    tuple([raw.vocabulary[number] for number in np.frombuffer(part, np.int64)])
                    for part in key
                )
            )
        found.append(edges)
    fronts, backs = (
        np.fromiter((edges[side] for edges in found), dtype=np.int64, count=len(found))
        for side in (0, 1)
    )
    return fronts, backs, [edges[2] for edges in found]


def _left_of_edges(
    before: tuple[str, ...], behind: tuple[str, ...]
) -> tuple[int, int, LegalForm | None]:
    left, form = take_off_forms((*before, _CORE, *behind))
    at = left.index(_CORE)
    front, back = at, len(left) - at - 1
    is_whole = left[:at] == before[len(before) - front :] and left[at + 1 :] == behind[:back]
    return (front, back, form) if is_whole else (-1, -1, form)


def _are(known: frozenset[str], words: Sequence[str]) -> Flags:
    """Whether each word is one of those given."""
    return np.array([word in known for word in words], dtype=np.bool_)
