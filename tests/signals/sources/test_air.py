"""Air pollutants from stations and grids, and what goes wrong in them."""

from __future__ import annotations

import datetime as dt
import gzip
import json
import shutil
from pathlib import Path
from typing import Any

import h5netcdf
import numpy as np
import polars as pl
import pytest

from signals.environment import air_pollution, no2_column_excess
from signals.fetching.host_limits import LIMITS
from signals.source_errors import SourceUnavailableError, StoppedEarlyError
from signals.sources.climate import cams, openaq, sentinel5p
from signals.sources.climate.air_rows import micrograms_factor
from signals.sources.climate.openaq_responses import read_locations, read_page, results_of
from suppliers.input_errors import DataRejectedError
from tests.signals.builders import AS_OF, all_staged, context, sites, staged, write_raster
from tests.signals.web import Answer, serve, store

SITES = sites(
    {"site_id": "near", "supplier_id": "S1", "latitude": 10.02, "longitude": 105.02},
    {"site_id": "far", "supplier_id": "S2", "latitude": 10.9, "longitude": 105.02},
)
LAST = AS_OF - dt.timedelta(days=openaq.CARD.publication_lag_days)


def page(results: list[Any], *, found: object = None, limit: int = 1000, number: int = 1) -> bytes:
    total = len(results) if found is None else found
    meta = {"name": "openaq-api", "website": "/", "page": number, "limit": limit, "found": total}
    return json.dumps({"meta": meta, "results": results}).encode()


def location(number: int, latitude: float, longitude: float, **changes: object) -> dict[str, Any]:
    sensors = [
        {"id": number * 10 + place, "parameter": {"id": key, "name": name, "units": unit}}
        for place, (key, name, unit) in enumerate([(2, "pm25", "µg/m³"), (7, "no2", "ppm")])
    ]
    return {
        "id": number,
        "coordinates": {"latitude": latitude, "longitude": longitude},
        "isMobile": False,
        "sensors": sensors,
        **changes,
    }


def days(
    value: float | None,
    count: int = 365,
    *,
    name: str = "pm25",
    unit: str = "µg/m³",
    hours: int = 24,
) -> list[dict[str, Any]]:
    moments = [dt.datetime.combine(LAST, dt.time()) - dt.timedelta(days=n) for n in range(count)]
    return [
        {
            "period": {
                "datetimeFrom": {"local": f"{moment.isoformat()}+07:00"},
                "datetimeTo": {
                    "local": f"{(moment + dt.timedelta(hours=hours)).isoformat()}+07:00"
                },
            },
            "value": value,
            "parameter": {"name": name, "units": unit},
            "coverage": {"percentComplete": 100},
        }
        for moment in moments
    ]


def mirror(tmp_path: Path, **bodies: bytes) -> Path:
    folder = tmp_path / "m"
    folder.mkdir()
    for name, body in bodies.items():
        (folder / f"{name}.json").write_bytes(body)
    return folder


def rows(tmp_path: Path, folder: Path) -> list[dict[str, Any]]:
    return staged(openaq, context(tmp_path, mirror=folder, site_rows=SITES)).rows.to_dicts()


def test_the_nearest_station_speaks_and_a_site_without_one_has_nothing(tmp_path: Path) -> None:
    folder = mirror(
        tmp_path,
        locations=page([location(1, 10.0, 105.0), location(3, 10.0, 105.5)]),
        sensor_10=page(days(15.0)),
        sensor_11=page(days(0.01, name="no2", unit="ppm")),
        sensor_30=page(days(99.0)),
    )
    pm25, no2 = sorted(rows(tmp_path, folder), key=lambda row: row["pollutant"], reverse=True)
    assert (pm25["site_id"], no2["site_id"]) == ("near", "near")
    assert pm25["micrograms_m3"] == pytest.approx(15.0)
    assert no2["micrograms_m3"] == pytest.approx(0.01 * 1000 * 46.0055 / 24.055)
    assert pm25["distance_km"] == pytest.approx(3.1, abs=0.1)
    assert pm25["observed_to"] == LAST


def test_codes_for_no_value_are_missing_and_the_noise_of_clean_air_is_not(tmp_path: Path) -> None:
    given = days(-999.0, 30) + days(-1.0, 365)[30:200] + days(3.0, 365)[200:]
    folder = mirror(tmp_path, locations=page([location(1, 10.0, 105.0)]), sensor_10=page(given))
    (row,) = rows(tmp_path, folder)
    assert row["micrograms_m3"] == pytest.approx((-170 + 3 * 165) / 335)
    assert row["covered_share"] == pytest.approx(335 / 365)


