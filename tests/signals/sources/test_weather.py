"""Daily weather from NASA POWER and ERA5, with what goes wrong in it."""

import datetime as dt
import json
from dataclasses import replace
from pathlib import Path

import h5netcdf
import numpy as np
import polars as pl
import pytest

from signals.source_errors import StoppedEarlyError
from signals.sources.climate import era5, nasa_power
from tests.signals.builders import context, sites, staged
from tests.signals.web import Answer, serve, store

SITES = sites(
    {"site_id": "A", "supplier_id": "S1", "latitude": 10.02, "longitude": 105.1},
    {"site_id": "B", "supplier_id": "S2", "latitude": 9.9, "longitude": 104.9},
    {"site_id": "C", "supplier_id": "S3", "latitude": 52.0, "longitude": 4.0},
)


def answer(days: int = 62, **changes: object) -> dict[str, object]:
    names = [f"{dt.date(2024, 1, 1) + dt.timedelta(days=i):%Y%m%d}" for i in range(days)]
    values = {"T2M_MAX": 34.0, "T2M_MIN": 24.0, "T2MDEW": 24.0, "PRECTOTCORR": 2.0}
    return {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": [105.0, 10.0, 3.1]},
        "properties": {"parameter": {k: dict.fromkeys(names, v) for k, v in values.items()}},
        "header": {"fill_value": -999.0},
        **changes,
    }


def write(folder: Path, content: object, name: str = "power_1.json") -> Path:
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(content if isinstance(content, str) else json.dumps(content))
    return folder


def test_an_answer_becomes_months_of_the_sites_in_its_cell(tmp_path: Path) -> None:
    mirror = write(tmp_path / "mirror", answer())
    outcome = staged(nasa_power, context(tmp_path, mirror=mirror, site_rows=SITES))
    first = outcome.rows.filter(pl.col("month") == dt.date(2024, 1, 1))
    assert sorted(first["site_id"]) == ["A", "B"]
    row = first.row(0, named=True)
    assert (row["lowest_c"], row["highest_c"], row["precipitation_mm"]) == (24.0, 34.0, 62.0)
    assert row["heat_hours"] == 31 * 4
    assert row["published_on"] == dt.date(2024, 1, 31) + dt.timedelta(days=60)
    # Two days of March are no month.
    assert outcome.rows["month"].max() == dt.date(2024, 2, 1)


def test_minus_999_is_missing_and_not_cold(tmp_path: Path) -> None:
    content = answer()
    lowest = content["properties"]["parameter"]["T2M_MIN"]  # type: ignore[index]  # as built above
    for day in list(lowest)[:10]:
        lowest[day] = -999.0
    outcome = staged(
        nasa_power, context(tmp_path, mirror=write(tmp_path / "m", content), site_rows=SITES)
    )
    months = {row["month"].month: row for row in outcome.rows.filter(site_id="A").to_dicts()}
    assert months[1]["lowest_c"] is None
    assert months[1]["highest_c"] == 34.0
    assert months[2]["lowest_c"] == 24.0


@pytest.mark.parametrize("fill", [-9999.0, 1e20, 9999.0])
def test_a_fill_value_that_the_header_does_not_name_is_left_out_and_counted(
    tmp_path: Path, fill: float
) -> None:
    content = answer()
    days = content["properties"]["parameter"]["T2M_MAX"]  # type: ignore[index]  # as built above
    days["20240105"] = fill
    mirror = write(tmp_path / "m", content)
    outcome = staged(nasa_power, context(tmp_path, mirror=mirror, site_rows=SITES))
    january = outcome.rows.filter(site_id="A", month=dt.date(2024, 1, 1)).row(0, named=True)
    assert january["highest_c"] == 34.0
    (reason,) = outcome.rejected["reason"]
    assert reason.startswith("power_1.json: 1 of 124 values of temperature are outside")
    assert "fill value" in reason


@pytest.mark.parametrize(
    ("keys", "reported"),
    [(["202011", "202012", "202013"], "'202011', which is no day"),
     (["2020010100", "2020010101"], "'2020010100', which is no day")],
)  # fmt: skip
def test_months_and_hours_of_the_service_are_no_days(
    tmp_path: Path, keys: list[str], reported: str
) -> None:
    parameters = {name: dict.fromkeys(keys, 20.0) for name in nasa_power.PARAMETERS}
    mirror = write(tmp_path / "m", answer(properties={"parameter": parameters}))
    outcome = staged(nasa_power, context(tmp_path, mirror=mirror, site_rows=SITES))
    assert outcome.rows.is_empty()
    assert reported in outcome.rejected["reason"].item()


