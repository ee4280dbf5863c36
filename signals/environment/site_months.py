"""Monthly rows of sites as a matrix, and which years calibrate an index."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

CALIBRATION_YEARS = (1991, 2020)
MINIMUM_YEARS = 30

#: A series of thirty years that begins in January has one sum over months less in most months.
MINIMUM_SUMS = MINIMUM_YEARS - 1


@dataclass(frozen=True)
class SiteMonths:
    """Sites x months.

    Attributes:
        sites: one row per site, ascending: site_id, month (the last it has), observed_to, origin,
            source_id (where the rows have it), months (how many it has).
        first: month number (year x 12 + month - 1) of the first column.
        values: by column name, shape (sites, months), NaN where a month is missing.
    """

    sites: pl.DataFrame
    first: int
    values: dict[str, NDArray[np.float64]]

    @property
    def last_column(self) -> NDArray[np.int64]:
        """Column of each site's last month."""
        months = self.sites["month"]
        number = months.dt.year().to_numpy() * 12 + months.dt.month().to_numpy() - 1
        return np.asarray(number - self.first, dtype=np.int64)

    @property
    def calendar_month(self) -> NDArray[np.int64]:
        """1 to 12 for each column."""
        return self._numbers() % 12 + 1

    @property
    def is_calibration(self) -> NDArray[np.bool_]:
        """Whether each column lies in 1991-2020."""
        year = self._numbers() // 12
        return np.asarray((year >= CALIBRATION_YEARS[0]) & (year <= CALIBRATION_YEARS[1]))

    def _numbers(self) -> NDArray[np.int64]:
        columns = next(iter(self.values.values())).shape[1]
        return np.arange(self.first, self.first + columns, dtype=np.int64)


def site_months(rows: pl.DataFrame, columns: Sequence[str]) -> SiteMonths | None:
    """Lay rows out as sites x months; None where there is no row.

    Args:
        rows: site_id, month (first day), observed_to, origin and the columns, and source_id if a
            table has several sources; a site has a month once, and all of them from one source.
        columns: which of them are wanted.
    """
    if rows.is_empty():
        return None
    rows = rows.sort("site_id", "month")
    sites = rows.group_by("site_id", maintain_order=True).agg(
        pl.col("month").last(),
        pl.col("observed_to").last(),
        pl.col("^(origin|source_id)$").last(),
        months=pl.len(),
    )
    span = rows.select(first=pl.col("month").min(), last=pl.col("month").max())
    first, last = (_month_number(month) for month in span.row(0))
    row = np.repeat(np.arange(sites.height), sites["months"].to_numpy())
    number = rows["month"].dt.year().to_numpy() * 12 + rows["month"].dt.month().to_numpy() - 1
    values = {}
    for name in columns:
        matrix = np.full((sites.height, last - first + 1), np.nan)
        matrix[row, number - first] = rows[name].cast(pl.Float64).fill_null(np.nan).to_numpy()
        values[name] = matrix
    return SiteMonths(sites, first, values)


def enough_years(years: NDArray[np.int64], months: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Whether so many sums, out of so many months known, stand for thirty years."""
    thirty_calendar_years = (years >= MINIMUM_SUMS) & (months >= MINIMUM_YEARS * 12)
    return (years >= MINIMUM_YEARS) | thirty_calendar_years


def _month_number(month: dt.date) -> int:
    return month.year * 12 + month.month - 1
