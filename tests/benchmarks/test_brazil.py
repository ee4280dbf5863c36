"""The test on municipalities: years split in time, and simulated lists that mislead as meant."""

import numpy as np
import polars as pl

from benchmarks import brazil_features
from benchmarks.brazil_features import halves
from benchmarks.brazil_first import DefaultRun
from benchmarks.recovered_truth import world
from scoring.tune.ranking_measures import auc


def test_the_earlier_half_takes_the_odd_year() -> None:
    assert halves((2018, 2019, 2020, 2021, 2022)) == ((2018, 2019, 2020), (2021, 2022))
    assert halves((2018, 2019)) == ((2018,), (2019,))


def test_simulated_audits_go_where_the_misleading_signal_is_high() -> None:
    drawn = world(3, units=2000)
    assert auc(drawn.sample.risk[:, 3], drawn.audited) > 0.55
    assert auc(drawn.sample.risk[:, 0], drawn.audited) < 0.45
    assert auc(drawn.sample.risk[:, 0], drawn.has_case) > 0.55
    assert drawn.sample.is_case.sum() < drawn.has_case.sum()


def test_readings_are_those_of_the_run_in_the_order_of_the_areas() -> None:
    normalised = pl.DataFrame(
        [
            ("12", "planted_area_expansion", 0.4, 0.3),
            ("11", "planted_area_expansion", None, 0.3),
            ("11", "farm_dependence", 0.2, 0.1),
            ("11", "forest_loss_rate", 0.9, 0.6),
        ],
        schema=["supplier_id", "signal_id", "risk", "weight"],
        orient="row",
    )
    run = DefaultRun(pl.DataFrame(), normalised, 1.0)
    names = ("farm_dependence", "planted_area_expansion")
    ids = pl.DataFrame({"supplier_id": ["11", "12", "13"]})
    nan = np.nan
    np.testing.assert_array_equal(
        brazil_features.readings_of(run, ids, names), [[0.2, nan], [nan, 0.4], [nan, nan]]
    )
    np.testing.assert_allclose(brazil_features.weights_of(run, names), [0.25, 0.75])


def test_every_signal_of_areas_is_read_and_says_what_it_was_chosen_on() -> None:
    cards = brazil_features.area_cards()
    assert len(cards) == 11
    assert all(card.sources == ("area_panel",) for card in cards.values())
    chosen = ("extensive_land_share", "hand_harvest_share", "embargoed_land_share")
    newer = ("local_income", "sparse_population")
    for name in (*chosen, *newer, "farm_dependence", "savanna_share"):
        assert "with known cases in Brazil in view" in " ".join(cards[name].limits)
