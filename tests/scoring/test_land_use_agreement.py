"""The first tier by land use alone waits for a second source."""

import numpy as np
import pytest

from scoring.land_use_agreement import lacks_agreement

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
