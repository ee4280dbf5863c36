"""A graph of companies with chains from suppliers to listed companies, whose truth is known."""

from __future__ import annotations

import datetime as dt
import random
from collections import defaultdict
from dataclasses import dataclass

import polars as pl

from suppliers.relations.relation_graph import MOST_RELATIONS, RELATION_SCHEMA

COMPANIES, RELATIONS, SUPPLIERS, LISTED, CHAINS = 200_000, 1_000_000, 10_000, 500, 1_000
SEED = 20_261_129
AS_OF = dt.date(2026, 11, 1)
_SINCE = dt.date(2019, 1, 1)
#: Companies of one neighbourhood: a group with its addresses. Some relations lead out of it.
_NEIGHBOURHOOD = 20
_OUTWARD_SHARE = 0.005
_KINDS = ("parent", "same_address", "same_identifier", "former_name", "shipment")

#: Start, entry: relations of the shortest path and its certainty.
Truth = dict[tuple[str, str], tuple[int, float]]


@dataclass(frozen=True)
class SyntheticGraph:
    """A graph and what is true of it.

    Attributes:
        relations: columns of `RELATION_SCHEMA`.
        suppliers: ids of the suppliers' nodes.
        listed: node_id, list_id, entry_id, confidence.
        planted: start, entry and the certainty of each planted chain.
    """

    relations: pl.DataFrame
    suppliers: pl.Series
    listed: pl.DataFrame
    planted: tuple[tuple[str, str, float], ...]


def synthetic_graph() -> SyntheticGraph:
    """The graph: neighbourhoods without a listed company, and planted chains through them."""
    rng = random.Random(SEED)
    suppliers = [f"supplier:{n}" for n in range(SUPPLIERS)]
    listed = [f"listed:{n}" for n in range(LISTED)]
    others = [f"company:{n}" for n in range(COMPANIES - SUPPLIERS - LISTED)]
    nodes = [*others, *suppliers]
    rng.shuffle(nodes)
    rows: list[tuple[object, ...]] = []
    planted = []
    between = iter(rng.sample(others, CHAINS * (MOST_RELATIONS - 1)))
    for n in range(CHAINS):
        start, end, length = suppliers[n], listed[n % LISTED], 1 + n % MOST_RELATIONS
        chain = [start, *(next(between) for _ in range(length - 1)), end]
        certainties = [round(rng.uniform(0.3, 1.0), 3) for _ in range(length)]
        for one, other, certainty in zip(chain, chain[1:], certainties, strict=False):
            rows.append(_row(rng.choice(_KINDS), one, other, certainty))
        planted.append((start, end.removeprefix("listed:"), min(certainties)))
    while len(rows) < RELATIONS:
        at = rng.randrange(len(nodes))
        if rng.random() < _OUTWARD_SHARE:
            other = nodes[rng.randrange(len(nodes))]
        else:
            first = at - at % _NEIGHBOURHOOD
            other = nodes[min(first + rng.randrange(_NEIGHBOURHOOD), len(nodes) - 1)]
        if nodes[at] != other:
            kind = rng.choice(_KINDS[1:])
            rows.append(_row(kind, nodes[at], other, round(rng.uniform(0.3, 1.0), 3)))
    frame = pl.DataFrame(rows, schema=RELATION_SCHEMA, orient="row")
    entries = pl.DataFrame({"node_id": listed}).with_columns(
        list_id=pl.lit("a_list"),
        entry_id=pl.col("node_id").str.strip_prefix("listed:"),
        confidence=pl.lit(1.0),
    )
    return SyntheticGraph(frame, pl.Series(suppliers), entries, tuple(planted))


def _row(kind: str, one: str, other: str, certainty: float) -> tuple[object, ...]:
    link = f"https://example.org/{one}/{other}"
    return (
        kind,
        one,
        other,
        "synthetic",
        "synthetic.csv",
        link,
        _SINCE,
        None,
        _SINCE,
        certainty,
        None,
    )


def truth_of(graph: SyntheticGraph, relations: pl.DataFrame) -> Truth:
    """Shortest paths by another way: from each listed company outwards, in plain Python."""
    before: dict[str, list[tuple[str, float]]] = defaultdict(list)
    for kind, one, other, certainty in relations.select(
        "kind", "from_id", "to_id", "confidence"
    ).iter_rows():
        before[other].append((one, certainty))
        if kind != "shipment":
            before[one].append((other, certainty))
    starts = set(graph.suppliers)
    truth: Truth = {}
    for node, entry in graph.listed.select("node_id", "entry_id").iter_rows():
        seen, front = {node}, {node: 1.0}
        for length in range(1, MOST_RELATIONS + 1):
            further: dict[str, float] = {}
            for at, sure in front.items():
                for other, certainty in before[at]:
                    if other not in seen:
                        further[other] = max(further.get(other, 0.0), min(sure, certainty))
            seen |= further.keys()
            front = further
            for at, sure in front.items():
                if at in starts:
                    truth[at, entry] = (length, sure)
    return truth
