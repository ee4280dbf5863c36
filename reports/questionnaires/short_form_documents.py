"""The short form as a page to print and as a workbook to fill in."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from reports.documents import notice
from reports.documents.document_pages import page
from reports.questionnaires.short_form import PARTS, ShortForm
from reports.tables.shown_figures import percent_text
from reports.wording import SYNTHETIC_NOTICE
from reports.workbook.workbook import sheet_book
from reports.workbook.workbook_shapes import Column, Sheet

#: Languages of the form; each has the words of the notice, too.
LANGUAGES = notice.LANGUAGES


def words(language: str) -> Mapping[str, object]:
    """The texts of the form in a language.

    Raises:
        UsageError: the form is not written in this language.
    """
    return notice.texts_in(language, "short_forms", "form")


def short_form_page(form: ShortForm, contact: str) -> str:
    """The form as one page, in the direction its language is written in.

    Args:
        form: of one supplier.
        contact: where the supplier writes to.
    """
    return page(
        "short_form.html.j2",
        "notice.css",
        language=form.language,
        words=words(form.language),
        notice=notice.words(form.language),
        form=form,
        parts=[
            (part.value, questions)
            for part in PARTS
            if (questions := [one for one in form.questions if one.part is part])
        ],
        contact=contact,
        least_peers=notice.MIN_PEERS,
        synthetic_notice=SYNTHETIC_NOTICE,
        apart=notice.apart,
    )


def short_form_book(form: ShortForm, contact: str) -> bytes:
    """The form as a workbook with a cell for each answer; equal forms give equal bytes."""
    text, said = words(form.language), notice.words(form.language)
    intro = str(text["intro"]).format(
        sent=form.sent, left=len(form.questions), minutes=round(form.minutes)
    )
    first = SYNTHETIC_NOTICE if form.record.is_synthetic else str(said["review_note"])
    contest = str(said["contest"]).format(contact=contact)
    return sheet_book(
        [
            _questions(form, text, f"{intro} {text['voluntary']} {text['never']}"),
            _changes(form, text),
            _known(form, text, said, contest),
            _benchmark(form, said),
        ],
        str(text["title"]),
        first,
        form.record.as_of,
    )


def _questions(form: ShortForm, text: Mapping[str, object], note: str) -> Sheet:
    parts, answers = _named(text["parts"]), _named(text["answers"])
    rows = pl.DataFrame(
        [
            (
                parts[one.part.value],
                one.text,
                one.condition,
                answers[one.answer],
                None,
                "; ".join(one.replaces),
            )
            for one in form.questions
        ],
        schema=dict.fromkeys(
            ("part", "text", "condition", "kind", "answer", "replaces"), pl.String
        ),
        orient="row",
    )
    return Sheet(
        "1",
        note,
        {
            "part": Column(str(text["col_part"]), 28, "long"),
            "text": Column(str(text["col_question"]), 60, "long"),
            "condition": Column(str(text["col_condition"]), 24, "long"),
            "kind": Column(str(text["col_kind"]), 14),
            "answer": Column(str(text["col_answer"]), 50, "long"),
            "replaces": Column(str(text["col_replaces"]), 24, "long"),
        },
        rows,
    )


def _changes(form: ShortForm, text: Mapping[str, object]) -> Sheet:
    rows = pl.DataFrame(
        [
            (one.promise, one.unit, one.until_when, _kept(one.kept, text), one.kept_on)
            for one in form.incentives
        ],
        schema={
            "promise": pl.String,
            "unit": pl.String,
            "until_when": pl.Date,
            "kept": pl.String,
            "kept_on": pl.Date,
        },
        orient="row",
    )
    return Sheet(
        "2",
        str(text["changes" if form.incentives else "no_changes"]),
        {
            "promise": Column(str(text["col_promise"]), 60, "long"),
            "unit": Column(str(text["col_unit"]), 14),
            "until_when": Column(str(text["col_until"]), 14, "date"),
            "kept": Column(str(text["col_kept"]), 14),
            "kept_on": Column(str(text["col_kept_on"]), 14, "date"),
        },
        rows,
    )


def _known(
    form: ShortForm, text: Mapping[str, object], said: Mapping[str, object], contest: str
) -> Sheet:
    rows = pl.DataFrame(
        [
            (one.question, one.value, one.date, "; ".join(card.title for card in one.sources))
            for one in form.known
        ],
        schema={
            "question": pl.String,
            "value": pl.String,
            "date": pl.Date,
            "sources": pl.String,
        },
        orient="row",
    )
    return Sheet(
        "3",
        f"{text['known' if form.known else 'known_none']} {contest}",
        {
            "question": Column(str(text["col_question"]), 50, "long"),
            "value": Column(str(text["col_known"]), 60, "long"),
            "date": Column(str(said["col_date"]), 14, "date"),
            "sources": Column(str(said["col_source"]), 40, "long"),
        },
        rows,
    )


def _benchmark(form: ShortForm, said: Mapping[str, object]) -> Sheet:
    rows = [
        str(said["benchmark_row"]).format(signal=title, share=percent_text(share), count=count)
        for title, share, count in form.benchmark
    ]
    note = str(said["benchmark"]).format(minimum=notice.MIN_PEERS)
    return Sheet(
        "4",
        note if rows else f"{note} {said['benchmark_none']}",
        {"row": Column(str(said["benchmark_heading"]), 100, "long")},
        pl.DataFrame({"row": rows}, schema={"row": pl.String}),
    )


def _kept(kept: bool | None, text: Mapping[str, object]) -> str:
    return str(text["open"] if kept is None else text["kept" if kept else "not_kept"])


def _named(part: object) -> Mapping[str, str]:
    if not isinstance(part, Mapping):
        raise TypeError("the words of the form hold no names by key")
    return part
