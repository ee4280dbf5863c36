"""Values become risks of 0..1, 1 = riskier, by hand-computed cases."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import norm

from configs.config_errors import DataRejectedError
from scoring.normalisation.normalised_signals import normalise_signals
from scoring.normalisation.peer_groups import peer_keys
from scoring.normalisation.reference_distribution import Reference, freeze_reference
from tests.scoring.sample import ANCHORS, card, column, model, scored, suppliers, values

SIGNAL = "measure"


def risks(observed, normaliser, direction=1, **kwargs):
    """The risk of each value, all suppliers being peers."""
    result = outcome(observed, normaliser, direction, **kwargs)
    return [None if math.isnan(r) else r for r in result.normalised.own.risk[:, 0]]


def outcome(observed, normaliser, direction=1, **kwargs):
    cards = {SIGNAL: card(SIGNAL, "financial", direction=direction)}
    table = {f"s{n:03d}": {SIGNAL: value} for n, value in enumerate(observed)}
    using = model(cards, {SIGNAL: {"normalise": normaliser}})
    return scored(table, using, cards, **kwargs)


@pytest.mark.parametrize(
    ("normaliser", "direction", "observed", "expected"),
    [
        (ANCHORS, 1, [-1.0, 0.0, 0.25, 1.0, 9.0], [0, 0, 0.25, 1, 1]),
        (ANCHORS | {"floor": 6.0, "ceiling": 2.0}, -1, [7.0, 5.0, 2.0, 0.0], [0, 0.25, 1, 1]),
        ({"method": "threshold", "at": 0.5}, 1, [0.4, 0.5, 0.6, None], [0, 1, 1, None]),
        ({"method": "threshold", "at": 0.5}, -1, [0.4, 0.5, 0.6], [1, 1, 0]),
        ({"method": "peer_percentile"}, 1, [3.0, 1.0, 2.0, 4.0], [0.625, 0.125, 0.375, 0.875]),
        ({"method": "peer_percentile"}, -1, [3.0, 1.0, 2.0, 4.0], [0.375, 0.875, 0.625, 0.125]),
        # The tied pair shares the middle of ranks 2 and 3.
        ({"method": "peer_percentile"}, 1, [1.0, 2.0, 2.0, 5.0], [0.125, 0.5, 0.5, 0.875]),
        ({"method": "peer_percentile"}, 1, [7.0, 7.0, 7.0], [0.5, 0.5, 0.5]),
        ({"method": "peer_percentile"}, 1, [7.0], [0.5]),
        ({"method": "peer_percentile"}, 1, [1.0, None, 2.0], [0.25, None, 0.75]),
        ({"method": "robust_z"}, 1, [4.0, 4.0, 4.0], [0.5, 0.5, 0.5]),
        ({"method": "robust_z"}, 1, [4.0], [0.5]),
    ],
)
def test_cases_by_hand(normaliser, direction, observed, expected):
    assert risks(observed, normaliser, direction) == pytest.approx(expected)


def test_robust_z_by_hand():
    # p1 and p99 of 0..4 are 0.04 and 3.96; median 2, distances 1.96 1 0 1 1.96, MAD 1.
    expected = norm.cdf(np.array([-1.96, -1, 0, 1, 1.96]) / 1.4826)
    assert risks([0.0, 1.0, 2.0, 3.0, 4.0], {"method": "robust_z"}) == pytest.approx(expected)


def test_robust_z_where_most_are_equal_takes_the_mean_deviation():
    # MAD is 0; p99 of (1 1 1 1 2) is 1.96, so the mean deviation is 0.96 / 5.
    above = norm.cdf(0.96 / (1.2533 * 0.96 / 5))
    got = risks([1.0, 1.0, 1.0, 1.0, 2.0], {"method": "robust_z"})
    assert got == pytest.approx([0.5] * 4 + [above])


def test_an_outlier_does_not_move_the_others():
    body = [float(n) for n in range(200)]
    quiet = risks(body, {"method": "robust_z"})
    wild = risks([*body[:-1], 1e9], {"method": "robust_z"})
    assert wild[:-1] == pytest.approx(quiet[:-1], abs=0.01)


@pytest.mark.parametrize("infinite", [math.inf, -math.inf])
def test_infinite_values_are_rejected_in_one_sentence(infinite):
    with pytest.raises(DataRejectedError, match=r"signal measure, supplier s001: .*infinite"):
        outcome([1.0, infinite], ANCHORS)


def test_a_nan_is_missing_and_changes_only_its_row():
    whole = risks([0.1, 0.2, 0.3], ANCHORS)
    holed = risks([0.1, math.nan, 0.3], ANCHORS)
    assert holed == [whole[0], None, whole[2]]


def test_both_readings_are_kept():
    own = outcome([0.1, 0.9, 0.9], ANCHORS).normalised.own
    assert own.absolute[:, 0] == pytest.approx([0.1, 0.9, 0.9])
    assert own.percentile[:, 0] == pytest.approx([1 / 6, 2 / 3, 2 / 3])


def test_relative_signals_have_no_absolute_reading():
    own = outcome([0.1, 0.9], {"method": "peer_percentile"}).normalised.own
    assert np.isnan(own.absolute).all()


def test_typical_and_outer_peers_are_quantiles_of_their_risks():
    # Risks of the peers: 0, 0.4, 1; even where the raw quantile lies outside the anchors.
    own = outcome([-9.0, 0.4, 9.0], ANCHORS).normalised.own
    assert own.typical[0, 0] == pytest.approx(0.4)
    assert own.low[0, 0] == pytest.approx(0.2 * 0.4)
    assert own.high[0, 0] == pytest.approx(0.4 + 0.8 * 0.6)


class TestFrozenReference:
    observed = (1.0, 2.0, 3.0, 4.0)

    def frozen(self):
        return outcome(self.observed, {"method": "peer_percentile"}).reference

    def test_months_compare(self):
        moved = risks([10.0, 2.0], {"method": "peer_percentile"}, reference=self.frozen())
        assert moved == pytest.approx([1.0, 0.375])

    def test_a_value_between_the_baselines_stands_at_the_share_below(self):
        got = risks([2.5], {"method": "peer_percentile"}, reference=self.frozen())
        assert got == [0.5]

    def test_survives_its_table(self):
        frozen = self.frozen()
        again = Reference.from_frame(frozen.to_frame())
        assert again.to_frame().equals(frozen.to_frame())
        assert risks([2.5, 4.0], {"method": "robust_z"}, reference=again) == risks(
            [2.5, 4.0], {"method": "robust_z"}, reference=frozen
        )

    def test_keeps_peers_apart_and_no_supplier_id(self):
        frame = self.frozen().to_frame()
        assert set(frame["sector"]) == {"10"}
        assert "supplier_id" not in frame.columns

    def test_a_signal_the_baseline_lacks_is_compared_within_the_list_and_said(self):
        listed = suppliers(["a"])
        empty = freeze_reference(
            peer_keys(listed, None),
            {SIGNAL: np.array([math.nan])},
        )
        result = outcome(self.observed, {"method": "peer_percentile"}, reference=empty)
        assert "Signal measure is not in the frozen reference" in result.notes[0]
        assert result.normalised.own.risk[:, 0] == pytest.approx([0.125, 0.375, 0.625, 0.875])

    def test_a_table_that_is_none_is_rejected(self):
        with pytest.raises(DataRejectedError, match="no column value"):
            Reference.from_frame(self.frozen().to_frame().drop("value"))


@settings(deadline=None, max_examples=40)
@given(
    st.lists(st.floats(-100, 100), min_size=1, max_size=30),
    st.sampled_from(["peer_percentile", "robust_z"]),
    st.sampled_from([1, -1]),
)
def test_relative_risks_stay_in_range_and_in_order(observed, method, direction):
    got = np.array(risks(observed, {"method": method}, direction))
    assert ((got >= 0) & (got <= 1)).all()
    order = np.argsort(direction * np.array(observed), kind="stable")
    assert (np.diff(got[order]) >= 0).all()


def test_values_of_a_signal_that_is_not_in_the_model_are_rejected():
    with pytest.raises(DataRejectedError, match="signal weather is not in the model"):
        scored({"a": {"weather": 1.0}})


def test_a_value_given_twice_is_rejected():
    table = values({"a": {"forest": 1.0}})
    with pytest.raises(DataRejectedError, match="signal forest, supplier a: two values"):
        normalise_signals(table.vstack(table), suppliers(["a"]), None, model())


def test_a_supplier_that_is_not_listed_is_rejected():
    with pytest.raises(DataRejectedError, match="supplier b is not in the list"):
        scored({"b": {"forest": 1.0}}, listed=suppliers(["a"]))


def test_a_supplier_listed_twice_is_rejected():
    with pytest.raises(DataRejectedError, match="supplier a stands twice"):
        scored({"a": {"forest": 1.0}}, listed=suppliers(["a", "a"]))


def test_within_peer_anomaly_and_absolute_exposure_are_shown_beside_the_score():
    table = {f"s{n}": {"accounts": 0.9 + n / 100, "forest": 0.9} for n in range(3)}
    result = scored(table)
    assert column(result.scores, "score_absolute_scale")["s0"] == pytest.approx(90.0)
    assert column(result.scores, "score_vs_peers")["s0"] == pytest.approx(
        100 * math.sqrt((1 / 36 + 1 / 4) / 2)
    )
