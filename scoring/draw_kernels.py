"""The compiled inner loops of `scoring.draw_scores`: moments, weighted sums and noise of a block.

All arrays are [signals, suppliers] or [suppliers], so that the innermost loop runs over suppliers
and is done many at a time without changing the order in which signals are added.
"""

import math
from functools import cache
from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray
from scipy.special import ndtri

Floats = NDArray[np.floating[Any]]

# A normal quantile table of 4,096 steps fits the first-level cache with room for the sums.
NORMAL_STEPS_BITS = 12
# Farther than so many standard errors from 0 or 1, clipping moves a mean by less than 1e-7.
CLIP_REACH = 5.0
SQRT_HALF = math.sqrt(0.5)
UNIT_DENSITY = 1.0 / math.sqrt(2.0 * math.pi)


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
def clipped_powers(risk: float, error: float, expected: NDArray[np.float64]) -> None:
    """Write the mean of clip(risk + error * z, 0, 1)^k, z standard normal, to expected[k].

    For every k from 1 to the last index, by the recursion of the truncated normal's moments:
    I_k = risk I_(k-1) + (k-1) error^2 I_(k-2) - error^2 [x^(k-1) density(x)] from 0 to 1, with the
    mass above 1 counted at 1 and the mass below 0 at 0.
    """
    square = error * error
    below_zero, above_one, density_zero, density_one = 0.0, 0.0, 0.0, 0.0
    if risk < CLIP_REACH * error:
        steps = risk / error
        below_zero = 0.5 * math.erfc(steps * SQRT_HALF)
        density_zero = math.exp(-0.5 * steps * steps) * UNIT_DENSITY / error
    if 1.0 - risk < CLIP_REACH * error:
        steps = (1.0 - risk) / error
        above_one = 0.5 * math.erfc(steps * SQRT_HALF)
        density_one = math.exp(-0.5 * steps * steps) * UNIT_DENSITY / error
    before = 1.0 - above_one - below_zero
    moment = risk * before - square * (density_one - density_zero)
    expected[1] = moment + above_one
    for order in range(2, expected.size):
        after = risk * moment + (order - 1) * square * before - square * density_one
        before, moment = moment, after
        expected[order] = moment + above_one


@njit(cache=True, nogil=True)
def signal_moments(
    risk: Floats,
    error: Floats,
    low: Floats,
    high: Floats,
    base_weights: Floats,
    powers: NDArray[np.int64],
    mean: Floats,
    variance: Floats,
    present: Floats,
    best: Floats,
    gain: Floats,
    curve: Floats,
) -> None:
    """Fill the moments of a block under one reading, for every power.

    mean, variance and present are 0 on missing values; best, low^p, and gain, high^p - low^p, are
    0 on present ones. curve bends u so that the supplier's filled sum is right at the middle of
    the bounds as well as at both ends.
    """
    signals, suppliers = risk.shape
    expected = np.empty(2 * powers.max() + 1)
    mean[:] = 0.0
    variance[:] = 0.0
    best[:] = 0.0
    gain[:] = 0.0
    halfway = np.zeros((powers.size, suppliers))
    gained = np.zeros((powers.size, suppliers))
    for signal in range(signals):
        for supplier in range(suppliers):
            value = np.float64(risk[signal, supplier])
            if np.isnan(value):
                present[signal, supplier] = 0.0
                lowest, highest = low[signal, supplier], high[signal, supplier]
                lowest = np.float64(0.0) if np.isnan(lowest) else np.float64(lowest)
                highest = np.float64(1.0) if np.isnan(highest) else np.float64(highest)
                for index in range(powers.size):
                    at_best = lowest ** powers[index]
                    reach = highest ** powers[index] - at_best
                    middle = (0.5 * (lowest + highest)) ** powers[index] - at_best
                    best[index, signal, supplier] = at_best
                    gain[index, signal, supplier] = reach
                    gained[index, supplier] += base_weights[signal] * reach
                    halfway[index, supplier] += base_weights[signal] * middle
                continue
            present[signal, supplier] = 1.0
            spread = np.float64(error[signal, supplier])
            if spread > 0.0:
                clipped_powers(value, spread, expected)
                for index in range(powers.size):
                    middle = expected[powers[index]]
                    mean[index, signal, supplier] = middle
                    # Of a tiny error the difference may round below 0.
                    squared = expected[2 * powers[index]] - middle * middle
                    variance[index, signal, supplier] = max(squared, 0.0)
            else:
                for index in range(powers.size):
                    mean[index, signal, supplier] = value ** powers[index]
    for index in range(powers.size):
        for supplier in range(suppliers):
            curve[index, supplier] = 0.0
            if gained[index, supplier] > 0.0:
                share = halfway[index, supplier] / gained[index, supplier]
                curve[index, supplier] = 4.0 * (0.5 - share)


