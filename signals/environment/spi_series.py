"""The SPI of every month of many series at once."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from signals.environment.spi import LARGEST_SPI

Floats = NDArray[np.float64]
GammaFit = Literal["thom", "exact"]

_ROWS_PER_TASK = 1000


@dataclass(frozen=True)
class SpiSeries:
    """The index of many series.

    Attributes:
        index: shape (series, columns asked for).
        years: shape (series, 12), how many years calibrated the columns of each remainder
            modulo 12.
    """

    index: Floats
    years: NDArray[np.int16]


def spi_series(
    monthly: Floats,
    months: int,
    fixed: NDArray[np.bool_],
    *,
    minimum: int = 0,
    since: int = 0,
    fit: GammaFit = "thom",
    threads: int | None = None,
) -> SpiSeries:
    """SPI of the sums over the last `months` months.

    Args:
        monthly: rain in mm, shape (series, time), NaN where a month is missing.
        months: length of the sums.
        fixed: shape (time,), the columns whose sums calibrate.
        minimum: a series with fewer such sums in a calendar month is calibrated on all its own.
        since: the first column asked for; earlier ones only calibrate.
        fit: `thom`, Thom's (1958) approximation, or `exact`, maximum likelihood itself
            (as scipy's gamma.fit with floc=0). They differ by less than 0.02 on 30 years.
        threads: None takes all processors; the numbers do not depend on it.

    Returns:
        SPI within ±3, NaN where a month of the sum is missing or nothing can be fitted; and how
        many years calibrated it.
    """
    # Compiling and loading take a moment that listing the signals must not pay.
    from signals.environment.spi_kernel import EXACT, THOM, spi_rows

    monthly = np.ascontiguousarray(monthly, dtype=np.float64)
    asked = monthly.shape[1] - since
    index = np.empty((monthly.shape[0], asked))
    years = np.zeros((monthly.shape[0], 12), dtype=np.int16)
    code = EXACT if fit == "exact" else THOM

    def part(start: int) -> None:
        rows = slice(start, start + _ROWS_PER_TASK)
        spi_rows(
            monthly[rows], months, fixed, minimum, since, code, LARGEST_SPI, index[rows],
            years[rows],
        )  # fmt: skip

    with ThreadPoolExecutor(threads or os.cpu_count()) as pool:
        list(pool.map(part, range(0, monthly.shape[0], _ROWS_PER_TASK)))
    return SpiSeries(index, years)
