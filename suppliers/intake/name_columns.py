"""What the names of a column have in common: those of persons differ from those of companies.

A single name cannot be distinguished from a company's ("Giorgio Armani"); a column of them can.
Names of persons are two to seven words of letters, most of which are known from names, and none of
them carries a legal form or the word of a trade. Of real lists of companies at most 55 % have that
form, and at most 22 % a given name among their words.
"""

from __future__ import annotations

import functools
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from rigour.names.org_types import extract_org_types
from rigour.text.normalize import Normalize

from suppliers.header_text import normalise_header
from suppliers.intake.company_words import has_word_of_firms
from suppliers.intake.goods_words import chapters_of_words
from suppliers.intake.name_words import given_names, is_unspaced_name, surnames
from suppliers.intake.person_names import (
    has_company_word,
    has_legal_form,
    is_given_name,
    reads_like_person,
)
from suppliers.intake.sector_words import sector_codes

#: Letters, marks of vowels, and what stands inside and between the words of a name.
_NAME = re.compile(
    r"^[^\W\d_][\w.'’ʻʼ`\- \u00b7\u0300-\u036f\u0900-\u109f\u1780-\u17d3]*(?:, [^,]+)?$"
)
_NO_NAME = re.compile(r"[\d&@/:;()\[\]\"«»„“”*+]")
#: Endings that only surnames have.
_SURNAME = re.compile(
    r".{3,}(?:[oeyý]w|[oeyý]wa|ye?v|ye?va|[oe]v|[oe]va|ovich|ovna|enko|chuk|shvili|adze|yan|zade|"
    r"opoulos|opoulou|idis|akis|escu|sson|dottir|ovi[cć]|evi[cć]|[ое]в|[ое]ва|ский|ская|енко|чук|швили|"
    r"овна|ович|όπουλος|ίδης|άκης)$"
)
_LONGEST = 60
_WORDS = (2, 7)
#: Shorter legal forms of some country are syllables of names ("Yu", "Ky").
_SURE_FORM = 3
#: "Sp. z o.o.", "Sp. j.": an abbreviated word and letters at the end; initials are letters alone.
_DOTTED_FORM = re.compile(r"\s[^\W\d_]{2,4}\.\s?(?:[^\W\d_]{1,2}\s)?(?:[^\W\d_]{1,3}\.\s?)+$")
_FLAGS = Normalize.CASEFOLD | Normalize.NAME

#: A list of this many names is judged by shares; a shorter one by every name.
_FEWEST = 5
_SHORTEST = 3
#: In a list of persons nearly all names have the form of one, and half a given name among them.
#: Surnames are words of trades too ("Taş", "Çelik"), so that some of those pass.
_FORM_SHARE, _GIVEN_SHARE, _COMPANY_SHARE = 0.9, 0.5, 0.25
#: Fewer words of names are known of some languages; there all names have the form.
_SURE_FORM_SHARE, _KNOWN_SHARE, _FEW_COMPANIES, _LONG = 0.95, 0.3, 0.05, 8
_REPEATED_SHARE, _WORD_OF_MANY = 0.5, 0.35
#: Surnames alone.
_SURNAME_SHARE = 0.9
#: So many names that share their words, as families of a village do.
_SEVERAL = 8
#: Between two names in one cell, in the languages of lists.
_BETWEEN = re.compile(
    r"\s*[&/+;,、，；]\s*|\s+(?:and|et|und|en|y|e|i|og|och|ve|dan|và|na|at|kaj|ja|és|a|и|та|және|va"
    r"|और|एवं|तथा|র|এবং|ও|மற்றும்|اور|و|και|és|ו)\s+|และ|及|와 |과 ",
    re.IGNORECASE,
)
#: Scripts that write the words of a name without a blank.
_RUN = re.compile("^[\u1000-\u109f\u1780-\u17ff\u0e80-\u0eff]{2,30}$")
#: Scripts in which the name of a company without any word of one is rare.
_OTHER_SCRIPT = re.compile("[\u0590-\u1dff]")
_ONE_WORD = re.compile(r"^[^\W\d_][\w.'’ʻʼ`\-\u0300-\u036f\u0590-\u1dff]*$")
#: "s/o" in other scripts: letters, a stroke, letters.
_KIN = re.compile(r"(?<=\s)[\u0900-\u0dff]{1,3}\s?/\s?[\u0900-\u0dff]{1,3}(?=\s)")
#: What distinguishes two persons of one name.
_SAME_NAME = re.compile(r"(?<=[^\W\d_]) (?:\d{1,2}|[IVX]{1,3})$")
#: Joiners and marks of direction inside words, and points between the words of a name.
_UNSEEN, _POINTS = re.compile("[\u200b-\u200f\u2060\ufeff]"), re.compile("[\u00b7\u30fb•]")


