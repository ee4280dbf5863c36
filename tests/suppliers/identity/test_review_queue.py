"""The review queue: what is asked about, and that nothing is asked twice."""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import replace

import configs
from benchmarks.synthetic_companies import rules_of
from benchmarks.synthetic_register import made_queries, made_register
from suppliers.identity.linking import Memory, link
from suppliers.identity.review_decisions import Decision

AS_OF = dt.date(2024, 6, 1)


def test_a_second_upload_asks_nothing_that_was_decided() -> None:
    rng = random.Random(7)
    entries = made_register(rng, 2_000)
    queries = made_queries(rng, entries, 300, 0.3)
    truth = {one.party.id: None if one.truth is None else entries[one.truth].id for one in queries}
    suppliers = [one.party for one in queries]
    rules = rules_of(configs.load().identity)
    first = link(suppliers, "r", entries, rules, Memory({}, frozenset(), AS_OF))
    asked = [one for one in first if not one.is_accepted]
    assert 0 < len({one.supplier_id for one in asked}) <= 0.05 * len(suppliers)
    decided = {
        (one.supplier_id, "r", one.entry.id): Decision(
            (one.supplier_id, "r", one.entry.id),
            "accept" if truth[one.supplier_id] == one.entry.id else "reject",
            AS_OF,
        )
        for one in asked
    }
    # The list comes again in another order; nothing that was decided is asked again.
    rng.shuffle(suppliers)
    again = link(suppliers, "r", entries, rules, Memory(decided, frozenset(), AS_OF))
    open_again = {(one.supplier_id, one.entry.id) for one in again if not one.is_accepted}
    assert open_again.isdisjoint({(supplier, entry) for supplier, _, entry in decided})


def test_lists_ask_about_pairs_that_registers_do_not() -> None:
    rng = random.Random(8)
    entries = made_register(rng, 2_000)
    suppliers = [one.party for one in made_queries(rng, entries, 300, 0.3)]
    rules = rules_of(configs.load().identity)
    none = Memory({}, frozenset(), AS_OF)
    every = link(suppliers, "r", entries, replace(rules, review_registers=0.0), none)
    some = link(suppliers, "r", entries, rules, none)
    accepted = [
        {(one.supplier_id, one.entry.id) for one in found if one.is_accepted}
        for found in (every, some)
    ]
    # What is linked without asking stays the same.
    assert accepted[0] == accepted[1]
    assert len(some) < len(every)
    listed = link(suppliers, "r", entries, rules, none, several=True)
    scores = [one.verdict.score for one in listed if not one.is_accepted]
    assert min(scores) < rules.review_registers
