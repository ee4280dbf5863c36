import re
import string

import pytest

import configs
import sql
from signals.card import INVISIBLE_INDICATORS, Collection, Pillar
from signals.registry import signals, sources

BANNED = (
    "guilty",
    "offender",
    "slave factory",
    "uses forced labour",
    "clean",
    "compliant",
    "safe",
    "certified",
    "probability of forced labour",
    "low risk",
)


def test_signals_and_their_weight_lines_are_the_same_both_ways() -> None:
    assert set(configs.load(None).signals) == set(signals())


def test_sources_and_their_config_blocks_are_the_same_both_ways() -> None:
    assert set(configs.load(None).sources) == set(sources())


@pytest.mark.parametrize("signal_id", sorted(signals()))
def test_cards_of_signals(signal_id: str) -> None:
    card = signals()[signal_id].card
    staging = set(sql.tables("20_staging"))
    assert set(card.inputs) <= staging
    # Sources of one kind share a table, named after what it holds.
    assert card.sources
    assert card.inputs
    fields = {name for _, name, _, _ in string.Formatter().parse(card.sentence) if name}
    assert {"value"} <= fields <= {"value", "unit", "peer", "period", "direction_word"}
    low, high = card.valid_range
    assert low < high
    assert all(link.indicator not in INVISIBLE_INDICATORS for link in card.ilo)


@pytest.mark.parametrize("signal_id", sorted(signals()))
def test_words_of_signals_speak_of_priority_and_never_of_guilt(signal_id: str) -> None:
    card = signals()[signal_id].card
    words = " ".join((card.title, card.unit, card.lag, card.sentence, *card.limits)).lower()
    for banned in BANNED:
        assert not re.search(rf"\b{re.escape(banned)}\b", words)


@pytest.mark.parametrize("source_id", sorted(sources()))
def test_cards_of_sources(source_id: str) -> None:
    card = sources()[source_id].CARD
    assert card.collection in set(Collection)
    assert card.citation
    low, high = card.expected_rows
    assert 0 <= low < high


def test_the_grades_of_evidence() -> None:
    grades = {name: signal.card.evidence_grade.value for name, signal in signals().items()}
    expected = {
        "altman_z_double_prime": "C",
        "forest_loss_rate": "C",
        "drought_spi12": "C",
        "active_fire_density": "D",
        "governance_prior": "C",
    }
    assert expected.items() <= grades.items()


def test_priors_and_nothing_else_are_context() -> None:
    context = {name for name, signal in signals().items() if signal.card.pillar is Pillar.CONTEXT}
    assert context == {name for name in signals() if name.endswith("_prior")}
    assert "governance_prior" in context
