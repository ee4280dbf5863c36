"""Coordinates of a list in other forms than two decimal numbers, brought to that form."""

from __future__ import annotations

from collections import Counter

import polars as pl

from suppliers.places.coordinate_texts import Axis, PlainCoordinates, degrees_of, pair_of

_NOTES = {
    "sexagesimal": "coordinates in degrees, minutes and seconds were read",
    "pair": "coordinates in one cell were split, latitude first",
    "utm": "coordinates in UTM were brought to degrees",
}
_AXES: tuple[Axis, ...] = ("latitude", "longitude")


def with_plain_coordinates(rows: pl.DataFrame) -> tuple[pl.DataFrame, tuple[str, ...]]:
    """Rows with latitude and longitude as decimal numbers where their form leaves no choice.

    Both numbers in one cell are looked for in the outline and, if the other coordinate is empty
    or the same text, in latitude and longitude.

    Args:
        rows: string columns latitude, longitude and geometry.

    Returns:
        The rows, and notes with the number of each form.
    """
    forms: Counter[str] = Counter()
    lats, lons, shapes = (rows[name].to_list() for name in ("latitude", "longitude", "geometry"))
    for at, (latitude, longitude, shape) in enumerate(zip(lats, lons, shapes, strict=True)):
        pair: PlainCoordinates | None = None
        if latitude is None and longitude is None:
            pair = None if shape is None else pair_of(shape)
            if pair is not None:
                shapes[at] = None
        elif latitude is None or longitude is None or latitude == longitude:
            pair = pair_of(latitude or longitude)
        if pair is not None:
            lats[at], lons[at] = pair.latitude, pair.longitude
            forms[pair.form] += 1
    columns = {"latitude": lats, "longitude": lons, "geometry": shapes}
    for axis in _AXES:
        columns[axis] = [_plain(text, axis, forms) for text in columns[axis]]
    plain = rows.with_columns(
        pl.Series(name, values, dtype=pl.String) for name, values in columns.items()
    )
    return plain, tuple(f"{note}: {forms[form]}" for form, note in _NOTES.items() if forms[form])


def _plain(text: str | None, axis: Axis, forms: Counter[str]) -> str | None:
    if text is None or (plain := degrees_of(text, axis)) is None:
        return text
    forms["sexagesimal"] += 1
    return plain
