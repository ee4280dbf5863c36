"""The verdict on one pair: score, band, and the words that say why."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, partial
from itertools import product
from operator import itemgetter
from typing import Literal

from rapidfuzz import fuzz

from suppliers.identity.legal_forms import forms_agree
from suppliers.identity.letter_runs import UNSAID
from suppliers.identity.name_tokens import COUNTRY_WORDS, word_set
from suppliers.identity.names import ComparableName, comparable
from suppliers.identity.namesakes import Core, core
from suppliers.identity.parties import SCHEME_TITLES, Party, identifier_verdict
from suppliers.identity.scripts import folded, latinised
from suppliers.identity.similarity import NameSimilarity, name_similarity
from suppliers.places.countries import countries_named

Band = Literal["accept", "review", "reject"]

_WORD = re.compile(r"[a-z]{3,}|\d+")
#: What evidence beside the names' similarity adds to the score or takes from it. Chosen on the
#: tuning halves of `tests/cases/name_pairs.csv` and `name_pairs_wide.csv`; those of 0.2 alone keep
#: an equal name for review.
_FORM_COST = 0.2
_COUNTRY_COST = 0.2
_INACTIVE_COST = 0.2
_DIVIDED_COST = 0.16
_SINGLE_COST = 0.04
_NUMBER_COST = 0.2
_PLACE_COST = 0.05
_CHARACTERS_COST = 0.2
_RIVAL_COST = 0.08
_RIVAL_COST_BY_WEIGHT = 0.4
_HIGHEST_RIVAL_WEIGHT = 0.5
_NAMESAKES_COST = 0.2
_OTHER_ADDRESS_COST = 0.05
#: Cost of each unit of weight that a short or generic name lacks, and what its trade words are
#: worth beside distinctive ones.
_GENERIC_COST = 0.47
_TRADE_WORD_WORTH = 0.3
#: Cost of what distinctive words lack in likeness, where they are less alike than a slip leaves.
_LETTERS_COST = 0.6
_ADDRESS_GAIN = 0.05
_NEAR_GAIN = 0.02
_SAME_ADDRESS_SCORE = 75.0
_NEAR_ADDRESS_SCORE = 45.0
#: A name alone, without a country on one of the sides, must agree by this much more.
_UNKNOWN_COUNTRY_MARGIN = 0.02
_SLIP_LIKENESS = 0.84
_NAMESAKES = "many companies of the register differ by their trade words alone, as these do"
_NUMBERED = "one name has a number that the other lacks"


@dataclass(frozen=True)
class Thresholds:
    """Where the bands begin, and what a name alone must have.

    Attributes:
        accept: lowest score that links without asking.
        review: lowest score that asks.
        least_distinctive: weight of distinctive words below which a short or generic name loses
            score, unless an address or an identifier confirms it.
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


def least_name_score(thresholds: Thresholds) -> float:
    """Similarity of names below which a pair is rejected, whatever else speaks for it."""
    return thresholds.review - _ADDRESS_GAIN


def judge(
    supplier: Party,
    entry: Party,
    thresholds: Thresholds,
    *,
    shared: Mapping[str, float] | None = None,
    home: str | None = None,
    names: Mapping[str, ComparableName] | None = None,
    crowded: Mapping[Core, int] | None = None,
    needs_country: bool = False,
) -> Verdict:
    """Compare a supplier with an entry.

    Args:
        supplier: one side.
        entry: the other side; its best fitting name counts.
        thresholds: where the bands begin.
        shared: weights of words that many names of the register hold.
        home: country of a register that does not say an entry's country.
        names: names already made comparable.
        crowded: names of the register by country and distinctive words, where they are many.
        needs_country: never accept by the name where the country of a side is not known.
    """
    known = names or {}
    stated = supplier.country or entry.country
    scored = []
    for own in supplier.names:
        for position, name in enumerate(entry.names):
            written_one = known.get(own) or comparable(own)
            written_other = known.get(name) or comparable(name)
            agree = forms_agree(written_one.form, written_other.form)
            is_written_alike = _is_written_alike(written_one, written_other)
            # Where both are in another script, their trade words are compared by meaning alone.
            is_both = written_one.by_sound is not None and written_other.by_sound is not None
            for one, other in (
                ((written_one, written_other),)
                if is_both
                else product(written_one.versions, written_other.versions)
            ):
                similarity = name_similarity(
                    one.words,
                    other.words,
                    shared,
                    as_written=partial(_as_written, one, other),
                    country=stated,
                    home_words=_country_words(stated),
                    is_transliterated=one.is_by_sound != other.is_by_sound,
                )
                if is_written_alike:
                    similarity = name_similarity(one.words, one.words, shared)
                scored.append(
                    (
                        (
                            similarity.score,
                            is_written_alike is not False,
                            agree is not False,
                            -position,
                        ),
                        similarity,
                        agree,
                        is_written_alike,
                        name,
                    )
                )
    _, best, agree, is_written_alike, matched = max(scored, key=itemgetter(0))
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
            return verdict(0.0, "reject", f"another {title}: not the same company")
        beside = "" if best.score >= thresholds.review else ", though the names differ"
        return verdict(1.0, "accept", f"same {title}{beside}")
    base = best.score + {"same": _ADDRESS_GAIN, "near": _NEAR_GAIN}.get(address, 0.0)
    if base < thresholds.review:
        return verdict(max(0.0, base), "reject", "the names differ too much")
    costs = _costs(best, thresholds, address, form, country, entry.is_active)
    if best.is_numbered and address == "same" and not _share_a_number(supplier, entry):
        costs[_NUMBERED] = _NUMBER_COST
    if best.is_apart_by_trade and address != "same" and crowded:
        other_words = (known.get(matched) or comparable(matched)).words
        if core(entry.country or UNSAID, other_words) in crowded:
            costs[_NAMESAKES] = _NAMESAKES_COST
    if is_written_alike is False and address != "same":
        costs["the names sound alike but are written in other characters"] = _CHARACTERS_COST
    # What speaks against a pair whose names agree sends it to clerical review, never out of sight.
    score = min(1.0, max(thresholds.review, base - sum(costs.values())))
    is_placed = country != "unknown"
    reasons = ["the names agree in part"] if best.score < thresholds.accept else []
    reasons += costs
    least = thresholds.accept if is_placed else thresholds.accept + _UNKNOWN_COUNTRY_MARGIN
    if score < least or (needs_country and not is_placed):
        if not is_placed:
            reasons.append("the country is not known")
        return verdict(score, "review", "; ".join(reasons) or "the names agree in part")
    beside = " and same address" if address == "same" else ""
    where = {
        "same": f"same country{beside}",
        "differs": f"another country{beside}",
        "unknown": f"the country is not known, accepted by the name at {least:.2f} or more{beside}",
    }[country]
    despite = [reason for reason in reasons if reason != "another country"]
    though = f", although {' and '.join(despite)}" if despite else ""
    return verdict(score, "accept", f"same name, {where}{though}")


