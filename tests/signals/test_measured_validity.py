"""Measured validity is on the cards, and no signal that points the wrong way has a weight."""

import pytest
from pydantic import ValidationError

import configs
from signals.card import EvidenceGrade, MeasuredValidity
from signals.measured_validity import measured_validity
from signals.registry import signals

CARDS = {name: signal.card for name, signal in signals().items()}
ROW = {
    "data": "d",
    "measured_on": "2026-11-29",
    "sector": "mining",
    "applies": "true",
    "cases": "7",
    "auc": "0.6",
    "low": "0.5",
    "high": "0.7",
}


def test_every_signal_of_sourcing_areas_carries_its_figures_and_their_mean() -> None:
    for name, card in CARDS.items():
        sectors = [row.sector for row in card.validity]
        if card.applies_to == "sourcing_area":
            assert "mean" in sectors, name
            assert len(sectors) > 2
        assert card.validity == measured_validity().get(name, ())
        assert all(row.low <= row.auc <= row.high for row in card.validity)


def test_a_signal_that_points_the_wrong_way_in_most_sectors_has_no_default_weight() -> None:
    settings = configs.load(local=None).signals
    for name, card in CARDS.items():
        rows = [row for row in card.validity if row.sector != "mean" and row.applies]
        below = [row for row in rows if row.auc < 0.5]
        if len(below) * 2 > len(rows):
            assert settings[name].weight == 0, name


def test_a_grade_above_c_of_a_sourcing_area_rests_on_a_measured_figure() -> None:
    for card in CARDS.values():
        if card.applies_to == "sourcing_area" and card.evidence_grade in (
            EvidenceGrade.A,
            EvidenceGrade.B,
        ):
            assert any(row.applies and row.low > 0.5 for row in card.validity), card.id


@pytest.mark.parametrize(
    ("field", "value"), [("auc", "1.2"), ("cases", "-1"), ("measured_on", "May"), ("applies", "x")]
)
def test_a_row_that_is_no_figure_is_rejected(field: str, value: str) -> None:
    assert MeasuredValidity.model_validate(ROW).cases == 7
    with pytest.raises(ValidationError, match=field):
        MeasuredValidity.model_validate(ROW | {field: value})
