"""A graph of companies with chains from suppliers to listed companies, whose truth is known."""

from __future__ import annotations

import datetime as dt
import random
import re
from collections import defaultdict
from dataclasses import dataclass

import polars as pl

from suppliers.relations.relation_graph import GOODS_OF_A_SISTER, MOST_RELATIONS, RELATION_SCHEMA

COMPANIES, RELATIONS, SUPPLIERS, LISTED, CHAINS = 200_000, 1_000_000, 10_000, 500, 1_000
SEED = 20_261_129
AS_OF = dt.date(2026, 11, 1)
_SINCE = dt.date(2019, 1, 1)
#: Companies of one neighbourhood: a group with its addresses. Some relations lead out of it.
_NEIGHBOURHOOD = 20
_OUTWARD_SHARE = 0.005
_KINDS = ("parent", "same_address", "same_identifier", "former_name", "shipment")
#: Courses of chains by goods of a sister company, and by the supplier's own.
_COURSES = (("parent", "subsidiary", "shipment"), ("shipment", "parent", "subsidiary"))
_COURSE_EVERY = 10

_BY_A_SISTER = re.compile("u.*d.*g")

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
        kinds = [rng.choice(_KINDS) for _ in range(length)]
        turn = n // MOST_RELATIONS % _COURSE_EVERY
        if length == len(_COURSES[0]) and turn < len(_COURSES):
            kinds = list(_COURSES[turn])
        for kind, one, other, certainty in zip(kinds, chain, chain[1:], certainties, strict=False):
            is_down = kind == "subsidiary"
            ends = (other, one) if is_down else (one, other)
            rows.append(_row("parent" if is_down else kind, *ends, certainty))
        most = GOODS_OF_A_SISTER if kinds == list(_COURSES[0]) else 1.0
        planted.append((start, end.removeprefix("listed:"), min(most, *certainties)))
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
    """Shortest paths by another way: from each listed company outwards, in plain Python.

    A path is followed with its course from the company to the list: `u` to an owner, `d` to a
    company that is owned, `g` to a shipper.
    """
    before: dict[str, list[tuple[str, float, str]]] = defaultdict(list)
    for kind, one, other, certainty in relations.select(
        "kind", "from_id", "to_id", "confidence"
    ).iter_rows():
        is_owner = kind == "parent"
        before[other].append((one, certainty, {"parent": "u", "shipment": "g"}.get(kind, "")))
        if kind != "shipment":
            before[one].append((other, certainty, "d" if is_owner else ""))
    starts = set(graph.suppliers)
    truth: Truth = {}
    for node, entry in graph.listed.select("node_id", "entry_id").iter_rows():
        seen: set[str] = {node}
        front: dict[tuple[str, str], float] = {(node, ""): 1.0}
        for length in range(1, MOST_RELATIONS + 1):
            further: dict[tuple[str, str], float] = {}
            for (at, course), sure in front.items():
                for other, certainty, step in before[at]:
                    if other not in seen:
                        whole = step + course
                        most = GOODS_OF_A_SISTER if _BY_A_SISTER.search(whole) else 1.0
                        key = other, whole
                        further[key] = max(further.get(key, 0.0), min(sure, certainty, most))
            front = further
            seen |= {at for at, _ in front}
            for (at, _), sure in front.items():
                if at in starts:
                    known = truth.get((at, entry), (length, 0.0))
                    if known[0] == length:
                        truth[at, entry] = (length, max(sure, known[1]))
    return truth
