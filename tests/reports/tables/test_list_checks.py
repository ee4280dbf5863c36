"""The first lines say which public lists were checked, of which day, and with how many hits."""

from __future__ import annotations

import polars as pl
import pytest

from reports.tables.list_checks import list_check_lines, list_check_texts, without_entry


def check(list_id: str = "l", **values: object) -> dict[str, object]:
    return {
        "list_id": list_id,
        "title": "Made-up list",
        "status": "checked",
        "reason": None,
        "content_of": "2026-11-05",
        "newest_entry": "2026-10-01",
        "entries": 1200,
        "suppliers_matched": 0,
        "suppliers_possible": 0,
        **values,
    }


@pytest.mark.parametrize(
    ("values", "text"),
    [
        ({}, "checked, list of 5 November 2026 (1,200 companies listed, no suppliers on it)."),
        (
            {"entries": 1, "suppliers_matched": 1, "suppliers_possible": 2},
            "checked, list of 5 November 2026 "
            "(1 company listed, 1 supplier on it, 2 suppliers to review).",
        ),
        (
            {"status": "not_checked", "reason": "the publisher does not answer."},
            "not checked (the publisher does not answer).",
        ),
    ],
)
def test_a_list_in_words(values: dict[str, object], text: str) -> None:
    assert list_check_texts({"list_checks": [check(**values)]}) == [f"Made-up list: {text}"]


def test_checked_lists_come_first_and_an_own_list_that_is_not_given_is_not_missing() -> None:
    absent = {"status": "not_checked", "reason": "no address or folder is set for it"}
    checks = [check("a", **absent), check("entity_list", **absent), check("b")]
    lines = list_check_lines({"list_checks": checks})
    assert [line["is_checked"] for line in lines] == [True, False]
    assert len(list_check_lines({"list_checks": [check("entity_list")]})) == 1
    assert list_check_lines({}) == []
    with pytest.raises(TypeError, match="list_checks"):
        list_check_texts({"list_checks": "none"})


def test_lists_without_an_entry_are_named_with_their_day_and_a_possible_one_is_left_out() -> None:
    checks = [check("a", title="List A"), check("b", title="List B", content_of="2026-10-01"),
              check("c", status="not_checked", reason="no address")]  # fmt: skip
    flags = pl.DataFrame({"supplier_id": ["s2", "s3", "s3"], "list_id": ["a", "a", "b"]})
    rows = without_entry({"list_checks": checks}, pl.Series(["s1", "s2", "s3"]), flags)
    assert rows.select("supplier_id", "sentence").rows() == [
        ("s1", "No entry found, each list as of the day given: List A, 2026-11-05; "
               "List B, 2026-10-01."),
        ("s2", "No entry found, each list as of the day given: List B, 2026-10-01."),
    ]  # fmt: skip
    assert without_entry({}, pl.Series(["s1"]), None).is_empty()
