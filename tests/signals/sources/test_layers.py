"""Sources that are dated rasters: their dates, their means, and files that cannot be used."""

import datetime as dt
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from configs.config_errors import UsageError
from signals.account import Unit
from signals.landuse import isolation, night_light_change
from signals.source import SourceModule
from signals.source_errors import SourceUnavailableError
from signals.sources.land import modis_ndvi, night_lights, travel_time
from signals.sources.land.valid_range import NOT_ENOUGH, OUTSIDE, WITHOUT_DATA
from signals.zonal import block_engine, zonal_statistics
from signals.zonal.block_plan import Plan
from tests.signals.builders import balance, context, sites, square, staged, write_raster
from tests.signals.web import store
from tests.signals.zonal.test_remote import serving

SQUARE = {"site_id": "A", "supplier_id": "S", "geometry_wkt": square(100.0, 0.46, 0.04)}


@pytest.mark.parametrize(
    "name", ["lights_A2020001.tif", "lights_20200101-20201231.tif", "lights_2020.tif"]
)
def test_a_yearly_composite_is_published_after_its_year(tmp_path: Path, name: str) -> None:
    write_raster(tmp_path / "m" / name, np.full((20, 20), 2.0, np.float32))
    using = context(tmp_path, mirror=tmp_path / "m", site_rows=sites(SQUARE))
    row = staged(night_lights, using).rows.row(0, named=True)
    assert (row["observed_from"], row["observed_to"], row["published_on"]) == (
        dt.date(2020, 1, 1), dt.date(2020, 12, 31), dt.date(2021, 4, 30),
    )  # fmt: skip


def test_means_by_hand_with_scale_and_nodata(tmp_path: Path) -> None:
    values = np.full((20, 20), 4000, np.int16)
    values[0, :4] = 8000
    values[1, :4] = -3000
    write_raster(tmp_path / "m" / "MOD13Q1.A2013273.tif", values, nodata=-3000)
    write_raster(tmp_path / "m" / "undated.tif", values)
    using = context(tmp_path, mirror=tmp_path / "m", site_rows=sites(SQUARE), scale=0.0001)
    outcome = staged(modis_ndvi, using)
    row = outcome.rows.row(0, named=True)
    assert row["value"] == pytest.approx((0.8 + 2 * 0.4) / 3, rel=1e-4)
    assert row["covered_share"] == pytest.approx(0.75, rel=1e-3)
    assert row["published_on"] == dt.date(2013, 10, 29)
    assert "no date" in outcome.rejected["reason"].item()


@pytest.mark.parametrize("nodata", [None, 0, -9999], ids=["untold", "another", "yet another"])
def test_a_fill_value_that_is_not_declared_does_not_count(
    tmp_path: Path, nodata: int | None
) -> None:
    values = np.full((20, 20), 4000, np.int16)
    values[0, :2] = -3000
    values[1, :2] = -3105  # as resampling leaves it
    write_raster(tmp_path / "m" / "MOD13Q1.A2013273.tif", values, nodata=nodata)
    using = context(tmp_path, mirror=tmp_path / "m", site_rows=sites(SQUARE), scale=0.0001)
    row = staged(modis_ndvi, using).rows.row(0, named=True)
    assert row["value"] == pytest.approx(0.4, rel=1e-6)
    assert row["covered_share"] == pytest.approx(0.75, rel=1e-3)


@pytest.mark.parametrize(
    ("source", "name", "fill", "dtype"),
    [
        (night_lights, "lights_2020.tif", 65535, np.float32),
        (night_lights, "lights_2021.tif", -999.9, np.float64),
        (travel_time, "travel_2015.tif", -9999, np.int32),
    ],
)
def test_fill_values_of_other_layers(
    tmp_path: Path, source: SourceModule, name: str, fill: float, dtype: type
) -> None:
    values = np.full((20, 20), 7, dtype)
    values[0, :4] = fill
    write_raster(tmp_path / "m" / name, values)
    using = context(tmp_path, mirror=tmp_path / "m", site_rows=sites(SQUARE))
    row = staged(source, using).rows.row(0, named=True)
    assert row["value"] == pytest.approx(7.0)
    assert row["covered_share"] == pytest.approx(0.75, rel=1e-3)


