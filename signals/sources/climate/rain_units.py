"""Rain of a period in mm, from whatever unit a file or the settings declare."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from suppliers.input_errors import DataRejectedError

if TYPE_CHECKING:
    from signals.sources.climate.grid_layers import GridLayer

#: Amounts of the period itself.
_AMOUNTS: Mapping[str, float] = {
    "mm": 1.0, "kg m-2": 1.0, "cm": 10.0, "m": 1000.0, "in": 25.4, "inch": 25.4, "inches": 25.4,
}  # fmt: skip
#: Amounts of a named period, in mm, with its shortest and longest number of days.
_OF_PERIOD: Mapping[str, tuple[float, int, int]] = {
    "mm/month": (1.0, 28, 31), "mm month-1": (1.0, 28, 31), "m/month": (1000.0, 28, 31),
    "mm/dekad": (1.0, 8, 11), "mm/pentad": (1.0, 3, 6),
}  # fmt: skip
#: Amounts of a mean day.
_DAILY: Mapping[str, float] = {
    "mm/day": 1.0, "mm day-1": 1.0, "mm d-1": 1.0, "m day-1": 1000.0, "m/day": 1000.0,
    "mm/hr": 24.0, "mm/h": 24.0, "mm h-1": 24.0, "mm hr-1": 24.0,
}  # fmt: skip
#: Amounts of a mean second; a kilogramme of water on a m2 is a mm.
_RATES: Mapping[str, float] = {"kg m-2 s-1": 1.0, "mm/s": 1.0, "mm s-1": 1.0}
_DAY_SECONDS = 86_400.0
#: ECMWF's name: its monthly means of tp are in m of a mean day, whatever the unit says.
_ECMWF_TOTAL = "tp"
_OPTION = "sources.precipitation.options.unit"


def millimetres_factor(layer: GridLayer, declared: str | None, where: str) -> float:
    """What a figure of a period is multiplied by to be in mm of the period.

    Args:
        layer: the period, and the unit as the file writes it.
        declared: unit of the settings, for files that do not say it; without either it is mm.
        where: the file, for the message.

    Raises:
        DataRejectedError: the unit is not known, is of another period, or may be of a day or of the
            whole month.
    """
    unit = layer.unit
    is_ecmwf_month = layer.is_month and layer.name_in_file == _ECMWF_TOTAL and _plain(unit) == "m"
    if is_ecmwf_month and not layer.is_mean_day:
        if declared is None:
            raise DataRejectedError(
                f"{where}: monthly tp in m may be of a mean day, as ECMWF's monthly means are, or "
                f"of the month; declare m/day or m/month as {_OPTION}."
            )
        unit = declared
    plain = _plain(unit or declared or "mm")
    days = float(layer.days)
    if plain in _AMOUNTS:
        return _AMOUNTS[plain] * (days if layer.is_mean_day else 1.0)
    if plain in _OF_PERIOD:
        factor, shortest, longest = _OF_PERIOD[plain]
        if not shortest <= layer.days <= longest:
            raise DataRejectedError(
                f"{where}: its unit is {unit!r}, and its layers are of {layer.days} days; correct "
                "the one that is wrong."
            )
        return factor
    if plain in _DAILY:
        return _DAILY[plain] * days
    if plain in _RATES:
        return _RATES[plain] * days * _DAY_SECONDS
    known = ", ".join((*_AMOUNTS, *_OF_PERIOD, *_DAILY, *_RATES))
    raise DataRejectedError(
        f"{where}: rain is in {unit or declared!r}; give one of {known}, or declare it as "
        f"{_OPTION}."
    )


def _plain(unit: str) -> str:
    return " ".join(unit.strip().lower().replace("**", "").replace("^", "").split())