@dataclass(frozen=True)
class NameShares:
    """Shares of the names of a column.

    Attributes:
        count: names.
        different: how many different ones.
        companies: share with a legal form or another word that only companies carry.
        trades: share of the others with a word of a trade, which surnames are as well.
        forms: share with the form of a person's name.
        given: share of such forms with a given name among their words.
        known: share of such forms with a given name or surname among their words.
        repeated: share of such forms that share a word with another, where no word is of many.
        single: share of single words that are surnames.
        people: share that has the form of a person's name, or is a word that is known from names.
        words: share of one to seven words of letters.
        letters: share of words of letters that may be names, in a script other than Latin.
    """

    count: int
    different: int
    companies: float
    trades: float
    forms: float
    given: float
    known: float
    repeated: float
    single: float
    people: float
    words: float
    letters: float

    def are_of_persons(self, *, is_named_by_user: bool = False) -> bool:
        """Whether the column is a list of persons.

        Args:
            is_named_by_user: the header of the column says nothing of companies.
        """
        firms = self.companies + self.trades
        if self.different < _SHORTEST:
            return False
        if self.count < _FEWEST:
            return firms == 0 and self.forms == 1 and self.given == 1
        # Where the header says nothing of companies, the names must say it.
        enough = is_named_by_user or self.given >= _GIVEN_SHARE
        if firms <= _COMPANY_SHARE and self.forms >= _FORM_SHARE and enough:
            return True
        if self.count < (_FEWEST if is_named_by_user else _LONG) or firms > _FEW_COMPANIES:
            return False
        # Five companies or more have the word of one somewhere.
        are_all_words = self.letters == 1 or (self.people >= _GIVEN_SHARE and self.words == 1)
        if is_named_by_user and firms == 0 and are_all_words:
            return True
        return self.single >= _SURNAME_SHARE or (
            self.forms >= _SURE_FORM_SHARE
            and (self.known >= _KNOWN_SHARE or self.repeated >= _REPEATED_SHARE)
        )


def name_shares(names: Sequence[str]) -> NameShares:
    """The shares of the names of a column; none may be null, and one at least is needed."""
    total = len(names)
    words = {name: words_of_form(name) for name in set(names)}
    forms = [words[name] for name in names if words[name]]
    firms = [name for name in names if has_form_of_company(name)]
    single = [name for name in names if " " not in name.strip() and _is_surname(name)]
    return NameShares(
        count=total,
        different=len(words),
        companies=len(firms) / total,
        trades=sum(names_trade(name) and not has_form_of_company(name) for name in names) / total,
        forms=len(forms) / total,
        given=sum(any(map(is_given, one)) for one in forms) / total,
        known=sum(any(map(is_known, one)) for one in forms) / total,
        repeated=repeated_words(set(forms)) * len(forms) / total,
        single=len(single) / total,
        people=sum(any(map(is_known, words[name])) or _is_known_word(name) for name in names)
        / total,
        words=sum(bool(words[name]) or _is_word(name) for name in names) / total,
        letters=sum(
            bool(_OTHER_SCRIPT.search(name)) and (bool(words[name]) or _is_word(name))
            for name in names
        )
        / total,
    )


def has_word_of_company(name: str) -> bool:
    """Whether a name has a legal form or the word of a trade."""
    return has_form_of_company(name) or names_trade(name)


