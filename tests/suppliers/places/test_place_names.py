"""Names of places in comparable form, one by one and as a column."""

import polars as pl
import pytest

from suppliers.places.gazetteer import towns_of
from suppliers.places.place_names import (
    bare_place_key,
    bare_place_keys,
    place_key,
    place_keys,
)


@pytest.mark.parametrize("iso2", ["BD", "IL", "KR", "LK", "PL", "TR", "VN"])
def test_a_name_has_the_key_of_its_column(iso2: str) -> None:
    towns = towns_of(iso2).towns
    names = list({name for town in towns for name in (town.name, *town.other_names)})
    keys = place_keys(pl.Series("name", names))

    assert [place_key(name) for name in names] == keys.to_list()
    assert [bare_place_key(name) for name in names] == bare_place_keys(keys).to_list()


@pytest.mark.parametrize(
    ("name", "key", "bare"),
    [
        ("Kota Bandung", "kota bandung", "bandung"),
        ("Thành phố Hồ Chí Minh", "thanh pho ho chi minh", "ho chi minh"),
        ("Łódź", "lodz", "lodz"),
        ("  Saint-Étienne, (FR)", "saint etienne fr", "saint etienne fr"),
        ("Ciudad", "ciudad", "ciudad"),
        ("深圳市", "深圳市", "深圳"),
    ],
)
def test_keys_of_names(name: str, key: str, bare: str) -> None:
    assert (place_key(name), bare_place_key(name)) == (key, bare)
