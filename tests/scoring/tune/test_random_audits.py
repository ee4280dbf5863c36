"""The random arm: base rate and calibration by hand."""

import numpy as np
import pytest

from scoring.tune.random_audits import base_rate, calibration

FOUND = np.array([True, False, False, True])


def test_base_rate_counts_a_unit_for_those_it_stands_for() -> None:
    # Findings stand for 10 and 2 of 100 units.
    found = base_rate(FOUND, np.array([0.1, 0.1, 0.5, 0.5]), 100)
    assert found.rate == pytest.approx(0.12)
    assert found.stderr == pytest.approx(np.sqrt(0.9 / 0.01 + 0.5 / 0.25) / 100)


def test_base_rate_of_a_full_survey_is_exact() -> None:
    found = base_rate(FOUND, np.ones(4), 4)
    assert (found.rate, found.stderr) == (0.5, 0.0)


@pytest.mark.parametrize(("probability", "units"), [(0.0, 9), (1.5, 9), (0.5, 3)])
def test_base_rate_rejects_what_cannot_be(probability: float, units: int) -> None:
    with pytest.raises(ValueError, match="drawn"):
        base_rate(FOUND, np.full(4, probability), units)


def test_calibration_by_hand() -> None:
    held = calibration(np.array([0.2, 0.2, 0.8, 0.8]), FOUND, bins=2)
    assert held.units == 4
    assert held.brier == pytest.approx((0.64 + 0.04 + 0.64 + 0.04) / 4)
    assert held.brier_of_base_rate == pytest.approx(0.25)
    assert [b.units for b in held.bins] == [2, 2]
    assert [b.stated for b in held.bins] == pytest.approx([0.2, 0.8])
    assert [b.found for b in held.bins] == [0.5, 0.5]


def test_calibration_weighs_units_by_whom_they_stand_for() -> None:
    held = calibration(np.full(4, 0.5), FOUND, np.array([0.25, 1.0, 1.0, 1.0]))
    assert held.bins[0].found == pytest.approx(5 / 7)


def test_calibration_without_a_stated_probability_is_undefined() -> None:
    held = calibration(np.full(4, np.nan), FOUND)
    assert held.units == 0
    assert np.isnan(held.brier)
