"""Time to find the paths of 10,000 suppliers to listed companies."""

from __future__ import annotations

import time

from benchmarks.synthetic_relations import AS_OF, RELATIONS, SUPPLIERS, synthetic_graph
from suppliers.relations.relation_graph import paths_to_lists, sound_relations

ID = "relations"
GOAL = "10,000 suppliers in a graph of 200,000 companies and 1 million relations: <= 5 s"


def run() -> str:
    """Check the relations and find the paths, once.

    Returns:
        Seconds of both steps, of the clock and of the processor.
    """
    graph = synthetic_graph()
    start, busy = time.perf_counter(), time.process_time()
    sound = sound_relations(graph.relations, AS_OF)
    checked = time.perf_counter()
    steps = paths_to_lists(sound.relations, graph.suppliers, graph.listed)
    end = time.perf_counter()
    print(f"{'step':<28}{'seconds':>9}")
    print(f"{'check relations':<28}{checked - start:>9.2f}")
    print(f"{'find paths':<28}{end - checked:>9.2f}")
    return (
        f"{SUPPLIERS:,} suppliers, {RELATIONS:,} relations: {end - start:.1f} s "
        f"({time.process_time() - busy:.1f} s of the processor), {steps.height:,} steps of paths"
    )
