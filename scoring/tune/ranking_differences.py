"""Two profiles on one list: who enters and leaves the first k, and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from scoring.aggregation.aggregate import Totals, aggregate
from scoring.aggregation.priority_bands import SCORE_DECIMALS
from scoring.explanation.contributions import points
from scoring.normalisation.normalised_signals import NormalisedSignals
from scoring.scoring_model import ScoringModel
from scoring.tune.effective_weights import effective_weights, pillar_weights
from scoring.tune.ranking_measures import Floats, rank_agreement, top_overlap

_REASONS = 3
# Less than this is not shown to readers: points are printed to a tenth.
_MIN_POINTS = 0.05


@dataclass(frozen=True)
class ProfileOrder:
    """A list as one profile orders it.

    Attributes:
        name: of the profile.
        model: its method.
        normalised: the normalised signals of the list by it.
        totals: the figures of each supplier.
    """

    name: str
    model: ScoringModel
    normalised: NormalisedSignals
    totals: Totals

    @property
    def score(self) -> Floats:
        """[suppliers] as published, NaN where there is none."""
        rounded: Floats = np.round(self.totals.score, SCORE_DECIMALS)
        return rounded

    def scores(self) -> pl.DataFrame:
        """supplier_id, score, coverage, rank."""
        return pl.DataFrame(
            {
                "supplier_id": self.normalised.supplier_ids,
                "score": pl.Series(self.totals.score, nan_to_null=True),
                "evidence_coverage": self.totals.coverage,
                "rank": pl.Series(self.totals.place, dtype=pl.Int32).replace(0, None),
            }
        )


@dataclass(frozen=True)
class ProfileComparison:
    """What changing the profile changes.

    Attributes:
        moves: suppliers that enter or leave the first k: supplier_id, change (enters, leaves),
            rank_before, rank_after, score_before, score_after, why.
        agreement: Kendall's tau-b of the two rankings.
        overlap: share of the first k that both have.
        signals: signal_id, pillar, and under each profile nominal_share and variance_share.
        pillars: pillar, and under each profile nominal_share, variance_share, correlation_ratio.
        dominant: by profile: the signals that carry more of the variance than allowed.
    """

    moves: pl.DataFrame
    agreement: float
    overlap: float
    signals: pl.DataFrame
    pillars: pl.DataFrame
    dominant: Mapping[str, tuple[tuple[str, float], ...]]

    def metrics(self) -> dict[str, Any]:
        """JSON-ready."""
        return {
            "tau": _rounded(self.agreement),
            "top_overlap": _rounded(self.overlap),
            "enter": self.moves.filter(pl.col("change") == "enters")["supplier_id"].to_list(),
            "leave": self.moves.filter(pl.col("change") == "leaves")["supplier_id"].to_list(),
            "pillars": self.pillars.to_dicts(),
            "dominant": {
                name: [
                    {"signal_id": signal, "variance_share": round(share, 4)} for signal, share in of
                ]
                for name, of in self.dominant.items()
            },
        }


def profile_order(name: str, normalised: NormalisedSignals, model: ScoringModel) -> ProfileOrder:
    """Order a list by a profile."""
    return ProfileOrder(
        name, model, normalised, aggregate(normalised.own, normalised.context, model)
    )


def compare(
    before: ProfileOrder, after: ProfileOrder, count: int, maximum_variance_share: float
) -> ProfileComparison:
    """Lay two profiles side by side.

    Args:
        before: the order to compare with.
        after: the other.
        count: the budget k.
        maximum_variance_share: a signal that carries more of the variance dominates.
    """
    sides = (before, after)
    signals = _joined([_effective(side) for side in sides], ("signal_id", "pillar"))
    pillars = _joined(
        [pillar_weights(side.normalised.own, side.model, side.totals.has_score) for side in sides],
        ("pillar",),
    )
    return ProfileComparison(
        moves=_moves(before, after, count),
        agreement=rank_agreement(before.score, after.score),
        overlap=top_overlap(before.score, after.score, count),
        signals=signals,
        pillars=pillars,
        dominant={
            side.name: tuple(
                _effective(side)
                .filter(pl.col("variance_share") > maximum_variance_share)
                .select("signal_id", "variance_share")
                .iter_rows()
            )
            for side in sides
        },
    )


@dataclass(frozen=True)
class SideBySide:
    """One list as several profiles order it.

    Attributes:
        names: of the profiles, in the order given.
        count: the budget k.
        ranks: supplier_id; `rank_N` and `score_N` for each profile, counted from 1 (null where it
            ranks the supplier not); `best`, the smallest rank, and `difference`, the largest less
            the smallest (null where fewer than two rank it). By `best`, then id; unranked last.
        agreement: profile, tau and top_overlap with the first profile (null where undefined).
    """

    names: tuple[str, ...]
    count: int
    ranks: pl.DataFrame
    agreement: pl.DataFrame

    def top(self) -> pl.DataFrame:
        """Position 1 to k, and for each profile the id that it puts there (`supplier_N`)."""
        positions = pl.DataFrame({"position": range(1, self.count + 1)}, {"position": pl.Int32})
        for number in range(1, len(self.names) + 1):
            there = self.ranks.select(
                position=f"rank_{number}", **{f"supplier_{number}": "supplier_id"}
            ).unique("position", keep="first", maintain_order=True)
            positions = positions.join(there, on="position", how="left", maintain_order="left")
        return positions


def side_by_side(orders: Sequence[ProfileOrder], count: int) -> SideBySide:
    """Lay the ranks of several profiles side by side, over all suppliers.

    Args:
        orders: of one list, with its suppliers in one order.
        count: the budget k.
    """
    table = pl.DataFrame({"supplier_id": orders[0].normalised.supplier_ids})
    columns = []
    for number, order in enumerate(orders, start=1):
        rank, score = f"rank_{number}", f"score_{number}"
        columns.append(rank)
        table = table.with_columns(
            order.scores()["rank"].alias(rank),
            pl.Series(score, order.score, nan_to_null=True),
        )
    ranks = [pl.col(name) for name in columns]
    is_compared = pl.sum_horizontal(one.is_not_null() for one in ranks) > 1
    table = table.with_columns(
        best=pl.min_horizontal(ranks),
        difference=pl.when(is_compared).then(pl.max_horizontal(ranks) - pl.min_horizontal(ranks)),
    ).sort("best", "supplier_id", nulls_last=True)
    first = orders[0].score
    agreement = [
        {
            "profile": one.name,
            "tau": _plain(rank_agreement(first, one.score)),
            "top_overlap": _plain(top_overlap(first, one.score, count)),
        }
        for one in orders
    ]
    schema = {"profile": pl.String, "tau": pl.Float64, "top_overlap": pl.Float64}
    return SideBySide(
        tuple(one.name for one in orders), count, table, pl.DataFrame(agreement, schema)
    )


def _effective(side: ProfileOrder) -> pl.DataFrame:
    return effective_weights(side.normalised.own, side.model, side.totals.has_score)


def _joined(frames: list[pl.DataFrame], keys: tuple[str, ...]) -> pl.DataFrame:
    one, other = (
        frame.rename({name: f"{name}_{when}" for name in frame.columns if name not in keys})
        for frame, when in zip(frames, ("before", "after"), strict=True)
    )
    return one.join(other, on=list(keys), how="full", coalesce=True).sort(keys)


def _moves(before: ProfileOrder, after: ProfileOrder, count: int) -> pl.DataFrame:
    ids = before.normalised.supplier_ids
    places = [side.totals.place for side in (before, after)]
    inside = [(place > 0) & (place <= count) for place in places]
    rows = np.flatnonzero(inside[0] != inside[1])
    shares = [_points(side, rows) for side in (before, after)]
    found = []
    for number, row in enumerate(rows):
        found.append(
            {
                "supplier_id": ids[int(row)],
                "change": "enters" if inside[1][row] else "leaves",
                "rank_before": _place(places[0][row]),
                "rank_after": _place(places[1][row]),
                "score_before": _plain(before.totals.score[row]),
                "score_after": _plain(after.totals.score[row]),
                "why": _why(
                    {name: part[number] for name, part in shares[0].items()},
                    {name: part[number] for name, part in shares[1].items()},
                    (before.totals.score[row], after.totals.score[row]),
                ),
            }
        )
    return pl.DataFrame(found, schema=_MOVES).sort(
        "change", "rank_after", "rank_before", "supplier_id", nulls_last=True
    )


_MOVES: dict[str, pl.DataType] = {
    "supplier_id": pl.String(),
    "change": pl.String(),
    "rank_before": pl.Int32(),
    "rank_after": pl.Int32(),
    "score_before": pl.Float64(),
    "score_after": pl.Float64(),
    "why": pl.String(),
}


def _points(side: ProfileOrder, rows: np.ndarray[Any, np.dtype[np.int64]]) -> dict[str, Floats]:
    """By signal: points of the suppliers in these rows, against their typical peer."""
    wanted = np.zeros(side.totals.score.size, dtype=np.bool_)
    wanted[rows] = True
    shared = points(side.normalised.own, side.model, wanted & side.totals.has_score)
    return {
        signal.signal_id: of_signal[rows]
        for signal, of_signal in zip(side.normalised.own.signals, shared, strict=True)
    }


def _why(
    before: Mapping[str, float], after: Mapping[str, float], scores: tuple[float, float]
) -> str:
    """The signals whose points change most; their own change says what moved the score."""
    if np.isnan(scores[0]) or np.isnan(scores[1]):
        return "too little evidence for a score under one of the two"
    changes = {
        name: float(after.get(name, 0.0) - before.get(name, 0.0)) for name in {*before, *after}
    }
    most = sorted(changes.items(), key=lambda item: (-abs(item[1]), item[0]))[:_REASONS]
    parts = [f"{name} {change:+.1f}" for name, change in most if abs(change) >= _MIN_POINTS]
    return ", ".join(parts) if parts else "others moved past it"


def _place(place: int) -> int | None:
    return int(place) or None


def _plain(value: float) -> float | None:
    return None if np.isnan(value) else float(value)


def _rounded(value: float) -> float | None:
    return None if np.isnan(value) else round(float(value), 4)
