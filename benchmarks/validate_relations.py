"""Chains planted in a graph of companies: all are found, and no path that is not there."""

from __future__ import annotations

import polars as pl

from benchmarks.synthetic_relations import AS_OF, Truth, synthetic_graph, truth_of
from suppliers.relations.relation_graph import paths_to_lists, sound_relations

ID = "relations"
GOAL = "chains planted among 200,000 companies: all found, none false, every step with its source"
KIND = "validate"


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
    return (
        f"{planted} of {len(graph.planted)} planted chains found, {len(shortest)} paths, "
        f"{false} false, {missing} missing, {unsourced} steps without a source"
    )
