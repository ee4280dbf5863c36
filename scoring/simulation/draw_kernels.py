"""The compiled loops of each draw of `simulated_scores`: weighted sums, noise and bands of a block.

All arrays are [signals, suppliers] or [suppliers], so that the innermost loop runs over suppliers
and is done many at a time without changing the order in which signals are added.
"""

from functools import cache
from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray
from scipy.special import ndtri

Floats = NDArray[np.floating[Any]]

# A normal quantile table of 4,096 steps fits the first-level cache with room for the sums.
NORMAL_STEPS_BITS = 12
# `weighted_sums` is written out for so many.
DRAWS_AT_ONCE = 4


@cache
def normal_quantiles() -> NDArray[np.float64]:
    """Return the nodes of the standard normal quantile function, scaled to variance 1.

    The two outermost nodes, which would be infinite, stand at a quarter of a step.
    """
    steps = 2**NORMAL_STEPS_BITS
    probability = np.arange(steps + 1, dtype=np.float64) / steps
    probability[0] = 0.25 / steps
    probability[-1] = 1 - 0.25 / steps
    nodes: NDArray[np.float64] = ndtri(probability)
    # Variance of a variable that is uniform within each step and uniform over the steps.
    left, right = nodes[:-1], nodes[1:]
    variance = np.mean((left * left + left * right + right * right) / 3)
    scaled: NDArray[np.float64] = nodes / np.sqrt(variance)
    return scaled


@njit(cache=True, nogil=True)
def weighted_sums(weights: Floats, values: Floats, totals: Floats) -> None:
    """Write sum over the signals of weights[draw, signal] * values[signal, :] for four draws.

    Signals are added in their order for every draw. Four draws and six signals at a time, so that
    the values are fetched a fourth as often and the running totals a sixth.
    """
    signals, suppliers = values.shape
    a, b, c, d = totals[0], totals[1], totals[2], totals[3]
    totals[:] = 0.0
    start = 0
    while start + 6 <= signals:
        v0, v1, v2 = values[start], values[start + 1], values[start + 2]
        v3, v4, v5 = values[start + 3], values[start + 4], values[start + 5]
        w = weights[:, start : start + 6]
        a0, a1, a2, a3, a4, a5 = w[0, 0], w[0, 1], w[0, 2], w[0, 3], w[0, 4], w[0, 5]
        b0, b1, b2, b3, b4, b5 = w[1, 0], w[1, 1], w[1, 2], w[1, 3], w[1, 4], w[1, 5]
        c0, c1, c2, c3, c4, c5 = w[2, 0], w[2, 1], w[2, 2], w[2, 3], w[2, 4], w[2, 5]
        d0, d1, d2, d3, d4, d5 = w[3, 0], w[3, 1], w[3, 2], w[3, 3], w[3, 4], w[3, 5]
        for i in range(suppliers):
            x0, x1, x2, x3, x4, x5 = v0[i], v1[i], v2[i], v3[i], v4[i], v5[i]
            a[i] = a[i] + a0 * x0 + a1 * x1 + a2 * x2 + a3 * x3 + a4 * x4 + a5 * x5
            b[i] = b[i] + b0 * x0 + b1 * x1 + b2 * x2 + b3 * x3 + b4 * x4 + b5 * x5
            c[i] = c[i] + c0 * x0 + c1 * x1 + c2 * x2 + c3 * x3 + c4 * x4 + c5 * x5
            d[i] = d[i] + d0 * x0 + d1 * x1 + d2 * x2 + d3 * x3 + d4 * x4 + d5 * x5
        start += 6
    for signal in range(start, signals):
        for draw in range(DRAWS_AT_ONCE):
            weight = weights[draw, signal]
            for i in range(suppliers):
                totals[draw, i] += weight * values[signal, i]


