"""The shipped financial pillar against bankruptcies of Polish companies, one and five years ahead.

Nothing is estimated here. Each signal is computed from the published ratios it consists of; what
the set does not hold (wages, filings, past years) is left out. Anchors and weights are chosen on
half of the rows (equal rows stay together; the set names no companies); each look at the other half
is written down in `tests/cases/financial_looks.md`.
"""

from __future__ import annotations

import gzip
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from benchmarks.choosing_part import is_for_choosing
from benchmarks.pillar_scores import pillar_score
from benchmarks.shared_data import shared_data
from scoring.tune.ranking_measures import auc, average_precision
from signals.financial.ratios import NO_DEBT_COST_SHARE, near_threshold

ID = "polish"
GOAL = "financial pillar against Polish bankruptcies: AUC >= 0.81 a year ahead, >= 0.72 five years"
KIND = "validate"

Floats = NDArray[np.float64]

_FILES = {"5year": ("one year ahead", 0.81), "1year": ("five years ahead", 0.72)}
_ATTRIBUTES = 64


def run() -> str:
    """Print the table and return the figures.

    Raises:
        DataRejectedError: the shared data folder is absent.
    """
    folder = shared_data("finance/polish_bankruptcy")
    figures = []
    for name, (horizon, goal) in _FILES.items():
        ratios, failed = read_arff(folder / f"{name}.arff.gz")
        values = signal_values(ratios)
        score, used = pillar_score(values)
        orders = {
            "pillar as shipped": score,
            "Altman Z'' alone": -values["altman_z_double_prime"],
            "leverage alone": values["leverage"],
            "cash_flow_cover alone": -values["cash_flow_cover"],
            "liquidity alone": -values["liquidity"],
        }
        choosing = is_for_choosing(row.tobytes() for row in ratios)
        print(f"{name}: {failed.size} companies, {int(failed.sum())} bankrupt {horizon}")
        print(f"  signals: {', '.join(used)}")
        for title, order in orders.items():
            known = ~np.isnan(order)
            precision = average_precision(order[known], failed[known])
            cells = [
                auc(order[rows], failed[rows])
                for rows in (known, known & choosing, known & ~choosing)
            ]
            print(
                f"  {title:<24} AUC {cells[0]:.3f} (choosing {cells[1]:.3f}, judging "
                f"{cells[2]:.3f})  AP {precision:.3f}  n {int(known.sum())}"
            )
        known = ~np.isnan(score)
        reached = auc(score[known], failed[known])
        of_judging = auc(score[known & ~choosing], failed[known & ~choosing])
        print(f"  goal {goal}: {'met' if reached >= goal else 'not met'}")
        figures.append(f"{name} AUC {reached:.4f} (judging part {of_judging:.4f}, goal {goal})")
    return ", ".join(figures)


def read_arff(path: Path) -> tuple[Floats, NDArray[np.bool_]]:
    """Ratios [companies, 64], NaN where missing, and whether the company failed."""
    rows: list[list[float]] = []
    with gzip.open(path, "rt", encoding="utf-8") as stream:
        for line in stream:
            if line.strip().lower() == "@data":
                break
        for line in stream:
            if line.strip():
                cells = line.strip().split(",")
                rows.append([np.nan if cell == "?" else float(cell) for cell in cells])
    table = np.array(rows)
    return table[:, :_ATTRIBUTES], table[:, _ATTRIBUTES].astype(bool)


def signal_values(ratios: Floats) -> dict[str, Floats]:
    """Values of the signals whose ratios the set holds, by their numbers X1 to X64."""

    def x(number: int) -> Floats:
        return ratios[:, number - 1]

    with np.errstate(divide="ignore", invalid="ignore"):
        # Profit on sales over profit on interest is interest on sales.
        costs_nothing = x(42) / x(27) <= NO_DEBT_COST_SHARE
        growth = np.where(x(21) > 0, np.log(x(21)), np.nan)
    coverage = np.where(costs_nothing, np.nan, x(27))
    frame = pl.DataFrame({"margin": x(42), "coverage": coverage}).fill_nan(None)
    near = frame.select(near_threshold(pl.col("margin"), pl.col("coverage"))).to_series()
    return {
        "altman_z_double_prime": 6.56 * x(3) + 3.26 * x(6) + 6.72 * x(7) + 1.05 * x(8),
        "cash_flow_cover": x(26),
        "interest_coverage": coverage,
        "leverage": x(2),
        "liquidity": x(46),
        "near_threshold_pressure": near.cast(pl.Float64).fill_null(np.nan).to_numpy(),
        "revenue_shock": growth,
    }