@njit(cache=True, nogil=True, inline="always")
def _weighted_sum(weights: Floats, values: Floats, total: Floats) -> None:
    """Write sum over the signals of weights[signal] * values[signal, :], in the signals' order.

    Six signals at a time, so that the running total is loaded and stored a sixth as often.
    """
    signals, suppliers = values.shape
    total[:] = 0.0
    start = 0
    while start + 6 <= signals:
        w0, w1, w2 = weights[start], weights[start + 1], weights[start + 2]
        w3, w4, w5 = weights[start + 3], weights[start + 4], weights[start + 5]
        v0, v1, v2 = values[start], values[start + 1], values[start + 2]
        v3, v4, v5 = values[start + 3], values[start + 4], values[start + 5]
        for i in range(suppliers):
            total[i] = (
                total[i] + w0 * v0[i] + w1 * v1[i] + w2 * v2[i]
                + w3 * v3[i] + w4 * v4[i] + w5 * v5[i]
            )  # fmt: skip
        start += 6
    for signal in range(start, signals):
        w0 = weights[signal]
        v0 = values[signal]
        for i in range(suppliers):
            total[i] += w0 * v0[i]


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
) -> None:
    """Add to each score one normal of the given variance, by linear look-up of its quantile."""
    shift = np.uint32(32 - NORMAL_STEPS_BITS)
    below = np.uint32((1 << (32 - NORMAL_STEPS_BITS)) - 1)
    unit = normals.dtype.type(2.0 ** -(32 - NORMAL_STEPS_BITS))
    for i in range(scores.size):
        bits = _hash(key, row_keys[i], salt)
        step = np.int32(bits >> shift)
        part = normals.dtype.type(np.int32(bits & below)) * unit
        left = normals[step]
        scores[i] += np.sqrt(variances[i]) * (left + part * (normals[step + 1] - left))


@njit(cache=True, nogil=True, inline="always")
def _count_same_tier(
    scores: Floats, tier_low: Floats, tier_high: Floats, same_tier: NDArray[np.int32]
) -> None:
    for i in range(scores.size):
        same_tier[i] += np.int32(scores[i] >= tier_low[i]) & np.int32(scores[i] < tier_high[i])


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
    tier_low: Floats,
    tier_high: Floats,
    scores: Floats,
    same_tier: NDArray[np.int32],
) -> None:
    """Write the scores of the draws in which missing values stay missing.

    Args:
        draws: which draws.
        mean: of each value to the power, [signals, suppliers], 0 where missing.
        variance: of each value to the power, 0 where missing.
        present: 1 where present, 0 where missing.
        weights: [all draws, signals].
        noise_keys: [all draws, 2].
        row_keys: [suppliers].
        normals: nodes of `normal_quantiles`.
        tier_low: [suppliers] the powered score at which the published tier begins.
        tier_high: [suppliers] and ends.
        scores: [all draws, suppliers], written; NaN where nothing is left to score.
        same_tier: [suppliers] number of draws in the published tier, added to.
    """
    suppliers = mean.shape[1]
    total = np.empty_like(mean[0])
    spread = np.empty_like(mean[0])
    weight = np.empty_like(mean[0])
    for draw in draws:
        drawn = weights[draw]
        _weighted_sum(drawn, mean, total)
        _weighted_sum(drawn * drawn, variance, spread)
        _weighted_sum(drawn, present, weight)
        _add_noise(total, spread, row_keys, noise_keys[draw, 0], noise_keys[draw, 1], normals)
        out = scores[draw]
        for i in range(suppliers):
            # 0 / 0 is NaN: a draw may leave a supplier nothing to score.
            out[i] = total[i] / weight[i]
        _count_same_tier(out, tier_low, tier_high, same_tier)


@njit(cache=True, nogil=True)
def score_missing_filled(
    draws: NDArray[np.int64],
    mean: Floats,
    variance: Floats,
    gain: Floats,
    curve: Floats,
    weights: Floats,
    noise_keys: NDArray[np.uint32],
    fill_keys: NDArray[np.uint32],
    row_keys: NDArray[np.uint32],
    normals: Floats,
    tier_low: Floats,
    tier_high: Floats,
    scores: Floats,
    same_tier: NDArray[np.int32],
) -> None:
    """Write the scores of the draws in which missing values take one between their bounds.

    Arguments as in `score_missing_left`, but mean holds low^p where missing, gain is
    high^p - low^p there and 0 elsewhere, curve is [suppliers] and fill_keys [all draws, 2].
    """
    suppliers = mean.shape[1]
    total = np.empty_like(mean[0])
    spread = np.empty_like(mean[0])
    gained = np.empty_like(mean[0])
    unit = mean.dtype.type(2.0**-24)
    one = mean.dtype.type(1.0)
    for draw in draws:
        drawn = weights[draw]
        _weighted_sum(drawn, mean, total)
        _weighted_sum(drawn * drawn, variance, spread)
        _weighted_sum(drawn, gain, gained)
        _add_noise(total, spread, row_keys, noise_keys[draw, 0], noise_keys[draw, 1], normals)
        key, salt = fill_keys[draw, 0], fill_keys[draw, 1]
        out = scores[draw]
        for i in range(suppliers):
            # 24 bits are all that a float32 holds.
            level = mean.dtype.type(np.int32(_hash(key, row_keys[i], salt) >> np.uint32(8))) * unit
            # The weights of a draw sum to 1, and nothing is missing any more.
            out[i] = total[i] + gained[i] * (level - curve[i] * level * (one - level))
        _count_same_tier(out, tier_low, tier_high, same_tier)
