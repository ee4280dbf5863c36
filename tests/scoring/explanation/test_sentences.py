"""Sentences in figures people can read."""

import math
import re

import polars as pl
import pytest

from scoring.aggregation.priority_bands import BAND_TEXT
from scoring.explanation.sentences import figure, sentences_of, source_text, unit_text
from signals.card import Wording
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
        "Loss was 0.5 in 2021. Peer median: 0.5. Source: Company register, data to 2021-12-31."
    )


@pytest.mark.parametrize(
    ("status", "text"),
    [
        (None, "Forest: no value as of 2022-03-01: not covered."),
        ("too_old", "Forest: no value as of 2022-03-01: too old."),
        ("not_disclosed", "Forest: no value as of 2022-03-01: not disclosed."),
        ("not_applicable", "Forest: does not apply to this supplier."),
        ("contested", "Forest: the supplier contests the value."),
    ],
)
def test_what_is_missing_is_reported(status, text):
    assert sentence_of(CARDS["forest"], status) == text


def reported(made, sources=None, **changed):
    """The sentence of one row as the engine hands it over."""
    given = {"status": "observed", "value": 0.25, "peer_value": 0.5, "period": "2021"}
    texts = ("status", "status_reason", "period", "source_used", "origin")
    schema = dict.fromkeys(texts, pl.String)
    schema |= {"value": pl.Float64, "peer_value": pl.Float64, "observed_to": pl.Date}
    frame = pl.DataFrame([given | changed], schema=schema)
    return str(sentences_of(frame, made, sources or {}, None).collect()["sentence"].item())


def test_a_given_reason_is_reported():
    reason = "the position is a country's centre."
    text = reported(CARDS["forest"], status="not_covered", status_reason=reason, value=None)
    assert text == "Forest: no value: not covered, the position is a country's centre."


def test_what_a_row_does_not_state_is_said_to_be_unstated():
    assert reported(CARDS["forest"], period=None, peer_value=None) == (
        "It is 0.25 points in an unstated period, not known among peers "
        "(register, an unstated date)."
    )


def test_a_template_that_names_something_else_is_an_error_of_the_card():
    with pytest.raises(ValueError, match=r"signal forest: its sentence names \{colour\}"):
        reported(card("forest", "land_use", sentence="{colour}"))


#: Scales on which a negative figure is usual, so that it is written with its sign.
SIGNED_SCALES = ("altman_z_double_prime", "drought_spei6", "drought_spi12")

CASES = [
    (signal.card, value)
    for signal in signals().values()
    for value in (-12.5, -0.0468, 0.0, 0.0468, 0.5, 1.0, 12.5)
    if signal.card.valid_range[0] <= value <= signal.card.valid_range[1]
]


@pytest.mark.parametrize(
    ("made", "value"), CASES, ids=[f"{made.id}-{value}" for made, value in CASES]
)
def test_every_signal_has_a_sentence_for_each_value(made, value):
    text = reported(made, value=value, peer_value=-value if made.valid_range[0] < 0 else value)
    said, _, _ = text.partition(" Source: ")
    assert not re.search(r"[{}]|None|null|\bnan\b|  ", text), text
    assert re.match(r"[A-Z0-9].*\. Peer median: .*[^ ]\. Source: .*, data to .*\.$", text), text
    assert made.id in SIGNED_SCALES or not re.search(r"(?<![\w.])-\d", said), text
    assert not [word for word in BANNED if word in text.lower()], text
    is_log = "log " in f"{made.unit} "
    assert is_log == made.wording.scale.startswith("log"), made.unit
    if made.wording.steps:
        assert not re.search(r": [\d.]+ \(", said), text


def test_every_signal_has_a_case():
    assert {made.id for made, _ in CASES} == set(signals())
    assert {made.id for made, value in CASES if value < 0} == {
        name for name, signal in signals().items() if signal.card.valid_range[0] < 0
    }


