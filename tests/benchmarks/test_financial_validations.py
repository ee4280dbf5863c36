"""The measures and readings behind `validate polish` and `validate us_windows`."""

import gzip
from pathlib import Path

import numpy as np
import pytest

from benchmarks import polish, taiwan, us_windows
from benchmarks.choosing_part import is_for_choosing
from benchmarks.pillar_scores import pillar_score, pillar_signals, risk_of
from benchmarks.us_windows import within_year_auc


def test_pairs_are_counted_within_years() -> None:
    order = np.array([2.0, 1.0, 9.0, 5.0, 7.0])
    failed = np.array([True, False, False, True, False])
    year = np.array(["a", "a", "b", "b", "b"])
    # Year a: 1 of 1 pair right; year b: 0 of 2.
    assert within_year_auc(order, failed, year) == pytest.approx(1 / 3)


def test_an_arff_is_read_with_its_gaps(tmp_path: Path) -> None:
    path = tmp_path / "made.arff.gz"
    cells = ["1.5"] * 64
    cells[26] = "?"
    with gzip.open(path, "wt") as target:
        target.write("@relation made\n@DATA\n" + ",".join(cells) + ",1\n")
    ratios, failed = polish.read_arff(path)
    assert ratios.shape == (1, 64)
    assert np.isnan(ratios[0, 26])
    assert failed.tolist() == [True]


def test_the_pillar_is_the_power_mean_of_the_shipped_risks() -> None:
    weighed = pillar_signals()
    leverage, liquidity = weighed["leverage"], weighed["liquidity"]
    values = {"leverage": np.array([0.6, 0.6]), "liquidity": np.array([np.nan, 1.0])}
    risks = [risk_of(leverage, values["leverage"])[0], risk_of(liquidity, values["liquidity"])[1]]
    weights = [leverage.weight, liquidity.weight]
    score, used = pillar_score({**values, "interest_coverage": np.array([0.0, 0.0])})
    assert used == ["leverage", "liquidity"]
    assert score[0] == pytest.approx(risks[0])
    assert score[1] == pytest.approx(np.average(np.square(risks), weights=weights) ** 0.5)


def test_equal_units_are_in_one_part() -> None:
    parts = is_for_choosing(["U00001", "U00002", "U00001"])
    assert parts[0] == parts[2]
    many = is_for_choosing(str(number) for number in range(2000))
    assert 0.45 < many.mean() < 0.55


def test_the_pillar_weighs_as_in_a_run_with_accounts() -> None:
    weights = {name: signal.weight for name, signal in pillar_signals().items()}
    # Of one evidence grade, weights are those of the configuration up to one factor.
    assert weights["market_cushion"] / weights["leverage"] == pytest.approx(1.5)
    assert weights["revenue_shock"] / weights["leverage"] == pytest.approx(0.5)


@pytest.mark.shared
def test_the_pillar_ranks_bankruptcies(shared_data: Path) -> None:
    assert shared_data.exists()
    figures = polish.run()
    assert float(figures.split("5year AUC ")[1].split()[0]) >= 0.81
    assert float(figures.split("1year AUC ")[1].split()[0]) >= 0.72


@pytest.mark.shared
def test_the_pillar_is_above_the_best_single_ratio(shared_data: Path) -> None:
    assert shared_data.exists()
    figures = us_windows.run()
    pillar = float(figures.split("judging part ")[1].split()[0])
    assert pillar > float(figures.split("market_cushion alone ")[1].split(";")[0])
    figures = taiwan.run()
    assert float(figures.split()[1]) > float(figures.split("alone, ")[1].rstrip(")"))
