"""The data item that settles most about the top k, and how it could be had."""

import numpy as np
import polars as pl
import pytest
from scipy.integrate import quad
from scipy.stats import norm

from scoring.explanation.value_of_information import find_data_first, uncertainty_reduction
from tests.scoring.sample import CARDS, model, scored, source_card

SOURCES = {"register": source_card()}


def queue_of(table, using, **probabilities):
    result = scored(table, using)
    drawn = result.scores.with_columns(
        prob_top_k=pl.col("supplier_id").replace_strict(
            probabilities, default=None, return_dtype=pl.Float64
        )
    )
    return find_data_first(result.normalised, drawn, using, CARDS, SOURCES)


@pytest.mark.parametrize(("z", "share"), [(0.0, 0.3), (1.2, 0.8), (-2.0, 0.5), (0.4, 0.99)])
def test_the_uncertainty_removed_equals_the_integral(z: float, share: float) -> None:
    def squared(known: float) -> float:
        after = (z + share**0.5 * known) / (1 - share) ** 0.5
        return float(norm.cdf(after) ** 2 * norm.pdf(known))

    expected = quad(squared, -10, 10)[0] - norm.cdf(z) ** 2
    got = uncertainty_reduction(np.array([z]), np.array([share]))[0]
    assert got == pytest.approx(expected, abs=1e-7)


def test_knowing_nothing_removes_none_and_knowing_all_removes_all() -> None:
    z = np.array([0.7])
    p = norm.cdf(0.7)
    assert uncertainty_reduction(z, np.array([0.0]))[0] == pytest.approx(0.0, abs=1e-12)
    assert uncertainty_reduction(z, np.array([1.0]))[0] == pytest.approx(p * (1 - p))


#: One at the cut that lacks drought, one far above and one far below that lack it too.
TABLE = {
    "top": {"accounts": 1.0, "forest": 1.0, "fires": 1.0},
    "edge": {"accounts": 0.6, "forest": 0.6, "fires": 0.6},
    "cut": {"accounts": 0.6, "forest": 0.6, "fires": 0.6, "drought": 0.6},
    "low": {"accounts": 0.0, "forest": 0.0, "fires": 0.0},
    "spread": {"accounts": 0.2, "forest": 0.1, "fires": 0.3, "drought": 1.0},
}


def test_the_one_at_the_cut_comes_first_and_settled_ones_gain_nothing():
    queue = queue_of(TABLE, model(top_k=2))
    assert queue["supplier_id"][0] == "edge"
    assert queue["signal_id"].unique().to_list() == ["drought"]
    removed = dict(queue.select("supplier_id", "uncertainty_reduction").rows())
    assert removed["edge"] > 10 * max(removed["top"], removed["low"])
    assert queue["priority"].to_list() == [1, 2, 3]
    assert "cut" not in queue["supplier_id"].to_list()


def test_it_says_where_the_data_item_can_be_had_and_whether_it_gives_a_score():
    queue = queue_of({**TABLE, "thin": {"accounts": 0.6}}, model(top_k=2))
    thin = queue.filter(supplier_id="thin").row(0, named=True)
    assert thin["signal_id"] == "forest"
    assert thin["would_enable_score"]
    assert thin["how"] == "from the public records of the Ministry"
    assert not queue.filter(supplier_id="edge")["would_enable_score"][0]


def test_a_contested_value_is_not_looked_for():
    queue = queue_of({"a": {"accounts": 0.5, "forest": "contested"}}, model())
    assert queue["signal_id"].to_list() == ["drought"]


def test_nothing_missing_gives_an_empty_queue():
    full = {"a": {"accounts": 0.5, "forest": 0.5, "fires": 0.5, "drought": 0.5}}
    assert queue_of(full, model()).is_empty()
