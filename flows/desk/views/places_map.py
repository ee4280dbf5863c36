"""A map of the places of a list as an SVG picture: country outlines and points by precision."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

#: Colours that differ for all kinds of colour vision, with another size each.
_MARKS = {"town": ("#c77700", 3.2), "precise": ("#1d5a43", 2.2)}
_WIDTH, _NORTH, _SOUTH = 1080, 78.0, -58.0
_SCALE = _WIDTH / 360.0
_CELLS_PER_DEGREE = 2


def places_map(rows: Iterable[Mapping[str, Any]], outlines: Iterable[Sequence[int]]) -> str:
    """The picture.

    Args:
        rows: with `state`, `latitude` and `longitude`; rows without a location are left out.
        outlines: rings as longitude, latitude, ... in tenths of a degree.
    """
    height = (_NORTH - _SOUTH) * _SCALE
    land = "".join(_ring(ring) for ring in outlines)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height:.0f}">'
        f'<path d="{land}" fill="#e9eeea" stroke="#c3cec7" stroke-width="0.5"/>'
        f"{''.join(_points(rows))}</svg>"
    )


def _points(rows: Iterable[Mapping[str, Any]]) -> Iterable[str]:
    """One mark a state and cell of half a degree, larger where it stands for many."""
    cells: Counter[tuple[str, int, int]] = Counter()
    for row in rows:
        if row["state"] in _MARKS and row["latitude"] is not None and row["longitude"] is not None:
            at = (
                round(row["longitude"] * _CELLS_PER_DEGREE),
                round(row["latitude"] * _CELLS_PER_DEGREE),
            )
            cells[(row["state"], *at)] += 1
    for (state, east, north), number in sorted(cells.items(), reverse=True):
        colour, radius = _MARKS[state]
        x, y = _at(east / _CELLS_PER_DEGREE, north / _CELLS_PER_DEGREE)
        radius = min(9.0, radius + 0.7 * (number - 1) ** 0.5)
        yield (
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius:.1f}" fill="{colour}" '
            f'fill-opacity="0.75" stroke="#fff" stroke-width="0.6"/>'
        )


def _ring(ring: Sequence[int]) -> str:
    points = [_at(ring[i] / 10, ring[i + 1] / 10) for i in range(0, len(ring), 2)]
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points) + "Z"


def _at(longitude: float, latitude: float) -> tuple[float, float]:
    return (longitude + 180.0) * _SCALE, (_NORTH - latitude) * _SCALE
