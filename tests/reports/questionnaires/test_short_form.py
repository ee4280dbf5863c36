"""The short form: what is left, in which words, and what the supplier gets."""

import datetime as dt
import re
from dataclasses import replace

import polars as pl
import pytest

from reports.documents.notice import SupplierRecord
from reports.language import banned_in, mistranslated_in
from reports.questionnaires.decision_tables import Decided
from reports.questionnaires.incentives import Incentive
from reports.questionnaires.short_form import PARTS, short_form
from reports.questionnaires.short_form_documents import (
    LANGUAGES,
    short_form_book,
    short_form_page,
    words,
)
from reports.wording import banned_phrases
from scoring.questionnaires.burden import Costs
from scoring.questionnaires.decisions import question_decisions, supplier_decisions
from tests.scoring.questionnaires.questions_sample import (
    CARDS,
    POINTS,
    contribution,
    evidence,
    questions,
)
from tests.scoring.sample import source_card

SOURCES = {"register": source_card()}
FORM = (
    {"data_point_id": "revenue"},
    {"data_point_id": "overtime", "condition": "if 1 = yes"},
    {"data_point_id": "overtime", "language": "es", "text": "¿Horas extra?"},
    {"data_point_id": "subcontractors", "condition": "if 2 = yes"},
    {"data_point_id": "deception"},
    {"text": "<b>Which plants?</b>", "language": None},
    {"data_point_id": "passports", "extractive": True},
    {"about": "other"},
)
VALUES = {"unit": "points", "value": 3.0, "peer_value": 2.0, "source_used": "register"}
PROMISE = Incentive(None, "Contract of two years", "years", dt.date(2027, 1, 1), None, None)


def form_of(language="en", promises=(), top=None, known=True):
    rows = [contribution(name, "sales", **VALUES) for name in ("a", "b")] if known else []
    found = evidence()
    table = pl.DataFrame(rows, schema_overrides={"value": pl.Float64}) if rows else None
    contributions = found.contributions if table is None else table
    found = replace(found, contributions=contributions)
    decided = question_decisions(questions(*FORM))
    asked = decided["asked_as"].drop_nulls().unique(maintain_order=True).to_list()
    pairs = supplier_decisions(asked, found, POINTS, CARDS)
    ranked = pl.DataFrame({"supplier_id": ["a", "b"], "name": ["A", "B"], "rank": [1, 2]})
    all_decided = Decided(
        "20220301-aa", True, ranked, decided, pairs, POINTS, Costs(20, "USD", 10, 2)
    )
    empty = {"value": pl.lit(None, dtype=pl.Float64), "points": pl.lit(0.0)}
    missing = {name: value for name, value in empty.items() if name not in contributions.columns}
    record = SupplierRecord(
        "20220301-aa",
        dt.date(2022, 3, 1),
        True,
        {"supplier_id": "a", "name": "A & Co"},
        contributions.with_columns(**missing),
    )
    return short_form(all_decided, record, CARDS, SOURCES, language, promises, top)


def test_only_what_is_unknown_is_asked_once_in_parts_by_order() -> None:
    form = form_of()
    assert form.sent == 7
    asked = [(one.part.value, one.text, list(one.replaces)) for one in form.questions]
    assert asked == [
        ("ask_supplier", "What?", ["form 4"]),
        ("ask_once", "What?", ["form 2", "form 3"]),
        ("keep", "What?", ["form 5"]),
        ("review", "<b>Which plants?</b>", ["form 6"]),
    ]
    assert form.minutes == 30 + 20 + 4 + 10


def test_a_condition_is_kept_where_every_question_has_one() -> None:
    conditions = {tuple(one.replaces): one.condition for one in form_of().questions}
    assert conditions["form 4",] == "if 2 = yes"
    assert conditions["form 2", "form 3"] is None


def test_what_is_known_has_value_day_and_source() -> None:
    (row,) = form_of().known
    assert row.value == "Sales: 3 points"
    assert row.date == dt.date(2021, 12, 1)
    assert [card.id for card in row.sources] == ["register"]
    assert form_of(known=False).known == []


def test_a_question_is_in_the_language_of_the_form_where_it_was_asked_so() -> None:
    texts = {tuple(one.replaces): (one.text, one.language) for one in form_of("es").questions}
    assert texts["form 2", "form 3"] == ("¿Horas extra?", "es")
    assert texts["form 4",] == ("What?", "en")


def test_a_form_of_so_many_questions_has_those_that_add_most() -> None:
    texts = [list(one.replaces) for one in form_of(top=2).questions]
    assert texts == [["form 2", "form 3"], ["form 5"]]


def test_promises_to_other_suppliers_are_left_out() -> None:
    other = replace(PROMISE, supplier_id="b")
    assert form_of(promises=(PROMISE, other)).incentives == [PROMISE]


def test_the_page_escapes_and_says_what_changes_and_how_to_contest() -> None:
    page = short_form_page(form_of(promises=(PROMISE,)), "sourcing@example.org")
    for text in ("&lt;b&gt;Which plants?", "A &amp; Co", "Contract of two years",
                 "sourcing@example.org", "Send no names"):  # fmt: skip
        assert text in page
    assert "<b>" not in page
    assert words("en")["no_changes"] in short_form_page(form_of(), "us").replace("&#39;", "'")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_every_text_with_its_fields(language: str) -> None:
    def fields(text: object) -> object:
        if isinstance(text, dict):
            return {key: fields(part) for key, part in text.items()}
        return sorted(re.findall(r"\{\w+\}", str(text)))

    assert fields(words(language)) == fields(words("en"))
    assert set(words(language)["parts"]) == {part.value for part in PARTS}
    texts = str(words(language))
    assert banned_phrases(texts) == []
    assert banned_in(texts, language) == []
    assert mistranslated_in(texts, language) == []
    assert short_form_page(form_of(language), "us").startswith("<!doctype html>")


def test_equal_forms_give_equal_workbooks() -> None:
    form = form_of(promises=(PROMISE,))
    assert short_form_book(form, "us") == short_form_book(form, "us")
