"""Noisy values are shrunk towards the peers they are compared with; the measured one is kept."""

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.engine import score
from scoring.normalisation.normalised_signals import normalise_signals
from scoring.normalisation.shrinkage import shrink
from tests.scoring.sample import CARDS, model, suppliers, values

SHRINKS = {"accounts": {"shrink": True}}
PEERS = {"minimum": 6, "levels": [["sector"]]}


def readings_of(accounts, sector, stderr):
    table = {f"s{row:02d}": {"accounts": value} for row, value in enumerate(accounts)}
    listed = suppliers(list(table), sector=sector)
    frame = values(table, stderr)
    return normalise_signals(frame, listed, None, model(lines=SHRINKS, peers=PEERS)).aligned[
        "accounts"
    ]


def test_each_is_drawn_in_to_the_group_it_is_compared_with():
    accounts = [0.1, 0.2, 0.3, 0.1, 0.2, 0.3, 0.8, 0.9]
    aligned = readings_of(accounts, ["10"] * 6 + ["11"] * 2, 0.05)
    inside = shrink(np.array(accounts[:6]), np.full(6, 0.05), np.zeros(6, dtype=np.int64))
    np.testing.assert_allclose(aligned.usable[:6], inside.value)
    # Two of sector 11 are too few: the whole list speaks for their mean.
    whole = shrink(np.array(accounts), np.full(8, 0.05), np.zeros(8, dtype=np.int64))
    np.testing.assert_allclose(aligned.usable[6:], whole.value[6:])
    assert aligned.rows["value"].to_list() == accounts


def test_without_the_line_in_the_model_values_stay_as_measured():
    table = {f"s{row}": {"accounts": row / 10} for row in range(8)}
    aligned = normalise_signals(values(table, 0.2), suppliers(list(table)), None, model()).aligned[
        "accounts"
    ]
    assert aligned.usable.tolist() == [row / 10 for row in range(8)]
    assert aligned.shrinkage_weight.tolist() == [1.0] * 8


def test_both_values_stand_in_the_contributions():
    table = {f"s{row}": {"accounts": row / 10, "forest": 0.5} for row in range(8)}
    using = model(lines=SHRINKS)
    result = score(values(table, 0.1), suppliers(list(table)), None, CARDS, using)
    rows = result.contributions.filter(signal_id="accounts").sort("supplier_id")
    assert rows["value"].to_list() == [row / 10 for row in range(8)]
    assert rows["shrunk_value"][7] < 0.7
    assert rows["shrunk_value"][0] > 0.0
    assert rows["shrinkage_weight"].is_between(0, 1).all()
    assert rows["risk"].to_list() == pytest.approx(rows["shrunk_value"].to_list())


@settings(max_examples=50, deadline=None)
@given(
    st.lists(st.floats(-100, 100), min_size=5, max_size=12),
    st.floats(0.01, 50),
)
def test_no_value_moves_by_more_than_its_standard_error(measured, stderr):
    value = np.array(measured)
    drawn = shrink(value, np.full(value.size, stderr), np.zeros(value.size, dtype=np.int64))
    assert (np.abs(drawn.value - value) <= stderr * (1 + 1e-9)).all()
    assert ((drawn.shrinkage_weight >= 0) & (drawn.shrinkage_weight <= 1)).all()


def test_one_unlike_its_peers_is_not_drowned_in_them():
    value = np.array([0.0, 0.1, 0.0, 0.1, 0.0, 5.0])
    stderr = np.array([0.5, 0.5, 0.5, 0.5, 0.5, 2.0])
    drawn = shrink(value, stderr, np.zeros(6, dtype=np.int64))
    assert drawn.value[5] >= 3.0


def test_a_missing_value_stays_missing():
    aligned = readings_of([0.1, None, 0.3, 0.1, 0.2, 0.3, 0.4], ["10"] * 7, 0.05)
    assert np.isnan(aligned.usable[1])
    assert np.isnan(aligned.shrinkage_weight[1])
    assert pl.Series(aligned.usable).is_nan().sum() == 1
