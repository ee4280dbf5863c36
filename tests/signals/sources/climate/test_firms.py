import datetime as dt
from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from pyproj import Geod

from signals.source import PullContext
from signals.source_errors import SourceUnavailableError, StoppedEarlyError
from signals.sources.climate import firms
from signals.sources.climate.firms_files import area_key, coverage_of, read_detections
from tests.signals.builders import context, sites, staged
from tests.signals.web import Answer, Web, store

MODIS = "latitude,longitude,acq_date,acq_time,satellite,confidence,daynight\n"
VIIRS = "latitude,longitude,acq_date,acq_time,satellite,confidence,daynight,type\n"
A = {"site_id": "A", "supplier_id": "S", "latitude": 0.0, "longitude": 100.0}
B = {"site_id": "B", "supplier_id": "S", "latitude": 0.0, "longitude": 110.0}


def mirror_of(tmp_path: Path, **files: str) -> Path:
    mirror = tmp_path / "m"
    mirror.mkdir(exist_ok=True)
    for name, text in files.items():
        (mirror / f"{name}.csv").write_text(text)
    return mirror


def months(rows: pl.DataFrame) -> list[tuple[object, ...]]:
    return rows.select("site_id", "month", "covered_days", "detections", "night_detections").rows()


def test_detections_are_counted_by_month_with_the_days_covered(tmp_path: Path) -> None:
    text = MODIS + (
        "0.01,100.0,2024-01-30,0020,T,70,N\n"
        "0.01,100.01,2024-02-02,1330,A,80,D\n"
        "40.0,20.0,2024-02-03,1330,A,80,D\n"
    )
    mirror = mirror_of(tmp_path, MODIS_C6_1_Global=text)
    rows = staged(firms, context(tmp_path, mirror=mirror, site_rows=sites(A, B))).rows
    january, february = dt.date(2024, 1, 1), dt.date(2024, 2, 1)
    assert months(rows) == [
        ("A", january, 2.0, 1, 1),
        ("A", february, 3.0, 1, 0),
        ("B", january, 2.0, 0, 0),
        ("B", february, 3.0, 0, 0),
    ]
    assert rows["observed_to"].to_list()[:2] == [dt.date(2024, 1, 31), dt.date(2024, 2, 3)]
    assert rows["published_on"].to_list()[:2] == [dt.date(2024, 2, 1), dt.date(2024, 2, 4)]
    assert rows["area_km2"].to_list() == pytest.approx([25 * np.pi] * 4, rel=1e-4)


def test_days_not_published_by_the_as_of_date_do_not_count(tmp_path: Path) -> None:
    text = MODIS + "0,100,2024-05-30,0000,T,70,N\n0,100,2024-06-03,0000,T,70,N\n"
    mirror = mirror_of(tmp_path, MODIS_C6_1_Global=text)
    using = context(tmp_path, mirror=mirror, site_rows=sites(A), as_of=dt.date(2024, 6, 2))
    assert months(staged(firms, using).rows) == [
        ("A", dt.date(2024, 5, 1), 2.0, 1, 1),
        ("A", dt.date(2024, 6, 1), 1.0, 0, 0),
    ]


@pytest.mark.parametrize(
    ("confidence", "counts"),
    [("29", 0), ("30", 1), ("100", 1), ("l", 0), ("n", 1), ("h", 1), ("nominal", 1), ("low", 0)],
)
def test_low_confidence_is_left_out(tmp_path: Path, confidence: str, counts: int) -> None:
    text = MODIS + f"0,100,2024-01-30,0020,T,{confidence},N\n"
    mirror = mirror_of(tmp_path, MODIS_C6_1_Global=text)
    using = context(tmp_path, mirror=mirror, site_rows=sites(A), minimum_confidence=30)
    assert staged(firms, using).rows["detections"].to_list() == [counts]


