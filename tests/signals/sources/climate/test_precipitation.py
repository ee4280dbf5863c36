import datetime as dt
from contextlib import closing
from pathlib import Path

import h5netcdf
import numpy as np
import polars as pl
import pytest

from signals.account import NO_SITE_IN_IT, NOT_THEN, Unit
from signals.fetching.fetch import SourceUnavailableError
from signals.fetching.source_tables import no_rejections
from signals.source import PullContext, RawFile
from signals.sources.climate import precipitation
from signals.sources.climate.rain_rasters import NOT_TAKEN
from signals.sources.climate.rain_stations import read_stations
from suppliers.input_errors import NonExtractiveError
from tests.signals.builders import (
    all_staged,
    balance,
    context,
    keeps_contract,
    sites,
    square,
    staged,
    write_raster,
)
from tests.signals.web import Answer, Web, store
from tests.signals.zonal.test_remote import Served, serving

SITE = {"site_id": "A", "supplier_id": "S", "geometry_wkt": square(100.0, 0.46, 0.02)}
TABLES = (precipitation.MONTHS_TABLE, precipitation.SITES_TABLE)
HEADER = "station_id,latitude,longitude,year,month,precipitation_mm\n"


def rain(path: Path, values: list[list[float]], kind: str = "float32", **options: float) -> None:
    write_raster(path, np.array(values, dtype=kind), pixel=0.02, **options)


def of_sites(using: PullContext) -> pl.DataFrame:
    """The months of each site: those of the series that speaks for it."""
    months, site_series = (one.rows for one in all_staged(precipitation, using))
    for table, rows in zip(TABLES, (months, site_series), strict=True):
        keeps_contract(table, rows, no_rejections())
    return (
        site_series.select("site_id", "series_id")
        .join(months, on="series_id")
        .sort("site_id", "month")
    )


def test_a_mean_over_the_ground(tmp_path: Path) -> None:
    # The square lies in the second row and, half and half, in the first two columns.
    site = {**SITE, "geometry_wkt": square(100.01, 0.46, 0.02)}
    rain(tmp_path / "m" / "chirps-v2.0.2023.04.tif", [[1, 1, 1], [10, 30, 1]], nodata=-9999)
    rain(tmp_path / "m" / "chirps-v2.0.2023.05.tif", [[1, 1, 1], [0, 5, 1]], nodata=-9999)
    using = context(tmp_path, mirror=tmp_path / "m", site_rows=sites(site))
    rows = staged(precipitation, using).rows
    assert rows["precipitation_mm"].to_list() == pytest.approx([20.0, 2.5])
    assert rows["month"].to_list() == [dt.date(2023, 4, 1), dt.date(2023, 5, 1)]
    assert rows["observed_to"].to_list() == [dt.date(2023, 4, 30), dt.date(2023, 5, 31)]
    assert rows["published_on"].to_list() == [dt.date(2023, 5, 21), dt.date(2023, 6, 21)]


@pytest.mark.parametrize(
    ("kind", "value"), [("float32", -9999.0), ("int16", -9999), ("uint16", 65535)]
)
@pytest.mark.parametrize("declared", [True, False])
def test_no_data_is_respected_also_where_it_is_not_declared(
    tmp_path: Path, kind: str, value: float, declared: bool
) -> None:
    path = tmp_path / "m" / "chirps-v2.0.2023.04.tif"
    options = {"nodata": value} if declared else {}
    rain(path, [[1, 1], [value, 8]], kind, **options)
    listed = sites(
        {**SITE, "geometry_wkt": square(100.015, 0.46, 0.02)},
        {**SITE, "site_id": "sea", "geometry_wkt": square(100.0, 0.46, 0.02)},
    )
    using = context(tmp_path, mirror=tmp_path / "m", site_rows=listed)
    assert of_sites(using).select("site_id", "precipitation_mm").rows() == [("A", 8.0)]


def test_rain_below_zero_is_left_out_and_reported(tmp_path: Path) -> None:
    rain(tmp_path / "m" / "chirps-v2.0.2023.04.tif", [[-5, -5], [-5, -5]], nodata=-9999)
    using = context(tmp_path, mirror=tmp_path / "m", site_rows=sites(SITE))
    outcome = staged(precipitation, using)
    assert outcome.rows.is_empty()
    assert outcome.rejected.select("source_file", "rule").rows() == [
        ("chirps-v2.0.2023.04.tif", "outside_physical_range")
    ]


