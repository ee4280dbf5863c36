"""The nearest point within reach: as a tree finds it, and none beyond."""

import numpy as np
from scipy.spatial import cKDTree

from suppliers.places.nearest_points import nearest_within


def test_the_nearest_within_reach_counts_and_none_beyond() -> None:
    known = np.array([[0.0, 0.0], [0.04, 0.0], [10.0, -0.001]])
    points = np.array([[0.03, 0.0], [0.0, -0.049], [0.0, -0.05], [10.0, 0.001], [50.0, 50.0]])
    assert nearest_within(known, points, 0.05).tolist() == [1, 0, -1, 2, -1]
    assert nearest_within(known[:0], points, 0.05).tolist() == [-1] * 5
    assert nearest_within(known, points[:0], 0.05).tolist() == []


def test_a_tree_finds_the_same() -> None:
    random = np.random.default_rng(3)
    known, points = random.uniform(-2, 2, (4000, 2)), random.uniform(-2, 2, (3000, 2))
    distance, place = cKDTree(known).query(points, distance_upper_bound=0.05)
    expected = np.where(np.isfinite(distance), place, -1)
    assert np.array_equal(nearest_within(known, points, 0.05), expected)