@njit(cache=True, nogil=True, inline="always")
def _weights_of(draws: NDArray[np.int64], weights: Floats, chosen: Floats) -> None:
    """Copy the weights of up to four draws; the rest weigh nothing."""
    chosen[:] = 0.0
    # Value by value: to assign a row compiles the text of an error that cannot arise.
    for index in range(draws.size):
        for signal in range(weights.shape[1]):
            chosen[index, signal] = weights[draws[index], signal]


@njit(cache=True, nogil=True, inline="always")
def _hash(key: np.uint32, row_key: np.uint32, salt: np.uint32) -> np.uint32:
    """Mix a supplier's key with a draw's two keys into 32 even bits.

    The finaliser of the lowbias32 family (two multiplications, three shifts), with the second key
    between the two multiplications so that two draws are not shifts of one another.
    """
    mixed = np.uint32(row_key * np.uint32(0x9E3779B1)) ^ key
    mixed ^= mixed >> np.uint32(16)
    mixed = np.uint32(mixed * np.uint32(0x7FEB352D)) ^ salt
    mixed ^= mixed >> np.uint32(15)
    mixed = np.uint32(mixed * np.uint32(0x846CA68B))
    return np.uint32(mixed ^ (mixed >> np.uint32(16)))


@njit(cache=True, nogil=True, inline="always")
def _add_noise(
    scores: Floats,
    variances: Floats,
    row_keys: NDArray[np.uint32],
    key: np.uint32,
    salt: np.uint32,
    normals: Floats,
    bits: NDArray[np.uint32],
    nodes: Floats,
) -> None:
    """Add to each score one normal of the given variance, by linear look-up of its quantile.

    bits, [suppliers], and nodes, [2, suppliers], are scratch.
    """
    shift = np.uint32(32 - NORMAL_STEPS_BITS)
    below = np.uint32((1 << (32 - NORMAL_STEPS_BITS)) - 1)
    unit = normals.dtype.type(2.0 ** -(32 - NORMAL_STEPS_BITS))
    # The look-up stands apart, so that what comes before and after it is done many at a time.
    for i in range(scores.size):
        bits[i] = _hash(key, row_keys[i], salt)
    left, right = nodes[0], nodes[1]
    for i in range(scores.size):
        # Unsigned, since the compiler then need not look for an index from the end.
        step = np.uint64(bits[i] >> shift)
        left[i] = normals[step]
        right[i] = normals[step + np.uint64(1)]
    for i in range(scores.size):
        part = normals.dtype.type(np.int32(bits[i] & below)) * unit
        normal = left[i] + part * (right[i] - left[i])
        scores[i] += np.sqrt(variances[i]) * normal


@njit(cache=True, nogil=True, inline="always")
def _count_same_band(
    scores: Floats, band_low: Floats, band_high: Floats, same_band: NDArray[np.int32]
) -> None:
    for i in range(scores.size):
        same_band[i] += np.int32(scores[i] >= band_low[i]) & np.int32(scores[i] < band_high[i])


