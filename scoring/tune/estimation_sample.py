"""Units that weights are estimated from, and their normalised values on one scale."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from scoring.tune.ranking_measures import Flags, Floats, Labels
from scoring.tune.selection_bias import AuditSelection

_MIN_SPREAD = 1e-6


@dataclass(frozen=True)
class Sample:
    """Units to learn from.

    Attributes:
        signals: names of the columns.
        risk: [units, signals] normalised values of 0..1, NaN where missing.
        level: [units] 0 unlabelled, 1 case; more where more was found (`ordinal`).
        block: [units] country or state: left out whole, and the stratum of `conditional`.
        exposure: [units, columns] such as the logs of people and land; no NaN; may have 0 columns.
        audited: audit selection, to correct for it, or None. What makes units visible and
            cases likelier too, belongs into the exposure as well: left out, it is in the level
            and, where signals go along with it, in their weights, looks or no looks.
        offset: [units] part of the log odds that is known, such as the log of the suppliers there;
            held fixed, while the slopes of `exposure` are fitted. None: none.
    """

    signals: tuple[str, ...]
    risk: Floats
    level: NDArray[np.int64]
    block: Labels
    exposure: Floats
    audited: AuditSelection | None = None
    offset: Floats | None = None

    @property
    def is_case(self) -> Flags:
        """[units] whether something was found."""
        return np.asarray(self.level > 0)

    def rows(self, rows: NDArray[np.int64] | Flags) -> Sample:
        """Some of the units, some of them several times."""
        return replace(
            self,
            risk=self.risk[rows],
            level=self.level[rows],
            block=self.block[rows],
            exposure=self.exposure[rows],
            audited=None if self.audited is None else self.audited.rows(rows),
            offset=None if self.offset is None else self.offset[rows],
        )


@dataclass(frozen=True)
class NormalisedSample:
    """Normalised values in standard deviations from their mean, where missing at the mean.

    Attributes:
        standard: [units, signals].
        centre: [signals] mean.
        scale: [signals] standard deviation, 1 where there is none.
        tells: [signals] whether there is one.
    """

    standard: Floats
    centre: Floats
    scale: Floats
    tells: Flags


def standardised(risk: Floats) -> NormalisedSample:
    """Normalised values of units, [units, columns], NaN where missing, on one scale."""
    known = ~np.isnan(risk)
    count = np.maximum(known.sum(axis=0), 1)
    centre = np.where(known, risk, 0.0).sum(axis=0) / count
    away = np.where(known, risk - centre, 0.0)
    spread = np.sqrt((away**2).sum(axis=0) / count)
    tells = spread > _MIN_SPREAD
    scale = np.where(tells, spread, 1.0)
    return NormalisedSample(away / scale, centre, scale, tells)
