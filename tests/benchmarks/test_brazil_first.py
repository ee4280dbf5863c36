"""The baselines beside the score never see the state they are read on."""

import numpy as np
import polars as pl
import pytest

from benchmarks.brazil_first import _held_out_logit, _region_rate

STATE = np.repeat(["A", "B", "C", "D"], 50)
ROWS = pl.DataFrame({"macro_region": np.repeat(["north", "north", "north", "south"], 50)})


def test_region_rate_is_that_of_the_other_states_of_the_region() -> None:
    cases = np.zeros(200, dtype=bool)
    cases[:10] = True  # 20 % of A
    cases[50:60] = True  # 20 % of B
    cases[100:130] = True  # 60 % of C
    rate = _region_rate(ROWS, cases, STATE)
    assert np.unique(rate[:50]) == pytest.approx(0.4)
    assert np.unique(rate[100:150]) == pytest.approx(0.2)
    assert np.unique(rate[150:]) == pytest.approx(50 / 150)  # D is alone: all other states


def test_logit_of_a_state_does_not_change_with_its_own_cases() -> None:
    random = np.random.default_rng(5)
    population, area = random.normal(size=(2, 200))
    cases = random.random(200) < 1 / (1 + np.exp(1 - population))
    first = _held_out_logit(population, area, cases, STATE)
    flipped = np.where(STATE == "B", ~cases, cases)
    second = _held_out_logit(population, area, flipped, STATE)
    assert first[STATE == "B"] == pytest.approx(second[STATE == "B"])
    assert np.corrcoef(first, population)[0, 1] > 0.9