def test_a_broken_raster_is_rejected_and_the_others_go_on(tmp_path: Path) -> None:
    rain(tmp_path / "m" / "chirps-v2.0.2023.04.tif", [[3, 3], [3, 3]], nodata=-9999)
    (tmp_path / "m" / "chirps-v2.0.2023.05.tif").write_bytes(b"II*\x00cut")
    using = context(tmp_path, mirror=tmp_path / "m", site_rows=sites(SITE))
    outcome = staged(precipitation, using)
    assert outcome.rows.height == 1
    assert outcome.rejected["rule"].to_list() == ["unreadable_file"]


def test_a_raster_cut_off_in_its_pixels_is_rejected_and_the_others_go_on(tmp_path: Path) -> None:
    rain(tmp_path / "m" / "chirps-v2.0.2023.04.tif", [[3, 3], [3, 3]], nodata=-9999)
    path = tmp_path / "m" / "chirps-v2.0.2023.05.tif"
    large = np.random.default_rng(1).random((300, 300)).astype("float32")
    write_raster(path, large, pixel=0.0002, nodata=-9999)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 3])
    using = context(tmp_path, mirror=tmp_path / "m", site_rows=sites(SITE))
    outcome = staged(precipitation, using)
    assert outcome.rows["month"].to_list() == [dt.date(2023, 4, 1)]
    assert outcome.rejected.select("source_file", "rule").rows() == [
        ("chirps-v2.0.2023.05.tif", "unreadable_file")
    ]


def test_a_mirror_whose_files_name_no_month_is_reported(tmp_path: Path) -> None:
    rain(tmp_path / "m" / "precip.tif", [[3, 3], [3, 3]], nodata=-9999)
    using = context(tmp_path, mirror=tmp_path / "m", site_rows=sites(SITE))
    with pytest.raises(SourceUnavailableError, match="names a month"):
        precipitation.pull(using)


def test_months_after_the_as_of_date_or_before_the_calibration_are_not_read(
    tmp_path: Path,
) -> None:
    for month in ("1989.12", "1990.01", "2024.06", "2024.07"):
        rain(tmp_path / "m" / f"chirps-v2.0.{month}.tif", [[3, 3], [3, 3]], nodata=-9999)
    using = context(tmp_path, mirror=tmp_path / "m", site_rows=sites(SITE))
    assert [raw.key for raw in precipitation.pull(using)] == ["1990-01-01", "2024-06-01"]


def test_the_nearest_station_speaks_for_a_site(tmp_path: Path) -> None:
    mirror = tmp_path / "m"
    mirror.mkdir()
    (mirror / "rain_stations.csv").write_text(
        HEADER
        + "near,0.5,100.0,2023,1,10\nfar,2.0,100.0,2023,1,99\nnear,0.5,100.0,2023,2,0\n"
        + "near,0.5,100.0,1989,2,7\n"
    )
    listed = sites(
        {"site_id": "A", "supplier_id": "S", "latitude": 0.6, "longitude": 100.0},
        {"site_id": "B", "supplier_id": "S", "latitude": 1.25, "longitude": 100.0},
        {"site_id": "C", "supplier_id": "S", "latitude": 1.6, "longitude": 100.0},
    )
    using = context(tmp_path, mirror=mirror, site_rows=listed, station_radius_km=50.0)
    rows = of_sites(using)
    assert rows.select("site_id", "month", "precipitation_mm").rows() == [
        ("A", dt.date(2023, 1, 1), 10.0),
        ("A", dt.date(2023, 2, 1), 0.0),
        ("C", dt.date(2023, 1, 1), 99.0),
    ]
    assert rows["origin"][0].endswith("rain_stations.csv station near")


def test_sites_near_one_station_share_its_series(tmp_path: Path) -> None:
    mirror = tmp_path / "m"
    mirror.mkdir()
    near = "near,0.5,100.0,2023,{},10\n"
    (mirror / "rain_one.csv").write_text(HEADER + near.format(1) + near.format(2))
    (mirror / "rain_two.csv").write_text(
        HEADER + "other,1.2,100.0,2023,2,20\nother,1.2,100.0,2023,3,30\n"
    )
    places = {"A": 0.51, "B": 0.52, "C": 1.4, "D": 0.2}
    listed = sites(
        *(
            {"site_id": name, "supplier_id": "S", "latitude": latitude, "longitude": 100.0}
            for name, latitude in places.items()
        )
    )
    using = context(tmp_path, mirror=mirror, site_rows=listed, station_radius_km=80.0)
    months, site_series = (one.rows for one in all_staged(precipitation, using))
    of_site = dict(site_series.select("site_id", "series_id").rows())
    assert of_site["A"] == of_site["B"] != of_site["D"]
    # Of February, which both files have, the first by name speaks; March is the other's alone.
    a = months.filter(series_id=of_site["A"]).select("month", "precipitation_mm").rows()
    assert a == [(dt.date(2023, m, 1), mm) for m, mm in ((1, 10.0), (2, 10.0), (3, 30.0))]
    assert of_site["C"].endswith("rain_two.csv station other")
    assert months["series_id"].n_unique() == len(set(of_site.values())) == 3
    assert balance(precipitation, using, Unit.ROW) == {"read": 4, "used": 4}