@pytest.mark.parametrize(
    ("signal_id", "value", "text"),
    [
        ("lead_time_squeeze", -0.0468, "4.68 % longer than usual for this supplier"),
        ("lead_time_squeeze", 0.0468, "4.68 % shorter than usual for this supplier"),
        ("lead_time_squeeze", 0.0, "neither longer nor shorter than usual for this supplier"),
        ("payables_stretch", -3.05, "It pays its suppliers 3.05 days earlier than before"),
        ("payables_stretch", 3.05, "It pays its suppliers 3.05 days later than before"),
        ("receivables_stretch", -3.05, "Its customers pay 3.05 days earlier than before"),
        ("receivables_stretch", 0.0, "Its customers pay neither earlier nor later than before"),
        ("price_squeeze", -0.0694, "relative to its input costs in 2021: down 6.94 % a year."),
        ("going_concern", 0.0, "or open insolvency case: none stated (2021)."),
        ("going_concern", 1.0, "or open insolvency case: stated (2021)."),
        ("listed_goods_prior", 1.0, "List of Goods: listed for forced labour (2021)."),
        ("near_threshold_pressure", 0.972, "interest cover in 2021: 0.972 of 1."),
        ("enforcement_news", 4.88, "4.88 times the expected number for a comparable company."),
        ("forest_loss_anomaly", 1.91, "6.75 times the level expected from earlier years."),
        ("forest_alert_surge", -math.log(4), "0.25 times the number in the same months"),
        ("revenue_shock", -0.10, "compared with the year before: down 9.52 %."),
        ("night_light_change", 0.0, "around its sites in 2021: unchanged."),
        ("embargoed_land_share", math.log(11), "embargo: 10 km2 per 1,000 km2 in 5 years"),
        ("margin_squeeze", -0.031, "Gross margin over 2021: down 3.1 percentage points."),
        ("heat_hours_change", -8.0, "8 fewer than the mean of 1991-2020."),
        ("news_tone", -0.138, "0.138 points more negative than usual"),
        ("interest_coverage", -2.0, "in 2021: a loss of 2 times the interest."),
        ("air_pollution", -0.2, "Air pollution at its sites is not measurable (2021)."),
        ("drought_spi12", -3.0, "(rainfall of the last twelve months) in 2021: -3."),
        ("forest_loss_rate", 0.0295, "Around its sites 2.95 % of the forest a year was lost"),
    ],
)
def test_values_are_worded_by_sign_and_turned_back(signal_id, value, text):
    assert text in reported(signals()[signal_id].card, value=value)


@pytest.mark.parametrize(
    ("source_used", "origin", "text"),
    [
        ("register", "/data/mirror/accounts.csv", "Source: Company register (accounts.csv), "),
        ("register", "/data/a b.csv row 3", "Source: Company register (a b.csv), "),
        ("register", "C:\\data\\rain.nc", "Source: Company register (rain.nc), "),
        ("register", "https://example.org/v2/loss.tif", "Source: Company register (loss.tif), "),
        ("register", "https://example.org/point?end=2020.nc", "Source: Company register, "),
        ("register", None, "Source: Company register, "),
        ("tree_map", None, "Source: tree map, "),
        ("register, tree_map", None, "Source: Company register and tree map, "),
        (None, None, "Source: Company register or tree map, "),
    ],
)
def test_a_sentence_names_the_source_used_and_its_file(source_used, origin, text):
    made = card("forest", "land_use", sources=("register", "tree_map"), sentence="{value}.")
    row = {"source_used": source_used, "origin": origin}
    assert text in reported(made, {"register": source_card()}, **row)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"positive": "{size} more"}, "needs phrases for negative, zero and positive"),
        (
            {"negative": "a", "zero": "b", "positive": "c", "steps": ((0.0, "d"),)},
            "by sign or by steps",
        ),
        ({"steps": ((1.0, "yes"), (0.0, "no"))}, "ascend"),
    ],
)
def test_a_wording_that_is_not_complete_is_an_error_of_the_card(given, message):
    with pytest.raises(ValueError, match=message):
        Wording(**given)


def test_a_source_without_a_card_is_reported_by_its_id():
    made = card("forest", "land_use", sources=("register", "tree_map"))
    assert source_text(made, {"register": source_card()}) == "Company register or tree map"


def test_no_text_speaks_of_guilt_or_clears_anybody():
    result = scored({"a": {"accounts": 0.9, "forest": 0.1}, "b": {}})
    read = [
        *result.contributions["sentence"],
        *result.scores["insufficient_reason"].drop_nulls(),
        *result.scores["lowest_cost_data_gap"].drop_nulls(),
        *result.notes,
        *BAND_TEXT.values(),
    ]
    assert not [(text, word) for text in read for word in BANNED if word in text.lower()]
