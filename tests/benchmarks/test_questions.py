"""The frames of the measurements of questions, in small: the steps run and their sums agree."""

from benchmarks.question_frames import labelled_questions, synthetic_evidence, synthetic_questions
from scoring.questionnaires.burden import Costs, supplier_burden
from scoring.questionnaires.data_points import data_points
from scoring.questionnaires.decisions import Decision, question_decisions, supplier_decisions
from signals import registry


def test_decisions_on_synthetic_frames_agree_with_the_burden() -> None:
    points = data_points()
    cards = {name: signal.card for name, signal in registry.signals().items()}
    evidence = synthetic_evidence(30)
    decided = question_decisions(synthetic_questions(200))
    asked = decided["asked_as"].drop_nulls().unique(maintain_order=True).to_list()
    pairs = supplier_decisions(asked, evidence, points, cards)
    assert pairs.height == 30 * len(asked)
    burden = supplier_burden(evidence.suppliers, decided, pairs, points, Costs(20, "USD", 10, 2))
    dropped = pairs.filter(decision=Decision.DROP.value).height
    assert burden["saved_known"].sum() == dropped > 0


def test_labelled_questions_have_no_label_and_are_for_choosing() -> None:
    frame = labelled_questions()
    assert "data_point_id" not in frame.columns
    assert 150 < frame.height < 300
    assert "judging" not in frame["questionnaire"].to_list()
