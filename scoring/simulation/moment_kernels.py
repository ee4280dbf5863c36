"""The compiled loops that give the moments of risks with errors, once for a block of suppliers.

All arrays are [signals, suppliers] or [suppliers], so that the innermost loop runs over suppliers.
"""

from functools import cache
from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray
from scipy.special import ndtr

Floats = NDArray[np.floating[Any]]

# Farther than so many standard errors from 0 or 1, clipping moves a mean by less than 1e-7.
CLIP_REACH = 5.0
TAIL_STEPS = 256


@cache
def normal_tails() -> NDArray[np.float64]:
    """Return the normal's mass beyond, and its density at, each node from 0 to `CLIP_REACH`."""
    nodes = np.arange(round(CLIP_REACH * TAIL_STEPS) + 2) / TAIL_STEPS
    density = np.exp(-0.5 * nodes * nodes) / np.sqrt(2.0 * np.pi)
    return np.column_stack([ndtr(-nodes), density])


@njit(cache=True, nogil=True)
def _look_up_tails(
    steps: NDArray[np.float64],
    tails: NDArray[np.float64],
    mass: NDArray[np.float64],
    density: NDArray[np.float64],
) -> None:
    """Write the mass beyond so many standard errors and the density there, to 1e-10.

    Third-order Taylor series from the nearest node, whose derivatives are all density. The look-up
    stands apart, so that what comes before and after it is done for many suppliers at a time.
    """
    nodes = np.empty(steps.size, np.int32)
    for i in range(steps.size):
        nodes[i] = np.int32(steps[i] * TAIL_STEPS + 0.5)
    for i in range(steps.size):
        # Unsigned, since the compiler then need not look for an index from the end.
        node = np.uint64(nodes[i])
        mass[i], density[i] = tails[node, 0], tails[node, 1]
    for i in range(steps.size):
        at = np.float64(nodes[i]) * (1.0 / TAIL_STEPS)
        away = steps[i] - at
        bend = (at * at - 1.0) * away * away * 0.5
        mass[i] -= density[i] * away * (1.0 - 0.5 * at * away + bend * (1.0 / 3.0))
        density[i] *= 1.0 - at * away + bend


@njit(cache=True, nogil=True, error_model="numpy")
def clipped_powers(
    risk: NDArray[np.float64],
    error: NDArray[np.float64],
    highest: int,
    tails: NDArray[np.float64],
    expected: NDArray[np.float64],
) -> None:
    """Write the mean of clip(risk + error * z, 0, 1)^k, z standard normal, to expected[k].

    For every k from 1 to the highest, by the recursion of the truncated normal's moments:
    I_k = risk I_(k-1) + (k-1) error^2 I_(k-2) - error^2 [x^(k-1) density(x)] from 0 to 1, with the
    mass above 1 counted at 1 and the mass below 0 at 0. Without an error it is risk^k.

    Args:
        risk: [suppliers], any number where missing.
        error: [suppliers] standard error, 0 or more.
        highest: the highest k.
        tails: nodes of `normal_tails`.
        expected: [highest + 1, suppliers], written from 1.
    """
    suppliers = risk.size
    # Besides the moments: error^2, and the masses beyond 1 and 0 and the densities there.
    square, steps = np.empty(suppliers), np.empty(suppliers)
    above, at_one = np.empty(suppliers), np.empty(suppliers)
    below, at_zero = np.empty(suppliers), np.empty(suppliers)
    before, moment = np.empty(suppliers), np.empty(suppliers)
    # Farther than the reach of the table nothing is clipped to speak of.
    for i in range(suppliers):
        steps[i] = min(risk[i] / (error[i] if error[i] > 0.0 else 1.0), CLIP_REACH)
    _look_up_tails(steps, tails, below, at_zero)
    for i in range(suppliers):
        steps[i] = min((1.0 - risk[i]) / (error[i] if error[i] > 0.0 else 1.0), CLIP_REACH)
    _look_up_tails(steps, tails, above, at_one)
    for i in range(suppliers):
        value = risk[i]
        spread = error[i] if error[i] > 0.0 else 1.0
        square[i] = spread * spread
        # From here on error^2 times the density at 1.
        at_one[i] *= spread
        before[i] = 1.0 - above[i] - below[i]
        moment[i] = value * before[i] - at_one[i] + spread * at_zero[i]
        expected[1, i] = moment[i] + above[i] if error[i] > 0.0 else value
    for order in range(2, highest + 1):
        lower, current = expected[order - 1], expected[order]
        for i in range(suppliers):
            value = risk[i]
            after = value * moment[i] + (order - 1) * square[i] * before[i] - at_one[i]
            before[i] = moment[i]
            moment[i] = after
            current[i] = after + above[i] if error[i] > 0.0 else lower[i] * value


