"""Ratios of rates at the ends of the scale."""

import numpy as np
import pytest

from scoring.tune.parity_ratio import compared


def _side(cases: int, size: int) -> np.ndarray:
    return np.repeat([1.0, 0.0], [cases, size - cases])


def test_twelve_of_twelve_have_an_interval() -> None:
    found = compared(_side(12, 12), _side(100_000, 100_000), is_share=True)
    # Clopper-Pearson of 12 of 12: 0.025 ** (1 / 12) = 0.735 to 1.
    assert found["rate_ratio_low"] == pytest.approx(0.7354, abs=5e-4)
    assert found["rate_ratio_high"] == pytest.approx(1, abs=1e-3)


@pytest.mark.parametrize(
    ("ours", "others"),
    [((12, 12), (30, 60)), ((6, 12), (60, 60)), ((12, 12), (12, 12)), ((10, 10), (1, 500))],
)
def test_the_interval_holds_the_ratio_and_has_a_width(
    ours: tuple[int, int], others: tuple[int, int]
) -> None:
    found = compared(_side(*ours), _side(*others), is_share=True)
    low, ratio, high = (
        float(str(found[key])) for key in ("rate_ratio_low", "rate_ratio", "rate_ratio_high")
    )
    assert low <= ratio <= high
    assert high - low > 0.1