@pytest.mark.parametrize(
    ("values", "scale", "cause"),
    [
        (4000, 1.0, "the scale 0.0001 is not applied"),
        (-9999, 0.0001, "a fill value that the file does not declare"),
        (7, 0.5, "check its unit, scale and fill value"),
        (32767, 1.0, "a fill value that the file does not declare"),
    ],
)
def test_a_layer_wholly_out_of_range_is_named_with_its_likely_cause(
    tmp_path: Path, values: int, scale: float, cause: str
) -> None:
    name = "MOD13Q1.A2013273.tif"
    write_raster(tmp_path / "m" / name, np.full((20, 20), values, np.int16))
    using = context(tmp_path, mirror=tmp_path / "m", site_rows=sites(SQUARE), scale=scale)
    outcome = staged(modis_ndvi, using)
    assert outcome.rows.is_empty()
    assert outcome.rejected["rule"].to_list() == ["outside_physical_range"]
    reason = outcome.rejected["reason"].item()
    assert reason.startswith(f"{name}: modis ndvi around all sites is outside -0.2 to 1, such as")
    assert cause in reason
    assert balance(modis_ndvi, using, Unit.LAYER) == {"read": 1, "rejected": {OUTSIDE: 1}}
    assert balance(modis_ndvi, using, Unit.PIXEL) == {"read": 16, "rejected": {OUTSIDE: 16}}


@pytest.mark.parametrize("count", [1, 3])
def test_layers_wholly_out_of_range_are_rejected_though_one_sentence_names_them(
    tmp_path: Path, count: int
) -> None:
    for day in range(1, count + 1):
        name = f"MOD13Q1.A2013{day:03d}.tif"
        write_raster(tmp_path / "m" / name, np.full((20, 20), 4000, np.int16))
    using = context(tmp_path, mirror=tmp_path / "m", site_rows=sites(SQUARE))
    outcome = staged(modis_ndvi, using)
    assert outcome.rejected.height == 1
    for unit in (Unit.FILE, Unit.LAYER):
        assert balance(modis_ndvi, using, unit) == {"read": count, "rejected": {OUTSIDE: count}}


def test_pixels_are_used_without_data_out_of_range_or_too_few(tmp_path: Path) -> None:
    """Around A 2 of 16 pixels are out of range and 3 empty; of B one pixel alone has data."""
    values = np.full((20, 20), 7.0, np.float32)
    values[0, :2] = 1e20
    values[1, :3] = -9999.0
    values[10:14, 10:14] = -9999.0
    values[10, 10] = 5.0
    write_raster(tmp_path / "m" / "lights_2020.tif", values, nodata=-9999.0)
    thin = SQUARE | {"site_id": "B", "geometry_wkt": square(100.1, 0.36, 0.04)}
    using = context(tmp_path, mirror=tmp_path / "m", site_rows=sites(SQUARE, thin))
    assert balance(night_lights, using, Unit.PIXEL) == {
        "read": 32,
        "used": 11,
        "rejected": {OUTSIDE: 2},
        "out_of_scope": {WITHOUT_DATA: 3 + 15, NOT_ENOUGH: 1},
    }


def test_each_raster_is_measured_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    values = np.full((20, 20), 7.0, np.float32)
    values[:2, :2] = 1e20
    write_raster(tmp_path / "m" / "travel_2020.tif", values)
    measured: list[Plan] = []

    def run_plan(plan: Plan, *more: Any) -> list[Any]:
        measured.append(plan)
        return block_engine.run_plan(plan, *more)

    monkeypatch.setattr(zonal_statistics, "run_plan", run_plan)
    staged(travel_time, context(tmp_path, mirror=tmp_path / "m", site_rows=sites(SQUARE)))
    assert len(measured) == 1


def test_ground_out_of_range_is_counted_by_site(tmp_path: Path) -> None:
    values = np.full((20, 20), 7.0, np.float32)
    values[0, :2] = 1e20
    write_raster(tmp_path / "m" / "lights_2020.tif", values)
    far = SQUARE | {"site_id": "B", "geometry_wkt": square(100.1, 0.36, 0.04)}
    using = context(tmp_path, mirror=tmp_path / "m", site_rows=sites(SQUARE, far))
    outcome = staged(night_lights, using)
    assert outcome.rows["value"].to_list() == pytest.approx([7.0, 7.0])
    reason = outcome.rejected["reason"].item()
    assert reason.startswith("lights_2020.tif: radiance around 1 of 2 sites is outside")


def test_declared_no_data_is_not_out_of_range(tmp_path: Path) -> None:
    values = np.full((20, 20), 7.0, np.float32)
    values[0, :2] = -9999.0
    write_raster(tmp_path / "m" / "lights_2020.tif", values, nodata=-9999.0)
    using = context(tmp_path, mirror=tmp_path / "m", site_rows=sites(SQUARE))
    assert staged(night_lights, using).rejected.is_empty()


def test_a_raster_that_breaks_off_is_named(tmp_path: Path) -> None:
    path = write_raster(tmp_path / "m" / "lights_2020.tif", np.full((200, 200), 2.0, np.float32))
    path.write_bytes(path.read_bytes()[:-1000])
    far = SQUARE | {"geometry_wkt": square(101.9, -1.45, 0.04)}
    outcome = staged(night_lights, context(tmp_path, mirror=tmp_path / "m", site_rows=sites(far)))
    assert outcome.rejected["reason"].item().startswith(f"{path}: cannot be read")


