"""Classes counted 64 pixels of 8 rows at a time, against the same pixels counted one by one."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from signals.zonal import class_count_kernel
from signals.zonal.class_count_kernel import class_areas_of_runs
from signals.zonal.pixel_coverage import Runs

BYTES = np.arange(256, dtype=np.uint32)


def _runs(
    rows: list[int],
    starts: list[int],
    stops: list[int],
    shares: list[float],
    edges: list[tuple[int, int, float]] | None = None,
) -> Runs:
    """Coverage by one polygon; edges have a row, a column and a share each."""
    crossed = np.array(edges or np.empty((0, 3)))
    return Runs(
        np.array(rows, np.int32),
        np.array(starts, np.int32),
        np.array(stops, np.int32),
        np.array(shares, np.float64),
        np.array([0, len(rows)]),
        crossed[:, 0].astype(np.int32),
        crossed[:, 1].astype(np.int32),
        crossed[:, 2].copy(),
        np.array([0, len(crossed)]),
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
            runs = _runs([1, 3], [start, start], [stop, stop], [0.5, 1.0], [(0, 2, 0.25)])
            found = class_areas_of_runs(pixels, BYTES, 256, runs, areas, width, 6)
            expected = np.bincount(pixels[1, start:stop], minlength=256) + 8.0 * np.bincount(
                pixels[3, start:stop], minlength=256
            )
            expected[pixels[0, 2]] += 0.25
            np.testing.assert_array_equal(found[0], expected)


@settings(max_examples=40, deadline=None)
@given(
    seed=st.integers(0, 2**32 - 1),
    height=st.integers(1, 20),
    width=st.integers(1, 300),
    segment=st.integers(1, 300),
    values=st.sampled_from([1, 5, 40, 60, 256]),
)
def test_any_table_and_any_segments(
    seed: int, height: int, width: int, segment: int, values: int
) -> None:
    random = np.random.default_rng(seed)
    pixels = random.integers(0, values, (height, width)).astype(np.uint8)
    pixels[random.random(pixels.shape) < random.random()] = random.integers(0, values)
    # Whole hectares and halves of pixels add up without rounding.
    areas = random.integers(1, 9, (height, -(-width // segment))).astype(np.float64)
    starts = random.integers(0, width, height)
    stops = random.integers(starts + 1, width + 1)
    shares = random.choice([0.5, 1.0], height)
    runs = _runs(list(range(height)), starts.tolist(), stops.tolist(), shares.tolist())
    table = random.integers(0, 4, 256).astype(np.uint32)

    found = class_areas_of_runs(pixels, table, 4, runs, areas, segment, seed % 8)

    expected = np.zeros(4)
    for row in range(height):
        for column in range(starts[row], stops[row]):
            expected[table[pixels[row, column]]] += shares[row] * areas[row, column // segment]
    np.testing.assert_array_equal(found[0], expected)


def _inexact(seed: int) -> tuple[NDArray[np.uint8], Runs, NDArray[np.float64]]:
    """A window with a hole in the polygon, and areas whose sums are rounded."""
    random = np.random.default_rng(seed)
    pixels = random.integers(0, 9, (30, 150)).astype(np.uint8)
    rows = np.repeat(np.arange(2, 28), 2).tolist()
    starts, stops = np.array([[5, 80]] * 26).ravel(), np.array([[60, 141]] * 26).ravel()
    starts, stops = starts + random.integers(0, 9, 52), stops - random.integers(0, 9, 52)
    edges = [(row, 4, random.random()) for row in range(2, 28)]
    runs = _runs(rows, starts.tolist(), stops.tolist(), [1.0] * 52, edges)
    return pixels, runs, random.uniform(0.07, 0.09, (30, 1))


@pytest.mark.parametrize("seed", range(3))
def test_the_way_of_counting_changes_no_bit(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    pixels, runs, areas = _inexact(seed)
    table = np.minimum(BYTES, 6)
    by_bits = class_areas_of_runs(pixels, table, 7, runs, areas, 150, 3)
    wide = class_areas_of_runs(
        pixels.astype(np.uint16), np.resize(table, 300), 7, runs, areas, 150, 3
    )
    np.testing.assert_array_equal(by_bits, wide)
    monkeypatch.setattr(class_count_kernel, "count_by_bits", lambda *_: False)
    np.testing.assert_array_equal(
        by_bits, class_areas_of_runs(pixels, table, 7, runs, areas, 150, 3)
    )


@pytest.mark.parametrize("seed", range(3))
def test_the_corner_of_the_window_changes_no_bit(seed: int) -> None:
    pixels, runs, areas = _inexact(seed)
    whole = class_areas_of_runs(pixels, BYTES, 256, runs, areas, 150, 3)
    top, left, height, width = runs.move_to_corner()
    part = np.ascontiguousarray(pixels[top : top + height, left : left + width])
    found = class_areas_of_runs(part, BYTES, 256, runs, areas[top : top + height], width, 3 + top)
    np.testing.assert_array_equal(found, whole)


def test_sums_are_within_their_bound() -> None:
    pixels, runs, areas = _inexact(0)
    found = class_areas_of_runs(pixels, BYTES, 256, runs, areas, 150)[0]
    exact = np.zeros(256, np.longdouble)
    for row, start, stop in zip(runs.rows, runs.starts, runs.stops, strict=True):
        np.add.at(exact, pixels[row, start:stop], np.longdouble(areas[row, 0]))
    for row, column, share in zip(runs.edge_rows, runs.edge_columns, runs.edge_shares, strict=True):
        exact[pixels[row, column]] += np.longdouble(share) * np.longdouble(areas[row, 0])
    assert (np.abs(found - exact) <= (26 + 26 + 4) / 2**53 * exact).all()
