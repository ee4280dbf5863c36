"""Medians of few residuals: of eight series side by side, or of one."""

import numpy as np
from numpy.typing import NDArray

from signals.changepoint.normal_equations import LANES
from signals.numba_cache import compiled

#: As many residuals as are sorted here.
FEW = 64


@compiled
def exchanges_of(count: int) -> NDArray[np.int64]:
    """Pairs whose exchange, where out of order, sorts (Batcher 1968, AFIPS 32:307-314)."""
    pairs = np.empty((max(1, count * 16), 2), np.int64)
    found = 0
    width = 1
    while width < count:
        step = width
        while step >= 1:
            for start in range(step % width, count - step, 2 * step):
                for offset in range(min(step, count - step - start)):
                    low = start + offset
                    if low // (2 * width) == (low + step) // (2 * width):
                        pairs[found, 0] = low
                        pairs[found, 1] = low + step
                        found += 1
            step //= 2
        width *= 2
    return pairs[:found]


@compiled
def sort_later(
    residuals: NDArray[np.float64],
    weight: NDArray[np.float64],
    history_end: int,
    exchanges: NDArray[np.int64],
    ordered: NDArray[np.float64],
) -> None:
    """Fill the residuals after the history in order, lane by lane, gaps last."""
    for row in range(ordered.shape[0]):
        for lane in range(LANES):
            is_seen = weight[history_end + row, lane] > 0.0
            ordered[row, lane] = residuals[history_end + row, lane] if is_seen else np.inf
    for pair in range(exchanges.shape[0]):
        one, other = exchanges[pair, 0], exchanges[pair, 1]
        for lane in range(LANES):
            low, high = ordered[one, lane], ordered[other, lane]
            ordered[one, lane] = low if low <= high else high
            ordered[other, lane] = high if low <= high else low


@compiled
def median_of(values: NDArray[np.float64], scratch: NDArray[np.float64]) -> float:
    """The middle value, NaN of none; few are sorted in place, which takes no memory."""
    count = len(values)
    if count == 0:
        return np.nan
    if count > FEW:
        middle: float = np.median(values)
        return middle
    for place in range(count):
        value = values[place]
        back = place
        while back > 0 and scratch[back - 1] > value:
            scratch[back] = scratch[back - 1]
            back -= 1
        scratch[back] = value
    middle = 0.5 * (scratch[(count - 1) // 2] + scratch[count // 2])
    return middle