def test_the_source_with_more_months_is_taken(tmp_path: Path) -> None:
    mirror = tmp_path / "m"
    rain(mirror / "chirps-v2.0.2023.01.tif", [[3, 3], [3, 3]], nodata=-9999)
    (mirror / "rain_stations.csv").write_text(
        HEADER + "near,0.47,100.0,2023,1,10\nnear,0.47,100.0,2023,2,20\n"
    )
    using = context(tmp_path, mirror=mirror, site_rows=sites(SITE))
    assert staged(precipitation, using).rows["precipitation_mm"].to_list() == [10.0, 20.0]


def test_every_layer_and_row_is_used_rejected_or_out_of_scope(tmp_path: Path) -> None:
    mirror = tmp_path / "m"
    for name, value in (
        ("chirps-v2.0.2023.01", 3), ("chirps-v2.0.2023.02", 3), ("chirps-v2.0.2023.03", 30_000),
        ("chirps-v2.0.2023.04.01", 3), ("chirps-v3.0.2023.01", 4),
    ):  # fmt: skip
        rain(mirror / f"{name}.tif", [[value] * 2] * 2)
    rain(mirror / "chirps-v2.0.2023.05.tif", [[3, 3], [3, 3]], west=10.0)
    (mirror / "chirps-v2.0.2023.06.tif").write_bytes(b"II*\x00cut")
    lines = [
        "near,0.47,100.0,2023,1,10",  # fewer months than the rasters
        "near,0.47,100.0,1989,1,10",
        "near,0.47,100.0,2023,2,-9999",
        "near,0.47,100.0,2023,13,10",
        "far,40,100.0,2023,1,10",
    ]
    (mirror / "rain_stations.csv").write_text(HEADER + "\n".join(lines))
    using = context(tmp_path, mirror=mirror, site_rows=sites(SITE))
    assert balance(precipitation, using, Unit.LAYER) == {
        "read": 7,
        "used": 2,
        "rejected": {"unreadable_file": 1, "outside_physical_range": 1},
        "out_of_scope": {NOT_TAKEN: 2, NO_SITE_IN_IT: 1},
    }
    # The square is one pixel; that of May lies elsewhere.
    assert balance(precipitation, using, Unit.PIXEL) == {
        "read": 5,
        "used": 2,
        "rejected": {"outside_physical_range": 1},
        "out_of_scope": {NOT_TAKEN: 2},
    }
    assert balance(precipitation, using, Unit.ROW) == {
        "read": 5,
        "rejected": {"month_exists": 1},
        "out_of_scope": {
            NOT_TAKEN: 1,
            NOT_THEN: 1,
            "a month without data": 1,
            "of a station that is the nearest to no site": 1,
        },
    }


def test_rows_of_a_station_that_is_taken_are_used(tmp_path: Path) -> None:
    mirror = tmp_path / "m"
    mirror.mkdir()
    lines = ["near,0.47,100.0,2023,1,10", "near,0.47,100.0,2023,2,20"]
    (mirror / "rain_stations.csv").write_text(HEADER + "\n".join(lines))
    using = context(tmp_path, mirror=mirror, site_rows=sites(SITE))
    assert balance(precipitation, using, Unit.ROW) == {"read": 2, "used": 2}
    assert balance(precipitation, using, Unit.LAYER) == {}


