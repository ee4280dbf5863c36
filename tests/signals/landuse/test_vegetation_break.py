import datetime as dt

import numpy as np
import polars as pl
import pytest

from signals.landuse.vegetation_break import TABLES, compute, site_breaks

AS_OF = dt.date(2024, 6, 1)
SCHEMA = {
    "site_id": pl.String, "observed_from": pl.Date, "observed_to": pl.Date, "value": pl.Float64,
    "covered_share": pl.Float64, "origin": pl.String,
}  # fmt: skip


def series(
    site: str, fall: float, *, months: int = 96, seed: int = 1, fell_days_ago: int = 500
) -> pl.DataFrame:
    days = [AS_OF - dt.timedelta(days=30 * (months - month)) for month in range(months)]
    rng = np.random.default_rng(seed)
    season = np.array([np.cos(2.0 * np.pi * day.timetuple().tm_yday / 365.25) for day in days])
    values = 0.7 + 0.1 * season + 0.02 * rng.standard_normal(months)
    values[[day > AS_OF - dt.timedelta(days=fell_days_ago) for day in days]] -= fall
    return pl.DataFrame(
        {
            "site_id": [site] * months,
            "observed_from": days,
            "observed_to": [day + dt.timedelta(days=15) for day in days],
            "value": values,
            "covered_share": [1.0] * months,
            "origin": ["raster"] * months,
        },
        schema=SCHEMA,
    )


def computed(**tables: pl.DataFrame) -> dict[str, dict[str, object]]:
    empty = pl.DataFrame(schema=SCHEMA)
    inputs = {
        name: tables.get(name.split("__")[0].removeprefix("stg_"), empty).lazy() for name in TABLES
    }
    inputs["run"] = pl.LazyFrame({"as_of": [AS_OF]})
    return {row["site_id"]: row for row in compute(inputs).collect().rows(named=True)}


def test_a_fall_is_sized_and_a_quiet_site_is_a_measured_zero() -> None:
    quiet = [series(f"Q{number}", 0.0, seed=number + 2) for number in range(5)]
    found = computed(modis_ndvi=pl.concat([series("A", 0.25), *quiet]))
    assert found["A"]["value"] == pytest.approx(0.25, abs=0.03)
    # It fell 500 days before, on 18 January 2023; the next observation is of 2 February.
    assert str(found["A"]["period"]).startswith("the time since 2023-02 (detected 2023-")
    assert [found[f"Q{number}"]["value"] for number in range(5)] == [0.0] * 5


def test_a_fall_of_the_last_year_is_sized_too() -> None:
    quiet = [series(f"Q{number}", 0.0, seed=number + 2) for number in range(5)]
    found = computed(modis_ndvi=pl.concat([series("A", 0.25, fell_days_ago=300), *quiet]))
    assert found["A"]["value"] == pytest.approx(0.25, abs=0.03)


def test_the_day_of_a_break_is_the_same_in_every_later_run() -> None:
    whole = series("A", 0.25, months=108, fell_days_ago=650)
    found = []
    for days_before in (240, 180, 120, 60, 0):
        as_of = AS_OF - dt.timedelta(days=days_before)
        known = whole.filter(pl.col("observed_from") <= as_of).lazy()
        found += site_breaks({TABLES[0]: known}, as_of).select("broke_on", "detected_on").rows()
    assert len({broke_on for broke_on, _ in found}) == 1
    broke_on, detected_on = found[0]
    fell_on = AS_OF - dt.timedelta(days=650)
    assert dt.timedelta(0) <= broke_on - fell_on <= dt.timedelta(days=60)
    assert broke_on <= detected_on


@pytest.mark.parametrize(("years", "is_known"), [(20, True), (10, True), (7, False)])
def test_yearly_composites_are_monitored_too(years: int, is_known: bool) -> None:
    rows = [
        {
            "site_id": site, "observed_from": dt.date(year, 1, 1),
            "observed_to": dt.date(year, 12, 31), "covered_share": 1.0, "origin": "raster",
            "value": 0.7 + 0.01 * ((year * 7 + len(site)) % 5) - fall * (year >= 2023),
        }
        for site, fall in (("A", 0.4), ("BB", 0.0))
        for year in range(2024 - years, 2024)
    ]  # fmt: skip
    found = computed(landsat=pl.DataFrame(rows, schema=SCHEMA))
    if not is_known:
        assert found["A"]["status"] == "not_covered"
        return
    assert found["A"]["value"] == pytest.approx(0.4, abs=0.05)
    assert found["A"]["period"] == "the time since 2023-01 (detected 2023-01)"
    assert found["BB"]["value"] == 0.0


def yearly(site: str, fall: float, month: int = 1) -> pl.DataFrame:
    rows = [
        {
            "site_id": site, "observed_from": dt.date(year, month, 1),
            "observed_to": dt.date(year, month, 28), "covered_share": 1.0, "origin": "raster",
            "value": 0.7 + 0.01 * ((year * 7 + month) % 5) - fall * (year >= 2023),
        }
        for year in range(2010, 2024)
    ]  # fmt: skip
    return pl.DataFrame(rows, schema=SCHEMA)


def test_each_site_has_the_model_of_its_own_cadence() -> None:
    # Yearly series beside monthly ones, and of two days of the year.
    sites = [yearly("A", 0.4), yearly("B", 0.0), yearly("C", 0.4, month=6), series("M", 0.25)]
    together = computed(landsat=pl.concat(sites))
    assert {site: row["status"] for site, row in together.items()} == dict.fromkeys("ABCM")
    assert together["A"]["value"] == pytest.approx(0.4, abs=0.05)
    assert together["B"]["value"] == 0.0
    assert together["C"]["period"] == "the time since 2023-06 (detected 2023-06)"
    # What stands is decided over all sites; what is fitted does not depend on the others.
    alone = computed(landsat=series("M", 0.25))
    assert together["M"]["value"] == alone["M"]["value"]


@pytest.mark.parametrize("years_ago", [4, 5])
def test_an_old_fall_is_not_found_again_in_later_runs(years_ago: int) -> None:
    # The level stays low, so that moving sums cross again in every later run.
    old = series("A", 0.25, months=240, fell_days_ago=365 * years_ago)
    found = site_breaks({TABLES[0]: old.lazy()}, AS_OF)
    assert found["value"].to_list() == [0.0]
    assert found["broke_on"].to_list() == [None]


def test_a_rise_is_no_fall() -> None:
    assert computed(modis_ndvi=series("A", -0.25))["A"]["value"] == 0.0


def test_a_short_record_is_not_covered() -> None:
    found = computed(modis_ndvi=series("A", 0.25, months=30))
    assert (found["A"]["value"], found["A"]["status"]) == (None, "not_covered")


def test_another_source_speaks_where_the_first_is_too_short() -> None:
    found = computed(modis_ndvi=series("A", 0.25, months=30), sentinel2=series("A", 0.25))
    assert found["A"]["value"] == pytest.approx(0.25, abs=0.03)


def test_no_data_at_all_is_no_row() -> None:
    assert computed() == {}
