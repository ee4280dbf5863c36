"""Evidence pooled without sharing a supplier."""

import json
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.discrete.discrete_model import Logit

from configs.config_errors import DataRejectedError, UsageError
from scoring.tune.meta_analysis.study_combination import combine
from scoring.tune.meta_analysis.study_estimate import disclosable_columns, pooled_fit
from scoring.tune.meta_analysis.study_export import PooledSignal, Study, export_study, read_study

ANCHORS = {"method": "anchors", "floor": 0.0, "ceiling": 1.0, "anchor_source": "test"}


def signal(name: str = "fires", **changed: Any) -> dict[str, Any]:
    return {
        "signal_id": name,
        "unit": "per km2",
        "direction": 1,
        "normalise": ANCHORS,
        "observed": 100,
    } | changed


def study(name: str, effects: list[float], stderr: float, **changed: Any) -> Study:
    given: dict[str, Any] = {
        "study": name,
        "model": "test",
        "outcome": "public_listing",
        "as_of": "2022-03-01",
        "units": 100,
        "positives": 20,
        "signals": [signal(f"s{n}") for n in range(len(effects))],
        "coefficients": np.array(effects),
        "covariance": stderr**2 * np.eye(len(effects)),
    }
    return export_study(**given | changed)


@settings(max_examples=25)
@given(st.integers(2, 6), st.floats(-2, 2), st.floats(0.05, 1))
def test_equal_studies_give_the_study_with_its_error_over_root_k(
    count: int, effect: float, stderr: float
) -> None:
    row = combine([study(f"c{n}", [effect], stderr) for n in range(count)]).row(0, named=True)
    for name in ("fixed", "random", "fixed_joint"):
        assert row[name] == pytest.approx(effect, abs=1e-9)
        assert row[f"{name}_stderr"] == pytest.approx(stderr / np.sqrt(count))
    assert row["q"] == pytest.approx(0, abs=1e-9)
    assert row["tau_squared"] == row["i_squared"] == 0


@pytest.mark.parametrize("method", ["paule_mandel", "dersimonian_laird"])
def test_heterogeneity_by_hand(method: Any) -> None:
    # Effects 0, 1, 2 with variance 0.25: Q = 2/0.25 = 8, tau2 = 1 - 0.25 = 0.75, I2 = 6/8.
    studies = [study(f"c{n}", [float(n)], 0.5) for n in range(3)]
    row = combine(studies, method).row(0, named=True)
    assert row["q"] == pytest.approx(8)
    assert row["tau_squared"] == pytest.approx(0.75)
    assert row["i_squared"] == pytest.approx(0.75)
    assert row["fixed_stderr"] == pytest.approx(0.5 / np.sqrt(3))
    assert row["random"] == pytest.approx(1)
    assert row["random_stderr"] == pytest.approx(1 / np.sqrt(3))
    # t with one degree of freedom, sqrt(0.75 + 1/3).
    assert row["predicted_high"] == pytest.approx(1 + 12.706 * np.sqrt(0.75 + 1 / 3), abs=0.01)


def test_two_studies_predict_no_further_one() -> None:
    row = combine([study("a", [0.1], 0.5), study("b", [0.2], 0.5)]).row(0, named=True)
    assert row["predicted_low"] is None


def test_the_joint_estimate_uses_what_signals_share() -> None:
    shared = np.array([[0.25, 0.2], [0.2, 0.25]])
    one = study("a", [1.0, 0.0], 0.5, covariance=shared)
    other = study("b", [0.0, 0.0], 0.5)
    row = combine([one, other]).row(1, named=True)
    assert row["fixed"] == pytest.approx(0)
    assert row["fixed_joint"] != pytest.approx(0, abs=1e-3)


@pytest.mark.parametrize(
    ("other", "said"),
    [
        (study("b", [0.1, 0.2], 0.5), "differ in their signals"),
        (study("b", [0.1], 0.5, signals=[signal("s0", unit="ha")]), "differ in the unit of s0"),
        (study("b", [0.1], 0.5, signals=[signal("s0", direction=-1)]), "the direction of s0"),
        (
            study("b", [0.1], 0.5, signals=[signal("s0", normalise={"method": "robust_z"})]),
            "the normalise of s0",
        ),
        (study("b", [0.1], 0.5, outcome="court"), "different outcomes"),
    ],
    ids=["signals", "unit", "direction", "normaliser", "outcome"],
)
def test_studies_that_do_not_fit_are_rejected(other: Study, said: str) -> None:
    with pytest.raises(DataRejectedError, match=said):
        combine([study("a", [0.1], 0.5), other])


