"""A publisher's list that is cut off between two rows is reported, also in a first run."""

import datetime as dt

import polars as pl
import pytest

from signals.conservation import Settled
from signals.registry import sources
from signals.source import Staged
from signals.unusable_input import fewer_than_usual, known_later

CARD = sources()["us_screening_list"].CARD
LEAST = CARD.expected_rows[0]


def settled(*heights: int) -> Settled:
    return Settled(
        tuple(Staged(f"t{at}", pl.DataFrame({"a": [0] * n})) for at, n in enumerate(heights)), {}
    )


@pytest.mark.parametrize("heights", [(LEAST,), (LEAST - 1, 1), (LEAST * 2,)])
def test_a_usual_answer_has_no_sentence(heights: tuple[int, ...]) -> None:
    assert fewer_than_usual(CARD, settled(*heights)) is None


def test_half_a_list_is_reported_with_both_numbers() -> None:
    sentence = fewer_than_usual(CARD, settled(3_000, 20)) or ""
    assert "3,020 rows" in sentence
    assert f"{LEAST:,}" in sentence


def test_a_source_without_any_row_has_a_sentence_of_its_own() -> None:
    assert fewer_than_usual(CARD, settled(0)) is None


def known_on(*days: str | None) -> Settled:
    rows = pl.DataFrame(
        {"published_on": [day and dt.date.fromisoformat(day) for day in days]},
        schema={"published_on": pl.Date},
    )
    return Settled((Staged("t", rows), Staged("other", pl.DataFrame({"a": [1]}))), {})


@pytest.mark.parametrize("days", [("2026-11-01",), ("2026-11-29", "2026-10-01"), (None,), ()])
def test_a_source_with_a_row_known_by_the_day_has_no_sentence(days: tuple[str | None, ...]) -> None:
    assert known_later(CARD, known_on(*days), dt.date(2026, 11, 1)) is None


def test_rows_that_all_became_known_later_are_named_with_the_day_that_has_them() -> None:
    sentence = known_later(CARD, known_on("2026-11-29", "2026-11-05"), dt.date(2026, 11, 1)) or ""
    assert "all of its 2 rows became known after the as-of date 2026-11-01" in sentence
    assert "use 2026-11-05 or a later as-of date" in sentence
    assert "sources.us_screening_list.options.known_since" in sentence
    signal_source = sources()["precipitation"].CARD
    assert "known_since" not in (
        known_later(signal_source, known_on("2026-11-29"), dt.date(2026, 11, 1)) or "known_since"
    )
