"""How firm each place is, drawn from the list as read."""

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

import configs
from scoring.engine import score
from scoring.normalisation.normalised_signals import normalise_signals
from scoring.simulation.alternative_normalisations import alternative_normalisations
from scoring.simulation.rank_uncertainty import (
    affordable_draws,
    analyse_rank_uncertainty,
    row_keys,
    source_numbers,
)
from tests.scoring.sample import CARDS, PERCENTILE, card, model, scored, suppliers, values

FEW = configs.load(local=None).uncertainty.model_copy(
    update={"draws": 200, "sensitivity_draws": 16}
)
LIST = {
    f"s{row:02d}": {"accounts": row / 20, "forest": row / 20, "drought": row / 20, "fires": 0.5}
    for row in range(20)
}


def uncertainty_of(table, using=None, cards=CARDS, stderr=None, **changed):
    using = using or model(cards, top_k=3)
    result = score(values(table, stderr), suppliers(list(table)), None, cards, using)
    made = FEW.model_copy(update=changed)
    return analyse_rank_uncertainty(result.normalised, result.has_score, using, cards, made), result


def test_intervals_hold_the_order_and_probabilities_sum_to_k():
    uncertainty, result = uncertainty_of(LIST)
    both = uncertainty.ranks.join(result.scores, on="supplier_id").sort("rank")
    assert both["prob_top_k"].sum() == pytest.approx(3.0)
    assert (both["rank_p05"] <= both["rank_p95"]).all()
    assert both["prob_top_k"][0] > 0.9
    assert both["prob_top_k"][-1] == 0.0
    assert uncertainty.certainty is not None
    assert uncertainty.certainty.k == 3


def test_the_order_of_rows_and_the_threads_change_nothing():
    uncertainty, result = uncertainty_of(LIST)
    turned, _ = uncertainty_of(dict(reversed(LIST.items())))
    assert_frame_equal(uncertainty.ranks, turned.ranks)
    using = model(top_k=3)
    one = analyse_rank_uncertainty(
        result.normalised, result.has_score, using, CARDS, FEW, threads=1
    )
    assert_frame_equal(uncertainty.ranks, one.ranks)
    assert_frame_equal(uncertainty.dependence, one.dependence)


def test_without_any_uncertainty_the_interval_is_the_rank():
    off = {
        "measurement_error": False, "weight_concentration": 0.0, "powers": (2,),
        "normaliser_changed_share": 0.0, "source_left_out_share": 0.0, "missing_filled_share": 0.0,
    }  # fmt: skip
    uncertainty, result = uncertainty_of(LIST, **off)
    both = uncertainty.ranks.join(result.scores, on="supplier_id")
    assert (both["rank_p05"] == both["rank"]).all()
    assert (both["rank_p95"] == both["rank"]).all()
    assert uncertainty.ranks_are_printable
    assert uncertainty.depends_on["main_uncertainty_source"].null_count() == len(LIST)


def test_noise_without_signal_withholds_the_ranks_and_says_why():
    table = {f"s{row}": {"accounts": 0.5 + row * 1e-6, "forest": 0.5} for row in range(30)}
    uncertainty, _ = uncertainty_of(table, model(top_k=3), stderr=0.2)
    assert not uncertainty.ranks_are_printable
    assert uncertainty.reason is not None
    assert "Ranks are not printed" in uncertainty.reason


def test_without_a_score_there_is_nothing_to_draw():
    uncertainty, _ = uncertainty_of({"a": {"accounts": 0.5}, "b": {}})
    assert uncertainty.ranks["prob_top_k"].null_count() == 2
    assert not uncertainty.ranks_are_printable
    assert uncertainty.certainty is None


def test_one_supplier_is_certain():
    uncertainty, _ = uncertainty_of({"a": {"accounts": 0.5, "forest": 0.5}}, model(top_k=5))
    assert uncertainty.ranks.row(0)[:5] == ("a", 1.0, 1, 1, 1.0)


def test_standard_errors_are_read_through_the_anchors():
    using = model(top_k=3)
    listed = suppliers(list(LIST))
    frame = values(LIST, stderr=0.1)
    normalised = normalise_signals(frame, listed, None, using)
    published, ranks, _ = alternative_normalisations(normalised, using)
    # Anchors run from 0 to 1: the error is that of the value, but for what is clipped at 0.
    assert published.standard_error[10, 0] == pytest.approx(0.1)
    assert published.standard_error[0, 0] == pytest.approx(0.05)
    # A tenth up or down passes about two of twenty peers.
    assert ranks.standard_error[10, 0] == pytest.approx(0.1, abs=0.03)


