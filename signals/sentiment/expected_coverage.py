"""How much press a company like this one is to be expected to have, and bad news against that.

Papers write far more about companies of some countries, languages and sizes. Stories are modelled
as a Poisson regression (statsmodels) on country with language and on size, each company of the list
and language of its country being one observation, companies without any news too; the mean is right
whatever the spread (quasi-likelihood). What is bad is then counted against the stories expected,
not against those that appeared: log E[bad stories] = log(stories expected) + constant.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence

import numpy as np
import polars as pl

from signals.sentiment.news_stories import shrunk

#: Stories that the usual weighs for in a mean of few (Methodology 5.2).
PRIOR_STORIES = 20.0
#: A level of fewer companies or stories is brought together with others of its kind.
_MIN_COMPANIES = 5
_MIN_STORIES = 20
_OTHER = "other"


def expected_stories(suppliers: pl.DataFrame, reported: pl.DataFrame) -> pl.DataFrame:
    """Stories that the press of its country and languages has about a company of its size.

    Args:
        suppliers: supplier_id, country_iso2, workforce_band (null: not known).
        reported: one row per supplier and story, with its language.

    Returns:
        supplier_id, expected: above 0 for every supplier wherever there is any story.
    """
    firms = suppliers.select(
        "supplier_id",
        country=pl.col("country_iso2"),
        size=pl.col("workforce_band").fill_null("size not stated"),
    )
    counted = reported.group_by("supplier_id", "language").agg(stories=pl.len())
    press = firms.join(counted, on="supplier_id").select("country", "language").unique()
    cells = (
        firms.join(press, on="country")
        .join(counted, on=["supplier_id", "language"], how="left")
        .with_columns(pl.col("stories").fill_null(0))
    )
    if cells.is_empty():
        return firms.select("supplier_id", expected=pl.lit(0.0))
    cells = _level(cells, "press", pl.format("{} {}", "country", "language"), "language")
    cells = _level(cells, "band", pl.col("size"), None)
    totals = (
        cells.group_by("press", "band")
        .agg(firms=pl.len(), stories=pl.col("stories").sum())
        .sort("press", "band")
    )
    fitted = totals.with_columns(mean=pl.Series(_poisson_means(totals, ("press", "band"))))
    return firms.select("supplier_id").join(
        cells.join(fitted.select("press", "band", "mean"), on=["press", "band"])
        .group_by("supplier_id")
        .agg(expected=pl.col("mean").sum()),
        on="supplier_id",
        how="left",
        maintain_order="left",
    )


def _level(cells: pl.DataFrame, name: str, value: pl.Expr, coarser: str | None) -> pl.DataFrame:
    """A factor whose thin levels are brought together: under `coarser`, then under "other"."""
    cells = cells.with_columns(value.alias(name))
    for fallback in ([pl.col(coarser)] if coarser else []) + [pl.lit(_OTHER)]:
        firms = pl.col("supplier_id").n_unique().over(name)
        stories = pl.col("stories").sum().over(name)
        thin = (firms < _MIN_COMPANIES) | (stories < _MIN_STORIES)
        cells = cells.with_columns(pl.when(thin).then(fallback).otherwise(name).alias(name))
    return cells


def _poisson_means(totals: pl.DataFrame, factors: Sequence[str]) -> np.ndarray:
    """Expected stories per company and language of each cell.

    A cell's total has the same likelihood as its companies one by one, so that long lists cost no
    more than short ones.
    """
    # Imported here: verbs that only list the signals need not wait for statsmodels.
    from statsmodels.genmod import families
    from statsmodels.genmod.generalized_linear_model import GLM
    from statsmodels.tools.sm_exceptions import PerfectSeparationWarning

    exposure = totals["firms"].to_numpy().astype(np.float64)
    counts = totals["stories"].to_numpy().astype(np.float64)
    columns = [np.ones(len(totals))]
    for factor in factors:
        levels = totals[factor].to_numpy()
        columns += [(levels == level).astype(np.float64) for level in np.unique(levels)[1:]]
    design = np.column_stack(columns)
    seen = counts + _TINY * exposure
    if len(totals) <= design.shape[1]:
        return np.asarray(seen / exposure)
    model = GLM(seen, design, family=families.Poisson(), offset=np.log(exposure))
    with warnings.catch_warnings():
        # Means that fit every cell are as good as any.
        warnings.simplefilter("ignore", PerfectSeparationWarning)
        fit = model.fit(maxiter=200)
    return np.asarray(fit.fittedvalues / exposure, dtype=np.float64)


#: Stories added per company, so that a level that no one writes about has a finite mean.
_TINY = 1e-3


def against_expected(
    suppliers: pl.DataFrame, reported: pl.DataFrame, is_bad: pl.Expr
) -> pl.DataFrame:
    """Bad stories of each supplier against those that its expected coverage leads one to expect.

    The usual share p of bad stories is that of the list, sum(bad) / sum(expected). The value is
    t_hat / p with t_hat = (bad + 20 p) / (expected + 20): the shrunk rate of bad stories per
    story expected, in multiples of the usual. 1 is what is usual.

    Returns:
        supplier_id, bad, expected, times (null where the list has no bad story at all), stderr.
    """
    bad = reported.group_by("supplier_id").agg(bad=is_bad.sum())
    rows = (
        expected_stories(suppliers, reported)
        .join(bad, on="supplier_id", how="left", maintain_order="left")
        .with_columns(pl.col("bad").fill_null(0).cast(pl.Float64))
    )
    total, expected = (float(np.nansum(rows[name].to_numpy())) for name in ("bad", "expected"))
    if total == 0.0 or expected == 0.0:
        return rows.with_columns(times=pl.lit(1.0), stderr=pl.lit(0.0))
    usual = total / expected
    rate = shrunk(pl.col("bad") / pl.col("expected"), pl.col("expected"), usual, PRIOR_STORIES)
    # The variance of a count is its mean, here that of count and prior together.
    error = (pl.col("bad") + PRIOR_STORIES * usual).sqrt() / (pl.col("expected") + PRIOR_STORIES)
    return rows.with_columns(times=rate / usual, stderr=error / usual)
