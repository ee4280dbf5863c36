"""Ranks within a draw and quantiles over draws, against numpy and scipy."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.stats import rankdata

from scoring.simulation.rank_intervals import (
    CROWDED_SHARE,
    EXACT_TOP,
    NOT_RANKED,
    rank_draw,
)
from scoring.simulation.rank_quantiles import gather_ranks

NAN = float("nan")


def ranked(
    scores: NDArray[np.floating], cuts: list[int], *, exactly: bool
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the ranks, NaN where not ranked, and [suppliers, cuts] the membership."""
    places = np.array(cuts, dtype=np.int64)
    edges, shares = np.empty(len(cuts), np.int32), np.empty(len(cuts))
    memory = scores.copy()
    doubled: NDArray[Any] = memory.view(np.int64 if scores.dtype == np.float64 else np.int32)
    rank_draw(memory, doubled, places, edges, shares, exactly=exactly)
    ranks = np.where(doubled == NOT_RANKED, NAN, doubled / 2)
    member = np.where(doubled[:, None] < edges, 1.0, np.where(doubled[:, None] == edges, shares, 0))
    return ranks, np.where(np.isnan(ranks)[:, None], 0, member)


def average_ranks(scores: NDArray[np.floating]) -> NDArray[np.float64]:
    ranks = np.full(scores.size, NAN)
    scored = ~np.isnan(scores)
    ranks[scored] = rankdata(-scores[scored])
    return ranks


@pytest.mark.parametrize("exactly", [True, False])
@pytest.mark.parametrize(
    ("scores", "ranks", "in_top_2"),
    [
        ([0.3, 0.1, 0.2], [1, 3, 2], [1, 0, 1]),
        ([0.3, NAN, 0.3, 0.3], [2, NAN, 2, 2], [2 / 3, 0, 2 / 3, 2 / 3]),
        ([0.1, 0.9, 0.1], [2.5, 1, 2.5], [0.5, 1, 0.5]),
        ([0.5], [1], [1]),
        ([NAN, NAN], [NAN, NAN], [0, 0]),
        ([-0.2, 0.0, 1.3, 1.3], [4, 3, 1.5, 1.5], [0, 0, 1, 1]),
    ],
)
def test_hand_ranked_draws(
    scores: list[float], ranks: list[float], in_top_2: list[float], exactly: bool
) -> None:
    found, member = ranked(np.array(scores), [2], exactly=exactly)
    assert found == pytest.approx(ranks, nan_ok=True)
    assert member[:, 0] == pytest.approx(in_top_2)


@settings(deadline=None, max_examples=60)
@given(
    st.lists(
        st.one_of(st.just(NAN), st.floats(0, 1), st.sampled_from([0.25, 0.5])),
        min_size=1,
        max_size=80,
    ),
    st.booleans(),
)
def test_any_draw_is_ranked_as_by_scipy(scores: list[float], exactly: bool) -> None:
    given_scores = np.array(scores)
    ranks, member = ranked(given_scores, [1, 3, 200], exactly=exactly)
    np.testing.assert_array_equal(ranks, average_ranks(given_scores))
    scored = np.count_nonzero(~np.isnan(given_scores))
    assert member.sum(axis=0) == pytest.approx([min(k, scored) for k in (1, 3, 200)])


@pytest.mark.parametrize(
    "shape", ["normal", "even", "far leader", "two heaps", "heavy tie", "one value"]
)
def test_bins_keep_their_promise_on_any_shape(shape: str) -> None:
    random = np.random.default_rng(2)
    count = 120_000
    scores = {
        "normal": 0.4 + 0.1 * random.normal(size=count),
        "even": random.random(count),
        "far leader": np.append(0.2 + 0.01 * random.random(count - 1), 0.99),
        "two heaps": np.where(random.random(count) < 0.5, 0.2, 0.8) + 1e-5 * random.random(count),
        "heavy tie": np.where(random.random(count) < 0.3, 0.4, random.random(count)),
        "one value": np.full(count, 0.3),
    }[shape].astype(np.float32)
    scores[::1000] = NAN
    cuts = [1, 500, 1000, 60_000]
    ranks, member = ranked(scores, cuts, exactly=False)
    exact = average_ranks(scores)
    np.testing.assert_array_equal(np.isnan(ranks), np.isnan(exact))
    difference = np.abs(ranks - exact)
    assert np.nanmax(difference) <= 0.5 * CROWDED_SHARE * count
    assert np.nanmax(difference[exact <= EXACT_TOP], initial=0) == 0
    assert member.sum(axis=0) == pytest.approx(cuts)


@settings(deadline=None, max_examples=60)
@given(st.integers(1, 60), st.integers(1, 400), st.integers(0, 2**31), st.booleans())
def test_quantiles_are_those_of_sorted_draws(
    draws: int, highest: int, seed: int, some_unranked: bool
) -> None:
    random = np.random.default_rng(seed)
    doubled = random.integers(2, 2 + highest**2, size=(draws, 5)).astype(np.int32)
    if some_unranked:
        doubled[random.random(doubled.shape) < 0.3] = NOT_RANKED
    quantiles, in_top = np.empty((5, 3)), np.empty((5, 1))
    edges = random.integers(2, 2 + highest**2, size=(1, draws)).astype(np.int32)
    shares = random.random((1, draws))
    gather_ranks(doubled, 0, 5, 0.05, edges, shares, quantiles, in_top)
    for supplier in range(5):
        own = doubled[:, supplier]
        held = np.sort(own[own != NOT_RANKED]) / 2
        if held.size == 0:
            assert np.isnan(quantiles[supplier]).all()
            continue
        beyond = int(0.05 * (held.size - 1))
        expected = [held[beyond], np.median(held), held[-1 - beyond]]
        assert quantiles[supplier] == pytest.approx(expected)
        member = np.where(own < edges[0], 1, np.where(own == edges[0], shares[0], 0))
        assert in_top[supplier, 0] == pytest.approx(member.mean())


def test_only_the_suppliers_asked_for_are_written() -> None:
    doubled = np.full((3, 300), 8, dtype=np.int32)
    quantiles, in_top = np.zeros((300, 3)), np.zeros((300, 0))
    edges, shares = np.empty((0, 3), np.int32), np.empty((0, 3))
    gather_ranks(doubled, 130, 290, 0.05, edges, shares, quantiles, in_top)
    assert (quantiles[130:290] == 4).all()
    assert (quantiles[:130] == 0).all()
    assert (quantiles[290:] == 0).all()
