"""Does the change score separate deforested from stable forest on labelled pixel series?"""

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy.stats import rankdata

from benchmarks.shared_data import shared_data
from signals.changepoint.largest_fall import largest_fall

ID = "deforestation"
GOAL = "AUC >= 0.95 of the change score, deforestation against stable forest, labelled in Brazil"
KIND = "validate"


def run() -> str:
    """Score each series, compare the labels pairwise.

    Returns:
        AUC of deforestation against forest, and against all that is not deforestation, per index.
    """
    table = pl.read_csv(shared_data("earth/ts-labelled-brazil/landsat8_rondonia_ndvi_evi.csv"))
    figures = []
    print(f"{'index':8}{'label':>16}{'series':>8}{'score, median':>15}")
    for index in ("NDVI", "EVI"):
        wide = table.sort("sample_id", "date").group_by("sample_id", maintain_order=True)
        series = wide.agg(pl.col("label").first(), values=pl.col(index))
        scores = largest_fall(np.array(series["values"].to_list(), dtype=np.float64)).size
        labels = series["label"].to_numpy()
        for label in np.unique(labels):
            chosen = labels == label
            print(f"{index:8}{label:>16}{chosen.sum():8}{np.median(scores[chosen]):15.2f}")
        lost = labels == "Deforestation"
        forest = auc(scores[lost], scores[labels == "Forest"])
        figures.append(f"{index} {forest:.3f} ({auc(scores[lost], scores[~lost]):.3f})")
    return f"AUC against stable forest (all others): {', '.join(figures)}"


def auc(positive: NDArray[np.float64], negative: NDArray[np.float64]) -> float:
    """Return the probability that a positive scores higher than a negative, ties half."""
    ranks = rankdata(np.concatenate([positive, negative]))
    summed = ranks[: len(positive)].sum() - len(positive) * (len(positive) + 1) / 2.0
    return float(summed / (len(positive) * len(negative)))
