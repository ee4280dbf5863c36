"""A publisher's list that is cut off between two rows is reported, also in a first run."""

import polars as pl
import pytest

from signals.conservation import Settled
from signals.registry import sources
from signals.source import Staged
from signals.unusable_input import fewer_than_usual

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
