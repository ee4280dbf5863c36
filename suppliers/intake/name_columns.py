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
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rigour.names.org_types import extract_org_types
from rigour.text.normalize import Normalize

from suppliers.header_text import normalise_header
from suppliers.intake.company_words import has_word_of_firms
from suppliers.intake.goods_words import chapters_of_words
from suppliers.intake.name_words import given_names, is_unspaced_name, surnames
from suppliers.intake.person_names import has_company_word, is_given_name, reads_like_person
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
#: Persons among companies: so many that share their words, as families of a village do. Nearly all
#: names of their form have a given name; of Indonesian companies ("Abdi Budi Mulia") half do.
_SEVERAL, _SEVERAL_SHARE, _NEARLY_ALL, _MOSTLY_REPEATED = 8, 0.2, 0.8, 0.7


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
        if self.count < _LONG or firms > _FEW_COMPANIES:
            return False
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
        given=sum(any(map(_is_given, one)) for one in forms) / total,
        known=sum(any(map(_is_known, one)) for one in forms) / total,
        repeated=_repeated(set(forms)) * len(forms) / total,
        single=len(single) / total,
    )


def persons_among_companies(names: Iterable[str]) -> frozenset[str]:
    """Names of persons in a column that has companies too.

    Single ones cannot be distinguished from companies named after persons. Several can, where they
    share their words as the members of a community do, and each has a given name, or a surname
    where nearly all share one.
    """
    different = {
        name: words
        for name in set(names)
        if (words := words_of_form(name)) and not names_trade(name)
    }
    named = {name: words for name, words in different.items() if any(map(_is_given, words))}
    if _repeated(set(different.values())) >= _MOSTLY_REPEATED:
        named = {name: words for name, words in different.items() if any(map(_is_known, words))}
    total = len(set(names))
    if len(named) < max(_SEVERAL, _SEVERAL_SHARE * total, _NEARLY_ALL * len(different)):
        return frozenset()
    if _repeated(set(named.values())) < _REPEATED_SHARE:
        return frozenset()
    return frozenset(named)


def has_word_of_company(name: str) -> bool:
    """Whether a name has a legal form or the word of a trade."""
    return has_form_of_company(name) or names_trade(name)


@functools.lru_cache(maxsize=100_000)
def has_form_of_company(name: str) -> bool:
    """Whether a name has a legal form, or another word that only companies carry."""
    if has_company_word(name) or has_word_of_firms(name):
        return True
    forms = (form for form, _ in extract_org_types(name.casefold(), _FLAGS))
    return any(len(form) >= _SURE_FORM and not _is_known(normalise_header(form)) for form in forms)


@functools.lru_cache(maxsize=100_000)
def names_trade(name: str) -> bool:
    """Whether a name has the word of a trade or of goods that is not known from names."""
    plain = " ".join(word for word in normalise_header(name).split() if not _is_known(word))
    return bool(plain) and bool(sector_codes(plain) or chapters_of_words(plain))


@functools.lru_cache(maxsize=100_000)
def words_of_form(name: str) -> tuple[str, ...]:
    """The words of a name that has the form of a person's; none of another name."""
    text = name.strip()
    if len(text) > _LONGEST or _NO_NAME.search(text) or has_form_of_company(text):
        return ()
    if is_unspaced_name(text) or ("," not in text and " " not in text and reads_like_person(text)):
        return (text,)
    if not _NAME.match(text):
        return ()
    words = tuple(normalise_header(text).split())
    return words if _WORDS[0] <= len(words) <= _WORDS[1] else ()


def _is_surname(name: str) -> bool:
    return normalise_header(name) in surnames()


def is_word_of_name(word: str) -> bool:
    """Whether a word is a given name or a surname, in any spelling."""
    return _is_known(normalise_header(word))


def _is_given(word: str) -> bool:
    return word in given_names() or is_given_name(word) or is_unspaced_name(word)


def _is_known(word: str) -> bool:
    return (
        len(word) == 1 or word in surnames() or _is_given(word) or _SURNAME.search(word) is not None
    )


def _repeated(forms: set[tuple[str, ...]]) -> float:
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
        count > _WORD_OF_MANY * len(forms) and not _is_known(word)
        for (word, _), count in positions.items()
    ):
        return 0.0
    counts = Counter(word for one in forms for word in set(one) if len(word) > 1)
    return sum(any(counts[word] > 1 for word in one) for one in forms) / len(forms)
