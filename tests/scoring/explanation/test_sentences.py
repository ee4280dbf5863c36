"""Sentences in figures people can read."""

import polars as pl
import pytest

from scoring.aggregation.priority_bands import TIER_TEXT
from scoring.explanation.sentences import figure, sentence, source_text, unit_text
from signals.registry import signals
from tests.scoring.sample import CARDS, card, scored, source_card

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


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0"),
        (1.0, "1"),
        (-1.5, "-1.5"),
        (0.12345, "0.123"),
        (99.96, "100"),
        (0.1 + 0.2, "0.3"),
        (0.000123, "0.000123"),
        (0.00001, "almost 0"),
        (999.6, "1,000"),
        (4231.0, "4,230"),
        (-12345.0, "-12,300"),
        (999_499.0, "999,000"),
        (999_600.0, "1 million"),
        (12_345_000.0, "12.3 million"),
        (-2.5e9, "-2.5 billion"),
        (5e12, "5,000 billion"),
    ],
)
def test_figures(value, text):
    assert pl.select(figure(pl.lit(value))).item() == text


@pytest.mark.parametrize(
    ("unit", "text"),
    [
        ("share", ""),
        ("share_per_year", "per year"),
        ("share of the area in 3 years", "of the area in 3 years"),
        ("detections_per_km2", "detections per km2"),
        ("shares held", "shares held"),
    ],
)
def test_units(unit, text):
    assert unit_text(unit) == text


def sentence_of(made, value):
    cards = CARDS | {made.id: made}
    result = scored({"a": {made.id: value}}, cards=cards)
    return result.contributions.filter(pl.col("signal_id") == made.id)["sentence"].item()


def test_a_value_is_reported_with_unit_peer_period_source_and_date():
    assert sentence_of(CARDS["forest"], 0.25) == (
        "It is 0.25 points in 2021, 0.25 among peers (Company register, 2021-12-31)."
    )


def test_shares_are_reported_in_percent():
    made = card(
        "forest", "land_use", unit="share_per_year", sentence="{value} {unit} ({peer}, {source})."
    )
    assert sentence_of(made, 0.0241) == "2.41 % per year (2.41 %, Company register)."


def test_peer_and_source_are_reported_where_the_template_does_not():
    made = card("forest", "land_use", sentence="Loss was {value} in {period}.")
    assert sentence_of(made, 0.5) == (
        "Loss was 0.5 in 2021. Typical peer: 0.5. Source: Company register, data to 2021-12-31."
    )


@pytest.mark.parametrize(
    ("status", "text"),
    [
        (None, "Forest: no value is known by 2022-03-01: not covered."),
        ("too_old", "Forest: no value is known by 2022-03-01: too old."),
        ("not_disclosed", "Forest: no value is known by 2022-03-01: not disclosed."),
        ("not_applicable", "Forest: does not apply to this supplier."),
        ("contested", "Forest: the supplier contests the value."),
    ],
)
def test_what_is_missing_is_reported(status, text):
    assert sentence_of(CARDS["forest"], status) == text


def reported(made, **changed):
    """The sentence of one row as the engine hands it over."""
    given = {"status": "observed", "value": 0.25, "peer_value": 0.5, "period": "2021"}
    schema = dict.fromkeys(("status", "status_reason", "period"), pl.String)
    schema |= {"value": pl.Float64, "peer_value": pl.Float64, "observed_to": pl.Date}
    frame = pl.DataFrame([given | changed], schema=schema)
    return frame.select(sentence(made, {}, None)).item()


def test_a_given_reason_is_reported():
    reason = "the position is a country's centre."
    text = reported(CARDS["forest"], status="not_covered", status_reason=reason, value=None)
    assert text == "Forest: no value is known: not covered, the position is a country's centre."


def test_what_a_row_does_not_state_is_said_to_be_unstated():
    assert reported(CARDS["forest"], period=None, peer_value=None) == (
        "It is 0.25 points in an unstated period, an unknown figure among peers "
        "(register, an unstated date)."
    )


def test_a_template_that_names_something_else_is_an_error_of_the_card():
    with pytest.raises(ValueError, match=r"signal forest: its sentence names \{colour\}"):
        sentence(card("forest", "land_use", sentence="{colour}"), {}, None)


def test_every_registered_card_tells_its_value():
    for name, signal in signals().items():
        text = reported(signal.card)
        assert text.endswith((".", ")")), (name, text)
        assert not [word for word in BANNED if word in text.lower()], (name, text)


def test_a_source_without_a_card_is_reported_by_its_id():
    made = card("forest", "land_use", sources=("register", "tree_map"))
    assert source_text(made, {"register": source_card()}) == "Company register or tree map"


def test_no_text_speaks_of_guilt_or_clears_anybody():
    result = scored({"a": {"accounts": 0.9, "forest": 0.1}, "b": {}})
    read = [
        *result.contributions["sentence"],
        *result.scores["insufficient_reason"].drop_nulls(),
        *result.scores["cheapest_datum"].drop_nulls(),
        *result.notes,
        *TIER_TEXT.values(),
    ]
    assert not [(text, word) for text in read for word in BANNED if word in text.lower()]