@njit(cache=True, nogil=True)
def signal_moments(
    risk: Floats,
    error: Floats,
    low: Floats,
    high: Floats,
    applies: Floats,
    base_weights: Floats,
    powers: NDArray[np.int64],
    tails: NDArray[np.float64],
    mean: Floats,
    variance: Floats,
    present: Floats,
    best: Floats,
    gain: Floats,
    curve: Floats,
) -> None:
    """Fill the moments of a block under one normalisation method, for every power.

    Args:
        risk: [signals, suppliers], NaN where missing.
        error: standard errors; NaN is none.
        low: what a missing value is at best; NaN is 0.
        high: what a missing value is at worst; NaN is 1.
        applies: weight of the value in its sector group, 0 where none is ever filled; empty:
            all 1.
        base_weights: [signals].
        powers: the powers.
        tails: nodes of `normal_tails`.
        mean: [powers, signals, suppliers] of each value to the power times its weight in the
            group, written; 0 where missing.
        variance: likewise.
        present: [signals, suppliers] written: the weight in the group, or 0 where missing.
        best: [powers, signals, suppliers] written: low to the power where missing, 0 where present
            or never filled.
        gain: written: high to the power less low to the power there, else 0.
        curve: [powers, suppliers] written: bends the level of a supplier's filled sum so that it
            is right in the middle of the bounds as well as at both ends.
    """
    signals, suppliers = risk.shape
    largest = 0
    for index in range(powers.size):
        largest = max(largest, int(powers[index]))
    expected = np.empty((2 * largest + 1, suppliers))
    value, spread, factor = np.empty(suppliers), np.empty(suppliers), np.ones(suppliers)
    # The bounds of missing values and their middle, and these to the power.
    bounds, powered = np.empty((3, suppliers)), np.empty((3, suppliers))
    halfway = np.zeros((powers.size, suppliers))
    gained = np.zeros((powers.size, suppliers))
    for signal in range(signals):
        for i in range(suppliers):
            missing = np.isnan(risk[signal, i])
            if applies.size > 0:
                factor[i] = applies[signal, i]
            present[signal, i] = 0.0 if missing else factor[i]
            value[i] = 0.0 if missing else risk[signal, i]
            spread[i] = error[signal, i] if error[signal, i] > 0.0 and not missing else 0.0
            bounds[0, i] = 0.0 if np.isnan(low[signal, i]) else low[signal, i]
            bounds[1, i] = 1.0 if np.isnan(high[signal, i]) else high[signal, i]
            bounds[2, i] = 0.5 * (bounds[0, i] + bounds[1, i])
            powered[:, i] = factor[i] if missing else 0.0
        clipped_powers(value, spread, 2 * largest, tails, expected)
        weight = np.float64(base_weights[signal])
        for power in range(1, largest + 1):
            for which in range(3):
                for i in range(suppliers):
                    powered[which, i] *= bounds[which, i]
            for index in range(powers.size):
                if powers[index] != power:
                    continue
                for i in range(suppliers):
                    expectation = expected[power, i]
                    mean[index, signal, i] = factor[i] * expectation
                    # Of a tiny error the difference may round below 0.
                    squared = max(expected[2 * power, i] - expectation * expectation, 0.0)
                    squared *= factor[i] * factor[i]
                    variance[index, signal, i] = squared if spread[i] > 0.0 else 0.0
                for i in range(suppliers):
                    reach = powered[1, i] - powered[0, i]
                    best[index, signal, i] = powered[0, i]
                    gain[index, signal, i] = reach
                    gained[index, i] += weight * reach
                    halfway[index, i] += weight * (powered[2, i] - powered[0, i])
    for index in range(powers.size):
        for i in range(suppliers):
            share = halfway[index, i] / gained[index, i] if gained[index, i] > 0.0 else 0.5
            curve[index, i] = 4.0 * (0.5 - share)
