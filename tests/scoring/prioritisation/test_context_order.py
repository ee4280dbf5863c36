import numpy as np

from scoring.prioritisation.context_order import context_order, context_positions
from tests.scoring.sample import model, scored

NAN = float("nan")


def test_positions_by_hand() -> None:
    # Means of equal weights with exponent 1: .8, .5, .5 (one signal missing), .1.
    risk = np.array([[0.1, 0.1], [0.5, NAN], [0.9, 0.7], [0.4, 0.6]])
    position, low, high = context_positions(risk, np.array([1.0, 1.0]), 1.0)
    assert position.tolist() == [4, 2, 1, 2]
    # The first and the last keep their position by any weights; the two in the middle change.
    assert (low[0], high[0], low[2], high[2]) == (4, 4, 1, 1)
    assert (low[1], high[1]) == (2, 3)
    assert (low[3], high[3]) == (2, 3)


def test_suppliers_of_one_context_share_the_position_and_the_interval_spans_them() -> None:
    risk = np.array([[0.2], [0.2], [0.2], [0.9]])
    position, low, high = context_positions(risk, np.array([1.0]), 2.0)
    assert position.tolist() == [2, 2, 2, 1]
    assert low.tolist() == [2, 2, 2, 1]
    assert high.tolist() == [4, 4, 4, 1]


def test_the_interval_holds_the_position_by_any_weights() -> None:
    generator = np.random.default_rng(3)
    risk = generator.random((40, 3))
    position, low, high = context_positions(risk, np.array([50.0, 1.0, 1.0]), 2.0)
    assert (low <= position).all()
    assert (position <= high).all()
    assert (low >= 1).all()
    assert (high <= 40).all()


def test_each_supplier_has_one_basis_and_ranks_are_left_alone() -> None:
    result = scored(
        {
            "ranked": {"accounts": 0.4, "forest": 0.5, "governance": 0.9},
            "bad": {"governance": 0.9},
            "good": {"governance": 0.1},
            "nothing": {},
        }
    )
    order = context_order(result.normalised, result.scores, model())
    rows = {row["supplier_id"]: row for row in order.iter_rows(named=True)}
    assert rows["bad"]["order_basis"] == "context"
    assert rows["bad"]["context_position"] == 1
    assert rows["good"]["context_position"] == 2
    assert rows["good"]["suppliers_by_context"] == 2
    assert rows["nothing"]["order_basis"] == "unknown"
    assert rows["nothing"]["context_position"] is None
    assert rows["ranked"]["order_basis"] == "supplier-specific evidence"
    assert rows["ranked"]["context_position"] is None


def test_no_supplier_without_a_score_gives_no_position() -> None:
    result = scored({"a": {"accounts": 0.4, "forest": 0.5}})
    order = context_order(result.normalised, result.scores, model())
    assert order["order_basis"].to_list() == ["supplier-specific evidence"]
    assert order["context_position"].to_list() == [None]