def test_less_than_three_quarters_of_a_year_is_no_year(tmp_path: Path) -> None:
    folder = mirror(
        tmp_path, locations=page([location(1, 10.0, 105.0)]), sensor_10=page(days(15.0, 270))
    )
    assert rows(tmp_path, folder) == []


def test_hours_make_days_when_enough_of_them_are_there(tmp_path: Path) -> None:
    hours = [
        {**entry, "period": {
            "datetimeFrom": {"local": f"{day}T{hour:02d}:00:00+07:00"},
            "datetimeTo": {"local": f"{day}T{hour:02d}:59:59.999999+07:00"}}}
        for entry in days(8.0, 300)
        for day in [entry["period"]["datetimeFrom"]["local"][:10]]
        for hour in range(20)
    ]  # fmt: skip
    folder = mirror(tmp_path, locations=page([location(1, 10.0, 105.0)]), sensor_10=page(hours))
    (row,) = rows(tmp_path, folder)
    assert (row["micrograms_m3"], row["covered_share"]) == pytest.approx((8.0, 300 / 365))


def test_a_moving_monitor_is_no_station(tmp_path: Path) -> None:
    folder = mirror(
        tmp_path,
        locations=page([location(1, 10.0, 105.0, isMobile=True)]),
        sensor_10=page(days(15.0)),
    )
    assert rows(tmp_path, folder) == []


@pytest.mark.parametrize(
    ("records", "reported"),
    [([location(1, 105.0, 10.0)], "swapped"), ([location(2178, 10.0, 20.0)], "order"),
     ([{"id": 1}], "/v3/locations")],
)  # fmt: skip
def test_places_that_cannot_be_are_rejected(records: list[Any], reported: str) -> None:
    with pytest.raises(DataRejectedError, match=reported):
        read_locations(records, "locations.json")


@pytest.mark.parametrize(
    ("content", "reported"),
    [([], "no page"), ({"meta": {}, "results": []}, "page and limit"),
     ({"meta": {"page": 1, "limit": 100, "found": 3}, "results": [1]}, "1 of the 3"),
     ({"meta": {"page": 2, "limit": 2, "found": 4}, "results": [1]}, "1 of the 2")],
)  # fmt: skip
def test_half_a_page_is_not_a_page(content: object, reported: str) -> None:
    with pytest.raises(DataRejectedError, match=reported):
        results_of(content, "p.json")


def test_more_than_a_hundred_may_be_reported_in_words() -> None:
    assert results_of({"meta": {"page": 1, "limit": 100, "found": ">100"}, "results": [1]}, "p")


@pytest.mark.parametrize("unit", ["ppm", "ppb", "kg kg-1"])
def test_dust_has_no_share_of_the_air(unit: str) -> None:
    assert micrograms_factor("no2", unit, "f") > 0
    with pytest.raises(DataRejectedError, match="pm25 is in"):
        micrograms_factor("pm25", unit, "f")


def test_the_archive_reads_like_the_api(tmp_path: Path) -> None:
    head = "location_id,sensors_id,location,datetime,lat,lon,parameter,units,value\n"
    lines = [
        f"1,10,Name,{LAST - dt.timedelta(days=n)}T{hour:02d}:00:00+07:00,10.0,105.0,pm25,µg/m³,7.5"
        for n in range(300)
        for hour in range(1, 20)
    ]
    folder = tmp_path / "m"
    folder.mkdir()
    body = gzip.compress((head + "\n".join(lines)).encode())
    (folder / "location-1-2024.csv.gz").write_bytes(body)
    (row,) = rows(tmp_path, folder)
    assert row["micrograms_m3"] == pytest.approx(7.5)


def asked(web_answers: dict[str, list[Answer]], root: str, known: list[Any]) -> None:
    tail = "&radius=25000&parameters_id=2,7&limit=1000&page=1"
    web_answers[f"/v3/locations?coordinates=35.1353,-106.5847{tail}"] = [Answer(body=page(known))]
    web_answers[f"/v3/locations?coordinates=10.0,105.0{tail}"] = [
        Answer(429, headers={"Retry-After": "3"}),
        Answer(503),
        Answer(body=page([location(1, 10.0, 105.0)])),
    ]
    first = LAST - dt.timedelta(days=364)
    span = f"?date_from={first}&date_to={LAST + dt.timedelta(days=1)}&limit=1000&page=1"
    web_answers[f"/v3/sensors/10/days{span}"] = [Answer(body=page(days(15.0)))]
    web_answers[f"/v3/sensors/11/days{span}"] = [Answer(body=page([]))]


