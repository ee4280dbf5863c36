"""A logit model of US bankruptcies on three ratios: coefficients of the optional signal `distress`.

One row per company, its last, so that no company is on both sides of a split. Validation follows
time: each year from 2006 on is predicted by a fit on the companies that ended before it. The fit
on all years gives the coefficients that the signal ships. `python -m benchmarks.us_logit` also
plots the calibration of the time-ordered predictions for the documentation.
"""

from __future__ import annotations

import warnings
from pathlib import Path

import numpy as np
import polars as pl
import statsmodels.api as sm
from numpy.typing import NDArray

from benchmarks.shared_data import shared_data
from benchmarks.us_statements import read_companies
from benchmarks.us_windows import within_year_auc
from scoring.tune.ranking_measures import auc
from signals.financial.distress import COEFFICIENTS, INTERCEPT, features

ID = "us_logit"
GOAL = "Logit of US bankruptcies behind `distress`: coefficients, calibration, AUC ahead in time"
KIND = "validate"

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

_FIRST_YEAR_READ = 2006
_BINS = 10
_PLOT = Path(__file__).resolve().parents[1] / "docs" / "images" / "distress_calibration.png"


def run() -> str:
    """Print the table and return the figures.

    Raises:
        DataRejectedError: the shared data folder is absent.
    """
    design, failed, year = _data()
    fit = _fitted(design, failed)
    print(fit.summary(xname=["const", *COEFFICIENTS]).as_text())
    shipped = np.array([INTERCEPT, *COEFFICIENTS.values()])
    apart = float(np.abs(fit.params - shipped).max())
    print(f"largest difference from the shipped coefficients: {apart:.4f}")
    probability, read = ahead_in_time(design, failed, year)
    name = year.astype(np.str_)
    print(f"\nahead in time, {_FIRST_YEAR_READ} on: {int(read.sum())} companies")
    print(f"{'foretold':>10}{'seen':>8}{'firms':>8}")
    for foretold, seen, firms in calibration(probability[read], failed[read]):
        print(f"{foretold:>10.3f}{seen:>8.3f}{firms:>8d}")
    within = within_year_auc(probability[read], failed[read], name[read])
    brier = float(np.mean((probability[read] - failed[read]) ** 2))
    base = float(np.mean((failed[read].mean() - failed[read]) ** 2))
    return (
        f"AUC ahead in time {auc(probability[read], failed[read]):.4f}, within years {within:.4f}; "
        f"in sample {auc(np.asarray(fit.predict(design)), failed):.4f}; Brier {brier:.4f} "
        f"(base rate {base:.4f}); coefficients shipped within {apart:.4f}"
    )


def ahead_in_time(design: Floats, failed: Flags, year: NDArray[np.int64]) -> tuple[Floats, Flags]:
    """Probability of each company by a fit on earlier years, and which companies were read."""
    probability = np.full(failed.size, np.nan)
    for now in np.unique(year[year >= _FIRST_YEAR_READ]):
        inside = year == now
        probability[inside] = _fitted(design[year < now], failed[year < now]).predict(
            design[inside]
        )
    return probability, ~np.isnan(probability)


def calibration(probability: Floats, failed: Flags) -> list[tuple[float, float, int]]:
    """Mean probability, share that failed and number of companies, in tenths by probability."""
    parts = np.array_split(np.argsort(probability, kind="stable"), _BINS)
    return [(float(probability[p].mean()), float(failed[p].mean()), p.size) for p in parts]


def write_plot(path: Path = _PLOT) -> None:
    """Draw the calibration ahead in time."""
    import matplotlib

    matplotlib.use("agg")
    from matplotlib import pyplot

    probability, read = ahead_in_time(*_data())
    _, failed, _ = _data()
    points = calibration(probability[read], failed[read])
    figure, axes = pyplot.subplots(figsize=(5, 5), dpi=80)
    highest = 1.1 * max(max(point[:2]) for point in points)
    axes.plot([0, highest], [0, highest], color="0.6", linewidth=1)
    axes.plot([p[0] for p in points], [p[1] for p in points], "o-", color="#1f5a7a")
    axes.set_xlabel("foretold by a fit on earlier years")
    axes.set_ylabel("share that failed in the year that followed")
    axes.set_title("Bankruptcy of US companies, tenths of the companies, 2006-2014", fontsize=10)
    figure.tight_layout()
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path)
    pyplot.close(figure)


def _data() -> tuple[Floats, Flags, NDArray[np.int64]]:
    _, last = read_companies(shared_data("finance/us_bankruptcy_windows"))
    items = last.rename({"total_current_liabilities": "current_liabilities"}).with_columns(
        depreciation=pl.col("depreciation_and_amortization")
    )
    ratios = items.select(**features({name: pl.col(name) for name in items.columns}))
    design = sm.add_constant(ratios.to_numpy().astype(np.float64), has_constant="add")
    return design, last["bankrupt_next"].to_numpy() == 1, last["fyear"].to_numpy()


def _fitted(design: Floats, failed: Flags) -> sm.discrete.discrete_model.BinaryResultsWrapper:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        return sm.Logit(failed.astype(float), design).fit(disp=0, cov_type="HC1")


if __name__ == "__main__":
    write_plot()
