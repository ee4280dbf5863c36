"""Units to learn from: what was read of them on past days, and what became known after."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from configs.config_errors import DataRejectedError
from scoring.tune.estimation_sample import Sample
from scoring.tune.likelihoods import Method
from scoring.tune.outcomes import known_cases
from scoring.tune.ranking_measures import Flags, Floats, Labels
from scoring.tune.selection_bias import AuditSelection, audit_selection

#: For `ordinal`: findings beyond so many say no more.
_MAX_FINDINGS = 2


@dataclass(frozen=True)
class Units:
    """What is the same of the units on all days.

    Attributes:
        ids: the order of all arrays.
        block: [units] country or state.
        spend: [units] log of the buyer's annual spend, which draws looks; NaN where not known.
    """

    ids: pl.Series
    block: Labels
    spend: Floats


@dataclass(frozen=True)
class NormalisedMonth:
    """The units as they were read on a day.

    Attributes:
        risk: [units, signals] normalised values of 0..1, NaN where missing.
        exposure: [units, columns] as `tune.exposure` names them, NaN where not known.
    """

    risk: Floats
    exposure: Floats


@dataclass(frozen=True)
class Labelled:
    """Normalised values and the outcomes that label it.

    Attributes:
        reading: as of a day not after `after`.
        after: outcomes learned up to this day leave their unit out: the reading may know of them.
        by: outcomes learned after it and by this day are cases.
    """

    reading: NormalisedMonth
    after: dt.date
    by: dt.date


@dataclass(frozen=True)
class ExposureColumns:
    """Exposure as the fit takes it: centred, what is not known apart.

    Attributes:
        middle: [columns] mean of what is known.
        kept: [2 x columns] value and whether it is known, each where it differs between units.
    """

    middle: Floats
    kept: Flags

    @classmethod
    def of(cls, raw: Floats) -> ExposureColumns:
        """As the units learned from have it; [units, columns], NaN where not known."""
        known = ~np.isnan(raw)
        count = known.sum(axis=0)
        middle = np.where(known, raw, 0.0).sum(axis=0) / np.maximum(count, 1)
        every = cls(middle, np.ones(2 * middle.size, dtype=bool))
        return cls(middle, np.asarray(every.read(raw).std(axis=0) > 0))

    def read(self, raw: Floats) -> Floats:
        """[units, kept columns] without gaps."""
        known = ~np.isnan(raw)
        columns = np.hstack([np.where(known, raw - self.middle, 0.0), known.astype(np.float64)])
        return np.asarray(columns[:, self.kept])


@dataclass(frozen=True)
class TrainingSample:
    """A sample and how it was made.

    Attributes:
        sample: to learn from.
        reported: [signals] which of the signals read are its columns.
        exposure: how its exposure was made.
        selection: whether it is corrected for audit selection, a sentence.
    """

    sample: Sample
    reported: Flags
    exposure: ExposureColumns
    selection: str


def sample_for_estimation(
    labelled: Sequence[Labelled],
    units: Units,
    signals: Sequence[str],
    wanted: Flags,
    outcomes: pl.DataFrame,
    method: Method,
) -> TrainingSample:
    """Put the units of one or several days together.

    A unit without any reading, or of which something was learned before its window, takes no part.

    Args:
        labelled: normalised values with their windows; windows do not overlap.
        units: the same in all normalised values.
        signals: names of the columns of the normalised values.
        wanted: [signals] which of them may be learned.
        outcomes: columns of `scoring.tune.outcomes.SCHEMA`; what becomes known after the windows is
            not used.
        method: see `scoring.tune.likelihoods.likelihood`.

    Raises:
        DataRejectedError: no unit takes part.
    """
    reported = wanted & np.any(
        [~np.isnan(one.reading.risk).all(axis=0) for one in labelled], axis=0
    )
    risk = np.vstack([one.reading.risk[:, reported] for one in labelled])
    level, earlier, looks = [], [], []
    for one in labelled:
        within = outcomes.filter(pl.col("known_on") > one.after, pl.col("known_on") <= one.by)
        level.append(_levels(within, units.ids, method))
        earlier.append(known_cases(outcomes, units.ids, known_by_day=one.after))
        looks.append(_audit_selection(within, units.ids))
    takes_part = ~np.isnan(risk).all(axis=1) & ~np.concatenate(earlier)
    if not takes_part.any():
        raise DataRejectedError(
            "the weights cannot be estimated: no unit has a value of a signal with a weight "
            "above 0; provide its data for the days that the signals are read on"
        )
    raw = np.vstack([one.reading.exposure for one in labelled])[takes_part]
    exposure = ExposureColumns.of(raw)
    looked, drawn, in_vain = (np.concatenate(part)[takes_part] for part in zip(*looks, strict=True))
    spend = np.tile(units.spend, len(labelled))[takes_part]
    seen, selection = _audited(spend, looked, drawn, bool(in_vain.any()), method)
    return TrainingSample(
        sample=Sample(
            signals=tuple(name for name, use in zip(signals, reported, strict=True) if use),
            risk=risk[takes_part],
            level=np.concatenate(level)[takes_part],
            block=np.tile(units.block, len(labelled))[takes_part],
            exposure=exposure.read(raw),
            audited=seen,
        ),
        reported=reported,
        exposure=exposure,
        selection=selection,
    )


def _levels(within: pl.DataFrame, ids: pl.Series, method: Method) -> NDArray[np.int64]:
    """1 for a case; for `ordinal` 2 where something was found more than once."""
    most = _MAX_FINDINGS if method == "ordinal" else 1
    times = within.filter("found").group_by("entity_id").agg(times=pl.len())
    found = pl.DataFrame({"entity_id": ids}).join(
        times, on="entity_id", how="left", maintain_order="left"
    )
    level: NDArray[np.int64] = (
        found["times"].fill_null(0).cast(pl.Int64).clip(upper_bound=most).to_numpy()
    )
    return level


def _audit_selection(within: pl.DataFrame, ids: pl.Series) -> tuple[Flags, Floats, Flags]:
    """[units] whether audited, with which logged probability, and whether ever in vain."""
    of_unit = within.group_by("entity_id").agg(
        pl.col("probability").max(), in_vain=(~pl.col("found")).any(), looked=pl.lit(True)
    )
    joined = pl.DataFrame({"entity_id": ids}).join(
        of_unit, on="entity_id", how="left", maintain_order="left"
    )
    return (
        joined["looked"].fill_null(False).to_numpy(),
        joined["probability"].fill_null(math.nan).to_numpy(),
        joined["in_vain"].fill_null(False).to_numpy(),
    )


def _audited(
    spend: Floats, looked: Flags, drawn: Floats, is_any_in_vain: bool, method: Method
) -> tuple[AuditSelection | None, str]:
    """Audit selection, where audits without a finding are on record too."""
    if method != "logit":
        return None, f"not corrected for audit selection: method {method}"
    if not is_any_in_vain:
        return None, "not corrected for audit selection: no audit without a finding is on record"
    selection_covariates = ExposureColumns.of(spend[:, None]).read(spend[:, None])
    try:
        looks = audit_selection(selection_covariates, looked, drawn)
    except DataRejectedError as error:
        return None, f"not corrected for audit selection: {error}"
    return looks, "corrected for audit selection, by annual spend and logged probabilities"
