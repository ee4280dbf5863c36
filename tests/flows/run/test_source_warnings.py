"""Warnings about sources: one sentence where the connection itself failed."""

from typing import Any

import pytest

from flows.run.results.source_warnings import source_warnings


def _unreached(title: str) -> dict[str, Any]:
    reason = f"https://{title}.example/a: the connection failed (ConnectError); run again later."
    return {"title": title, "status": "unavailable", "reason": reason}


@pytest.mark.parametrize("count", [1, 2])
def test_a_few_sources_are_named_with_their_reason(count: int) -> None:
    assert source_warnings([_unreached(f"s{n}") for n in range(count)]) == [
        f"Source s{n} is unavailable: https://s{n}.example/a: the connection failed "
        "(ConnectError); run again later."
        for n in range(count)
    ]


def test_many_are_one_sentence_and_other_reasons_stay() -> None:
    read = {"title": "Read", "status": "read", "reason": None, "not_used": "no row is in force"}
    gone = {"title": "Gone", "status": "unavailable", "reason": "https://g.example: HTTP 404"}
    part = {"title": "Part", "status": "read", "reason": None, "stopped_early": "10 of 20 pages."}
    assert source_warnings([*map(_unreached, ["c", "a", "b"]), read, gone, part]) == [
        "3 sources could not be reached: a, b, c. Check the connection to the internet, then run "
        "again.",
        "Source Gone is unavailable: https://g.example: HTTP 404.",
        "Source Part is used in part: 10 of 20 pages.",
        "Source Read: no row is in force.",
    ]
