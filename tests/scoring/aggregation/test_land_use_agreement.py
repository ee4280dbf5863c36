"""The first priority band by land use alone waits for a second source."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

import configs
from scoring.aggregation.land_use_agreement import WHY, lacks_agreement
from scoring.scoring_model import scoring_model
from scoring.simulation.rank_uncertainty import analyse_rank_uncertainty
from signals.card import Pillar
from signals.registry import signals, sources
from tests.scoring.sample import card, model, scored

WEIGHTS = np.array([1.0, 1.0, 1.0])
LAND_USE = np.array([False, True, True])
LINEAGES = ({"accounts"}, {"landsat"}, {"sentinel1"})


def waits(
    risk: tuple[float, float, float],
    lineages: Sequence[set[str]] = LINEAGES,
    sees_change: tuple[bool, bool, bool] = (False, True, True),
) -> bool:
    """Whether one supplier waits, at weights of 1 and a first priority band from 60."""
    found = lacks_agreement(
        np.array([risk]), WEIGHTS, LAND_USE, np.array(sees_change), lineages, 2.0, 60.0
    )
    return bool(found[0])


@pytest.mark.parametrize(
    ("risk", "expected"),
    [
        ((0.5, 0.9, np.nan), True),  # 73 with, 50 without: one source alone
        ((0.5, 0.9, 0.9), False),  # two sources agree
        ((0.5, 0.9, 0.4), True),  # the second does not agree
        ((0.7, 0.9, np.nan), False),  # 70 without land use
        ((0.1, 0.6, np.nan), False),  # not in the first priority band
        ((np.nan, 0.9, np.nan), True),  # nothing but land use
        ((np.nan, np.nan, np.nan), False),  # no score at all
    ],
)
def test_who_waits(risk: tuple[float, float, float], expected: bool) -> None:
    assert waits(risk) is expected


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ({"landsat"}, {"landsat"}, True),
        ({"landsat"}, {"landsat", "sentinel2", "sentinel1"}, True),  # alerts joined of three
        ({"modis", "sentinel2"}, {"sentinel2", "landsat"}, True),
        ({"landsat"}, {"sentinel1"}, False),
        ({"landsat"}, {"viirs_day_night_band"}, False),
    ],
)
def test_signals_that_share_an_instrument_are_one_voice(
    one: set[str], other: set[str], expected: bool
) -> None:
    assert waits((0.5, 0.9, 0.9), ({"accounts"}, one, other)) is expected


def test_what_tells_of_no_change_confirms_none() -> None:
    assert waits((0.5, 0.9, 0.9), sees_change=(False, True, False))


@pytest.mark.parametrize(
    ("signal_id", "changed", "expected"),
    [
        ("forest_loss_rate", {}, {"landsat"}),
        # Of three sources that may tell of it one is set up.
        ("vegetation_break", {"modis_ndvi": {"mirror": "ndvi"}}, {"modis"}),
        (
            "vegetation_break",
            {"modis_ndvi": {"mirror": "ndvi"}, "sentinel2": {"enabled": True}},
            {"modis", "sentinel2"},
        ),
        # Maps may be made from any of these, unless it is said.
        (
            "built_bare_expansion",
            {"land_cover": {"mirror": "maps"}},
            {"landsat", "sentinel2", "sentinel1"},
        ),
        (
            "built_bare_expansion",
            {"land_cover": {"mirror": "maps", "options": {"lineage": ["sentinel2"]}}},
            {"sentinel2"},
        ),
    ],
    ids=["one source", "one of three", "two of three", "maps", "maps of a known instrument"],
)
def test_the_lineage_of_a_signal_is_that_of_its_sources(
    signal_id: str, changed: dict[str, dict[str, Any]], expected: set[str]
) -> None:
    settings = configs.load(None, local=None, changes={"sources": changed})
    cards = {name: signal.card for name, signal in signals().items()}
    made = scoring_model(settings, cards, {name: one.CARD for name, one in sources().items()})
    (found,) = (one.lineage for one in made.signals if one.signal_id == signal_id)
    assert found == expected


def test_every_satellite_source_of_land_use_says_what_it_is_observed_with() -> None:
    read = {
        name
        for signal in signals().values()
        if signal.card.pillar is Pillar.LAND_USE
        for name in signal.card.sources
    }
    silent = [name for name in sorted(read) if not sources()[name].CARD.lineage]
    assert silent == []


CARDS = {
    made.id: made
    for made in (
        card("accounts", "financial"),
        card("forest", "land_use", sources=("hansen_gfc",), change_type="vegetation_loss"),
        card("ground", "land_use", sources=("radar",), change_type="vegetation_loss"),
    )
}


@pytest.mark.parametrize(
    ("row", "priority_band"),
    [
        # Two land-use signals share the weight of their pillar.
        ({"accounts": 0.5, "forest": 1.0, "ground": 0.45}, "second_priority"),
        ({"accounts": 0.5, "forest": 1.0, "ground": 0.6}, "first_priority"),
        ({"accounts": 0.7, "forest": 1.0, "ground": 0.3}, "first_priority"),
        ({"accounts": 0.3, "forest": 1.0, "ground": 0.1}, "second_priority"),
    ],
)
def test_the_band_waits_for_a_second_source_and_says_so(
    row: dict[str, float], priority_band: str
) -> None:
    result = scored({"a": row}, model(CARDS), CARDS)
    found = result.scores.row(0, named=True)
    assert found["priority_band"] == priority_band
    is_held = found["score"] >= 60 and priority_band == "second_priority"
    assert (found["priority_band_note"] == WHY) == is_held
    assert result.awaits_second_source.tolist() == [is_held]


def test_draws_count_a_held_supplier_in_its_band_however_high_it_comes() -> None:
    row = {"accounts": 0.5, "forest": 1.0, "ground": 0.45}
    using = model(CARDS)
    result = scored({"a": row, "b": {"accounts": 0.1, "forest": 0.1, "ground": 0.1}}, using, CARDS)
    uncertainty = analyse_rank_uncertainty(
        result.normalised,
        result.has_score,
        using,
        CARDS,
        configs.load(local=None).uncertainty.model_copy(
            update={"draws": 64, "sensitivity_draws": 8, "source_left_out_share": 0.0}
        ),
        awaits_second_source=result.awaits_second_source,
    )
    # Its score is 65 and seldom falls below 40, the floor of the priority band it is held in.
    assert uncertainty.ranks["prob_same_band"][0] > 0.9
