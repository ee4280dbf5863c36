"""One sector without a state: neither its cases nor its suppliers take part."""

import numpy as np

from benchmarks.supplier_weighted_states import without
from scoring.tune.supplier_weighted import SectorPlaces, supplier_auc


def test_without_a_state_neither_cases_nor_suppliers_take_part() -> None:
    place = SectorPlaces("coffee", np.array([1.0, 2.0, 0.0]), np.array([5.0, 5.0, 10.0]))
    score = np.array([0.9, 0.1, 0.5])
    rest = without(place, np.array([False, True, False]))
    assert rest.cases.tolist() == [1.0, 0.0, 0.0]
    # The case ties with its own 5 suppliers and is above the other 10.
    assert supplier_auc(score, rest.cases, rest.exposure) == (10 + 2.5) / 15
