"""What each physical quantity can be, and how values that it cannot be are left out and reported.

A file's own fill value is trusted only within these ranges: a -9999, 1e20 or 9999 that it does not
declare is no temperature, no rain and no concentration. The bounds lie beyond the records of the
World Meteorological Organization and the ranges of the products, so that no true value is lost.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import numpy as np
import polars as pl
from numpy.typing import NDArray

from signals.source import REJECTED_SCHEMA

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class PhysicalRange:
    """Lowest and highest possible value of a quantity, in a unit."""

    low: float
    high: float
    unit: str


RANGES: Mapping[str, PhysicalRange] = {
    # Records are -89.2 (Vostok) and 56.7 °C (Furnace Creek); dew points reach 35 °C.
    "temperature": PhysicalRange(-95.0, 65.0, "°C"),
    "dew_point": PhysicalRange(-110.0, 42.0, "°C"),
    # Records are 1,825 mm in a day (Réunion) and 9,300 mm in a month (Cherrapunji).
    "rain_of_day": PhysicalRange(0.0, 1_900.0, "mm"),
    "rain_of_month": PhysicalRange(0.0, 9_500.0, "mm"),
    # Instruments scatter below zero in clean air.
    "concentration": PhysicalRange(-10.0, 2_000.0, "µg/m³"),
    "no2_column": PhysicalRange(-50.0, 1_000.0, "1e15 molecules/cm²"),
    "ndvi": PhysicalRange(-1.0, 1.0, ""),
    # Of MOD13Q1, whose fill value is -0.3.
    "modis_ndvi": PhysicalRange(-0.2, 1.0, ""),
    # Darkness scatters around 0; 6,553.5 stands for no data.
    "radiance": PhysicalRange(-2.0, 6_553.4, "nW cm-2 sr-1"),
    # The densest quarters have some 200,000 on a square kilometre.
    "residents": PhysicalRange(0.0, 1_000_000.0, "people"),
    # Nowhere is as far as a hundred days.
    "travel_minutes": PhysicalRange(0.0, 144_000.0, "minutes"),
}

#: Factors and offsets that files forget to apply, with the words for them.
_SLIPS = (
    (1.0, -273.15, "it is in kelvins"),
    (1.0, 273.15, "kelvins were turned into degrees twice"),
    (0.1, 0.0, "the scale 0.1 is not applied"),
    (1e-2, 0.0, "the scale 0.01 is not applied"),
    (1e-3, 0.0, "the scale 0.001 is not applied"),
    (1e-4, 0.0, "the scale 0.0001 is not applied"),
)
_FILLS = (-9999.0, -999.0, -999.9, -32768.0, -28672.0, 9999.0, 32767.0, 65535.0)
_ENDLESS = 1e19
#: A scale is missing when values are this many times the farthest bound.
_FAR = 5.0


@dataclass
class OutOfRange:
    """Values of one file outside their range.

    Attributes:
        name: of the file.
        of: what is counted: single values, or sites with ground outside.
        scale_option: name of the setting that gives a scale, where the source has one.
        counts: by quantity, how many are outside.
        totals: by quantity, how many there are.
        examples: by quantity, the value farthest outside.
    """

    name: str
    of: Literal["values", "sites"] = "values"
    scale_option: str = ""
    counts: dict[str, int] = field(default_factory=dict)
    totals: dict[str, int] = field(default_factory=dict)
    examples: dict[str, float] = field(default_factory=dict)

    def keep(self, values: Floats, quantity: str) -> Floats:
        """The values with NaN for those outside the range of the quantity, which are counted.

        Args:
            values: NaN is no data and does not count.
            quantity: a key of `RANGES`; values are in its unit.
        """
        known = np.isfinite(values) | np.isinf(values)
        outside = is_outside(values, quantity)
        self.count(quantity, int(outside.sum()), int(known.sum()), values[outside])
        return np.where(outside, np.nan, values)

    def count(self, quantity: str, outside: int, total: int, examples: Floats) -> None:
        """Add values that were left out elsewhere, such as pixels of a raster."""
        self.counts[quantity] = self.counts.get(quantity, 0) + outside
        self.totals[quantity] = self.totals.get(quantity, 0) + total
        if len(examples):
            candidates = [*examples, self.examples.get(quantity, examples[0])]
            self.examples[quantity] = float(max(candidates, key=abs))

    def is_whole(self, quantity: str) -> bool:
        """Whether there is nothing but values outside."""
        return 0 < self.counts.get(quantity, 0) == self.totals[quantity]

    def rejected(self) -> pl.DataFrame:
        """One row per quantity with values outside, in the shape of `Staged.rejected`."""
        return rejected_outside([self])

    def cause(self, quantity: str) -> str:
        """Why values are outside, and the correction, as the end of a sentence."""
        cause = likely_cause(self.examples.get(quantity, np.inf), quantity)
        if self.scale_option and "scale" in cause:
            cause += f", or give the scale as {self.scale_option}"
        return cause

    def sentence(self, quantity: str, where: str) -> str:
        """What is outside, in words; `where` names the file, or several."""
        outside, total = self.counts[quantity], self.totals[quantity]
        example = self.examples.get(quantity, np.inf)
        bounds = RANGES[quantity]
        words = quantity.replace("_", " ")
        span = f"{bounds.low:g} to {bounds.high:g} {bounds.unit}".strip()
        cause = self.cause(quantity)
        if self.of == "sites":
            reach = "all" if outside == total else f"{outside} of {total}"
            return (
                f"{where}: {words} around {reach} sites is outside {span}, such as "
                f"{example:g}, and is left out; {cause}."
            )
        if outside == total:
            return (
                f"{where}: all {total} values of {words} are outside {span}, such as "
                f"{example:g}; {cause}."
            )
        return (
            f"{where}: {outside} of {total} values of {words} are outside {span}, such as "
            f"{example:g}, and are left out; {cause}."
        )


def rejected_outside(reports: Sequence[OutOfRange]) -> pl.DataFrame:
    """Rows for what is outside in several files, in the shape of `Staged.rejected`.

    Files with the same likely cause share one row, which names the first and counts the others;
    those with nothing but values outside are kept apart from those with some.
    """
    groups: dict[tuple[str, bool, str], list[OutOfRange]] = {}
    for report in reports:
        for quantity, outside in report.counts.items():
            if outside:
                key = (quantity, report.is_whole(quantity), report.cause(quantity))
                groups.setdefault(key, []).append(report)
    rows = []
    for (quantity, _, _), alike in sorted(groups.items()):
        more = len(alike) - 1
        where = alike[0].name + (
            f" and {more} more {'file' if more == 1 else 'files'}" * (more > 0)
        )
        sentence = alike[0].sentence(quantity, where)
        rows.append((alike[0].name, None, "outside_physical_range", sentence))
    return pl.DataFrame(rows, schema=REJECTED_SCHEMA, orient="row")


def bounds_of(quantity: str) -> tuple[float, float]:
    """Lowest and highest possible value of a quantity."""
    return RANGES[quantity].low, RANGES[quantity].high


def is_outside(values: Floats, quantity: str) -> NDArray[np.bool_]:
    """Which values are outside the range of a quantity; NaN is not."""
    bounds = RANGES[quantity]
    with np.errstate(invalid="ignore"):
        return np.asarray((values < bounds.low) | (values > bounds.high))


def likely_cause(value: float, quantity: str) -> str:
    """Why a value is outside its range, and the correction, as the end of a sentence."""
    # The fill value itself may have been scaled, or turned from kelvins into degrees.
    stored = (value, value * 1e4, value + 273.15)
    if abs(value) >= _ENDLESS or any(abs(v - fill) < 0.5 for v in stored for fill in _FILLS):
        return "it is a fill value that the file does not declare; declare it as no data"
    bounds = RANGES[quantity]
    for factor, offset, words in _SLIPS:
        is_far = abs(value) > _FAR * max(abs(bounds.low), abs(bounds.high))
        if not (bounds.unit == "°C" if offset else is_far):
            continue
        if bounds.low <= value * factor + offset <= bounds.high:
            return f"probably {words}; correct the scale or the unit of the file"
    return "check its unit, scale and fill value"


def file_name(origin: str) -> str:
    """Name of a file by its origin, for messages."""
    return Path(origin).name
