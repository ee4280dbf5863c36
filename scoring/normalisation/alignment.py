"""Lines up the long table of signal values with the supplier list; rejects what cannot be read."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import polars as pl
from numpy.typing import NDArray

from configs.config_errors import DataRejectedError
from scoring.normalisation.normalised_matrix import shared
from signals.card import NOT_REQUIRED, Status

_COLUMNS: Mapping[str, pl.DataType] = {
    "supplier_id": pl.String(),
    "signal_id": pl.String(),
    "status": pl.String(),
    "status_reason": pl.String(),
    "value": pl.Float64(),
    "stderr": pl.Float64(),
    "period": pl.String(),
    "observed_to": pl.Date(),
    "origin": pl.String(),
    "source_used": pl.String(),
}

#: Columns of `signal_values`: all in one frame, or a lazy frame for each signal.
Values = pl.DataFrame | pl.LazyFrame | Mapping[str, pl.LazyFrame]

#: Columns that a reader sees and that no figure depends on.
SHOWN = ("status_reason", "period", "observed_to", "origin", "source_used")


@dataclass(frozen=True)
class AlignedSignal:
    """One signal of all suppliers, in the order of the list.

    Attributes:
        rows: status, status_reason, value, stderr (of the value as measured, null where none is
            stated), period, observed_to, origin, source_used; relevance, null where no sector
            is weighed; sector_note, a sentence where the supplier's sector group changes a
            figure; a supplier without a row is `not_covered`.
        usable: [suppliers] the value where it is observed, NaN elsewhere. A contested value is
            kept in `rows` to be shown and is not usable until reviewed.
            Where the model says so it is shrunk towards its peers; `rows` keeps it as measured.
        stderr: [suppliers] of the usable value, NaN where none is stated.
        shrinkage_weight: [suppliers] share of the usable value that is the supplier's own
            evidence, the
            rest being its peers'; 1 where it is not shrunk, NaN where there is no value.
        relevance: [suppliers] what its risks are multiplied by, 0..1.
        group_weight: [suppliers] times the signal's own weight, in the supplier's sector group.
        scale: [suppliers] number of the group's own scale, from 1; 0: as everywhere.
    """

    rows: pl.DataFrame
    usable: NDArray[np.float64]
    stderr: NDArray[np.float64]
    shrinkage_weight: NDArray[np.float64]
    relevance: NDArray[np.float64]
    group_weight: NDArray[np.float64]
    scale: NDArray[np.int64]

    @cached_property
    def applicable(self) -> NDArray[np.bool_]:
        """Whether the signal means something for the supplier and may be asked of it."""
        return self.where(~pl.col("status").is_in(NOT_REQUIRED))

    def where(self, test: pl.Expr) -> NDArray[np.bool_]:
        """[suppliers] whether a test of `rows` is met; null is not.

        A column that is taken from a frame stays in memory at its whole length, also one of which
        the frame holds one value.
        """
        met: NDArray[np.bool_] = (
            self.rows.select(met=test).to_series().fill_null(value=False).to_numpy()
        )
        return met

    @property
    def as_measured(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Usable values before they are shrunk, and their standard errors."""
        return _observed(self.rows)


def align(
    values: Values,
    supplier_ids: pl.Series,
    signal_ids: Collection[str],
    kept: dict[str, AlignedSignal] | None = None,
) -> dict[str, AlignedSignal]:
    """Split the long table by signal and order each part like the list.

    Args:
        values: columns of `signal_values`, by signal or all in one. Of lazy frames one signal is
            read at a time, so that files of them never lie in memory as a whole.
        supplier_ids: the list, each id once.
        signal_ids: the signals of the model; each gets a part, with or without rows.
        kept: parts from an earlier call for the same list: a signal without rows in `values` is as
            it was then. Brought up to date.

    Raises:
        DataRejectedError: an infinite value, a signal or supplier that is not known, a supplier
            and signal given twice, or an id that stands twice in the list.
    """
    if supplier_ids.is_duplicated().any():
        twice = supplier_ids.filter(supplier_ids.is_duplicated()).sort()[0]
        raise DataRejectedError(f"supplier {twice} stands twice in the list; keep one row of it")
    given, part_of = _parts(values)
    unknown_signals = given - set(signal_ids)
    if unknown_signals:
        raise DataRejectedError(
            f"signal values: signal {min(unknown_signals)} is not in the model; add its "
            "weight line or leave its rows out"
        )
    listed = supplier_ids.alias("supplier_id").to_frame()
    before = {} if kept is None else kept
    found = {
        signal_id: before[signal_id]
        if signal_id in before and signal_id not in given
        else _aligned(signal_id, part_of(signal_id), listed)
        for signal_id in sorted(signal_ids)
    }
    if kept is not None:
        kept.update(found)
    return found


