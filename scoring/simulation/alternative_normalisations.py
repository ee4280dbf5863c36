"""The evidence under every choice of normaliser: as published, as ranks, and as robust z-scores."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import numpy as np
from numpy.typing import NDArray

from configs.normalisers import RobustZ
from scoring.aggregation.evidence_coverage import open_bounds
from scoring.normalisation.alignment import AlignedSignal
from scoring.normalisation.normalise import SignalScale
from scoring.normalisation.normalised_signals import NormalisedSignals
from scoring.normalisation.signal_reading import SignalReading
from scoring.scoring_model import ScoringModel
from scoring.simulation.simulation_inputs import NormalisationMethod

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


def alternative_normalisations(
    normalised: NormalisedSignals,
    model: ScoringModel,
    columns: Integers | None = None,
    rows: Integers | None = None,
    precision: type[np.float32] | type[np.float64] = np.float64,
) -> tuple[NormalisationMethod, ...]:
    """The evidence as published, as ranks among peers, and as robust z-scores.

    The peers and the reference are the same in all three. Standard errors are half the distance
    between the normalised values of value + stderr and value - stderr.

    Args:
        normalised: the normalised signals of the list.
        model: the published normalisers.
        columns: of the model's signals, ascending; None: all.
        rows: of the suppliers, ascending; None: all.
        precision: of all but the published risks, which are float64.
    """
    own = normalised.own
    taken = np.arange(len(model.signals)) if columns is None else columns
    chosen = np.arange(own.suppliers) if rows is None else rows
    shape = chosen.size, taken.size
    risk = [np.empty(shape), np.empty(shape, precision), np.empty(shape, precision)]
    error, low, high = ([np.empty(shape, precision) for _ in risk] for _ in range(3))
    # Signal by signal: what was read of all of them does not fit beside the matrices.
    for place, column in enumerate(taken):
        for way, figures in enumerate(_ways(normalised, model, column)):
            for matrices, values in zip((risk, error, low, high), figures, strict=True):
                matrices[way][:, place] = values[chosen]
    return tuple(map(NormalisationMethod, risk, error, low, high))


def _ways(
    normalised: NormalisedSignals, model: ScoringModel, column: int
) -> Iterable[tuple[Floats, Floats, Floats, Floats]]:
    """Of one signal, by each way: risk, its error, and what a missing value is between."""
    read, signal = normalised.own.columns[column], model.signals[column]
    row = normalised.aligned[signal.signal_id]
    relevance, low, high = read.relevance, read.low, read.high
    quantiles = model.missing.low_quantile, model.missing.high_quantile
    as_published = normalised.reading(signal)
    by_z = as_published.read_by(RobustZ(method="robust_z"))

    def way(
        risk: Floats, error: Floats, bounds: tuple[Floats, Floats]
    ) -> tuple[Floats, Floats, Floats, Floats]:
        at_best, at_worst = open_bounds(*bounds, relevance)
        return (
            risk,
            np.where(np.isnan(risk), np.nan, error),
            np.minimum(at_best, at_worst),
            at_worst,
        )

    yield way(read.risk, _error(as_published, SignalScale.risk, row), (low, high))
    yield way(
        read.percentile,
        _error(as_published, SignalScale.percentile, row),
        (
            relevance * _where_known(low, quantiles[0]),
            relevance * _where_known(high, quantiles[1]),
        ),
    )
    yield way(
        relevance * by_z.figure(lambda scale: scale.risk(row.usable)),
        _error(by_z, SignalScale.risk, row),
        (
            relevance * by_z.figure(lambda scale: scale.peer_risk(quantiles[0])),
            relevance * by_z.figure(lambda scale: scale.peer_risk(quantiles[1])),
        ),
    )


def _error(
    reading: SignalReading, figure: Callable[[SignalScale, Floats], Floats], row: AlignedSignal
) -> Floats:
    """[suppliers] half the distance between a figure of value + stderr and of value - stderr."""
    noise = np.nan_to_num(row.stderr)
    is_noisy = ~np.isnan(row.usable) & (noise != 0)
    if not is_noisy.any():
        return np.zeros(noise.size)

    def shifted(sign: int) -> Floats:
        values = np.where(is_noisy, row.usable + sign * noise, np.nan)
        return row.relevance * reading.figure(lambda scale: figure(scale, values))

    return np.where(is_noisy, np.abs(shifted(1) - shifted(-1)) / 2, 0.0)


def _where_known(peers: Floats, quantile: float) -> Floats:
    return np.where(np.isnan(peers), np.nan, quantile)
