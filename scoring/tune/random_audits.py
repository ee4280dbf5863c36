"""What only random audits show: how common findings are, and whether probabilities hold."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from scoring.tune.ranking_measures import Flags, Floats


@dataclass(frozen=True)
class ReliabilityBin:
    """Units of similar stated probability.

    Attributes:
        units: how many.
        stated: mean stated probability.
        found: share with a finding, weighted like the rest.
    """

    units: int
    stated: float
    found: float


@dataclass(frozen=True)
class Calibration:
    """Whether stated probabilities of a finding hold on the random arm.

    Attributes:
        units: of the random arm that have a stated probability.
        brier: mean squared distance of the probability from the finding; 0 is best.
        brier_of_base_rate: the same for one probability stated to all, the share found.
        bins: from the least stated probability to the greatest.
    """

    units: int
    brier: float
    brier_of_base_rate: float
    bins: tuple[ReliabilityBin, ...]


@dataclass(frozen=True)
class BaseRate:
    """Share of all units in which an audit would find something, and its standard error."""

    rate: float
    stderr: float


def calibration(
    stated: Floats, found: Flags, probability: Floats | None = None, bins: int = 5
) -> Calibration:
    """Brier score and reliability bins, of the random arm only.

    Args:
        stated: [units of the random arm] stated probability of a finding, NaN where there is
            none.
        found: [units of the random arm].
        probability: [units of the random arm] inclusion probability, above 0; None if all the same.
        bins: how many, of equal numbers of units; fewer where probabilities are tied.
    """
    known = ~np.isnan(stated)
    p, y = stated[known], found[known].astype(np.float64)
    weight = np.ones(p.size) if probability is None else 1 / probability[known]
    if p.size == 0:
        return Calibration(0, float("nan"), float("nan"), ())
    base = float(np.average(y, weights=weight))
    edges = np.unique(np.quantile(p, np.arange(1, bins) / bins))
    member = np.searchsorted(edges, p, side="left")
    return Calibration(
        units=int(p.size),
        brier=float(np.average((p - y) ** 2, weights=weight)),
        brier_of_base_rate=float(np.average((base - y) ** 2, weights=weight)),
        bins=tuple(
            ReliabilityBin(
                units=int((member == number).sum()),
                stated=float(np.average(p[member == number], weights=weight[member == number])),
                found=float(np.average(y[member == number], weights=weight[member == number])),
            )
            for number in np.unique(member)
        ),
    )


def base_rate(found: Flags, probability: Floats, units: int) -> BaseRate:
    """Horvitz-Thompson estimate of the share of units with something to be found.

    (1/N) sum y/pi, with the variance (1/N^2) sum y (1 - pi) / pi^2 of units drawn independently
    (Horvitz and Thompson 1952). Audits miss things, so it is a lower bound of what is there.

    Args:
        found: [units drawn].
        probability: [units drawn] inclusion probability of each, above 0 and up to 1.
        units: number of all units that could have been drawn.

    Raises:
        ValueError: a probability outside its range, or more units drawn than there are.
    """
    if probability.size and not ((probability > 0) & (probability <= 1)).all():
        raise ValueError("a unit was drawn with a probability that is not above 0 and up to 1")
    if found.size > units:
        raise ValueError(f"{found.size} units drawn of {units}")
    y = found.astype(np.float64)
    return BaseRate(
        rate=float((y / probability).sum() / units),
        stderr=float(np.sqrt((y * (1 - probability) / probability**2).sum()) / units),
    )
