"""The verdict on one pair: score, band, and the words that say why."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from rapidfuzz import fuzz

from suppliers.identity.legal_forms import forms_agree
from suppliers.identity.name_tokens import word_set
from suppliers.identity.names import ComparableName, comparable
from suppliers.identity.parties import SCHEME_TITLES, Party, identifier_verdict
from suppliers.identity.scripts import folded, latinised
from suppliers.identity.similarity import name_similarity

Band = Literal["accept", "review", "reject"]

_WORD = re.compile(r"[a-z]{3,}|\d+")
_FORM_COST = 0.08
_ADDRESS_GAIN = 0.05
_NEAR_GAIN = 0.02
_SAME_ADDRESS_SCORE = 75.0
_NEAR_ADDRESS_SCORE = 45.0


@dataclass(frozen=True)
class Thresholds:
    """Where the bands begin, and what a name alone must have.

    Attributes:
        accept: lowest score that links without asking.
        review: lowest score that asks.
        least_distinctive: weight of telling words that a name needs to be accepted by itself;
            a short or generic name below it needs an address or an identifier too.
    """

    accept: float
    review: float
    least_distinctive: float


@dataclass(frozen=True)
class Verdict:
    """What was compared and what came of it.

    Attributes:
        score: 0 to 1.
        band: accept, review or reject.
        name_score: agreement of the names alone.
        legal_form: same, differs, or unknown.
        country: same, differs, or unknown.
        address: same, near, differs, or unknown.
        identifier: name of the scheme that is the same; `not <scheme>` if it differs; else none.
        reason: one sentence.
        matched_name: the name of the other side that fitted best.
    """

    score: float
    band: Band
    name_score: float
    legal_form: str
    country: str
    address: str
    identifier: str
    reason: str
    matched_name: str

    @property
    def has_corroboration(self) -> bool:
        """Whether something besides the name speaks for it."""
        return self.address == "same" or self.identifier in SCHEME_TITLES


def judge(
    supplier: Party,
    entry: Party,
    thresholds: Thresholds,
    *,
    shared: Mapping[str, float] | None = None,
    home: str | None = None,
    names: Mapping[str, ComparableName] | None = None,
) -> Verdict:
    """Compare a supplier with an entry.

    Args:
        supplier: one side.
        entry: the other side; its best fitting name counts.
        thresholds: where the bands begin.
        shared: weights of words that many names of the register hold.
        home: country of a register that does not say an entry's country.
        names: names already made comparable.
    """
    known = names or {}
    scored = []
    for own in supplier.names:
        one = known.get(own) or comparable(own)
        for position, name in enumerate(entry.names):
            other = known.get(name) or comparable(name)
            similarity = name_similarity(one.words, other.words, shared)
            agree = forms_agree(one.form, other.form)
            scored.append(
                (similarity.score, agree is not False, -position, similarity, agree, name)
            )
    _, _, _, best, agree, matched = max(scored, key=lambda entry: entry[:3])
    address = _compare_addresses(supplier.address, entry.address)
    country = _compare_countries(supplier.country, entry.country, home)
    form = {None: "unknown", True: "same", False: "differs"}[agree]
    same, scheme = identifier_verdict(supplier, entry)

    def verdict(score: float, band: Band, reason: str) -> Verdict:
        identifier = "none" if scheme is None else scheme if same else f"not {scheme}"
        return Verdict(
            round(score, 4),
            band,
            round(best.score, 4),
            form,
            country,
            address,
            identifier,
            reason,
            matched,
        )

    if scheme is not None and same is not None:
        title = SCHEME_TITLES[scheme]
        if not same:
            return verdict(0.0, "reject", f"another {title}: not the same firm")
        beside = "" if best.score >= thresholds.review else ", though the names differ"
        return verdict(1.0, "accept", f"same {title}{beside}")
    score = best.score
    score -= _FORM_COST if form == "differs" else 0.0
    score += {"same": _ADDRESS_GAIN, "near": _NEAR_GAIN}.get(address, 0.0)
    score = min(1.0, max(0.0, score))
    if score < thresholds.review:
        return verdict(score, "reject", "the names differ too much")
    doubts = []
    if score < thresholds.accept:
        doubts.append("the names agree in part")
    if best.each_has_own and address != "same":
        doubts.append("each name has a word that the other lacks")
    elif best.is_divided and address != "same":
        doubts.append("one name has a word by which groups name their parts")
    if best.other_letters and address != "same":
        doubts.append("a telling word differs in its letters")
    if form == "differs":
        doubts.append("the legal forms differ")
    if country == "differs":
        doubts.append("another country")
    elif country == "unknown":
        doubts.append("the country is not known")
    if best.distinctive < thresholds.least_distinctive and address != "same":
        doubts.append("the name is short or generic and nothing else confirms it")
    if not entry.is_active:
        doubts.append("no longer active")
    if doubts:
        return verdict(score, "review", "; ".join(doubts))
    beside = " and same address" if address == "same" else ""
    return verdict(score, "accept", f"same name, same country{beside}")


def _compare_countries(one: str | None, other: str | None, home: str | None) -> str:
    """An entry that states no country is of its register's home at best, and of none at worst."""
    if one is None or (other is None and one != home):
        return "unknown"
    return "same" if one == (other or home) else "differs"


def _compare_addresses(one: str | None, other: str | None) -> str:
    if not one or not other:
        return "unknown"
    a, b = _address_words(one), _address_words(other)
    if not a or not b:
        return "unknown"
    numbers_a, numbers_b = _numbers(a), _numbers(b)
    score = fuzz.token_sort_ratio(" ".join(a), " ".join(b))
    overlap = len(set(a) & set(b)) / min(len(set(a)), len(set(b)))
    if numbers_a and numbers_b and not numbers_a & numbers_b:
        return "near" if score >= _NEAR_ADDRESS_SCORE else "differs"
    if score >= _SAME_ADDRESS_SCORE or (overlap >= 0.75 and min(len(a), len(b)) >= 4):
        return "same"
    return "near" if score >= _NEAR_ADDRESS_SCORE or overlap >= 0.5 else "differs"


def _numbers(words: list[str]) -> set[str]:
    return {word for word in words if word.isdigit()}


_ADDRESS_NOISE = word_set(
    "road street str avenue ave rd no block plot unit building floor near opp district city town "
    "province county state industrial zone area park estate village po box the and of"
)


def _address_words(text: str) -> list[str]:
    latin = latinised(folded(text)).lower()
    return [word for word in _WORD.findall(latin) if word not in _ADDRESS_NOISE]
