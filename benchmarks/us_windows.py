"""The financial pillar as shipped against bankruptcies of US companies in the year that follows.

Nothing is estimated here. Anchors and weights are chosen on half of the companies; each look at the
other half is written down in `tests/cases/financial_looks.md`. AUC is read within fiscal years, so
that a year of many failures does not help: the share of all pairs of a failed and another company
of the same year that stand rightly. Only the last row of each company is read.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from benchmarks.choosing_part import is_for_choosing
from benchmarks.pillar_scores import pillar_score
from benchmarks.shared_data import shared_data
from benchmarks.us_statements import read_companies, signal_values
from scoring.tune.ranking_measures import auc

ID = "us_windows"
GOAL = "financial pillar and `distress` against US bankruptcies: above the best single ratio"
KIND = "validate"

Floats = NDArray[np.float64]

_PARTS = ("all", "choosing", "judging", "from 2009")
_LATE = 2009
#: Against a random ranking; direction is put so that higher is riskier.
_ALONE = {
    "altman_z_double_prime": -1.0,
    "leverage": 1.0,
    "liquidity": -1.0,
    "cash_flow_cover": -1.0,
    "market_cushion": -1.0,
    "market_value_change": -1.0,
    "revenue_shock": -1.0,
    "margin_squeeze": -1.0,
    "near_threshold_pressure": 1.0,
    "receivables_stretch": 1.0,
    "revenue_volatility": 1.0,
    "distress": 1.0,
}
#: Beside the pillar; the logit is estimated on both halves, so its figures here are in sample.
_ESTIMATED = "distress"
_UNLISTED = "  without the market's value"
_OF_THE_MARKET = ("market_cushion", "market_value_change")


def run() -> str:
    """Print the table and return the figures.

    Raises:
        DataRejectedError: the shared data folder is absent.
    """
    company_years, last = read_companies(shared_data("finance/us_bankruptcy_windows"))
    values = signal_values(company_years, last)
    score, used = pillar_score(values)
    unlisted, _ = pillar_score({k: v for k, v in values.items() if k not in _OF_THE_MARKET})
    failed = last["bankrupt_next"].to_numpy() == 1
    year = last["fyear"].to_numpy()
    choosing = is_for_choosing(last["supplier_id"])
    rows = dict(
        zip(_PARTS, (np.ones(failed.size, bool), choosing, ~choosing, year >= _LATE), strict=True)
    )
    print(f"{failed.size} companies, {int(failed.sum())} bankrupt the year after their last row")
    print(f"signals: {', '.join(used)}")
    print(f"{'AUC within fiscal years':<32}" + "".join(f"{part:>11}" for part in _PARTS))
    orders = {
        "pillar as shipped": score,
        _UNLISTED: unlisted,
        **{f"{name} alone": _ALONE[name] * values[name] for name in _ALONE if name in values},
    }
    name = year.astype(np.str_)
    reached = {
        title: {part: _within(order, failed, name, rows[part]) for part in _PARTS}
        for title, order in orders.items()
    }
    for title, cells in reached.items():
        print(f"{title:<32}" + "".join(f"{cells[part]:>11.3f}" for part in _PARTS))
    singles = [f"{name} alone" for name in _ALONE if name != _ESTIMATED]
    best = max(singles, key=lambda title: reached[title]["judging"])
    pillar = reached["pillar as shipped"]
    met = pillar["judging"] > reached[best]["judging"]
    print(f"goal, judging part: above {best}: {'met' if met else 'not met'}")
    return (
        f"within-year AUC, judging part {pillar['judging']:.4f} (choosing "
        f"{pillar['choosing']:.4f}); {best} {reached[best]['judging']:.4f}; without market value "
        f"{reached[_UNLISTED]['judging']:.4f}"
    )


def _within(
    order: Floats,
    failed: NDArray[np.bool_],
    year: NDArray[np.str_],
    rows: NDArray[np.bool_],
) -> float:
    chosen = rows & ~np.isnan(order)
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
