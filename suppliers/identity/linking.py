"""Suppliers linked to the entries of one register or list, in the order of what is surest.

A decision of a person stands unless it has expired or an identifier contradicts it; then an
identifier; then the name. What is ambiguous goes into a queue, once.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from suppliers.identity.candidates import candidates
from suppliers.identity.match_scoring import Thresholds, Verdict, judged
from suppliers.identity.name_tables import Ints
from suppliers.identity.parties import SCHEME_TITLES, Party
from suppliers.identity.review_decisions import Decision, Pair

DecidedBy = Literal["identifier", "name", "decision"]

#: Of one supplier's ambiguous entries in one register, this many are asked about.
MOST_ASKED = 3


@dataclass(frozen=True)
class Rules:
    """How suppliers are linked: the `identity` block of the configuration.

    Attributes:
        thresholds: where the bands begin.
        margin: two entries this close are a person's choice.
        candidates_per_supplier: nearest entries that are judged.
        block_limit: a word in more names of a country finds no candidates.
        review_registers: where at most one entry is the supplier, a person is asked about a pair
            by its name alone from this score on; below it hardly any pair is right.
    """

    thresholds: Thresholds
    margin: float
    candidates_per_supplier: int
    block_limit: int
    review_registers: float = 0.0


@dataclass(frozen=True)
class Link:
    """A supplier and an entry that it is, or may be.

    Attributes:
        supplier_id: the supplier.
        register: the register or list.
        entry: the entry.
        verdict: what was compared; its band is what holds after all rules.
        match_basis: what settled it, or raised the question.
    """

    supplier_id: str
    register: str
    entry: Party
    verdict: Verdict
    match_basis: DecidedBy

    @property
    def is_accepted(self) -> bool:
        """Whether it holds without asking."""
        return self.verdict.band == "accept"


@dataclass(frozen=True)
class Memory:
    """Decisions of persons, ready to be looked up.

    Attributes:
        standing: decision by pair.
        open_again: pairs accepted and rejected on the same day.
        as_of: the day the run stands on.
    """

    standing: Mapping[Pair, Decision]
    open_again: frozenset[Pair]
    as_of: dt.date


def link(
    suppliers: Sequence[Party],
    register: str,
    entries: Sequence[Party],
    rules: Rules,
    memory: Memory,
    *,
    home: str | None = None,
    several: bool = False,
) -> list[Link]:
    """Link suppliers to one register.

    Args:
        suppliers: the suppliers, with the identifiers known so far.
        register: its id, as in decisions.
        entries: its entries.
        rules: thresholds and limits.
        memory: decisions.
        home: country of entries that state none.
        several: a supplier may be several entries (sites, lists), so that none excludes another.

    Returns:
        Accepted links and questions, by supplier and entry.
    """
    found = candidates(
        suppliers,
        entries,
        per_supplier=rules.candidates_per_supplier,
        block_limit=rules.block_limit,
    )
    decided = _decided_pairs(suppliers, register, entries, memory)
    compared = judged(
        np.unique(np.concatenate([found.pairs, decided]), axis=0),
        suppliers,
        entries,
        rules.thresholds,
        names=found.names,
        shared=found.shared,
        crowded=found.crowded,
        home=home,
    )
    by_supplier: dict[str, list[Link]] = {}
    for position, other, verdict in compared:
        supplier, entry = suppliers[position], entries[other]
        kept = _with_memory(supplier.id, register, entry, verdict, memory)
        if kept is not None:
            by_supplier.setdefault(supplier.id, []).append(kept)
    return [
        kept
        for _, links in sorted(by_supplier.items())
        for kept in (_settled_several(links) if several else _settled_one(links, rules))
    ]


def _decided_pairs(
    suppliers: Sequence[Party], register: str, entries: Sequence[Party], memory: Memory
) -> Ints:
    own = {supplier.id: position for position, supplier in enumerate(suppliers)}
    theirs = {entry.id: position for position, entry in enumerate(entries)}
    asked = {*memory.standing, *memory.open_again}
    pairs = [
        (own[supplier], theirs[entry])
        for supplier, of, entry in asked
        if of == register and supplier in own and entry in theirs
    ]
    return np.array(pairs, dtype=np.int64).reshape(-1, 2)


def _with_memory(
    supplier_id: str, register: str, entry: Party, verdict: Verdict, memory: Memory
) -> Link | None:
    """The link after the person's decision; None if there is nothing to link or ask."""
    by_identifier = verdict.identifier in SCHEME_TITLES
    match_basis: DecidedBy = "identifier" if by_identifier else "name"
    pair = (supplier_id, register, entry.id)

    def asked(reason: str) -> Link:
        again = replace(verdict, band="review", reason=reason)
        return Link(supplier_id, register, entry, again, "decision")

    if pair in memory.open_again:
        return asked("accepted and rejected on the same day: say again which holds")
    decision = memory.standing.get(pair)
    if decision is not None and decision.is_expired(memory.as_of):
        if not by_identifier:
            return asked(
                f"the decision of {decision.decided_on} ({decision.decision}) expired on "
                f"{decision.expires_on}"
            )
    elif decision is not None and decision.decision == "accept":
        if verdict.identifier.startswith("not "):
            return asked(f"accepted on {decision.decided_on}, but {verdict.reason}")
        reason = f"accepted on {decision.decided_on}"
        return Link(
            supplier_id,
            register,
            entry,
            replace(verdict, band="accept", reason=reason),
            "decision",
        )
    elif decision is not None:
        if by_identifier:
            return asked(f"rejected on {decision.decided_on}, but {verdict.reason}")
        return None
    if verdict.band == "reject":
        return None
    return Link(supplier_id, register, entry, verdict, match_basis)


