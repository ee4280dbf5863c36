"""Drift from the frozen reference."""

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.normalisation.reference_distribution import Reference
from scoring.tune.value_drift import (
    MIN_CHANGES,
    MonthBefore,
    alarm_sentences,
    distance_sentence,
    drift,
    stability_index,
)

EVEN = np.arange(1000) / 1000


def _reference(**values: np.ndarray) -> Reference:
    keys = pl.DataFrame({"sector": ["10"]})
    return Reference(keys, {n: (np.zeros(v.size, dtype=np.int64), v) for n, v in values.items()})


def test_equal_values_have_no_drift() -> None:
    assert stability_index(EVEN, EVEN)[0] == 0
    assert stability_index(EVEN, np.repeat(EVEN, 3))[0] == pytest.approx(0)


def test_an_index_by_hand() -> None:
    # Two values, half each, become 0.8 and 0.2: 0.3 ln(0.8/0.5) - 0.3 ln(0.2/0.5).
    before = np.repeat([0.0, 1.0], [50, 50])
    after = np.repeat([0.0, 1.0], [80, 20])
    expected = 0.3 * np.log(0.8 / 0.5) + (-0.3) * np.log(0.2 / 0.5)
    assert stability_index(before, after)[0] == pytest.approx(expected)


@pytest.mark.parametrize("size", [200, 50, 1000])
def test_a_fall_from_a_value_that_all_share_is_seen(size: int) -> None:
    ones, zeros = np.ones(size), np.zeros(size)
    # Two bins: shares of 1 and of half a value in each month.
    expected = 2 * (1 - 0.5 / size) * np.log(2 * size)
    assert stability_index(ones, zeros)[0] == pytest.approx(expected)
    assert stability_index(zeros, ones)[0] == pytest.approx(expected)
    if size == 200:
        assert expected == pytest.approx(11.95, abs=0.005)


def test_a_small_fall_from_a_value_of_great_mass_is_seen_in_the_middle_too() -> None:
    before = np.concatenate([np.linspace(0, 4, 30), np.full(40, 5.0), np.linspace(6, 9, 30)])
    after = np.where(before == 5.0, 4.99, before)
    assert stability_index(before, after)[0] > 1
    assert stability_index(before, before)[0] == 0


def test_what_probability_may_reach_holds_at_its_rate() -> None:
    generator = np.random.default_rng(2)
    beyond = 0
    for _ in range(300):
        index, probability = stability_index(generator.random(400), generator.random(300))
        beyond += index > probability
    assert 3 <= beyond <= 30


@pytest.mark.parametrize(
    ("shift", "values", "state"),
    [(0.0, 500, "steady"), (0.08, 500, "watch"), (0.5, 500, "alarm"), (0.5, 12, "too_few"),
     (0.03, 25, "steady")],
)  # fmt: skip
def test_states(shift: float, values: int, state: str) -> None:
    present = np.linspace(0, 1, values) * 0.999 + shift
    table = drift(_reference(fires=EVEN), {"fires": present}, "2022-04")
    assert table["status"].to_list() == [state]
    assert table["month"].to_list() == ["2022-04"]


def test_new_signals_and_lists_without_a_reference_are_reported_apart() -> None:
    table = drift(_reference(fires=EVEN), {"fires": EVEN, "rain": EVEN}, "2022-04")
    assert dict(table.select("signal_id", "status").iter_rows()) == {
        "fires": "steady",
        "rain": "no_reference",
    }
    assert drift(None, {"fires": EVEN}, "2022-04")["psi"].to_list() == [None]


def test_missing_values_and_signals_without_any_do_not_count() -> None:
    gappy = np.concatenate([EVEN, np.full(500, np.nan)])
    nothing = np.full(5, np.nan)
    table = drift(_reference(fires=EVEN), {"fires": gappy, "rain": nothing}, "2022-04")
    assert table.select("signal_id", "psi", "n_values").rows() == [("fires", 0.0, 1000)]


def _changed(
    shift: float, earlier: tuple[float, ...] = (), values: int = 500
) -> tuple[str, float | None]:
    column = np.linspace(0, 1, values)
    before = MonthBefore(lambda _: (column + shift, column), {"fires": earlier})
    (row,) = drift(None, {"fires": column}, "2022-04", before).to_dicts()
    return row["change"], row["psi_month_largest"]


@pytest.mark.parametrize(
    ("shift", "earlier", "change"),
    [
        (0.0, (), "usual"),
        (0.3, (), "alarm"),
        (0.1, (), "usual"),
        (0.1, (0.0, 0.0), "usual"),
        (0.09, (0.0, 0.0, 0.0), "watch"),
        (0.3, (0.0, 0.0, 0.0), "alarm"),
        (0.3, (0.0, 9.0, 0.0), "usual"),
        (0.01, (0.0, 0.0, 0.0), "usual"),
    ],
)
def test_a_change_is_judged_by_the_largest_earlier_one(
    shift: float, earlier: tuple[float, ...], change: str
) -> None:
    largest = max(earlier) if len(earlier) >= MIN_CHANGES else None
    assert _changed(shift, earlier) == (change, largest)


def test_few_values_and_a_first_month_have_no_change() -> None:
    assert _changed(0.5, values=12)[0] == "too_few"
    assert drift(None, {"fires": EVEN}, "2022-04")["change"].to_list() == ["no_month_before"]


def test_alarms_are_reported_worst_first() -> None:
    shifts = {"a": 0.5, "b": 0.8, "c": 0.0}
    moved = MonthBefore(lambda name: (EVEN + shifts[name], EVEN), {"b": (0.1, 0, 0)})
    table = drift(None, {"a": EVEN, "b": EVEN, "c": EVEN}, "2022-04", moved)
    (sentence,) = alarm_sentences(table, {"b": "Fires"})
    assert sentence.startswith("Values changed far more than from month to month")
    assert sentence.index("Fires") < sentence.index("; a ")
    assert "(0.10)" in sentence
    assert alarm_sentences(table.filter(pl.col("signal_id") == "c"), {}) == []


def test_the_distance_from_the_reference_is_a_fact_of_its_own() -> None:
    far = drift(_reference(a=EVEN, b=EVEN), {"a": EVEN + 0.5, "b": EVEN}, "2022-04")
    assert alarm_sentences(far, {}) == []
    assert "frozen reference" in (distance_sentence(far, {}) or "")
    near = drift(_reference(a=EVEN), {"a": EVEN}, "2022-04")
    assert distance_sentence(near, {}) is None


@given(st.lists(st.floats(-5, 5), min_size=1, max_size=60), st.lists(st.floats(-5, 5), min_size=1))
def test_the_index_is_never_negative(before: list[float], after: list[float]) -> None:
    index, probability = stability_index(np.array(before), np.array(after))
    assert index >= 0
    assert probability > 0
