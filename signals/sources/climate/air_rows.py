"""Yearly means of air pollutants at sites: the staged rows that stations and grids share."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

import polars as pl

from suppliers.input_errors import DataRejectedError

TABLE = "stg_air__site_year"

SCHEMA: dict[str, pl.DataType] = {
    "site_id": pl.String(),
    "source_id": pl.String(),
    "pollutant": pl.String(),
    "micrograms_m3": pl.Float64(),
    "covered_share": pl.Float64(),
    "distance_km": pl.Float64(),
    "origin": pl.String(),
    "observed_from": pl.Date(),
    "observed_to": pl.Date(),
    "published_on": pl.Date(),
}

POLLUTANTS = ("pm25", "no2")

#: A mean is of this many days up to its last one.
YEAR_DAYS = 365
#: Minimum share of a year's days (or months) with data (Directive 2008/50/EC, annex XI).
MINIMUM_YEAR_SHARE = 0.75

#: Concentrations of gases are stated at 293 K and 101.3 kPa (Directive 2008/50/EC, annex VI), where
#: a mole takes 24.055 litres, and a m3 of air weighs 1.2041 kg.
_MOLAR_LITRES = 24.055
_AIR_KG_M3 = 1.2041
_NO2_GRAMS_MOLE = 46.0055

_MICROGRAMS: Mapping[str, float] = {
    "µg/m³": 1.0,
    "μg/m³": 1.0,
    "ug/m3": 1.0,
    "µg/m3": 1.0,
    "ug m-3": 1.0,
    "kg m-3": 1e9,
    "mg/m³": 1000.0,
}
_NO2_ONLY: Mapping[str, float] = {
    "ppm": 1000.0 * _NO2_GRAMS_MOLE / _MOLAR_LITRES,
    "ppb": _NO2_GRAMS_MOLE / _MOLAR_LITRES,
    "kg kg-1": 1e9 * _AIR_KG_M3,
}


def micrograms_factor(pollutant: str, unit: str, where: str) -> float:
    """What a figure is multiplied by to be in µg/m³.

    Args:
        pollutant: pm25 or no2; shares of the air (ppm, ppb, kg kg-1) are of gases alone.
        unit: as the file writes it.
        where: the file, for the message.

    Raises:
        DataRejectedError: the unit is not known for the pollutant.
    """
    reported = " ".join(unit.strip().replace("**", "").split())
    known = _MICROGRAMS.get(reported)
    if known is None and pollutant == "no2":
        known = _NO2_ONLY.get(reported)
    if known is None:
        raise DataRejectedError(
            f"{where}: {pollutant} is in {unit or 'no unit'!r}; give µg/m³ or kg m-3, and NO2 also "
            "in ppm, ppb or kg kg-1."
        )
    return known


def last_year(as_of: dt.date, lag_days: int) -> tuple[dt.date, dt.date]:
    """First and last day of the year that is published by a day."""
    last = as_of - dt.timedelta(days=lag_days)
    return last - dt.timedelta(days=YEAR_DAYS - 1), last
