"""The catalogue of data points: ids that exist, people's data never asked, a document that fits."""

import pytest
from jsonschema import Draft202012Validator
from pydantic import ValidationError

from reports.documents.data_point_catalogue import catalogue, catalogue_table, schema
from scoring.questionnaires.data_points import DataPoint, HeldBy, data_points
from signals import registry
from signals.card import INVISIBLE_INDICATORS, IloIndicator

POINTS = data_points()
CARDS = {name: signal.card for name, signal in registry.signals().items()}
ROW = {
    "id": "pay_slips",
    "topic": "wages",
    "question": "Do workers get a pay slip?",
    "answer": "yes_no",
    "held_by": "supplier",
    "known_by": "liquidity;gleif",
    "ilo": "withholding_of_wages:2;deception:1",
    "references": "LkSG § 2",
    "minutes": "5",
    "same_for_all_buyers": "yes",
}


def test_a_row_is_read_as_written() -> None:
    point = DataPoint.model_validate(ROW)
    assert point.known_by == ("liquidity", "gleif")
    assert point.ilo == {IloIndicator.WITHHOLDING_OF_WAGES: 2, IloIndicator.DECEPTION: 1}
    assert point.same_for_all_buyers
    assert point.evidence_grade(CARDS) == CARDS["liquidity"].evidence_grade.value


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("id", "Pay slips"),
        ("question", "Pay slips."),
        ("answer", "essay"),
        ("held_by", "auditor"),
        ("ilo", "withholding_of_wages:4"),
        ("ilo", "low_wages:1"),
        ("minutes", "0"),
    ],
)
def test_a_row_that_is_no_data_point_is_rejected(field: str, value: str) -> None:
    with pytest.raises(ValidationError):
        DataPoint.model_validate({**ROW, field: value})


def test_what_shows_a_data_point_is_a_signal_or_a_source() -> None:
    known = set(CARDS) | set(registry.sources())
    assert {name for point in POINTS.values() for name in point.known_by} <= known


def test_there_are_about_one_hundred_and_fifty_and_no_question_twice() -> None:
    assert len(POINTS) >= 150
    assert len({point.question for point in POINTS.values()}) == len(POINTS)


def test_every_indicator_of_forced_labour_is_asked_for() -> None:
    asked = {indicator for point in POINTS.values() for indicator in point.ilo}
    assert asked == set(IloIndicator)


def test_no_signal_shows_more_of_an_indicator_than_the_desk_can_see() -> None:
    """What is fairly direct on an indicator that no signal sees stays a question."""
    for point in POINTS.values():
        if any(point.ilo.get(indicator) == 3 for indicator in INVISIBLE_INDICATORS):
            assert not set(point.known_by) & set(CARDS), point.id


def test_what_workers_hold_is_known_or_left_out_and_never_the_same_for_all() -> None:
    held = [point for point in POINTS.values() if point.held_by is HeldBy.WORKER]
    assert {"passport_numbers", "worker_names", "worker_testimony"} <= {point.id for point in held}
    assert not any(point.same_for_all_buyers for point in held)


def test_the_document_keeps_its_schema_and_the_table_has_a_row_for_each() -> None:
    document = catalogue(POINTS, CARDS)
    assert not list(Draft202012Validator(schema()).iter_errors(document))
    table = catalogue_table(POINTS, CARDS)
    assert table["id"].to_list() == list(POINTS)
    assert table.filter(id="pay_slips")["ilo"].item() == "withholding_of_wages 2; deception 1"
