"""Each staged figure has a range that physics or bookkeeping allows, held by its table."""

from __future__ import annotations

import re
from functools import cache

import duckdb
import pytest

import sql
from signals.fetching.physical_ranges import RANGES

_NUMBERS = (
    "select column_name from duckdb_columns() where table_name = $1 and "
    "data_type in ('DOUBLE', 'FLOAT', 'TINYINT', 'SMALLINT', 'INTEGER', 'BIGINT')"
)
_CHECKS = (
    "select constraint_text from duckdb_constraints() "
    "where constraint_type = 'CHECK' and table_name = $1"
)
#: Staged columns of physical quantities.
_QUANTITIES = {
    ("stg_air__site_year", "micrograms_m3"): "concentration",
    ("stg_landsat__site_ndvi", "value"): "ndvi",
    ("stg_sentinel2__site_ndvi", "value"): "ndvi",
    ("stg_modis_ndvi__site_means", "value"): "modis_ndvi",
    ("stg_night_lights__site_means", "value"): "radiance",
    ("stg_night_lights__place_light", "lit_radiance"): "radiance",
    ("stg_travel_time__site_means", "value"): "travel_minutes",
    ("stg_sentinel5p__site_month", "near"): "no2_column",
    ("stg_weather__site_month", "highest_c"): "temperature",
    ("stg_migrant_corridors__weather", "lowest_c"): "temperature",
    ("stg_precipitation__series_month", "precipitation_mm"): "rain_of_month",
}


@cache
def _tables() -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    for table in sql.tables("20_staging"):
        connection.execute(sql.ddl("20_staging", table))
    return connection


def unbounded(table: str) -> list[str]:
    """Numeric columns of a table that none of its checks bounds."""
    columns = [name for (name,) in _tables().execute(_NUMBERS, [table]).fetchall()]
    checks = [text for (text,) in _tables().execute(_CHECKS, [table]).fetchall()]
    bounds = [text for text in checks if re.search(r"[<>]|BETWEEN|isfinite", text)]
    return [name for name in columns if not any(re.search(rf"\b{name}\b", b) for b in bounds)]


@pytest.mark.parametrize("table", sql.tables("20_staging"))
def test_every_staged_figure_has_a_range(table: str) -> None:
    assert unbounded(table) == []


def test_a_figure_without_a_range_is_found() -> None:
    _tables().execute(
        "create or replace table bare (a double, b integer, c varchar, d double, "
        "check (b >= 0), check (d is not null))"
    )
    assert unbounded("bare") == ["a", "d"]


@pytest.mark.parametrize(("table", "column"), _QUANTITIES)
def test_a_table_takes_no_value_far_beyond_the_physical_range(table: str, column: str) -> None:
    """A mean may lie a little beyond the range of single values, but is never a fill value."""
    bounds = RANGES[_QUANTITIES[(table, column)]]
    checks = [text for (text,) in _tables().execute(_CHECKS, [table]).fetchall()]
    own = [text for text in checks if re.search(rf"\b{column}\b", text)]
    names = sorted({name for text in own for name in re.findall(r"\b[a-z_0-9]+\b", text)})
    others = [name for name in names if name != column and not name.isdigit()]

    def takes(value: float) -> bool:
        given = ", ".join([f"{value}::double as {column}", *(f"null as {n}" for n in others)])
        tests = " and ".join(f"coalesce({text.removeprefix('CHECK')}, true)" for text in own)
        (answer,) = _tables().execute(f"select {tests} from (select {given})").fetchall()[0]
        return bool(answer)

    middle = (bounds.low + min(bounds.high, 1000.0)) / 2
    assert takes(middle)
    assert not takes(1e20)
    assert not takes(-9999.0)
