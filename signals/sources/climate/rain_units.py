"""Rain of a month in mm, from whatever unit a file or the settings declare."""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Mapping

from suppliers.input_errors import DataRejectedError

#: Amounts of the month itself.
_AMOUNTS: Mapping[str, float] = {
    "mm": 1.0, "mm/month": 1.0, "mm month-1": 1.0, "kg m-2": 1.0, "cm": 10.0, "m": 1000.0,
    "in": 25.4, "inch": 25.4, "inches": 25.4,
}  # fmt: skip
#: Amounts of a mean day.
_DAILY: Mapping[str, float] = {"mm/day": 1.0, "mm day-1": 1.0, "mm d-1": 1.0, "m day-1": 1000.0}
#: Amounts of a mean second; a kilogramme of water on a m2 is a mm.
_RATES: Mapping[str, float] = {"kg m-2 s-1": 1.0, "mm/s": 1.0, "mm s-1": 1.0}
_DAY_SECONDS = 86_400.0


def millimetres_factor(unit: str, month: dt.date, where: str) -> float:
    """What a figure of a month is multiplied by to be in mm.

    Args:
        unit: as the file or the settings write it; empty is mm.
        month: its first day; rates are summed over its days.
        where: the file, for the message.

    Raises:
        DataRejectedError: the unit is not known.
    """
    reported = " ".join(unit.strip().lower().replace("**", "").replace("^", "").split()) or "mm"
    days = float(calendar.monthrange(month.year, month.month)[1])
    if reported in _AMOUNTS:
        return _AMOUNTS[reported]
    if reported in _DAILY:
        return _DAILY[reported] * days
    if reported in _RATES:
        return _RATES[reported] * days * _DAY_SECONDS
    known = ", ".join((*_AMOUNTS, *_DAILY, *_RATES))
    raise DataRejectedError(
        f"{where}: rain is in {unit!r}; give one of {known}, or say it as "
        "sources.precipitation.options.unit."
    )
