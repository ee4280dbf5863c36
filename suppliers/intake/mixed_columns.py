"""Persons in a column of names that holds companies too.

A single one cannot be distinguished from a company that is named after a person. Several can: where
they share their words as the members of a community do, or where the list writes the legal form of
its companies, has few names of a third kind, and a third of its names are persons'.
"""

from __future__ import annotations

from collections.abc import Iterable

from suppliers.intake.name_columns import (
    has_form_of_company,
    is_given,
    is_known,
    names_trade,
    repeated_words,
    states_legal_form,
    words_of_form,
)

#: Nearly all names of their form have a given name; of Indonesian companies ("Abdi Budi Mulia")
#: half do.
_SEVERAL, _SEVERAL_SHARE, _NEARLY_ALL, _MOSTLY_REPEATED = 8, 0.2, 0.8, 0.7
_REPEATED_SHARE = 0.5
#: Of two kinds: so many persons, and so few names that are neither they nor say that they are
#: companies.
_FEWEST, _LEAST_SHARE, _OTHERS_SHARE = 3, 1 / 3, 0.2
_COMPANIES = 2


def persons_among_companies(names: Iterable[str]) -> frozenset[str]:
    """Names of persons in a column that has companies too."""
    different = set(names)
    return _of_a_community(different) or _of_two_kinds(different)


def _of_a_community(names: set[str]) -> frozenset[str]:
    """Those that share their words, each with a given name, or a surname where nearly all share."""
    different = {
        name: words for name in names if (words := words_of_form(name)) and not names_trade(name)
    }
    named = {name: words for name, words in different.items() if any(map(is_given, words))}
    if repeated_words(set(different.values())) >= _MOSTLY_REPEATED:
        named = {name: words for name, words in different.items() if any(map(is_known, words))}
    if len(named) < max(_SEVERAL, _SEVERAL_SHARE * len(names), _NEARLY_ALL * len(different)):
        return frozenset()
    if repeated_words(set(named.values())) < _REPEATED_SHARE:
        return frozenset()
    # Given names are words of trades too ("Ayna", a mirror); beside a surname they are names.
    related = {name for name in names if any(map(is_known, words_of_form(name)))}
    return frozenset(named) | related


def _of_two_kinds(names: set[str]) -> frozenset[str]:
    """Names of the form of a person's among companies that write their legal form.

    All names of that form count once the list is of two kinds, as fewer given names are known than
    there are.
    """
    companies = {name for name in names if has_form_of_company(name)}
    formal = {name for name in companies if states_legal_form(name)}
    if len(formal) < _COMPANIES or 2 * len(formal) < len(companies):
        return frozenset()
    rest = {
        name: words
        for name in names - companies
        if (words := words_of_form(name)) and not names_trade(name)
    }
    persons = {name for name, words in rest.items() if any(map(is_given, words))}
    others = len(names) - len(companies) - len(persons)
    if len(persons) < max(_FEWEST, _LEAST_SHARE * len(names)):
        return frozenset()
    return frozenset() if others > _OTHERS_SHARE * len(names) else frozenset(rest)
