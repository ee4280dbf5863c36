"""Sums of values over runs of coverage, against sums of fractions."""

from fractions import Fraction

import numpy as np
import pytest

from signals.zonal.pixel_coverage import Runs
from signals.zonal.pixel_tally_kernel import sums_of_runs

EVERYTHING = (-np.inf, np.inf)


def _block(height: int, start: int, stop: int) -> Runs:
    """Rows that one polygon covers from one column to another, with an edge pixel before each."""
    rows = np.arange(height, dtype=np.int32)
    starts, stops = np.full(height, start, np.int32), np.full(height, stop, np.int32)
    ends = np.array([0, height])
    edge_columns, edge_shares = starts - np.int32(1), np.full(height, 0.3)
    return Runs(
        rows, starts, stops, np.ones(height), ends, rows.copy(), edge_columns, edge_shares, ends
    )


def test_whole_numbers_add_up_exactly_in_a_run() -> None:
    stored = np.random.default_rng(1).integers(-(2**31), 2**31, (1, 500)).astype(np.float64)
    sums = sums_of_runs(stored, 0.1, 7.0, *EVERYTHING, _block(1, 1, 500), np.ones((1, 1)), 500)[0]
    total = sum(int(value) for value in stored[0, 1:])
    edge = (stored[0, 0] * 0.1 + 7.0) * 0.3
    assert sums[0] == edge + (total * 0.1 + 7.0 * 499)


@pytest.mark.parametrize("segment", [7, 200])
def test_sums_of_real_numbers_are_within_their_bound(segment: int) -> None:
    random = np.random.default_rng(2)
    stored = random.uniform(-1.0, 1.0, (40, 200))
    stored[random.random(stored.shape) < 0.1] = np.nan
    runs, areas = _block(40, 3, 190), random.uniform(0.07, 0.09, (40, -(-200 // segment)))
    sums = sums_of_runs(stored, 1.0, 0.0, -0.5, 0.5, runs, areas, segment)[0]
    exact, size = [Fraction(0)] * 5, Fraction(0)
    for row in range(40):
        for column in range(2, 190):
            value, area = stored[row, column], Fraction(areas[row, column // segment])
            weight = area * (1 if column > 2 else Fraction(0.3))
            if np.isnan(value):
                exact[2] += weight
                continue
            size += abs(Fraction(value)) * weight
            kind = 0 if -0.5 <= value <= 0.5 else 3
            exact[kind] += Fraction(value) * weight
            exact[kind + 1] += weight
    found = sums[[0, 1, 2, 5, 4]]
    order = [exact[0], exact[1], exact[2], exact[3], exact[4]]
    addends = 40 * areas.shape[1] + 40 + 3
    for ours, theirs in zip(found, order, strict=True):
        assert abs(Fraction(ours) - theirs) <= Fraction(addends + 8 * 24, 2**53) * max(size, theirs)
    assert sums[[6, 7, 8]].sum() == 40 * 188
