"""How alike two addresses in free text are, by their words and numbers."""

from __future__ import annotations

import re
from typing import Literal

from rapidfuzz import fuzz

from suppliers.identity.name_tokens import word_set
from suppliers.identity.scripts import folded, latinised

AddressAgreement = Literal["same", "near", "differs", "unknown"]

_WORD = re.compile(r"[a-z]{3,}|\d+")
_SAME_ADDRESS_SCORE = 75.0
_NEAR_ADDRESS_SCORE = 45.0
_ADDRESS_NOISE = word_set(
    "road street str avenue ave rd no block plot unit building floor near opp district city town "
    "province county state industrial zone area park estate village po box the and of"
)


def compare_addresses(one: str | None, other: str | None) -> AddressAgreement:
    """How alike two addresses in free text are; unknown where a side has none."""
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


def share_a_number(one: str | None, other: str | None) -> bool:
    """Whether two addresses have a number in common: units of a group often share a park alone."""
    a, b = (_numbers(_address_words(address or "")) for address in (one, other))
    return not a.isdisjoint(b)


def _numbers(words: list[str]) -> set[str]:
    return {word for word in words if word.isdigit()}


def _address_words(text: str) -> list[str]:
    latin = latinised(folded(text)).lower()
    return [word for word in _WORD.findall(latin) if word not in _ADDRESS_NOISE]
