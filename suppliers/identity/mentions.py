"""Suppliers of the list that a text names: a headline, or the organisations found in an article.

A name in a headline is found word by word, with the trade words and legal forms beside it, so
that "Delta Garments Holding" is not taken for "Delta Garments". Then the names are judged as
those of a register are. The country is the supplier's if the text places itself there, another
one if it places itself elsewhere alone, and else that of the outlet, if it is the supplier's own:
papers abroad write about companies of anywhere.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache

import polars as pl

from suppliers.identity.legal_forms import take_off_forms
from suppliers.identity.match_scoring import Thresholds, Verdict, judge
from suppliers.identity.name_tokens import (
    COUNTRY_WORDS,
    DIVIDING,
    GENERIC,
    PLACES,
    STOPWORDS,
    SYNONYMS,
)
from suppliers.identity.names import ComparableName, comparable, spellings
from suppliers.identity.parties import Party
from suppliers.identity.romanisation import sound
from suppliers.identity.word_agreement import word_weight
from suppliers.identity.word_weights import COMMON_WEIGHT, DIVIDING_WEIGHT
from suppliers.places.countries import countries_named, same_ground

_TOKEN = re.compile(r"[^\W_]+(?:[.'’&-][^\W_]+)*\.?")
#: A word of more suppliers than this finds none of them.
_BLOCK_LIMIT = 150
_RAREST_KEYS = 3
#: A mention reaches at most this many words beyond the name on each side.
_REACH = 3
#: More capital words than this share of the rest of a headline, and capitals carry no information
#: in it.
_CAPITALS_SHARE = 0.7
_NAME_ALONE = "the headline has the name alone, which may be a person or an ordinary word"
#: Words of kinship that go on with "of" are no part of a company's name: "sons of the soil".
_KINSHIP = frozenset({"brother", "daughter", "family", "friend", "sister", "son"})
_GOES_ON = re.compile(r"\s+(?:of|de|da|do|du|des|der|del|della)\s+(?:the\s+|la\s+)?[^\W\dA-Z]")
_PHRASE = "the headline goes on after the name, whose last word may belong to a phrase"
_ORDINARY = "the article is about several countries, and the name is of ordinary words alone"
_SEVERAL = "several suppliers of the list fit as well"


@dataclass(frozen=True)
class Sighting:
    """A supplier that a text seems to name.

    Attributes:
        supplier_id: the supplier.
        mention: the words by which it is named, without the rest of the text.
        verdict: what was compared; only the band accept counts.
    """

    supplier_id: str
    mention: str
    verdict: Verdict

    @property
    def is_accepted(self) -> bool:
        """Whether the text counts as one about the supplier."""
        return self.verdict.band == "accept"


@dataclass(frozen=True)
class _Token:
    """A word of a headline.

    Attributes:
        text: as written.
        word: as names have it.
        is_capital: it does not begin in lower case.
        is_joined: nothing but a blank stands between it and the word before.
    """

    text: str
    word: str
    is_capital: bool
    is_joined: bool


class FirmFinder:
    """Finds the suppliers of one list in texts.

    Args:
        suppliers: supplier_id, name, country_iso2.
        thresholds: where the bands begin.
    """

    def __init__(self, suppliers: pl.DataFrame, thresholds: Thresholds) -> None:
        self._thresholds = thresholds
        self._parties = [
            Party(supplier_id, spellings(name), country)
            for supplier_id, name, country in suppliers.select(
                "supplier_id", "name", "country_iso2"
            ).iter_rows()
        ]
        self._names: dict[str, ComparableName] = {
            name: comparable(name) for party in self._parties for name in party.names
        }
        self._by_key: dict[str, list[int]] = {}
        self._by_first: dict[str, list[tuple[int, tuple[str, ...]]]] = {}
        for position, party in enumerate(self._parties):
            for name in party.names:
                words = self._names[name].words
                for key in {*_keys(words), _whole(words)}:
                    self._by_key.setdefault(key, []).append(position)
                if words:
                    self._by_first.setdefault(words[0], []).append((position, words))
        self._judged: dict[tuple[int, str, str | None], Verdict] = {}
        self._seen: dict[tuple[object, ...], list[Sighting]] = {}

    def in_title(self, title: str, outlet: str | None) -> list[Sighting]:
        """Suppliers that a headline names.

        A name counts only with a trade word or legal form among its words or beside them, so
        that neither a person nor an ordinary word is taken for a company; a name without either is
        a question for review. Only words that begin with a capital are a name. In headlines that
        are not in capitals throughout, a capital word right beside it is taken for a part of a
        longer name.

        Args:
            title: the headline.
            outlet: country of the outlet, ISO 3166-1 alpha-2; None if unknown.
        """
        tokens = _tokens(title)
        named = countries_named(title)
        found: dict[int, Sighting] = {}
        for start, token in enumerate(tokens):
            for position, words in self._by_first.get(token.word, ()):
                end = _end_of(words, tokens, start)
                if end is None:
                    continue
                mention = _widened(tokens, start, end)
                self._note(found, position, mention, named, outlet)
                own = found.get(position)
                if own is None or not own.is_accepted:
                    continue
                if not _is_firm_like(own.mention):
                    found[position] = _asked(own, _NAME_ALONE)
                elif words[-1] in _KINSHIP and _goes_on(title, tokens[end - 1].text):
                    found[position] = _asked(own, _PHRASE)
        return _settled(found.values())

    def in_organisations(
        self, names: Iterable[str], located: Collection[str], outlet: str | None
    ) -> list[Sighting]:
        """Suppliers among the organisations that were found in an article.

        Args:
            names: the organisations.
            located: countries in which the article places itself, ISO 3166-1 alpha-2.
            outlet: country of the outlet; None if unknown.
        """
        asked = tuple(dict.fromkeys(names))
        seen = (asked, frozenset(located), outlet)
        if seen not in self._seen:
            found: dict[int, Sighting] = {}
            for name in asked:
                for position in self._near(comparable(name).words):
                    self._note(found, position, name, located, outlet)
            self._seen[seen] = _settled(found.values())
        return self._seen[seen]

    def _near(self, words: Sequence[str]) -> list[int]:
        """Suppliers of the same name, or that share its rarest distinctive tokens."""
        holders = (self._by_key.get(key, []) for key in _keys(words))
        rarest = sorted((own for own in holders if 0 < len(own) <= _BLOCK_LIMIT), key=len)
        near = {at for own in rarest[:_RAREST_KEYS] for at in own}
        return sorted(near | set(self._by_key.get(_whole(words), [])[:_BLOCK_LIMIT]))

    def _note(
        self,
        found: dict[int, Sighting],
        position: int,
        mention: str,
        named: Collection[str],
        outlet: str | None,
    ) -> None:
        party = self._parties[position]
        country = _country(party.country, named, outlet)
        key = (position, mention, country)
        verdict = self._judged.get(key)
        if verdict is None:
            entry = Party("text", (mention,), country)
            verdict = judge(party, entry, self._thresholds, names=self._names, needs_country=True)
            self._judged[key] = verdict
        if verdict.band == "accept" and len(set(named)) > 1 and _is_ordinary(mention):
            verdict = replace(verdict, band="review", reason=_ORDINARY)
        before = found.get(position)
        if verdict.band != "reject" and (before is None or verdict.score > before.verdict.score):
            found[position] = Sighting(party.id, mention, verdict)


def _asked(sighting: Sighting, reason: str) -> Sighting:
    return replace(sighting, verdict=replace(sighting.verdict, band="review", reason=reason))


def _goes_on(title: str, last: str) -> bool:
    """Whether a word of a headline goes on with "of" and a word in lower case."""
    return any(_GOES_ON.match(title, found.end()) for found in re.finditer(re.escape(last), title))


def _is_ordinary(mention: str) -> bool:
    """Whether a name has no word that distinguishes it from those of other companies."""
    return all(word_weight(word) <= COMMON_WEIGHT for word in comparable(mention).words)


def _keys(words: Sequence[str]) -> set[str]:
    """Sounds of the distinctive tokens."""
    return {sound(word) for word in words if word_weight(word) > DIVIDING_WEIGHT}


def _whole(words: Sequence[str]) -> str:
    """The whole name, in any order of its words."""
    return f"= {' '.join(sorted(words))}"


def _country(own: str | None, named: Collection[str], outlet: str | None) -> str | None:
    if own is not None and any(same_ground(own, code) for code in named):
        return own
    if named:
        return min(named)
    return own if own is not None and own == outlet else None


def _tokens(title: str) -> list[_Token]:
    found = []
    last = -1
    for match in _TOKEN.finditer(title):
        text = match[0]
        is_joined = last >= 0 and title[last : match.start()].isspace()
        last = match.end()
        for word in (words := _bare_words(text)):
            if word in STOPWORDS:
                last = -1 if not text[0].isupper() else last
                continue
            written = text if len(words) == 1 else word
            found.append(_Token(written, word, not text[0].islower(), is_joined))
    return found


@cache
def _bare_words(text: str) -> tuple[str, ...]:
    """A token of a headline as names have it; a possessive loses its ending."""
    plain = re.sub(r"['’]s$", "", text)
    return comparable(plain).words


def _end_of(words: tuple[str, ...], tokens: Sequence[_Token], start: int) -> int | None:
    """Where a name that begins at `start` ends, if it stands there whole."""
    here = tokens[start : start + len(words)]
    if tuple(token.word for token in here) != words:
        return None
    return start + len(words) if all(token.is_capital for token in here) else None


def _widened(tokens: Sequence[_Token], start: int, end: int) -> str:
    """The name with the words beside it that may belong to the name of another company."""
    others = [token.is_capital for token in (*tokens[:start], *tokens[end:])]
    is_telling = sum(others) <= _CAPITALS_SHARE * len(others)
    first = start
    while first > max(0, start - _REACH) and (
        _belongs(tokens[first - 1])
        or (is_telling and tokens[first].is_joined and _is_name(tokens[first - 1]))
    ):
        first -= 1
    last = end
    while last < min(len(tokens), end + _REACH) and (
        _belongs(tokens[last]) or (is_telling and tokens[last].is_joined and _is_name(tokens[last]))
    ):
        last += 1
    return " ".join(token.text for token in tokens[first:last])


def _belongs(token: _Token) -> bool:
    is_trade = token.word in GENERIC or token.word in DIVIDING
    return token.is_capital and (is_trade or token.word.isdigit() or _is_form(token.word))


def _is_name(token: _Token) -> bool:
    is_place = token.word in PLACES or token.word in COUNTRY_WORDS
    return token.is_capital and not is_place and not countries_named(token.text)


@cache
def _is_form(word: str) -> bool:
    return take_off_forms(("quillmark", word))[1] is not None


def _is_firm_like(mention: str) -> bool:
    words = [SYNONYMS.get(word, word) for word in mention.lower().replace(".", "").split()]
    return any(word in GENERIC or word in DIVIDING or _is_form(word) for word in words)


def _settled(found: Iterable[Sighting]) -> list[Sighting]:
    """Where several suppliers fit one mention, it counts for none of them."""
    sightings = list(found)
    fits: Mapping[str, int] = {
        mention: sum(one.mention == mention and one.is_accepted for one in sightings)
        for mention in {one.mention for one in sightings}
    }
    return [
        replace(one, verdict=replace(one.verdict, band="review", reason=_SEVERAL))
        if one.is_accepted and fits[one.mention] > 1
        else one
        for one in sorted(sightings, key=lambda one: one.supplier_id)
    ]