@functools.lru_cache(maxsize=100_000)
def has_form_of_company(name: str) -> bool:
    """Whether a name has a legal form, or another word that only companies carry."""
    return has_company_word(name) or has_word_of_firms(name) or _has_org_type(name)


def states_legal_form(name: str) -> bool:
    """Whether a name has a legal form."""
    return has_legal_form(name) or _has_org_type(name)


def _has_org_type(name: str) -> bool:
    if _DOTTED_FORM.search(name):
        return True
    forms = (form for form, _ in extract_org_types(name.casefold(), _FLAGS))
    return any(len(form) >= _SURE_FORM and not is_known(normalise_header(form)) for form in forms)


@functools.lru_cache(maxsize=100_000)
def names_trade(name: str) -> bool:
    """Whether a name has the word of a trade or of goods that is not known from names."""
    plain = " ".join(word for word in normalise_header(name).split() if not is_known(word))
    return bool(plain) and bool(sector_codes(plain) or chapters_of_words(plain))


@functools.lru_cache(maxsize=100_000)
def words_of_form(name: str) -> tuple[str, ...]:
    """The words of a name that has the form of a person's; none of another name."""
    text = _POINTS.sub(" ", _UNSEEN.sub("", name)).strip()
    if len(text) > _LONGEST or has_form_of_company(text):
        return ()
    text = _SAME_NAME.sub("", _KIN.sub("", text))
    if _NO_NAME.search(text) or "," in text:
        several = _words_of_several(text)
        if several or _NO_NAME.search(text):
            return several
    if _RUN.match(text):
        return (text,)
    if is_unspaced_name(text) or ("," not in text and " " not in text and reads_like_person(text)):
        return (text,)
    if not _NAME.match(text):
        return ()
    words = tuple(normalise_header(text).split())
    return words if _WORDS[0] <= len(words) <= _WORDS[1] else ()


def _words_of_several(text: str) -> tuple[str, ...]:
    """The words of two or more names in one cell, each of which has the form of a person's."""
    names = [one for one in _BETWEEN.split(text) if one.strip()]
    if len(names) < 2:
        return ()
    words = [words_of_form(one) for one in names]
    if not all(words) or any(len(one) < _WORDS[0] for one in words):
        return ()
    return tuple(word for one in words for word in one)


def _is_word(name: str) -> bool:
    word = _SAME_NAME.sub("", _UNSEEN.sub("", name).strip())
    return _ONE_WORD.match(word) is not None and not has_word_of_company(word)


def _is_known_word(name: str) -> bool:
    return _is_word(name) and is_known(normalise_header(name).split()[0])


def _is_surname(name: str) -> bool:
    return normalise_header(name) in surnames()


def is_word_of_name(word: str) -> bool:
    """Whether a word is a given name or a surname, in any spelling."""
    return is_known(normalise_header(word))


def is_given(word: str) -> bool:
    """Whether a word, in the spelling of `normalise_header`, is a given name."""
    return word in given_names() or is_given_name(word) or is_unspaced_name(word)


def is_known(word: str) -> bool:
    """Whether a word, in that spelling, is a given name, a surname or an initial."""
    return (
        len(word) == 1 or word in surnames() or is_given(word) or _SURNAME.search(word) is not None
    )


def repeated_words(forms: set[tuple[str, ...]]) -> float:
    """Share of the forms that have a word in common with another.

    0 where a word that is not known from names stands in many of them at the same position: it is
    that of a trade or a group.
    """
    if len(forms) < _SEVERAL:
        return 0.0
    positions = Counter(
        place
        for one in forms
        for at, word in enumerate(one)
        for place in {(word, at), (word, at - len(one))}
    )
    if any(
        count > _WORD_OF_MANY * len(forms) and not is_known(word)
        for (word, _), count in positions.items()
    ):
        return 0.0
    counts = Counter(word for one in forms for word in set(one) if len(word) > 1)
    return sum(any(counts[word] > 1 for word in one) for one in forms) / len(forms)
