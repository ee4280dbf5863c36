"""In which order unknown data points are asked: what an answer adds, for the minutes it takes.

The information that a data point d adds on supplier s is the sum over the ILO indicators i that it
bears on of strength(d, i) / 3 times 1 - seen(s, i); seen is the strength, of 3, of the strongest
link to the indicator among the supplier's usable signals. An answer is worth more where the desk
sees nothing. It is no probability and no part of a score. The weights are ours: strengths of the
catalogue and of the cards, without data on answers.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

import numpy as np
import polars as pl
from numpy.typing import NDArray

from scoring.questionnaires.data_points import DataPoint
from scoring.questionnaires.evidence import usable
from signals.card import IloIndicator, SignalCard

_STRONGEST = 3
_INDICATORS = tuple(IloIndicator)


def information(
    suppliers: Sequence[str],
    contributions: pl.DataFrame,
    points: Mapping[str, DataPoint],
    cards: Mapping[str, SignalCard],
    as_of: dt.date,
) -> NDArray[np.float64]:
    """What an answer would add, suppliers by data points, in the orders given; 0 or more.

    Args:
        suppliers: ids.
        contributions: as of `scoring.questionnaires.evidence.known`.
        points: the catalogue.
        cards: of the signals, by id.
        as_of: as-of date of the run.
    """
    seen = _seen(suppliers, usable(contributions, cards, as_of), cards)
    strengths = np.array(
        [[point.ilo.get(i, 0) / _STRONGEST for i in _INDICATORS] for point in points.values()]
    ).reshape(-1, len(_INDICATORS))
    added: NDArray[np.float64] = (1 - seen) @ strengths.T
    return added


def _seen(
    suppliers: Sequence[str], shown: pl.DataFrame, cards: Mapping[str, SignalCard]
) -> NDArray[np.float64]:
    """How well signals see each indicator, suppliers by indicators, 0 to 1."""
    links = pl.DataFrame(
        [
            (card.id, _INDICATORS.index(link.indicator), link.strength / _STRONGEST)
            for card in cards.values()
            for link in card.ilo
        ],
        schema={"signal_id": pl.String, "column": pl.Int64, "strength": pl.Float64},
        orient="row",
    )
    strongest = (
        shown.select("supplier_id", "signal_id")
        .join(links, on="signal_id")
        .group_by("supplier_id", "column")
        .agg(pl.col("strength").max())
        .join(
            pl.DataFrame(
                {"supplier_id": list(suppliers), "row": range(len(suppliers))},
                schema={"supplier_id": pl.String, "row": pl.Int64},
            ),
            on="supplier_id",
        )
    )
    seen = np.zeros((len(suppliers), len(_INDICATORS)))
    seen[strongest["row"].to_numpy(), strongest["column"].to_numpy()] = strongest["strength"]
    return seen
