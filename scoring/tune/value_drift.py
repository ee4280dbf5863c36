"""Drift: how far the values of a month lie from those of the frozen reference.

The population stability index over the reference's deciles: sum (a - e) ln(a / e) over the bins,
with a the share of this month's values and e that of the reference's. 0.1 is to be watched and 0.25
is an alarm, the usual marks. Small lists differ by probability alone: without any drift the index
times n m / (n + m) follows a chi-squared distribution with bins - 1 degrees of freedom (Yurdakul
2018), and a status is raised only beyond its 95th percentile.

Seasons and new accounts move values in every month, and the distance from the reference grows as
time passes. What the reader is warned of is therefore the change since the month before, against
the largest change of the months before that.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy.stats import chi2

from scoring.normalisation.reference_distribution import Reference

Floats = NDArray[np.float64]

WATCH_FROM = 0.1
ALARM_FROM = 0.25
#: Fewer values than this on either side say nothing of a distribution.
MIN_VALUES = 20
#: A change is to be watched, or an alarm, from this multiple of the largest earlier one, and from
#: this index.
CHANGE_WATCH, CHANGE_ALARM = (1.5, 0.25), (2.0, 0.5)
#: With fewer earlier changes than this, 0.5 stands for the largest one: only a gross change shows.
MIN_CHANGES, _ASSUMED_CHANGE = 3, 0.5
_BINS = 10
_PROBABILITY = 0.95

SCHEMA: Mapping[str, pl.DataType] = {
    "signal_id": pl.String(),
    "month": pl.String(),
    "psi": pl.Float64(),
    "psi_critical_95": pl.Float64(),
    "status": pl.String(),
    "n_values": pl.Int64(),
    "n_reference": pl.Int64(),
    "psi_month": pl.Float64(),
    "psi_month_largest": pl.Float64(),
    "change": pl.String(),
}


def stability_index(reference: Floats, present: Floats) -> tuple[float, float]:
    """Population stability index, and what it may reach by probability (95th percentile).

    A bin runs up to and with its decile. A value that fills a bin by itself (several deciles, or
    the lowest value up to the first decile) has a bin of its own, so that values which fall from it
    are counted apart. An empty bin counts as half a value.

    Args:
        reference: values of the baseline, without NaN, at least one.
        present: values of the month, likewise.
    """
    edges = _edges(reference)
    shares = []
    for values in (reference, present):
        counts = np.bincount(np.searchsorted(edges, values), minlength=edges.size + 1)
        shares.append(counts)
    known = (shares[0] > 0) | (shares[1] > 0)
    expected, actual = (
        np.maximum(counts[known], 0.5) / values.size
        for counts, values in zip(shares, (reference, present), strict=True)
    )
    index = float(((actual - expected) * np.log(actual / expected)).sum())
    freedom = max(int(known.sum()) - 1, 1)
    probability = float(chi2.ppf(_PROBABILITY, freedom) * (1 / reference.size + 1 / present.size))
    return index, probability


def _edges(reference: Floats) -> Floats:
    """Upper ends of the bins: the deciles, and the number just below each value of great mass."""
    deciles = np.quantile(reference, np.arange(1, _BINS) / _BINS, method="inverted_cdf")
    edges, repeats = np.unique(deciles, return_counts=True)
    heavy = edges[(repeats > 1) | (edges == reference.min())]
    return np.unique(np.concatenate([edges, np.nextafter(heavy, -np.inf)]))


@dataclass(frozen=True)
class MonthBefore:
    """What a month's change is judged by.

    Attributes:
        values: gives the values of a signal in this month and in the month before.
        earlier: by signal, `psi_month` of earlier months.
    """

    values: Callable[[str], tuple[Floats, Floats]]
    earlier: Mapping[str, Sequence[float]]


def drift(
    reference: Reference | None,
    values: Mapping[str, Floats],
    month: str,
    before: MonthBefore | None = None,
) -> pl.DataFrame:
    """Compare a month with the frozen reference and with the month before, signal by signal.

    Args:
        reference: the frozen baseline; None where the list is compared with itself.
        values: by signal, [suppliers] usable values, NaN where missing.
        month: of the run, such as 2022-03.
        before: the month before and the changes up to then; None for the first month.

    Returns:
        Columns of `SCHEMA`, by signal. Status is steady, watch, alarm, too_few (values on either
        side) or no_reference (the signal or the baseline is new; psi null). Change is usual,
        watch, alarm, too_few or no_month_before (psi_month null).
    """
    rows = [
        (
            *_row(name, column[~np.isnan(column)], reference, month),
            *_change(name, before),
        )
        for name, column in sorted(values.items())
        if not np.isnan(column).all()
    ]
    return pl.DataFrame(rows, schema=dict(SCHEMA), orient="row")


def alarm_sentences(table: pl.DataFrame, titles: Mapping[str, str]) -> list[str]:
    """What the reader of the run should know of drift; nothing where all is steady.

    Args:
        table: as `drift` gives it.
        titles: of the signals.
    """
    return [
        f"{words} (stability index, largest change before): "
        + "; ".join(
            f"{titles.get(name, name)} {index:.2f}"
            + ("" if largest is None else f" ({largest:.2f})")
            for name, index, largest in table.filter(pl.col("change") == status)
            .sort("psi_month", descending=True)
            .select("signal_id", "psi_month", "psi_month_largest")
            .iter_rows()
        )
        + "."
        for status, words in (
            ("alarm", "Values changed far more than from month to month"),
            ("watch", "Values changed more than from month to month"),
        )
        if (table["change"] == status).any()
    ]


def distance_sentence(table: pl.DataFrame, titles: Mapping[str, str]) -> str | None:
    """The signals whose values lie far from the frozen reference; None where none does.

    Args:
        table: as `drift` gives it.
        titles: of the signals.
    """
    far = table.filter(pl.col("status") == "alarm").sort("psi", descending=True)
    if far.is_empty():
        return None
    named = ", ".join(
        f"{titles.get(name, name)} {index:.2f}"
        for name, index in far.select("signal_id", "psi").iter_rows()
    )
    return f"Signals whose values lie far from the frozen reference (stability index): {named}."


def _change(name: str, before: MonthBefore | None) -> tuple[float | None, float | None, str]:
    if before is None:
        return None, None, "no_month_before"
    present, previous = before.values(name)
    earlier = before.earlier.get(name, ())
    largest = max(earlier) if len(earlier) >= MIN_CHANGES else None
    if not present.size or not previous.size:
        return None, largest, "no_month_before"
    index, probability = stability_index(previous, present)
    if min(present.size, previous.size) < MIN_VALUES:
        return index, largest, "too_few"
    usual = _ASSUMED_CHANGE if largest is None else largest
    for status, (times, least) in (("alarm", CHANGE_ALARM), ("watch", CHANGE_WATCH)):
        if index > probability and index >= max(times * usual, least):
            return index, largest, status
    return index, largest, "usual"


def _row(name: str, present: Floats, reference: Reference | None, month: str) -> Sequence[object]:
    _, baseline = reference.values.get(name, _NOTHING) if reference else _NOTHING
    sizes = (present.size, baseline.size)
    if not baseline.size:
        return (name, month, None, None, "no_reference", *sizes)
    index, probability = stability_index(baseline, present)
    if min(sizes) < MIN_VALUES:
        return (name, month, index, probability, "too_few", *sizes)
    beyond = index > probability
    status = "steady"
    if beyond and index >= WATCH_FROM:
        status = "alarm" if index >= ALARM_FROM else "watch"
    return (name, month, index, probability, status, *sizes)


_NONE: Floats = np.empty(0)
_NOTHING = (np.empty(0, dtype=np.int64), _NONE)
