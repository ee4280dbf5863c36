"""ERA5 in GRIB, and rain in every unit that files have."""

from __future__ import annotations

import struct
from collections.abc import Callable
from pathlib import Path

import h5netcdf
import numpy as np
import pytest

from signals.account import Unit
from signals.sources.climate import era5
from tests.signals.builders import balance, context, sites, staged

WEST = sites({"site_id": "W", "supplier_id": "S", "latitude": 10.02, "longitude": -75.03})


def message(parameter: int, day: int, hour: int, values: list[float | None]) -> bytes:
    """A message of GRIB 1 as ECMWF writes it: two rows and three columns, longitudes to 360."""
    is_there = [value is not None for value in values]
    lowest = min(value for value in values if value is not None)
    #: Sixteen bits of 0.01 each above the lowest value, which is an IBM float.
    decimals = 4
    packed = [round((v - lowest) * 10**decimals) for v in values if v is not None]
    bits = sum(there << (15 - place) for place, there in enumerate(is_there))
    product = bytes([128, 98, 145, 255, 128 | 64, parameter, 1, 0, 0, 24, 1, day, hour, 0,
                     1, 0, 0, 0, 0, 0, 0, 21, 0]) + struct.pack(">H", decimals)  # fmt: skip
    degrees = (10_000, 284_750, 0x80, 9_750, 285_250)
    north, west, flags, south, east = degrees
    grid = (
        bytes([0, 255, 0]) + struct.pack(">HH", 3, 2) + three(north) + three(west)
        + bytes([flags]) + three(south) + three(east) + struct.pack(">HH", 250, 250)
        + bytes([0]) + bytes(4)
    )  # fmt: skip
    bitmap = bytes([10, 0, 0]) + struct.pack(">H", bits)
    body = b"".join(struct.pack(">I", value) for value in packed)
    data = bytes([0]) + struct.pack(">H", 0) + ibm(lowest * 10**decimals) + bytes([32]) + body
    sections = [product, grid, bitmap, data]
    whole = b"".join(three(len(section) + 3) + section for section in sections) + b"7777"
    return b"GRIB" + three(len(whole) + 8) + bytes([1]) + whole


def three(number: int) -> bytes:
    return number.to_bytes(3, "big")


def ibm(value: float) -> bytes:
    """A float of 1964: sign, exponent of sixteen, six hexadecimal digits."""
    exponent, mantissa = 64, abs(value)
    while mantissa >= 1.0:
        mantissa, exponent = mantissa / 16.0, exponent + 1
    return bytes([exponent | (128 if value < 0 else 0)]) + three(int(mantissa * 2**24))


PARAMETERS = {"mx2t": 201, "mn2t": 202, "2d": 168, "tp": 228, "10u": 165, "2t": 167}


def write_grib(
    path: Path, fields: dict[str, float], *, days: int = 31, hole: bool = False, hours: bool = False
) -> Path:
    """Daily messages of January 2024."""
    path.parent.mkdir(exist_ok=True)
    messages = []
    for name, value in fields.items():
        values: list[float | None] = [value] * 6
        if hole:
            values[1] = None
            values[0] = value + (1.0 if name == "mx2t" else 0.0)
        for day in range(1, days + 1):
            for hour in (0, 6) if hours else (0,):
                messages.append(message(PARAMETERS[name], day, hour, values))
    path.write_bytes(b"".join(messages))
    return path.parent


FIELDS = {"mx2t": 307.15, "mn2t": 297.15, "2d": 297.15, "tp": 0.002}


def test_grib_as_downloaded(tmp_path: Path) -> None:
    mirror = write_grib(tmp_path / "m" / "era5.grib", FIELDS)
    row = staged(era5, context(tmp_path, mirror=mirror, site_rows=WEST)).rows.row(0, named=True)
    assert row["month"].isoformat() == "2024-01-01"
    assert row["highest_c"] == pytest.approx(34.0, abs=1e-3)
    assert row["lowest_c"] == pytest.approx(24.0, abs=1e-3)
    assert row["precipitation_mm"] == pytest.approx(62.0, abs=1e-2)
    assert row["heat_hours"] == pytest.approx(124.0)


