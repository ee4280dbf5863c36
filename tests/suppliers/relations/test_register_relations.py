"""Owners and successors as relations, and registers that contradict each other, by hand."""

from __future__ import annotations

import datetime as dt

import polars as pl
import pytest

from signals.sources.registers.register_ties import tie_frame
from suppliers.relations.register_contradictions import compare_registers
from suppliers.relations.register_relations import tie_relations
from suppliers.relations.relation_graph import RELATION_SCHEMA, sound_relations

DAY = dt.date(2020, 1, 1)
AS_OF = dt.date(2024, 6, 1)


def tie(one: str = "a", other: str = "b", **values: object) -> dict[str, object]:
    return {
        "register": "statements", "tie_id": f"{one}-{other}", "tie": "owner", "register_id": one,
        "other_id": other, "valid_from": DAY, "observed_to": DAY, "published_on": DAY,
        "origin": "f.json", **values,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("values", "confidence", "note"),
    [
        ({"least_percent": 60.0, "most_percent": 60.0, "is_direct": True}, 1.0, "60 %, direct"),
        ({"least_percent": 50.0, "most_percent": 50.0}, 0.7, "50 %"),
        ({"least_percent": 25.0, "most_percent": 50.0}, 0.7, "25 to 50 %"),
        ({"least_percent": 75.5, "is_direct": False}, 1.0, "75.5 % or more, indirect"),
        ({"most_percent": 10.0}, 0.7, "0 to 10 %"),
        ({}, 0.7, "share not stated"),
        ({"has_control": True, "is_direct": True}, 1.0, "control, direct"),
        ({"tie": "successor"}, 1.0, None),
    ],
)
def test_a_majority_or_control_is_sure(
    values: dict[str, object], confidence: float, note: str | None
) -> None:
    (row,) = tie_relations(tie_frame([tie(**values)])).iter_rows(named=True)
    assert (row["confidence"], row["note"], row["kind"]) == (
        confidence, note, values.get("tie", "owner"),
    )  # fmt: skip
    assert (row["from_id"], row["to_id"]) == ("statements:a", "statements:b")


@pytest.mark.parametrize(
    ("ties", "rules"),
    [
        ([tie("a", "a", least_percent=60.0)], {"own_parent"}),
        ([tie("a", "b", valid_to=dt.date(2019, 1, 1))], {"ends_before_it_begins"}),
        # Majorities in a circle contradict each other; small cross-holdings are usual.
        (
            [tie("a", "b", least_percent=60.0), tie("b", "a", least_percent=60.0)],
            {"circle_of_ownership"},
        ),
        ([tie("a", "b", least_percent=5.0), tie("b", "a", least_percent=5.0)], set()),
    ],
)
def test_statements_that_contradict_themselves(
    ties: list[dict[str, object]], rules: set[str]
) -> None:
    sound = sound_relations(tie_relations(tie_frame(ties)), AS_OF)
    assert set(sound.rejected["rule"]) == rules
    assert sound.relations.height == (0 if rules else len(ties))


def relation(kind: str, one: str, other: str, source: str, note: str | None = None) -> tuple:  # type: ignore[type-arg]
    return (kind, one, other, source, "f", None, DAY, None, DAY, 1.0, note)


NAMES = {"g:p": "Nordsee Holding AG", "s:p": "Nordsee Holding", "s:q": "Ostsee Beteiligungen AG"}
MATCHES = [relation("match", "supplier:1", f"{one}:a", one) for one in ("g", "s")]


@pytest.mark.parametrize(
    ("stated", "are_lowered"),
    [
        # Two registers name different parents.
        ([("parent", "g:a", "g:p", "g", "direct"), ("owner", "s:a", "s:q", "s", "80 %")], True),
        # The same parent by its name.
        ([("parent", "g:a", "g:p", "g", "direct"), ("owner", "s:a", "s:p", "s", "80 %")], False),
        # The one above the parent is no other parent.
        ([("parent", "g:a", "g:p", "g", "ultimate"), ("owner", "s:a", "s:q", "s", "80 %")], False),
        ([("parent", "g:a", "g:p", "g", "direct"),
          ("owner", "s:a", "s:q", "s", "80 %, indirect")], False),
        # One register that names two does not contradict another.
        ([("owner", "s:a", "s:p", "s", "60 %"), ("owner", "s:a", "s:q", "s", "60 %")], False),
        # A parent without a name may be the same.
        ([("parent", "g:a", "g:x", "g", "direct"), ("owner", "s:a", "s:q", "s", "80 %")], False),
    ],
)  # fmt: skip
def test_registers_that_contradict_each_other(
    stated: list[tuple[str, str, str, str, str]], are_lowered: bool
) -> None:
    rows = [*MATCHES, *(relation(*one) for one in stated)]
    relations = pl.DataFrame(rows, schema=RELATION_SCHEMA, orient="row")
    compared = compare_registers(relations, NAMES, least=0.84)
    assert compared.relations["confidence"].to_list() == [
        1.0, 1.0, *([0.7, 0.7] if are_lowered else [1.0, 1.0]),
    ]  # fmt: skip
    assert compared.contradicting.height == (2 if are_lowered else 0)


def test_parents_with_one_identifier_are_one_company() -> None:
    rows = [
        *MATCHES,
        relation("same_identifier", "g:p", "s:q", "g"),
        relation("parent", "g:a", "g:p", "g", "direct"),
        relation("owner", "s:a", "s:q", "s", "80 %"),
    ]
    relations = pl.DataFrame(rows, schema=RELATION_SCHEMA, orient="row")
    assert compare_registers(relations, NAMES, least=0.84).contradicting.is_empty()
