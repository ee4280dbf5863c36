"""Change of the land weighs by sector: never more than as measured, and not at all where 0."""

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

import configs
from configs.config_errors import UsageError
from configs.sector_groups import SectorRelevance, sector_group_findings
from scoring.change_relevance import change_relevance
from scoring.explanation.counterfactual import needed_changes
from scoring.normalisation.normalised_signals import normalise_signals
from scoring.simulation.rank_uncertainty import analyse_rank_uncertainty
from signals.card import ChangeType
from tests.scoring.sample import ANCHORS, CARDS, card, column, model, scored, suppliers, values

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
    use = change_relevance(TABLE, change).use(division, section, chapter)
    assert use.share == share
    assert use.because


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
        ("01", "A", "09", "farm_dependence", 2.0, "coffee, tea, cocoa or spices"),
        ("01", "A", "09", "natural_vegetation_loss", 0.0, "coffee, tea, cocoa or spices"),
        ("46", "G", "18", "sparse_population", 2.0, "coffee, tea, cocoa or spices"),
        ("01", "A", "02", "natural_vegetation_loss", 1.0, "livestock"),
        ("01", "A", "02", "farm_dependence", 0.0, "livestock"),
        ("01", "A", "02", "local_income", 0.5, "livestock"),
        ("08", "B", None, "local_income", 1.0, "mining"),
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
    use = change_relevance(TABLE, change, signal).use(division, section, chapter)
    assert use.share * use.weight == share
    assert group in use.because


def test_a_signal_that_no_group_states_and_that_sees_no_change_is_the_same_for_all():
    assert change_relevance(TABLE, None, "fuel_smuggling") is None


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


LINE = {"name": "x", "isic": [], "hs": [], "relevance": {}, "any_other_change": 0.3}


def test_all_that_is_wrong_with_a_table_is_found_at_once():
    table = SectorRelevance(
        unknown=1.0,
        other_sector=1.0,
        signals={"draught": 1.0, "fires": 1.0},
        sectors=(
            {**LINE, "name": "one", "isic": ["01"], "signals": {"drought": 0.5, "fire": 2.0}},
            {**LINE, "name": "two", "isic": ["01"], "hs": ["09", "09"]},
            {**LINE, "name": "two"},
        ),
    )
    key = "configuration key scoring.sector_relevance"
    assert sector_group_findings(table, ["drought", "fires"]) == [
        f"{key}.signals.draught: no such signal; did you mean drought?",
        f"{key}.sectors: isic 01 is in groups one and two; keep it in one of them",
        f"{key}.sectors: hs 09 is in group two 2 times; keep it in one of them",
        f"{key}.sectors: two groups are named two; give each a name of its own",
        f"{key}.sectors, group one, signals.drought: the weight for all other groups is missing; "
        "add scoring.sector_relevance.signals.drought (1: as everywhere, 0: does not apply)",
        f"{key}.sectors, group one, signals.fire: no such signal; did you mean fires?",
    ]


def test_findings_of_groups_come_with_those_of_the_form():
    with pytest.raises(UsageError) as caught:
        configs.load(
            overrides=[
                "scoring.sector_relevance.signals.heat_hour=0.5",
                "scoring.exponent=0",
            ],
            local=None,
        )
    assert "scoring.exponent" in str(caught.value)
    assert "heat_hour: no such signal" in str(caught.value)


def test_goalposts_against_the_direction_of_a_group_are_found_with_all_others():
    table = {
        "unknown": 1.0,
        "other_sector": 1.0,
        "signals": {"drought": 1.0, "fires": 1.0},
        "sectors": [
            {
                **LINE,
                "name": "mines",
                "signals": {
                    "drought": {"riskier": "lower"},
                    "fires": {"normalise": {**ANCHORS, "floor": 2.0}},
                },
            }
        ],
    }
    with pytest.raises(UsageError) as caught:
        model(FOREST, sector_relevance=table)
    assert str(caught.value).splitlines() == [
        "configuration key scoring.sector_relevance.sectors, group mines, signals.drought: a lower "
        "value is riskier, but the anchors run from floor 0 to ceiling 1; exchange floor and "
        "ceiling",
        "configuration key scoring.sector_relevance.sectors, group mines, signals.fires: a higher "
        "value is riskier, but the anchors run from floor 2 to ceiling 1; exchange floor and "
        "ceiling",
    ]