def test_flares_and_other_static_sources_are_left_out(tmp_path: Path) -> None:
    text = VIIRS + "0,100,2024-01-30,0020,N,n,N,0\n0,100,2024-01-30,0200,N,n,N,2\n"
    mirror = mirror_of(tmp_path, VIIRS_Global=text)
    using = context(tmp_path, mirror=mirror, site_rows=sites(A))
    assert staged(firms, using).rows["detections"].to_list() == [1]


def test_a_fire_reported_by_two_files_counts_once(tmp_path: Path) -> None:
    text = MODIS + "0,100,2024-01-30,0020,T,70,N\n"
    lost_zeros = MODIS + "0,100,2024-01-30,20,T,70,N\n"
    mirror = mirror_of(tmp_path, MODIS_Global_a=text, MODIS_Global_b=lost_zeros)
    using = context(tmp_path, mirror=mirror, site_rows=sites(A))
    assert months(staged(firms, using).rows) == [("A", dt.date(2024, 1, 1), 1.0, 1, 1)]


def test_a_country_archive_speaks_for_its_country_and_year(tmp_path: Path) -> None:
    text = MODIS + "0,100,2023-02-03,0020,T,70,N\n"
    mirror = mirror_of(tmp_path, modis_2023_Indonesia=text)
    abroad = {**B, "country_iso3": "MYS"}
    rows = staged(firms, context(tmp_path, mirror=mirror, site_rows=sites(A, abroad))).rows
    assert rows["site_id"].unique().to_list() == ["A"]
    assert rows["covered_days"].sum() == 365.0
    assert rows["detections"].sum() == 1


def test_another_file_speaks_for_the_box_of_its_fires(tmp_path: Path) -> None:
    text = MODIS + "-1,99,2024-01-30,0020,T,70,N\n1,101,2024-01-30,0020,T,70,N\n"
    mirror = mirror_of(tmp_path, fire_archive=text)
    rows = staged(firms, context(tmp_path, mirror=mirror, site_rows=sites(A, B))).rows
    assert months(rows) == [("A", dt.date(2024, 1, 1), 1.0, 0, 0)]


def test_a_24_hour_file_covers_one_day(tmp_path: Path) -> None:
    text = MODIS + "0,100,2024-01-30,0600,T,70,N\n0,100,2024-01-31,0600,T,70,N\n"
    mirror = mirror_of(tmp_path, MODIS_C6_1_Global_24h=text)
    rows = staged(firms, context(tmp_path, mirror=mirror, site_rows=sites(A))).rows
    assert rows["covered_days"].to_list() == pytest.approx([1.0])


def test_distance_is_geodesic_also_across_the_date_line(tmp_path: Path) -> None:
    rng = np.random.default_rng(7)
    centre = {"site_id": "A", "supplier_id": "S", "latitude": 60.0, "longitude": 179.95}
    latitude = 60.0 + rng.uniform(-0.06, 0.06, 400)
    longitude = 179.95 + rng.uniform(-0.12, 0.12, 400)
    longitude = np.where(longitude > 180.0, longitude - 360.0, longitude)
    _, _, metres = Geod(ellps="WGS84").inv(
        np.full(400, 179.95), np.full(400, 60.0), longitude, latitude
    )
    clear = np.abs(metres - 5000.0) > 5.0
    lines = [
        f"{north:.6f},{east:.6f},2024-01-30,{index:04d},T,70,D"
        for index, (north, east) in enumerate(zip(latitude, longitude, strict=True))
        if clear[index] and index % 100 < 60
    ]
    inside = [metres[i] < 5000.0 for i in range(400) if clear[i] and i % 100 < 60]
    mirror = mirror_of(tmp_path, MODIS_Global=MODIS + "\n".join(lines) + "\n")
    rows = staged(firms, context(tmp_path, mirror=mirror, site_rows=sites(centre))).rows
    assert rows["detections"].to_list() == [sum(inside)]
    assert 20 < sum(inside) < len(inside)