def test_another_unit_of_the_service_is_rejected(tmp_path: Path) -> None:
    content = answer(parameters={"T2M_MAX": {"units": "F", "longname": "x"}})
    mirror = write(tmp_path / "m", content)
    outcome = staged(nasa_power, context(tmp_path, mirror=mirror, site_rows=SITES))
    assert "T2M_MAX is in 'F' and not in C" in outcome.rejected["reason"].item()


@pytest.mark.parametrize(
    "content", ['{"properties": {}}', '{"cut": ', "[]", '{"messages": ["quota exceeded"]}']
)
def test_what_is_no_answer_is_rejected_by_name(tmp_path: Path, content: str) -> None:
    mirror = write(tmp_path / "m", content)
    outcome = staged(nasa_power, context(tmp_path, mirror=mirror, site_rows=SITES))
    assert outcome.rows.is_empty()
    (reason,) = outcome.rejected["reason"]
    assert "power_1.json" in reason


def test_longitudes_from_0_to_360(tmp_path: Path) -> None:
    west = sites({"site_id": "W", "supplier_id": "S", "latitude": 10.0, "longitude": -75.0})
    content = answer(geometry={"type": "Point", "coordinates": [285.0, 10.0, 0.0]})
    outcome = staged(
        nasa_power, context(tmp_path, mirror=write(tmp_path / "m", content), site_rows=west)
    )
    assert set(outcome.rows["site_id"]) == {"W"}


def point(first: str, last: str) -> str:
    return (
        "/point?parameters=T2M_MAX,T2M_MIN,T2MDEW,PRECTOTCORR&community=AG&longitude=105.0"
        f"&latitude=10.0&start={first}&end={last}&format=JSON"
    )


def test_a_cell_of_sites_is_asked_for_once_and_not_for_the_exact_place(tmp_path: Path) -> None:
    two = SITES.filter(pl.col("site_id") != "C")
    body = json.dumps(answer()).encode()
    with serve() as web:
        web.answers[point("19900101", "20201231")] = [Answer(503), Answer(body=body)]
        web.answers[point("20210101", "20240331")] = [Answer(body=body)]
        using = context(
            tmp_path, url=web.url("/point"), site_rows=two, raw_store=store(tmp_path / "store")
        )
        assert [len(nasa_power.pull(using)), len(web.asked)] == [2, 3]
        # The runs of a quarter ask for nothing more, the next one for the days since 2021.
        web.asked.clear()
        assert len(nasa_power.pull(replace(using, as_of=dt.date(2024, 8, 28)))) == 2
        assert web.asked == []
        later = point("20210101", "20240630")
        web.answers[later] = [Answer(body=body)]
        assert len(nasa_power.pull(replace(using, as_of=dt.date(2024, 8, 29)))) == 2
        assert [path for _, path, _ in web.asked] == [later]
    assert len(nasa_power.PARAMETERS) <= nasa_power.MAX_PARAMETERS


def write_netcdf(path: Path, *, unit: str = "K", hole: bool = False) -> Path:
    days = 31
    path.parent.mkdir(exist_ok=True)
    with h5netcdf.File(path, "w") as file:
        file.dimensions = {"valid_time": days, "latitude": 2, "longitude": 3}
        file.create_variable("valid_time", ("valid_time",), "i8", data=np.arange(days) * 24)
        file.variables["valid_time"].attrs["units"] = "hours since 2024-01-01"
        file.create_variable("latitude", ("latitude",), "f8", data=np.array([10.0, 9.75]))
        file.create_variable(
            "longitude", ("longitude",), "f8", data=np.array([284.75, 285, 285.25])
        )
        shape = (days, 2, 3)
        fields = {
            "mx2t": (unit, np.full(shape, 307.15)),
            "mn2t": ("K", np.full(shape, 297.15)),
            "d2m": ("K", np.full(shape, 297.15)),
            "tp": ("m", np.full(shape, 0.002)),
        }
        for name, (units, data) in fields.items():
            if hole:
                data[:, 0, 1] = np.nan
                data[:, 0, 0] += 0.0 if name == "tp" else 1.0
            axes = ("valid_time", "latitude", "longitude")
            file.create_variable(name, axes, "f8", data=data)
            file.variables[name].attrs["units"] = units
    return path.parent


