"""What speaks against a match of two names that agree, in words, and what it takes from a score."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, NamedTuple

from suppliers.identity.address_agreement import AddressAgreement, share_a_number
from suppliers.identity.best_names import Fit
from suppliers.identity.letter_runs import UNSAID
from suppliers.identity.namesakes import Core, core
from suppliers.identity.parties import Party

Agreement = Literal["same", "differs", "unknown"]

#: What each costs. Chosen on the tuning halves of `tests/cases/name_pairs.csv` and
#: `name_pairs_wide.csv`; those of 0.2 alone keep an equal name for review.
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
_SLIP_LIKENESS = 0.84
_NAMESAKES = "many companies of the register differ by their trade words alone, as these do"
_NUMBERED = "one name has a number that the other lacks"


class Evidence(NamedTuple):
    """What was compared of two companies: names, addresses, legal forms and countries."""

    fit: Fit
    address: AddressAgreement
    form: Agreement
    country: Agreement


def costs_of(
    supplier: Party,
    entry: Party,
    evidence: Evidence,
    least_distinctive: float,
    crowded: Mapping[Core, int] | None,
) -> dict[str, float]:
    """What speaks against a match, in words, and what it takes from the score.

    An equal address outweighs what names of sister companies differ by.

    Args:
        supplier: one side.
        entry: the other side.
        evidence: what was compared.
        least_distinctive: weight of distinctive words below which a name is short or generic.
        crowded: see `match_scoring.judge`.
    """
    costs: dict[str, float] = {}
    best = evidence.fit.similarity
    has_same_address = evidence.address == "same"
    if not has_same_address:
        if best.rival > 0.0:
            weight = min(best.rival, _HIGHEST_RIVAL_WEIGHT)
            costs["each name has a word that the other lacks"] = (
                _RIVAL_COST + _RIVAL_COST_BY_WEIGHT * weight
            )
        elif best.is_divided:
            costs["one name has a word by which groups name their parts"] = _DIVIDED_COST
        elif best.is_single:
            costs["one of the names is a single word"] = _SINGLE_COST
        if best.is_placed:
            costs["one name has a place that the other lacks"] = _PLACE_COST
        if best.is_numbered:
            costs[_NUMBERED] = _NUMBER_COST
        if best.letters < _SLIP_LIKENESS:
            costs["a distinctive word differs in its letters"] = _LETTERS_COST * (
                _SLIP_LIKENESS - best.letters
            )
        lacking = least_distinctive - (best.distinctive + _TRADE_WORD_WORTH * best.generic)
        if lacking > 0.0:
            costs["the name is short or generic and nothing else confirms it"] = (
                _GENERIC_COST * lacking
            )
    if evidence.address == "differs":
        costs["the addresses differ"] = _OTHER_ADDRESS_COST
    if evidence.form == "differs":
        costs["the legal forms differ"] = _FORM_COST
    if evidence.country == "differs":
        costs["another country"] = _COUNTRY_COST
    if not entry.is_active:
        costs["no longer active"] = _INACTIVE_COST
    if (
        best.is_numbered
        and has_same_address
        and not share_a_number(supplier.address, entry.address)
    ):
        costs[_NUMBERED] = _NUMBER_COST
    if (
        crowded
        and best.is_apart_by_trade
        and not has_same_address
        and core(entry.country or UNSAID, evidence.fit.words()) in crowded
    ):
        costs[_NAMESAKES] = _NAMESAKES_COST
    if evidence.fit.is_written_alike is False and not has_same_address:
        costs["the names sound alike but are written in other characters"] = _CHARACTERS_COST
    return costs
