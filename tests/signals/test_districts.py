"""Neighbours have one environment: the pillar decides nothing between them."""

from __future__ import annotations

import datetime as dt

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from signals.card import SignalCard
from signals.districts import districts
from signals.environment.active_fire_density import CARD as FIRES
from signals.landuse.forest_loss_rate import CARD as FOREST
from signals.values import FinishedSignal, finish
from tests.signals.builders import AS_OF, keeps_contract, sites, square, suppliers

#: A and B share a district, C lies in the next one.
SITES = sites(
    {"site_id": "A1", "supplier_id": "A", "latitude": 1.1, "longitude": 101.1},
    {"site_id": "A2", "supplier_id": "A", "latitude": 1.2, "longitude": 101.2},
    {"site_id": "A3", "supplier_id": "A", "latitude": 1.3, "longitude": 101.3},
    {"site_id": "B1", "supplier_id": "B", "geometry_wkt": square(101.3, 1.3, 0.05)},
    {"site_id": "C1", "supplier_id": "C", "latitude": 1.1, "longitude": 101.6},
)
SUPPLIERS = suppliers(*({"supplier_id": name} for name in "ABC"))


def finished(
    values: dict[str, float],
    qualities: dict[str, float] | None = None,
    *,
    card: SignalCard = FIRES,
) -> FinishedSignal:
    computed = pl.LazyFrame(
        [
            {
                "site_id": site,
                "period": "2023",
                "value": value,
                "stderr": 0.1,
                "quality": (qualities or {}).get(site, 1.0),
                "observed_to": dt.date(2024, 5, 1),
                "origin": "source",
            }
            for site, value in values.items()
        ]
    )
    done = finish(card, computed, SUPPLIERS, SITES, AS_OF)
    keeps_contract("signal_values", done.values.with_columns(run_id=pl.lit("run")), done.rejected)
    return done


def by_supplier(done: FinishedSignal, column: str) -> list[object]:
    return done.values.sort("supplier_id")[column].to_list()


def test_a_district_is_a_half_degree_cell_and_an_outline_lies_in_that_of_its_middle() -> None:
    assert districts(SITES)["district"].to_list() == ["2/202"] * 4 + ["2/203"]
    nowhere = sites({"site_id": "X", "supplier_id": "A"})
    assert districts(nowhere)["district"].to_list() == [None]


def test_neighbours_have_the_mean_of_their_district() -> None:
    done = finished({"A1": 1.0, "A2": 2.0, "A3": 3.0, "B1": 6.0, "C1": 9.0})
    assert by_supplier(done, "value") == [3.0, 3.0, 9.0]


def test_what_was_measured_at_a_site_is_kept_as_it_was() -> None:
    done = finished({"A1": 1.0, "B1": 6.0})
    assert done.site_values["value"].to_list() == [1.0, 6.0]


def test_other_pillars_keep_what_each_site_shows() -> None:
    done = finished({"A1": 0.1, "B1": 0.6}, card=FOREST)
    assert by_supplier(done, "value") == [0.1, 0.6, None]


def test_a_neighbour_that_was_not_measured_gets_nothing() -> None:
    done = finished({"A1": 1.0, "A2": 3.0})
    assert by_supplier(done, "value") == [2.0, None, None]
    assert by_supplier(done, "status") == ["observed", "not_covered", "not_covered"]


def test_sites_of_one_district_make_one_error_and_of_two_make_two() -> None:
    done = finished({"A1": 1.0, "A2": 1.0, "A3": 1.0, "B1": 1.0})
    assert by_supplier(done, "stderr")[:2] == pytest.approx([0.1, 0.1])


@settings(deadline=None, max_examples=15)
@given(
    values=st.lists(st.floats(0, 50), min_size=4, max_size=4),
    qualities=st.lists(st.floats(0, 1), min_size=4, max_size=4),
)
def test_the_pillar_never_orders_neighbours(values: list[float], qualities: list[float]) -> None:
    names = ("A1", "A2", "A3", "B1")
    done = finished(dict(zip(names, values, strict=True)), dict(zip(names, qualities, strict=True)))
    of_a, of_b, _ = by_supplier(done, "value")
    assert of_a == of_b
    for column in ("stderr", "quality"):
        assert by_supplier(done, column)[0] == pytest.approx(by_supplier(done, column)[1])
