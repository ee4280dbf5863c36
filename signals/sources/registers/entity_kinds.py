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

#: Forms that stand at the end of a company's name and in no name of a person. Short ones that are
#: also names or initials (`SA`, `A.S.`, `Pat`) are not among them, nor are forms of sole traders.
_COMPANY_ENDS = re.compile(
    r"\S.*\b(limited|ltd|l\.?l\.?c|inc|incorporated|corp|corporation|company|gmbh|ooo|oao|zao|pao"
    r"|p?jsc|ojsc|cjsc|joint[ -]stock co(mpany)?|fze|fzco|fz-llc|dmcc|bhd|p\.?l\.?c|pte|pty|pvt|llp"
    r"|sarl|s\.a\.r\.l|s\.r\.l|ltda|anonim sirketi|limited sirketi)[\s.]*$",
    re.IGNORECASE,
)
_COMPANY_STARTS = re.compile(
    r"(ooo|oao|zao|pao|ojsc|cjsc|pjsc|jsc|llc|((open|closed|public) )?joint[ -]stock company)\s+\S",
    re.IGNORECASE,
)
_IN_BRACKETS = re.compile(r"\s*[(\[][^)\]]*[)\]]?")
#: A person who trades under a company's name, or acts for one.
_BEHIND_A_NAME = re.compile(
    r"\b(d/?b/?a|d\.b\.a|t/a|c/o|a\.?k\.?a|doing business|trading as|on behalf|owner|director"
    r"|president|attn)\b",
    re.IGNORECASE,
)

_TITLED = re.compile(r"(mr|mrs|ms|miss|dr|prof)\.?\s+\S", re.IGNORECASE)
_SURNAME_FIRST = re.compile(
    r"([^\W\d_a-z][^\d_a-z,]*|[^\W\d_a-z][\w'-]+),\s+[^\W\d_a-z][\w.'-]*(\s+\w[\w.'-]*){0,3}"
)


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
    """Whether a name has a person's form: a title, or Surname, Given without a legal form."""
    if _TITLED.match(name):
        return True
    words = tuple(re.findall(r"\w+", name.casefold()))
    return _SURNAME_FIRST.fullmatch(name) is not None and take_off_forms(words)[1] is None


def is_named_as_company(name: str) -> bool:
    """Whether a name alone shows a company: a legal form at its edge that no person's name has.

    What stands in brackets does not count, nor does a company that is named behind a person's name
    (`d/b/a`, `trading as`). Companies without such a form, such as institutes, give False.
    """
    bare = _IN_BRACKETS.sub("", name).strip(" ,.")
    if _BEHIND_A_NAME.search(bare) or looks_like_person(name):
        return False
    return _COMPANY_ENDS.match(bare) is not None or _COMPANY_STARTS.match(bare) is not None
