"""Days out of every step, calendar and layout that weather files come in."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import h5netcdf
import numpy as np
import pytest
from numpy.typing import NDArray

from signals.account import NO_SITE_IN_IT, REPEATED, Unit
from signals.sources.climate import era5
from tests.signals.builders import balance, context, sites, staged

Floats = NDArray[np.float64]

HERE = sites({"site_id": "W", "supplier_id": "S", "latitude": 10.0, "longitude": -75.0})


def write(
    path: Path,
    times: Floats,
    fields: Mapping[str, tuple[str, Floats]],
    *,
    since: str = "hours since 2024-01-01",
    calendar: str | None = None,
    latitudes: tuple[float, ...] = (10.0,),
    longitudes: tuple[float, ...] = (285.0,),
    order: tuple[str, str] = ("latitude", "longitude"),
    attributes: Mapping[str, Mapping[str, Any]] | None = None,
) -> Path:
    """Each field is the same at all cells, or has (times, latitudes, longitudes) values."""
    path.parent.mkdir(exist_ok=True)
    with h5netcdf.File(path, "w") as file:
        sizes = {"latitude": len(latitudes), "longitude": len(longitudes)}
        file.dimensions = {"time": len(times), **sizes}
        for axis, values in (
            ("time", times), ("latitude", latitudes), ("longitude", longitudes)
        ):  # fmt: skip
            file.create_variable(axis, (axis,), "f8", data=np.asarray(values, dtype=float))
        file.variables["time"].attrs["units"] = since
        if calendar is not None:
            file.variables["time"].attrs["calendar"] = calendar
        for name, (unit, given) in fields.items():
            data = np.asarray(given, dtype=float)
            if data.ndim == 1:
                data = np.broadcast_to(data[:, None, None], (len(times), *sizes.values()))
            if order == ("longitude", "latitude"):
                data = data.transpose(0, 2, 1)
            file.create_variable(name, ("time", *order), "f8", data=np.ascontiguousarray(data))
            file.variables[name].attrs["units"] = unit
            for key, value in (attributes or {}).get(name, {}).items():
                file.variables[name].attrs[key] = value
        for key, value in (attributes or {}).get("", {}).items():
            file.attrs[key] = value
    return path.parent


def row(tmp_path: Path, mirror: Path) -> dict[str, Any]:
    outcome = staged(era5, context(tmp_path, mirror=mirror, site_rows=HERE))
    assert outcome.rejected.is_empty(), outcome.rejected["reason"].to_list()
    return outcome.rows.row(0, named=True)


def reasons(tmp_path: Path, mirror: Path) -> list[str]:
    outcome = staged(era5, context(tmp_path, mirror=mirror, site_rows=HERE))
    assert outcome.rows.is_empty()
    return outcome.rejected["reason"].to_list()


def heat_of(hour: Floats) -> Floats:
    """22.8 °C at midnight, 33.0 at 15:00, as a day has it."""
    return np.interp(hour % 24, [0, 6, 15, 24], [22.8, 20.0, 33.0, 22.8])


#: January 2024 and the first hour after it, so that its last day is whole.
HOURS = np.arange(31 * 24 + 1.0)


def test_hours_of_temperature_give_the_highest_and_lowest_of_the_day(tmp_path: Path) -> None:
    heat = heat_of(HOURS)
    mirror = write(
        tmp_path / "m" / "hourly.nc", HOURS, {"t2m": ("degC", heat), "d2m": ("degC", heat - 5.0)}
    )
    found = row(tmp_path, mirror)
    assert found["highest_c"] == pytest.approx(33.0)
    assert found["lowest_c"] == pytest.approx(20.0)
    assert found["heat_hours"] == pytest.approx(124.0)


@pytest.mark.parametrize("step", [1, 3, 6, 12])
def test_maxima_of_hours_are_maxima_of_days_at_every_step(tmp_path: Path, step: int) -> None:
    times = np.arange(step, 31 * 24 + 1.0, step)
    top = np.array([heat_of(np.arange(end - step + 1, end + 1)).max() for end in times])
    low = np.array([heat_of(np.arange(end - step + 1, end + 1)).min() for end in times])
    mirror = write(
        tmp_path / "m" / "steps.nc", times, {"mx2t": ("degC", top), "mn2t": ("degC", low)}
    )
    found = row(tmp_path, mirror)
    assert (found["highest_c"], found["lowest_c"]) == pytest.approx((33.0, 20.0))


@pytest.mark.parametrize("step", [1, 3, 6, 12])
@pytest.mark.parametrize(("unit", "of_2_mm_an_hour"), [("m", 0.002), ("mm", 2.0)])
def test_amounts_of_hours_are_summed(
    tmp_path: Path, step: int, unit: str, of_2_mm_an_hour: float
) -> None:
    times = np.arange(step, 31 * 24 + 1.0, step)
    # It rains 2 mm an hour from 06:00 to 18:00.
    wet = np.array([sum(6 < h % 24 <= 18 for h in range(int(t) - step + 1, int(t) + 1))
                    for t in times])  # fmt: skip
    fields = {"tp": (unit, wet * of_2_mm_an_hour)}
    mirror = write(tmp_path / "m" / "rain.nc", times, fields)
    assert row(tmp_path, mirror)["precipitation_mm"] == pytest.approx(31 * 24.0)


@pytest.mark.parametrize(("unit", "rate"), [("kg m-2 s-1", 1 / 86_400), ("mm/day", 1.0),
                                            ("mm/hr", 1 / 24)])  # fmt: skip
def test_rates_of_hours_are_means(tmp_path: Path, unit: str, rate: float) -> None:
    pattern = np.where(HOURS % 24 < 12, 8.0, 4.0) * rate
    mirror = write(tmp_path / "m" / "rain.nc", HOURS, {"pr": (unit, pattern)})
    assert row(tmp_path, mirror)["precipitation_mm"] == pytest.approx(31 * 6.0)


@pytest.mark.parametrize("step", [1, 3])
def test_sums_since_midnight_are_not_summed_again(tmp_path: Path, step: int) -> None:
    times = np.arange(0.0, 31 * 24 + 1.0, step)
    hour = np.where(times % 24 == 0, 24.0, times % 24)
    since_midnight = np.clip(hour - 6.0, 0.0, 12.0) * 0.0005
    mirror = write(tmp_path / "m" / "land.nc", times, {"tp": ("m", since_midnight)})
    assert row(tmp_path, mirror)["precipitation_mm"] == pytest.approx(31 * 6.0)


def test_rain_that_may_be_either_is_rejected(tmp_path: Path) -> None:
    hour = np.where(HOURS % 24 == 0, 24.0, HOURS % 24)
    day = (HOURS - 0.5) // 24
    rain = np.where(day % 3 == 0, np.where(hour < 12, 1.0, 0.5), hour / 24)
    mirror = write(tmp_path / "m" / "rain.nc", HOURS, {"tp": ("mm", rain)})
    (reason,) = reasons(tmp_path, mirror)
    assert "neither clearly of each step nor summed since midnight" in reason


@pytest.mark.parametrize(
    ("times", "since", "reported"),
    [
        (np.arange(0.0, 24 * 31, 6), "hours since 2024-01-01", "neither the highest"),
        (np.arange(31.0), "days since 2024-01-01", "neither the highest"),
        (np.arange(31.0) + 13 / 24, "days since 2024-01-01", "one time of each day, 13:00"),
        (np.arange(0.0, 60, 5), "days since 2024-01-01", "its times are pentads"),
        (np.arange(0.0, 100, 10), "days since 2024-01-01", "its times are dekads"),
        (np.array([0.0, 31, 60]), "days since 2024-01-01", "its times are months"),
        (np.arange(4.0), "months since 2024-01-01", "its times are months"),
        (np.zeros(3), "days since 2024-01-01", "a time twice"),
        (np.arange(31.0), "days since the flood", "CF conventions"),
        (np.arange(31.0), "fortnights since 2024-01-01", "CF conventions"),
    ],
)
def test_steps_that_say_no_day_are_rejected(
    tmp_path: Path, times: Floats, since: str, reported: str
) -> None:
    fields = {"t2m": ("degC", np.full(len(times), 25.0))}
    mirror = write(tmp_path / "m" / "t2m.nc", times, fields, since=since)
    (reason,) = reasons(tmp_path, mirror)
    assert reported in reason
    assert reason.startswith("t2m.nc: ")


@pytest.mark.parametrize(
    ("file_name", "attributes"),
    [
        ("x.nc", {"t2m": {"cell_methods": "time: maximum (interval: 1 hour)"}}),
        ("x.nc", {"": {"history": "aggregate.temporal.daily_reduce(2m_temperature_0, how=max)"}}),
        ("2m_temperature_daily_maximum_2024.nc", {}),
    ],
)
def test_a_daily_statistic_is_taken_as_it_is_stated(
    tmp_path: Path, file_name: str, attributes: dict[str, dict[str, str]]
) -> None:
    fields = {"t2m": ("K", np.full(31, 306.15))}
    mirror = write(
        tmp_path / "m" / file_name, np.arange(31.0), fields, since="days since 2024-01-01",
        attributes=attributes,
    )  # fmt: skip
    found = row(tmp_path, mirror)
    assert found["highest_c"] == pytest.approx(33.0)
    assert found["lowest_c"] is None


@pytest.mark.parametrize(
    ("attributes", "reported"),
    [
        ({"tasmax": {"cell_methods": "time: mean"}}, "states the mean of a day"),
        ({"tasmax": {"cell_methods": "time: minimum"}}, "states the min of a day"),
        ({"": {"frequency": "mon"}}, "state the step month"),
        ({"": {"time_coverage_resolution": "PT6H"}}, "state the step hour"),
    ],
)
def test_contradictions_are_rejected(
    tmp_path: Path, attributes: dict[str, dict[str, str]], reported: str
) -> None:
    fields = {"tasmax": ("K", np.full(31, 306.15))}
    mirror = write(
        tmp_path / "m" / "x.nc", np.arange(31.0), fields, since="days since 2024-01-01",
        attributes=attributes,
    )  # fmt: skip
    (reason,) = reasons(tmp_path, mirror)
    assert reported in reason


@pytest.mark.parametrize(
    ("calendar", "since", "first", "count", "month"),
    [
        # 2024-01-01 is 8,760 days of noleap after 2000-01-01, and 8,766 true days.
        ("noleap", "days since 2000-01-01", 8_760, 31, dt.date(2024, 1, 1)),
        ("365_day", "days since 2000-01-01", 8_760 + 31, 28, dt.date(2024, 2, 1)),
        ("standard", "days since 2000-01-01", 8_766, 31, dt.date(2024, 1, 1)),
        ("proleptic_gregorian", "days since 1-1-1", 738_885, 31, dt.date(2024, 1, 1)),
        # The mixed calendar lies two days behind before 1582.
        ("standard", "days since 1-1-1", 738_887, 31, dt.date(2024, 1, 1)),
        ("gregorian", "days since 2023-12-31 18:00", 0.25, 31, dt.date(2024, 1, 1)),
        ("gregorian", "days since 2023-12-31 00:00:00 -5:00", 19 / 24, 31, dt.date(2024, 1, 1)),
        (None, "seconds since 1970-01-01 00:00:0.0", 1_704_067_200, 31, dt.date(2024, 1, 1)),
    ],
)
def test_calendars_and_reference_times_give_true_days(
    tmp_path: Path, calendar: str | None, since: str, first: float, count: int, month: dt.date
) -> None:
    times = first + np.arange(count) * (86_400.0 if since.startswith("seconds") else 1.0)
    fields = {"tasmax": ("degC", np.full(count, 30.0))}
    path = tmp_path / "m" / "x.nc"
    mirror = write(path, times, fields, since=since, calendar=calendar)
    outcome = staged(era5, context(tmp_path, mirror=mirror, site_rows=HERE))
    assert outcome.rows["month"].to_list() == [month]


@pytest.mark.parametrize("calendar", ["360_day", "all_leap", "360", "martian"])
def test_days_of_calendars_that_do_not_exist_are_rejected(tmp_path: Path, calendar: str) -> None:
    fields = {"tasmax": ("degC", np.full(60, 30.0))}
    mirror = write(
        tmp_path / "m" / "x.nc", np.arange(60.0), fields, since="days since 2024-01-01",
        calendar=calendar,
    )  # fmt: skip
    (reason,) = reasons(tmp_path, mirror)
    assert "calendar" in reason


def test_files_of_one_hour_each_are_no_days(tmp_path: Path) -> None:
    for hour in (0, 12):
        write(
            tmp_path / "m" / f"x_{hour}.nc", np.arange(31.0) * 24 + hour,
            {"mx2t": ("degC", np.full(31, 20.0 + hour))},
        )  # fmt: skip
    found = reasons(tmp_path, tmp_path / "m")
    assert [reason.split(":")[0] for reason in found] == ["x_0.nc", "x_12.nc"]
    assert "put all hours of a day into one file" in found[0]


@pytest.mark.parametrize("fill", [-9999.0, 1e20, 9999.0, -999.0])
@pytest.mark.parametrize(
    ("variable", "unit", "value", "column"),
    [("tasmax", "degC", 30.0, "highest_c"), ("tasmin", "K", 290.0, "lowest_c"),
     ("pr", "mm", 10.0, "precipitation_mm")],
)  # fmt: skip
def test_fill_values_that_are_not_declared_are_left_out_and_counted(
    tmp_path: Path, fill: float, variable: str, unit: str, value: float, column: str
) -> None:
    values = np.full(31, value)
    values[3] = fill
    mirror = write(
        tmp_path / "m" / "x.nc", np.arange(31.0), {variable: (unit, values)},
        since="days since 2024-01-01", attributes={variable: {"_FillValue": -32767.0}},
    )  # fmt: skip
    outcome = staged(era5, context(tmp_path, mirror=mirror, site_rows=HERE))
    expected = {"highest_c": 30.0, "lowest_c": 16.85, "precipitation_mm": 310.0}[column]
    assert outcome.rows[column].to_list() == [pytest.approx(expected)]
    assert outcome.rejected["rule"].to_list() == ["outside_physical_range"]
    assert outcome.rejected["reason"][0].startswith("x.nc: 1 of 31 values of")


@pytest.mark.parametrize(
    ("values", "unit", "cause"),
    [(303.15, "degC", "kelvins"), (3000.0, "degC", "scale 0.01"), (-9999.0, "degC", "fill value"),
     (30.0, "K", "turned into degrees twice"), (500.0, "degC", "scale 0.1")],
)  # fmt: skip
def test_a_file_wholly_out_of_range_is_named_with_its_likely_cause(
    tmp_path: Path, values: float, unit: str, cause: str
) -> None:
    mirror = write(
        tmp_path / "m" / "x.nc", np.arange(31.0), {"tasmax": (unit, np.full(31, values))},
        since="days since 2024-01-01",
    )  # fmt: skip
    (reason,) = reasons(tmp_path, mirror)
    assert reason.startswith("x.nc: all 31 values of temperature are outside -95 to 65 °C")
    assert cause in reason


@pytest.mark.parametrize("order", [("latitude", "longitude"), ("longitude", "latitude")])
@pytest.mark.parametrize("latitudes", [(10.5, 10.25, 10.0, 9.75), (9.75, 10.0, 10.25, 10.5),
                                       (10.0,)])  # fmt: skip
@pytest.mark.parametrize("longitudes", [(284.75, 285.0), (-75.25, -75.0), (-75.0,)])
def test_layouts_of_grids(
    tmp_path: Path,
    order: tuple[str, str],
    latitudes: tuple[float, ...],
    longitudes: tuple[float, ...],
) -> None:
    east = np.array(longitudes) % 360.0
    data = np.broadcast_to(
        np.array(latitudes)[:, None] + (east - 285.0)[None, :],
        (31, len(latitudes), len(longitudes)),
    )
    mirror = write(
        tmp_path / "m" / "x.nc", np.arange(31.0), {"tasmax": ("degC", data)},
        since="days since 2024-01-01", latitudes=latitudes, longitudes=longitudes, order=order,
    )  # fmt: skip
    assert row(tmp_path, mirror)["highest_c"] == pytest.approx(10.0)


def test_packed_integers_with_scale_and_offset(tmp_path: Path) -> None:
    packed = np.full(31, 3000.0)
    packed[0] = -32767.0
    scale = {"_FillValue": -32767.0, "scale_factor": 0.002, "add_offset": 300.15}
    mirror = write(
        tmp_path / "m" / "x.nc", np.arange(31.0), {"tasmax": ("K", packed)},
        since="days since 2024-01-01", attributes={"tasmax": scale},
    )  # fmt: skip
    assert row(tmp_path, mirror)["highest_c"] == pytest.approx(33.0)


@pytest.mark.shared
def test_real_hours_of_era5_land(shared_data: Path, tmp_path: Path) -> None:
    """Two days are no month; as days they have the sums and extremes of the file."""
    import polars as pl

    from signals.fetching.physical_ranges import OutOfRange
    from signals.sources.climate.weather_grids import read_places
    from signals.sources.climate.weather_layers import WeatherLayers

    path = shared_data / "publishers" / "hourly_multi_2days_2025.nc"
    here = sites({"site_id": "A", "supplier_id": "S", "latitude": -15.4, "longitude": -55.9})
    outside = OutOfRange(path.name)
    days = read_places(path, here, 20.0, outside, WeatherLayers())
    with h5netcdf.File(path) as file:
        heat = file.variables["t2m"][:, 0, 0] - 273.15
        rain = file.variables["tp"][:, 0, 0] * 1000.0
    first = days.filter(pl.col("day") == dt.date(2025, 10, 1))
    by_name = dict(first.select("variable", "value").rows())
    assert by_name["highest_c"] == pytest.approx(heat[:24].max(), abs=1e-3)
    assert by_name["lowest_c"] == pytest.approx(heat[:24].min(), abs=1e-3)
    # The sum since midnight that is stamped at the next midnight.
    assert by_name["precipitation_mm"] == pytest.approx(rain[24], abs=0.02)
    assert outside.rejected().is_empty()


@pytest.mark.shared
def test_real_daily_maxima_named_t2m(shared_data: Path, tmp_path: Path) -> None:
    from signals.fetching.physical_ranges import OutOfRange
    from signals.sources.climate.weather_grids import read_places
    from signals.sources.climate.weather_layers import WeatherLayers

    path = shared_data / "publishers" / "daily_2m_temperature_daily_maximum_2025.nc"
    here = sites({"site_id": "A", "supplier_id": "S", "latitude": -15.4, "longitude": -55.9})
    days = read_places(path, here, 20.0, OutOfRange(path.name), WeatherLayers())
    assert days["variable"].unique().to_list() == ["highest_c"]
    assert days["day"].to_list() == [dt.date(2025, 10, day) for day in range(1, 6)]
    assert days["value"][0] == pytest.approx(307.3346 - 273.15, abs=1e-3)


def test_every_layer_is_used_rejected_or_out_of_scope(tmp_path: Path) -> None:
    """January whole and ten days of February, one of them too hot, and wind that nobody reads."""
    heat = np.full(41, 300.0)
    heat[35] = 900.0
    days = np.arange(41.0)
    mirror = write(
        tmp_path / "m" / "a.nc", days, {"tasmax": ("K", heat), "u10": ("m s-1", np.zeros(41))},
        since="days since 2024-01-01",
    )  # fmt: skip
    write(tmp_path / "m" / "b.nc", days[:31], {"tasmax": ("K", heat[:31])},
          since="days since 2024-01-01")  # fmt: skip
    (mirror / "c.nc").write_bytes(b"no NetCDF")
    using = context(tmp_path, mirror=mirror, site_rows=HERE)
    assert balance(era5, using, Unit.LAYER) == {
        "read": 41 + 41 + 31 + 1,
        "used": 31,
        "rejected": {"outside_physical_range": 1, "unreadable_file": 1},
        "out_of_scope": {
            REPEATED: 31,
            "of a day or month of which fewer than nine tenths are there": 9,
            "of a variable that is not needed": 41,
        },
    }
    far = sites({"site_id": "W", "supplier_id": "S", "latitude": 50.0, "longitude": 75.0})
    elsewhere = balance(era5, context(tmp_path, mirror=mirror, site_rows=far), Unit.LAYER)
    assert elsewhere["out_of_scope"] == {NO_SITE_IN_IT: 72, "of a variable that is not needed": 41}


def test_files_of_single_hours_are_rejected_with_all_their_layers(tmp_path: Path) -> None:
    for hour in (0.0, 12.0):
        write(tmp_path / "m" / f"{hour:.0f}.nc", hour + 24.0 * np.arange(31.0),
              {"tasmax": ("K", np.full(31, 300.0))})  # fmt: skip
    using = context(tmp_path, mirror=tmp_path / "m", site_rows=HERE)
    assert balance(era5, using, Unit.LAYER) == {"read": 62, "rejected": {"unreadable_file": 62}}


def test_a_temperature_of_each_hour_is_one_layer_for_the_highest_and_the_lowest(
    tmp_path: Path,
) -> None:
    hours = np.arange(31.0 * 24.0)
    mirror = write(tmp_path / "m" / "a.nc", hours, {"t2m": ("K", np.full(hours.size, 300.0))})
    using = context(tmp_path, mirror=mirror, site_rows=HERE)
    assert balance(era5, using, Unit.LAYER) == {"read": 744, "used": 744}