NEAR = SITES.filter(pl.col("site_id") == "near")
ALBUQUERQUE = [location(2178, 35.1353, -106.584702)]


def test_the_api_is_asked_by_cell_with_the_key_and_waits_as_reported(tmp_path: Path) -> None:
    waits: list[float] = []
    with serve() as web:
        asked(web.answers, web.root, ALBUQUERQUE)
        kept = store(tmp_path / "store", waits, OPENAQ_API_KEY="secret")
        using = context(tmp_path, url=web.url("/v3"), site_rows=NEAR, raw_store=kept)
        (outcome,) = all_staged(openaq, using)
        keys = {headers.get("x-api-key") for _, _, headers in web.asked}
    assert outcome.rows["micrograms_m3"].to_list() == [pytest.approx(15.0)]
    assert (keys, waits) == ({"secret"}, [3.0, 2.0])


def test_at_most_one_request_a_second() -> None:
    assert LIMITS["api.openaq.org"].pause_seconds == pytest.approx(1.8)


def test_stations_that_ended_do_not_hide_one_that_goes_on(tmp_path: Path) -> None:
    ended = {"datetimeLast": {"utc": f"{LAST - dt.timedelta(days=92)}T14:00:00Z"}}
    goes_on = {"datetimeLast": {"utc": f"{LAST - dt.timedelta(days=91)}T14:00:00Z"}}
    tail = "&radius=25000&parameters_id=2,7&limit=1000&page=1"
    found = [location(number, 10.0, 105.0, **ended) for number in (2, 3, 4)]
    found.append(location(5, 10.01, 105.0, **goes_on))
    with serve() as web:
        asked(web.answers, web.root, ALBUQUERQUE)
        web.answers[f"/v3/locations?coordinates=10.0,105.0{tail}"] = [Answer(body=page(found))]
        span = next(path for path in web.answers if "/sensors/10/" in path)
        for sensor in (50, 51):
            web.answers[span.replace("/10/", f"/{sensor}/")] = [Answer(body=page([]))]
        kept = store(tmp_path / "store", OPENAQ_API_KEY="secret")
        openaq.pull(context(tmp_path, url=web.url("/v3"), site_rows=NEAR, raw_store=kept))
        sensors = [path.split("/")[3] for _, path, _ in web.asked if "/sensors/" in path]
    assert sensors == ["50", "51"]


def test_what_came_before_a_limit_is_used_and_the_next_run_goes_on(tmp_path: Path) -> None:
    with serve() as web:
        asked(web.answers, web.root, ALBUQUERQUE)
        second = next(path for path in web.answers if "/sensors/11/" in path)
        answered = web.answers[second]
        web.answers[second] = [Answer(429)]
        kept = store(tmp_path / "store", OPENAQ_API_KEY="secret")
        using = context(tmp_path, url=web.url("/v3"), site_rows=NEAR, raw_store=kept)
        with pytest.raises(StoppedEarlyError, match="1 of 2 sensors") as stopped:
            openaq.pull(using)
        (outcome,) = openaq.stage(stopped.value.files, using)
        web.answers[second] = answered
        web.asked.clear()
        openaq.pull(using)
        again = [path for _, path, _ in web.asked if "/sensors/" in path]
    assert outcome.rows["micrograms_m3"].to_list() == [pytest.approx(15.0)]
    assert again == [second]


def test_where_the_known_station_is_not_found_nothing_is_believed(tmp_path: Path) -> None:
    with serve() as web:
        asked(web.answers, web.root, [location(9, 35.1, -106.6)])
        kept = store(tmp_path / "store", OPENAQ_API_KEY="secret")
        using = context(tmp_path, url=web.url("/v3"), site_rows=NEAR, raw_store=kept)
        with pytest.raises(SourceUnavailableError, match="order of coordinates"):
            openaq.pull(using)