@pytest.mark.parametrize(
    ("row", "rule"),
    [
        (",0,100,2023,1,5", "station_is_named"),
        ("s,0,100,2023,13,5", "month_exists"),
        ("s,0,100,x,1,5", "month_exists"),
        ("s,91,100,2023,1,5", "station_on_globe"),
        ("s,,100,2023,1,5", "station_on_globe"),
        ("s,0,100,2023,1,trace", "rain_is_a_number"),
        ("s,0,100,2023,1,-2", "rain_not_negative"),
        ("s,0,100,2023,1,9999", "rain_is_plausible"),
        ("s,0,100,2023,1,1e20", "rain_is_plausible"),
        ("good,0,100,2023,1,6", "month_is_unique"),
    ],
)
def test_bad_station_rows(row: str, rule: str) -> None:
    names = HEADER.strip().split(",")
    lines = ["good,0,100,2023,1,5", row, "good,0,100,2023,2,-9999"]
    cells = [[cell or None for cell in line.split(",")] for line in lines]
    table = pl.DataFrame(cells, schema=dict.fromkeys(names, pl.String), orient="row")
    numbered = table.with_columns(source_row=pl.Series([2, 3, 4]))
    series, rejected, without_data = read_stations(numbered, "t")
    assert series["precipitation_mm"].to_list() == [5.0]
    assert without_data == 1
    assert rejected.select("source_row", "rule").rows() == [(3, rule)]


def test_data_about_persons_reject_the_file(tmp_path: Path) -> None:
    mirror = tmp_path / "m"
    mirror.mkdir()
    (mirror / "stations.csv").write_text(HEADER.strip() + ",worker_name\n")
    with pytest.raises(NonExtractiveError):
        staged(precipitation, context(tmp_path, mirror=mirror, site_rows=sites(SITE)))


V3, V2 = (f"/{pattern.replace('{year}.{month:02d}', '{}')}" for pattern in precipitation.VERSIONS)
MONTHS = ("2022.01", "2022.02", "2022.03", "2022.04")


def pulled(web: Web, tmp_path: Path, *present: str, **options: object) -> list[str]:
    """Paths of the months that are registered, where `present` are there, on 21 May 2022."""
    found = Answer(headers={"Content-Length": "9"})
    for month in MONTHS:
        for path in (V3.format(month), V2.format(month), f"/rain-{month}.tif"):
            web.answers[path] = [found if path in present else Answer(404)]
    kept = store(tmp_path / "store")
    with closing(kept.fetcher):
        using = context(
            tmp_path,
            url=web.root,
            raw_store=kept,
            first_year=2023,
            as_of=dt.date(2022, 5, 21),
            **options,
        )
        files = precipitation.pull(using)
    assert [raw.key[:7].replace("-", ".") for raw in files] == [
        month for month in MONTHS if any(month in raw.origin for raw in files)
    ]
    return [raw.origin.removeprefix(web.root) for raw in files]


def test_version_three_is_asked_for_first_and_months_it_lacks_are_left_out(
    web: Web, tmp_path: Path
) -> None:
    new = [V3.format(month) for month in ("2022.01", "2022.02", "2022.04")]
    assert pulled(web, tmp_path, *new, *(V2.format(month) for month in MONTHS)) == new
    assert not any("CHIRPS-2.0" in path for _, path, _ in web.asked)


def test_version_two_stands_in_whole_where_the_last_months_of_three_are_absent(
    web: Web, tmp_path: Path
) -> None:
    old = [V2.format(month) for month in MONTHS]
    assert pulled(web, tmp_path, V3.format("2022.01"), *old) == old


def test_files_of_another_address_are_named_by_the_option(web: Web, tmp_path: Path) -> None:
    named = "rain-{year}.{month:02d}.tif"
    assert pulled(web, tmp_path, "/rain-2022.03.tif", file=named) == ["/rain-2022.03.tif"]


def test_an_address_without_any_month_is_an_outage(web: Web, tmp_path: Path) -> None:
    with pytest.raises(SourceUnavailableError, match="none of the monthly rasters"):
        pulled(web, tmp_path)


def at_address(served: Served, *paths: str) -> list[RawFile]:
    return [
        RawFile(
            "precipitation",
            f"/vsicurl/http://127.0.0.1:{served.port}{path}",
            path,
            "0",
            dt.datetime(2024, 1, 1, tzinfo=dt.UTC),
            0,
            key=f"{path[-11:-7]}-{path[-6:-4]}-01",
        )
        for path in paths
    ]


def test_pixels_at_the_address_are_read_without_asking_for_other_files(tmp_path: Path) -> None:
    rain(tmp_path / "r.tif", [[-9999, -9999, 1], [10, 30, 1]])
    months = [V3.format(month) for month in MONTHS[:2]]
    body = (tmp_path / "r.tif").read_bytes()
    with serving(dict.fromkeys(months, body)) as served:
        outcome, _ = precipitation.stage(
            at_address(served, *months), context(tmp_path, site_rows=sites(SITE))
        )
    assert outcome.rows["precipitation_mm"].to_list() == [10.0, 10.0]
    assert "chirps-v3.0" in outcome.rows["origin"][0]
    assert set(served.paths) == set(months)


