"""The verdict on one pair: score, band, and the words that say why."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from suppliers.identity.address_agreement import compare_addresses
from suppliers.identity.best_names import Fit, best_fit, best_fits, name_fits
from suppliers.identity.evidence_costs import Agreement, Evidence, costs_of
from suppliers.identity.name_tables import Ints
from suppliers.identity.names import ComparableName, comparable
from suppliers.identity.namesakes import Core
from suppliers.identity.parties import SCHEME_TITLES, Party, identifier_verdict
from suppliers.identity.party_names import PartyNames

Band = Literal["accept", "review", "reject"]

#: What an equal address, or one near it, adds to the score; chosen as `evidence_costs` are.
_ADDRESS_GAINS = {"same": 0.05, "near": 0.02}
#: A name alone, without a country on one of the sides, must agree by this much more.
_UNKNOWN_COUNTRY_MARGIN = 0.02
#: Pairs that are compared at once.
_PAIRS_AT_ONCE = 50_000
_AGREEMENT: Mapping[bool | None, Agreement] = {None: "unknown", True: "same", False: "differs"}


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
    country = supplier.country or entry.country
    fit = best_fit(
        [
            fit
            for own in supplier.names
            for position, name in enumerate(entry.names)
            for fit in name_fits(
                known.get(own) or comparable(own),
                known.get(name) or comparable(name),
                country,
                shared,
                (name, position),
            )
        ]
    )
    return _verdict(
        supplier, entry, fit, thresholds, home=home, crowded=crowded, needs_country=needs_country
    )


def judged(
    pairs: Ints,
    suppliers: Sequence[Party],
    entries: Sequence[Party],
    thresholds: Thresholds,
    *,
    names: tuple[PartyNames, PartyNames],
    shared: Mapping[str, float] | None = None,
    home: str | None = None,
    crowded: Mapping[Core, int] | None = None,
) -> Iterator[tuple[int, int, Verdict]]:
    """Compare many pairs, as `judge` does.

    Args:
        pairs: position of a supplier and of an entry, a row each.
        suppliers: one side.
        entries: the other side.
        thresholds: where the bands begin.
        names: those of the suppliers, and of the entries.
        shared: see `judge`.
        home: see `judge`.
        crowded: see `judge`.

    Yields:
        Each pair and the verdict on it, in order.
    """
    for start in range(0, len(pairs), _PAIRS_AT_ONCE):
        several = pairs[start : start + _PAIRS_AT_ONCE]
        own, theirs = several.T.tolist()
        countries = [
            suppliers[position].country or entries[other].country
            for position, other in zip(own, theirs, strict=True)
        ]
        fits = best_fits(several, names, countries, shared)
        for position, other, fit in zip(own, theirs, fits, strict=True):
            supplier, entry = suppliers[position], entries[other]
            found = _verdict(supplier, entry, fit, thresholds, home=home, crowded=crowded)
            yield position, other, found


def _verdict(
    supplier: Party,
    entry: Party,
    fit: Fit,
    thresholds: Thresholds,
    *,
    home: str | None,
    crowded: Mapping[Core, int] | None,
    needs_country: bool = False,
) -> Verdict:
    """What the names that fit best, and all else that is known of the two, amount to."""
    best = fit.similarity
    address = compare_addresses(supplier.address, entry.address)
    country = _compare_countries(supplier.country, entry.country, home)
    form = _AGREEMENT[fit.forms_agree]
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
            fit.name,
        )

    if scheme is not None and same is not None:
        title = SCHEME_TITLES[scheme]
        if not same:
            return verdict(0.0, "reject", f"another {title}: not the same company")
        beside = "" if best.score >= thresholds.review else ", though the names differ"
        return verdict(1.0, "accept", f"same {title}{beside}")
    base = best.score + _ADDRESS_GAINS.get(address, 0.0)
    if base < thresholds.review:
        return verdict(max(0.0, base), "reject", "the names differ too much")
    evidence = Evidence(fit, address, form, country)
    costs = costs_of(supplier, entry, evidence, thresholds.least_distinctive, crowded)
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


def _compare_countries(one: str | None, other: str | None, home: str | None) -> Agreement:
    """An entry that states no country is of its register's home at best, and of none at worst."""
    if one is None or (other is None and one != home):
        return "unknown"
    return "same" if one == (other or home) else "differs"
