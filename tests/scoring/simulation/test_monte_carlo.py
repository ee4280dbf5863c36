"""Rank intervals and probabilities from joint draws."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from scoring.aggregation.power_mean import mid_ranks, power_mean
from scoring.simulation import monte_carlo
from scoring.simulation.monte_carlo import draw_ranks
from scoring.simulation.simulation_inputs import NormalisationMethod
from scoring.simulation.simulation_plan import DrawSettings, plan_draws
from tests.scoring.joint_draws import NAN, Suppliers, slow_draws, suppliers

NO_UNCERTAINTY = DrawSettings(
    draws=20,
    measurement_error=False,
    weight_concentration=0,
    powers=(2,),
    source_left_out_share=0,
    missing_filled_share=0,
)


def test_without_uncertainty_every_draw_is_the_published_order() -> None:
    case = suppliers(50, 6, missing_share=0.3)
    uncertainty = draw_ranks(
        case.normalised, case.weights, case.sources, settings=NO_UNCERTAINTY, top=[7]
    )
    expected = mid_ranks(power_mean(case.normalised[0].risk, case.weights))
    for ranks in (
        uncertainty.rank,
        uncertainty.rank_p05,
        uncertainty.rank_median,
        uncertainty.rank_p95,
    ):
        np.testing.assert_array_equal(ranks, expected)
    np.testing.assert_array_equal(uncertainty.p_top[:, 0], expected <= 7)
    assert uncertainty.top_decile_retention == 1
    assert uncertainty.ranks_are_printable
    assert str(uncertainty.top_certainty[0]) == "7 in the top 7, 0 borderline"


def test_suppliers_that_share_the_first_place_share_the_top_tenth() -> None:
    case = suppliers(5, 3)
    tied = tuple(replace(one, risk=np.full_like(one.risk, 0.5)) for one in case.normalised)
    uncertainty = draw_ranks(tied, case.weights, case.sources, settings=NO_UNCERTAINTY, top=[1])
    assert uncertainty.top_decile_retention == pytest.approx(0.2)
    assert not uncertainty.ranks_are_printable


def test_the_draws_are_those_of_a_slow_loop() -> None:
    # Without measurement error and filling nothing is approximated.
    case = suppliers(40, 6, missing_share=0.3, normalisers=3)
    settings = DrawSettings(draws=201, measurement_error=False, missing_filled_share=0)
    uncertainty = draw_ranks(
        case.normalised, case.weights, case.sources, settings=settings, top=[1, 5, 40]
    )
    plan = plan_draws(settings, case.weights, case.sources, normalisers=3)
    ranks = np.sort(np.where(np.isnan(slow := slow_draws(case, plan, settings)), np.inf, slow), 0)
    scored = np.isfinite(ranks).sum(axis=0)
    columns = np.arange(40)
    beyond = (0.05 * (scored - 1)).astype(int)
    np.testing.assert_array_equal(uncertainty.rank_p05, np.floor(ranks[beyond, columns]))
    np.testing.assert_array_equal(
        uncertainty.rank_p95, np.ceil(ranks[scored - 1 - beyond, columns])
    )
    middle = (ranks[(scored - 1) // 2, columns] + ranks[scored // 2, columns]) / 2
    np.testing.assert_array_equal(uncertainty.rank_median, middle)
    for index, k in enumerate(uncertainty.top):
        np.testing.assert_allclose(uncertainty.p_top[:, index], np.mean(ranks <= k, axis=0))


def test_carried_errors_agree_with_errors_drawn_value_by_value() -> None:
    case = suppliers(60, 12, missing_share=0.25, error=0.08, normalisers=2)
    settings = DrawSettings(draws=4000)
    uncertainty = draw_ranks(
        case.normalised, case.weights, case.sources, settings=settings, top=[10]
    )
    plan = plan_draws(settings, case.weights, case.sources, normalisers=2)
    ranks = slow_draws(case, plan, settings)
    # Each end of 4,000 draws has a sampling error of about half a place of 60.
    low, middle, high = np.nanquantile(ranks, [0.05, 0.5, 0.95], axis=0)
    assert np.abs(uncertainty.rank_p05 - low).max() <= 2.0
    assert np.abs(uncertainty.rank_median - middle).max() <= 2.0
    assert np.abs(uncertainty.rank_p95 - high).max() <= 2.0
    assert np.abs(uncertainty.rank_p05 - low).mean() <= 0.5
    assert np.abs(uncertainty.rank_p95 - high).mean() <= 0.5
    assert np.abs(uncertainty.p_top[:, 0] - np.mean(ranks <= 10, axis=0)).max() <= 0.03


@pytest.mark.parametrize("threads", [1, 2, 5])
def test_the_seed_decides_and_threads_do_not(threads: int) -> None:
    case = suppliers(2500, 5, missing_share=0.2, error=0.05, normalisers=2)
    settings = DrawSettings(draws=30, seed=8)
    results = [
        draw_ranks(
            case.normalised, case.weights, case.sources, settings=chosen, top=[50], threads=count
        )
        for chosen, count in ((settings, 1), (settings, threads), (replace(settings, seed=9), 1))
    ]
    for name in ("rank_p05", "rank_median", "rank_p95", "p_top"):
        first, again, other = (getattr(result, name) for result in results)
        np.testing.assert_array_equal(first, again)
        assert (first != other).any()


def test_the_first_draws_of_many_are_the_draws_of_few() -> None:
    weights, sources = np.array([1.0, 2.0, 0.5]), np.array([0, 1, 2])
    few = plan_draws(DrawSettings(draws=10), weights, sources, normalisers=3)
    many = plan_draws(DrawSettings(draws=500), weights, sources, normalisers=3).part(slice(0, 10))
    for name in ("weights", "power", "normaliser", "left_out", "filled", "noise_keys"):
        np.testing.assert_array_equal(getattr(few, name), getattr(many, name))


def test_drawn_weights_have_the_moments_of_a_dirichlet() -> None:
    weights = np.array([3.0, 1.0, 1.0])
    settings = DrawSettings(draws=20_000, source_left_out_share=0)
    drawn = plan_draws(settings, weights, np.zeros(3, int), normalisers=1).effective_weights()
    share = weights / 5
    assert drawn.mean(axis=0) == pytest.approx(share, abs=0.002)
    assert drawn.std(axis=0) == pytest.approx(np.sqrt(share * (1 - share) / 51), rel=0.03)


@pytest.mark.long
def test_a_long_list_is_ranked_as_a_short_one(monkeypatch: pytest.MonkeyPatch) -> None:
    case = suppliers(6000, 6, missing_share=0.2, error=0.05, normalisers=2)
    settings = DrawSettings(draws=60)
    exact = draw_ranks(
        case.normalised, case.weights, case.sources, settings=settings, top=[40, 3000]
    )
    monkeypatch.setattr(monte_carlo, "EXACT_SUPPLIERS", 0)
    binned = draw_ranks(
        case.normalised, case.weights, case.sources, settings=settings, top=[40, 3000]
    )
    for name in ("rank_p05", "rank_median", "rank_p95"):
        difference = np.abs(getattr(exact, name) - getattr(binned, name))
        assert difference.max() <= 0.001 * 6000
        assert difference[getattr(exact, name) <= 1000].max() <= 1
    np.testing.assert_allclose(binned.p_top.sum(axis=0), [40, 3000])
    assert np.abs(binned.p_top - exact.p_top).max() <= 0.05


@hypothesis_settings(max_examples=25, deadline=None)
@given(
    st.integers(1, 30), st.integers(1, 5), st.floats(0, 0.9), st.integers(1, 40), st.integers(0, 99)
)
def test_probabilities_sum_to_k(
    count: int, signals: int, missing: float, k: int, seed: int
) -> None:
    case = suppliers(count, signals, seed=seed, missing_share=missing, error=0.05)
    # Leaving a source out may leave a supplier nothing, and then fewer than k are ranked.
    settings = DrawSettings(draws=17, seed=seed, source_left_out_share=0)
    # Rounded values tie.
    reading = replace(case.normalised[0], risk=np.round(case.normalised[0].risk, 1))
    uncertainty = draw_ranks([reading], case.weights, case.sources, settings=settings, top=[k])
    assert uncertainty.p_top.sum() == pytest.approx(min(k, count))
    assert (uncertainty.rank_p05 <= uncertainty.rank_median).all()
    assert (uncertainty.rank_median <= uncertainty.rank_p95).all()
    assert uncertainty.rank_p05.min() >= 1
    assert uncertainty.rank_p95.max() <= count


def test_equal_suppliers_tie_and_split_the_cut() -> None:
    reading = NormalisationMethod(np.array([[0.5, 0.5]] * 3 + [[0.1, 0.1]]))
    settings = replace(NO_UNCERTAINTY, weight_concentration=50.0, powers=(1, 2, 3))
    uncertainty = draw_ranks([reading], [1, 1], [0, 1], settings=settings, top=[2])
    assert uncertainty.rank.tolist() == [2, 2, 2, 4]
    assert uncertainty.rank_p05.tolist() == uncertainty.rank_p95.tolist() == [2, 2, 2, 4]
    assert uncertainty.p_top[:, 0] == pytest.approx([2 / 3, 2 / 3, 2 / 3, 0])
    assert uncertainty.top_certainty[0].certain == 0
    assert uncertainty.top_certainty[0].interchangeable == 3


@pytest.mark.long
def test_a_list_of_equals_ties_on_the_long_path_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(monte_carlo, "EXACT_SUPPLIERS", 0)
    reading = NormalisationMethod(np.full((5000, 2), 0.4))
    uncertainty = draw_ranks([reading], [1, 1], [0, 1], settings=NO_UNCERTAINTY, top=[10])
    assert np.unique(uncertainty.rank_median).tolist() == [2500.5]
    assert uncertainty.p_top.sum() == pytest.approx(10)


def test_signals_without_weight_or_values_change_no_draw() -> None:
    case = suppliers(30, 4, missing_share=0.2, error=0.05)
    first = draw_ranks(case.normalised, case.weights, case.sources, settings=DrawSettings(draws=50))
    reading = case.normalised[0]
    assert reading.bound_low is not None
    assert reading.bound_high is not None
    wider = NormalisationMethod(
        np.column_stack([np.full(30, NAN), reading.risk, np.full(30, 0.8)]),
        0.05 * np.ones(6),
        np.concatenate([[0.1], reading.bound_low, [0.1]]),
        np.concatenate([[0.9], reading.bound_high, [0.9]]),
    )
    second = draw_ranks(
        [wider], [2.0, *case.weights, 0.0], [7, *case.sources, 8], settings=DrawSettings(draws=50)
    )
    np.testing.assert_array_equal(first.rank_p05, second.rank_p05)
    np.testing.assert_array_equal(first.rank_p95, second.rank_p95)


def test_with_keys_the_order_of_the_rows_changes_nothing() -> None:
    case = suppliers(80, 5, missing_share=0.2, error=0.05, normalisers=2)
    keys = np.random.default_rng(3).integers(0, 2**32, 80, dtype=np.uint32)
    order = np.random.default_rng(4).permutation(80)
    settings = DrawSettings(draws=40)
    first = draw_ranks(
        case.normalised, case.weights, case.sources, settings=settings, row_keys=keys
    )
    turned = tuple(replace(reading, risk=reading.risk[order]) for reading in case.normalised)
    second = draw_ranks(turned, case.weights, case.sources, settings=settings, row_keys=keys[order])
    np.testing.assert_array_equal(first.rank_p05[order], second.rank_p05)
    np.testing.assert_array_equal(first.rank_median[order], second.rank_median)


def test_more_missing_values_widen_the_interval() -> None:
    risk = np.random.default_rng(0).uniform(0.1, 0.9, (200, 8))
    holed = risk.copy()
    holed[0, 1:6] = NAN
    settings = replace(NO_UNCERTAINTY, draws=400, missing_filled_share=0.5)
    low, high = np.full(8, 0.1), np.full(8, 0.9)
    widths = []
    for case in (risk, holed):
        uncertainty = draw_ranks(
            [NormalisationMethod(case, None, low, high)], np.ones(8), range(8), settings=settings
        )
        widths.append(uncertainty.rank_p95[0] - uncertainty.rank_p05[0])
    assert widths[1] > widths[0] + 50


@pytest.mark.parametrize("power", [1, 2, 3])
def test_a_filled_value_runs_evenly_between_its_bounds(power: int) -> None:
    # One supplier misses its only other value; rulers of known score stand around it.
    rulers = np.linspace(0.005, 0.995, 100)
    risk = np.column_stack([np.append(rulers, 0.3), np.append(rulers, NAN)])
    settings = replace(NO_UNCERTAINTY, draws=4000, powers=(power,), missing_filled_share=1)
    reading = NormalisationMethod(risk, None, np.array([0.2, 0.2]), np.array([0.8, 0.8]))
    uncertainty = draw_ranks([reading], [1, 1], [0, 1], settings=settings)
    levels = 0.2 + 0.6 * np.array([0.95, 0.5, 0.05])
    scores = ((0.3**power + levels**power) / 2) ** (1 / power)
    expected = 1 + (rulers[None, :] > scores[:, None]).sum(axis=1)
    ends = [uncertainty.rank_p05[-1], uncertainty.rank_median[-1], uncertainty.rank_p95[-1]]
    assert ends == pytest.approx(expected, abs=1.5)


def test_what_does_not_apply_weighs_nothing_when_missing_values_are_filled() -> None:
    # The first supplier misses one of the two signals that apply to it; of three that are not
    # told apart, one more would hold its score half as far from where it stands.
    rulers = np.linspace(0.005, 0.995, 100)
    risk = np.column_stack([np.append(0.3, rulers)] * 3)
    risk[0, 1:] = NAN
    applicable = np.ones(risk.shape, dtype=bool)
    applicable[0, 2] = False
    settings = replace(NO_UNCERTAINTY, draws=4000, powers=(1,), missing_filled_share=1)
    reading = NormalisationMethod(risk, None, np.full(3, 0.2), np.full(3, 0.8))
    uncertainty = draw_ranks(
        [reading], np.ones(3), range(3), settings=settings, applicable=applicable
    )
    levels = 0.2 + 0.6 * np.array([0.95, 0.5, 0.05])
    expected = 1 + (rulers[None, :] > ((0.3 + levels) / 2)[:, None]).sum(axis=1)
    ends = [uncertainty.rank_p05[0], uncertainty.rank_median[0], uncertainty.rank_p95[0]]
    assert ends == pytest.approx(expected, abs=1.5)


def test_a_signal_that_applies_to_nobody_changes_no_draw() -> None:
    case = suppliers(30, 4, missing_share=0.2, error=0.05)
    reading, settings = case.normalised[0], DrawSettings(draws=50)
    first = draw_ranks([reading], case.weights, case.sources, settings=settings)
    risk = np.column_stack([reading.risk, np.full(30, NAN)])
    low, high = np.full((30, 5), 0.1), np.full((30, 5), 0.9)
    low[:, :4], high[:, :4] = reading.bound_low, reading.bound_high
    applicable = np.ones((30, 5), dtype=bool)
    applicable[:, 4] = False
    second = draw_ranks(
        [NormalisationMethod(risk, np.full(5, 0.05), low, high)], [*case.weights, 2.0],
        [*case.sources, 9],
        settings=settings, applicable=applicable,
    )  # fmt: skip
    np.testing.assert_array_equal(first.rank_p05, second.rank_p05)
    np.testing.assert_array_equal(first.rank_p95, second.rank_p95)


def test_band_stability_is_the_share_of_draws_in_the_published_tier() -> None:
    risk = np.array([[0.9, 0.9], [0.52, 0.52], [0.1, 0.1]])
    settings = replace(NO_UNCERTAINTY, draws=4000, measurement_error=True)
    reading = NormalisationMethod(risk, np.full(2, 0.05))
    uncertainty = draw_ranks([reading], [1, 1], [0, 1], settings=settings, band_floors=[0.5, 0.8])
    assert uncertainty.prob_same_band is not None
    # The mean of two errors of 0.05 has a standard error of 0.0354: Phi(0.02 / 0.0354) = 0.714,
    # and the quadratic mean adds 0.001 to the score: 0.73.
    assert uncertainty.prob_same_band == pytest.approx([1, 0.72, 1], abs=0.03)


def test_suppliers_that_are_not_scored_have_no_place() -> None:
    risk = np.array([[0.9, 0.9], [NAN, NAN], [0.1, 0.1], [0.5, NAN]])
    scoreable = np.array([True, True, True, False])
    uncertainty = draw_ranks(
        [NormalisationMethod(risk)], [1, 1], [0, 1], settings=NO_UNCERTAINTY, top=[1],
        scoreable=scoreable,
        band_floors=[0.5],
    )  # fmt: skip
    assert uncertainty.prob_same_band is not None
    for values in (
        uncertainty.rank,
        uncertainty.rank_p05,
        uncertainty.p_top[:, 0],
        uncertainty.prob_same_band,
    ):
        assert np.isnan(values).tolist() == [False, True, False, True]


def test_a_list_on_which_nobody_is_scored_has_no_ranks() -> None:
    uncertainty = draw_ranks(
        [NormalisationMethod(np.full((3, 2), NAN))],
        [1, 1],
        [0, 1],
        settings=NO_UNCERTAINTY,
        top=[2],
    )
    assert np.isnan(uncertainty.rank).all()
    assert uncertainty.p_top.shape == (3, 1)
    assert not uncertainty.ranks_are_printable


def test_one_supplier_is_first() -> None:
    uncertainty = draw_ranks(
        [NormalisationMethod(np.array([[0.4]]))], [1], [0], settings=DrawSettings(), top=[3]
    )
    assert uncertainty.rank_p05.tolist() == uncertainty.rank_p95.tolist() == [1]
    assert uncertainty.p_top.tolist() == [[1]]


def test_a_draw_that_leaves_a_supplier_nothing_is_left_out_of_its_interval() -> None:
    risk = np.array([[0.9, NAN], [0.5, 0.5], [0.2, 0.2]])
    settings = replace(NO_UNCERTAINTY, draws=400, source_left_out_share=1)
    uncertainty = draw_ranks(
        [NormalisationMethod(risk)], [1, 1], [0, 1], settings=settings, top=[1]
    )
    assert uncertainty.rank_p05.tolist() == [1, 1, 2]
    assert uncertainty.rank_p95.tolist() == [1, 2, 3]
    # In half of the draws the first supplier has no place, and the second moves up.
    assert uncertainty.p_top[:2, 0] == pytest.approx([0.5, 0.5], abs=0.08)


def test_ranks_that_do_not_hold_are_not_printable() -> None:
    risk = 0.5 + 0.001 * np.random.default_rng(0).random((100, 3))
    settings = DrawSettings(draws=100)
    uncertainty = draw_ranks(
        [NormalisationMethod(risk, np.full(3, 0.2))], np.ones(3), [0, 1, 2], settings=settings
    )
    assert uncertainty.top_decile_retention < 0.3
    assert not uncertainty.ranks_are_printable


GOOD = NormalisationMethod(np.array([[0.1, NAN], [0.3, 0.4]]))


@pytest.mark.parametrize(
    ("normalised", "options", "message"),
    [
        ([], {}, "no normalised matrix"),
        ([GOOD, NormalisationMethod(np.zeros((1, 2)))], {}, "same suppliers"),
        ([GOOD, NormalisationMethod(np.zeros((2, 2)))], {}, "lack different values"),
        ([GOOD], {"applicable": np.ones((2, 3), dtype=bool)}, "shape"),
        ([GOOD], {"applicable": np.zeros((2, 2), dtype=bool)}, "does not apply"),
        ([replace(GOOD, standard_error=np.zeros(3))], {}, "does not fit"),
        ([replace(GOOD, standard_error=np.array([-1, 0]))], {}, "negative"),
        ([replace(GOOD, bound_low=np.zeros(2))], {}, "both bounds"),
        ([replace(GOOD, bound_low=np.ones(2), bound_high=np.zeros(2))], {}, "above bound_high"),
        (
            [replace(GOOD, bound_low=np.ones(2), bound_high=np.full(2, 2))],
            {},
            "bound_high is above",
        ),
        ([GOOD], {"top": [0]}, "k of 1"),
        ([GOOD], {"band_floors": [0.5, 0.2]}, "ascending"),
        ([GOOD], {"weights": [0, 0]}, "Every weight is 0"),
        ([GOOD], {"sources": [0]}, "one source per"),
        ([GOOD], {"sources": [0, -1]}, "negative number"),
        ([GOOD], {"sources": [0.5, 0.7]}, "number of one source"),
        ([GOOD], {"scoreable": np.ones(3, bool)}, "scoreable"),
        ([GOOD], {"row_keys": np.ones(2)}, "row_keys"),
    ],
)
def test_what_does_not_fit_together_is_rejected(
    normalised: list[NormalisationMethod], options: dict[str, object], message: str
) -> None:
    arguments = {"weights": [1, 1], "sources": [0, 1], "settings": NO_UNCERTAINTY, **options}
    with pytest.raises(ValueError, match=message):
        draw_ranks(normalised, **arguments)  # type: ignore[arg-type]  # wrong on purpose


@pytest.mark.parametrize(
    "changes",
    [
        {"draws": 0},
        {"seed": -1},
        {"weight_concentration": -1.0},
        {"weight_concentration": float("inf")},
        {"powers": ()},
        {"powers": (5,)},
        {"source_left_out_share": 1.5},
        {"missing_filled_share": -0.1},
    ],
)
def test_settings_no_draw_can_follow_are_rejected(changes: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=next(iter(changes))):
        replace(NO_UNCERTAINTY, **changes)  # type: ignore[arg-type]  # wrong on purpose


def test_suppliers_of_the_tests_have_an_order() -> None:
    case: Suppliers = suppliers(500, 10, error=0.03)
    uncertainty = draw_ranks(
        case.normalised, case.weights, case.sources, settings=DrawSettings(draws=200), top=[50]
    )
    assert uncertainty.ranks_are_printable
