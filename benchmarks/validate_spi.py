"""SPI, SPEI and evapotranspiration against the values kept in the tests of R's SPEI package."""

from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from benchmarks.shared_data import shared_data
from signals.environment.spei import hargreaves, spei_series
from signals.environment.spi import (
    LARGEST_SPI,
    Fit,
    fit_gamma_likelihood,
    fit_gamma_moments,
    rolling_sums,
    standardised,
)

ID = "spi"
GOAL = "SPI and SPEI of Wichita within 0.02 of R's SPEI package where the method is the same"
KIND = "validate"

LATITUDE = 37.6475
TOLERANCE = 0.02
Floats = NDArray[np.float64]


def run() -> str:
    """Print one line per reference series.

    Returns:
        The largest difference of the series by the same method, and of the others.
    """
    reported = _table(shared_data("earth/spi-spei-wichita"))
    rain = reported["PRCP"].to_numpy()
    balance = rain - reported["thornthwaite_out"].to_numpy()
    months = np.arange(rain.size)
    every = np.ones(rain.size, dtype=bool)
    from_tenth, to_tenth = months >= 9 * 12, months < 9 * 12 + 1
    both = from_tenth & (months < 25 * 12)
    moments = fit_gamma_moments
    same = {
        "spi_1_vector": _spi(rain, 1, every, moments),
        "spi_12_vector": _spi(rain, 12, every, moments),
        "spi_gamma": _spi(rain, 1, every, moments),
        "spi_refst": _spi(rain, 12, from_tenth, moments),
        "spi_refend": _spi(rain, 12, to_tenth, moments),
        "spi_refst_refend": _spi(rain, 12, both, moments),
        "spei_1_vector": spei_series(balance[None, :], 1, every).index[0],
        "spei_12_vector": spei_series(balance[None, :], 12, every).index[0],
        "spei_refst_refend": spei_series(balance[None, :], 12, both).index[0],
    }
    thom = _spi(rain, 12, every, fit_gamma_likelihood)
    print(f"{'series':22}{'months':>7}{'largest':>10}{'mean':>10}  why it differs")
    worst = 0.0
    for name, ours in same.items():
        worst = max(worst, _line(name, reported[name].to_numpy(), ours, "same method"))
    fits = _line("spi_12_vector", reported["spi_12_vector"].to_numpy(), thom,
                 "the signal's fit: Thom's likelihood, theirs L-moments")  # fmt: skip
    _line("spi_1_vector", reported["spi_1_vector"].to_numpy(),
          _spi(rain, 1, every, moments, mass_at_zero=True),
          "dry months have a mass of their own here; theirs are -inf")  # fmt: skip
    pearson = _spi(rain, 1, every, moments)
    _line("spi_pe3", reported["spi_pe3"].to_numpy(), pearson, "their distribution: Pearson III")
    own = hargreaves(
        reported["TMIN"].to_numpy(), reported["TMAX"].to_numpy(), np.array(LATITUDE),
        reported["MONTH"].to_numpy(),
    )  # fmt: skip
    reference = reported["hargreaves_out_lat"].to_numpy()
    share = float(np.max(np.abs(own / reference - 1.0)))
    _line("hargreaves_out_lat", reference, own, "mm; they round 37.586 to 37.6, 2π/365 to 0.0172",
          clip=False)  # fmt: skip
    print("not offered here: spei_gamma, spei_pe3 (other distributions), Thornthwaite")
    return (
        f"{len(same)} series by the same method within {worst:.1e} "
        f"({'met' if worst <= TOLERANCE else 'NOT MET'}, {TOLERANCE}); signal's own fit within "
        f"{fits:.2f}; Hargreaves within {share:.2%}"
    )


def _table(folder: Path) -> pl.DataFrame:
    reported = pl.read_csv(folder / "wichita_expected.csv", infer_schema_length=None)
    measured = pl.read_csv(folder / "wichita.csv", infer_schema_length=None)
    joined = reported.join(measured.select("YEAR", "MONTH", "TMIN", "TMAX"), on=["YEAR", "MONTH"])
    return joined.with_columns(
        pl.exclude("YEAR", "MONTH").cast(pl.Float64, strict=False).fill_null(np.nan)
    ).sort("YEAR", "MONTH")


def _spi(
    rain: Floats,
    months: int,
    calibrates: NDArray[np.bool_],
    fit: Fit,
    *,
    mass_at_zero: bool = False,
) -> Floats:
    """SPI with a mass at zero, as ours, or with dry months left out of the fit, as theirs."""
    sums = rolling_sums(rain[None, :], months)[0]
    fitted = sums if mass_at_zero else np.where(sums == 0.0, np.nan, sums)
    judged = sums if mass_at_zero else np.where(sums == 0.0, np.finfo(float).tiny, sums)
    index = np.full(sums.size, np.nan)
    for month in range(12):
        columns = np.arange(month, sums.size, 12)
        years = np.where(calibrates[columns], fitted[columns], np.nan)
        index[columns] = standardised(
            judged[columns], np.repeat(years[None, :], columns.size, axis=0), fit
        )
    return index


def _line(name: str, reported: Floats, ours: Floats, why: str, *, clip: bool = True) -> float:
    """Print a row; months that only one side has count as infinitely far."""
    if clip:
        reported = np.clip(reported, -LARGEST_SPI, LARGEST_SPI)
    known = np.isfinite(reported)
    difference = np.abs(ours - reported)[known]
    difference[np.isnan(difference)] = np.inf
    print(f"{name:22}{known.sum():7}{difference.max():10.2g}{difference.mean():10.2g}  {why}")
    return float(difference.max())
