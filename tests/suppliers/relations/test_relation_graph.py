"""Paths over relations: shortest and surest first, as sure as the weakest, never by a circle."""

from __future__ import annotations

import datetime as dt
import itertools
import random
import re

import polars as pl
import pytest

from suppliers.relations.relation_graph import (
    GOODS_OF_A_SISTER,
    MOST_RELATIONS,
    REASONS,
    RELATION_SCHEMA,
    paths_to_lists,
    reachable,
    sound_relations,
)

DAY = dt.date(2020, 1, 1)
AS_OF = dt.date(2024, 6, 1)


def relation(
    kind: str, one: str, other: str, confidence: float = 1.0, **values: object
) -> dict[str, object]:
    return {
        "kind": kind, "from_id": one, "to_id": other, "source": "a_register", "origin": "f.csv",
        "link": None, "valid_from": DAY, "valid_to": None, "known_on": DAY,
        "confidence": confidence, "note": None, **values,
    }  # fmt: skip


def frame(*rows: dict[str, object]) -> pl.DataFrame:
    return pl.DataFrame(list(rows), schema=RELATION_SCHEMA, orient="row")


def listed(*nodes: str) -> pl.DataFrame:
    return pl.DataFrame(
        {"node_id": nodes, "list_id": "bans", "entry_id": nodes, "confidence": 1.0},
        schema={"node_id": pl.String, "list_id": pl.String, "entry_id": pl.String,
                "confidence": pl.Float64},
    )  # fmt: skip


def paths(
    relations: pl.DataFrame, *ends: str, start: str = "s"
) -> list[tuple[int, float, list[str]]]:
    steps = paths_to_lists(relations, pl.Series([start]), listed(*ends))
    return [
        (group["relations"][0], group["certainty"][0], group["to_id"].to_list())
        for _, group in steps.group_by("entry_id", "relations", maintain_order=True)
    ]


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        # A path is as sure as its weakest relation.
        ([("match", "s", "a", 0.9), ("parent", "a", "x", 0.6)], [(2, 0.6, ["a", "x"])]),
        # Both ways along ownership, by a common parent.
        ([("parent", "s", "p", 1.0), ("parent", "x", "p", 1.0)], [(2, 1.0, ["p", "x"])]),
        # Goods: to the shipper, never to the consignee.
        ([("shipment", "s", "x", 0.9)], [(1, 0.9, ["x"])]),
        ([("shipment", "x", "s", 0.9)], []),
        # Of two equally long paths the surer one.
        (
            [("match", "s", "a", 0.5), ("match", "s", "b", 0.8), ("parent", "a", "x", 1.0),
             ("parent", "b", "x", 1.0)],
            [(2, 0.8, ["b", "x"])],
        ),
        # What a sister company receives is weak evidence, however sure each step is.
        (
            [("parent", "s", "p", 1.0), ("parent", "b", "p", 1.0), ("shipment", "b", "x", 0.95)],
            [(3, 0.5, ["p", "b", "x"])],
        ),
        (
            [("match", "s", "a", 1.0), ("parent", "a", "p", 1.0), ("parent", "b", "p", 1.0),
             ("shipment", "b", "x", 0.4)],
            [(4, 0.4, ["a", "p", "b", "x"])],
        ),
        # The supplier's own subsidiary and its parent are no sisters.
        ([("parent", "b", "s", 1.0), ("shipment", "b", "x", 0.95)], [(2, 0.95, ["b", "x"])]),
        ([("parent", "s", "p", 1.0), ("shipment", "p", "x", 0.95)], [(2, 0.95, ["p", "x"])]),
        # The listed company is a sister of the shipper: the goods are the supplier's own.
        (
            [("shipment", "s", "m", 0.95), ("parent", "m", "p", 1.0), ("parent", "x", "p", 1.0)],
            [(3, 0.95, ["m", "p", "x"])],
        ),
        # Goods of a sister, and a surer way of the same length without them.
        (
            [("parent", "s", "p", 1.0), ("parent", "b", "p", 1.0), ("shipment", "b", "x", 0.95),
             ("same_address", "s", "c", 0.7), ("same_address", "c", "d", 0.6),
             ("same_address", "d", "x", 0.7)],
            [(3, 0.6, ["c", "d", "x"])],
        ),
        # And one behind a company that both ways come by, less sure but no sister's.
        (
            [("parent", "s", "p", 1.0), ("parent", "b", "p", 1.0), ("shipment", "b", "x", 0.95),
             ("same_address", "b", "x", 0.7)],
            [(3, 0.7, ["p", "b", "x"])],
        ),
        # A longer path beside a shorter one only where it is surer.
        (
            [("same_address", "s", "x", 0.4), ("parent", "s", "p", 1.0), ("parent", "p", "x", 1.0)],
            [(1, 0.4, ["x"]), (2, 1.0, ["p", "x"])],
        ),
        (
            [("parent", "s", "x", 1.0), ("parent", "s", "p", 1.0), ("parent", "p", "x", 1.0)],
            [(1, 1.0, ["x"])],
        ),
    ],
)  # fmt: skip
def test_hand_made_paths(
    rows: list[tuple[str, str, str, float]], expected: list[tuple[int, float, list[str]]]
) -> None:
    assert paths(frame(*(relation(*row) for row in rows)), "x") == expected