@pytest.mark.parametrize(
    ("row", "rule"),
    [
        ("95,100,2024-01-30,0020,T,70,N", "place_on_globe"),
        ("0,x,2024-01-30,0020,T,70,N", "place_on_globe"),
        ("0,100,30/01/2024,0020,T,70,N", "time_is_known"),
        ("0,100,2024-01-30,2575,T,70,N", "time_is_known"),
        ("0,100,2024-01-30,0020,T,?,N", "confidence_known"),
    ],
)
def test_bad_rows(row: str, rule: str) -> None:
    names = MODIS.strip().split(",")
    table = pl.DataFrame([row.split(",")], schema=dict.fromkeys(names, pl.String), orient="row")
    detections, rejected = read_detections(table.with_columns(source_row=pl.lit(2)), "t.csv")
    assert detections.is_empty()
    assert rejected.select("source_row", "rule").rows() == [(2, rule)]


def test_times_keep_their_zeros() -> None:
    names = MODIS.strip().split(",")
    rows = [["0", "1", "2022-02-26", text, "T", "70", "N"] for text in ("0020", "20", "5", "13:05")]
    table = pl.DataFrame(rows, schema=dict.fromkeys(names, pl.String), orient="row")
    detections, _ = read_detections(table.with_columns(source_row=pl.lit(2)), "t.csv")
    clock = detections["acquired_at"].dt.to_string("%H%M").to_list()
    assert clock == ["0020", "0020", "0005", "1305"]


def test_a_file_without_detections_covers_nothing_unless_it_was_asked_for() -> None:
    empty = pl.DataFrame(schema={"latitude": pl.Float64, "longitude": pl.Float64})
    assert coverage_of("MODIS_Global.csv", "", empty).days == {}
    key = area_key((99.5, -1.0, 101.0, 1.0), 2, dt.date(2024, 1, 31))
    asked = coverage_of("2024-01-31", key, empty)
    assert asked.box == (99.5, -1.0, 101.0, 1.0)
    assert asked.days == {dt.date(2024, 1, 31): 1.0, dt.date(2024, 2, 1): 1.0}


AVAILABLE = "/api/data_availability/csv/key9/ALL"
BOX = "99.95,-0.05,100.05,0.05"
FIRE = "0,100,{},20,N20,n,N,0\n"


def available(*rows: str) -> list[Answer]:
    return [Answer(body="\n".join(["data_id,min_date,max_date", *rows, ""]).encode())]


def asked_at(web: Web, tmp_path: Path, **options: object) -> PullContext:
    kept = store(tmp_path / "store", FIRMS_MAP_KEY="key9")
    usual = {"window_days": 30, "as_of": dt.date(2024, 6, 2)}
    return context(
        tmp_path,
        url=web.url("/api/area/csv"),
        site_rows=sites(A),
        raw_store=kept,
        **{**usual, **options},
    )


def test_the_standard_record_goes_first_and_near_real_time_follows_it(
    web: Web, tmp_path: Path
) -> None:
    standard, recent = (f"/api/area/csv/key9/VIIRS_NOAA20_{kind}/{BOX}" for kind in ("SP", "NRT"))
    web.answers = {
        AVAILABLE: available(
            "VIIRS_SNPP_SP,2012-01-20,2024-05-20",
            "VIIRS_NOAA20_NRT,2024-04-01,2024-06-01",
            "VIIRS_NOAA20_SP,2018-04-01,2024-05-10",
        ),
        f"{standard}/1/2024-05-03": [Answer(body=VIIRS.encode())],
        f"{standard}/5/2024-05-04": [Answer(body=(VIIRS + FIRE.format("2024-05-04")).encode())],
        f"{standard}/2/2024-05-09": [Answer(body=VIIRS.encode())],
        f"{recent}/3/2024-05-11": [Answer(body=(VIIRS + FIRE.format("2024-05-11")).encode())],
        f"{recent}/5/2024-05-14": [Answer(body=VIIRS.encode())],
        f"{recent}/5/2024-05-19": [Answer(body=VIIRS.encode())],
        f"{recent}/5/2024-05-24": [Answer(body=VIIRS.encode())],
        f"{recent}/4/2024-05-29": [Answer(body=VIIRS.encode())],
    }
    rows = staged(firms, asked_at(web, tmp_path)).rows
    assert months(rows) == [
        ("A", dt.date(2024, 5, 1), 29.0, 2, 2),
        ("A", dt.date(2024, 6, 1), 1.0, 0, 0),
    ]
    assert "key9" not in rows["origin"][0]
    assert "VIIRS_NOAA20" in rows["origin"][0]


