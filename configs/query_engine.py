"""How Polars computes: in memory, and not in a stream of parts.

A stream divides rows into parts by what the machine does at that moment. Of a part of one row, a
division is a product with the reciprocal, and sums are added in the order in which parts end, so
that a value may differ in its last bit from one run to the next.
"""

import os

import polars as pl

_VARIABLE = "POLARS_ENGINE_AFFINITY"


def compute_in_memory() -> None:
    """Have the queries of this process computed in memory, unless its environment says how."""
    if _VARIABLE not in os.environ:
        pl.Config.set_engine_affinity("in-memory")