def test_half_a_page_of_the_api_and_no_key_are_reported(tmp_path: Path) -> None:
    with serve() as web:
        asked(web.answers, web.root, ALBUQUERQUE)
        path = next(path for path in web.answers if "35.1353" in path)
        web.answers[path] = [Answer(body=page(ALBUQUERQUE, found=5))]
        kept = store(tmp_path / "store", OPENAQ_API_KEY="secret")
        using = context(tmp_path, url=web.url("/v3"), site_rows=NEAR, raw_store=kept)
        with pytest.raises(SourceUnavailableError, match="1 of the 5"):
            openaq.pull(using)
        without = context(
            tmp_path, url=web.url("/v3"), site_rows=NEAR, raw_store=store(tmp_path / "other")
        )
        with pytest.raises(SourceUnavailableError, match="OPENAQ_API_KEY"):
            openaq.pull(without)


def grid(path: Path, name: str, unit: str, months: list[dt.date], value: float) -> Path:
    """Monthly fields of the globe on 2.5 degrees, 0 to 360, the lowest level twice as high."""
    path.parent.mkdir(exist_ok=True)
    with h5netcdf.File(path, "w") as file:
        shape = {"time": len(months), "level": 2, "latitude": 72, "longitude": 144}
        file.dimensions = shape
        axes = {
            "time": [(month - dt.date(1900, 1, 1)).days for month in months],
            "level": [1, 60],
            "latitude": 88.75 - 2.5 * np.arange(72),
            "longitude": 1.25 + 2.5 * np.arange(144),
        }
        for axis, given in axes.items():
            file.create_variable(axis, (axis,), "f8", data=np.asarray(given, dtype=float))
        file.variables["time"].attrs["units"] = "days since 1900-01-01"
        file.variables["latitude"].attrs["units"] = "degrees_north"
        file.variables["longitude"].attrs["units"] = "degrees_east"
        data = np.full(tuple(shape.values()), value / 2.0, dtype="f4")
        data[:, 1] = value
        data[:, :, :, 0] = np.nan
        file.create_variable(name, tuple(shape), "f4", data=data, fillvalue=np.float32(np.nan))
        file.variables[name].attrs["units"] = unit
    return path.parent


