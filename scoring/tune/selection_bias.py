"""Correction for audit selection bias: the probability that a unit is audited.

A finding needs someone who looked. Where audits that found nothing are on record too, the audited
units are known, and a logit on what makes a unit visible (size, spend, past audits) gives the
probability. What makes a unit visible must not be a signal, or the two cannot be distinguished
(Bekker, Robberechts and Davis 2019).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from configs.config_errors import DataRejectedError
from scoring.tune.likelihoods import Penalty, likelihood, maximise
from scoring.tune.ranking_measures import Flags, Floats

_FEWEST = 20


@dataclass(frozen=True)
class AuditSelection:
    """Audit selection: who was audited, and the selection covariates.

    Attributes:
        visibility: [units, columns] no NaN.
        audited: [units] whether any outcome, a finding or not, is on record.
        drawn_with: [units] probability where it was logged when units were drawn, NaN elsewhere;
            None where none was. A logged probability goes before the estimated one.
    """

    selection_covariates: Floats
    audited: Flags
    drawn_with: Floats | None = None

    def rows(self, rows: NDArray[np.int64] | Flags) -> AuditSelection:
        """Some of the units."""
        drawn = None if self.drawn_with is None else self.drawn_with[rows]
        return AuditSelection(self.selection_covariates[rows], self.audited[rows], drawn)

    def probability(self) -> Floats:
        """[units] probability that the unit would have been audited.

        It is estimated again on every set of units, so that intervals carry its error too.
        """
        if self.drawn_with is None:
            return self._estimated()
        known = ~np.isnan(self.drawn_with)
        return (
            self.drawn_with if known.all() else np.where(known, self.drawn_with, self._estimated())
        )

    def _estimated(self) -> Floats:
        spread = self.selection_covariates.std(axis=0)
        standard = (self.selection_covariates - self.selection_covariates.mean(axis=0)) / np.where(
            spread, spread, 1.0
        )
        # A light ridge keeps a visibility that separates the two sides finite; the level is free.
        columns = standard.shape[1]
        penalty = Penalty(np.ones(columns), np.zeros(columns), np.zeros(columns))
        found = likelihood(
            "logit", standard, self.audited.astype(np.int64), np.zeros(self.audited.size)
        )
        slopes, level = maximise(found, penalty, np.full(columns, -np.inf))
        return np.asarray(1 / (1 + np.exp(-(standard @ slopes + level))), dtype=np.float64)


def audit_selection(
    selection_covariates: Floats, audited: Flags, drawn_with: Floats | None = None
) -> AuditSelection:
    """Audit selection, if there are enough audits to correct for it; see `AuditSelection`.

    Raises:
        DataRejectedError: fewer than twenty units audited, or not audited.
    """
    fewer = int(min(audited.sum(), (~audited).sum()))
    if fewer < _FEWEST:
        raise DataRejectedError(
            f"audit selection cannot be corrected for: only {fewer} units on one side, and "
            f"{_FEWEST} are needed; leave the correction out"
        )
    return AuditSelection(selection_covariates, audited, drawn_with)
