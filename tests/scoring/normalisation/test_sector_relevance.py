"""Change of the land weighs by sector: never more than as measured, and not at all where 0."""

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

import configs
from configs.settings import SectorRelevance
from scoring.change_relevance import change_relevance
from scoring.normalisation.normalised_signals import normalise_signals
from signals.card import ChangeType
from tests.scoring.sample import CARDS, card, column, model, scored, suppliers, values

TABLE = configs.load(local=None).scoring.sector_relevance
FOREST = CARDS | {"forest": card("forest", "land_use", change_type=ChangeType.VEGETATION_LOSS)}
ROW = {"accounts": 0.5, "forest": 0.8, "drought": 0.3, "fires": 0.2}


@pytest.mark.parametrize(
    ("division", "section", "chapter", "change", "share"),
    [
        ("01", "A", None, ChangeType.VEGETATION_LOSS, 1.0),  # cattle, soy, cocoa
        ("02", "A", None, ChangeType.VEGETATION_LOSS, 1.0),  # timber
        (None, None, "15", ChangeType.VEGETATION_LOSS, 1.0),  # palm oil
        (None, None, "44", ChangeType.FIRE, 1.0),  # charcoal
        ("24", "C", None, ChangeType.FIRE, 1.0),  # steel
        ("23", "C", None, ChangeType.BARE_OR_BUILT, 1.0),  # bricks
        ("08", "B", None, ChangeType.BARE_OR_BUILT, 1.0),  # sand, mica: by the section
        (None, None, "71", ChangeType.BARE_OR_BUILT, 1.0),  # gold
        ("10", "C", "03", ChangeType.MANGROVE_LOSS, 1.0),  # shrimp: by its goods
        (None, None, "52", ChangeType.VEGETATION_LOSS, 0.3),  # cotton
        ("14", "C", "62", ChangeType.NIGHT_LIGHT, 0.3),  # apparel
        ("26", "C", None, ChangeType.BARE_OR_BUILT, 0.3),  # electronics
        ("14", "C", None, ChangeType.VEGETATION_LOSS, 0.0),
        ("69", "M", None, ChangeType.VEGETATION_LOSS, 0.0),  # a law company
        ("46", "G", "18", ChangeType.VEGETATION_LOSS, 1.0),  # a trader in cocoa
        ("20", "C", None, ChangeType.VEGETATION_LOSS, 0.3),  # on no line
        (None, None, None, ChangeType.VEGETATION_LOSS, 1.0),  # not stated
    ],
)
def test_the_table_of_sectors(division, section, chapter, change, share):
    found, why = change_relevance(TABLE, change).of(division, section, chapter)
    assert found == share
    assert why


def test_a_relevance_multiplies_the_reading_and_is_said():
    table = {"cattle": ROW, "law": ROW, "chemicals": ROW}
    listed = suppliers(list(table), sector=["01", "69", "20"], sector_section=["A", "M", "C"]).sort(
        "supplier_id"
    )
    result = scored(table, model(FOREST), FOREST, listed)
    rows = {
        row["supplier_id"]: row
        for row in result.contributions.filter(pl.col("signal_id") == "forest").to_dicts()
    }
    assert rows["cattle"]["risk"] == pytest.approx(0.8)
    assert "Weighed" not in rows["cattle"]["sentence"]
    assert rows["chemicals"]["risk"] == pytest.approx(0.24)
    assert rows["chemicals"]["value"] == 0.8
    assert rows["chemicals"]["sentence"].endswith(
        "Weighed 0.3 because the table of sectors has no line for its sector."
    )
    assert rows["law"]["status"] == "not_applicable"
    assert rows["law"]["value"] is None
    assert (
        "the sector is services, for which this signal is not informative"
        in (rows["law"]["sentence"])
    )
    score = column(result.scores, "score")
    # Weights 1 each: the two of a pillar share it. Without forest: (0.25 + 0.065) / 2.
    assert score["law"] == pytest.approx(100 * np.sqrt((0.25 + (0.09 + 0.04) / 2) / 2))
    assert score["chemicals"] == pytest.approx(
        100 * np.sqrt((0.25 + 0.24**2 + (0.09 + 0.04) / 2) / 3)
    )
    assert column(result.scores, "evidence_coverage")["law"] == 1.0