def test_a_page_instead_of_a_raster_is_reported_and_the_rest_measured(tmp_path: Path) -> None:
    write_raster(tmp_path / "m" / "lights_2020.tif", np.full((20, 20), 2.0, np.float32))
    (tmp_path / "m" / "lights_2021.tif").write_text("<html>not found</html>")
    using = context(tmp_path, mirror=tmp_path / "m", site_rows=sites(SQUARE))
    outcome = staged(night_lights, using)
    assert outcome.rows["value"].to_list() == pytest.approx([2.0])
    assert "lights_2021.tif" in outcome.rejected["reason"].item()


def test_isolation_is_hours_of_the_newest_map(tmp_path: Path) -> None:
    write_raster(tmp_path / "m" / "travel_2015.tif", np.full((20, 20), 90, np.int32))
    using = context(tmp_path, mirror=tmp_path / "m", site_rows=sites(SQUARE))
    rows = staged(travel_time, using).rows
    found = isolation.compute({"stg_travel_time__site_means": rows.lazy()}).collect()
    assert found.row(0, named=True)["value"] == pytest.approx(1.5)
    assert found["period"].item() == "2015"


@pytest.mark.parametrize(
    ("source", "pattern", "there", "as_of"),
    [
        (night_lights, "lights_{year}.tif", "lights_2012.tif", dt.date(2013, 6, 1)),
        (travel_time, "travel_{year}.tif", "travel_2015.tif", dt.date(2020, 6, 1)),
        (modis_ndvi, "N.A{year}{day_of_year:03d}.tif", "N.A2020017.tif", dt.date(2020, 1, 20)),
    ],
    ids=["lights", "travel", "greenness"],
)
def test_layers_of_an_address_are_read_in_windows(
    tmp_path: Path, source: SourceModule, pattern: str, there: str, as_of: dt.date
) -> None:
    body = write_raster(tmp_path / there, np.full((20, 20), 0.5, np.float32)).read_bytes()
    kept = store(tmp_path / "store")
    with serving({f"/layers/{there}": body}) as served, closing(kept.fetcher):
        url = f"http://127.0.0.1:{served.port}/layers"
        using = context(
            tmp_path, url=url, site_rows=sites(SQUARE), as_of=as_of, raw_store=kept, file=pattern,
            years=0.5,
        )  # fmt: skip
        rows = staged(source, using).rows
    assert rows["value"].to_list() == pytest.approx([0.5])
    assert rows["origin"].to_list() == [f"{url}/{there}"]


def test_a_layer_of_an_address_that_goes_away_is_an_outage(tmp_path: Path) -> None:
    body = write_raster(tmp_path / "r.tif", np.zeros((20, 20), np.float32)).read_bytes()
    kept = store(tmp_path / "store")
    with serving({"/travel_2015.tif": body}, lasts=1) as served, closing(kept.fetcher):
        url = f"http://127.0.0.1:{served.port}"
        using = context(
            tmp_path, url=url, site_rows=sites(SQUARE), raw_store=kept, file="travel_{year}.tif"
        )
        with pytest.raises(SourceUnavailableError, match=r"sources\.travel_time\.mirror"):
            staged(travel_time, using)


def test_a_pattern_that_cannot_be_filled_in_is_a_usage_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"options\.file"):
        night_lights.pull(context(tmp_path, file="lights_{jahr}.tif"))


def test_without_a_folder_a_layer_is_not_available(tmp_path: Path) -> None:
    with pytest.raises(SourceUnavailableError, match=r"sources\.travel_time\.mirror"):
        travel_time.pull(context(tmp_path, url=""))


def _lights(by_year: dict[int, float]) -> pl.LazyFrame:
    return pl.LazyFrame(
        {
            "site_id": ["A"] * len(by_year),
            "value": [float(np.expm1(value)) for value in by_year.values()],
            "covered_share": [1.0] * len(by_year),
            "observed_to": [dt.date(year, 12, 31) for year in by_year],
            "origin": ["raster"] * len(by_year),
        }
    )


def test_change_of_night_light_by_hand() -> None:
    rows = _lights({2014: 1.0, 2015: 1.2, 2016: 1.4, 2017: 2.0, 2018: 2.0, 2019: 2.0})
    found = night_light_change.compute({"stg_night_lights__site_means": rows}).collect()
    row = found.row(0, named=True)
    assert row["value"] == pytest.approx((2.0 - 1.2) / 3)
    assert row["stderr"] == pytest.approx(0.2 * (2 / 3) ** 0.5 / 3)


def test_a_short_record_of_light_is_not_covered() -> None:
    rows = _lights({2017: 2.0, 2018: 2.0, 2019: 2.0})
    found = night_light_change.compute({"stg_night_lights__site_means": rows}).collect()
    assert found["value"].to_list() == [None]
    assert found["status"].to_list() == ["not_covered"]
