"""What one company gives to a pool of evidence: an estimate, and no rows.

Coefficients, their covariance, counts and the definitions of the signals. Counts from 1 to 9 are
not given out.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Annotated, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from configs.config_errors import DataRejectedError, UsageError
from configs.normalisers import Normaliser

Floats = NDArray[np.float64]

#: No count below this leaves the project.
MIN_CELL = 10
_DELTA = 1e-5


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class PooledSignal(_Record):
    """A signal as it entered the study; all must agree before studies are combined.

    `observed` counts the units with a value.
    """

    signal_id: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
    unit: str
    direction: Literal[1, -1]
    normalise: Normaliser
    observed: Annotated[int, Field(ge=MIN_CELL)]


class Noise(_Record):
    """Noise added before export: N(0, scale) to every coefficient, scale^2 to every variance.

    With the sensitivity (how far one unit may move the coefficients, Euclidean) stated, the
    Gaussian mechanism gives (epsilon, delta) for the coefficients; counts and covariance are not
    covered by it. Null where no sensitivity was stated or epsilon would be above 1, where the
    formula does not hold.
    """

    scale: Annotated[float, Field(gt=0)]
    sensitivity: Annotated[float, Field(gt=0)] | None
    epsilon: Annotated[float, Field(gt=0)] | None
    delta: float = _DELTA


class Study(_Record):
    """What one company gives: the estimate, and no rows.

    Attributes:
        study: a name of its own choice.
        model: how the coefficients were learned, in a sentence.
        outcome: kind of outcomes learned from.
        as_of: day the evidence stands on, YYYY-MM-DD.
        units: suppliers or areas used.
        positives: those with a known case.
        signals: in the order of the coefficients.
        coefficients: on the scale of the 0-1 risks.
        covariance: of the coefficients.
        noise: what was added, null for none.
    """

    format: Literal["understory-pool/1"] = "understory-pool/1"
    study: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9 _.-]{0,59}$")]
    model: str
    outcome: str
    as_of: Annotated[str, Field(pattern=r"^\d{4}-\d{2}-\d{2}$")]
    units: Annotated[int, Field(ge=2 * MIN_CELL)]
    positives: Annotated[int, Field(ge=MIN_CELL)]
    signals: tuple[PooledSignal, ...]
    coefficients: tuple[float, ...]
    covariance: tuple[tuple[float, ...], ...]
    noise: Noise | None

    @model_validator(mode="after")
    def _fits_together(self) -> Study:
        size = len(self.signals)
        matrix = np.array(self.covariance, dtype=np.float64)
        if not size or len(self.coefficients) != size or matrix.shape != (size, size):
            raise ValueError(
                f"{size} signals need as many coefficients and a covariance of that size"
            )
        if not np.isfinite([*self.coefficients, *matrix.ravel()]).all():
            raise ValueError("a coefficient or covariance is not a finite number")
        if (np.diag(matrix) <= 0).any() or not np.allclose(matrix, matrix.T):
            raise ValueError("the covariance is not symmetric with variances above 0")
        _no_small_cell("units without a known case", self.units - self.positives)
        for signal in self.signals:
            missing = self.units - signal.observed
            _no_small_cell(f"units without a value of {signal.signal_id}", missing)
        return self


def _no_small_cell(name: str, count: int) -> None:
    if count < 0 or 0 < count < MIN_CELL:
        raise ValueError(f"{count} {name}: counts from 1 to {MIN_CELL - 1} may not be disclosed")


def export_study(
    *,
    study: str,
    model: str,
    outcome: str,
    as_of: str,
    units: int,
    positives: int,
    signals: Sequence[PooledSignal | Mapping[str, object]],
    coefficients: Floats,
    covariance: Floats,
    noise_scale: float | None = None,
    sensitivity: float | None = None,
    seed: int | None = None,
) -> Study:
    """Put an estimate into the form that may leave the project.

    Args:
        study: a name of the company's own choice.
        model: how the coefficients were learned.
        outcome: kind of outcomes.
        as_of: day the evidence stands on.
        units: how many were used.
        positives: with a known case.
        signals: definitions, in the order of the coefficients.
        coefficients: [signals].
        covariance: [signals, signals].
        noise_scale: standard deviation of the noise, in units of the coefficients; None adds none.
        sensitivity: how far one unit may move the coefficients; states epsilon.
        seed: of the noise; None draws it from the machine, as it must be for a real export.

    Raises:
        DataRejectedError: a count below 10, or figures that do not fit together.
    """
    noise = None
    if noise_scale is not None:
        if not (math.isfinite(noise_scale) and noise_scale > 0):
            raise UsageError(f"the scale of the noise is {noise_scale}; give a number above 0")
        noise = Noise(
            scale=noise_scale,
            sensitivity=sensitivity,
            epsilon=_epsilon(noise_scale, sensitivity),
        )
        drawn = np.random.default_rng(seed).normal(0.0, noise_scale, coefficients.size)
        coefficients = coefficients + drawn
        covariance = covariance + noise_scale**2 * np.eye(coefficients.size)
    record = {
        "study": study,
        "model": model,
        "outcome": outcome,
        "as_of": as_of,
        "units": units,
        "positives": positives,
        "signals": [
            signal.model_dump() if isinstance(signal, PooledSignal) else dict(signal)
            for signal in signals
        ],
        "coefficients": coefficients.tolist(),
        "covariance": covariance.tolist(),
        "noise": None if noise is None else noise.model_dump(),
    }
    return _validated(record, "this export")


def _epsilon(scale: float, sensitivity: float | None) -> float | None:
    """Of the Gaussian mechanism (Dwork and Roth 2014, theorem 3.22), which holds up to 1."""
    if sensitivity is None:
        return None
    epsilon = sensitivity * math.sqrt(2 * math.log(1.25 / _DELTA)) / scale
    return epsilon if epsilon <= 1 else None


def read_study(text: str, where: str) -> Study:
    """A study from its JSON.

    Args:
        text: the file's content.
        where: its name, for messages.

    Raises:
        DataRejectedError: no such record, or one with a count below 10.
    """
    try:
        return Study.model_validate_json(text)
    except ValidationError as error:
        raise DataRejectedError(_sentence(error, where)) from error


def _validated(record: Mapping[str, object], where: str) -> Study:
    try:
        return Study.model_validate(record)
    except ValidationError as error:
        raise DataRejectedError(_sentence(error, where)) from error


def _sentence(error: ValidationError, where: str) -> str:
    first = error.errors(include_url=False, include_input=False)[0]
    place = ".".join(str(part) for part in first["loc"])
    said = first["msg"].removeprefix("Value error, ")
    rule = (
        f"; no count below {MIN_CELL} leaves the project"
        if place.endswith(("observed", "units", "positives"))
        else ""
    )
    return f"{where}: {place + ': ' if place else ''}{said}{rule}"
