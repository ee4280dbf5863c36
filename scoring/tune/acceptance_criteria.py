"""Acceptance criteria: what weights must reach before a list is published with them."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import polars as pl

from configs.settings import Acceptance

#: Measures of parity that decide: who is flagged, and whose cases are missed.
_ERRORS: Mapping[str, str] = MappingProxyType(
    {"flag_rate_top_tenth": "the share in the top tenth", "recall": "the share of cases found"}
)


@dataclass(frozen=True)
class AcceptanceEvidence:
    """What is known of a weight set.

    Attributes:
        auc_low: lower end of the interval of the AUC over past months.
        ahead: by name of a baseline: AUC of the weights less that of the baseline.
        agreement: mean share of the first k of a month that is there in the next.
        variance_share: by signal: its share of the variance of the scores.
        parity: columns of `scoring.tune.fairness.SCHEMA`.
        supplier_auc_low: lower end of the interval of the supplier-weighted AUC, mean of the
            sectors; None where no sector has cases enough.
    """

    auc_low: float
    ahead: Mapping[str, float]
    agreement: float
    variance_share: Mapping[str, float]
    parity: pl.DataFrame
    supplier_auc_low: float | None = None


@dataclass(frozen=True)
class Criterion:
    """One thing that was asked for.

    Attributes:
        name: validity, sectors, baselines, stability, dominance or group_error.
        passed: whether it is met.
        sentence: the figure and what was asked.
    """

    name: str
    passed: bool
    sentence: str


@dataclass(frozen=True)
class AcceptanceResult:
    """All criteria; weights pass when each is met."""

    criteria: tuple[Criterion, ...]

    @property
    def passed(self) -> bool:
        """Whether every criterion is met."""
        return all(criterion.passed for criterion in self.criteria)

    def sentence(self) -> str:
        """The verdict for people."""
        failed = [criterion for criterion in self.criteria if not criterion.passed]
        if not failed:
            return "The weights meet the acceptance criteria."
        reasons = "; ".join(criterion.sentence for criterion in failed)
        return f"The weights do not meet the acceptance criteria: {reasons}."

    def record(self) -> list[dict[str, Any]]:
        """JSON-ready."""
        return [vars(criterion).copy() for criterion in self.criteria]


def judge(evidence: AcceptanceEvidence, acceptance: Acceptance) -> AcceptanceResult:
    """Hold evidence against the thresholds; what could not be measured is not met."""
    return AcceptanceResult(
        (
            _validity(evidence, acceptance),
            _sectors(evidence, acceptance),
            _baselines(evidence, acceptance),
            _stability(evidence, acceptance),
            _dominance(evidence, acceptance),
            _group_error(evidence, acceptance),
        )
    )


def _validity(evidence: AcceptanceEvidence, acceptance: Acceptance) -> Criterion:
    if math.isnan(evidence.auc_low):
        return Criterion(
            "validity", False, "no interval of the AUC over past months could be reported"
        )
    return Criterion(
        "validity",
        evidence.auc_low >= acceptance.minimum_auc,
        f"the AUC over past months may be as low as {evidence.auc_low:.3f}; at least "
        f"{acceptance.minimum_auc:g} is asked for",
    )


def _sectors(evidence: AcceptanceEvidence, acceptance: Acceptance) -> Criterion:
    low = evidence.supplier_auc_low
    if low is None:
        return Criterion("sectors", True, "no sector has cases enough for a supplier-weighted AUC")
    if math.isnan(low):
        return Criterion(
            "sectors", False, "no interval of the supplier-weighted AUC could be reported"
        )
    return Criterion(
        "sectors",
        low >= acceptance.minimum_supplier_auc,
        f"the supplier-weighted AUC, mean of the sectors, may be as low as {low:.3f}; at least "
        f"{acceptance.minimum_supplier_auc:g} is asked for",
    )


def _baselines(evidence: AcceptanceEvidence, acceptance: Acceptance) -> Criterion:
    behind = [
        name for name in acceptance.must_beat if not evidence.ahead.get(name, float("nan")) > 0
    ]
    if not behind:
        return Criterion("baselines", True, f"ahead of {', '.join(acceptance.must_beat) or 'none'}")
    return Criterion("baselines", False, f"not ahead of {', '.join(behind)}")


def _stability(evidence: AcceptanceEvidence, acceptance: Acceptance) -> Criterion:
    if math.isnan(evidence.agreement):
        return Criterion("stability", False, "no two months in a row could be compared")
    return Criterion(
        "stability",
        evidence.agreement >= acceptance.minimum_agreement,
        f"{evidence.agreement:.2f} of the top ranks of a month remain in the next; at least "
        f"{acceptance.minimum_agreement:g} is asked for",
    )


def _dominance(evidence: AcceptanceEvidence, acceptance: Acceptance) -> Criterion:
    if not evidence.variance_share:
        return Criterion("dominance", False, "no score varies, so no share can be computed")
    signal_id, share = max(evidence.variance_share.items(), key=lambda item: item[1])
    return Criterion(
        "dominance",
        share <= acceptance.maximum_variance_share,
        f"signal {signal_id} carries {share:.2f} of the variance of the scores; at most "
        f"{acceptance.maximum_variance_share:g} is allowed",
    )


def _group_error(evidence: AcceptanceEvidence, acceptance: Acceptance) -> Criterion:
    low, high = acceptance.group_error
    judged = evidence.parity.filter(
        pl.col("measure").is_in(list(_ERRORS)) & (pl.col("suppliers") >= acceptance.minimum_group)
    )
    # A ratio that probability explains decides nothing; without a ratio the others' rate is 0.
    outside = judged.filter(
        pl.col("significant_fdr5").fill_null(False)
        & ~pl.col("rate_ratio").is_between(low, high).fill_null(False)
    ).sort(pl.col("rate_ratio").log().abs(), "group", descending=[True, False])
    span = f"{low:g} to {high:g} times the others'"
    if judged.is_empty():
        nothing = (
            f"no two groups of {acceptance.minimum_group} suppliers or more are there to compare"
        )
        return Criterion("group_error", True, nothing)
    if outside.is_empty():
        even = f"none of {judged.height} comparisons lies outside {span} statistically significant"
        return Criterion("group_error", True, even)
    worst = outside.row(0, named=True)
    ratio = "more than 0 where the others' is 0"
    if worst["rate_ratio"] is not None:
        ratio = f"{worst['rate_ratio']:.2f} times the others'"
    return Criterion(
        "group_error",
        False,
        f"{_ERRORS[worst['measure']]} of group {worst['group']} is {ratio}, outside {span} "
        f"({outside.height} of {judged.height} comparisons)",
    )
