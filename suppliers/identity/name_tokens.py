"""Words that many companies share, and the ways they are shortened."""

from __future__ import annotations

from collections.abc import Mapping

from suppliers.word_lists import word_list


def word_set(text: str) -> frozenset[str]:
    """The words of a text."""
    return frozenset(text.split())


_CLASSES = word_list("classes")

#: Joining words that carry nothing.
STOPWORDS = word_set(_CLASSES["stopwords"])
#: Words of trade and kind (in the form `SYNONYMS` gives): little weight, they distinguish no
#: company.
GENERIC = word_set(_CLASSES["generic"])
#: What companies make, grow or do, in more detail and in more languages: little weight too.
TRADES = word_set(_CLASSES["trades"])
#: Trade words by which a group names its parts: more weight, they do distinguish sisters.
DIVIDING = word_set(_CLASSES["dividing"])
#: Generic words that name no trade but a kind of company or of work.
KINDS = word_set(_CLASSES["kinds"])
#: Ordinary words that companies like to be called by: some weight.
COMMON = word_set(_CLASSES["common"])
#: Places that stand in names, besides the names of countries: exact or nothing, some weight.
PLACES = word_set(_CLASSES["places"])
#: Names of countries that are one word, and their adjectives, as companies write them.
COUNTRY_WORDS = word_set(_CLASSES["country_words"])

#: Shortened trade words, plurals and translations, to one word each.
SYNONYMS: Mapping[str, str] = {
    short: word for word, shorts in word_list("synonyms").items() for short in shorts.split()
}