def test_a_publisher_that_rejects_reading_is_not_asked_for_the_other_months(
    tmp_path: Path,
) -> None:
    large = np.random.default_rng(1).random((300, 300)).astype("float32")
    write_raster(tmp_path / "r.tif", large, pixel=0.0002)
    body = (tmp_path / "r.tif").read_bytes()
    months = [f"/rejected{V3.format(month)}" for month in MONTHS]
    headers = 2 * len(months)
    with (
        serving(dict.fromkeys(months, body), lasts=headers) as served,
        pytest.raises(SourceUnavailableError, match="pixels could not be read"),
    ):
        precipitation.stage(at_address(served, *months), context(tmp_path, site_rows=sites(SITE)))
    assert len(set(served.paths[headers:])) < len(months)


def write_months(path: Path, unit: str, value: float) -> Path:
    """Two months on one degree from 0 to 360, with no coordinate system, as CHIRPS and ERA5 are."""
    path.parent.mkdir()
    with h5netcdf.File(path, "w") as file:
        file.dimensions = {"time": 2, "latitude": 180, "longitude": 360}
        axes = {
            "time": ("days since 1980-01-01", np.array([11323.0, 11354.0])),
            "latitude": ("degrees_north", -89.5 + np.arange(180.0)),
            "longitude": ("degrees_east", 0.5 + np.arange(360.0)),
        }
        for name, (units, values) in axes.items():
            file.create_variable(name, (name,), "f8", data=values)
            file.variables[name].attrs["units"] = units
        data = np.full((2, 180, 360), -9999.0, dtype="f4")
        data[:, :, 200:] = value
        file.create_variable("precip", tuple(axes), "f4", data=data, fillvalue=np.float32(-9999))
        file.variables["precip"].attrs["units"] = unit
    return path.parent


@pytest.mark.parametrize(
    ("unit", "value"),
    [("mm/month", 62.0), ("mm", 62.0), ("inches", 62.0 / 25.4), ("mm/day", 2.0),
     ("kg m-2 s-1", 2.0 / 86_400), ("m", 0.062)],
)  # fmt: skip
def test_months_of_netcdf_in_the_unit_that_they_say(
    tmp_path: Path, unit: str, value: float
) -> None:
    mirror = write_months(tmp_path / "m" / "chirps-v2.0.monthly.nc", unit, value)
    here = sites(
        {"site_id": "west", "supplier_id": "S", "latitude": 10.0, "longitude": -75.0},
        {"site_id": "sea", "supplier_id": "S", "latitude": 10.0, "longitude": 75.0},
    )
    rows = of_sites(context(tmp_path, mirror=mirror, site_rows=here))
    assert rows.select("site_id", "month").rows() == [
        ("west", dt.date(2011, 1, 1)), ("west", dt.date(2011, 2, 1)),
    ]  # fmt: skip
    assert rows["precipitation_mm"][0] == pytest.approx(62.0, rel=1e-5)


def test_a_unit_of_rasters_is_declared_and_a_strange_one_rejected(tmp_path: Path) -> None:
    rain(tmp_path / "m" / "chirps-2011.01.tif", [[2.0] * 4] * 4)
    here = sites({"site_id": "A", "supplier_id": "S", "latitude": 0.48, "longitude": 100.02})
    mirror = {"mirror": tmp_path / "m", "site_rows": here, "radius_km": 1.0}
    inches = staged(precipitation, context(tmp_path, **mirror, unit="in")).rows
    assert inches["precipitation_mm"].to_list() == pytest.approx([50.8])
    outcome = staged(precipitation, context(tmp_path, **mirror, unit="furlong"))
    assert "'furlong'" in outcome.rejected["reason"][0]


@pytest.mark.shared
def test_real_chirps_crops(tmp_path: Path, shared_data: Path) -> None:
    point = {"site_id": "A", "supplier_id": "S", "latitude": 18.65, "longitude": -71.6}
    mirror = shared_data / "earth" / "env-neiba-mixed" / "chirps"
    rows = staged(precipitation, context(tmp_path, mirror=mirror, site_rows=sites(point))).rows
    assert rows["month"].to_list() == [dt.date(2010, month, 1) for month in range(1, 13)]
    assert rows["precipitation_mm"].is_between(0, 1000).all()