def test_a_coast_cell_without_data_takes_the_nearest_within_reach(tmp_path: Path) -> None:
    mirror = write_grib(tmp_path / "m" / "era5.grib", FIELDS, hole=True)
    near = staged(era5, context(tmp_path, mirror=mirror, site_rows=WEST)).rows
    assert near["highest_c"].to_list() == [pytest.approx(35.0, abs=1e-3)]
    far = staged(era5, context(tmp_path, mirror=mirror, site_rows=WEST, nearest_km=5.0)).rows
    assert far.is_empty()


def test_hours_are_no_days_and_other_variables_no_weather(tmp_path: Path) -> None:
    mirror = write_grib(tmp_path / "m" / "hours.grib", {"mx2t": 300.0}, hours=True)
    write_grib(tmp_path / "m" / "wind.grib", {"10u": 3.0}, days=1)
    outcome = staged(era5, context(tmp_path, mirror=mirror, site_rows=WEST))
    assert outcome.rows.is_empty()
    assert "give all hours of each day" in outcome.rejected["reason"][0]
    assert "none of the variables" in outcome.rejected["reason"][1]


@pytest.mark.parametrize(
    ("rain", "mm_of_day"),
    [
        (lambda hour: 0.0002 if 1 <= hour <= 12 else 0.0, 2.4),  # of each hour
        (lambda hour: 0.0001 * (hour or 24), 2.4),  # summed since midnight
    ],
)
def test_hours_become_days(tmp_path: Path, rain: Callable[[int], float], mm_of_day: float) -> None:
    mirror = tmp_path / "m"
    mirror.mkdir()
    of_hour = {"2t": lambda hour: 290.15 + hour, "2d": lambda hour: 285.15 + hour % 2, "tp": rain}
    body = b"".join(
        message(PARAMETERS[name], day, hour, [value(hour)] * 6)
        for name, value in of_hour.items()
        for day in range(1, 32)
        for hour in range(24)
    )
    (mirror / "hours.grib").write_bytes(body)
    outcome = staged(era5, context(tmp_path, mirror=mirror, site_rows=WEST))
    row = outcome.rows.row(0, named=True)
    assert row["highest_c"] == pytest.approx(40.0, abs=1e-3)
    assert row["lowest_c"] == pytest.approx(17.0, abs=1e-3)
    assert row["precipitation_mm"] == pytest.approx(31 * mm_of_day, rel=0.05)


def test_a_time_that_comes_twice_must_agree(tmp_path: Path) -> None:
    mirror = tmp_path / "m"
    mirror.mkdir()
    first = [message(PARAMETERS["mx2t"], day, 0, [300.0] * 6) for day in range(1, 32)]
    for name, again in (("same", 300.0), ("other", 301.0)):
        body = b"".join([*first, message(PARAMETERS["mx2t"], 3, 0, [again] * 6)])
        (mirror / f"{name}.grib").write_bytes(body)
    outcome = staged(era5, context(tmp_path, mirror=mirror, site_rows=WEST))
    assert outcome.rejected["reason"].to_list() == [
        "other.grib: highest_c of 2024-01-03 00:00 is there more than once with other values; "
        "give each time once."
    ]


def test_one_hour_of_each_day_or_of_each_month_is_no_day(tmp_path: Path) -> None:
    mirror = tmp_path / "m"
    mirror.mkdir()
    values: list[float | None] = [300.0] * 6
    body = b"".join(message(PARAMETERS["mx2t"], day, 13, values) for day in range(1, 32))
    (mirror / "hour.grib").write_bytes(body)
    outcome = staged(era5, context(tmp_path, mirror=mirror, site_rows=WEST))
    assert outcome.rows.is_empty()
    assert "one time of each day, 13:00" in outcome.rejected["reason"].item()


