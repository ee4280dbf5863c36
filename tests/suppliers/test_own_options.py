"""Lists of different shapes in one run: own columns, constants and rows for single files."""

from pathlib import Path

import polars as pl
import pytest

from suppliers.input_errors import DataRejectedError
from suppliers.intake.guard_report import GuardSettings
from suppliers.intake.read_list import IntakeOptions, read_suppliers


def _write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def test_each_file_is_read_by_its_own_options(tmp_path: Path) -> None:
    mills = _write(tmp_path / "mills.csv", "mill,company,land\nM1,Big Co,GH\nM2,Big Co,GH\n")
    firms = _write(tmp_path / "lists" / "firms.csv", "name,country\nFirm,Peru\n")
    own = {
        mills: IntakeOptions(columns={"mill": "name"}, derive_supplier_id=True,
                             constants={"sector": "10.41", "sector_scheme": "nace"}),
    }  # fmt: skip
    shared = IntakeOptions(derive_supplier_id=True)
    intake = read_suppliers([mills, firms.parent], shared, own)
    found = sorted(intake.suppliers.select("name", "country_iso3", "sector_section").rows())
    assert found == [("Firm", "PER", None), ("M1", "GHA", "C"), ("M2", "GHA", "C")]


def test_constants_fill_absent_columns_and_never_present_ones(tmp_path: Path) -> None:
    path = _write(tmp_path / "list.csv", "supplier_id,name,currency\n1,A,EUR\n2,B,\n")
    options = IntakeOptions(constants={"country": "Brazil", "currency": "USD"})
    suppliers = read_suppliers(path, options).suppliers
    assert suppliers["country_iso3"].to_list() == ["BRA", "BRA"]
    assert suppliers["currency"].to_list() == ["EUR", None]


def test_where_keeps_the_rows_it_asks_for_and_does_not_read_the_column_into_the_list(
    tmp_path: Path,
) -> None:
    path = tmp_path / "panel.parquet"
    pl.DataFrame(
        {
            "id": [1, 1, 2],
            "name": ["A", "A", "B"],
            "country": ["GH"] * 3,
            "year": [2020, 2021, 2021],
        }
    ).write_parquet(path)
    intake = read_suppliers(path, IntakeOptions(where={"Year": "2021"}))
    assert intake.counts["rows_read"] == 2
    assert intake.suppliers["supplier_id"].to_list() == ["1", "2"]
    assert "year" in [column.column for column in intake.guard.not_read]


def test_where_on_a_column_that_is_not_there_is_one_sentence(tmp_path: Path) -> None:
    path = _write(tmp_path / "list.csv", "supplier_id,name,country\n1,A,GH\n")
    with pytest.raises(DataRejectedError, match=r"no column 'year'.*where"):
        read_suppliers(path, IntakeOptions(where={"year": "2021"}))


def test_dropping_coordinates_leaves_the_admin_area(tmp_path: Path) -> None:
    text = "supplier_id,name,country,state,lat,lon\n1,A,BR,RO,-10.123,-62.456\n"
    path = _write(tmp_path / "list.csv", text)
    guard = GuardSettings(drop=frozenset({"lat", "lon"}))
    (site,) = read_suppliers(path, IntakeOptions(guard=guard)).sites.iter_rows(named=True)
    assert site["location_precision"] == "admin_area"
    assert not site["has_measurable_location"]
