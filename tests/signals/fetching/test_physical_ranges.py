"""Physical ranges: what is outside is left out, counted and reported with its likely cause."""

import re

import numpy as np
import pytest

from signals.fetching.physical_ranges import (
    RANGES,
    OutOfRange,
    is_outside,
    likely_cause,
    rejected_outside,
)
from sql import every_ddl


@pytest.mark.parametrize("quantity", sorted(RANGES))
@pytest.mark.parametrize("fill", [-9999.0, 1e20, -1e20, np.inf, 3.4e38])
def test_no_range_holds_a_fill_value(quantity: str, fill: float) -> None:
    outside = OutOfRange("file.nc")
    inside = RANGES[quantity].high
    kept = outside.keep(np.array([inside, fill, np.nan]), quantity)
    assert kept[0] == inside
    assert np.isnan(kept[1:]).all()
    (reason,) = outside.rejected()["reason"]
    assert reason.startswith("file.nc: 1 of 2 values of")


@pytest.mark.parametrize(
    ("quantity", "records"),
    [("temperature", (-89.2, 56.7)), ("rain_of_day", (0.0, 1_825.0)), ("dew_point", (-90.0, 35.0)),
     ("rain_of_month", (0.0, 9_300.0)), ("ndvi", (-1.0, 1.0)), ("concentration", (-5.0, 1_500.0))],
)  # fmt: skip
def test_no_range_leaves_out_a_record(quantity: str, records: tuple[float, float]) -> None:
    assert not is_outside(np.array(records), quantity).any()


@pytest.mark.parametrize(
    ("value", "quantity", "cause"),
    [
        (303.0, "temperature", "kelvins"),
        (4_000.0, "ndvi", "scale 0.0001"),
        (4_000.0, "modis_ndvi", "scale 0.0001"),
        (-0.9999, "modis_ndvi", "fill value"),
        (-10_272.15, "temperature", "fill value"),
        (-9_999.0, "concentration", "fill value"),
        (1e20, "rain_of_day", "fill value"),
        (1.2, "ndvi", "check its unit"),
    ],
)
def test_likely_causes(value: float, quantity: str, cause: str) -> None:
    assert cause in likely_cause(value, quantity)


def test_files_with_one_cause_share_a_row_and_others_do_not() -> None:
    reports = []
    for number, value in enumerate([-9999.0, -9999.0, -9999.0, 303.0]):
        report = OutOfRange(f"{number}.nc")
        report.keep(np.array([value, 20.0]), "temperature")
        reports.append(report)
    reasons = rejected_outside([*reports, OutOfRange("quiet.nc")])["reason"].to_list()
    assert len(reasons) == 2
    assert reasons[0].startswith("0.nc and 2 more files: 1 of 2 values of temperature")
    assert "fill value" in reasons[0]
    assert reasons[1].startswith("3.nc: 1 of 2 values of temperature")


#: Staged columns of measurements, which the table's own contract must bound on both sides.
MEASURED = {
    "stg_modis_ndvi__site_means": ("value",),
    "stg_sentinel2__site_ndvi": ("value", "cloud_share"),
    "stg_landsat__site_ndvi": ("value", "cloud_share"),
    "stg_night_lights__site_means": ("value",),
    "stg_night_lights__place_light": ("lit_radiance",),
    "stg_worldpop__place_residents": ("value",),
    "stg_travel_time__site_means": ("value",),
    "stg_precipitation__series_month": ("precipitation_mm",),
    "stg_weather__site_month": ("lowest_c", "highest_c", "precipitation_mm", "heat_hours"),
    "stg_air__site_year": ("micrograms_m3", "covered_share"),
    "stg_sentinel5p__site_month": ("near", "around"),
}


@pytest.mark.parametrize("table", sorted(MEASURED))
def test_every_measured_column_is_bounded_by_its_table(table: str) -> None:
    statement = every_ddl()[table]
    for column in MEASURED[table]:
        between = re.search(rf"\b{column} between ", statement)
        sides = re.search(rf"\b{column} >=? ", statement) and re.search(
            rf"\b{column} <=? ", statement
        )
        assert between or sides, f"{table}.{column} has no range"
