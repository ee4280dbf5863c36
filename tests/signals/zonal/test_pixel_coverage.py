import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from signals.zonal.pixel_coverage import coverage_shares, flatten_polygons, pixel_rings, window_runs

HEIGHT, WIDTH = 9, 12
NORTH_UP = (1.0, 0.0, 0.0, 0.0, -1.0, float(HEIGHT))
CELLS = np.array(
    [
        [shapely.box(c, HEIGHT - r - 1, c + 1, HEIGHT - r) for c in range(WIDTH)]
        for r in range(HEIGHT)
    ]
)

SHAPES = {
    "one whole pixel": shapely.box(2, 3, 3, 4),
    "quarters of four pixels": shapely.box(1.5, 1.5, 2.5, 2.5),
    "inside one pixel": shapely.box(4.2, 4.3, 4.4, 4.9),
    "larger than the grid": shapely.box(-5, -5, 50, 50),
    "outside, left": shapely.box(-9, 1, -1, 5),
    "outside, right": shapely.box(WIDTH + 1, 1, WIDTH + 4, 5),
    "outside, above": shapely.box(1, HEIGHT + 1, 5, HEIGHT + 3),
    "half outside, left": shapely.Polygon([(-3, 2), (3, 5), (-2, 8)]),
    "half outside, corner": shapely.Polygon([(10, -3), (20, 4), (9.3, 6.1)]),
    "triangle on corners": shapely.Polygon([(0, 0), (9, 9), (9, 0)]),
    "hole": shapely.box(1, 1, 8, 8).difference(shapely.box(2.5, 2.25, 5, 6.75)),
    "hole that touches the shell": shapely.Polygon(
        [(1, 1), (8, 1), (8, 8), (1, 8)], [[(1, 1), (4, 5), (5, 4)]]
    ),
    "two parts in one pixel": shapely.MultiPolygon(
        [shapely.box(3.1, 3.1, 3.3, 3.9), shapely.box(3.5, 3.2, 3.8, 3.4)]
    ),
    "parts with a common edge": shapely.MultiPolygon(
        [shapely.box(1, 1, 4.5, 6), shapely.box(4.5, 2, 7, 5)]
    ),
    "nearly level edge": shapely.Polygon([(0.5, 3.0), (11.5, 3.0 + 1e-9), (11.5, 3.5), (0.5, 3.4)]),
    "sliver": shapely.Polygon([(0.1, 0.1), (11.9, 8.9), (11.9, 8.9 - 1e-7)]),
    "circle": shapely.Point(6.3, 4.7).buffer(3.9, quad_segs=64),
}


def exact(geometry: shapely.Geometry) -> np.ndarray:
    return shapely.area(shapely.intersection(CELLS, geometry))


@pytest.mark.parametrize("name", SHAPES)
def test_shares_equal_the_areas_of_intersection(name: str) -> None:
    shares = coverage_shares(SHAPES[name], NORTH_UP, HEIGHT, WIDTH)
    np.testing.assert_allclose(shares, exact(SHAPES[name]), atol=1e-9)


def test_turning_sense_of_rings_does_not_matter() -> None:
    hole = [(2, 2), (2, 4), (4, 4), (4, 2)]
    for shell in ([(1, 1), (8, 1), (8, 8), (1, 8)], [(1, 8), (8, 8), (8, 1), (1, 1)]):
        for ring in (hole, hole[::-1]):
            shares = coverage_shares(shapely.Polygon(shell, [ring]), NORTH_UP, HEIGHT, WIDTH)
            assert shares.sum() == pytest.approx(45.0, abs=1e-12)


def test_rows_that_run_northwards() -> None:
    upside_down = (1.0, 0.0, 0.0, 0.0, 1.0, 0.0)
    shares = coverage_shares(SHAPES["circle"], upside_down, HEIGHT, WIDTH)
    np.testing.assert_allclose(shares[::-1], exact(SHAPES["circle"]), atol=1e-9)


@st.composite
def stars(draw: st.DrawFn) -> shapely.Geometry:
    """Stars of many edges, some on grid lines, some with a hole, in and around the grid."""
    count = draw(st.integers(3, 24))
    radii = draw(st.lists(st.floats(0.3, 7.0), min_size=count, max_size=count))
    x, y = draw(st.floats(-3, WIDTH + 3)), draw(st.floats(-3, HEIGHT + 3))
    angles = np.linspace(0, 2 * np.pi, count, endpoint=False)
    star = shapely.Polygon(
        np.column_stack([x + radii * np.cos(angles), y + radii * np.sin(angles)])
    )
    if draw(st.booleans()):
        star = star.difference(shapely.box(x - 0.4, y - 0.3, x + 0.5, y + 0.2))
    if draw(st.booleans()):
        star = shapely.set_precision(star, 0.25)
    polygons = [part for part in shapely.get_parts(star) if part.geom_type == "Polygon"]
    return shapely.MultiPolygon(polygons)


@settings(max_examples=60, deadline=None)
@given(stars())
def test_shares_of_any_star(star: shapely.Geometry) -> None:
    shares = coverage_shares(star, NORTH_UP, HEIGHT, WIDTH)
    np.testing.assert_allclose(shares, exact(star), atol=1e-9)


@settings(max_examples=30, deadline=None)
@given(stars(), st.integers(1, 5), st.integers(1, 5))
def test_windows_add_up_to_the_whole(star: shapely.Geometry, tall: int, wide: int) -> None:
    whole = coverage_shares(star, NORTH_UP, HEIGHT, WIDTH)
    parts = shapely.get_parts(star)
    vertices, ring_starts, polygon_starts = flatten_polygons(parts)
    rings = pixel_rings(vertices[:, 0].copy(), HEIGHT - vertices[:, 1], ring_starts, polygon_starts)
    pieces = np.zeros_like(whole)
    for row in range(0, HEIGHT, tall):
        for column in range(0, WIDTH, wide):
            height, width = min(tall, HEIGHT - row), min(wide, WIDTH - column)
            runs = window_runs(rings, np.arange(len(parts)), row, column, height, width)
            for run, share in enumerate(runs.shares):
                start, stop = column + runs.starts[run], column + runs.stops[run]
                pieces[row + runs.rows[run], start:stop] += share
            edges = (row + runs.edge_rows, column + runs.edge_columns)
            np.add.at(pieces, edges, runs.edge_shares)
    np.testing.assert_allclose(pieces, whole, atol=1e-11)
