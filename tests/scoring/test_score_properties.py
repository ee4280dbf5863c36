"""What holds for every list: order, names, scale and points."""

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from tests.scoring.sample import CARDS, card, column, model, scored, suppliers

OWN = [name for name in CARDS if name != "governance"]
PEERS = {"minimum": 2, "levels": (("sector", "region"), ("region",))}
ANCHORED = model(peers=PEERS)
RELATIVE = model(
    lines={
        "forest": {"normalise": {"method": "peer_percentile"}},
        "fires": {"normalise": {"method": "robust_z"}},
        "drought": {"normalise": {"method": "threshold", "at": 0.5}},
    },
    peers=PEERS,
)

value = st.one_of(
    st.none(), st.sampled_from([0.0, 0.5, 1.0]), st.floats(-0.5, 1.5), st.just("not_applicable")
)
row = st.fixed_dictionaries(dict.fromkeys(CARDS, value))
tables = st.lists(row, min_size=1, max_size=6).map(
    lambda rows: {f"s{n}": values for n, values in enumerate(rows)}
)
models = st.sampled_from([ANCHORED, RELATIVE])
few = settings(deadline=None, max_examples=10)


def listed(ids):
    """Suppliers of two sectors and two regions in turn."""
    return suppliers(
        ids,
        sector=["10" if n % 2 else "20" for n in range(len(ids))],
        subregion=["Asia" if n % 3 else "Europe" for n in range(len(ids))],
    )


def run(table, using, frame=None, **kwargs):
    return scored(table, using, listed=listed(list(table)) if frame is None else frame, **kwargs)


@few
@given(tables, models)
def test_points_sum_to_the_distance_from_the_typical_peer(table, using):
    result = run(table, using)
    points = dict(result.contributions.group_by("supplier_id").agg(pl.col("points").sum()).rows())
    for supplier in result.scores.drop_nulls("score").iter_rows(named=True):
        distance = supplier["score"] - supplier["peer_median_score"]
        assert points[supplier["supplier_id"]] == pytest.approx(distance, abs=1e-9)
    silent = result.contributions.filter(pl.col("risk").is_null())
    assert (silent["points"] == 0).all()


@few
@given(tables, models)
def test_bounds_hold_the_score(table, using):
    scores = run(table, using).scores.drop_nulls("score")
    assert (scores["score_best_case"] <= scores["score"]).all()
    assert (scores["score"] <= scores["score_worst_case"]).all()


@few
@given(tables, models, st.randoms())
def test_the_order_of_rows_changes_nothing(table, using, random):
    ids = list(table)
    shuffled = random.sample(ids, len(ids))
    frame = listed(ids)
    mixed = frame[[ids.index(name) for name in shuffled]]
    before = run(table, using, frame)
    after = run({name: table[name] for name in shuffled}, using, mixed)
    assert_frame_equal(before.scores, after.scores, check_exact=True)
    assert_frame_equal(before.contributions, after.contributions, check_exact=True)


@few
@given(tables, models)
def test_other_names_change_nothing_but_the_names(table, using):
    ids = list(table)
    # Reversed names, so that the order of the ids turns over too.
    renamed = {name: f"x{len(ids) - n}" for n, name in enumerate(ids)}
    frame = listed(ids)
    before = run(table, using, frame).scores
    after = run(
        {renamed[name]: values for name, values in table.items()},
        using,
        frame.with_columns(pl.col("supplier_id").replace(renamed)),
    ).scores
    for name in (
        "score",
        "rank",
        "priority_band",
        "score_best_case",
        "peer_median_score",
        "evidence_coverage",
    ):
        expected = {renamed[key]: found for key, found in column(before, name).items()}
        assert column(after, name) == pytest.approx(expected)


@few
@given(tables, st.floats(0.01, 100))
def test_scaling_all_weights_changes_nothing(table, scale):
    scaled = model(
        lines={name: {"weight": scale} for name in CARDS},
        pillars=dict.fromkeys(("financial", "land_use", "environment"), scale),
        peers=PEERS,
    )
    before, after = run(table, ANCHORED).scores, run(table, scaled).scores
    assert_frame_equal(before, after, abs_tol=1e-9)


@few
@given(tables, st.one_of(st.none(), st.floats(0, 1)))
def test_a_signal_that_weighs_nothing_changes_nothing(table, seen):
    cards = CARDS | {"lights": card("lights", "land_use")}
    using = model(cards, {"lights": {"weight": 0.0}}, peers=PEERS)
    wider = {name: values | {"lights": seen} for name, values in table.items()}
    assert_frame_equal(run(table, ANCHORED).scores, run(wider, using, cards=cards).scores)


@few
@given(tables, models)
def test_a_missing_signal_is_the_same_as_no_row(table, using):
    sparse = {
        name: {signal: seen for signal, seen in values.items() if seen is not None}
        for name, values in table.items()
    }
    assert_frame_equal(run(table, using).scores, run(sparse, using).scores)


@few
@given(tables, st.sampled_from(OWN), st.floats(0.01, 1))
def test_a_riskier_value_never_lowers_a_score(table, signal, rise):
    before = run(table, ANCHORED).scores
    moved = {name: dict(values) for name, values in table.items()}
    if isinstance(moved["s0"][signal], float):
        moved["s0"][signal] += rise
    after = run(moved, ANCHORED).scores
    was, now = column(before, "score"), column(after, "score")
    assert (was["s0"] is None) == (now["s0"] is None)
    assert was["s0"] is None or now["s0"] >= was["s0"]
    assert {k: v for k, v in was.items() if k != "s0"} == {
        k: v for k, v in now.items() if k != "s0"
    }


@few
@given(tables, st.sampled_from(OWN))
def test_one_missing_value_changes_only_its_row(table, signal):
    holed = {name: dict(values) for name, values in table.items()}
    holed["s0"][signal] = float("nan")
    before = column(run(table, ANCHORED).scores, "score")
    after = column(run(holed, ANCHORED).scores, "score")
    assert {k: v for k, v in before.items() if k != "s0"} == {
        k: v for k, v in after.items() if k != "s0"
    }


@few
@given(row, models, st.integers(2, 5))
def test_equal_suppliers_tie(values, using, many):
    ids = [f"s{n}" for n in range(many)]
    result = run(dict.fromkeys(ids, values), using, suppliers(ids))
    assert result.scores["score"].n_unique() == 1
    assert set(result.scores["rank"]) in ({1}, {None})
    assert result.scores["supplier_id"].to_list() == ids


@few
@given(tables, st.lists(st.sampled_from(["IDN", "BRA", "MYS"]), min_size=6, max_size=6))
def test_the_country_alone_changes_no_score(table, countries):
    income = pl.DataFrame(
        {"country_iso3": ["IDN", "BRA"], "income_group": ["low", "high"]},
        schema={"country_iso3": pl.String, "income_group": pl.String},
    )
    bare = {
        name: {signal: seen for signal, seen in values.items() if signal != "governance"}
        for name, values in table.items()
    }
    frame = listed(list(bare))
    swapped = frame.with_columns(country_iso3=pl.Series(countries[: frame.height]))
    before = run(bare, ANCHORED, frame, income=income).scores
    after = run(bare, ANCHORED, swapped, income=income).scores
    for name in ("score", "rank", "priority_band"):
        assert column(before, name) == column(after, name)