@pytest.mark.parametrize(("field", "value"), [("mx2t", 9999.0), ("2d", 34.0), ("tp", 9.999)])
def test_messages_out_of_the_physical_range_are_left_out_and_counted(
    tmp_path: Path, field: str, value: float
) -> None:
    mirror = write_grib(tmp_path / "m" / "era5.grib", {**FIELDS, field: value})
    outcome = staged(era5, context(tmp_path, mirror=mirror, site_rows=WEST))
    assert outcome.rejected["rule"].to_list() == ["outside_physical_range"]
    assert outcome.rejected["reason"].item().startswith("era5.grib: ")


def test_half_a_grib_file_is_rejected_by_name(tmp_path: Path) -> None:
    mirror = write_grib(tmp_path / "m" / "era5.grib", FIELDS, days=2)
    whole = (mirror / "era5.grib").read_bytes()
    (mirror / "era5.grib").write_bytes(whole[: len(whole) - 40])
    outcome = staged(era5, context(tmp_path, mirror=mirror, site_rows=WEST))
    assert "era5.grib: it cannot be read as GRIB" in outcome.rejected["reason"][0]


def write_rain(path: Path, unit: str, value: float) -> Path:
    path.parent.mkdir(exist_ok=True)
    with h5netcdf.File(path, "w") as file:
        file.dimensions = {"time": 31, "latitude": 1, "longitude": 1}
        file.create_variable("time", ("time",), "i8", data=np.arange(31))
        file.variables["time"].attrs["units"] = "days since 2024-01-01"
        file.create_variable("latitude", ("latitude",), "f8", data=np.array([10.0]))
        file.create_variable("longitude", ("longitude",), "f8", data=np.array([285.0]))
        axes = ("time", "latitude", "longitude")
        file.create_variable("tp", axes, "f8", data=np.full((31, 1, 1), value))
        file.variables["tp"].attrs["units"] = unit
    return path.parent


@pytest.mark.parametrize(
    ("unit", "a_day"),
    [("mm", 2.54), ("in", 0.1), ("inches", 0.1), ("m", 0.00254), ("kg m-2 s-1", 2.54 / 86_400),
     ("kg m**-2 s**-1", 2.54 / 86_400), ("kg m-2", 2.54)],
)  # fmt: skip
def test_rain_in_every_unit_is_the_same_rain(tmp_path: Path, unit: str, a_day: float) -> None:
    mirror = write_rain(tmp_path / "m" / "rain.nc", unit, a_day)
    rows = staged(era5, context(tmp_path, mirror=mirror, site_rows=WEST)).rows
    assert rows["precipitation_mm"].to_list() == [pytest.approx(31 * 2.54)]


def test_rain_below_zero_is_missing_but_for_the_hair_of_packing(tmp_path: Path) -> None:
    below = write_rain(tmp_path / "below" / "rain.nc", "mm", -3.0)
    hair = write_rain(tmp_path / "hair" / "rain.nc", "mm", -0.001)
    assert staged(era5, context(tmp_path, mirror=below, site_rows=WEST)).rows.is_empty()
    rows = staged(era5, context(tmp_path, mirror=hair, site_rows=WEST)).rows
    assert rows["precipitation_mm"].to_list() == [0.0]


def test_every_message_is_used_or_out_of_scope(tmp_path: Path) -> None:
    # The temperature of a moment is not needed beside the highest and the lowest of the day.
    fields = {"mx2t": 306.0, "mn2t": 294.0, "2t": 300.0, "10u": 3.0}
    write_grib(tmp_path / "m" / "era5.grib", fields)
    using = context(tmp_path, mirror=tmp_path / "m", site_rows=WEST)
    assert balance(era5, using, Unit.LAYER) == {
        "read": 124, "used": 62, "out_of_scope": {"of a variable that is not needed": 62},
    }  # fmt: skip
