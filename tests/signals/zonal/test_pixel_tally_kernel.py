"""Pixels counted 64 at a time, against the same pixels counted one by one."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from signals.numba_cache import compiled
from signals.zonal.bitmask import count_bits, equal_bits, first_bit
from signals.zonal.pixel_coverage import Runs
from signals.zonal.pixel_tally_kernel import class_areas_of_runs


@compiled
def _bits(pixels: NDArray[np.uint8], first: int, others: NDArray[np.uint8]) -> tuple[int, int]:
    equal = equal_bits(pixels, first, others, 0)
    return count_bits(equal), first_bit(equal)


def test_words_compare_64_pixels_from_any_place() -> None:
    pixels = np.zeros(130, np.uint8)
    pixels[[5, 70, 129]] = 9

    assert _bits(pixels, 0, np.full(64, 9, np.uint8)) == (1, 5)
    assert _bits(pixels, 66, np.full(64, 9, np.uint8)) == (2, 4)


def _runs(rows: list[int], starts: list[int], stops: list[int], shares: list[float]) -> Runs:
    return Runs(
        np.array(rows, np.int32),
        np.array(starts, np.int32),
        np.array(stops, np.int32),
        np.array(shares, np.float64),
        np.array([0, len(rows)]),
    )


@pytest.mark.parametrize("width", [40, 64, 65, 200], ids=lambda width: f"{width} wide")
@pytest.mark.parametrize("others", [0.0, 0.2, 0.9], ids=["one value", "a usual one", "many"])
def test_every_stretch_of_a_window_counts_each_pixel_once(width: int, others: float) -> None:
    random = np.random.default_rng(5)
    pixels = random.integers(0, 7, (4, width)).astype(np.uint8)
    pixels[random.random(pixels.shape) >= others] = 3
    areas = np.array([[1.0], [2.0], [4.0], [8.0]])
    for start in range(0, width, 7):
        for stop in range(start + 1, width + 1, 5):
            runs = _runs([1, 3], [start, start], [stop, stop], [0.5, 1.0])
            found = class_areas_of_runs(
                pixels, np.arange(256, dtype=np.uint32), 256, runs, areas, width
            )
            expected = np.bincount(pixels[1, start:stop], minlength=256) + 8.0 * np.bincount(
                pixels[3, start:stop], minlength=256
            )
            np.testing.assert_array_equal(found[0], expected)


@settings(max_examples=40)
@given(st.integers(0, 2**32 - 1), st.integers(1, 6), st.integers(1, 300), st.integers(1, 300))
def test_the_usual_value_changes_nothing_but_the_time(
    seed: int, height: int, width: int, segment: int
) -> None:
    random = np.random.default_rng(seed)
    pixels = random.integers(0, 5, (height, width)).astype(np.uint8)
    pixels[random.random(pixels.shape) < random.random()] = random.integers(0, 5)
    # Whole hectares and halves of pixels add up without rounding.
    areas = random.integers(1, 9, (height, -(-width // segment))).astype(np.float64)
    starts = random.integers(0, width, height)
    stops = random.integers(starts + 1, width + 1)
    shares = random.choice([0.5, 1.0], height)
    runs = _runs(list(range(height)), starts.tolist(), stops.tolist(), shares.tolist())
    table = np.array([2, 0, 1, 1, 3], np.uint32)

    found = class_areas_of_runs(pixels, table, 4, runs, areas, segment)

    expected = np.zeros(4)
    for row in range(height):
        for column in range(starts[row], stops[row]):
            expected[table[pixels[row, column]]] += shares[row] * areas[row, column // segment]
    np.testing.assert_array_equal(found[0], expected)