def test_what_nobody_has_may_be_anything_and_what_does_not_apply_nothing():
    table = {name: {**row, "fires": None} for name, row in LIST.items()}
    table["s00"] = {**table["s00"], "drought": "not_applicable"}
    using = model(top_k=3)
    result = scored(table, using)
    order = [signal.signal_id for signal in using.signals]
    published = alternative_normalisations(result.normalised, using)[0]
    fires, drought = order.index("fires"), order.index("drought")
    assert published.bound_low[5, fires] == 0.0
    assert published.bound_high[5, fires] == 1.0
    assert not result.normalised.own.applicable[0, drought]


def test_a_signal_that_nobody_has_widens_the_draws():
    known, _ = uncertainty_of(
        {name: {**row, "fires": "not_applicable"} for name, row in LIST.items()}
    )
    unknown, _ = uncertainty_of({name: {**row, "fires": None} for name, row in LIST.items()})

    def width(uncertainty):
        return (uncertainty.ranks["rank_p95"] - uncertainty.ranks["rank_p05"]).sum()

    assert width(unknown) > width(known)


def test_keys_depend_on_the_id_alone():
    keys = row_keys(pl.Series(["a", "b"]))
    assert keys.dtype == np.uint32
    assert row_keys(pl.Series(["b", "x", "a"]))[[2, 0]].tolist() == keys.tolist()


def test_signals_of_one_source_are_left_out_together():
    one = card("one", "financial", sources=("b",))
    two = card("two", "financial", sources=("a", "b"))
    three = card("three", "financial", sources=("b", "a"))
    assert source_numbers([one, two, three]).tolist() == [1, 0, 1]


@pytest.mark.parametrize(
    ("scored", "draws"), [(10, 1000), (200_000, 1000), (1_000_000, 536), (100_000_000, 40)]
)
def test_long_lists_get_fewer_draws_rather_than_more_memory(scored: int, draws: int) -> None:
    settings = FEW.model_copy(update={"draws": 1000})
    got, notes = affordable_draws(scored, settings)
    assert got == draws
    assert bool(notes) == (draws < 1000)


ids = st.sampled_from(["IDN", "BRA", "VNM"])


@settings(max_examples=20, deadline=None)
@given(st.lists(ids, min_size=8, max_size=8), st.permutations(["IDN", "BRA", "VNM"]))
def test_country_permutation_changes_nothing_with_absolute_anchors(countries, swapped):
    """Only the country label changes, the prior is off: scores stay."""
    table = {f"s{row}": {"accounts": row / 8, "forest": 0.3, "fires": row / 9} for row in range(8)}
    names = dict(zip(["IDN", "BRA", "VNM"], swapped, strict=True))
    using = model()
    first, second = (
        score(
            values(table),
            suppliers(list(table), country_iso3=labels, subregion=["one"] * 8),
            None,
            CARDS,
            using,
        ).scores
        for labels in (countries, [names[label] for label in countries])
    )
    assert_frame_equal(first, second)


@settings(max_examples=20, deadline=None)
@given(st.lists(st.floats(0, 1), min_size=6, max_size=6))
def test_the_prior_alone_cannot_cross_the_cut(context_signals):
    """Whatever the country says, the order is that of own evidence."""
    table = {f"s{row}": {"accounts": row / 6, "forest": row / 7} for row in range(6)}
    with_prior = {
        name: {**row, "governance": context}
        for (name, row), context in zip(table.items(), context_signals, strict=True)
    }
    columns = ["supplier_id", "score", "rank", "priority_band"]
    without = scored(table, model(top_k=2)).scores.select(columns)
    assert_frame_equal(without, scored(with_prior, model(top_k=2)).scores.select(columns))
    only = {
        name: {"governance": context}
        for name, context in zip("abcdef", context_signals, strict=True)
    }
    assert scored(only, model(top_k=2)).scores["rank"].null_count() == 6


def test_equal_suppliers_share_probabilities_under_percentiles():
    lines = {name: {"normalise": PERCENTILE} for name in CARDS if name != "governance"}
    table = {name: {"accounts": 0.5, "forest": 0.5} for name in "abcd"}
    uncertainty, result = uncertainty_of(
        table, model(CARDS, lines, top_k=2), measurement_error=False
    )
    assert result.scores["rank"].to_list() == [1, 1, 1, 1]
    assert uncertainty.ranks["prob_top_k"].to_list() == pytest.approx([0.5] * 4, abs=0.2)