def _parts(values: Values) -> tuple[frozenset[str], Callable[[str], pl.DataFrame]]:
    """The signals that have rows, and the rows of a signal by its id."""
    typed = [pl.col(name).cast(kind) for name, kind in _COLUMNS.items()]
    nothing = pl.DataFrame(schema=_COLUMNS)
    if isinstance(values, Mapping):
        by_signal = values
        return (
            frozenset(by_signal),
            lambda signal_id: (
                by_signal[signal_id].select(typed).collect() if signal_id in by_signal else nothing
            ),
        )
    if isinstance(values, pl.LazyFrame):
        of_all = values.select(typed)
        given = of_all.select(pl.col("signal_id").unique()).collect()["signal_id"]
        return frozenset(given), lambda signal_id: of_all.filter(
            pl.col("signal_id") == signal_id
        ).collect()
    parts = values.select(typed).partition_by("signal_id", as_dict=True)
    return frozenset(part["signal_id"][0] for part in parts.values()), lambda signal_id: parts.get(
        (signal_id,), nothing
    )


def _aligned(signal_id: str, part: pl.DataFrame, listed: pl.DataFrame) -> AlignedSignal:
    _reject(signal_id, part, listed["supplier_id"])
    joined = part
    if not part["supplier_id"].equals(listed["supplier_id"]):
        joined = listed.join(part, on="supplier_id", how="left", maintain_order="left")
    value = pl.col("value").fill_nan(None)
    status = pl.col("status").fill_null(Status.NOT_COVERED.value)
    # Observed without a number is a contradiction that must not turn into evidence.
    status = (
        pl.when((status == Status.OBSERVED) & value.is_null())
        .then(pl.lit(Status.NOT_COVERED.value))
        .otherwise(status)
    )
    rows = compact(
        joined.select(
            status.alias("status"),
            "status_reason",
            value,
            pl.col("stderr").fill_nan(None),
            "period",
            "observed_to",
            "origin",
            "source_used",
            pl.lit(None, pl.Float64).alias("relevance"),
            pl.lit(None, pl.String).alias("sector_note"),
        )
    )
    usable, stderr = _observed(rows)
    if np.isnan(usable).all():
        usable = stderr = shrinkage_weight = shared(np.nan, usable.size)
    else:
        shrinkage_weight = np.where(np.isnan(usable), np.nan, 1.0)
    # One number that stands for all suppliers.
    one, none = shared(1.0, usable.size), np.broadcast_to(np.int64(0), usable.size)
    as_everywhere = one, one, none
    return AlignedSignal(rows, usable, stderr, shrinkage_weight, *as_everywhere)


def _observed(rows: pl.DataFrame) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """[suppliers] value and standard error where observed, NaN elsewhere."""
    is_observed = pl.col("status") == Status.OBSERVED
    found = rows.select(
        pl.when(is_observed).then(name).fill_null(np.nan).alias(name)
        for name in ("value", "stderr")
    )
    return found["value"].to_numpy(), found["stderr"].to_numpy()


def compact(rows: pl.DataFrame) -> pl.DataFrame:
    """The rows with each text that all suppliers share, and each column without a value, held once.

    Most signals of a list apply to no supplier of it, for one reason.
    """
    shared = [
        name
        for name, kind in rows.schema.items()
        if rows.height
        and (
            rows[name].null_count() == rows.height
            or (kind == pl.String and rows[name].n_unique() == 1)
        )
    ]
    return rows.with_columns(
        pl.lit(rows[name][0], rows.schema[name]).alias(name) for name in shared
    )


def _reject(signal_id: str, part: pl.DataFrame, supplier_ids: pl.Series) -> None:
    """Check the values of a signal against the list."""
    infinite = part.filter(pl.col("value").is_infinite()).head(1)
    if infinite.height:
        raise DataRejectedError(
            f"signal {signal_id}, supplier {infinite['supplier_id'][0]}: the value is infinite; "
            "correct the signal or leave the value out"
        )
    ids = part["supplier_id"]
    if ids.equals(supplier_ids):
        return
    strangers = ids.filter(~ids.is_in(supplier_ids.implode()))
    if not strangers.is_empty():
        raise DataRejectedError(
            f"signal values: supplier {strangers.sort()[0]} is not in the list; add "
            "it or leave its rows out"
        )
    if ids.is_duplicated().any():
        twice = ids.filter(ids.is_duplicated()).sort()[0]
        raise DataRejectedError(
            f"signal {signal_id}, supplier {twice}: two values in one run; keep one"
        )
