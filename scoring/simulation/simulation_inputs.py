"""The evidence that the draws rank: checked, and reduced to what takes part."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from scoring.aggregation.power_mean import checked_risks, checked_weights

Floats = NDArray[np.floating[Any]]


@dataclass(frozen=True)
class NormalisationMethod:
    """One normalised matrix of the evidence: all values under one choice of normaliser.

    Attributes:
        risk: [suppliers, signals] normalised risk in 0..1, NaN where missing.
        standard_error: of the normalised risk, NaN where none is stated (taken as 0); broadcast
            to the shape of risk. None: no value has an error.
        bound_low: what a missing value is at best, the peers' 10th percentile; broadcast to the
            shape of risk, NaN where the supplier has no peers (then 0). None: missing values are
            never filled.
        bound_high: what a missing value is at worst, the peers' 90th percentile; NaN is 1.
    """

    risk: Floats
    standard_error: Floats | None = None
    bound_low: Floats | None = None
    bound_high: Floats | None = None


@dataclass(frozen=True)
class SimulationEvidence:
    """What is to be ranked, checked: the suppliers and signals that take part.

    Attributes:
        normalised: the evidence under each choice of normaliser, the published one first; only the
            suppliers that are scored and the signals that have a weight and a value.
        weights: [live signals], all above 0.
        sources: [live signals].
        rows: the suppliers that take part, as indices into the caller's.
        row_keys: [rows] what a supplier's own random numbers depend on.
        suppliers: how many suppliers the caller has.
        applicable: [rows, live signals] whether a value could be there at all. What could not is
            never filled and weighs nothing. None: every signal applies to everyone.
        group_weight: [rows, live signals] times the weight, in the supplier's sector group. None:
            no group states one.
    """

    normalised: tuple[NormalisationMethod, ...]
    weights: NDArray[np.float64]
    sources: NDArray[np.int64]
    rows: NDArray[np.int64]
    row_keys: NDArray[np.uint32]
    suppliers: int
    applicable: NDArray[np.bool_] | None = None
    group_weight: NDArray[np.float64] | None = None

    @property
    def weights_of_rows(self) -> NDArray[np.float64]:
        """[live signals], or [rows, live signals] where sector groups state their own."""
        return self.weights if self.group_weight is None else self.group_weight * self.weights


def gather_evidence(
    normalised: Iterable[NormalisationMethod],
    weights: ArrayLike,
    sources: ArrayLike,
    scoreable: NDArray[np.bool_] | None = None,
    row_keys: NDArray[np.uint32] | None = None,
    applicable: NDArray[np.bool_] | None = None,
    group_weight: NDArray[np.float64] | None = None,
) -> SimulationEvidence:
    """Check what is to be ranked and keep the suppliers and signals that take part.

    A signal without weight, or without a single value or stated bound, is taken out before anything
    is drawn, so that it changes nothing. A bound stated where no one has a value says that one
    could come. Arguments as in `draw_ranks`.

    Raises:
        ValueError: arguments that do not fit together.
    """
    given = tuple(normalised)
    if not given:
        raise ValueError(
            "there is no normalised matrix of the evidence: give at least the published one"
        )
    checked = tuple(_checked_reading(reading, given[0]) for reading in given)
    risk = checked[0].risk
    suppliers, signals = risk.shape
    all_weights = checked_weights(weights, signals)
    named = np.asarray(sources)
    if named.shape != (signals,):
        raise ValueError(
            f"There are {signals} signals but sources of shape {named.shape}: name one source per "
            "signal."
        )
    if scoreable is not None and (scoreable.shape != (suppliers,) or scoreable.dtype != np.bool_):
        raise ValueError(f"scoreable must be {suppliers} true or false values, one per supplier.")
    if row_keys is not None and (row_keys.shape != (suppliers,) or row_keys.dtype != np.uint32):
        raise ValueError(f"row_keys must be {suppliers} uint32 values, one per supplier.")
    if applicable is not None and (applicable.shape != risk.shape or applicable.dtype != np.bool_):
        raise ValueError(
            f"applicable must be true or false values of shape {risk.shape}, one per reading."
        )
    if group_weight is not None and (
        group_weight.shape != risk.shape
        or not np.isfinite(group_weight).all()
        or (group_weight <= 0).any()
    ):
        raise ValueError(f"group_weight must be numbers above 0 of shape {risk.shape}.")

    weighted = all_weights > 0
    present = ~np.isnan(risk)
    if applicable is not None and (present & ~applicable).any():
        raise ValueError("A value is there whose signal does not apply to its supplier.")
    takes_part: NDArray[np.bool_] = np.any(present[:, weighted], axis=1)
    if scoreable is not None:
        takes_part &= scoreable
    live = weighted
    if takes_part.any():
        known = present
        if checked[0].bound_high is not None:
            stated = _stated(checked[0])
            known = present | (stated if applicable is None else stated & applicable)
        live = np.logical_and(weighted, np.any(known[takes_part], axis=0))
        del known
    del present
    rows = np.flatnonzero(takes_part)
    keys = np.arange(suppliers, dtype=np.uint32) if row_keys is None else row_keys
    taken = None if applicable is None else applicable[takes_part][:, live]
    return SimulationEvidence(
        normalised=tuple(_part(reading, takes_part, live) for reading in checked),
        weights=all_weights[live],
        sources=named[live],
        rows=rows,
        row_keys=keys[rows],
        suppliers=suppliers,
        applicable=None if taken is None or taken.all() else taken,
        group_weight=None if group_weight is None else group_weight[takes_part][:, live],
    )


def _part(
    reading: NormalisationMethod, rows: NDArray[np.bool_], signals: NDArray[np.bool_]
) -> NormalisationMethod:
    """Return the chosen rows and signals, without copying where all are chosen."""
    if rows.all() and signals.all():
        return reading
    shape = reading.risk.shape

    def part(array: Floats | None) -> Floats | None:
        if array is None:
            return None
        if array.ndim == 2 and array.shape[0] == shape[0]:
            array = array[rows]
        if array.ndim > 0 and array.shape[-1] == shape[1]:
            array = array[..., signals]
        return array

    return NormalisationMethod(
        risk=reading.risk[rows][:, signals],
        standard_error=part(reading.standard_error),
        bound_low=part(reading.bound_low),
        bound_high=part(reading.bound_high),
    )


def _stated(reading: NormalisationMethod) -> NDArray[np.bool_]:
    """Where a bound of a missing value is stated for its supplier; one for all states nothing."""
    high = np.asarray(reading.bound_high)
    if high.shape != reading.risk.shape:
        return np.zeros(reading.risk.shape, dtype=np.bool_)
    stated: NDArray[np.bool_] = ~np.isnan(high)
    return stated


def _checked_reading(
    reading: NormalisationMethod, published: NormalisationMethod
) -> NormalisationMethod:
    risk = checked_risks(reading.risk)
    if risk.shape != np.shape(published.risk):
        raise ValueError(
            f"one normalised matrix of the evidence has shape {risk.shape} and the published one "
            f"{np.shape(published.risk)}: give the same suppliers and signals."
        )
    if risk is not published.risk and (np.isnan(risk) != np.isnan(published.risk)).any():
        raise ValueError(
            "two normalised matrices of the evidence lack different values: a normaliser may "
            "neither add nor lose a value"
        )
    for name in ("standard_error", "bound_low", "bound_high"):
        array = getattr(reading, name)
        if array is None:
            continue
        try:
            np.broadcast_to(array, risk.shape)
        except ValueError:
            raise ValueError(
                f"{name} has shape {np.shape(array)}, which does not fit the risks' {risk.shape}."
            ) from None
        if np.fmin.reduce(array, axis=None) < 0 or np.fmax.reduce(array, axis=None) == np.inf:
            raise ValueError(f"{name} is negative or infinite: give finite values of 0 or more.")
    low, high = reading.bound_low, reading.bound_high
    if (low is None) != (high is None):
        raise ValueError("Give both bounds of the missing values or neither.")
    if low is not None and high is not None:
        if np.fmax.reduce(high, axis=None) > 1:
            raise ValueError("bound_high is above 1: bounds are normalised risks in 0..1.")
        if (low > high).any():
            raise ValueError("bound_low is above bound_high for some missing value.")
    return NormalisationMethod(risk, reading.standard_error, low, high)