def months_to(last: tuple[int, int], count: int) -> list[dt.date]:
    number = last[0] * 12 + last[1]
    return [dt.date(n // 12, n % 12 + 1, 1) for n in range(number - count, number)]


#: Half a year before AS_OF, and the month before it.
CAMS_LAST, COLUMN_LAST = (2023, 10), (2024, 4)
WEST = sites({"site_id": "W", "supplier_id": "S", "latitude": 10.02, "longitude": -75.03})


def test_a_model_year_in_the_units_of_its_files(tmp_path: Path) -> None:
    when = months_to(CAMS_LAST, 13)
    folder = grid(tmp_path / "m" / "eac4_pm.nc", "pm2p5", "kg m**-3", when, 2e-8)
    grid(tmp_path / "m" / "eac4_no2.nc", "no2", "kg kg**-1", when, 1e-8)
    outcome = staged(cams, context(tmp_path, mirror=folder, site_rows=WEST))
    by_name = {row["pollutant"]: row for row in outcome.rows.to_dicts()}
    assert by_name["pm25"]["micrograms_m3"] == pytest.approx(20.0, rel=1e-5)
    assert by_name["no2"]["micrograms_m3"] == pytest.approx(12.041, rel=1e-5)
    assert by_name["pm25"]["observed_from"] == when[1]
    assert by_name["pm25"]["observed_to"] == dt.date(2023, 10, 31)


def test_a_model_with_too_few_months_or_a_strange_unit_says_nothing(tmp_path: Path) -> None:
    folder = grid(tmp_path / "m" / "short.nc", "pm2p5", "kg m-3", months_to(CAMS_LAST, 8), 2e-8)
    grid(tmp_path / "m" / "odd.nc", "no2", "1", months_to(CAMS_LAST, 12), 1e-8)
    outcome = staged(cams, context(tmp_path, mirror=folder, site_rows=WEST))
    assert outcome.rows.is_empty()
    assert "no2 is in '1'" in outcome.rejected["reason"][0]


def test_columns_of_a_site_and_of_its_ring(tmp_path: Path) -> None:
    values = np.full((100, 100), 1e-5, dtype="f4")
    values[40:60, 40:60] = 6e-5
    for month in months_to(COLUMN_LAST, 8):
        write_raster(
            tmp_path / "m" / f"no2_{month:%Y-%m}.tif", values, west=104.5, north=10.5, pixel=0.01
        )
    here = sites({"site_id": "A", "supplier_id": "S", "latitude": 10.0, "longitude": 105.0})
    rows = staged(sentinel5p, context(tmp_path, mirror=tmp_path / "m", site_rows=here)).rows
    assert rows.height == 8
    assert rows["near"].to_list() == pytest.approx([6e-5 * 6.02214076e4] * 8)
    assert rows["around"].to_list() == pytest.approx([1e-5 * 6.02214076e4] * 8)
    signal = no2_column_excess.compute({"stg_sentinel5p__site_month": rows.lazy()}).collect()
    assert signal["value"].to_list() == pytest.approx([5e-5 * 6.02214076e4])
    few = no2_column_excess.compute({"stg_sentinel5p__site_month": rows.head(3).lazy()}).collect()
    assert few["status"].to_list() == ["not_covered"]


@pytest.mark.parametrize("unit", ["molecules/cm^2", "molecules/cm2", "molec/cm2"])
def test_monthly_level_3_names_the_month_before_the_year(tmp_path: Path, unit: str) -> None:
    folder = tmp_path / "m"
    folder.mkdir()
    name = "HAQ_TROPOMI_NO2_GLOBAL_QA75_L3_Monthly_042024_V2.4_20240510.nc4"
    with h5netcdf.File(folder / name, "w") as file:
        file.dimensions = {"lat": 200, "lon": 200}
        for axis, middle, units in (("lat", 10.0, "degrees_north"), ("lon", 105.0, "degrees_east")):
            values = middle - 0.995 + 0.01 * np.arange(200)
            file.create_variable(axis, (axis,), "f8", data=values)
            file.variables[axis].attrs["units"] = units
        data = np.full((200, 200), 2e15, dtype="f4")
        file.create_variable("Tropospheric_NO2", ("lat", "lon"), "f4", data=data)
        file.variables["Tropospheric_NO2"].attrs["units"] = unit
    here = sites({"site_id": "A", "supplier_id": "S", "latitude": 10.0, "longitude": 105.0})
    (row,) = staged(sentinel5p, context(tmp_path, mirror=folder, site_rows=here)).rows.to_dicts()
    assert (row["near"], row["around"]) == (pytest.approx(2.0), pytest.approx(2.0))
    assert row["month"] == dt.date(2024, 4, 1)
    assert row["published_on"] == dt.date(2024, 5, 10)


def test_a_column_in_an_unknown_unit_and_a_file_without_it_are_rejected(tmp_path: Path) -> None:
    folder = grid(tmp_path / "m" / "odd_2024-04.nc", "no2", "DU", months_to(COLUMN_LAST, 1), 1.0)
    (tmp_path / "m" / "no2_2024-03.tif").write_bytes(b"II*\x00 but no more")
    outcome = staged(sentinel5p, context(tmp_path, mirror=folder, site_rows=SITES))
    assert "cannot be read" in outcome.rejected["reason"][0]
    assert "'DU'" in outcome.rejected["reason"][1]


@pytest.mark.parametrize(
    ("names", "reported"),
    [
        (["no2_2024.tif"], "2024-01-01 to 2024-12-31, which is not a month"),
        (["no2_20240401.tif", "no2_20240402.tif"], "which is not a month"),
        (["no2_2024.04.1.tif"], "part of 2024-04"),
        (["no2_20240101-20240630.tif"], "which is not a month"),
    ],
)
def test_layers_of_no_month_are_rejected(tmp_path: Path, names: list[str], reported: str) -> None:
    for name in names:
        write_raster(tmp_path / "m" / name, np.full((9, 9), 1e-5, "f4"), west=104.5, pixel=0.2)
    outcome = staged(sentinel5p, context(tmp_path, mirror=tmp_path / "m", site_rows=SITES))
    assert outcome.rows.is_empty()
    assert all(reported in reason for reason in outcome.rejected["reason"])
    assert outcome.rejected.height == len(names)


def test_days_of_a_model_are_no_months(tmp_path: Path) -> None:
    days_of_month = [dt.date(2023, 10, day) for day in range(1, 32)]
    folder = grid(tmp_path / "m" / "days.nc", "pm2p5", "kg m-3", days_of_month, 2e-8)
    outcome = staged(cams, context(tmp_path, mirror=folder, site_rows=WEST))
    assert outcome.rows.is_empty()
    assert "which is not a month; give monthly means" in outcome.rejected["reason"].item()


@pytest.mark.parametrize(("value", "cause"), [(-9999.0, "fill value"), (1e20, "fill value"),
                                              (3e-2, "check its unit")])  # fmt: skip
def test_columns_out_of_the_physical_range_are_left_out_and_reported(
    tmp_path: Path, value: float, cause: str
) -> None:
    values = np.full((100, 100), 1e-5, dtype="f4")
    values[:45] = value
    for month in months_to(COLUMN_LAST, 2):
        write_raster(
            tmp_path / "m" / f"no2_{month:%Y-%m}.tif", values, west=104.5, north=10.5, pixel=0.01
        )
    here = sites({"site_id": "A", "supplier_id": "S", "latitude": 10.0, "longitude": 105.0})
    outcome = staged(sentinel5p, context(tmp_path, mirror=tmp_path / "m", site_rows=here))
    assert outcome.rows["around"].to_list() == pytest.approx([1e-5 * 6.02214076e4] * 2)
    reason = outcome.rejected["reason"].item()
    assert reason.startswith("no2_2024-03.tif and 1 more file: no2 column around")
    assert cause in reason


@pytest.mark.parametrize("fill", [9999.0, -9999.0, 1e20])
def test_concentrations_that_cannot_be_are_left_out(tmp_path: Path, fill: float) -> None:
    given = days(fill, 30) + days(20.0, 365)[30:]
    folder = mirror(tmp_path, locations=page([location(1, 10.0, 105.0)]), sensor_10=page(given))
    outcome = staged(openaq, context(tmp_path, mirror=folder, site_rows=SITES))
    assert outcome.rows["micrograms_m3"].to_list() == [pytest.approx(20.0)]
    reason = outcome.rejected["reason"].item()
    assert reason.startswith("sensor_10.json: 30 of 365 values of concentration are outside")


def air(*given: tuple[str, str, str, float]) -> pl.LazyFrame:
    return pl.LazyFrame(
        [
            {
                "site_id": site, "source_id": source, "pollutant": pollutant,
                "micrograms_m3": value, "covered_share": 1.0, "distance_km": None,
                "origin": source, "observed_from": AS_OF, "observed_to": AS_OF,
                "published_on": AS_OF,
            }
            for site, source, pollutant, value in given
        ],
        schema_overrides={"distance_km": pl.Float64},
    )  # fmt: skip


def test_the_worse_pollutant_counts_and_a_station_goes_before_the_model() -> None:
    frame = air(
        ("A", "cams", "pm25", 50.0), ("A", "openaq", "pm25", 15.0), ("A", "openaq", "no2", 20.0),
        ("B", "cams", "pm25", 5.0), ("B", "cams", "no2", 20.0),
    )  # fmt: skip
    found = air_pollution.compute({"stg_air__site_year": frame}).collect()
    assert found["value"].to_list() == [3.0, 2.0]
    assert found["period"].to_list() == [
        "PM2.5 of the year to 2024-06",
        "NO2 of the year to 2024-06",
    ]
    assert found["quality"].to_list() == [1.0, 0.5]


@pytest.mark.shared
def test_real_answers_of_openaq(shared_data: Path, tmp_path: Path) -> None:
    folder = shared_data / "earth" / "openaq-v3-responses"
    body = read_page(folder / "locations.json", "locations.json")
    sensors = read_locations(body, "locations.json")
    assert {(s.sensor_id, s.pollutant, s.unit) for s in sensors} == {
        (3920, "pm25", "µg/m³"), (3916, "no2", "ppm"),
    }  # fmt: skip
    assert (sensors[0].latitude, sensors[0].longitude) == pytest.approx(
        (35.1353, -106.5847), abs=1e-4
    )
    mirrored = tmp_path / "m"
    mirrored.mkdir()
    shutil.copy(folder / "locations.json", mirrored)
    shutil.copy(folder / "measurements.json", mirrored / "sensor_3920.json")
    here = sites({"site_id": "A", "supplier_id": "S", "latitude": 35.13, "longitude": -106.6})
    outcome = staged(openaq, context(tmp_path, mirror=mirrored, site_rows=here))
    # Two hours are no year, and no fault either.
    assert (outcome.rows.height, outcome.rejected.height) == (0, 0)
