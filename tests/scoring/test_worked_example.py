"""A worked example in the manner of COINr: normalise (min-max), aggregate, rank, rank interval.

Becker, Caperna, Del Sorbo and Saisana 2022, "COINr: An R package for developing composite
indicators": Normalise(n_minmax), Aggregate(a_amean), ranks from the top, and `get_noisy_weights`
with ranks summarised by quantiles. Three suppliers, three signals, all figures by hand.
"""

import itertools

import numpy as np
import pytest

from scoring.aggregation.power_mean import power_mean, tied_ranks
from scoring.simulation.monte_carlo import draw_ranks
from scoring.simulation.simulation_inputs import NormalisationMethod
from scoring.simulation.simulation_plan import DrawSettings
from tests.scoring.sample import ANCHORS, card, column, model, scored

#: Raw values; floors and ceilings of the min-max; weights.
RAW = {
    "a": {"accounts": 2.0, "forest": 30.0, "drought": 1.0},
    "b": {"accounts": 6.0, "forest": 10.0, "drought": 3.0},
    "c": {"accounts": 10.0, "forest": 20.0, "drought": 5.0},
}
CARDS = {
    "accounts": card("accounts", "financial", direction=-1),
    "forest": card("forest", "land_use"),
    "drought": card("drought", "environment"),
}
LINES = {
    "accounts": {"normalise": ANCHORS | {"floor": 10.0, "ceiling": 2.0}},
    "forest": {"normalise": ANCHORS | {"floor": 10.0, "ceiling": 30.0}},
    "drought": {"normalise": ANCHORS | {"floor": 1.0, "ceiling": 5.0}},
}
#: Accounts weigh twice: 0.5, 0.25, 0.25.
PILLARS = {"financial": 2.0, "land_use": 1.0, "environment": 1.0}

CASES = [
    # supplier, normalised (forest, drought, accounts), arithmetic mean x 100, rank
    ("a", {"accounts": 1.0, "forest": 1.0, "drought": 0.0}, 75.0, 1),
    ("b", {"accounts": 0.5, "forest": 0.0, "drought": 0.5}, 37.5, 2),
    ("c", {"accounts": 0.0, "forest": 0.5, "drought": 1.0}, 37.5, 2),
]


@pytest.mark.parametrize(("supplier", "normalised", "score", "rank"), CASES)
def test_normalise_aggregate_rank(supplier, normalised, score, rank):
    result = scored(RAW, model(CARDS, LINES, exponent=1.0, pillars=PILLARS), CARDS)
    rows = result.contributions.filter(supplier_id=supplier)
    assert dict(rows.select("signal_id", "risk").rows()) == normalised
    assert column(result.scores, "score")[supplier] == pytest.approx(score)
    assert column(result.scores, "rank")[supplier] == rank


@pytest.mark.parametrize(
    ("weights", "places"),
    [
        # b and c cross where the weight of accounts passes that of forest and drought together.
        ((0.5, 0.25, 0.25), [(1, 1), (2, 3), (2, 3)]),
        ((0.6, 0.2, 0.2), [(1, 1), (2, 2), (3, 3)]),
        ((0.4, 0.3, 0.3), [(1, 1), (3, 3), (2, 2)]),
        ((0.2, 0.1, 0.7), [(3, 3), (2, 2), (1, 1)]),
    ],
)
def test_ranks_under_other_weights_by_hand(weights, places):
    risk = np.array([list(case[1].values()) for case in CASES])
    first, last = tied_ranks(power_mean(risk, np.array(weights), 1.0))
    assert list(zip(first.tolist(), last.tolist(), strict=True)) == places


def test_the_rank_interval_is_that_of_the_noisy_weights():
    """The interval covers just the ranks that weights around the published ones can give."""
    risk = np.array([list(case[1].values()) for case in CASES])
    drawn = draw_ranks(
        [NormalisationMethod(risk)],
        [2.0, 1.0, 1.0],
        [0, 1, 2],
        settings=DrawSettings(
            draws=4000, weight_concentration=50.0, powers=(1,), source_left_out_share=0.0
        ),
        power=1.0,
        top=(1, 2),
    )
    assert drawn.rank_p05.tolist() == [1, 2, 2]
    assert drawn.rank_p95.tolist() == [1, 3, 3]
    # b stands above c when accounts weigh more than a half; the median of their share is near it.
    assert drawn.p_top[:, 1].tolist() == pytest.approx([1.0, 0.5, 0.5], abs=0.03)
    assert drawn.p_top.sum(axis=0).tolist() == pytest.approx([1.0, 2.0])


def test_every_order_of_the_rows_gives_the_same_example():
    using = model(CARDS, LINES, exponent=1.0, pillars=PILLARS)
    expected = scored(RAW, using, CARDS).scores
    for order in itertools.permutations(RAW):
        assert scored({name: RAW[name] for name in order}, using, CARDS).scores.equals(expected)
