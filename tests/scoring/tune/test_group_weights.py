"""Weights of sector groups: towards the common ones, the more so the fewer cases."""

import numpy as np
import pytest

from scoring.tune.estimation_sample import Sample
from scoring.tune.group_weights import group_fits, group_multiples
from scoring.tune.weight_estimator import EstimationRule, fit

RANDOM = np.random.default_rng(5)


def group(name: str, units: int, slopes: tuple[float, float]) -> Sample:
    """Units of one group whose cases follow two signals by the slopes."""
    risk = RANDOM.random((units, 2))
    odds = -2.0 + risk @ np.array(slopes)
    return Sample(
        ("first", "second"),
        risk,
        (RANDOM.random(units) < 1 / (1 + np.exp(-odds))).astype(np.int64),
        np.full(units, name),
        np.empty((units, 0)),
        offset=np.zeros(units),
    )


FARMS, MINES = group("farms", 2000, (3.0, 0.2)), group("mines", 2000, (0.2, 3.0))
MANY = group_fits({"farms": FARMS, "mines": MINES}, np.ones(2))


def test_groups_with_many_cases_have_weights_of_their_own() -> None:
    found = MANY
    farms, mines = (found.of(name).weight for name in ("farms", "mines"))
    assert farms[0] > 0.75
    assert mines[1] > 0.75
    assert found.common.weight == pytest.approx([0.5, 0.5], abs=0.1)
    assert group_multiples(found, "farms") == pytest.approx(farms / found.common.weight)


@pytest.mark.parametrize("units", [30, 60, 200])
def test_weights_of_a_group_lie_nearer_to_the_common_ones_than_its_cases_alone_say(units) -> None:
    few = MINES.rows(np.arange(units))
    found = group_fits({"farms": FARMS, "mines": few}, np.ones(2))
    common = found.common.coefficient
    free = EstimationRule(common, method="conditional", penalty=0.01, intervals=False)
    alone, own = fit(few, free).coefficient, found.of("mines").coefficient
    assert 0 < np.linalg.norm(own - common) < np.linalg.norm(alone - common)


def test_a_group_without_a_case_has_the_common_weights() -> None:
    none = FARMS.rows(np.flatnonzero(~FARMS.is_case))
    found = group_fits({"farms": FARMS, "fishing": none}, np.ones(2))
    assert found.of("fishing") is found.common
    assert group_multiples(found, "fishing") == pytest.approx([1.0, 1.0])


def test_a_signal_without_common_weight_has_no_multiple() -> None:
    silent = group("farms", 500, (3.0, 0.0))
    blank = Sample(
        silent.signals,
        np.column_stack([silent.risk[:, 0], np.full(500, np.nan)]),
        silent.level,
        silent.block,
        silent.exposure,
        offset=silent.offset,
    )
    assert np.isnan(group_multiples(group_fits({"farms": blank}, np.ones(2)), "farms")[1])


def test_no_case_at_all_is_an_error() -> None:
    none = FARMS.rows(np.flatnonzero(~FARMS.is_case))
    with pytest.raises(ValueError, match="no group has a case"):
        group_fits({"farms": none}, np.ones(2))