@pytest.mark.parametrize(
    ("held", "product", "taken"),
    [
        (["VIIRS_NOAA20_SP,2018-04-01,2024-05-03"], "", "VIIRS_NOAA20_SP"),
        (["VIIRS_NOAA21_NRT,2024-01-17,2024-05-03"], "", "VIIRS_NOAA21_NRT"),
        (["VIIRS_SNPP_SP,2012-01-20,2024-05-03", "VIIRS_NOAA20_SP,2018-04-01,2024-05-03"],
         "VIIRS_SNPP_SP", "VIIRS_SNPP_SP"),
        # Suomi NPP alone has days of the window.
        (["VIIRS_SNPP_SP,2012-01-20,2024-05-03", "VIIRS_NOAA20_SP,2024-07-01,2024-08-01"],
         "", "VIIRS_SNPP_SP"),
    ],
)  # fmt: skip
def test_the_product_by_what_is_held(
    web: Web, tmp_path: Path, held: list[str], product: str, taken: str
) -> None:
    path = f"/api/area/csv/key9/{taken}/{BOX}/1/2024-05-03"
    web.answers = {AVAILABLE: available(*held), path: [Answer(body=VIIRS.encode())]}
    files = firms.pull(asked_at(web, tmp_path, product=product))
    assert [raw.origin.replace("{FIRMS_MAP_KEY}", "key9") for raw in files] == [web.url(path)]


def test_a_product_that_ended_before_the_window_is_reported(web: Web, tmp_path: Path) -> None:
    web.answers = {AVAILABLE: available("VIIRS_SNPP_SP,2012-01-20,2024-05-01")}
    with pytest.raises(SourceUnavailableError, match="holds no day from 2024-05-03"):
        firms.pull(asked_at(web, tmp_path, product="VIIRS_SNPP_SP"))


@pytest.mark.parametrize(
    "refusal",
    [
        Answer(400, b"Exceeding allowed transaction limit."),
        Answer(403, b"Exceeding allowed transaction limit."),
        Answer(200, b"Exceeding allowed transaction limit."),
        Answer(429),
    ],
    ids=["400", "403", "200", "429"],
)
def test_a_used_up_quota_keeps_what_came_and_the_next_run_goes_on(
    web: Web, tmp_path: Path, refusal: Answer
) -> None:
    standard = f"/api/area/csv/key9/VIIRS_NOAA20_SP/{BOX}"
    first, second = f"{standard}/1/2024-05-03", f"{standard}/5/2024-05-04"
    web.answers = {
        AVAILABLE: available("VIIRS_NOAA20_SP,2018-04-01,2024-05-08"),
        first: [Answer(body=(VIIRS + FIRE.format("2024-05-03")).encode())],
        second: [refusal],
    }
    using = asked_at(web, tmp_path)
    with pytest.raises(StoppedEarlyError, match="1 of 2 requests were answered") as stopped:
        firms.pull(using)
    (outcome,) = firms.stage(stopped.value.files, using)
    assert months(outcome.rows) == [("A", dt.date(2024, 5, 1), 1.0, 1, 1)]
    web.answers[second] = [Answer(body=VIIRS.encode())]
    web.asked.clear()
    assert len(firms.pull(using)) == 2
    assert [path for _, path, _ in web.asked] == [AVAILABLE, second]
    web.asked.clear()
    assert len(firms.pull(asked_at(web, tmp_path, as_of=dt.date(2024, 6, 3)))) == 1
    assert [path for _, path, _ in web.asked] == [AVAILABLE]


