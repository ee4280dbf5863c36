"""Phrases in many languages that stand for a code, found in a text.

A phrase is one or more words. ``textil*`` is any word that begins so, ``*spinnerei`` any that ends
so: German, Dutch, Turkish and Polish put words together or bend them. Phrases in scripts without
blanks are looked for at the end of the text, where Chinese has the word that decides: 农业机械 is
machinery. Of phrases found, those inside a longer one do not count.

Some phrases name only a material or a field of use (``wood``, ``food``): they decide where nothing
else is found, so that wooden furniture is furniture.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from suppliers.header_text import normalise_header

_LONGEST_PHRASE = 5
_SHORTEST_STEM = 2
# A shorter end of a word is too often no word of a compound.
_SHORTEST_FORM = 4
_SHORTEST_END, _SHORTEST_START = 5, 3
_NO_WORD = re.compile(r"[\W_]+")
_ELISIONS = re.compile(r"['’‘`´]")
_ARABIC_ARTICLE = re.compile(r"(?<!\S)(?:و?ال)(?=\S{2})")
_UNSPACED = re.compile("[\u3040-\u9fff]")
# What may follow the deciding word in scripts without blanks: industry, factory, to make, goods.
_UNSPACED_TAIL = re.compile(
    "(?:制造业|制造|加工业|加工|生产|行业|工业|产业|企业|有限公司|公司|工厂|制品业|制品|产品|商品|设备|服务业|服务"
    "|采选|用品|类|业|厂|等|的|及|和|与|、)+$"
)
_LIST = re.compile(r"[;/,|&+]|(?<=\s)(?:and|und|et|y|ve|và|va|dan|oraz)(?=\s)", re.IGNORECASE)
_UNSPACED_LIST = re.compile("[ 和及与]")
#: Among the codes of a text: something in it is not known, so that nothing is decided.
UNDECIDED = ""
_MARKED, _EXACT, _ENDING, _BEGINNING = 4, 3, 2, 1


@dataclass(frozen=True)
class Found:
    """One phrase found: the words from `start` to before `end`, how well, and its codes."""

    start: int
    end: int
    strength: tuple[int, int]
    codes: tuple[str, ...]
    is_material: bool


@lru_cache(maxsize=100_000)
def words_key(text: str) -> str:
    """A text without case, Latin accents, punctuation, elisions and the Arabic article."""
    return _ARABIC_ARTICLE.sub("", normalise_header(_ELISIONS.sub(" ", text)))


def _marked_key(text: str) -> str:
    """A text without case and punctuation, with its accents."""
    composed = unicodedata.normalize("NFC", _ELISIONS.sub(" ", text)).casefold()
    return " ".join(_NO_WORD.sub(" ", composed).split())


def _is_marked(phrase: str) -> bool:
    """Whether a phrase has Latin accents that distinguish it."""
    return any(
        "\u00c0" <= letter <= "\u024f" or "\u1e00" <= letter <= "\u1eff" for letter in phrase
    )


@dataclass
class PhraseTable:
    """Codes by phrase.

    Attributes:
        whole: codes and whether they are a material, by phrase without stems.
        beginnings: by stem of a word.
        endings: by end of a word.
        unspaced: by phrase in a script without blanks.
        marked: by phrase with its accents; giày (shoes) is not giấy (paper).
        reads_forms: whether a word that is not in the table may be another number of one that is
            (shirt, shirts), or a compound that ends in one (Kinderspielzeug).
    """

    whole: dict[str, list[tuple[str, bool]]] = field(default_factory=dict)
    beginnings: dict[str, list[tuple[str, bool]]] = field(default_factory=dict)
    endings: dict[str, list[tuple[str, bool]]] = field(default_factory=dict)
    unspaced: dict[str, list[tuple[str, bool]]] = field(default_factory=dict)
    marked: dict[str, list[tuple[str, bool]]] = field(default_factory=dict)
    reads_forms: bool = False

    def add(self, phrase: str, code: str, *, is_material: bool) -> None:
        """Add one phrase of the table's notation."""
        key = words_key(phrase.replace("*", " "))
        if _is_marked(phrase):
            self.marked.setdefault(_marked_key(phrase), []).append((code, is_material))
        if _UNSPACED.search(key):
            kind = self.unspaced
        elif phrase.startswith("*"):
            kind = self.endings
        elif phrase.endswith("*") and not phrase.endswith(" *"):
            kind = self.beginnings
        else:
            kind = self.whole
        entry = (code, is_material)
        entries = kind.setdefault(key, [])
        if entry not in entries:
            entries.append(entry)

    def has_material(self, phrase: str, code: str) -> bool:
        """Whether the whole phrase is found as a material of the code, and as nothing else."""
        found = _outermost(self._found_in(words_key(phrase).split(), ()))
        return len(found) == 1 and found[0].is_material and found[0].codes == (code,)

    def codes_of(self, text: str) -> tuple[str, ...]:
        """Codes that the text names: one if it is decided, several if it is not, none if unknown.

        The codes of a phrase that is a material count only where nothing else is found.
        """
        key = words_key(text)
        if _UNSPACED.search(key):
            return self._unspaced_codes(key)
        of_parts = [self._spaced_codes(part) for part in _LIST.split(text) if part.strip()]
        decided = {codes for codes in of_parts if len(codes) == 1}
        if len(decided) > 1 and all(of_parts):
            # A list of several: a material on its own counts too.
            return tuple(dict.fromkeys(code for codes in of_parts for code in codes))
        return self._spaced_codes(text)

    def _spaced_codes(self, text: str) -> tuple[str, ...]:
        key = words_key(text)
        found = _outermost(self._found_in(key.split(), _marked_key(text).split()))
        deciding = [one for one in found if not one.is_material] or found
        return tuple(dict.fromkeys(code for one in deciding for code in one.codes))

    def phrases(self) -> Mapping[str, tuple[str, ...]]:
        """Codes of all phrases and stems, for the comparison of spellings."""
        return {
            phrase: tuple(dict.fromkeys(code for code, _ in entries))
            for phrase, entries in {**self.beginnings, **self.whole}.items()
        }

    def _unspaced_codes(self, key: str) -> tuple[str, ...]:
        """Codes of a text without blanks: of the whole, else of each part of a list."""
        parts = [part for part in _UNSPACED_LIST.split(key) if part]
        whole = key.replace(" ", "")
        found = [self._at_end(whole)] if whole in self.unspaced else list(map(self._at_end, parts))
        codes = tuple(dict.fromkeys(code for one in found for code in one))
        if codes and all(found):
            return codes
        # A part without a deciding end: even one code is a question.
        within = [phrase for phrase in self.unspaced if len(phrase) > 1 and phrase in whole]
        near = (*codes, *(code for phrase in within for code, _ in self.unspaced[phrase]))
        return (*dict.fromkeys(near), UNDECIDED) if near else ()

    def _at_end(self, key: str) -> tuple[str, ...]:
        for end in (key, _UNSPACED_TAIL.sub("", key)):
            for start in range(len(end) - 1):
                if entries := self.unspaced.get(end[start:]):
                    return tuple(dict.fromkeys(code for code, _ in entries))
        return ()

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
            if self.reads_forms:
                yield from self._forms(span, start, end)

    def _forms(self, word: str, start: int, end: int) -> Iterable[Found]:
        """The word as singular or plural of one in the table, else as a compound of it."""
        for other in (f"{word}s", f"{word}es", word.removesuffix("s"), word.removesuffix("es")):
            if len(other) >= _SHORTEST_FORM and (entries := self.whole.get(other)):
                yield _found(start, end, (_BEGINNING, len(word)), entries)
                return
        for at in range(_SHORTEST_START, len(word) - _SHORTEST_END + 1):
            if entries := self.whole.get(word[at:]):
                yield _found(start, end, (_ENDING, len(word) - at), entries)
                return


def _found(
    start: int, end: int, strength: tuple[int, int], entries: Sequence[tuple[str, bool]]
) -> Found:
    codes = tuple(dict.fromkeys(code for code, _ in entries))
    return Found(start, end, strength, codes, all(is_material for _, is_material in entries))


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
