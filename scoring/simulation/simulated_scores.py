"""The scores of every draw, a block of suppliers at a time.

Within a draw only the order matters, so what is computed is the score to its own power,
sum w r^p / sum w: one weighted sum, and the root is never taken. Measurement error is carried to
that sum rather than drawn for every value: the mean and the variance of clip(r + e, 0, 1)^p are
exact for each value, the sum takes their weighted mean and variance and one normal per supplier
and draw. A missing value that is filled takes low + u (high - low), with one u per supplier and
draw: what keeps one value from being seen tends to keep the others. `docs/concepts/uncertainty.md`
has the measured error of both.

Sums run over the signals in a fixed order without fused or reordered arithmetic, and the numbers
that look random are integer hashes of (draw, supplier), so scores do not depend on the blocks or
the threads.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from scoring.simulation.draw_kernels import (
    normal_quantiles,
    score_missing_filled,
    score_missing_left,
)
from scoring.simulation.moment_kernels import normal_tails, signal_moments
from scoring.simulation.simulation_inputs import SimulationEvidence
from scoring.simulation.simulation_plan import DrawPlan

Floats = NDArray[np.floating[Any]]

NO_DRAWS = np.empty(0, dtype=np.int64)

# The sums of one block and its signals stay in a core's second-level cache.
SUPPLIERS_PER_BLOCK = 1024


@dataclass(frozen=True)
class BandFloors:
    """The band of each supplier as published, and the scores at which bands begin.

    Attributes:
        priority_band: [suppliers] how many floors the supplier's score reaches.
        floors: [bands - 1] ascending scores in 0..1 at which the next priority band begins.
        held: [suppliers] True where the last band is not given whatever the score: the one before
            it then goes on to the end.
    """

    priority_band: NDArray[np.int64]
    floors: NDArray[np.float64]
    held: NDArray[np.bool_]


class DrawScorer:
    """Scores blocks of suppliers under every draw of a plan.

    Holds the normalised values and the plan; `score_block` writes one block, from any thread.
    """

    def __init__(
        self,
        evidence: SimulationEvidence,
        plan: DrawPlan,
        powers: tuple[int, ...],
        *,
        measurement_error: bool,
        precision: np.dtype[np.floating[Any]],
        priority_bands: BandFloors | None = None,
    ) -> None:
        self._readings = evidence.normalised
        self._applicable = evidence.applicable
        self._group_weight = evidence.group_weight
        weights = evidence.weights
        self._base_weights: Floats = (weights / weights.sum()).astype(precision)
        self._weights: Floats = plan.effective_weights().astype(precision)
        self._plan = plan
        self._powers = powers
        self._row_keys = evidence.row_keys
        self._measurement_error = measurement_error
        self._precision = precision
        self._normals: Floats = normal_quantiles().astype(precision)
        self._priority_bands = priority_bands
        self._groups = self._grouped()

    def _grouped(self) -> dict[tuple[int, int], tuple[NDArray[np.int64], NDArray[np.int64]]]:
        """Return the draws by normaliser and power: those with missing left, those with filled."""
        groups = {}
        for reading in range(len(self._readings)):
            for power in range(len(self._powers)):
                chosen = (self._plan.normaliser == reading) & (self._plan.power == power)
                left = np.flatnonzero(chosen & ~self._plan.filled)
                filled = np.flatnonzero(chosen & self._plan.filled)
                if left.size or filled.size:
                    groups[reading, power] = (left, filled)
        return groups

    def blocks(self) -> Iterator[tuple[int, int]]:
        """Yield the bounds of the blocks, which do not depend on the number of threads."""
        suppliers = self._readings[0].risk.shape[0]
        for start in range(0, suppliers, SUPPLIERS_PER_BLOCK):
            yield start, min(start + SUPPLIERS_PER_BLOCK, suppliers)

    def score_block(
        self, start: int, stop: int, scores: Floats, same_band: NDArray[np.int32]
    ) -> None:
        """Write the scores, to their own power, of the suppliers from start up to stop.

        Args:
            start: first supplier.
            stop: one past the last.
            scores: [draws, suppliers]; NaN is written where a draw leaves a supplier no signal.
            same_band: [suppliers] number of draws in the published priority band; added to.
        """
        out = scores[:, start:stop]
        keys = self._row_keys[start:stop]
        exponents = np.asarray(self._powers, dtype=np.int64)
        moments = _Moments.empty(
            exponents.size, self._base_weights.size, stop - start, self._precision
        )
        applies = self._applies(start, stop)
        for reading in sorted({reading for reading, _ in self._groups}):
            block = self._block(reading, start, stop)
            moments.fill(block, applies, self._base_weights, exponents)
            for index, power in enumerate(self._powers):
                left, filled = self._groups.get((reading, index), (NO_DRAWS, NO_DRAWS))
                mean, variance = moments.mean[index], moments.variance[index]
                low, high = self._band_edges(start, stop, power)
                score_missing_left(
                    left, mean, variance, moments.present, self._weights, self._plan.noise_keys,
                    keys, self._normals, low, high, out, same_band[start:stop],
                )  # fmt: skip
                np.add(mean, moments.best[index], out=mean)
                score_missing_filled(
                    filled, mean, variance, moments.gain[index], moments.curve[index],
                    applies, self._weights, self._plan.noise_keys, self._plan.fill_keys, keys,
                    self._normals, low, high, out, same_band[start:stop],
                )  # fmt: skip

    def _block(self, reading: int, start: int, stop: int) -> tuple[Floats, Floats, Floats, Floats]:
        """Return risk, error, low and high of the block, signals by suppliers, contiguous."""
        source = self._readings[reading]
        errors = source.standard_error if self._measurement_error else None

        def part(array: Floats | None, otherwise: float) -> Floats:
            if array is None:
                array = np.array(otherwise)
            full = np.broadcast_to(array, source.risk.shape)
            return np.ascontiguousarray(full[start:stop].T, dtype=self._precision)

        return (
            part(source.risk, np.nan),
            part(errors, 0.0),
            part(source.bound_low, 0.0),
            part(source.bound_high, 1.0),
        )

    def _applies(self, start: int, stop: int) -> Floats:
        """Return the weight of each value of the block in its sector group, 0 where none applies.

        Empty where every value applies and no group states a weight.
        """
        applies: NDArray[Any] | None = self._applicable
        if self._group_weight is not None:
            applies = (
                self._group_weight
                if applies is None
                else np.where(applies, self._group_weight, 0.0)
            )
        if applies is None:
            return np.empty((0, 0), dtype=self._precision)
        return np.ascontiguousarray(applies[start:stop].T, dtype=self._precision)

    def _band_edges(self, start: int, stop: int, power: int) -> tuple[Floats, Floats]:
        """Return the scores, to the power, between which each supplier keeps its priority band."""
        if self._priority_bands is None:
            edges = np.full(stop - start, -np.inf, dtype=self._precision)
            return edges, -edges
        powered = np.concatenate(([-np.inf], self._priority_bands.floors**power, [np.inf]))
        priority_band = self._priority_bands.priority_band[start:stop]
        to_the_end = self._priority_bands.held[start:stop] & (
            priority_band == self._priority_bands.floors.size - 1
        )
        upper = np.where(to_the_end, np.inf, powered[priority_band + 1])
        return powered[priority_band].astype(self._precision), upper.astype(self._precision)


@dataclass(frozen=True)
class _Moments:
    """Of each value to each power: [powers, signals, suppliers].

    But present, [signals, suppliers], and curve, [powers, suppliers].
    """

    mean: Floats
    variance: Floats
    present: Floats
    best: Floats
    gain: Floats
    curve: Floats

    @staticmethod
    def empty(
        powers: int, signals: int, suppliers: int, precision: np.dtype[np.floating[Any]]
    ) -> "_Moments":
        each = (powers, signals, suppliers)
        return _Moments(
            mean=np.empty(each, precision),
            variance=np.empty(each, precision),
            present=np.empty((signals, suppliers), precision),
            best=np.empty(each, precision),
            gain=np.empty(each, precision),
            curve=np.empty((powers, suppliers), precision),
        )

    def fill(
        self,
        block: tuple[Floats, Floats, Floats, Floats],
        applies: Floats,
        base_weights: Floats,
        powers: NDArray[np.int64],
    ) -> None:
        """Overwrite with the moments of a block of risks, errors, low and high bounds."""
        signal_moments(
            *block, applies, base_weights, powers, normal_tails(),
            self.mean, self.variance, self.present, self.best, self.gain, self.curve,
        )  # fmt: skip