@njit(cache=True, nogil=True, error_model="numpy")
def score_missing_left(
    draws: NDArray[np.int64],
    mean: Floats,
    variance: Floats,
    present: Floats,
    weights: Floats,
    noise_keys: NDArray[np.uint32],
    row_keys: NDArray[np.uint32],
    normals: Floats,
    band_low: Floats,
    band_high: Floats,
    scores: Floats,
    same_band: NDArray[np.int32],
) -> None:
    """Write the scores of the draws in which missing values stay missing.

    Args:
        draws: which draws.
        mean: of each value to the power, [signals, suppliers], 0 where missing.
        variance: of each value to the power, 0 where missing.
        present: weight in the sector group where present, 0 where missing.
        weights: [all draws, signals].
        noise_keys: [all draws, 2].
        row_keys: [suppliers].
        normals: nodes of `normal_quantiles`.
        band_low: [suppliers] the powered score at which the published priority band begins.
        band_high: [suppliers] and ends.
        scores: [all draws, suppliers], written; NaN where nothing is left to score.
        same_band: [suppliers] number of draws in the published priority band, added to.
    """
    suppliers = mean.shape[1]
    drawn = np.empty((DRAWS_AT_ONCE, weights.shape[1]), weights.dtype)
    totals = np.empty((DRAWS_AT_ONCE, suppliers), mean.dtype)
    spreads, held = np.empty_like(totals), np.empty_like(totals)
    bits, nodes = np.empty(suppliers, np.uint32), np.empty((2, suppliers), normals.dtype)
    for start in range(0, draws.size, DRAWS_AT_ONCE):
        some = draws[start : start + DRAWS_AT_ONCE]
        _weights_of(some, weights, drawn)
        weighted_sums(drawn, mean, totals)
        weighted_sums(drawn, present, held)
        weighted_sums(drawn * drawn, variance, spreads)
        for index, draw in enumerate(some):
            key, salt = noise_keys[draw]
            _add_noise(totals[index], spreads[index], row_keys, key, salt, normals, bits, nodes)
            out, total, weight = scores[draw], totals[index], held[index]
            for i in range(suppliers):
                # 0 / 0 is NaN: a draw may leave a supplier nothing to score.
                out[i] = total[i] / weight[i]
            _count_same_band(out, band_low, band_high, same_band)


@njit(cache=True, nogil=True, error_model="numpy")
def score_missing_filled(
    draws: NDArray[np.int64],
    mean: Floats,
    variance: Floats,
    gain: Floats,
    curve: Floats,
    applies: Floats,
    weights: Floats,
    noise_keys: NDArray[np.uint32],
    fill_keys: NDArray[np.uint32],
    row_keys: NDArray[np.uint32],
    normals: Floats,
    band_low: Floats,
    band_high: Floats,
    scores: Floats,
    same_band: NDArray[np.int32],
) -> None:
    """Write the scores of the draws in which missing values take one between their bounds.

    Arguments as in `score_missing_left`, but mean holds low^p where missing, gain is
    high^p - low^p there and 0 elsewhere, curve is [suppliers], applies as in `signal_moments` and
    fill_keys [all draws, 2].
    """
    suppliers = mean.shape[1]
    drawn = np.empty((DRAWS_AT_ONCE, weights.shape[1]), weights.dtype)
    totals = np.empty((DRAWS_AT_ONCE, suppliers), mean.dtype)
    spreads, gains = np.empty_like(totals), np.empty_like(totals)
    # The weights of a draw sum to 1 where every signal applies.
    held = np.ones_like(totals)
    bits, nodes = np.empty(suppliers, np.uint32), np.empty((2, suppliers), normals.dtype)
    unit = mean.dtype.type(2.0**-24)
    one = mean.dtype.type(1.0)
    for start in range(0, draws.size, DRAWS_AT_ONCE):
        some = draws[start : start + DRAWS_AT_ONCE]
        _weights_of(some, weights, drawn)
        weighted_sums(drawn, mean, totals)
        weighted_sums(drawn, gain, gains)
        if applies.size > 0:
            weighted_sums(drawn, applies, held)
        weighted_sums(drawn * drawn, variance, spreads)
        for index, draw in enumerate(some):
            key, salt = noise_keys[draw]
            _add_noise(totals[index], spreads[index], row_keys, key, salt, normals, bits, nodes)
            key, salt = fill_keys[draw]
            out, total, gained, weight = scores[draw], totals[index], gains[index], held[index]
            for i in range(suppliers):
                # 24 bits are all that a float32 holds.
                level = (
                    mean.dtype.type(np.int32(_hash(key, row_keys[i], salt) >> np.uint32(8))) * unit
                )
                filled = total[i] + gained[i] * (level - curve[i] * level * (one - level))
                # 0 / 0 is NaN: a draw may leave a supplier nothing that applies.
                out[i] = filled / weight[i]
            _count_same_band(out, band_low, band_high, same_band)
