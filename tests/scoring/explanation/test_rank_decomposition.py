"""The ledger of movements: parts that sum exactly and mean what they say."""

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.explanation.rank_decomposition import (
    PARTS,
    Floats,
    Method,
    Month,
    rank_changes,
)

NAN = np.nan


def method(weights: list[float], exponent: float = 1.0, coverage: float = 0.5) -> Method:
    return Method(np.array(weights), exponent, np.arange(len(weights)), coverage, 1)


def month(rows: list[list[float]] | Floats, ids: str | list[str] = "abc") -> Month:
    risk = np.array(rows, dtype=float)
    return Month(
        pl.Series(list(ids), dtype=pl.String), (risk, risk), np.ones(risk.shape, dtype=bool)
    )


EVEN = method([1.0, 1.0])
START = [[0.9, 0.9], [0.5, 0.5], [0.1, 0.1]]


def parts_of(ledger: pl.DataFrame, supplier: str) -> dict[str, float]:
    return ledger.filter(pl.col("supplier_id") == supplier).select(PARTS).to_dicts()[0]


@pytest.mark.parametrize(
    ("later", "methods", "supplier", "expected"),
    [
        # c rises past everyone by its own data; a is pushed down by its peers alone.
        (
            [[0.9, 0.9], [0.5, 0.5], [1.0, 1.0]],
            (EVEN, EVEN),
            "c",
            {"rank_change_from_own_data": -2.0},
        ),
        ([[0.9, 0.9], [0.5, 0.5], [1.0, 1.0]], (EVEN, EVEN), "a", {"rank_change_from_peers": 1.0}),
        # b loses the value that held it up: coverage.
        ([[0.9, 0.9], [0.5, NAN], [0.1, 0.1]], (EVEN, EVEN), "b", {}),
        # Nothing moves.
        (START, (EVEN, EVEN), "b", {}),
    ],
)
def test_a_single_cause_takes_the_whole_change(
    later: list[list[float]],
    methods: tuple[Method, Method],
    supplier: str,
    expected: dict[str, float],
) -> None:
    ledger = rank_changes(month(START), month(later), methods)
    assert parts_of(ledger, supplier) == pytest.approx(dict.fromkeys(PARTS, 0.0) | expected)


def test_a_change_of_weights_is_method_alone() -> None:
    rows = [[0.9, 0.1], [0.2, 0.8], [0.0, 0.0]]
    ledger = rank_changes(month(rows), month(rows), (method([3.0, 1.0]), method([1.0, 3.0])))
    assert ledger["rank_change"].to_list() == [1, -1, 0]
    assert parts_of(ledger, "a") == pytest.approx(
        {
            "rank_change_from_own_data": 0,
            "rank_change_from_coverage": 0,
            "rank_change_from_peers": 0,
            "rank_change_from_method": 1,
        }
    )


def test_losing_the_score_goes_to_coverage_and_ends_after_the_list() -> None:
    later = [[NAN, NAN], [0.5, 0.5], [0.1, 0.1]]
    ledger = rank_changes(month(START), month(later), (EVEN, EVEN))
    row = ledger.row(0, named=True)
    assert (row["rank_before"], row["rank_after"]) == (1, 3)
    assert row["rank_change_from_coverage"] == pytest.approx(2.0)


def test_new_and_gone_suppliers_are_named_and_not_split() -> None:
    ledger = rank_changes(month(START, "abc"), month(START, "abd"), (EVEN, EVEN))
    assert dict(ledger.select("supplier_id", "kind").rows()) == {
        "a": "moved",
        "b": "moved",
        "c": "gone",
        "d": "new",
    }
    assert ledger.filter(kind="new").select(PARTS).row(0) == (None,) * 4


values = st.one_of(st.just(NAN), st.sampled_from([0.0, 0.25, 0.5, 0.75, 1.0]))


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_parts_sum_exactly_and_ranks_are_those_of_the_months(data: st.DataObject) -> None:
    suppliers = data.draw(st.integers(1, 6))
    rows = st.lists(
        st.lists(values, min_size=3, max_size=3), min_size=suppliers, max_size=suppliers
    )
    before, after = (np.array(data.draw(rows)) for _ in range(2))
    methods = (method([1.0, 2.0, 1.0], 2.0), method([2.0, 1.0, 0.0], 1.0, 0.2))
    ids = [f"s{number}" for number in range(suppliers)]
    ledger = rank_changes(month(before, ids), month(after, ids), methods)
    total = ledger.select(pl.sum_horizontal(PARTS)).to_series().to_numpy()
    np.testing.assert_allclose(total, ledger["rank_change"].to_numpy(), atol=1e-9)
    scores = methods[1].scores(after, np.ones(after.shape, dtype=bool))
    expected = [
        1 + sum(other > score for other in scores)
        if np.isfinite(score)
        else 1 + int(np.isfinite(scores).sum())
        for score in scores
    ]
    assert ledger["rank_after"].to_list() == expected
