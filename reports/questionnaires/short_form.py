"""The short form of one supplier: what is left to ask, and what the supplier gets for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import polars as pl

from reports.documents.evidence_index import sources_of
from reports.documents.notice import SupplierRecord, benchmark, shown
from reports.questionnaires.decision_tables import Decided
from reports.questionnaires.incentives import Incentive
from scoring.questionnaires.data_points import DataPoint
from scoring.questionnaires.decisions import Decision
from signals.card import SignalCard, SourceCard

#: Parts of the form in their order: what only this buyer needs, what serves all, what no source
#: shows, and the buyer's own words.
PARTS = (Decision.ASK_SUPPLIER, Decision.ASK_ONCE, Decision.KEEP, Decision.REVIEW)


@dataclass(frozen=True)
class FormQuestion:
    """A question that is left.

    Attributes:
        part: one of `PARTS`.
        text: the question.
        language: of the text, a code of two letters; None: not known.
        answer: what form of answer it asks for, as in the words of the form.
        minutes: our estimate.
        replaces: ids of the questions that one answer serves.
        condition: when it is to be answered; None: always.
    """

    part: Decision
    text: str
    language: str | None
    answer: str
    minutes: float
    replaces: Sequence[str]
    condition: str | None


@dataclass(frozen=True)
class KnownRow:
    """What is known and therefore not asked: the question, the value, its day and sources."""

    question: str
    value: str
    date: object
    sources: Sequence[SourceCard]


@dataclass(frozen=True)
class ShortForm:
    """The short form of a supplier.

    Attributes:
        record: the supplier in the run.
        language: of the form.
        sent: questions that the questionnaires have for it, but for those on another subject.
        questions: what is left, in the order of asking within each part.
        known: what is known.
        benchmark: title, share that is as good or less good, and number of the other suppliers.
        incentives: what the buyer states that changes.
    """

    record: SupplierRecord
    language: str
    sent: int
    questions: Sequence[FormQuestion]
    known: Sequence[KnownRow]
    benchmark: Sequence[tuple[str, float, int]]
    incentives: Sequence[Incentive] = field(default=())

    @property
    def minutes(self) -> float:
        """Our estimate for the whole form."""
        return sum(question.minutes for question in self.questions)


def short_form(
    decided: Decided,
    record: SupplierRecord,
    signal_cards: Mapping[str, SignalCard],
    source_cards: Mapping[str, SourceCard],
    language: str,
    incentives: Sequence[Incentive] = (),
    top: int | None = None,
) -> ShortForm:
    """The form of one supplier.

    A question is in the language of the form where one of the questionnaires asks it in that
    language, and in English otherwise. Questions kept for review are in the buyer's own words.

    Args:
        decided: the decisions.
        record: the supplier in the same run.
        signal_cards: by signal id.
        source_cards: by source id.
        language: of the form.
        incentives: of `reports.questionnaires.incentives.incentives`; those to other suppliers are
            left out.
        top: the most questions of the form, those whose answers add most first, and those kept for
            review last; None: all.
    """
    pairs = decided.pairs.filter(pl.col("supplier_id") == record.supplier_id)
    left = [*_asked(decided, pairs, language), *_kept_for_review(decided)][:top]
    own = decided.questions["own_decision"]
    return ShortForm(
        record,
        language,
        int((own.fill_null("") != Decision.OTHER_SUBJECT.value).sum()),
        sorted(left, key=lambda question: PARTS.index(question.part)),
        _known(pairs, record, decided.points, signal_cards, source_cards),
        benchmark(record, signal_cards),
        [one for one in incentives if one.supplier_id in (None, record.supplier_id)],
    )


def _asked(decided: Decided, pairs: pl.DataFrame, language: str) -> list[FormQuestion]:
    by_point = {
        str(group["asked_as"][0]): group
        for group in decided.questions.drop_nulls("asked_as").partition_by("asked_as")
    }
    found = []
    for name, decision in (
        pairs.drop_nulls("ask_order").sort("ask_order").select("data_point_id", "decision")
    ).iter_rows():
        point, questions = decided.points[name], by_point[name]
        translated = questions.filter(pl.col("language") == language)["text"]
        is_translated = language != "en" and not translated.is_empty()
        conditions = questions["condition"]
        found.append(
            FormQuestion(
                Decision(decision),
                translated[0] if is_translated else point.question,
                language if is_translated else "en",
                point.answer.value,
                float(point.minutes),
                questions["question_id"].to_list(),
                None if conditions.null_count() else conditions[0],
            )
        )
    return found


def _kept_for_review(decided: Decided) -> list[FormQuestion]:
    rows = decided.questions.filter(
        pl.col("own_decision") == Decision.REVIEW.value, ~pl.col("is_repeat")
    )
    return [
        FormQuestion(
            Decision.REVIEW,
            row["text"],
            row["language"],
            row["answer_type"],
            decided.costs.unmatched_minutes,
            [row["question_id"]],
            row["condition"],
        )
        for row in rows.iter_rows(named=True)
    ]


def _known(
    pairs: pl.DataFrame,
    record: SupplierRecord,
    points: Mapping[str, DataPoint],
    signal_cards: Mapping[str, SignalCard],
    source_cards: Mapping[str, SourceCard],
) -> list[KnownRow]:
    values = {row["signal_id"]: row for row in record.own().iter_rows(named=True)}
    found = []
    for row in pairs.filter(pl.col("decision") == Decision.DROP.value).iter_rows(named=True):
        name = row["known_by"]
        if name in signal_cards:
            card, value = signal_cards[name], values[name]
            in_words = f"{card.title}: {shown(value['value'], value['unit']) or '–'}"
            sources = sources_of(value, card, source_cards)
        else:
            in_words, sources = row["known_value"], [source_cards[name]]
        found.append(
            KnownRow(points[row["data_point_id"]].question, in_words, row["known_on"], sources)
        )
    return found
