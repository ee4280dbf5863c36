"""How a ratio has moved against the company's own past, robustly where there are years enough."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import polars as pl
from numpy.typing import NDArray

from signals.financial.ratio_rows import finished_rows, judged, propagated_error, quality
from signals.financial.ratios import Ratio
from signals.financial.robust_lines import robust_slopes
from signals.financial.statements import statements

Floats = NDArray[np.float64]

#: Years over which a squeeze shows (Methodology A.1). Ours.
WINDOW_YEARS = 3

#: With this many years the trend is a robust line, with fewer the median of the years before.
YEARS_FOR_A_LINE = 5

#: Years further back do not describe a squeeze of today.
_YEARS_READ = 8

_CHANGES: dict[str, pl.DataType] = {
    "supplier_id": pl.String(),
    "value": pl.Float64(),
    "stderr": pl.Float64(),
    "years": pl.Int64(),
}


def change_rows(inputs: Mapping[str, pl.LazyFrame], ratio: Ratio) -> pl.LazyFrame:
    """Change of a ratio over about three years, in the shape that `compute` returns.

    With five or more years known, three times the yearly slope of a robust line (Huber's M
    estimator) through up to eight of them; with two to four, the latest year less the median of
    up to three before it. One year alone has no past: `not_disclosed`.
    """
    years = statements(inputs, ratio.every_item).filter(pl.col("years_before") < _YEARS_READ)
    status, reason = judged(ratio)
    rows = years.with_columns(status=status, status_reason=reason).with_columns(
        ratio=pl.when(pl.col("status").is_null()).then(ratio.value()),
        error=propagated_error(ratio),
        quality=quality(ratio.every_item),
    )
    latest = rows.filter(pl.col("years_before") == 0).collect()
    known = rows.filter(pl.col("ratio").is_finite()).collect()
    changes = _changes(known)
    alone = pl.col("status").is_null() & pl.col("value").is_null()
    return finished_rows(
        latest.join(changes, on="supplier_id", how="left", maintain_order="left")
        .with_columns(
            status=pl.when(alone).then(pl.lit("not_disclosed")).otherwise("status"),
            status_reason=pl.when(alone)
            .then(pl.lit("no earlier year of its accounts is known"))
            .otherwise("status_reason"),
            period=pl.format(
                "{} fiscal years to {}", "years", pl.col("period_end").dt.to_string("%Y-%m-%d")
            ),
        )
        .lazy(),
        inputs,
    )


def _changes(known: pl.DataFrame) -> pl.DataFrame:
    """Change over three years of every supplier with its latest year and one before: see above.

    Args:
        known: supplier_id, years_before, ratio, error; a row per year that is known.

    Returns:
        supplier_id, value, stderr and years (the number of years used).
    """
    series = (
        known.sort("supplier_id", "years_before")
        .group_by("supplier_id", maintain_order=True)
        .agg("years_before", "ratio", pl.col("error").fill_null(0.0), known=pl.len())
        .filter(pl.col("years_before").list.first() == 0, pl.col("known") > 1)
    )
    parts = [pl.DataFrame(schema=_CHANGES)]
    for alike in series.partition_by("known", maintain_order=True):
        years, ratio, error = (
            np.vstack(alike[name].to_list()).astype(np.float64)
            for name in ("years_before", "ratio", "error")
        )
        value, stderr, used = change(years, ratio, error)
        parts.append(
            pl.DataFrame(
                {
                    "supplier_id": alike["supplier_id"],
                    "value": value,
                    "stderr": stderr,
                    "years": np.full(value.size, used),
                },
                schema=_CHANGES,
            )
        )
    return pl.concat(parts)


def change(years_before: Floats, ratio: Floats, error: Floats) -> tuple[Floats, Floats, int]:
    """Changes over three years, their standard errors and the number of years used.

    Args:
        years_before: [suppliers, years], 0 for the latest year first, ascending.
        ratio: the ratio in each of these years.
        error: its standard errors.
    """
    if ratio.shape[1] >= YEARS_FOR_A_LINE:
        slope, spread = robust_slopes(-years_before, ratio)
        # The line cannot be surer than the figures it is drawn through.
        spread = np.maximum(spread, _figure_error(error))
        return WINDOW_YEARS * slope, WINDOW_YEARS * spread, ratio.shape[1]
    before = slice(1, 1 + WINDOW_YEARS)
    own = error[:, 0] ** 2 + np.mean(error[:, before] ** 2, axis=1)
    middle = np.median(ratio[:, before], axis=1)
    return ratio[:, 0] - middle, np.sqrt(own), ratio[:, : before.stop].shape[1]


def _figure_error(errors: Floats) -> Floats:
    """Error of the slope of a line through equally spaced points of these errors."""
    n = errors.shape[1]
    return np.asarray(np.sqrt(np.mean(errors**2, axis=1) * 12.0 / (n * (n * n - 1))))
