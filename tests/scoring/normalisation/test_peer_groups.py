"""Peer groups fall back to coarser levels, and unknown keys are no group of their own."""

import polars as pl
import pytest

from configs.settings import Peers
from scoring.normalisation.normalised_signals import normalise_signals
from scoring.normalisation.peer_groups import WHOLE_LIST, peer_groups, peer_keys
from tests.scoring.sample import column, model, scored, suppliers, values

LEVELS = (("sector", "region", "size"), ("sector_section", "region"), ("region",))


def levels_of(listed, income=None, minimum=2):
    keys = peer_keys(listed, income)
    groups, (cells,) = peer_groups([keys], Peers(minimum=minimum, levels=LEVELS))
    chosen = groups.level_of_cell(groups.members(cells))[cells]
    return [groups.level_names[level] for level in chosen]


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({}, "sector, region, size"),
        ({"sector": ["10", "10", "99"]}, "sector section, region"),
        ({"sector": ["10", "10", None]}, "sector section, region"),
        ({"workforce_band": ["10-49", "10-49", None]}, "sector section, region"),
        ({"sector": ["10", "10", "99"], "sector_section": ["C", "C", "A"]}, "region"),
        ({"subregion": ["Asia", "Asia", "Europe"]}, WHOLE_LIST),
        ({"subregion": ["Asia", "Asia", None]}, WHOLE_LIST),
    ],
)
def test_the_finest_level_with_enough_members_is_used(changed, expected):
    assert levels_of(suppliers(["a", "b", "c"], **changed))[2] == expected


def test_unknown_keys_do_not_make_a_group():
    listed = suppliers(["a", "b", "c"], sector=[None] * 3, sector_section=[None] * 3)
    assert levels_of(listed) == ["region"] * 3


def test_income_group_is_the_region_where_it_is_known():
    income = pl.DataFrame({"country_iso3": ["BRA", "IDN"], "income_group": ["low", "low"]})
    listed = suppliers(
        ["a", "b"], country_iso3=["BRA", "IDN"], subregion=["South America", "South-eastern Asia"]
    )
    assert levels_of(listed) == [WHOLE_LIST] * 2
    assert levels_of(listed, income) == ["sector, region, size"] * 2


def test_fewer_suppliers_than_the_minimum_are_compared_with_everybody():
    result = scored({"a": {"accounts": 0.1, "forest": 0.2}, "b": {"accounts": 0.3, "forest": 0.4}})
    assert column(result.scores, "peer_group") == {"a": WHOLE_LIST, "b": WHOLE_LIST}
    assert column(result.scores, "peer_group_size") == {"a": 2, "b": 2}
    assert any("2 of 2 suppliers are compared with the whole list" in n for n in result.notes)


def test_members_of_a_signals_peer_group_are_those_with_a_value():
    # Three in the sector, but only one of them has accounts: accounts compare with everybody.
    ids = ["a", "b", "c", "x", "y"]
    listed = suppliers(ids, sector=["10", "10", "10", "20", "20"])
    table = {i: {"forest": 0.1 * n, "accounts": None} for n, i in enumerate(ids)}
    for name, value in {"a": 0.1, "x": 0.5, "y": 0.9}.items():
        table[name]["accounts"] = value
    peers = {"minimum": 2, "levels": (("sector",),)}
    normalised = normalise_signals(values(table), listed, None, model(peers=peers))
    accounts = [signal.signal_id for signal in normalised.own.signals].index("accounts")
    forest = [signal.signal_id for signal in normalised.own.signals].index("forest")
    assert normalised.own.peer_value[:, accounts].tolist() == [0.5, 0.5, 0.5, 0.7, 0.7]
    assert normalised.own.peer_value[:, forest].tolist() == pytest.approx([0.1] * 3 + [0.35] * 2)
    assert normalised.peer_group.to_list() == ["sector"] * 5
