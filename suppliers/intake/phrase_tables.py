"""Phrases in many languages that stand for a code, found in a text.

A phrase is one or more words. ``textil*`` is any word that begins so, ``*spinnerei`` any that ends
so: German, Dutch, Turkish and Polish put words together or bend them. ``ткан*&шёлков*`` is both
words in either order, ``=só`` a word with just these accents. Phrases in scripts without blanks are
looked for where their language has the word that decides (see `unspaced_phrases`). Of phrases
found, those inside a longer one do not count.

Some phrases name only a material or a field of use (``wood``, ``food``): they decide where nothing
else is found, so that wooden furniture is furniture. Of a phrase with several codes (gloves) a
material beside it keeps those that it has too (rubber).
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from suppliers.header_text import normalise_header
from suppliers.intake.unspaced_phrases import HAN_OR_KANA, HANGUL, THAI, Entry, UnspacedPhrases

_LONGEST_PHRASE = 5
_SHORTEST_STEM = 2
# A shorter end of a word is too often no word of a compound.
_SHORTEST_FORM = 4
_SHORTEST_END, _SHORTEST_START = 5, 3
_NO_WORD = re.compile(r"[\W_]+")
_ELISIONS = re.compile("['’‘`´ʻʼ]")
_ARABIC_ARTICLE = re.compile(r"(?<!\S)(?:و?ال)(?=\S{2})")
# Letters that are one in Persian, Urdu and Arabic keyboards, the dot under Indic letters, and the
# two marks of a nasal vowel.
_SAME_LETTERS = str.maketrans(
    {"ي": "ی", "ى": "ی", "ك": "ک", "أ": "ا", "إ": "ا", "ہ": "ه", "ۂ": "ه", "\u093c": None, "ँ": "ं"}
)
_LATIN_MARKS = re.compile("[\u00c0-\u024f\u1e00-\u1eff]")
_HEBREW_PREFIX = re.compile("^[הו](?=[א-ת]{3})")
_AND = "and|und|et|y|ve|và|va|dan|oraz|и|і|й|та|och|og|ja|és|și|şi|και|और|एवं|व|اور|و|ו|및"
_LIST = re.compile(rf"[;/,|&+،、・]|(?<=\s)(?:{_AND})(?=\s)", re.IGNORECASE)
#: Among the codes of a text: something in it is not known, so that nothing is decided.
UNDECIDED = ""
_MARKED, _EXACT, _ENDING, _BEGINNING = 4, 3, 2, 1


@dataclass(frozen=True)
class Found:
    """One phrase found.

    Attributes:
        start: its first word.
        end: the word after its last.
        strength: how well it was found.
        codes: its codes where it decides.
        materials: its codes as a material beside another phrase; none if it is goods alone.
    """

    start: int
    end: int
    strength: tuple[int, int]
    codes: tuple[str, ...]
    materials: tuple[str, ...]

    @property
    def is_material(self) -> bool:
        """Whether another phrase decides before this one."""
        return bool(self.materials)


@lru_cache(maxsize=100_000)
def words_key(text: str) -> str:
    """A text without case, Latin accents, punctuation, elisions and the Arabic article."""
    if text.isascii() and text.islower() and text.replace(" ", "").isalnum():
        return " ".join(text.split())
    key = normalise_header(_ELISIONS.sub(" ", text))
    return key if key.isascii() else _ARABIC_ARTICLE.sub("", key.translate(_SAME_LETTERS))


def _marked_key(text: str) -> str:
    """A text without case and punctuation, with its accents."""
    composed = unicodedata.normalize("NFC", _ELISIONS.sub(" ", text)).casefold()
    return " ".join(_NO_WORD.sub(" ", composed).split())


def is_marked(phrase: str) -> bool:
    """Whether a phrase has Latin accents that distinguish it."""
    return not phrase.isascii() and _LATIN_MARKS.search(phrase) is not None


@dataclass
class PhraseTable:
    """Codes by phrase.

    Attributes:
        whole: codes and whether they are a material, by phrase without stems.
        beginnings: by stem of a word.
        endings: by end of a word.
        unspaced: phrases in scripts without blanks, and those of Korean.
        marked: by phrase with its accents; giày (shoes) is not giấy (paper).
        pairs: by the first of several words in any order: all of them, with their codes.
        reads_forms: whether a word that is not in the table may be another number of one that is
            (shirt, shirts), or a compound that ends in one (Kinderspielzeug).
    """

    whole: dict[str, list[Entry]] = field(default_factory=dict)
    beginnings: dict[str, list[Entry]] = field(default_factory=dict)
    endings: dict[str, list[Entry]] = field(default_factory=dict)
    unspaced: UnspacedPhrases = field(default_factory=UnspacedPhrases)
    marked: dict[str, list[Entry]] = field(default_factory=dict)
    pairs: dict[str, list[tuple[tuple[str, ...], list[Entry]]]] = field(default_factory=dict)
    reads_forms: bool = False

    def add(self, phrase: str, code: str, *, is_material: bool) -> None:
        """Add one phrase of the table's notation."""
        entry = (code, is_material)
        if "&" in phrase:
            self._add_pair(phrase, entry)
            return
        key = words_key(phrase.strip("*="))
        if is_marked(phrase):
            _put(self.marked, _marked_key(phrase.strip("*=")), entry)
            if phrase.startswith("="):
                return
        if not key.isascii():
            is_unspaced = HAN_OR_KANA.search(key) or THAI.search(key)
            if is_unspaced or HANGUL.search(key):
                _put(self.unspaced.entries, key, entry)
            if is_unspaced:
                return
        if phrase.startswith("*"):
            kind = self.endings
        elif phrase.endswith("*") and not phrase.endswith(" *"):
            kind = self.beginnings
        else:
            kind = self.whole
        _put(kind, key, entry)

    def add_neutral(self, word: str) -> None:
        """Add a word that says nothing of the code of a phrase beside it."""
        self.unspaced.neutral.add(words_key(word))

    def _add_pair(self, phrase: str, entry: Entry) -> None:
        parts = [part.strip() for part in phrase.split("&")]
        words = tuple(words_key(part) + "*" * part.endswith("*") for part in parts)
        self.pairs.setdefault(words[0], []).append((words, [entry]))

    def has_material(self, phrase: str, code: str) -> bool:
        """Whether the whole phrase is found as a material of the code, and as nothing else."""
        found = _outermost(self._found_in(words_key(phrase).split(), ()))
        return len(found) == 1 and found[0].is_material and found[0].codes == (code,)

    def codes_of(self, text: str) -> tuple[str, ...]:
        """Codes that the text names: one if it is decided, several if it is not, none if unknown.

        The codes of a phrase that is a material count only where nothing else is found.
        """
        key = words_key(text)
        if not key.isascii() and (HAN_OR_KANA.search(key) or THAI.search(key)):
            codes, is_decided = self.unspaced.codes_of(key)
            return codes if is_decided or not codes else (*codes, UNDECIDED)
        of_parts = [self._spaced_codes(part) for part in _LIST.split(text) if part.strip()]
        decided = {codes for codes in of_parts if len(codes) == 1}
        if len(decided) > 1 and all(of_parts):
            # A list of several: a material on its own counts too.
            return tuple(dict.fromkeys(code for codes in of_parts for code in codes))
        return self._spaced_codes(text)

    def _spaced_codes(self, text: str) -> tuple[str, ...]:
        key = words_key(text)
        found = _outermost(self._found_in(key.split(), _marked_key(text).split()))
        deciding = [one for one in found if not one.is_material]
        materials = frozenset(code for one in found for code in one.materials)
        if not deciding:
            return tuple(dict.fromkeys(code for one in found for code in one.codes))
        codes = (
            tuple(code for code in one.codes if code in materials) or one.codes for one in deciding
        )
        return tuple(dict.fromkeys(code for of_one in codes for code in of_one))

    def phrases(self) -> Mapping[str, tuple[str, ...]]:
        """Codes of all phrases and stems, for the comparison of spellings."""
        return {
            phrase: tuple(dict.fromkeys(code for code, _ in entries))
            for phrase, entries in {**self.beginnings, **self.whole}.items()
        }

    def _found_in(self, words: Sequence[str], marked: Sequence[str]) -> Iterable[Found]:
        has_marks = len(marked) == len(words)
        for start in range(len(words)):
            for end in range(start + 1, min(start + _LONGEST_PHRASE, len(words)) + 1):
                span = " ".join(words[start:end])
                with_marks = " ".join(marked[start:end]) if has_marks else ""
                if entries := self.marked.get(with_marks):
                    yield _found(start, end, (_MARKED, len(span)), entries)
                elif entries := self.whole.get(span):
                    yield _found(start, end, (_EXACT, len(span)), entries)
                else:
                    # A stem is of the last word of the phrase.
                    last = len(span) - len(words[end - 1])
                    yield from self._stems(span, start, end, last)
        if self.pairs:
            yield from self._pairs_in(words)

    def _pairs_in(self, words: Sequence[str]) -> Iterable[Found]:
        """Words in any order, with at most a few others between them."""
        for word in words:
            beginnings = (f"{word[:length]}*" for length in range(_SHORTEST_STEM, len(word) + 1))
            for first in (word, *beginnings):
                for parts, entries in self.pairs.get(first, ()):
                    places = [_place(part, words) for part in parts]
                    start, end = min(places), max(places) + 1
                    if start >= 0 and end - start <= _LONGEST_PHRASE:
                        yield _found(start, end, (_EXACT, sum(map(len, parts))), entries)

    def _stems(self, span: str, start: int, end: int, last: int) -> Iterable[Found]:
        for length in range(len(span), last + _SHORTEST_STEM - 1, -1):
            if entries := self.beginnings.get(span[:length]):
                yield _found(start, end, (_BEGINNING, length), entries)
                break
        if end - start == 1:
            for at in range(len(span) - _SHORTEST_STEM):
                if entries := self.endings.get(span[at:]):
                    yield _found(start, end, (_ENDING, len(span) - at), entries)
                    break
            if HANGUL.fullmatch(span):
                if parts := self.unspaced.of_compound(span):
                    yield _found(start, end, (_ENDING, len(span)), parts)
            elif entries := self.whole.get(_HEBREW_PREFIX.sub("", span)):
                yield _found(start, end, (_ENDING, len(span)), entries)
            elif self.reads_forms:
                yield from self._forms(span, start, end)

    def _forms(self, word: str, start: int, end: int) -> Iterable[Found]:
        """The word as singular or plural of one in the table, else as a compound of it."""
        for other in (f"{word}s", f"{word}es", word.removesuffix("s"), word.removesuffix("es")):
            if len(other) >= _SHORTEST_FORM and (entries := self.whole.get(other)):
                yield _found(start, end, (_BEGINNING, len(word)), entries)
                return
        # Other scripts put few words together: нетканое (nonwoven) is no каное (canoe).
        ends = range(_SHORTEST_START, len(word) - _SHORTEST_END + 1) if word.isascii() else ()
        for at in ends:
            if entries := self.whole.get(word[at:]):
                yield _found(start, end, (_ENDING, len(word) - at), entries)
                return