def test_a_quota_used_up_at_once_is_an_outage(web: Web, tmp_path: Path) -> None:
    web.answers = {AVAILABLE: [Answer(400, b"Exceeding allowed transaction limit.")]}
    with pytest.raises(SourceUnavailableError, match="HTTP 400") as refused:
        firms.pull(asked_at(web, tmp_path))
    assert not isinstance(refused.value, StoppedEarlyError)


def keyless(web: Web, tmp_path: Path, *listed: dict[str, object]) -> PullContext:
    return context(
        tmp_path,
        url=web.url("/api/area/csv"),
        site_rows=sites(*listed),
        raw_store=store(tmp_path / "store"),
        window_days=365,
        as_of=dt.date(2024, 6, 2),
    )


def archive(year: int, name: str) -> str:
    return f"/data/country/viirs-jpss1/{year}/viirs-jpss1_{year}_{name}.csv"


def test_without_a_key_the_archives_of_the_countries_are_read(web: Web, tmp_path: Path) -> None:
    vietnam = {**B, "country_iso3": "VNM", "site_id": "V"}
    web.answers = {
        archive(2023, "Indonesia"): [Answer(body=(VIIRS + FIRE.format("2023-07-04")).encode())],
        archive(2023, "Vietnam"): [Answer(404)],
        archive(2023, "Viet_Nam"): [Answer(body=VIIRS.encode())],
    }
    rows = staged(firms, keyless(web, tmp_path, A, vietnam)).rows
    fires = rows.group_by("site_id").agg(pl.col("covered_days", "detections").sum())
    assert sorted(fires.rows()) == [("A", 365.0, 1), ("V", 365.0, 0)]
    assert "viirs-jpss1_2023_Indonesia.csv" in rows.filter(pl.col("site_id") == "A")["origin"][0]


def test_where_last_year_is_not_out_the_archive_before_it_is_read(web: Web, tmp_path: Path) -> None:
    web.answers = {
        archive(2023, "Indonesia"): [Answer(404)],
        archive(2022, "Indonesia"): [Answer(body=(VIIRS + FIRE.format("2022-07-04")).encode())],
    }
    files = firms.pull(keyless(web, tmp_path, A))
    assert [raw.key for raw in files] == ["viirs-jpss1_2022_Indonesia.csv"]
    assert len(web.asked) == 2


def test_a_window_of_three_years_takes_three_archives(web: Web, tmp_path: Path) -> None:
    web.answers = {archive(2023, "Indonesia"): [Answer(404)]}
    web.answers |= {
        archive(year, "Indonesia"): [Answer(body=VIIRS.encode())] for year in (2020, 2021, 2022)
    }
    using = keyless(web, tmp_path, A)
    files = firms.pull(replace(using, options={**using.options, "window_days": 1095}))
    assert [raw.key[12:16] for raw in files] == ["2022", "2021", "2020"]


def test_without_a_key_and_archives_the_source_says_which_variable_to_set(
    web: Web, tmp_path: Path
) -> None:
    web.answers = {archive(year, "Indonesia"): [Answer(404)] for year in (2022, 2023)}
    with pytest.raises(SourceUnavailableError, match=r"2022 to 2023 .*variable FIRMS_MAP_KEY"):
        firms.pull(keyless(web, tmp_path, A))


