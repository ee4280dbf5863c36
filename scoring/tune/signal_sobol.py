"""What the list depends on, signal by signal: total-order Sobol indices of the signals.

The factor of a signal is everything that could be otherwise about it alone: whether it is in the
model at all (in a quarter of the draws it is not), its weight (Gamma; normalised, independent
Gammas are the Dirichlet of `scoring.draws`), and its values within their standard errors. The
factors of different signals are independent. Two things are watched: the mean distance that ranks
move from the published ones, and who is in the top k. The estimator is Jansen's (1999), as in
`scoring.sensitivity`: mean((f(A) - f(A with one factor of B))^2) / (2 variance).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import rankdata

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

#: Concentration of the weights, as in the draws of a run.
CONCENTRATION = 50.0
_LEFT_OUT_SHARE = 0.25
# Less weight than this is the rounding of a sum that is 0.
_NO_WEIGHT = 1e-9


@dataclass(frozen=True)
class SignalSobol:
    """Total-order indices; arrays over signals.

    Attributes:
        rank_shift: of the mean absolute shift of ranks.
        rank_shift_stderr: its standard error.
        top_k: of membership in the top k, all suppliers together: the generalised index, each
            supplier's index weighted by its own variance (Lamboni and others 2011).
        mean_rank_shift: mean over the draws of the mean absolute shift, in ranks.
        draws: base draws; 1 + number of signals times as many were ranked.
    """

    rank_shift: Floats
    rank_shift_stderr: Floats
    top_k: Floats
    mean_rank_shift: float
    draws: int


def signal_sobol(
    risk: Floats,
    stderr: Floats,
    weights: Floats,
    exponent: float,
    top_k: int,
    *,
    draws: int = 256,
    seed: int = 0,
    group_weight: Floats | None = None,
) -> SignalSobol:
    """Vary every signal and report whose variation moves the list.

    Args:
        risk: [suppliers, signals] normalised risks of suppliers with a score, NaN where missing.
        stderr: likewise, standard error of the reading; NaN or 0 where none is stated.
        weights: [signals], 0 or more; a signal without weight has the index 0.
        exponent: of the power mean.
        top_k: the audit budget.
        draws: base draws.
        seed: of all draws.
        group_weight: [suppliers, signals] times the weight, in the supplier's sector group; None:
            no group states one.
    """
    suppliers, signals = risk.shape
    times = np.ones(risk.shape) if group_weight is None else group_weight
    live = np.flatnonzero((weights > 0) & ~np.isnan(risk).all(axis=0))
    rank_shift, stderr_of_shift, in_top = np.zeros((3, signals))
    if not live.size or suppliers < 2:
        return SignalSobol(rank_shift, stderr_of_shift, in_top, 0.0, draws)
    values = _Values(risk[:, live], np.nan_to_num(stderr[:, live]), exponent, times[:, live])
    share = weights[live] / weights[live].sum()
    ours, theirs = (_draw(share, draws, np.random.default_rng([seed, n])) for n in (0, 1))
    published = _ranks(values.powers @ share, values.present @ share)

    shifts = np.empty((1 + live.size, draws))
    in_top_draws = np.zeros(suppliers)
    top_moved = np.zeros(live.size)
    for draw in range(draws):
        one, other = values.parts(ours, draw), values.parts(theirs, draw)
        total, present = one[0].sum(axis=1), one[1].sum(axis=1)
        ranks = _ranks(total, present)
        shifts[0, draw] = np.abs(ranks - published).mean()
        top = ranks <= top_k
        in_top_draws += top
        for column in range(live.size):
            # The same draw with the factor of one signal taken from the other draw.
            changed = _ranks(
                total - one[0][:, column] + other[0][:, column],
                present - one[1][:, column] + other[1][:, column],
            )
            shifts[1 + column, draw] = np.abs(changed - published).mean()
            top_moved[column] += (top != (changed <= top_k)).sum()
    variance = shifts[0].var()
    if variance > 0:
        jansen = (shifts[0] - shifts[1:]) ** 2 / (2 * variance)
        rank_shift[live] = jansen.mean(axis=1)
        stderr_of_shift[live] = jansen.std(axis=1) / np.sqrt(draws)
    probability = in_top_draws / draws
    top_variance = float((probability * (1 - probability)).sum())
    if top_variance > 0:
        in_top[live] = top_moved / draws / (2 * top_variance)
    return SignalSobol(rank_shift, stderr_of_shift, in_top, float(shifts[0].mean()), draws)


@dataclass(frozen=True)
class _Factors:
    """[draws, signals] weights, 0 where left out, and seeds of the errors."""

    weights: Floats
    seeds: NDArray[np.int64]


def _draw(share: Floats, draws: int, generator: np.random.Generator) -> _Factors:
    drawn = generator.standard_gamma(CONCENTRATION * share, size=(draws, share.size))
    left_out = generator.random((draws, share.size)) < _LEFT_OUT_SHARE
    seeds = generator.integers(0, 2**31, size=(draws, share.size))
    return _Factors(np.where(left_out, 0.0, drawn), seeds)


class _Values:
    """The normalised values, and what each signal adds to every supplier in a draw."""

    def __init__(self, risk: Floats, stderr: Floats, exponent: float, group_weight: Floats) -> None:
        self.present = np.where(np.isnan(risk), 0.0, group_weight)
        self._risk = np.nan_to_num(risk)
        self.powers: Floats = self._risk**exponent * self.present
        self._stderr = stderr
        self._noisy = np.flatnonzero((stderr > 0).any(axis=0))
        self._exponent = exponent

    def parts(self, factors: _Factors, draw: int) -> tuple[Floats, Floats]:
        """[suppliers, signals] weight times value to the power, and weight where present."""
        weights = factors.weights[draw]
        powers = self.powers
        if self._noisy.size:
            powers = powers.copy()
            for signal in self._noisy:
                noise = np.random.default_rng(int(factors.seeds[draw, signal]))
                moved = self._risk[:, signal] + self._stderr[:, signal] * noise.standard_normal(
                    self._risk.shape[0]
                )
                powers[:, signal] = np.clip(moved, 0, 1) ** self._exponent * self.present[:, signal]
        return powers * weights, self.present * weights


def _ranks(total: Floats, present: Floats) -> Floats:
    """Ranks from the highest mean, ties in the middle; without any signal after all others."""
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = np.where(present > _NO_WEIGHT, np.round(total / present, 12), -1.0)
    ranks: Floats = rankdata(-mean)
    return ranks
