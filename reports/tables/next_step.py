"""The recommended next step for a supplier, from an engagement sequence without disengagement.

The sequence (OECD guidance, UNGP 19): a buyer corrects its own purchasing, shares its findings,
supports remediation, assesses jointly with worker organisations, agrees a dated action plan, and
only then escalates. Ending the relationship is not a recommendation of this tool.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import polars as pl

from reports.tables.purchasing_practices import purchasing_drives
from reports.tables.reasons import leading_pillars
from reports.wording import PILLAR_LABELS
from scoring.aggregation.priority_bands import PriorityBand
from signals.card import Pillar

#: Best and worst case further apart than this many points: the rank depends on missing values.
WIDE_BOUNDS_POINTS = 35.0


class Step(StrEnum):
    """Next steps, from the first to the last.

    A dated action plan and escalation follow only on the outcome of earlier steps, which people
    decide; no rule here picks them.
    """

    FIND_DATA_FIRST = "find_data_first"
    FIX_OWN_PURCHASING = "fix_own_purchasing"
    SHARE_FINDINGS = "share_findings"
    SUPPORT_REMEDIATION = "support_remediation"
    JOINT_ASSESSMENT = "joint_assessment"
    TIME_BOUND_PLAN = "time_bound_plan"
    ESCALATE = "escalate"


STEP_LABELS = {
    Step.FIND_DATA_FIRST: "Close a data gap first",
    Step.FIX_OWN_PURCHASING: "Correct your own purchasing first",
    Step.SHARE_FINDINGS: "Share this record with the supplier",
    Step.SUPPORT_REMEDIATION: "Support the supplier in remediation",
    Step.JOINT_ASSESSMENT: "Assess jointly with worker organisations",
    Step.TIME_BOUND_PLAN: "Agree a dated action plan",
    Step.ESCALATE: "Escalate with other buyers",
}

LADDER = tuple(step for step in Step if step is not Step.FIND_DATA_FIRST)


@dataclass(frozen=True)
class Situation:
    """What the choice of a step depends on.

    Attributes:
        priority_band: priority band of the score.
        leading_pillar: the pillar with the most points above the peer median, or None.
        bounds_points: worst case minus best case, in points of score; None if unknown.
        lowest_cost_data_gap: the lowest-cost data gap of a supplier without a score.
        own_practice: the buyer's practice that contributes most, and what to do about it.
    """

    priority_band: str
    leading_pillar: str | None
    bounds_points: float | None
    lowest_cost_data_gap: str | None
    own_practice: str | None = None


@dataclass(frozen=True)
class NextStep:
    """A step and the reason for it, both in words for the reader."""

    step: Step
    reason: str


def choose(situation: Situation) -> NextStep:
    """The first step that fits; the buyer's own practice comes before any request to a supplier."""
    if situation.priority_band == PriorityBand.INSUFFICIENT_INFORMATION:
        data_item = situation.lowest_cost_data_gap
        wanted = (
            f"The lowest-cost data item that would help: {data_item.rstrip('. ')}."
            if data_item
            else ("Look for public accounts or the exact location of the site.")
        )
        return NextStep(
            Step.FIND_DATA_FIRST, f"There is too little evidence to rank this supplier. {wanted}"
        )
    if situation.leading_pillar == Pillar.PURCHASING.value:
        return NextStep(
            Step.FIX_OWN_PURCHASING,
            "Your own purchasing practices contribute most to this rank. Change them first."
            + (f" {situation.own_practice}" if situation.own_practice else ""),
        )
    if situation.bounds_points is not None and situation.bounds_points > WIDE_BOUNDS_POINTS:
        return NextStep(
            Step.SHARE_FINDINGS,
            "Much is unknown and the rank may change with it. Share the record and ask for the "
            "missing data before anything else.",
        )
    return _by_priority_band(situation)


def _by_priority_band(situation: Situation) -> NextStep:
    if situation.priority_band == PriorityBand.FIRST_PRIORITY:
        return NextStep(
            Step.JOINT_ASSESSMENT,
            "Several signals are high. Assess together with the supplier and worker "
            "organisations, not by an audit alone.",
        )
    if (
        situation.priority_band == PriorityBand.SECOND_PRIORITY
        and situation.leading_pillar == Pillar.FINANCIAL.value
    ):
        return NextStep(
            Step.SUPPORT_REMEDIATION,
            "Financial pressure contributes most. Prompt payment, advance payment or longer "
            "purchase commitments can ease it.",
        )
    if situation.priority_band in (PriorityBand.SECOND_PRIORITY, PriorityBand.THIRD_PRIORITY):
        leading = PILLAR_LABELS.get(situation.leading_pillar or "", "No single pillar")
        return NextStep(
            Step.SHARE_FINDINGS,
            f"{leading} contributes most. Share the record, ask what it omits, and agree what to "
            "check.",
        )
    return NextStep(
        Step.SHARE_FINDINGS,
        "Few signals are visible to this tool. Share the record in your regular dialogue.",
    )


def next_steps(
    scores: pl.DataFrame, contributions: pl.DataFrame, practices: pl.DataFrame
) -> pl.DataFrame:
    """The next step of each supplier.

    Args:
        scores: of the suppliers.
        contributions: theirs.
        practices: from `own_practices`.

    Returns:
        supplier_id, next_step (id), next_step_label, next_step_reason; order of `scores`.
    """
    facts = scores
    for more in (
        leading_pillars(contributions.filter(pl.col("pillar") != Pillar.PURCHASING.value)),
        purchasing_drives(contributions),
        practices,
    ):
        facts = facts.join(more, on="supplier_id", how="left", maintain_order="left")
    is_own = pl.col("purchasing_drives").fill_null(False)
    facts = facts.select(
        "supplier_id",
        "priority_band",
        pl.when(is_own).then(pl.lit(Pillar.PURCHASING.value)).otherwise("leading_pillar"),
        (pl.col("score_worst_case") - pl.col("score_best_case")).alias("bounds_points"),
        "lowest_cost_data_gap",
        "own_practice",
    )
    chosen = [
        choose(Situation(priority_band, pillar, bounds, data_item, practice))
        for _, priority_band, pillar, bounds, data_item, practice in facts.iter_rows()
    ]
    return pl.DataFrame(
        {
            "supplier_id": facts["supplier_id"],
            "next_step": [item.step.value for item in chosen],
            "next_step_label": [STEP_LABELS[item.step] for item in chosen],
            "next_step_reason": [item.reason for item in chosen],
        },
        schema=dict.fromkeys(
            ("supplier_id", "next_step", "next_step_label", "next_step_reason"), pl.String
        ),
    )
