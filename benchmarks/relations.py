"""Time to find the paths of 10,000 suppliers to listed companies."""

from __future__ import annotations

import time

import polars as pl

import configs
from benchmarks.synthetic_companies import known_companies, rules_of
from benchmarks.synthetic_relations import AS_OF, RELATIONS, SUPPLIERS, synthetic_graph
from flows.run.identity.related_companies import relate
from suppliers.identity.linking import Memory
from suppliers.relations.listed_areas import HIT_SCHEMA
from suppliers.relations.relation_graph import paths_to_lists, sound_relations

ID = "relations"
GOAL = "10,000 suppliers, 200,000 companies, 1 million relations: <= 5 s; all of relate() beside it"


def run() -> str:
    """Check the relations and find the paths, once; and all that a run does with relations.

    Returns:
        Seconds of both, of the clock and of the processor.
    """
    graph = synthetic_graph()
    start, busy = time.perf_counter(), time.process_time()
    sound = sound_relations(graph.relations, AS_OF)
    checked = time.perf_counter()
    steps = paths_to_lists(sound.relations, graph.suppliers, graph.listed)
    end = time.perf_counter()
    searched = time.process_time() - busy
    known, rules = known_companies(), rules_of(configs.load().identity)
    memory, direct = Memory({}, frozenset(), AS_OF), pl.DataFrame(schema=HIT_SCHEMA)
    begun, busy = time.perf_counter(), time.process_time()
    related = relate(known, direct, rules, memory)
    whole, whole_busy = time.perf_counter() - begun, time.process_time() - busy
    count = sum(related.counts["relations"].values())
    print(f"{'step':<28}{'seconds':>9}")
    print(f"{'check relations':<28}{checked - start:>9.2f}")
    print(f"{'find paths':<28}{end - checked:>9.2f}")
    print(f"{'relate, whole':<28}{whole:>9.2f}")
    return (
        f"{SUPPLIERS:,} suppliers, {RELATIONS:,} relations: {end - start:.1f} s "
        f"({searched:.1f} s of the processor), {steps.height:,} steps of paths; relate() from "
        f"register rows, names and lists ({count:,} relations, {related.flags.height:,} paths): "
        f"{whole:.1f} s ({whole_busy:.1f} s of the processor)"
    )
