"""Logit models of US bankruptcies: coefficients of the optional signal `distress`.

One row per company, its last, so that no company is on both sides of a split. Each equation is
tested in two ways: fitted on the companies for choosing and read on those for judging, and ahead in
time: each year from 2006 on by a fit on the companies that ended before it. The fit on all
companies gives the coefficients that the signal ships. `python -m benchmarks.us_logit` also plots
the calibration of the predictions ahead in time for the documentation.
"""

from __future__ import annotations

import warnings
from pathlib import Path

import numpy as np
import polars as pl
import statsmodels.api as sm
from numpy.typing import NDArray

from benchmarks.choosing_part import is_for_choosing
from benchmarks.shared_data import shared_data
from benchmarks.us_statements import read_companies
from benchmarks.us_windows import within_year_auc
from signals.financial.distress import EQUATIONS, Equation, features

ID = "us_logit"
GOAL = "logits of US bankruptcies behind `distress`: coefficients, calibration, above market value"
KIND = "validate"

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Years = NDArray[np.int64]

_FIRST_YEAR_READ = 2006
_BINS = 10
_PLOT = Path(__file__).resolve().parents[1] / "docs" / "images" / "distress_calibration.png"


def run() -> str:
    """Print the table and return the figures.

    Raises:
        DataRejectedError: the shared data folder is absent.
    """
    data, failed, year, choosing = _data()
    name = year.astype(np.str_)
    figures = []
    apart = 0.0
    print(f"AUC within fiscal years{'judging':>9}{'ahead':>8}")
    for equation in EQUATIONS:
        design = _design(data, equation)
        title = " + ".join(equation.coefficients)
        judged = np.asarray(_fitted(design[choosing], failed[choosing]).predict(design[~choosing]))
        of_judging = within_year_auc(judged, failed[~choosing], name[~choosing])
        foretold, read = ahead_in_time(design, failed, year)
        ahead = within_year_auc(foretold[read], failed[read], name[read])
        print(f"{title}: {of_judging:.4f} {ahead:.4f}")
        fit = _fitted(design, failed)
        print(fit.summary(xname=["const", *equation.coefficients]).tables[1].as_text())
        shipped = np.array([equation.intercept, *equation.coefficients.values()])
        apart = max(apart, float(np.abs(fit.params - shipped).max()))
        figures.append(f"{'+'.join(equation.needs) or 'accounts'} {of_judging:.4f}, {ahead:.4f}")
    market = -data["log_market_cushion"].to_numpy()
    late = year >= _FIRST_YEAR_READ
    alone = within_year_auc(market[~choosing], failed[~choosing], name[~choosing])
    alone_late = within_year_auc(market[late], failed[late], name[late])
    print(f"market value over liabilities alone: {alone:.4f} {alone_late:.4f}")
    foretold, read = ahead_in_time(_design(data, EQUATIONS[0]), failed, year)
    print(f"{'foretold':>10}{'seen':>8}{'companies':>11}")
    for expected, seen, companies in calibration(foretold[read], failed[read]):
        print(f"{expected:>10.3f}{seen:>8.3f}{companies:>11d}")
    brier = float(np.mean((foretold[read] - failed[read]) ** 2))
    base = float(np.mean((failed[read].mean() - failed[read]) ** 2))
    return (
        f"AUC within years, judging part and ahead in time: {'; '.join(figures)}; market value "
        f"alone {alone:.4f}, {alone_late:.4f}; Brier {brier:.4f} (base rate {base:.4f}); "
        f"coefficients shipped within {apart:.4f}"
    )


def ahead_in_time(design: Floats, failed: Flags, year: Years) -> tuple[Floats, Flags]:
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

    data, failed, year, _ = _data()
    probability, read = ahead_in_time(_design(data, EQUATIONS[0]), failed, year)
    points = calibration(probability[read], failed[read])
    figure, axes = pyplot.subplots(figsize=(5, 5), dpi=80)
    highest = 1.1 * max(max(point[:2]) for point in points)
    axes.plot([0, highest], [0, highest], color="0.6", linewidth=1)
    axes.plot([p[0] for p in points], [p[1] for p in points], "o-", color="#1f5a7a")
    axes.set_xlabel("predicted by a fit on earlier years")
    axes.set_ylabel("share that failed in the year that followed")
    axes.set_title("Bankruptcy of US companies, tenths of the companies, 2006-2014", fontsize=10)
    figure.tight_layout()
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path)
    pyplot.close(figure)


def _data() -> tuple[pl.DataFrame, Flags, Years, Flags]:
    """Features, outcome, fiscal year and whether the company is for choosing."""
    company_years, last = read_companies(shared_data("finance/us_bankruptcy_windows"))
    years_before = company_years.select(
        "supplier_id", pl.col("fyear") + 1, market_value_before="market_value"
    )
    items = (
        last.join(years_before, on=["supplier_id", "fyear"], how="left", maintain_order="left")
        .rename({"total_current_liabilities": "current_liabilities"})
        .with_columns(depreciation=pl.col("depreciation_and_amortization"))
    )
    data = items.select(**features({name: pl.col(name) for name in items.columns}))
    choosing = is_for_choosing(last["supplier_id"])
    return data, last["bankrupt_next"].to_numpy() == 1, last["fyear"].to_numpy(), choosing


def _design(data: pl.DataFrame, equation: Equation) -> Floats:
    ratios = data.select(*equation.coefficients).to_numpy().astype(np.float64)
    return np.asarray(sm.add_constant(ratios, has_constant="add"), dtype=np.float64)


def _fitted(design: Floats, failed: Flags) -> sm.discrete.discrete_model.BinaryResultsWrapper:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        return sm.Logit(failed.astype(float), design).fit(disp=0, cov_type="HC1")


if __name__ == "__main__":
    write_plot()