def _put(kind: dict[str, list[Entry]], key: str, entry: Entry) -> None:
    entries = kind.setdefault(key, [])
    if entry not in entries:
        entries.append(entry)


def _place(part: str, words: Sequence[str]) -> int:
    """Where a word, or the beginning of one, stands first; -1 if it does not."""
    for place, word in enumerate(words):
        if word == part or (part.endswith("*") and word.startswith(part[:-1])):
            return place
    return -1


def _found(start: int, end: int, strength: tuple[int, int], entries: Sequence[Entry]) -> Found:
    codes = tuple(dict.fromkeys(code for code, _ in entries))
    goods = {code for code, is_material in entries if not is_material}
    materials = {code for code, is_material in entries if is_material}
    if not goods:
        return Found(start, end, strength, codes, codes)
    # Steel is goods of one chapter, and beside other goods the material of several.
    if goods <= materials:
        return Found(start, end, strength, tuple(code for code in codes if code in goods), codes)
    return Found(start, end, strength, codes, ())


def _outermost(found: Iterable[Found]) -> list[Found]:
    """Phrases inside no longer one; of those for the same words the strongest."""
    all_found = list(found)

    def is_covered(one: Found) -> bool:
        return any(
            other is not one
            and other.start <= one.start
            and one.end <= other.end
            and (other.end - other.start > one.end - one.start or other.strength > one.strength)
            for other in all_found
        )

    return [one for one in all_found if not is_covered(one)]