def _settled_several(links: list[Link]) -> list[Link]:
    accepted = [one for one in links if one.is_accepted]
    asked = sorted((one for one in links if not one.is_accepted), key=_nearest_first)
    return sorted([*accepted, *asked[:MOST_ASKED]], key=lambda one: one.entry.id)


def _settled_one(links: list[Link], rules: Rules) -> list[Link]:
    """At most one entry is the supplier; where several fit, a person says which."""
    raised = [one for one in links if one.match_basis == "decision" and not one.is_accepted]
    decided = [one for one in links if one.match_basis == "decision" and one.is_accepted]
    if len(decided) > 1:
        return [*raised, *_all_asked(decided, "accepted beside another entry of this register")]
    if decided:
        return [*decided, *raised]
    certain = [one for one in links if one.match_basis == "identifier" and one.is_accepted]
    if len(certain) > 1:
        return [*raised, *_all_asked(certain, "the supplier's identifiers name two entries")]
    if certain:
        return [*certain, *raised]
    named = sorted((one for one in links if one.is_accepted), key=_nearest_first)
    asked = sorted(
        (
            one
            for one in links
            if not one.is_accepted and one not in raised and _is_asked(one, rules.review_registers)
        ),
        key=_nearest_first,
    )
    if not named:
        return [*raised, *asked[:MOST_ASKED]]
    close = [one for one in named if named[0].verdict.score - one.verdict.score < rules.margin]
    confirmed = [one for one in close if one.verdict.has_corroboration]
    if len(close) == 1 or len(confirmed) == 1:
        return [(confirmed or close)[0], *raised]
    reason = f"{len(close)} entries of the register fit as well"
    return [*raised, *_all_asked(close[:MOST_ASKED], reason)]


def _is_asked(one: Link, least: float) -> bool:
    """Whether a pair is worth a question: by more than its name, or by a name near enough."""
    is_by_name = one.match_basis == "name" and not one.verdict.has_corroboration
    return not is_by_name or one.verdict.score >= least


def _all_asked(links: Iterable[Link], reason: str) -> list[Link]:
    return [
        replace(one, verdict=replace(one.verdict, band="review", reason=reason)) for one in links
    ]


def _nearest_first(one: Link) -> tuple[bool, float, str]:
    return (not one.verdict.has_corroboration, -one.verdict.score, one.entry.id)


def with_identifiers(
    suppliers: Sequence[Party], links: Iterable[Link]
) -> tuple[list[Party], dict[tuple[str, str], tuple[str, ...]]]:
    """Suppliers with the identifiers that accepted links bring.

    A scheme is filled only where the supplier has none and all its links agree on one.

    Returns:
        The suppliers, and the schemes filled by supplier and entry.
    """
    brought: dict[tuple[str, str], dict[str, str]] = {}
    for one in links:
        if one.is_accepted:
            for scheme, value in one.entry.identifiers.items():
                brought.setdefault((one.supplier_id, scheme), {})[value] = one.entry.id
    filled: dict[tuple[str, str], tuple[str, ...]] = {}
    result = []
    for supplier in suppliers:
        known = dict(supplier.identifiers)
        for scheme in SCHEME_TITLES:
            values = brought.get((supplier.id, scheme), {})
            if scheme not in known and len(values) == 1:
                ((value, entry),) = values.items()
                known[scheme] = value
                key = (supplier.id, entry)
                filled[key] = (*filled.get(key, ()), scheme)
        result.append(replace(supplier, identifiers=known))
    return result, filled
