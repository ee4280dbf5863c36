"""Fairness: are suppliers of one kind flagged, seen and misjudged more than those of another?

Published with every run, also where it fails. Each measure compares a group with all other
suppliers whose group is known; beside stand the slope on income and the label swap (SCIENCE 6.7).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from types import MappingProxyType
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy.stats import false_discovery_control, fisher_exact
from scipy.stats import t as student

from scoring.model import ScoringModel
from scoring.readings import Readings
from scoring.tune.fairness_groups import DIMENSIONS
from scoring.tune.label_effects import IncomeSlope, LabelSwap, income_slope, label_swap

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

LOWEST_RATIO = 0.8
HIGHEST_RATIO = 1.25
#: Nothing is told of fewer suppliers than this.
LEAST_GROUP = 10
_NORMAL_95 = 1.959964
_FALSE_CALLS = 0.05
_NO_SPREAD = 1e-12
# Scores are printed to a tenth of a point.
_SHOWN_CHANGE = 0.05

SCHEMA: Mapping[str, pl.DataType] = {
    "dimension": pl.String(),
    "group": pl.String(),
    "measure": pl.String(),
    "suppliers": pl.Int64(),
    "group_rate": pl.Float64(),
    "other_rate": pl.Float64(),
    "ratio": pl.Float64(),
    "ratio_low": pl.Float64(),
    "ratio_high": pl.Float64(),
    "verdict": pl.String(),
    "beyond_chance": pl.Boolean(),
}

MEASURES: Mapping[str, str] = MappingProxyType(
    {
        "flag_rate_top_k": "share within the audit budget",
        "flag_rate_top_tenth": "share in the top tenth",
        "has_score": "share with a score",
        "coverage": "mean coverage",
        "recall": "known cases found in the top tenth",
        "precision_random_arm": "cases among those flagged, random arm",
    }
)


@dataclass(frozen=True)
class Outcomes:
    """What is known of each supplier, in the order of the groups; from the outcomes file.

    Attributes:
        positive: a known case.
        random_arm: looked at because chance chose it: the only ones precision is told on.
    """

    positive: Flags
    random_arm: Flags


def parity(
    groups: pl.DataFrame, scores: pl.DataFrame, top_k: int, outcomes: Outcomes | None = None
) -> pl.DataFrame:
    """Compare every group with the others.

    Args:
        groups: as `scoring.tune.fairness_groups.fairness_groups` gives them.
        scores: supplier_id, score, rank (null without a score), coverage.
        top_k: the audit budget.
        outcomes: known cases; None leaves the parity of errors out.

    Returns:
        Columns of `SCHEMA`. The ratio is the group's rate over the others', with a 95 % interval
        (Katz's, for shares). Verdict: pass or fail (the ratio is outside 0.8 to 1.25), too_few
        (fewer than 10 suppliers on either side: rates null), none_elsewhere (the others' rate is
        0, so there is no ratio; it counts as a failure where the group's is not) or unknown (the
        group is known of nobody). beyond_chance: told apart from even by Fisher's exact test, or
        Welch's for the mean coverage, at most 5 % of such calls being false (Benjamini and
        Hochberg).
    """
    joined = groups.join(scores, on="supplier_id", how="left", maintain_order="left")
    rank = joined["rank"].cast(pl.Float64).fill_null(np.inf).to_numpy()
    tenth = max(1, round(int(np.isfinite(rank).sum()) / 10))
    everyone = np.ones(rank.size, dtype=bool)
    measured: dict[str, tuple[Flags, Floats]] = {
        "flag_rate_top_k": (everyone, (rank <= top_k).astype(float)),
        "flag_rate_top_tenth": (everyone, (rank <= tenth).astype(float)),
        "has_score": (everyone, np.isfinite(rank).astype(float)),
        "coverage": (everyone, joined["coverage"].fill_null(0.0).to_numpy()),
    }
    if outcomes is not None:
        flagged = rank <= tenth
        measured["recall"] = (outcomes.positive, flagged.astype(float))
        measured["precision_random_arm"] = (
            outcomes.random_arm & flagged,
            outcomes.positive.astype(float),
        )
    rows: list[dict[str, object]] = []
    for dimension in DIMENSIONS:
        names = joined[dimension]
        known = names.is_not_null().to_numpy()
        if not known.any():
            rows.append({"dimension": dimension, "suppliers": 0, "verdict": "unknown"})
            continue
        for name in names.drop_nulls().unique().sort():
            ours = (names == name).fill_null(False).to_numpy()
            for measure, (base, value) in measured.items():
                compared = _compared(value[ours & base], value[known & ~ours & base], measure)
                rows.append({"dimension": dimension, "group": name, "measure": measure, **compared})
    table = pl.DataFrame(rows, schema=dict(SCHEMA) | {"p_value": pl.Float64()})
    return _beyond_chance(table).select(list(SCHEMA))


def _beyond_chance(table: pl.DataFrame) -> pl.DataFrame:
    chance = table["p_value"].drop_nulls().drop_nans().to_numpy()
    adjusted = false_discovery_control(chance) if chance.size else chance
    told = table["p_value"].is_not_null() & table["p_value"].is_not_nan()
    # Unsigned counts would run under zero before the first that is told.
    places = told.cum_sum().cast(pl.Int64) - 1
    flags = pl.Series(adjusted < _FALSE_CALLS).gather(places.clip(0)) if chance.size else told
    return table.with_columns(beyond_chance=pl.when(told).then(flags))


def _compared(ours: Floats, others: Floats, measure: str) -> dict[str, object]:
    if min(ours.size, others.size) < LEAST_GROUP:
        # How many there are is not told either.
        return {"suppliers": None, "verdict": "too_few"}
    mine, theirs = float(ours.mean()), float(others.mean())
    found: dict[str, object] = {
        "suppliers": ours.size,
        "group_rate": mine,
        "other_rate": theirs,
        "p_value": _chance(ours, others, measure),
    }
    if theirs == 0:
        return found | {"verdict": "pass" if mine == 0 else "none_elsewhere"}
    ratio = mine / theirs
    is_even = LOWEST_RATIO <= ratio <= HIGHEST_RATIO
    found |= {"ratio": ratio, "verdict": "pass" if is_even else "fail"}
    if measure != "coverage" and mine > 0:
        half = _NORMAL_95 * np.sqrt((1 - mine) / ours.sum() + (1 - theirs) / others.sum())
        found |= {
            "ratio_low": float(ratio * np.exp(-half)),
            "ratio_high": float(ratio * np.exp(half)),
        }
    return found


def _chance(ours: Floats, others: Floats, measure: str) -> float:
    """Chance of a gap as large with no difference behind it."""
    if measure == "coverage":
        return _welch(ours, others)
    counts = [[int(side.sum()), int(side.size - side.sum())] for side in (ours, others)]
    return float(fisher_exact(counts).pvalue)


def _welch(ours: Floats, others: Floats) -> float:
    """Welch's test of two means; groups without any spread differ or do not."""
    gap = float(ours.mean() - others.mean())
    one, other = (float(side.var(ddof=1)) / side.size for side in (ours, others))
    if one + other < _NO_SPREAD:
        return 1.0 if abs(gap) < _NO_SPREAD else 0.0
    freedom = (one + other) ** 2 / (one**2 / (ours.size - 1) + other**2 / (others.size - 1))
    return float(2 * student.sf(abs(gap) / np.sqrt(one + other), freedom))


