"""Whether an entry of a list is a company. What is not known to be one is not read."""

from __future__ import annotations

import re
from typing import Literal

from suppliers.identity.legal_forms import take_off_forms

EntryKind = Literal["company", "person", "thing", "unknown"]

_COMPANY = re.compile(
    r"(legal|juridical|non-natural|non-individual) (person|entity)|entity|entities"
    r"|compan(y|ies)|organi[sz]ations?|business(es)?|corporat(e|ions?)|enterprises?"
    r"|public ?bod(y|ies)|cooperatives?|manufacturers?",
    re.IGNORECASE,
)
_PERSON = re.compile(r"person|individual|natural|human|people", re.IGNORECASE)
#: Ships and goods are no suppliers.
_THING = re.compile(r"vessel|aircraft|airplane|asset|security|crypto", re.IGNORECASE)

_TITLED = re.compile(r"(mr|mrs|ms|miss|dr|prof)\.?\s+\S", re.IGNORECASE)
_SURNAME_FIRST = re.compile(r"[^\W\d_a-z][^\d_a-z,]*,\s+\w[\w.'-]*(\s+\w[\w.'-]*){0,3}")


def kind_of_entry(kind: str | None) -> EntryKind:
    """What a list says an entry is; `unknown` where it says nothing or something else.

    `LegalEntity`, in one word, is unknown: OpenSanctions writes it where its source does not say
    whether the entry is a person or a company.
    """
    text = " ".join((kind or "").split())
    if _COMPANY.fullmatch(text):
        return "company"
    if _PERSON.search(text):
        return "person"
    return "thing" if _THING.search(text) else "unknown"


def looks_like_person(name: str) -> bool:
    """Whether a name has a person's form: a title, or SURNAME, Given without a legal form."""
    if _TITLED.match(name):
        return True
    words = tuple(re.findall(r"\w+", name.casefold()))
    return _SURNAME_FIRST.fullmatch(name) is not None and take_off_forms(words)[1] is None