GROUPS = {
    "unknown": 1.0,
    "other_sector": 1.0,
    "signals": {"drought": 1.0},
    "sectors": [
        {**LINE, "name": "mines", "isic": ["B"], "signals": {"drought": 3.0}},
        {
            **LINE,
            "name": "farms",
            "isic": ["01"],
            "signals": {
                "drought": {
                    "weight": 2.0,
                    "riskier": "lower",
                    "normalise": {**ANCHORS, "floor": 1.0, "ceiling": 0.2},
                }
            },
        },
    ],
}


def test_a_group_has_a_weight_a_direction_and_goalposts_of_its_own():
    listed = suppliers(
        ["farm", "mine", "shop"], sector=["01", "08", "47"], sector_section=["A", "B", "G"]
    )
    result = scored(
        dict.fromkeys(("farm", "mine", "shop"), ROW),
        model(CARDS, sector_relevance=GROUPS),
        CARDS,
        listed,
    )
    of_drought = result.contributions.filter(pl.col("signal_id") == "drought")
    rows = {row["supplier_id"]: row for row in of_drought.to_dicts()}
    # 0.3 as everywhere; (1 - 0.3) / (1 - 0.2) between the goalposts of farms.
    assert [rows[name]["risk"] for name in ("shop", "mine", "farm")] == pytest.approx(
        [0.3, 0.3, 0.875]
    )
    # A signal of a pillar of two weighs 0.5.
    assert [rows[name]["weight"] for name in ("shop", "mine", "farm")] == [0.5, 1.5, 1.0]
    assert rows["mine"]["sentence"].endswith(
        "Because the sector is mines, this signal has 3 times its usual weight."
    )
    assert rows["farm"]["sentence"].endswith(
        "Because the sector is farms, this signal has 2 times its usual weight and lower values "
        "are riskier and its goalposts are 1 and 0.2."
    )
    score = column(result.scores, "score")
    rest = 0.25 + 0.64 + 0.5 * 0.04
    assert score["shop"] == pytest.approx(100 * np.sqrt((rest + 0.5 * 0.09) / 3))
    assert score["mine"] == pytest.approx(100 * np.sqrt((rest + 1.5 * 0.09) / 4))
    assert score["farm"] == pytest.approx(100 * np.sqrt((rest + 1.0 * 0.875**2) / 3.5))
    # Points are of the score as the group weighs it.
    points = result.contributions.group_by("supplier_id").agg(pl.col("points").sum())
    medians = column(result.scores, "peer_median_score")
    for supplier_id, total in points.iter_rows():
        assert total == pytest.approx(score[supplier_id] - medians[supplier_id])


def test_simulations_without_noise_rank_by_the_weights_of_groups():
    generator = np.random.default_rng(4)
    table = {
        f"{kind}{number:02d}": {name: float(generator.uniform()) for name in ROW}
        for kind in ("farm", "mine")
        for number in range(15)
    }
    sector = ["01" if name.startswith("farm") else "08" for name in table]
    section = ["A" if name.startswith("farm") else "B" for name in table]
    using = model(CARDS, sector_relevance=GROUPS)
    listed = suppliers(list(table), sector=sector, sector_section=section)
    result = scored(table, using, CARDS, listed)
    drawn = analyse_rank_uncertainty(
        result.normalised,
        result.has_score,
        using,
        CARDS,
        configs.load(local=None).uncertainty.model_copy(
            update={
                "draws": 3,
                "measurement_error": False,
                "weight_concentration": 0.0,
                "powers": (2,),
                "normaliser_changed_share": 0.0,
                "source_left_out_share": 0.0,
            }
        ),
    )
    published = column(result.scores, "rank")
    assert dict(drawn.ranks.select("supplier_id", "rank_median").iter_rows()) == published


def test_what_would_have_to_change_is_read_by_the_goalposts_of_the_group():
    changes = needed_changes(*_two_farms())
    (needed,) = changes.filter(pl.col("signal_id") == "drought").to_dicts()
    assert needed["needed_value"] == pytest.approx(1.0 - needed["needed_risk"] * 0.8)


def _two_farms():
    using = model(CARDS, sector_relevance=GROUPS, top_k=1)
    table = {"farm": ROW | {"drought": 0.2}, "other": ROW | {"drought": 0.9}}
    result = scored(
        table, using, CARDS, suppliers(list(table), sector=["01"] * 2, sector_section=["A"] * 2)
    )
    return result.scores, result.contributions, using, result.normalised


def test_a_table_is_written_as_it_was_read():
    table = SectorRelevance.model_validate(GROUPS)
    dumped = table.model_dump(mode="json")
    assert dumped["sectors"][0]["signals"] == {"drought": 3.0}
    assert SectorRelevance.model_validate(dumped) == table
