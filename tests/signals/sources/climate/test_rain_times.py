"""Months of rain out of every step, unit, calendar and name that rasters come in."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import h5netcdf
import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.io import netcdf_file

from signals.source import Staged
from signals.sources.climate import precipitation
from tests.signals.builders import context, sites, square, staged, write_raster

Floats = NDArray[np.float64]

SITE = {"site_id": "A", "supplier_id": "S", "geometry_wkt": square(100.0, 0.46, 0.02)}
JANUARY = dt.date(2011, 1, 1)


def tif(folder: Path, name: str, value: float) -> Path:
    write_raster(folder / name, np.full((4, 4), value, np.float32), pixel=0.02)
    return folder


def read(tmp_path: Path, folder: Path, **options: Any) -> Staged:
    using = context(tmp_path, mirror=folder, site_rows=sites(SITE), **options)
    return staged(precipitation, using)


def months(outcome: Staged) -> dict[dt.date, float]:
    return dict(outcome.rows.select("month", "precipitation_mm").rows())


def netcdf(
    path: Path,
    times: list[float],
    values: list[float] | float,
    *,
    unit: str = "mm",
    variable: str = "precip",
    since: str = "days since 2011-01-01",
    time_attributes: Mapping[str, Any] | None = None,
    attributes: Mapping[str, Any] | None = None,
    file_attributes: Mapping[str, Any] | None = None,
    bounds: list[tuple[float, float]] | None = None,
    north_first: bool = False,
) -> Path:
    """Layers of one value on one degree around the site."""
    path.parent.mkdir(exist_ok=True)
    with h5netcdf.File(path, "w") as file:
        file.dimensions = {"time": len(times), "latitude": 4, "longitude": 4, "edge": 2}
        latitude = 1.5 - np.arange(4.0) if north_first else np.arange(4.0) - 1.5
        axes = {"time": times, "latitude": latitude, "longitude": 98.5 + np.arange(4.0)}
        for axis, held in axes.items():
            file.create_variable(axis, (axis,), "f8", data=np.asarray(held, dtype=float))
        file.variables["latitude"].attrs["units"] = "degrees_north"
        file.variables["longitude"].attrs["units"] = "degrees_east"
        file.variables["time"].attrs["units"] = since
        for key, value in (time_attributes or {}).items():
            file.variables["time"].attrs[key] = value
        data = np.broadcast_to(np.asarray(values, dtype="f4").reshape(-1, 1, 1), (len(times), 4, 4))
        file.create_variable(
            variable, ("time", "latitude", "longitude"), "f4", data=np.ascontiguousarray(data)
        )
        file.variables[variable].attrs["units"] = unit
        for key, value in (attributes or {}).items():
            file.variables[variable].attrs[key] = value
        for key, value in (file_attributes or {}).items():
            file.attrs[key] = value
        if bounds is not None:
            file.create_variable("time_bnds", ("time", "edge"), "f8", data=np.array(bounds))
            file.variables["time"].attrs["bounds"] = "time_bnds"
    return path.parent


def of_january(parts: int) -> list[str]:
    if parts == 31:
        return [f"chirps-v2.0.2011.01.{day:02d}.tif" for day in range(1, 32)]
    return [f"chirps-v2.0.2011.01.{part}.tif" for part in range(1, parts + 1)]


@pytest.mark.parametrize(
    ("parts", "each"), [(31, 180 / 31), (6, 30.0), (3, 60.0)], ids=["days", "pentads", "dekads"]
)
def test_parts_named_as_published_are_summed(tmp_path: Path, parts: int, each: float) -> None:
    for name in of_january(parts):
        tif(tmp_path / "m", name, each)
    outcome = read(tmp_path, tmp_path / "m")
    assert months(outcome) == {JANUARY: pytest.approx(180.0, rel=1e-5)}
    assert outcome.rejected.is_empty()


@pytest.mark.parametrize(
    ("steps", "starts"),
    [
        ("days", list(range(31))),
        ("pentads", [0, 5, 10, 15, 20, 25]),
        ("dekads", [0, 10, 20]),
    ],
)
@pytest.mark.parametrize("hour", [0.0, 0.5])
def test_parts_on_an_axis_are_summed(
    tmp_path: Path, steps: str, starts: list[int], hour: float
) -> None:
    each = 180.0 / len(starts)
    mirror = netcdf(tmp_path / "m" / "precip.nc", [day + hour for day in starts], each)
    outcome = read(tmp_path, mirror)
    assert months(outcome) == {JANUARY: pytest.approx(180.0, rel=1e-5)}, steps


def test_a_day_a_file_is_summed_over_files(tmp_path: Path) -> None:
    for day in range(31):
        name = f"precip_{JANUARY + dt.timedelta(days=day):%Y%m%d}.nc"
        mirror = netcdf(tmp_path / "m" / name, [float(day)], 6.0)
    assert months(read(tmp_path, mirror)) == {JANUARY: pytest.approx(186.0)}


@pytest.mark.parametrize("known", [28, 30])
def test_a_nearly_whole_month_is_scaled(tmp_path: Path, known: int) -> None:
    mirror = netcdf(tmp_path / "m" / "precip.nc", [float(day) for day in range(known)], 6.0)
    assert months(read(tmp_path, mirror)) == {JANUARY: pytest.approx(186.0)}


@pytest.mark.parametrize(
    ("times", "days"), [([0.0, 1.0, 2.0], 3), ([float(d) for d in range(27)], 27),
                        ([0.0, 10.0], 20)],
)  # fmt: skip
def test_a_part_of_a_month_is_no_month(tmp_path: Path, times: list[float], days: int) -> None:
    outcome = read(tmp_path, netcdf(tmp_path / "m" / "precip.nc", times, 6.0))
    assert outcome.rows.is_empty()
    (reason,) = outcome.rejected["reason"]
    assert f"of 2011-01 only {days} of 31 days are there" in reason


def test_a_month_given_whole_replaces_its_parts_and_the_same_part_counts_once(
    tmp_path: Path,
) -> None:
    for name in of_january(3):
        tif(tmp_path / "m", name, 60.0)
    tif(tmp_path / "m", "chirps-copy.2011.01.2.tif", 60.0)
    assert months(read(tmp_path, tmp_path / "m")) == {JANUARY: pytest.approx(180.0)}
    tif(tmp_path / "m", "chirps-v2.0.2011.01.tif", 181.0)
    assert months(read(tmp_path, tmp_path / "m")) == {JANUARY: pytest.approx(181.0)}


def test_parts_that_overlap_are_named(tmp_path: Path) -> None:
    for name in of_january(31):
        tif(tmp_path / "m", name, 1.0)
    tif(tmp_path / "m", "chirps_20110101-20110105.tif", 5.0)
    outcome = read(tmp_path, tmp_path / "m")
    assert months(outcome) == {JANUARY: pytest.approx(31.0)}
    assert "are partly in" in outcome.rejected["reason"][0]


@pytest.mark.parametrize(
    ("name", "reported"),
    [
        ("chirps_2011.tif", "2011-01-01 to 2011-12-31, which is neither a month"),
        ("chirps_20110101-20111231.tif", "neither a month"),
        ("chirps_20110120-20110205.tif", "neither a month"),
        ("chirps_2011_20120315.tif", "holds the dates"),
        ("chirps.tif", "holds no date"),
    ],
)
def test_names_of_no_month_are_rejected(tmp_path: Path, name: str, reported: str) -> None:
    tif(tmp_path / "m", name, 5.0)
    tif(tmp_path / "m", "chirps_2011-03.tif", 5.0)
    outcome = read(tmp_path, tmp_path / "m")
    assert list(months(outcome)) == [dt.date(2011, 3, 1)]
    (reason,) = outcome.rejected["reason"]
    assert reported in reason


MONTHS = [0.0, 31.0, 59.0]


@pytest.mark.parametrize(
    ("unit", "variable", "attributes", "each", "expected"),
    [
        ("mm/day", "pr", {}, 6.0, 186.0),
        ("kg m-2 s-1", "pr", {}, 6.0 / 86_400, 186.0),
        ("mm/hr", "precipitation", {}, 0.25, 186.0),
        ("m", "tp", {"GRIB_stepType": "avgad"}, 0.006, 186.0),
        ("m", "tp", {"GRIB_stepType": "avgas"}, 0.006, 186.0),
        ("m", "precip", {}, 0.186, 186.0),
        ("mm/month", "precip", {}, 186.0, 186.0),
    ],
)
def test_monthly_means_of_daily_rates(
    tmp_path: Path, unit: str, variable: str, attributes: dict[str, str], each: float,
    expected: float,
) -> None:  # fmt: skip
    mirror = netcdf(
        tmp_path / "m" / "precip.nc", MONTHS, each, unit=unit, variable=variable,
        attributes=attributes,
    )  # fmt: skip
    assert months(read(tmp_path, mirror))[JANUARY] == pytest.approx(expected, rel=1e-5)


@pytest.mark.parametrize(("declared", "expected"), [("m/day", 186.0), ("m/month", 6.0)])
def test_monthly_tp_in_metres_is_of_the_declared_period(
    tmp_path: Path, declared: str, expected: float
) -> None:
    mirror = netcdf(tmp_path / "m" / "precip.nc", MONTHS, 0.006, unit="m", variable="tp")
    outcome = read(tmp_path, mirror)
    assert outcome.rows.is_empty()
    assert "may be of a mean day" in outcome.rejected["reason"][0]
    with_unit = read(tmp_path, mirror, unit=declared)
    assert months(with_unit)[JANUARY] == pytest.approx(expected, rel=1e-5)


@pytest.mark.parametrize(
    ("given", "reported"),
    [
        ({"times": [0.0, 1.0, 2.0], "unit": "mm/month"}, "its layers are of 1 days"),
        ({"times": MONTHS, "unit": "mm/pentad"}, "its layers are of 31 days"),
        ({"times": [0.0, 10.0, 20.0], "unit": "mm/pentad"}, "its layers are of 10 days"),
        ({"times": MONTHS, "file_attributes": {"frequency": "day"}}, "state the step day"),
        ({"times": [0.0, 1.0], "file_attributes": {"time_coverage_resolution": "P1M"}},
         "state the step month"),
        ({"times": [n / 24 for n in range(48)]}, "its times are hours"),
        ({"times": [n / 4 for n in range(48)]}, "its times are hours"),
        ({"times": [0.0, 8.0, 16.0]}, "neither days nor months"),
        ({"times": [2.0, 7.0, 12.0]}, "neither days nor months"),
        ({"times": [0.0]}, "may be a day or a month"),
        ({"times": [0.0], "file_attributes": {"frequency": "yr"}}, "neither a month"),
        ({"times": [0.0, 3.0, 31.0, 62.0, 90.0]}, "two of its times are in one month"),
        ({"times": MONTHS, "time_attributes": {"climatology": "bnds"}}, "climatology"),
        ({"times": [0.0, 1.0], "bounds": [(0.0, 1.0), (5.0, 6.0)]}, "outside its bounds"),
        ({"times": [0.0], "bounds": [(0.0, 0.25)]}, "its times are hours"),
        ({"times": [0.0], "bounds": [(0.0, 365.0)]}, "neither a month"),
    ],
)  # fmt: skip
def test_steps_that_contradict_or_say_nothing_are_rejected(
    tmp_path: Path, given: dict[str, Any], reported: str
) -> None:
    times = given.pop("times")
    outcome = read(tmp_path, netcdf(tmp_path / "m" / "precip.nc", times, 6.0, **given))
    assert outcome.rows.is_empty()
    (reason,) = outcome.rejected["reason"]
    assert reported in reason
    assert reason.startswith("precip.nc: ")


@pytest.mark.parametrize(
    ("name", "times", "first"),
    [
        ("precip_2011-01.nc", [0.0], JANUARY),
        ("precip_monthly.nc", [14.0], JANUARY),
        ("3B-MO.MS.MRG.3IMERG.20110101-S000000-E235959.precip.nc4", [0.0], JANUARY),
        ("precip_2011.nc", MONTHS, JANUARY),
    ],
)
def test_a_month_by_its_name(tmp_path: Path, name: str, times: list[float], first: dt.date) -> None:
    mirror = netcdf(tmp_path / "m" / name, times, 62.0)
    outcome = read(tmp_path, mirror, files=["*.nc*"])
    assert months(outcome)[first] == pytest.approx(62.0)


@pytest.mark.parametrize(
    ("name", "times"), [("precip_2012-01.nc", [0.0]), ("precip_2013.nc", MONTHS),
                        ("precip_2010-12-01.nc", [3.0])],
)  # fmt: skip
def test_a_name_that_contradicts_the_axis_is_rejected(
    tmp_path: Path, name: str, times: list[float]
) -> None:
    outcome = read(tmp_path, netcdf(tmp_path / "m" / name, times, 62.0))
    assert outcome.rows.is_empty()
    assert "correct the one that is wrong" in outcome.rejected["reason"].item()


@pytest.mark.parametrize(
    ("since", "kind", "times", "expected"),
    [
        ("days since 1850-01-01", "noleap", [161 * 365.0, 161 * 365.0 + 31],
         [JANUARY, dt.date(2011, 2, 1)]),
        ("days since 1850-01-01", "360_day", [161 * 360.0 + 15, 161 * 360.0 + 45],
         [JANUARY, dt.date(2011, 2, 1)]),
        ("months since 1960-01-01", "360", [612.5, 613.5], [JANUARY, dt.date(2011, 2, 1)]),
        ("hours since 1900-01-01 00:00:0.0", "gregorian", [973_008.0, 973_752.0],
         [JANUARY, dt.date(2011, 2, 1)]),
        ("days since 1-1-1 00:00:00", "standard", [734_139.0, 734_170.0],
         [JANUARY, dt.date(2011, 2, 1)]),
        ("hours since 2010-12-31 18:00", "standard", [6.0, 750.0],
         [JANUARY, dt.date(2011, 2, 1)]),
        ("minutes since 2011-01-01", "proleptic_gregorian", [0.0, 44_640.0],
         [JANUARY, dt.date(2011, 2, 1)]),
    ],
)  # fmt: skip
def test_calendars_give_true_months(
    tmp_path: Path, since: str, kind: str, times: list[float], expected: list[dt.date]
) -> None:
    mirror = netcdf(
        tmp_path / "m" / "precip.nc", times, 62.0, since=since, time_attributes={"calendar": kind}
    )
    assert list(months(read(tmp_path, mirror))) == expected


@pytest.mark.parametrize(
    "edges",
    [[(0.0, 31.0), (31.0, 59.0)], [(0.0, 30.0), (31.0, 58.0)]],
    ids=["after the last day", "on the last day"],
)
def test_bounds_decide_what_a_time_at_the_end_describes(
    tmp_path: Path, edges: list[tuple[float, float]]
) -> None:
    ends = [edge[1] for edge in edges]
    mirror = netcdf(tmp_path / "m" / "precip.nc", ends, [62.0, 56.0], bounds=edges)
    found = months(read(tmp_path, mirror))
    assert found == {JANUARY: pytest.approx(62.0), dt.date(2011, 2, 1): pytest.approx(56.0)}


def test_bounds_of_the_classic_format(tmp_path: Path) -> None:
    path = tmp_path / "m" / "precip_classic.nc"
    path.parent.mkdir()
    with netcdf_file(path, "w") as file:
        for name, size in (("time", 1), ("latitude", 4), ("longitude", 4), ("edge", 2)):
            file.createDimension(name, size)
        held = {
            "time": (("time",), [31.0]), "time_bnds": (("time", "edge"), [[0.0, 31.0]]),
            "latitude": (("latitude",), np.arange(4.0) - 1.5),
            "longitude": (("longitude",), 98.5 + np.arange(4.0)),
            "precip": (("time", "latitude", "longitude"), np.full((1, 4, 4), 62.0)),
        }  # fmt: skip
        for name, (axes, values) in held.items():
            variable = file.createVariable(name, "f8", axes)
            variable[:] = values
        file.variables["time"].units = "days since 2011-01-01"
        file.variables["time"].bounds = "time_bnds"
        file.variables["latitude"].units = "degrees_north"
        file.variables["longitude"].units = "degrees_east"
        file.variables["precip"].units = "mm"
    assert months(read(tmp_path, path.parent)) == {JANUARY: pytest.approx(62.0)}


@pytest.mark.parametrize("fill", [-9999.0, 1e20, 9999.0, -999.0, 65_535.0])
def test_fill_values_that_are_not_declared_leave_the_mean(tmp_path: Path, fill: float) -> None:
    values = np.full((4, 4), 300.0, np.float32)
    values[2, 0] = fill
    write_raster(tmp_path / "m" / "chirps_2011-01.tif", values, pixel=0.02, nodata=-1.0)
    wide = SITE | {"geometry_wkt": square(100.0, 0.42, 0.06)}
    using = context(tmp_path, mirror=tmp_path / "m", site_rows=sites(wide))
    outcome = staged(precipitation, using)
    assert outcome.rows["precipitation_mm"].to_list() == [pytest.approx(300.0)]
    reason = outcome.rejected["reason"].item()
    assert reason.startswith("chirps_2011-01.tif: rain of month around all sites is outside")


def test_many_files_with_the_same_fault_share_one_sentence(tmp_path: Path) -> None:
    for month in range(1, 5):
        tif(tmp_path / "m", f"chirps_2011-{month:02d}.tif", -9999.0)
    outcome = read(tmp_path, tmp_path / "m")
    reason = outcome.rejected["reason"].item()
    assert reason.startswith("chirps_2011-01.tif and 3 more files: ")
    assert "fill value that the file does not declare" in reason


@pytest.mark.parametrize("north_first", [True, False])
def test_latitudes_in_either_order_and_packed_integers(tmp_path: Path, north_first: bool) -> None:
    mirror = netcdf(
        tmp_path / "m" / "precip.nc", MONTHS, 620.0, north_first=north_first,
        attributes={"scale_factor": 0.1, "add_offset": 0.5},
    )  # fmt: skip
    assert months(read(tmp_path, mirror))[JANUARY] == pytest.approx(62.5)


@pytest.mark.parametrize(("rows", "columns"), [(1, 1), (1, 4), (4, 1)])
def test_a_grid_of_one_row_or_column_is_rejected(tmp_path: Path, rows: int, columns: int) -> None:
    path = tmp_path / "m" / "precip_2011-01.nc"
    path.parent.mkdir()
    with h5netcdf.File(path, "w") as file:
        file.dimensions = {"time": 1, "latitude": rows, "longitude": columns}
        axes = {"time": [0.0], "latitude": np.arange(float(rows)),
                "longitude": 99.5 + np.arange(float(columns))}  # fmt: skip
        for axis, held in axes.items():
            file.create_variable(axis, (axis,), "f8", data=np.asarray(held, dtype=float))
        file.variables["time"].attrs["units"] = "days since 2011-01-01"
        file.variables["latitude"].attrs["units"] = "degrees_north"
        file.variables["longitude"].attrs["units"] = "degrees_east"
        file.create_variable("precip", tuple(axes), "f4", data=np.full((1, rows, columns), 5, "f4"))
    outcome = read(tmp_path, path.parent)
    assert outcome.rows.is_empty()
    assert "at least two rows and two columns" in outcome.rejected["reason"].item()