def _costs(
    similarity: NameSimilarity,
    thresholds: Thresholds,
    address: str,
    form: str,
    country: str,
    is_active: bool,
) -> dict[str, float]:
    """What speaks against a match, in words, and what it takes from the score.

    An equal address outweighs what names of sister companies differ by.
    """
    costs: dict[str, float] = {}
    if address != "same":
        if similarity.rival > 0.0:
            weight = min(similarity.rival, _HIGHEST_RIVAL_WEIGHT)
            costs["each name has a word that the other lacks"] = (
                _RIVAL_COST + _RIVAL_COST_BY_WEIGHT * weight
            )
        elif similarity.is_divided:
            costs["one name has a word by which groups name their parts"] = _DIVIDED_COST
        elif similarity.is_single:
            costs["one of the names is a single word"] = _SINGLE_COST
        if similarity.is_placed:
            costs["one name has a place that the other lacks"] = _PLACE_COST
        if similarity.is_numbered:
            costs[_NUMBERED] = _NUMBER_COST
        if similarity.letters < _SLIP_LIKENESS:
            costs["a distinctive word differs in its letters"] = _LETTERS_COST * (
                _SLIP_LIKENESS - similarity.letters
            )
        lacking = thresholds.least_distinctive - (
            similarity.distinctive + _TRADE_WORD_WORTH * similarity.generic
        )
        if lacking > 0.0:
            costs["the name is short or generic and nothing else confirms it"] = (
                _GENERIC_COST * lacking
            )
    if address == "differs":
        costs["the addresses differ"] = _OTHER_ADDRESS_COST
    if form == "differs":
        costs["the legal forms differ"] = _FORM_COST
    if country == "differs":
        costs["another country"] = _COUNTRY_COST
    if not is_active:
        costs["no longer active"] = _INACTIVE_COST
    return costs


def _is_written_alike(one: ComparableName, other: ComparableName) -> bool | None:
    """Whether two names in Chinese characters have the same; None where one has none."""
    (all_one, core_one), (all_other, core_other) = one.characters, other.characters
    if not all_one or not all_other:
        return None
    if all_one == all_other:
        return True
    is_part = core_one in core_other or core_other in core_one
    return None if is_part else False


def _as_written(
    one: ComparableName, other: ComparableName
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    return one.written, other.written


@cache
def _country_words(country: str | None) -> frozenset[str]:
    """The words that name a country in company names."""
    if country is None:
        return frozenset()
    return frozenset(word for word in COUNTRY_WORDS if country in countries_named(word.title()))


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


def _share_a_number(one: Party, other: Party) -> bool:
    """Whether two addresses have a number in common: units of a group often share a park alone."""
    a, b = (_numbers(_address_words(party.address or "")) for party in (one, other))
    return not a.isdisjoint(b)


def _numbers(words: list[str]) -> set[str]:
    return {word for word in words if word.isdigit()}


_ADDRESS_NOISE = word_set(
    "road street str avenue ave rd no block plot unit building floor near opp district city town "
    "province county state industrial zone area park estate village po box the and of"
)


def _address_words(text: str) -> list[str]:
    latin = latinised(folded(text)).lower()
    return [word for word in _WORD.findall(latin) if word not in _ADDRESS_NOISE]