def test_one_study_or_the_same_twice_is_no_pool() -> None:
    one = study("a", [0.1], 0.5)
    with pytest.raises(UsageError, match="two or more"):
        combine([one])
    with pytest.raises(UsageError, match="given twice"):
        combine([one, one])


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"positives": 9}, "positives"),
        ({"positives": 95}, "5 units without a known case"),
        ({"signals": [signal("s0", observed=9)]}, "observed"),
        ({"signals": [signal("s0", observed=97)]}, "3 units without a value of s0"),
        ({"signals": [signal("s0", observed=120)]}, "-20 units without a value"),
        ({"coefficients": np.array([np.nan])}, "finite"),
        ({"covariance": np.array([[-1.0]])}, "variances above 0"),
        ({"coefficients": np.array([1.0, 2.0])}, "as many coefficients"),
        ({"study": "anna@example.org"}, "study"),
    ],
    ids=["cases", "others", "seen", "unseen", "more", "nan", "variance", "shape", "name"],
)
def test_small_counts_and_broken_figures_do_not_leave(changed: dict[str, Any], said: str) -> None:
    with pytest.raises(DataRejectedError, match=said):
        study("a", [0.1], 0.5, **changed)


def test_a_study_reads_back_as_it_was_written_and_holds_no_rows() -> None:
    one = study("a", [0.1, -0.2], 0.5)
    text = one.model_dump_json()
    assert read_study(text, "a.json") == one
    assert all(not isinstance(v, list) or len(v) <= 2 for v in json.loads(text).values())
    with pytest.raises(DataRejectedError, match=r"b\.json"):
        read_study('{"rows": [1, 2]}', "b.json")


def test_noise_is_stated_and_widens_the_error() -> None:
    noisy = study("a", [0.1] * 2, 0.5, noise_scale=0.3, seed=1)
    assert noisy.noise is not None
    assert (noisy.noise.scale, noisy.noise.epsilon) == (0.3, None)
    assert noisy.covariance[0][0] == pytest.approx(0.25 + 0.09)
    assert noisy.coefficients[0] != 0.1
    assert noisy == study("a", [0.1] * 2, 0.5, noise_scale=0.3, seed=1)


@pytest.mark.parametrize(("scale", "epsilon"), [(0.5, 0.0969), (0.01, None)])
def test_epsilon_is_reported_where_its_formula_holds(scale: float, epsilon: float | None) -> None:
    # 0.01 sqrt(2 ln(1.25 / 1e-5)) / scale, good up to 1.
    reported = study("a", [0.1], 0.5, noise_scale=scale, sensitivity=0.01, seed=1).noise
    assert reported is not None
    assert reported.epsilon == (None if epsilon is None else pytest.approx(epsilon, abs=1e-4))


def test_noise_of_nothing_is_rejected() -> None:
    with pytest.raises(UsageError, match="scale of the noise"):
        study("a", [0.1], 0.5, noise_scale=0.0)


def _world(units: int = 3000) -> tuple[np.ndarray, np.ndarray]:
    generator = np.random.default_rng(8)
    risk = generator.random((units, 3))
    probability = 1 / (1 + np.exp(2.0 - 2.0 * (risk[:, 0] - 0.5) + 1.0 * (risk[:, 1] - 0.5)))
    return risk, generator.random(units) < probability


def test_the_fit_is_that_of_statsmodels_with_much_data() -> None:
    risk, case = _world()
    found = pooled_fit(risk, case)
    oracle = Logit(case.astype(float), np.column_stack([np.ones(case.size), risk])).fit(disp=0)
    assert found.coefficients == pytest.approx(oracle.params[1:], abs=0.03)
    assert np.sqrt(np.diag(found.covariance)) == pytest.approx(oracle.bse[1:], rel=0.02)
    # Against the signal, too: a pool must hear it.
    assert found.coefficients[1] < 0


def test_separated_cases_stay_finite() -> None:
    risk = np.linspace(0, 1, 60)[:, None]
    found = pooled_fit(risk, risk[:, 0] > 0.7)
    assert np.isfinite(found.coefficients).all()
    assert found.coefficients[0] > 5


def test_columns_with_few_or_few_missing_values_are_not_reported() -> None:
    risk, case = _world(200)
    risk[:195, 0] = np.nan
    risk[:5, 1] = np.nan
    assert disclosable_columns(risk, case).tolist() == [2]
    assert pooled_fit(risk, case).columns.tolist() == [2]
    with pytest.raises(DataRejectedError, match="there is nothing that may be reported"):
        pooled_fit(risk[:, :2], case)
    with pytest.raises(DataRejectedError, match="a study needs 10 of each"):
        pooled_fit(risk, np.arange(200) < 9)


def test_a_coefficient_gives_away_no_small_cell() -> None:
    risk, _ = _world(200)
    case = np.arange(200) < 40
    # Nine of the cases have a value of the first signal; all but nine units share the second's.
    risk[9:40, 0] = np.nan
    risk[9:, 1] = 0.0
    assert disclosable_columns(risk, case).tolist() == [2]
    # A signal with two values is a table of four cells: 9 cases and 40 others are high, then 10.
    risk[:, 1] = (np.arange(200) >= 31) & (np.arange(200) < 80)
    assert disclosable_columns(risk, case).tolist() == [2]
    risk[30, 1] = 1.0
    assert disclosable_columns(risk, case).tolist() == [1, 2]


def test_a_signal_can_be_given_as_its_record() -> None:
    made = PooledSignal.model_validate(signal("s0"))
    assert study("a", [0.1], 0.5, signals=[made]) == study("a", [0.1], 0.5)