@dataclass(frozen=True)
class Fairness:
    """All that is told of a run's fairness.

    Attributes:
        table: as `parity` gives it.
        slope: of the scores on the income of the country; None where too little is known.
        swap: what another country label does to a score; None with one region or none.
    """

    table: pl.DataFrame
    slope: IncomeSlope | None
    swap: LabelSwap | None

    @property
    def failing(self) -> pl.DataFrame:
        """Comparisons that fail, the farthest from even first."""
        failed = self.table.filter(pl.col("verdict").is_in(["fail", "none_elsewhere"]))
        gap = pl.col("ratio").replace(0.0, None).log().abs()
        return failed.sort(gap, "dimension", "group", "measure", descending=[True, *[False] * 3])

    def record(self) -> dict[str, Any]:
        """For the manifest."""
        told = self.table.filter(pl.col("verdict").is_in(["pass", "fail", "none_elsewhere"]))
        return {
            "compared": told.height,
            "failing": self.failing.height,
            "failing_beyond_chance": self.failing.filter("beyond_chance").height,
            "unknown": self.table.filter(pl.col("verdict") == "unknown")["dimension"].to_list(),
            "income_slope": None if self.slope is None else _rounded(asdict(self.slope)),
            "label_swap": None if self.swap is None else _rounded(asdict(self.swap)),
        }

    def sentences(self) -> list[str]:
        """What the reader of the run should know; nothing where chance alone could do it."""
        found = []
        worst = self.failing.filter("beyond_chance")
        if worst.height:
            first = worst.row(0, named=True)
            how = "" if first["ratio"] is None else f", {_times(first['ratio'])}"
            found.append(
                f"Fairness: {self.failing.height} of {self.record()['compared']} comparisons lie "
                f"outside {LOWEST_RATIO} to {HIGHEST_RATIO}, {worst.height} of them beyond chance; "
                f"farthest: {MEASURES[first['measure']]}, "
                f"{DIMENSIONS[first['dimension']]} {first['group'].replace('_', ' ')}{how} "
                "(fairness.csv)."
            )
        if self.swap is not None and self.swap.largest_change >= _SHOWN_CHANGE:
            found.append(
                f"Fairness: another country label alone changes the score of {self.swap.changed} "
                f"of {self.swap.swapped} suppliers tried, by {self.swap.largest_change:.1f} points "
                "at most, through the peers they are compared with."
            )
        return found


def _times(ratio: float) -> str:
    smallest = 0.01
    return "less than 0.01 of the others'" if ratio < smallest else f"{ratio:.2f} times the others'"


def fairness(
    groups: pl.DataFrame,
    scores: pl.DataFrame,
    values: pl.DataFrame,
    readings: Readings,
    model: ScoringModel,
    outcomes: Outcomes | None = None,
) -> Fairness:
    """Measure a run's fairness.

    Args:
        groups: as `scoring.tune.fairness_groups.fairness_groups` gives them.
        scores: supplier_id, score, rank, coverage.
        values: columns of `signal_values`.
        readings: the list as read.
        model: what it was scored with.
        outcomes: known cases; None leaves the parity of errors out.
    """
    return Fairness(
        parity(groups, scores, model.top_k, outcomes),
        income_slope(groups, scores, readings, model),
        label_swap(values, readings, model),
    )


def _rounded(record: Mapping[str, Any]) -> dict[str, Any]:
    return {k: round(v, 4) if isinstance(v, float) else v for k, v in record.items()}
