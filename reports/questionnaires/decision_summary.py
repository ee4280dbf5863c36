"""What is decided on the questions of a run, as one page of Markdown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from reports.questionnaires.decision_tables import Decided
from reports.questionnaires.decision_words import DECISION_LABELS
from reports.wording import ILO_LABELS, notices
from scoring.questionnaires.burden import indicator_questions, repeated_questions
from scoring.questionnaires.decisions import Decision
from signals.card import IloIndicator

_MINUTES_PER_HOUR = 60
_PARTS = {
    "saved_known": Decision.DROP,
    "saved_not_relevant": Decision.NOT_RELEVANT,
    "saved_ask_buyer": Decision.ASK_BUYER,
    "saved_look_up": Decision.LOOK_UP,
    "saved_do_not_ask": Decision.DO_NOT_ASK,
}


@dataclass(frozen=True)
class SummaryFigures:
    """Totals over all suppliers, and what needs a person.

    Attributes:
        suppliers: of the run.
        questionnaires: files of questions.
        questions: in them.
        questions_sent: questions times suppliers, without those on another subject.
        questions_asked: of those, what is left.
        share_saved: share that need not be asked; None where nothing is sent.
        share_of_distinct: the same without questions that repeat another one.
        hours_saved: of suppliers' staff.
        money_saved: in `currency`.
        currency: ISO 4217 code.
        saved: questions saved, by decision.
        repeats: questions saved because they repeat another one.
        asked_once: of the questions left, those with one answer for every buyer.
        for_review: questions without an accepted match.
        other_subject: questions on another subject.
        not_asked_about: ILO indicators that no question bears on.
    """

    suppliers: int
    questionnaires: int
    questions: int
    questions_sent: int
    questions_asked: int
    share_saved: float | None
    share_of_distinct: float | None
    hours_saved: float
    money_saved: float
    currency: str
    saved: Mapping[str, int]
    repeats: int
    asked_once: int
    for_review: int
    other_subject: int
    not_asked_about: tuple[str, ...]


def summary_figures(decided: Decided) -> SummaryFigures:
    """The figures of the summary."""
    burden = decided.burden()
    sums = burden.select(pl.col("^(questions|minutes|money|saved)_.*$").sum()).row(0, named=True)
    own = decided.questions["own_decision"]
    indicators = indicator_questions(decided.questions, decided.points)
    sent, saved, repeats = sums["questions_sent"], sums["questions_saved"], sums["saved_repeat"]
    return SummaryFigures(
        suppliers=burden.height,
        questionnaires=decided.questions["questionnaire"].n_unique(),
        questions=decided.questions.height,
        questions_sent=sent,
        questions_asked=sums["questions_asked"],
        share_saved=saved / sent if sent else None,
        share_of_distinct=(saved - repeats) / (sent - repeats) if sent else None,
        hours_saved=sums["minutes_saved"] / _MINUTES_PER_HOUR,
        money_saved=sums["money_saved"],
        currency=decided.costs.currency,
        saved={decision.value: sums[name] for name, decision in _PARTS.items()},
        repeats=repeats,
        asked_once=sums["questions_once"],
        for_review=int((own == Decision.REVIEW.value).sum()),
        other_subject=int((own == Decision.OTHER_SUBJECT.value).sum()),
        not_asked_about=tuple(indicators.filter(pl.col("questions") == 0)["indicator"]),
    )


def summary_page(decided: Decided) -> str:
    """The summary in Markdown."""
    found = summary_figures(decided)
    parts = [
        "# Questions that need not be asked",
        *notices(decided.is_synthetic),
        f"Run {decided.run_id}: {found.suppliers:,} suppliers, {found.questions:,} questions "
        f"in {found.questionnaires:,} questionnaires.",
        totals_sentence(decided, found),
        "## Why",
        _table(
            "questions to suppliers",
            {
                **{DECISION_LABELS[Decision(name)]: n for name, n in found.saved.items()},
                "Repeats an earlier question": found.repeats,
            },
        ),
        "## What needs a person",
        f"- {found.for_review:,} questions have no accepted match and stay on every form "
        "(sheet *For review*).\n"
        f"- {found.other_subject:,} questions are on another subject and are not decided.\n"
        f"- {found.asked_once:,} of the questions left have the same answer for every buyer: "
        "take over earlier answers.",
        "## ILO indicators",
        *_indicators(decided, found),
        "## Repeats",
        _repeats(decided),
    ]
    return "\n\n".join(parts) + "\n"


def totals_sentence(decided: Decided, found: SummaryFigures) -> str:
    """The share that need not be asked, with what it saves and on which assumptions."""
    if found.share_saved is None or found.share_of_distinct is None:
        return "No question on forced labour was found in these questionnaires."
    costs = decided.costs
    return (
        f"{found.share_saved:.0%} of the questions need not be asked if every questionnaire goes "
        f"to every supplier: {found.questions_asked:,} instead of {found.questions_sent:,}. "
        f"Without repeats it is {found.share_of_distinct:.0%}. That saves suppliers about "
        f"{found.hours_saved:,.0f} hours, or {found.money_saved:,.0f} {costs.currency} at "
        f"{costs.hourly_cost:g} {costs.currency} an hour. Minutes are estimates: each data point "
        f"has its own, a question without a match counts {costs.unmatched_minutes:g}, a repeat "
        f"{costs.repeat_minutes:g}."
    )


def _indicators(decided: Decided, found: SummaryFigures) -> list[str]:
    counts = indicator_questions(decided.questions, decided.points)
    labels = {
        ILO_LABELS[IloIndicator(name)]: count
        for name, count in counts.select("indicator", "questions").iter_rows()
    }
    missing = [ILO_LABELS[IloIndicator(name)] for name in found.not_asked_about]
    return [
        _table("questions", labels),
        f"No question asks about: {', '.join(missing)}." if missing else "Each is asked about.",
    ]


def _repeats(decided: Decided) -> str:
    rows = repeated_questions(decided.questions)
    if rows.is_empty():
        return "No data point is asked for more than once."
    within, across = rows["repeats_within"].sum(), rows["repeats_across"].sum()
    return (
        f"{rows.height} data points are asked for more than once: {within} repeats within a "
        f"questionnaire, {across} across questionnaires (sheet *Repeats*)."
    )


def _table(title: str, counts: Mapping[str, int]) -> str:
    rows = [f"| {label} | {count:,} |" for label, count in counts.items()]
    return "\n".join([f"| | {title} |", "|---|---:|", *rows])
