"""What each supplier's rank depends on."""

from dataclasses import replace

import numpy as np
import pytest
from SALib.analyze import sobol as salib_sobol

from scoring.simulation.rank_sensitivity import largest_source, rank_sensitivity
from scoring.simulation.simulation_inputs import NormalisationMethod
from scoring.simulation.simulation_plan import UNCERTAINTIES, DrawSettings, plan_draws
from tests.scoring.joint_draws import NAN, slow_draws, suppliers

FIXED = DrawSettings(
    draws=256,
    measurement_error=False,
    weight_concentration=0,
    powers=(2,),
    source_left_out_share=0,
    missing_filled_share=0,
)


def index(uncertainty: str) -> int:
    return [str(name) for name in UNCERTAINTIES].index(uncertainty)


def test_a_uncertainty_that_never_varies_has_no_part() -> None:
    case = suppliers(30, 4, missing_share=0.2, error=0.05)
    result = rank_sensitivity(case.normalised, case.weights, case.sources, settings=FIXED)
    assert (result.total_order == 0).all()
    assert (result.rank_sd == 0).all()
    assert largest_source(result.total_order).to_list() == [None] * 30


@pytest.mark.parametrize(
    ("uncertainty", "varying", "normalisers"),
    [
        ("measurement_error", {"measurement_error": True}, 1),
        ("weights", {"weight_concentration": 20.0}, 1),
        ("power", {"powers": (1, 3)}, 1),
        ("normaliser", {}, 2),
        ("source_left_out", {"source_left_out_share": 0.5}, 1),
        ("missing_values", {"missing_filled_share": 0.5}, 1),
    ],
)
def test_the_only_uncertainty_that_varies_has_all(
    uncertainty: str, varying: dict[str, object], normalisers: int
) -> None:
    case = suppliers(40, 6, missing_share=0.3, error=0.05, normalisers=normalisers)
    settings = replace(FIXED, draws=2000, **varying)  # type: ignore[arg-type]  # one of the settings' fields
    result = rank_sensitivity(case.normalised, case.weights, case.sources, settings=settings)
    others = np.arange(len(UNCERTAINTIES)) != index(uncertainty)
    assert (result.total_order[:, others] == 0).all()
    moving = result.rank_sd > 0
    assert moving.sum() > 10
    # Two independent draws differ by twice the variance, up to sampling error.
    assert result.total_order[moving, index(uncertainty)].mean() == pytest.approx(1, abs=0.08)
    assert set(largest_source(result.total_order).to_list()) <= {uncertainty, None}


def test_it_is_the_estimate_of_salib() -> None:
    case = suppliers(12, 6, missing_share=0.3, normalisers=2)
    settings = DrawSettings(draws=512, measurement_error=False, missing_filled_share=0, seed=2)
    ours = rank_sensitivity(case.normalised, case.weights, case.sources, settings=settings)

    base, other = (
        plan_draws(settings, case.weights, case.sources, normalisers=2, replicate=replicate)
        for replicate in (0, 1)
    )
    # SALib wants A, AB for every factor, B, row after row.
    plans = [base, *(base.with_redrawn(other, uncertainty) for uncertainty in UNCERTAINTIES), other]
    ranks = np.array([slow_draws(case, plan, settings) for plan in plans])
    problem = {
        "num_vars": len(UNCERTAINTIES),
        "names": list(UNCERTAINTIES),
        "bounds": [[0, 1]] * len(UNCERTAINTIES),
    }
    for supplier in range(12):
        outputs = ranks[:, :, supplier].T.ravel()
        if np.isnan(outputs).any() or np.ptp(outputs) == 0:
            continue
        first, redrawn = ranks[0, :, supplier], ranks[1:-1, :, supplier]
        jansen = ((redrawn - first) ** 2).mean(axis=1) / (2 * ranks[:-1, :, supplier].var())
        assert ours.total_order[supplier] == pytest.approx(jansen, rel=1e-9)
        theirs = salib_sobol.analyze(
            problem, outputs, calc_second_order=False, num_resamples=10, seed=1
        )["ST"]
        # The variance is taken over A and B there and over A and AB here.
        assert ours.total_order[supplier] == pytest.approx(theirs, rel=0.1, abs=0.01)


def test_who_misses_nothing_does_not_depend_on_missing_values_but_through_others() -> None:
    # The first supplier is far above the rest, so no doubt moves it.
    risk = np.array([[0.95, 0.95, 0.95], [0.5, 0.4, NAN], [0.45, 0.47, 0.46], [0.1, 0.1, 0.1]])
    reading = NormalisationMethod(risk, None, np.full(3, 0.2), np.full(3, 0.7))
    settings = replace(FIXED, missing_filled_share=0.5)
    result = rank_sensitivity([reading], np.ones(3), [0, 1, 2], settings=settings)
    assert largest_source(result.total_order).to_list() == [
        None,
        "missing_values",
        "missing_values",
        None,
    ]


def test_threads_change_no_bit_and_unscored_have_no_index() -> None:
    case = suppliers(5000, 4, missing_share=0.2, error=0.05)
    scoreable = np.arange(5000) != 3
    settings = DrawSettings(draws=20)
    one, two = (
        rank_sensitivity(
            case.normalised, case.weights, case.sources, settings=settings, scoreable=scoreable,
            threads=threads,
        )
        for threads in (1, 3)
    )  # fmt: skip
    np.testing.assert_array_equal(one.total_order, two.total_order)
    assert np.isnan(one.total_order[3]).all()
    assert largest_source(one.total_order)[3] is None


def test_a_list_on_which_nobody_is_scored_has_no_indices() -> None:
    result = rank_sensitivity(
        [NormalisationMethod(np.full((2, 2), NAN))], [1, 1], [0, 1], settings=DrawSettings(draws=4)
    )
    assert np.isnan(result.total_order).all()
