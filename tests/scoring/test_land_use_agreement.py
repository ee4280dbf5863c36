"""The first tier by land use alone waits for a second source."""

import numpy as np
import pytest

import configs
from scoring.doubt import draw_doubt
from scoring.land_use_agreement import WHY, lacks_agreement
from tests.scoring.sample import card, model, scored

WEIGHTS = np.array([1.0, 1.0, 1.0])
LAND_USE = np.array([False, True, True])
SOURCES = (("accounts",), ("hansen_gfc",), ("land_cover",))


@pytest.mark.parametrize(
    ("risk", "waits"),
    [
        ((0.5, 0.9, np.nan), True),  # 73 with, 50 without: one source alone
        ((0.5, 0.9, 0.9), False),  # two sources agree
        ((0.5, 0.9, 0.4), True),  # the second does not agree
        ((0.7, 0.9, np.nan), False),  # 70 without land use
        ((0.1, 0.6, np.nan), False),  # not in the first tier
        ((np.nan, 0.9, np.nan), True),  # nothing but land use
        ((np.nan, np.nan, np.nan), False),  # no score at all
    ],
)
def test_who_waits(risk: tuple[float, float, float], waits: bool) -> None:
    found = lacks_agreement(np.array([risk]), WEIGHTS, LAND_USE, SOURCES, 2.0, 60.0)
    assert found.tolist() == [waits]


def test_two_signals_of_one_source_are_one_voice() -> None:
    risk = np.array([[0.5, 0.9, 0.9]])
    one = (("accounts",), ("hansen_gfc",), ("hansen_gfc",))
    assert lacks_agreement(risk, WEIGHTS, LAND_USE, one, 2.0, 60.0).tolist() == [True]


def test_one_signal_of_several_sources_is_one_voice() -> None:
    sources = (("accounts",), ("modis_ndvi", "sentinel2"), ("sentinel2", "landsat"))
    risk = np.array([[0.5, 0.9, 0.9]])
    assert lacks_agreement(risk, WEIGHTS, LAND_USE, sources, 2.0, 60.0).tolist() == [True]


CARDS = {
    made.id: made
    for made in (
        card("accounts", "financial"),
        card("forest", "land_use", sources=("hansen_gfc",)),
        card("ground", "land_use", sources=("land_cover",)),
    )
}


@pytest.mark.parametrize(
    ("row", "tier"),
    [
        # Two land-use signals share the weight of their pillar.
        ({"accounts": 0.5, "forest": 1.0, "ground": 0.45}, "second_priority"),
        ({"accounts": 0.5, "forest": 1.0, "ground": 0.6}, "first_priority"),
        ({"accounts": 0.7, "forest": 1.0, "ground": 0.3}, "first_priority"),
        ({"accounts": 0.3, "forest": 1.0, "ground": 0.1}, "second_priority"),
    ],
)
def test_the_tier_waits_for_a_second_source_and_says_so(row: dict[str, float], tier: str) -> None:
    result = scored({"a": row}, model(CARDS), CARDS)
    found = result.scores.row(0, named=True)
    assert found["tier"] == tier
    is_held = found["score"] >= 60 and tier == "second_priority"
    assert (found["tier_reason"] == WHY) == is_held
    assert result.awaits_second_source.tolist() == [is_held]


def test_draws_count_a_held_supplier_in_its_tier_however_high_it_comes() -> None:
    row = {"accounts": 0.5, "forest": 1.0, "ground": 0.45}
    using = model(CARDS)
    result = scored({"a": row, "b": {"accounts": 0.1, "forest": 0.1, "ground": 0.1}}, using, CARDS)
    doubt = draw_doubt(
        result.readings,
        result.has_score,
        using,
        CARDS,
        configs.load(local=None).uncertainty.model_copy(
            update={"draws": 64, "sensitivity_draws": 8, "source_left_out_share": 0.0}
        ),
        awaits_second_source=result.awaits_second_source,
    )
    # Its score is 65 and seldom falls below 40, the floor of the tier it is held in.
    assert doubt.places["tier_stability"][0] > 0.9