@pytest.mark.parametrize("length", [1, 2, 3, 4, 5])
def test_a_path_has_at_most_four_relations(length: int) -> None:
    nodes = ["s", *(f"n{n}" for n in range(length - 1)), "x"]
    chain = frame(*(relation("parent", a, b) for a, b in itertools.pairwise(nodes)))
    assert len(paths(chain, "x")) == (length <= MOST_RELATIONS)
    assert ("x" in reachable(chain, pl.Series(["s"]))) == (length <= MOST_RELATIONS)


def test_a_supplier_that_is_itself_listed_has_no_path_to_its_own_entry() -> None:
    assert paths(frame(relation("parent", "s", "p")), "s") == []


@pytest.mark.parametrize(
    ("row", "rule"),
    [
        (relation("parent", "a", "a"), "own_parent"),
        (relation("same_address", "a", "a"), "relation_to_itself"),
        (relation("parent", "a", "b", valid_to=dt.date(2019, 1, 1)), "ends_before_it_begins"),
        (relation("parent", "a", "b", 1.2), "confidence_is_a_share"),
        (relation("parent", "a", "b", 0.0), "confidence_is_a_share"),
    ],
)
def test_a_contradictory_relation_is_rejected_by_its_rule(
    row: dict[str, object], rule: str
) -> None:
    sound = sound_relations(frame(row, relation("parent", "c", "d")), AS_OF)
    assert sound.rejected["rule"].to_list() == [rule]
    assert sound.relations["from_id"].to_list() == ["c"]
    assert rule in REASONS


def test_a_circle_of_ownership_is_rejected_and_what_hangs_on_it_stays() -> None:
    rows = [("a", "b"), ("b", "c"), ("c", "a"), ("child", "a"), ("x", "y"), ("y", "x")]
    sound = sound_relations(frame(*(relation("parent", *row) for row in rows)), AS_OF)
    assert set(sound.rejected["rule"]) == {"circle_of_ownership"}
    assert sound.rejected.height == 5
    assert sound.relations.select("from_id", "to_id").rows() == [("child", "a")]


def test_only_relations_in_force_and_known_on_the_day_are_used() -> None:
    later = dt.date(2024, 7, 1)
    sound = sound_relations(
        frame(
            relation("parent", "a", "b", known_on=later),
            relation("parent", "c", "d", valid_from=later, known_on=None),
            relation("parent", "e", "f", valid_to=dt.date(2024, 5, 1)),
            relation("parent", "g", "h", valid_to=AS_OF),
            relation("parent", "i", "j", valid_from=None, known_on=None),
        ),
        AS_OF,
    )
    assert sound.relations["from_id"].to_list() == ["g", "i"]
    assert (sound.later, sound.ended) == (2, 1)


@pytest.mark.parametrize("seed", range(12))
def test_paths_are_those_of_a_plain_search(seed: int) -> None:
    rng = random.Random(seed)
    nodes = [f"n{n}" for n in range(14)]
    rows = []
    for _ in range(24):
        one, other = rng.sample(nodes, 2)
        kind = rng.choice(["parent", "same_address", "shipment"])
        rows.append(relation(kind, one, other, rng.choice([0.3, 0.5, 0.7, 0.9])))
    relations = frame(*rows).unique(["kind", "from_id", "to_id"], maintain_order=True)
    onward: dict[str, list[tuple[str, float, str]]] = {}
    for kind, one, other, sure in relations.select("kind", "from_id", "to_id", "confidence").rows():
        onward.setdefault(one, []).append(
            (other, sure, {"parent": "u", "shipment": "g"}.get(kind, "-"))
        )
        if kind != "shipment":
            onward.setdefault(other, []).append((one, sure, "d" if kind == "parent" else "-"))
    best: dict[int, float] = {}

    def walk(at: str, seen: tuple[str, ...], sure: float, course: str) -> None:
        if re.search("u.*d.*g", course):
            sure = min(sure, GOODS_OF_A_SISTER)
        if at == "n1" and len(seen) > 1:
            best[len(seen) - 1] = max(best.get(len(seen) - 1, 0.0), sure)
            return
        if len(seen) <= MOST_RELATIONS:
            for other, confidence, step in onward.get(at, ()):
                if other not in seen:
                    walk(other, (*seen, other), min(sure, confidence), course + step)

    walk("n0", ("n0",), 1.0, "")
    expected, surest = [], 0.0
    for length in sorted(best):
        if best[length] > surest:
            surest = best[length]
            expected.append((length, surest))
    found = paths(relations, "n1", start="n0")
    assert [(length, sure) for length, sure, _ in found] == expected


def test_checks_keep_the_order_of_many_relations() -> None:
    rows = pl.DataFrame({"number": range(200_000)}).select(
        pl.format("c{}", pl.col("number") * 7919 % 200_000).alias("from_id"),
        pl.format("d{}", "number").alias("to_id"),
        kind=pl.lit("parent"), confidence=pl.lit(1.0), known_on=pl.lit(DAY),
    )  # fmt: skip
    many = rows.select(
        (pl.col(name) if name in rows.columns else pl.lit(None)).cast(kind).alias(name)
        for name, kind in RELATION_SCHEMA.items()
    )
    assert sound_relations(many, AS_OF).relations.equals(many)
