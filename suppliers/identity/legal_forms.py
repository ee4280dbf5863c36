"""Legal forms: found at the edges of a name, taken off, and compared by kind.

`rigour` knows most Latin and Cyrillic forms. The lists `forms_at_end` and `forms_at_start` add what
it misses on vendor lists: two-word forms, forms that stand before the name, and abbreviations that
are common in the countries goods come from. Kinds are coarse on purpose: `llc` (members' liability
limited, shares not traded), `jsc` (share company), `corporate` (one of these two: "Ltd", "Inc"),
`lp` (partnership), `sole`, `coop`, `state`, `association`, and `any` for words such as "company"
that say nothing of the kind.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, cast

from rigour.names.org_types import extract_org_types
from rigour.text.normalize import Normalize

from suppliers.identity.name_tokens import word_set
from suppliers.word_lists import word_list

Kind = Literal["llc", "jsc", "lp", "sole", "coop", "state", "association", "corporate", "any"]

#: Of several forms the one that says most is kept.
_ORDER: Mapping[Kind, int] = {"any": 2, "corporate": 1}

#: rigour's generic classes, as the kinds here.
_RIGOUR_KINDS: Mapping[str, Kind] = {
    "llc": "llc",
    "jsc": "jsc",
    "lp": "lp",
    "llp": "lp",
    "sp": "sole",
    "coop": "coop",
    "se": "state",
    "np": "association",
    "assn": "association",
}

#: Forms whose shares may be traded or not.
_CORPORATE = frozenset({"coltd", "ltd", "inc", "corp", "kk"})

#: Forms that cooperatives add to their own: "Cooperativa ... Ltda".
_COOPERATIVE_TOO = frozenset({"ltda", "ltd", "coltd"})

#: Forms of one country that are different companies there, although their kinds are coarser.
_DISTINCT = (
    frozenset({"kk", "yk", "gk"}),
    frozenset({"pty ltd", "cc"}),
    frozenset({"ltd", "cc"}),
    frozenset({"zrt", "nyrt"}),
)

#: "Oy ... Ab" is one form in the two languages of Finland.
_FINNISH_AND_SWEDISH = {"oy", "ab"}

_SURE_LENGTH = 3
_FLAGS = Normalize.CASEFOLD | Normalize.NAME


@dataclass(frozen=True)
class LegalForm:
    """A legal form: how it is written and of what kind it is."""

    form: str
    kind: Kind

    @property
    def tells(self) -> bool:
        """Whether the form says of what kind the company is."""
        return self.kind != "any"


def _table(blocks: Mapping[str, str]) -> dict[tuple[str, ...], LegalForm]:
    table: dict[tuple[str, ...], LegalForm] = {}
    for kind, block in blocks.items():
        for entry in block.split(";"):
            phrase, _, form = entry.strip().partition("=")
            words = tuple(phrase.split())
            if words:
                written = form if "=" in entry else phrase
                table.setdefault(words, LegalForm(" ".join(written.split()), cast("Kind", kind)))
    return table


_END = _table(word_list("forms_at_end"))
_START = _table(word_list("forms_at_start"))
#: Words in which a form ends; most words end none.
_END_WORDS = frozenset(phrase[-1] for phrase in _END)
#: Longest form by its last two words, as most names end in a form of one word.
_END_LENGTHS_BY_TWO: dict[tuple[str, ...], int] = {}
for _phrase in _END:
    if len(_phrase) > 1:
        _END_LENGTHS_BY_TWO[_phrase[-2:]] = max(
            len(_phrase), _END_LENGTHS_BY_TWO.get(_phrase[-2:], 0)
        )
#: Longest form before a name, by its first word.
_START_LENGTHS = {
    word: max(len(phrase) for phrase in _START if phrase[0] == word)
    for word in {phrase[0] for phrase in _START}
}


def take_off_forms(words: tuple[str, ...]) -> tuple[tuple[str, ...], LegalForm | None]:
    """A name without its legal form.

    Args:
        words: the name in Latin letters, casefolded, split into words.

    Returns:
        The words that are left, never none of them, and the most specific form found.
    """
    found: list[LegalForm] = []
    left = words
    while len(left) > 1:
        cut = _cut_end(left, found) if may_end(left[-1]) else None
        if cut is None and left[0] in _START_LENGTHS:
            cut = _cut_start(left, found)
        if cut is None:
            break
        left = cut
    if not INSIDE_FORMS.isdisjoint(left):
        left = _cut_inside(left, found)
    return left, _most_telling(found)


def forms_agree(one: LegalForm | None, other: LegalForm | None) -> bool | None:
    """Whether two forms can be one company's; None where one of them says nothing.

    A Kazakh TOO calls itself an LLP in English. "LLC" beside "Inc" are two kinds where both words
    are at home, whereas "Inc" may render the share company of another language.
    """
    if one is None or other is None or not one.tells or not other.tells:
        return None
    forms = {one.form, other.form}
    if forms == {"too", "llp"}:
        return True
    if "llc" in forms and forms & {"inc", "corp"}:
        return False
    if len(forms) == 2 and any(forms <= distinct for distinct in _DISTINCT):
        return False
    kinds = {one.kind, other.kind}
    if "coop" in kinds and forms & _COOPERATIVE_TOO:
        return None
    if "corporate" in kinds and kinds <= {"corporate", "llc", "jsc"}:
        return True if one.form == other.form else None
    return len(kinds) == 1


@lru_cache(maxsize=2**18)
def may_end(word: str) -> bool:
    """Whether a form may end in the word; most names end in none, and are recognised at once."""
    return word in _END_WORDS or _by_rigour(word) is not None


def _cut_end(words: tuple[str, ...], found: list[LegalForm]) -> tuple[str, ...] | None:
    longest = _END_LENGTHS_BY_TWO.get(words[-2:], 1)
    for length in range(min(longest, len(words) - 1), 0, -1):
        form = _END.get(words[-length:])
        if form is not None:
            if form.form:
                found.append(form)
            return words[:-length]
    form = _by_rigour(words[-1])
    if form is not None:
        found.append(form)
        return words[:-1]
    return None


def _cut_start(words: tuple[str, ...], found: list[LegalForm]) -> tuple[str, ...] | None:
    for length in range(min(_START_LENGTHS.get(words[0], 0), len(words) - 1), 0, -1):
        form = _START.get(words[:length])
        if form is not None:
            if form.form:
                found.append(form)
            return words[length:]
    return None


#: Forms that are no word of any language and may be taken out of the middle of a name.
INSIDE_FORMS = word_set(
    "ltd limited coltd gmbh llc sarl srl ltda ooo sro doo kft spa sdn bhd pvt pte pty inc plc "
    "eirl spzoo"
)
_BEFORE_INSIDE = frozenset({"co", "company"})
#: Words of which forms consist; other words end a form at most by themselves (`may_end`).
FORM_WORDS = INSIDE_FORMS | _BEFORE_INSIDE | {word for form in (*_END, *_START) for word in form}


def _cut_inside(words: tuple[str, ...], found: list[LegalForm]) -> tuple[str, ...]:
    """Take out forms that a place or a unit follows: "Acme Co., Ltd. Unit 2"."""
    left: list[str] = [words[0]]
    for word in words[1:]:
        if word in INSIDE_FORMS:
            found.append(_END.get((word,)) or LegalForm(word, "any"))
            if left[-1] in _BEFORE_INSIDE and len(left) > 1:
                left.pop()
            continue
        left.append(word)
    return tuple(left)


@lru_cache(maxsize=65_536)
def _by_rigour(word: str) -> LegalForm | None:
    if len(word) < _SURE_LENGTH:
        return None
    for matched, form in extract_org_types(word, _FLAGS):
        if matched == word:
            generic = extract_org_types(word, _FLAGS, generic=True)
            kind = _RIGOUR_KINDS.get(generic[0][1], "any") if generic else "any"
            return LegalForm(form, "corporate" if form in _CORPORATE else kind)
    return None


def _most_telling(found: list[LegalForm]) -> LegalForm | None:
    if len(found) < 2:
        return found[0] if found else None
    if {form.form for form in found} == _FINNISH_AND_SWEDISH:
        return LegalForm("oy", "llc")
    return min(found, key=lambda form: _ORDER.get(form.kind, 0))
