"""Coordinates as people write them, each with the value it has or the reason why it has none."""

import pytest

from suppliers.places.coordinate_texts import Axis, degrees_of, pair_of


@pytest.mark.parametrize(
    ("text", "axis", "degrees"),
    [
        # 23 + 53/60 + 31/3600 = 23.89194
        ("23°53'31\"N", "latitude", "23.8919"),
        ("23° 53′ 31″ N", "latitude", "23.8919"),
        ("N 23 53 31", "latitude", "23.8919"),
        ("23º53'31''N", "latitude", "23.8919"),
        # 8 + 23.2/60 = 8.38667; a tenth of a minute is 185 m
        ("8°23.2'S", "latitude", "-8.387"),
        ("8°23,2'S", "latitude", "-8.387"),
        ("-74°33'", "longitude", "-74.55"),
        ("74.55 W", "longitude", "-74.55"),
        # What is plain, or can be two.
        ("23.8919", "latitude", None),
        ("23", "latitude", None),
        ("90°18'45\"O", "longitude", None),
        ("23°53'31\"E", "latitude", None),
        ("23°75'N", "latitude", None),
        ("23.5°10'N", "latitude", None),
        ("-23°10'S", "latitude", None),
        ("10:46:37", "latitude", None),
        ("95°10'N", "latitude", None),
    ],
)
def test_degrees_minutes_and_seconds(text: str, axis: Axis, degrees: str | None) -> None:
    assert degrees_of(text, axis) == degrees


@pytest.mark.parametrize(
    ("text", "pair"),
    [
        ("23.8921, 90.3127", ("23.8921", "90.3127")),
        ("23.8921,90.3127", ("23.8921", "90.3127")),
        ("(23.8921 90.3127)", ("23.8921", "90.3127")),
        ("1,8537; -76,0515", ("1.8537", "-76.0515")),
        ("10,7769, 106,7009", ("10.7769", "106.7009")),
        ("8°23'10\"S 74°33'15\"W", ("-8.3861", "-74.5542")),
        ("23.5N, 90.1E", ("23.5", "90.1")),
        # Zone 46, northern hemisphere: EPSG:32646.
        ("46Q 233456 2643210", ("23.87822", "90.38247")),
        # A comma decimal is one number, four groups of digits can be two pairs.
        ("23,892", None),
        ("1.234,5", None),
        ("10,7769,106,7009", None),
        ("12, 34", None),
        ("18S 500000 4649776", None),
        ("233456 2643210", None),
        ("Dhaka, Bangladesh", None),
    ],
)
def test_both_coordinates_in_one_cell(text: str, pair: tuple[str, str] | None) -> None:
    found = pair_of(text)

    assert (None if found is None else (found.latitude, found.longitude)) == pair