def test_an_archive_server_that_fails_in_the_middle_leaves_the_first_countries(
    web: Web, tmp_path: Path
) -> None:
    web.answers = {
        archive(2023, "Indonesia"): [Answer(body=VIIRS.encode())],
        archive(2023, "Malaysia"): [Answer(503)],
    }
    with pytest.raises(StoppedEarlyError, match="503") as stopped:
        firms.pull(keyless(web, tmp_path, A, {**B, "country_iso3": "MYS"}))
    assert [raw.key for raw in stopped.value.files] == ["viirs-jpss1_2023_Indonesia.csv"]


@pytest.mark.shared
def test_the_real_24_hour_file(tmp_path: Path, shared_data: Path) -> None:
    mirror = shared_data / "earth" / "firms-modis-24h"
    hot = {**A, "latitude": -10.11953, "longitude": -36.47235}
    using = context(tmp_path, mirror=mirror, site_rows=sites(hot, B), as_of=dt.date(2022, 3, 1))
    outcome = staged(firms, using)
    assert outcome.rejected.is_empty()
    assert outcome.rows["covered_days"].to_list() == pytest.approx([1.0, 1.0])
    assert outcome.rows.filter(pl.col("site_id") == "A")["detections"].sum() > 0


@pytest.mark.parametrize(
    ("one", "other", "counted"),
    [
        ("0.01234,100.00001,2024-01-30,0020,Terra,70,N", "0.0123,100,2024-01-30,20,T,70,N", 1),
        ("0.01235,100.0,2024-01-30,0020,N20,70,N", "0.0124,100,2024-01-30,0020,1,70,N", 1),
        ("0.01,100,2024-01-30,0020,Suomi NPP,70,N", "0.0104,100,2024-01-30,0020,N,70,N", 1),
        ("0.01,100,2024-01-30,0020,N21,70,N", "0.01,100,2024-01-30,0020,2,70,N", 1),
        # another pixel, another overpass, another satellite
        ("0.01,100,2024-01-30,0020,N,70,N", "0.0134,100,2024-01-30,0020,N,70,N", 2),
        ("0.01,100,2024-01-30,0020,N,70,N", "0.01,100,2024-01-30,0021,N,70,N", 2),
        ("0.01,100,2024-01-30,0020,N,70,N", "0.01,100,2024-01-30,0020,N20,70,N", 2),
    ],
)
def test_one_pixel_in_two_files_counts_once(
    tmp_path: Path, one: str, other: str, counted: int
) -> None:
    mirror = mirror_of(
        tmp_path, MODIS_a_Global=MODIS + one + "\n", MODIS_b_Global=MODIS + other + "\n"
    )
    rows = staged(firms, context(tmp_path, mirror=mirror, site_rows=sites(A))).rows
    assert rows["detections"].sum() == counted


@pytest.mark.parametrize("named", ["World", "Global"])
def test_a_yearly_archive_of_the_world_covers_the_year(tmp_path: Path, named: str) -> None:
    text = MODIS + "0.01,100.0,2021-01-30,0020,T,70,N\n"
    mirror = mirror_of(tmp_path, **{f"modis_2021_{named}": text})
    rows = staged(firms, context(tmp_path, mirror=mirror, site_rows=sites(A, B))).rows
    assert (
        rows.group_by("site_id").agg(pl.col("covered_days").sum())["covered_days"].to_list()
        == [365.0] * 2
    )


@pytest.mark.parametrize("named", ["Netherlands_Antilles", "Yugoslavia", "Atlantis"])
def test_an_archive_of_no_present_country_is_rejected_alone(tmp_path: Path, named: str) -> None:
    text = MODIS + "0.01,100.0,2021-01-30,0020,T,70,N\n"
    mirror = mirror_of(tmp_path, **{f"modis_2010_{named}": text, "modis_2021_Indonesia": text})
    site = {**A, "country_iso3": "IDN"}
    result = staged(firms, context(tmp_path, mirror=mirror, site_rows=sites(site)))
    assert result.rows["detections"].sum() == 1
    (reason,) = result.rejected["reason"].to_list()
    assert f"{named.replace('_', ' ')!r} is not a present country" in reason
