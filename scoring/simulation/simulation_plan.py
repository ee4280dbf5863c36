"""What one draw varies: the plan of every draw, made once, before any supplier is scored.

Each source of source of uncertainty has its own counter-based random stream (Philox, keyed by the
seed and the source), read draw by draw. So draw 17 is the same draw whether 100 or 1,000 are asked
for, on any number of threads, and one source can be redrawn while the others stay
(`scoring.sensitivity`).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal, get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray

UncertaintySource = Literal[
    "measurement_error", "weights", "power", "normaliser", "source_left_out", "missing_values"
]
UNCERTAINTIES: tuple[UncertaintySource, ...] = get_args(UncertaintySource)

# The moments of a clipped normal are taken up to twice the power, and stay exact up to here.
LARGEST_POWER = 4


@dataclass(frozen=True)
class DrawSettings:
    """How much each source of source of uncertainty varies. Every one can be switched off.

    Attributes:
        draws: how many joint draws.
        seed: the seed of all streams.
        measurement_error: whether values move by their standard errors.
        weight_concentration: weights are Dirichlet(concentration x weight share) over all signals;
            0 keeps the weights fixed. Pillar totals are then Dirichlet with the same
            concentration: at 50 a pillar of share 0.2 has a standard deviation of 0.056.
        powers: the exponents to choose from, whole numbers from 1 to 4, equally likely.
        normaliser_changed_share: share of the draws in which the values are read in another way
            than the published one, each equally likely; None: all ways are equally likely.
        source_left_out_share: share of the draws in which one source, each equally likely, is
            left out for all suppliers.
        missing_filled_share: share of the draws in which missing values take a value between
            their bounds; in the others they stay missing.
    """

    draws: int = 1000
    seed: int = 0
    measurement_error: bool = True
    weight_concentration: float = 50.0
    powers: tuple[int, ...] = (1, 2, 3)
    normaliser_changed_share: float | None = None
    source_left_out_share: float = 0.25
    missing_filled_share: float = 0.5

    def __post_init__(self) -> None:
        """Reject settings that no draw can follow."""
        if self.draws < 1:
            raise ValueError(f"draws is {self.draws}: ask for at least 1.")
        if self.seed < 0:
            raise ValueError(f"seed is {self.seed}: give a whole number of 0 or more.")
        if not (np.isfinite(self.weight_concentration) and self.weight_concentration >= 0):
            raise ValueError(
                f"weight_concentration is {self.weight_concentration}: give a finite number of 0 "
                "or more (0 keeps the weights fixed)."
            )
        if not self.powers or any(
            power not in range(1, LARGEST_POWER + 1) for power in self.powers
        ):
            raise ValueError(
                f"powers is {self.powers}: give whole numbers from 1 to {LARGEST_POWER}."
            )
        for name in ("normaliser_changed_share", "source_left_out_share", "missing_filled_share"):
            share = getattr(self, name)
            if share is not None and not 0 <= share <= 1:
                raise ValueError(f"{name} is {share}: give a share from 0 to 1.")


@dataclass(frozen=True)
class DrawPlan:
    """The choices of every draw that hold for all suppliers at once; arrays of length draws.

    Attributes:
        weights: [draws, signals], drawn before any source is left out.
        power: index into the settings' powers.
        normaliser: index of the reading of the evidence (which normaliser).
        left_out: the source left out, -1 for none.
        filled: whether missing values take a value.
        noise_keys: [draws, 2] keys of the per-supplier normals.
        fill_keys: [draws, 2] keys of the per-supplier uniforms.
        sources: [signals] the source of each signal.
    """

    weights: NDArray[np.float64]
    power: NDArray[np.int64]
    normaliser: NDArray[np.int64]
    left_out: NDArray[np.int64]
    filled: NDArray[np.bool_]
    noise_keys: NDArray[np.uint32]
    fill_keys: NDArray[np.uint32]
    sources: NDArray[np.int64]

    def effective_weights(self) -> NDArray[np.float64]:
        """Return [draws, signals] weights that sum to 1, zero for the source left out."""
        kept = np.where(self.left_out[:, None] == self.sources[None, :], 0.0, self.weights)
        # The Gamma draws of tiny shares can all underflow; the weights then stay as they were.
        total = kept.sum(axis=1, keepdims=True)
        kept = np.where(total > 0, kept, self.weights)
        normalised: NDArray[np.float64] = kept / kept.sum(axis=1, keepdims=True)
        return normalised

    def with_redrawn(self, other: "DrawPlan", uncertainty: UncertaintySource) -> "DrawPlan":
        """Return this plan with one source redrawn as in the other plan."""
        match uncertainty:
            case "measurement_error":
                return replace(self, noise_keys=other.noise_keys)
            case "weights":
                return replace(self, weights=other.weights)
            case "power":
                return replace(self, power=other.power)
            case "normaliser":
                return replace(self, normaliser=other.normaliser)
            case "source_left_out":
                return replace(self, left_out=other.left_out)
            case "missing_values":
                return replace(self, filled=other.filled, fill_keys=other.fill_keys)

    def part(self, rows: slice | NDArray[np.int64]) -> "DrawPlan":
        """Return some of the draws."""
        return DrawPlan(
            weights=self.weights[rows],
            power=self.power[rows],
            normaliser=self.normaliser[rows],
            left_out=self.left_out[rows],
            filled=self.filled[rows],
            noise_keys=self.noise_keys[rows],
            fill_keys=self.fill_keys[rows],
            sources=self.sources,
        )


def joined(plans: Sequence[DrawPlan]) -> DrawPlan:
    """Return the draws of all plans, one plan after another; they share their sources."""
    return DrawPlan(
        weights=np.concatenate([plan.weights for plan in plans]),
        power=np.concatenate([plan.power for plan in plans]),
        normaliser=np.concatenate([plan.normaliser for plan in plans]),
        left_out=np.concatenate([plan.left_out for plan in plans]),
        filled=np.concatenate([plan.filled for plan in plans]),
        noise_keys=np.concatenate([plan.noise_keys for plan in plans]),
        fill_keys=np.concatenate([plan.fill_keys for plan in plans]),
        sources=plans[0].sources,
    )


def plan_draws(
    settings: DrawSettings,
    weights: NDArray[np.float64],
    sources: ArrayLike,
    *,
    normalisers: int,
    replicate: int = 0,
) -> DrawPlan:
    """Draw the choices of every draw.

    Args:
        settings: how much each source varies.
        weights: [signals] base weights, all above 0.
        sources: [signals] whole number naming the source of each signal.
        normalisers: how many normalised values of the evidence there are, equally likely.
        replicate: streams of another replicate are independent; a sensitivity study needs two.
    """
    named = _checked_sources(sources, weights.size)
    streams = {
        uncertainty: _stream(settings.seed, replicate, uncertainty) for uncertainty in UNCERTAINTIES
    }
    draws = settings.draws

    share = weights / weights.sum()
    if settings.weight_concentration > 0:
        alpha = settings.weight_concentration * share
        drawn = streams["weights"].standard_gamma(alpha, size=(draws, share.size))
        drawn = np.where(drawn.sum(axis=1, keepdims=True) > 0, drawn, share)
    else:
        drawn = np.broadcast_to(share, (draws, share.size))

    # One pair of uniforms a draw: whether, then which.
    probability = streams["source_left_out"].random((draws, 2))
    candidates = np.unique(named)
    left_out = candidates[(probability[:, 1] * candidates.size).astype(np.int64)]
    # With a single source, leaving it out would leave nothing to score.
    stays = (probability[:, 0] >= settings.source_left_out_share) | (candidates.size < 2)

    missing = streams["missing_values"].integers(0, 2**32, size=(draws, 3), dtype=np.uint32)
    return DrawPlan(
        weights=drawn,
        power=_choices(streams["power"], draws, len(settings.powers)),
        normaliser=_normalisers(
            streams["normaliser"].random(draws), normalisers, settings.normaliser_changed_share
        ),
        left_out=np.where(stays, -1, left_out),
        filled=missing[:, 0] < settings.missing_filled_share * 2.0**32,
        noise_keys=streams["measurement_error"].integers(
            0, 2**32, size=(draws, 2), dtype=np.uint32
        ),
        # Kernels are compiled for each layout: a copy has that of plans that are joined.
        fill_keys=missing[:, 1:].copy(),
        sources=named,
    )


def _normalisers(
    probability: NDArray[np.float64], options: int, changed_share: float | None
) -> NDArray[np.int64]:
    """The way of reading of each draw; 0 is the published one."""
    if changed_share is None:
        return (probability * options).astype(np.int64)
    others = options - 1
    if others == 0 or changed_share == 0:
        return np.zeros(probability.size, dtype=np.int64)
    changed = np.floor((probability - (1 - changed_share)) / changed_share * others).astype(
        np.int64
    )
    return np.where(probability < 1 - changed_share, 0, 1 + np.clip(changed, 0, others - 1))


def _choices(stream: np.random.Generator, draws: int, options: int) -> NDArray[np.int64]:
    return (stream.random(draws) * options).astype(np.int64)


def _stream(seed: int, replicate: int, uncertainty: UncertaintySource) -> np.random.Generator:
    sequence = np.random.SeedSequence(
        entropy=seed, spawn_key=(replicate, UNCERTAINTIES.index(uncertainty))
    )
    return np.random.Generator(np.random.Philox(sequence))


def _checked_sources(sources: ArrayLike, signals: int) -> NDArray[np.int64]:
    checked = np.asarray(sources)
    if checked.shape != (signals,) or not np.issubdtype(checked.dtype, np.integer):
        raise ValueError(
            f"There are {signals} signals but sources of shape {checked.shape} and type "
            f"{checked.dtype}: give the number of one source per signal."
        )
    if checked.size and checked.min() < 0:
        raise ValueError("A source has a negative number: number the sources from 0.")
    return checked.astype(np.int64)