WEST = sites({"site_id": "W", "supplier_id": "S", "latitude": 10.02, "longitude": -75.03})


def test_a_grid_in_kelvin_and_metres_with_longitudes_to_360(tmp_path: Path) -> None:
    mirror = write_netcdf(tmp_path / "m" / "era5.nc")
    row = staged(era5, context(tmp_path, mirror=mirror, site_rows=WEST)).rows.row(0, named=True)
    assert row["highest_c"] == pytest.approx(34.0)
    assert row["precipitation_mm"] == pytest.approx(62.0)
    assert row["heat_hours"] == pytest.approx(124.0)
    assert row["latitude"] == pytest.approx(10.02)


def test_an_empty_coast_cell_takes_the_nearest_with_data_within_reach(tmp_path: Path) -> None:
    mirror = write_netcdf(tmp_path / "m" / "era5.nc", hole=True)
    near = staged(era5, context(tmp_path, mirror=mirror, site_rows=WEST)).rows
    assert near["highest_c"].to_list() == [pytest.approx(35.0)]
    far = staged(era5, context(tmp_path, mirror=mirror, site_rows=WEST, nearest_km=5.0)).rows
    assert far.is_empty()


@pytest.mark.parametrize("unit", ["furlong", "F"])
def test_unknown_units_are_rejected(tmp_path: Path, unit: str) -> None:
    mirror = write_netcdf(tmp_path / "m" / "era5.nc", unit=unit)
    outcome = staged(era5, context(tmp_path, mirror=mirror, site_rows=WEST))
    assert f"'{unit}'" in outcome.rejected["reason"][0]


def test_what_is_no_netcdf_is_rejected_by_name(tmp_path: Path) -> None:
    mirror = write(tmp_path / "m", "<html>", "era5.nc")
    outcome = staged(era5, context(tmp_path, mirror=mirror, site_rows=WEST))
    assert "nccopy" in outcome.rejected["reason"][0]


@pytest.mark.shared
def test_the_real_list_of_places_is_read_with_its_units(shared_data: Path, tmp_path: Path) -> None:
    mirror = shared_data / "earth" / "heat-stress-reference"
    place = sites({"site_id": "V", "supplier_id": "S", "latitude": 48.6, "longitude": -123.2})
    options = {"files": ["era5_daily*.nc"]}
    outcome = staged(era5, context(tmp_path, mirror=mirror, site_rows=place, **options))
    rows = outcome.rows
    assert rows.height == 48
    assert rows["highest_c"].is_between(-5, 30).all()
    yearly = rows.group_by(pl.col("month").dt.year()).agg(pl.col("precipitation_mm").sum())
    assert yearly["precipitation_mm"].is_between(400, 3000).all()


def test_cells_answered_before_nasa_power_stops_are_used_and_not_asked_again(
    tmp_path: Path,
) -> None:
    listed = sites(
        {"site_id": "A", "supplier_id": "S", "latitude": 0.0, "longitude": 100.0},
        {"site_id": "B", "supplier_id": "S", "latitude": 1.0, "longitude": 100.0},
    )
    paths = [
        f"/point?parameters={','.join(nasa_power.PARAMETERS)}&community=AG&longitude=100.0"
        f"&latitude={latitude}&start=20230101&end=20240331&format=JSON"
        for latitude in (0.0, 1.0)
    ]
    with serve() as web:
        web.answers |= {paths[0]: [Answer(body=b"{}")], paths[1]: [Answer(429)]}
        using = context(
            tmp_path,
            url=web.url("/point"),
            site_rows=listed,
            raw_store=store(tmp_path / "store"),
            first_year=2024,
        )
        with pytest.raises(StoppedEarlyError, match="1 of 2 requests") as stopped:
            nasa_power.pull(using)
        web.answers[paths[1]] = [Answer(body=b"{}")]
        web.asked.clear()
        assert len(nasa_power.pull(using)) == 2
    assert [raw.key for raw in stopped.value.files] == ["0.0_100.0"]
    assert [path for _, path, _ in web.asked] == [paths[1]]
