"""How a ratio has moved against the firm's own past, robustly where there are years enough."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import polars as pl
import statsmodels.api as sm
from numpy.typing import NDArray

from signals.financial.ratios import Ratio
from signals.financial.rows import finished_rows, judged, propagated_error, quality
from signals.financial.statements import statements

Floats = NDArray[np.float64]

#: The window of SCIENCE 1.2 in which a squeeze shows.
WINDOW_YEARS = 3

#: With this many years the trend is a robust line, with fewer the median of the years before.
YEARS_FOR_A_LINE = 5

#: Years further back say nothing about a squeeze of today.
_YEARS_READ = 8


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
    known = rows.filter(pl.col("ratio").is_finite()).sort("supplier_id", "years_before").collect()
    found = [
        (supplier, *change(part["years_before"].to_numpy(), part["ratio"], part["error"]))
        for (supplier,), part in known.group_by("supplier_id", maintain_order=True)
        if part["years_before"][0] == 0 and part.height > 1
    ]
    schema = {
        "supplier_id": pl.String,
        "value": pl.Float64,
        "stderr": pl.Float64,
        "years": pl.Int64,
    }
    changes = pl.DataFrame(found, schema=schema, orient="row")
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


def change(
    years_before: Sequence[int] | NDArray[np.int64], values: pl.Series, errors: pl.Series
) -> tuple[float, float, int]:
    """Change over three years, its standard error and the number of years used.

    Args:
        years_before: 0 for the latest year first, ascending.
        values: the ratio in each of these years.
        errors: their standard errors.
    """
    ratio, error = values.to_numpy(), errors.fill_null(0.0).to_numpy()
    if ratio.size >= YEARS_FOR_A_LINE:
        slope, spread = robust_slope(-np.asarray(years_before, dtype=np.float64), ratio)
        # The line cannot be surer than the figures it is drawn through.
        return WINDOW_YEARS * slope, WINDOW_YEARS * max(spread, _figure_error(error)), ratio.size
    before = ratio[1 : 1 + WINDOW_YEARS]
    own = float(error[0] ** 2 + np.mean(error[1 : 1 + WINDOW_YEARS] ** 2))
    return float(ratio[0] - np.median(before)), own**0.5, 1 + before.size


def robust_slope(years: Floats, values: Floats) -> tuple[float, float]:
    """Slope per year of Huber's robust line, and its standard error.

    Where most points lie on one line the scale of the residuals is zero and the robust weights are
    undefined; the line through those points is then the answer, without error.
    """
    design = sm.add_constant(years)
    slopes = [
        (values[j] - values[i]) / (years[j] - years[i])
        for i in range(values.size)
        for j in range(i + 1, values.size)
    ]
    middle = float(np.median(slopes))
    offset = values - middle * years
    residual = np.abs(offset - np.median(offset))
    if np.median(residual) <= 1e-9 * max(1.0, float(np.abs(values).max())):
        return middle, 0.0
    fit = sm.RLM(values, design, M=sm.robust.norms.HuberT()).fit()
    return float(fit.params[1]), float(fit.bse[1])


def _figure_error(errors: Floats) -> float:
    """Error of the slope of a line through equally spaced points of these errors."""
    n = errors.size
    return float(np.sqrt(np.mean(errors**2) * 12.0 / (n * (n * n - 1))))
