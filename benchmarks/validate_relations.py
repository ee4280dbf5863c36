"""Chains planted in a graph of companies: all are found, and no path that is not there."""

from __future__ import annotations

import random
from dataclasses import dataclass

import polars as pl

import configs
from benchmarks.synthetic_companies import rules_of
from benchmarks.synthetic_register import made_queries, made_register
from benchmarks.synthetic_relations import AS_OF, SUPPLIERS, Truth, synthetic_graph, truth_of
from suppliers.identity.linking import Memory, link
from suppliers.relations.relation_graph import paths_to_lists, sound_relations

ID = "relations"
GOAL = "planted chains: all found, none false, all sourced; names: <= 5 % asked, precision >= 0.97"
KIND = "validate"

MIN_PRECISION, MOST_ASKED = 0.97, 0.05
REGISTER, ABSENT_SHARE, SEED = 200_000, 0.3, 20_261_121


def run() -> str:
    """Find the paths, and hold them against the planted chains and a search in plain Python.

    Returns:
        Counts of planted, found, false and missing paths, and of steps without a source.
    """
    graph = synthetic_graph()
    sound = sound_relations(graph.relations, AS_OF)
    steps = paths_to_lists(sound.relations, graph.suppliers, graph.listed)
    shortest: Truth = {}
    for start, entry, relations, certainty in (
        steps.sort("relations")
        .select("start_id", "entry_id", "relations", "certainty")
        .unique(maintain_order=True)
        .iter_rows()
    ):
        shortest.setdefault((start, entry), (relations, certainty))
    truth = truth_of(graph, sound.relations)
    surest = {
        (start, entry): certainty
        for start, entry, certainty in steps.group_by("start_id", "entry_id")
        .agg(pl.col("certainty").max())
        .iter_rows()
    }
    planted = sum(
        surest.get((start, entry), 0.0) >= certainty for start, entry, certainty in graph.planted
    )
    false = sum(truth.get(key) != value for key, value in shortest.items())
    missing = len(truth.keys() - shortest.keys())
    unsourced = steps.filter(
        pl.col("source").is_null() | pl.col("link").is_null() | pl.col("known_on").is_null()
    ).height
    review = review_of_names(SUPPLIERS, REGISTER)
    columns = (("suppliers", 10), ("accepted", 10), ("precision", 11), ("asked", 8), ("share", 8))
    print(f"{'names of':<12}" + "".join(f"{name:>{width}}" for name, width in columns))
    print(
        f"{'a register':<12}{SUPPLIERS:>10}{review.accepted:>10}{review.precision:>11.3f}"
        f"{review.asked:>8}{review.asked / SUPPLIERS:>8.1%}"
    )
    is_met = review.precision >= MIN_PRECISION and review.asked <= MOST_ASKED * SUPPLIERS
    return (
        f"{planted} of {len(graph.planted)} planted chains found, {len(shortest)} paths, "
        f"{false} false, {missing} missing, {unsourced} steps without a source; names: precision "
        f"{review.precision:.3f} at the accept band, "
        f"{review.asked / SUPPLIERS:.1%} of {SUPPLIERS:,} suppliers asked about "
        f"({'met' if is_met else 'NOT MET'})"
    )


@dataclass(frozen=True)
class Review:
    """Suppliers that were linked to a register by name, and those that a person is asked about."""

    accepted: int
    right: int
    asked: int

    @property
    def precision(self) -> float:
        """Share of the accepted links that are right."""
        return self.right / max(self.accepted, 1)


def review_of_names(suppliers: int, register: int) -> Review:
    """Link suppliers as a vendor list writes them to a register, as a run does.

    Args:
        suppliers: how many; of them `ABSENT_SHARE` are not in the register.
        register: entries of the register.
    """
    rng = random.Random(SEED)
    entries = made_register(rng, register)
    queries = made_queries(rng, entries, suppliers, ABSENT_SHARE)
    truth = {
        query.party.id: None if query.truth is None else entries[query.truth].id
        for query in queries
    }
    found = link(
        [query.party for query in queries],
        "a_register",
        entries,
        rules_of(configs.load().identity),
        Memory({}, frozenset(), AS_OF),
    )
    accepted = [one for one in found if one.is_accepted]
    asked = {one.supplier_id for one in found if not one.is_accepted}
    right = sum(one.entry.id == truth[one.supplier_id] for one in accepted)
    return Review(len(accepted), right, len(asked))
