"""Fairness: are suppliers of one kind flagged, seen and misjudged more than those of another?

Published with every run, also where it fails. Each measure compares a group with all other
suppliers whose group is known; beside stand the slope on income and the label swap (Methodology
12.1).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from types import MappingProxyType
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy.stats import false_discovery_control

from scoring.normalisation.normalised_signals import NormalisedSignals
from scoring.scoring_model import ScoringModel
from scoring.tune.country_effects import (
    CountryPermutation,
    IncomeSlope,
    country_permutation,
    income_slope,
)
from scoring.tune.fairness_groups import DIMENSIONS, group_name
from scoring.tune.parity_ratio import HIGHEST_RATIO, LOWEST_RATIO, compared

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

_COMPARED = ("yes", "no", "none_elsewhere")
_FALSE_CALLS = 0.05
# Scores are printed to a tenth of a point.
_SHOWN_CHANGE = 0.05
_ONE_PERCENT = 0.01

SCHEMA: Mapping[str, pl.DataType] = {
    "dimension": pl.String(),
    "group": pl.String(),
    "measure": pl.String(),
    "suppliers": pl.Int64(),
    "rate_group": pl.Float64(),
    "rate_rest": pl.Float64(),
    "rate_ratio": pl.Float64(),
    "rate_ratio_low": pl.Float64(),
    "rate_ratio_high": pl.Float64(),
    "within_0_80_1_25": pl.String(),
    "significant_fdr5": pl.Boolean(),
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
        random_arm: audited in the random sample: the only ones precision is reported on.
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
        (see `scoring.tune.parity_ratio`). Verdict: pass or fail (the ratio is outside 0.8 to 1.25),
        too_few (fewer than 10 suppliers on either side: rates null), none_elsewhere (the others'
        rate is 0, so there is no ratio; a failure where the group's is not) or unknown (the
        group is known of no one). significant_fdr5: distinguished from parity by Fisher's exact
        test, or Welch's for the mean coverage, at most 5 % of such calls being false (Benjamini and
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
        "coverage": (everyone, joined["evidence_coverage"].fill_null(0.0).to_numpy()),
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
            rows.append({"dimension": dimension, "suppliers": 0, "within_0_80_1_25": "unknown"})
            continue
        for name in names.drop_nulls().unique().sort():
            ours = (names == name).fill_null(False).to_numpy()
            for measure, (base, value) in measured.items():
                rates = compared(
                    value[ours & base], value[known & ~ours & base], measure != "coverage"
                )
                rows.append({"dimension": dimension, "group": name, "measure": measure, **rates})
    table = pl.DataFrame(rows, schema=dict(SCHEMA) | {"p_value": pl.Float64()})
    return _beyond_probability(table).select(list(SCHEMA))


def _beyond_probability(table: pl.DataFrame) -> pl.DataFrame:
    probability = table["p_value"].drop_nulls().drop_nans().to_numpy()
    adjusted = false_discovery_control(probability) if probability.size else probability
    reported = table["p_value"].is_not_null() & table["p_value"].is_not_nan()
    # Unsigned counts would run under zero before the first that is reported.
    places = reported.cum_sum().cast(pl.Int64) - 1
    flags = (
        pl.Series(adjusted < _FALSE_CALLS).gather(places.clip(0)) if probability.size else reported
    )
    return table.with_columns(significant_fdr5=pl.when(reported).then(flags))


@dataclass(frozen=True)
class Fairness:
    """All that is reported of a run's fairness.

    Attributes:
        table: as `parity` gives it.
        slope: of the scores on the income of the country; None where too little is known.
        swap: what another country label does to a score; None with one region or none.
    """

    table: pl.DataFrame
    slope: IncomeSlope | None
    swap: CountryPermutation | None

    @property
    def failing(self) -> pl.DataFrame:
        """Comparisons that fail, the farthest from even first."""
        failed = self.table.filter(pl.col("within_0_80_1_25").is_in(["no", "none_elsewhere"]))
        gap = pl.col("rate_ratio").replace(0.0, None).log().abs()
        return failed.sort(gap, "dimension", "group", "measure", descending=[True, *[False] * 3])

    def record(self) -> dict[str, Any]:
        """For the manifest."""
        return {
            "compared": self.table.filter(pl.col("within_0_80_1_25").is_in(_COMPARED)).height,
            "failing": self.failing.height,
            "failing_significant_fdr5": self.failing.filter("significant_fdr5").height,
            "unknown": self.table.filter(pl.col("within_0_80_1_25") == "unknown")[
                "dimension"
            ].to_list(),
            "income_slope": None if self.slope is None else _rounded(asdict(self.slope)),
            "country_permutation": None if self.swap is None else _rounded(asdict(self.swap)),
            "summary": self.summary,
        }

    @property
    def summary(self) -> str:
        """How many comparisons fail, and the one of them that touches most suppliers."""
        compared = self.table.filter(pl.col("within_0_80_1_25").is_in(_COMPARED)).height
        failing = self.failing.height
        beyond = self.failing.filter("significant_fdr5")
        if not compared:
            return "Fairness: no two groups of suppliers are large enough to be compared."
        counted = (
            f"Fairness: {failing} of {compared} comparisons of groups lie outside {LOWEST_RATIO} "
            f"to {HIGHEST_RATIO} times the others, {beyond.height or 'none'} of them "
            "statistically significant"
        )
        if not failing:
            counted = (
                f"Fairness: all {compared} comparisons of groups lie within {LOWEST_RATIO} to "
                f"{HIGHEST_RATIO} times the others"
            )
        return f"{counted}{_widest(beyond)} (fairness.csv)."

    def sentences(self) -> list[str]:
        """Warnings of the run; none where no difference is statistically significant."""
        found = [self.summary] if self.failing.filter("significant_fdr5").height else []
        if self.swap is not None and self.swap.largest_change >= _SHOWN_CHANGE:
            found.append(
                f"Fairness: another country label alone changes the score of {self.swap.changed} "
                f"of {self.swap.swapped} suppliers tried, by {self.swap.largest_change:.1f} points "
                "at most, through the peers they are compared with."
            )
        return found


def _widest(failing: pl.DataFrame) -> str:
    """The gap that touches most suppliers: a tiny group is soon the farthest from even."""
    if failing.is_empty():
        return ""
    touched = pl.col("suppliers") * (pl.col("rate_group") - pl.col("rate_rest")).abs()
    widest = failing.sort(touched, descending=True, maintain_order=True).row(0, named=True)
    return (
        f". The widest gap: {MEASURES[widest['measure']]}, {_share(widest['rate_group'])} where "
        f"the {DIMENSIONS[widest['dimension']]} is "
        f"{group_name(widest['dimension'], widest['group'])}, "
        f"{_share(widest['rate_rest'])} elsewhere"
    )


def _share(rate: float) -> str:
    return "less than 1%" if 0 < rate < _ONE_PERCENT else f"{rate:.0%}"


def fairness(
    groups: pl.DataFrame,
    scores: pl.DataFrame,
    normalised: NormalisedSignals,
    model: ScoringModel,
    outcomes: Outcomes | None = None,
) -> Fairness:
    """Measure a run's fairness.

    Args:
        groups: as `scoring.tune.fairness_groups.fairness_groups` gives them.
        scores: supplier_id, score, rank, coverage.
        normalised: the normalised signals of the list.
        model: what it was scored with.
        outcomes: known cases; None leaves the parity of errors out.
    """
    return Fairness(
        parity(groups, scores, model.top_k, outcomes),
        income_slope(groups, scores, normalised, model),
        country_permutation(normalised, model),
    )


def _rounded(record: Mapping[str, Any]) -> dict[str, Any]:
    return {k: round(v, 4) if isinstance(v, float) else v for k, v in record.items()}
