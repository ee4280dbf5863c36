"""What registers and lists state: entries, statements, and that no list has an entry."""

import datetime as dt

import polars as pl
import pytest

from scoring.questionnaires.register_facts import register_facts
from tests.scoring.questionnaires.questions_sample import AS_OF, point

POINTS = {
    each.id: each
    for each in (
        point("legal_name", held_by="public", known_by="gleif;other_register"),
        point("sanctions", held_by="public", known_by="list_a;list_b"),
        point("modern_slavery_statement", held_by="public", known_by="statements"),
        point("grievance_mechanism", held_by="supplier", known_by="sites"),
    )
}
TITLES = {
    "gleif": "GLEIF",
    "list_a": "List A",
    "list_b": "List B",
    "statements": "Registry",
    "sites": "Sites",
}
LINK_SCHEMA = dict.fromkeys(
    ("supplier_id", "register", "register_id", "band", "match_basis", "matched_name"), pl.String
)
FLAG_SCHEMA = {
    **dict.fromkeys(("supplier_id", "flag", "list", "listed_name", "status"), pl.String),
    "listed_on": pl.Date,
    "path": pl.String,
}
CHECKED = [
    {"list_id": "list_a", "title": "List A", "status": "checked", "content_of": "2022-02-01"},
    {"list_id": "list_b", "title": "List B", "status": "checked", "content_of": "2022-01-15"},
]


def facts(links=(), flags=(), checks=()):
    return register_facts(
        ["a", "b"],
        pl.DataFrame(list(links), schema=LINK_SCHEMA, orient="row"),
        pl.DataFrame(
            [(*flag, None)[: len(FLAG_SCHEMA)] for flag in flags], schema=FLAG_SCHEMA, orient="row"
        ),
        checks,
        POINTS,
        TITLES,
        AS_OF,
    )


@pytest.mark.parametrize(
    ("basis", "sure"), [("identifier", "high"), ("decision", "high"), ("name", "medium")]
)
def test_an_accepted_match_states_the_entry(basis, sure) -> None:
    rows = facts([("a", "gleif", "529900", "accept", basis, "Coffee SA")])
    assert rows.rows() == [
        ("a", "legal_name", "gleif", AS_OF, sure, "GLEIF: entry 529900, Coffee SA.")
    ]


def test_a_match_to_be_reviewed_and_a_register_that_does_not_state_it_give_nothing() -> None:
    links = [
        ("a", "gleif", "1", "review", "name", "Coffee"),
        ("a", "list_a", "2", "accept", "name", "Coffee"),
    ]
    assert facts(links).is_empty()


def test_a_statement_is_a_fact_of_its_day() -> None:
    day = dt.date(2021, 5, 1)
    rows = facts(flags=[("a", "Published statement", "Registry", "Coffee", "a public fact", day)])
    assert rows.rows() == [
        (
            "a", "modern_slavery_statement", "statements", day, "medium",
            "Registry: statement of Coffee.",
        )
    ]  # fmt: skip


def test_no_entry_is_known_where_every_list_was_checked_as_of_the_oldest() -> None:
    rows = facts(checks=CHECKED)
    assert rows["supplier_id"].to_list() == ["a", "b"]
    assert rows["known_value"].to_list() == ["No entry found: List A, List B."] * 2
    assert rows["known_on"].to_list() == [dt.date(2022, 1, 15)] * 2


def test_a_mechanism_that_a_register_states_at_the_site_is_known_by_it() -> None:
    day = dt.date(2026, 5, 1)
    flag = ("a", "Grievance mechanism", "Sites", "Coffee Mill", "a public fact", day, "Hotline")
    (row,) = facts(flags=[flag]).rows()
    assert row == (
        "a", "grievance_mechanism", "sites", day, "medium", "Sites: Hotline (Coffee Mill).",
    )  # fmt: skip
    assert facts(
        flags=[("a", "Grievance mechanism", "Other", "Coffee Mill", "", day, "x")]
    ).is_empty()


@pytest.mark.parametrize("checks", [(), [CHECKED[0], {**CHECKED[1], "status": "not_checked"}]])
def test_a_list_that_was_not_checked_leaves_it_open(checks) -> None:
    assert facts(checks=checks).is_empty()


def test_an_entry_is_stated_and_a_possible_one_leaves_it_open() -> None:
    flags = [
        ("a", "Import ban", "List A", "Coffee", "on the list", None),
        ("b", "Import ban", "List A", "Tea", "possible: check before use", None),
    ]
    rows = facts(flags=flags, checks=CHECKED)
    assert rows["supplier_id"].to_list() == ["a"]
    assert rows["known_value"].item() == "List A: Coffee (on the list)."
