"""The financial pillar as shipped against bankruptcies of US companies in the year that follows.

Nothing is fitted here, but the anchors and weights of the pillar were set while looking at the
train part of this set. AUC is read within fiscal years, so that a year of many failures does not
help: the share of all pairs of a failed and another company of the same year that stand rightly.
    Only
the last row of each company is read.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from benchmarks.pillar_scores import pillar_score
from benchmarks.shared_data import shared_data
from benchmarks.us_statements import read_companies, signal_values
from scoring.tune.ranking_measures import auc

ID = "us_windows"
GOAL = "financial pillar against US bankruptcies: AUC within fiscal years >= 0.76"
KIND = "validate"

Floats = NDArray[np.float64]

_GOAL = 0.76
#: Against a random ranking; direction is put so that higher is riskier.
_ALONE = {
    "altman_z_double_prime": -1.0,
    "leverage": 1.0,
    "liquidity": -1.0,
    "cash_flow_cover": -1.0,
    "market_cushion": -1.0,
    "revenue_shock": -1.0,
    "margin_squeeze": -1.0,
    "near_threshold_pressure": 1.0,
    "receivables_stretch": 1.0,
    "revenue_volatility": 1.0,
}


def run() -> str:
    """Print the table and return the figures.

    Raises:
        DataRejectedError: the shared data folder is absent.
    """
    company_years, last = read_companies(shared_data("finance/us_bankruptcy_windows"))
    values = signal_values(company_years, last)
    score, used = pillar_score(values)
    unlisted, _ = pillar_score({k: v for k, v in values.items() if k != "market_cushion"})
    failed = last["bankrupt_next"].to_numpy() == 1
    year = last["fyear"].cast(str).to_numpy().astype(np.str_)
    part = last["split"].to_numpy().astype(np.str_)
    print(f"{failed.size} companies, {int(failed.sum())} bankrupt the year after their last row")
    print(f"signals: {', '.join(used)}")
    print(f"{'AUC within fiscal years':<32}{'all':>8}{'train':>8}{'valid.':>8}{'pooled':>8}")
    orders = {
        "pillar as shipped": score,
        "  without the market's value": unlisted,
        **{f"{name} alone": _ALONE[name] * values[name] for name in _ALONE if name in values},
    }
    for title, order in orders.items():
        cells = [_within(order, failed, year)]
        cells += [_within(order, failed, year, part == of) for of in ("train", "validation")]
        known = ~np.isnan(order)
        cells.append(auc(order[known], failed[known]))
        print(f"{title:<32}" + "".join(f"{cell:>8.3f}" for cell in cells))
    reached = _within(score, failed, year)
    print(f"goal {_GOAL}: {'met' if reached >= _GOAL else 'not met'}")
    return (
        f"within-year AUC {reached:.4f} (goal {_GOAL}; train "
        f"{_within(score, failed, year, part == 'train'):.4f}, validation "
        f"{_within(score, failed, year, part == 'validation'):.4f}); without market value "
        f"{_within(unlisted, failed, year):.4f}"
    )


def _within(
    order: Floats,
    failed: NDArray[np.bool_],
    year: NDArray[np.str_],
    rows: NDArray[np.bool_] | None = None,
) -> float:
    chosen = ~np.isnan(order) if rows is None else rows & ~np.isnan(order)
    return within_year_auc(order[chosen], failed[chosen], year[chosen])


def within_year_auc(order: Floats, failed: NDArray[np.bool_], year: NDArray[np.str_]) -> float:
    """Mean AUC of the years, each weighted by its pairs of a failed and another company."""
    right, pairs = 0.0, 0
    for name in np.unique(year):
        inside = year == name
        count = int(failed[inside].sum()) * int((~failed[inside]).sum())
        if count:
            right += auc(order[inside], failed[inside]) * count
            pairs += count
    return right / pairs
