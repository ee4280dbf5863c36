"""How the financial pillar combines ratios, on bankruptcies of companies listed in Taiwan.

The set gives ratios on scales of its own, from 0 to 1, so no anchor can be applied and Z'' cannot
be computed. The ratios that come nearest to three of the signals are put on their percentiles and
combined with the shipped weights and exponent. It tests the combination and the directions in
another country, not the anchors. Nothing was chosen on this set.
"""

from __future__ import annotations

import numpy as np
import polars as pl
from scipy.stats import rankdata

import configs
from benchmarks.pillar_scores import pillar_signals
from benchmarks.shared_data import shared_data
from scoring.aggregation.power_mean import power_mean
from scoring.tune.ranking_measures import auc, average_precision

ID = "taiwan"
GOAL = "weights of the financial pillar on percentiles, bankruptcies in Taiwan: above each ratio"
KIND = "validate"

#: Our signal: the set's nearest ratio.
_RATIOS = {
    "cash_flow_cover": "Operating Funds to Liability",
    "leverage": "Debt ratio %",
    "liquidity": "Quick Ratio",
}


def run() -> str:
    """Print the table and return the figures.

    Raises:
        DataRejectedError: the shared data folder is absent.
    """
    folder = shared_data("finance/taiwan_bankruptcy")
    frame = pl.read_csv(folder / "taiwan_bankruptcy.csv.gz", infer_schema_length=None)
    # Column names of the set begin with a space here and there.
    frame = frame.rename({name: name.strip() for name in frame.columns})
    failed = frame["bankrupt"].to_numpy() == 1
    signals = pillar_signals()
    percentiles = {
        name: (rankdata(signals[name].direction * frame[ratio].to_numpy()) - 0.5) / failed.size
        for name, ratio in _RATIOS.items()
    }
    weights = np.array([signals[name].weight for name in percentiles])
    exponent = configs.load(local=None).scoring.exponent
    score = power_mean(np.column_stack(list(percentiles.values())), weights, exponent)
    print(f"{failed.size} companies, {int(failed.sum())} bankrupt")
    for title, order in {"weights as shipped": score, **percentiles}.items():
        print(
            f"  {title:<20} AUC {auc(order, failed):.3f}  AP {average_precision(order, failed):.3f}"
        )
    best = max(percentiles, key=lambda name: auc(percentiles[name], failed))
    return (
        f"AUC {auc(score, failed):.4f} (goal: above {best} alone, "
        f"{auc(percentiles[best], failed):.4f})"
    )
