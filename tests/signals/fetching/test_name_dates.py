"""Periods in the names of files, as publishers write them."""

import datetime as dt

import pytest

from signals.fetching.name_dates import dates_of, named_period, step_in_name
from suppliers.input_errors import DataRejectedError


def days(first: str, last: str) -> tuple[dt.date, dt.date]:
    return dt.date.fromisoformat(first), dt.date.fromisoformat(last)


@pytest.mark.parametrize(
    ("name", "first", "last"),
    [
        ("MOD13Q1.A2013273.tif", "2013-09-30", "2013-10-15"),
        ("MOD13Q1.A2013273.h12v10.061.2021234123456.tif", "2013-09-30", "2013-10-15"),
        ("MOD13Q1.061__250m_16_days_NDVI_doy2013273_aid0001.tif", "2013-09-30", "2013-10-15"),
        ("MOD13Q1.061_NDVI_doy2013273000000_aid0001.tif", "2013-09-30", "2013-10-15"),
        ("ndvi_2013_273.tif", "2013-09-30", "2013-10-15"),
        ("ndvi_2013-273.tif", "2013-09-30", "2013-10-15"),
        ("ndvi_2013273.tif", "2013-09-30", "2013-10-15"),
        ("ndvi_2013-9-30.tif", "2013-09-30", "2013-10-15"),
        ("MOD13A3.A2020032.tif", "2020-02-01", "2020-02-29"),
        ("VNP46A3.A2020032.tif", "2020-02-01", "2020-02-29"),
        ("ndvi_2020.02.tif", "2020-02-01", "2020-02-29"),
        ("ndvi_202002.tif", "2020-02-01", "2020-02-29"),
        ("ndvi_20200101-20200131.tif", "2020-01-01", "2020-01-31"),
        ("ndvi_2020_250m.tif", "2020-01-01", "2020-12-31"),
        ("LC08_L2SP_190027_20200605_20200824_02_T1_NDVI.tif", "2020-06-05", "2020-06-05"),
        (
            "S2A_MSIL2A_20200605T103031_N0214_R108_T32TNS_20200605T153000.tif",
            "2020-06-05",
            "2020-06-05",
        ),
        ("2020/ndvi_2020-02-03.tif", "2020-02-03", "2020-02-18"),
    ],
)
def test_the_period_of_a_16_day_source(name: str, first: str, last: str) -> None:
    assert dates_of(name, days=16) == days(first, last)


@pytest.mark.parametrize(
    ("name", "first", "last"),
    [
        ("VNP46A4.A2020001.h28v07.001.2021125122857.tif", "2020-01-01", "2020-12-31"),
        ("lights_A2020001.tif", "2020-01-01", "2020-12-31"),
        ("lights_2020_001.tif", "2020-01-01", "2020-12-31"),
        ("lights_20200101.tif", "2020-01-01", "2020-12-31"),
        ("lights_20200101-20201231.tif", "2020-01-01", "2020-12-31"),
        ("lights_2020-01-01_2020-12-31.tif", "2020-01-01", "2020-12-31"),
        ("VNL_v21_npp_202204-202303_global_c202306.tif", "2022-04-01", "2023-03-31"),
        ("VNL_v21_npp_2020_global_vcmslcfg_c202205302300.average.tif", "2020-01-01", "2020-12-31"),
        ("lights_2020_c20210315.tif", "2020-01-01", "2020-12-31"),
    ],
)
def test_a_yearly_composite_is_the_whole_year(name: str, first: str, last: str) -> None:
    assert dates_of(name, yearly=True) == days(first, last)


@pytest.mark.parametrize(
    "name",
    ["VNP46A2.A2020123.tif", "VNP46A3.A2020032.tif", "lights_20200315.tif", "lights_2020-02.tif",
     "lights_20200101-20200131.tif", "lights_2014-2020.tif"],
)  # fmt: skip
def test_a_day_or_a_month_is_no_year(name: str) -> None:
    with pytest.raises(DataRejectedError, match="give yearly composites"):
        dates_of(name, yearly=True)


@pytest.mark.parametrize(
    ("name", "reported"),
    [
        ("ndvi.tif", "holds no date"),
        ("ndvi_v2020.tif", "holds no date"),
        ("ndvi_2013-02-31.tif", "is no day"),
        ("ndvi_2013_366.tif", "no day 366"),
        ("ndvi_A2013000.tif", "no day 0"),
        ("lights_2020_20210315.tif", "2021-03-15 and 2020-01-01"),
        ("rain_2010_1.tif", "two digits"),
        ("ndvi_2020_23.tif", "2020_23 in its name"),
        ("ndvi_05-06-2020.tif", "05-06-2020 in its name"),
        ("ndvi_2020Jun05.tif", "2020Jun"),
        ("ndvi_june_2020.tif", "june_2020"),
        ("ndvi_2020W23.tif", "2020W23"),
        ("ndvi_2020-Q2.tif", "2020-Q2"),
        ("ndvi_H1_2020.tif", "H1_2020"),
        ("season_2019-20.tif", "2019-20"),
        ("ndvi_1990s.tif", "1990s"),
        ("chirps-v2.0.2010.01.3.tif", "part of 2010-01"),
    ],
)
def test_names_that_state_no_period_are_rejected(name: str, reported: str) -> None:
    with pytest.raises(DataRejectedError, match=reported) as raised:
        dates_of(name)
    assert str(raised.value).startswith(f"{name}: ")


@pytest.mark.parametrize(
    ("name", "kind", "part"),
    [("chirps-v2.0.2010.01.3.tif", "part", 3), ("rain_2010.12.6.cog", "part", 6),
     ("chirps-v2.0.2010.01.03.tif", "day", 0), ("chirps-v2.0.2010.01.tif", "month", 0),
     ("rain_201001d2.tif", "part", 2)],
)  # fmt: skip
def test_parts_of_months(name: str, kind: str, part: int) -> None:
    found = named_period(name)
    assert found is not None
    assert (found.kind, found.part) == (kind, part)


@pytest.mark.parametrize(
    ("name", "step"),
    [("3B-MO.MS.MRG.3IMERG.20200101-S000000-E235959.01.nc4", "month"),
     ("3B-DAY.MS.MRG.3IMERG.20200101.nc4", "day"), ("pr_Amon_model_201001-201912.nc", "month"),
     ("chirps_daily_2010.nc", "day"), ("era5_monthly_of_daily.nc", None), ("rain.nc", None),
     ("ndvi_16_days_2010.nc", None)],
)  # fmt: skip
def test_the_step_in_a_name(name: str, step: str | None) -> None:
    assert step_in_name(name) == step