@given(shares=st.lists(st.floats(0, 1), min_size=2, max_size=2))
@settings(max_examples=10, deadline=None)
def test_a_relevance_never_raises_a_reading_and_keeps_order(shares):
    lines = [
        {
            "name": isic,
            "isic": [isic],
            "hs": [],
            "relevance": {"vegetation_loss": share},
            "any_other_change": 1.0,
        }
        for isic, share in zip(("10", "11"), sorted(shares), strict=True)
    ]
    table = {"unknown": 1.0, "other_sector": 1.0, "sectors": lines}
    measured = np.linspace(0, 1, 6)
    ids = [f"{isic}-{number}" for isic in ("10", "11") for number in range(6)]
    normalised = normalise_signals(
        values({name: ROW | {"forest": measured[int(name[-1])]} for name in ids}),
        suppliers(ids, sector=[name[:2] for name in ids]),
        None,
        model(FOREST, sector_relevance=table),
    )
    forest = [signal.signal_id for signal in normalised.own.signals].index("forest")
    # Where it does not apply there is no reading, which raises nothing either.
    less, more = np.nan_to_num(normalised.own.risk[:, forest]).reshape(2, 6)
    assert (less <= more + 1e-12).all()
    assert (more <= measured + 1e-12).all()
    assert (np.diff(less) >= 0).all()


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ({"isic": ["0141"]}, "isic"),
        ({"hs": ["1801"]}, "hs"),
        ({"relevance": {"forest": 1.0}}, "relevance"),
        ({"relevance": {"fire": 1.5}}, "relevance"),
    ],
)
def test_a_table_that_cannot_be_read_is_rejected(line, words):
    whole = {"name": "x", "isic": [], "hs": [], "relevance": {}, "any_other_change": 0.3} | line
    with pytest.raises(ValidationError, match=words):
        SectorRelevance(unknown=1.0, other_sector=1.0, sectors=(whole,))


@pytest.mark.parametrize(
    ("division", "section", "chapter", "signal", "share", "group"),
    [
        ("01", "A", "09", "farm_dependence", 1.0, "coffee, tea, cocoa or spices"),
        ("01", "A", "09", "natural_vegetation_loss", 0.0, "coffee, tea, cocoa or spices"),
        ("46", "G", "18", "sparse_population", 1.0, "coffee, tea, cocoa or spices"),
        ("01", "A", "02", "natural_vegetation_loss", 1.0, "livestock"),
        ("01", "A", "02", "farm_dependence", 0.0, "livestock"),
        ("01", "A", None, "natural_vegetation_loss", 0.0, "other farming or food"),
        ("01", "A", None, "hand_harvest_share", 1.0, "other farming or food"),
        ("02", "A", None, "natural_vegetation_loss", 1.0, "timber"),
        ("08", "B", None, "extensive_land_share", 0.0, "mining"),
        ("08", "B", None, "natural_vegetation_loss", 1.0, "mining"),  # by kind of change 0.3
        ("41", "F", None, "sparse_population", 1.0, "construction"),
        ("69", "M", None, "extensive_land_share", 0.0, "services"),
        ("20", "C", None, "extensive_land_share", 1.0, "no line"),
        (None, None, None, "farm_dependence", 0.0, "not stated"),
    ],
)
def test_the_table_of_signals_by_sector_group(division, section, chapter, signal, share, group):
    change = ChangeType.VEGETATION_LOSS if signal == "natural_vegetation_loss" else None
    found, why = change_relevance(TABLE, change, signal).of(division, section, chapter)
    assert found == share
    assert group in why


def test_a_signal_that_no_group_states_and_that_sees_no_change_is_the_same_for_all():
    assert change_relevance(TABLE, None, "local_income") is None


def test_an_explanation_names_the_group():
    table = {
        "unknown": 1.0,
        "other_sector": 1.0,
        "signals": {"drought": 1.0},
        "sectors": [
            {
                "name": "mines",
                "isic": ["B"],
                "hs": [],
                "relevance": {},
                "any_other_change": 1.0,
                "signals": {"drought": 0.0},
            }
        ],
    }
    listed = suppliers(["mine", "farm"], sector=["08", "01"], sector_section=["B", "A"])
    result = scored(
        {"mine": ROW, "farm": ROW}, model(FOREST, sector_relevance=table), FOREST, listed
    )
    rows = result.contributions.filter(pl.col("signal_id") == "drought")
    said = dict(rows.select("supplier_id", "status").rows())
    assert said == {"mine": "not_applicable", "farm": "observed"}
    (sentence,) = rows.filter(pl.col("supplier_id") == "mine")["sentence"]
    assert "the sector is mines, for which this signal is not informative" in sentence


def test_a_signal_stated_by_a_group_has_a_common_factor():
    line = {"name": "x", "isic": [], "hs": [], "relevance": {}, "any_other_change": 0.3}
    with pytest.raises(ValidationError, match="drought is missing"):
        SectorRelevance(
            unknown=1.0, other_sector=1.0, sectors=({**line, "signals": {"drought": 0.5}},)
        )


def test_a_code_stands_on_one_line():
    lines = [
        {"name": name, "isic": ["01"], "hs": [], "relevance": {}, "any_other_change": 0.3}
        for name in ("one", "two")
    ]
    with pytest.raises(ValidationError, match="isic 01 is on two lines"):
        SectorRelevance(unknown=1.0, other_sector=1.0, sectors=tuple(lines))
