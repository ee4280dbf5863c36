"""Columns whose header says number or name, and whose values say which."""

from pathlib import Path

import polars as pl
import pytest

from suppliers.input_errors import DataRejectedError, Findings
from suppliers.intake.guard_report import GuardSettings
from suppliers.intake.list_check import check_lists
from suppliers.intake.read_list import IntakeOptions, read_suppliers
from suppliers.intake.table_columns import are_names, are_numbers, match_columns
from suppliers.intake.table_rows import Table

OPTIONS = IntakeOptions(derive_supplier_id=True)


def _read(folder: Path, text: str, options: IntakeOptions = OPTIONS) -> dict[str, str]:
    path = folder / "list.csv"
    path.write_text(text, encoding="utf-8")
    return dict(read_suppliers(path, options).suppliers.select("supplier_id", "name").iter_rows())


@pytest.mark.parametrize("header", ["Vendor", "Supplier", "Lieferant", "Поставщик"])
def test_numbers_beside_a_column_of_names_are_ids(tmp_path: Path, header: str) -> None:
    text = f"{header},Name 1,Country\n100234,Quibble Mills Ltd,BD\n0100235,Marlin Foods Co,VN\n"
    found = _read(tmp_path, text)
    assert found == {"100234": "Quibble Mills Ltd", "0100235": "Marlin Foods Co"}


@pytest.mark.parametrize("header", ["Vendor", "Kreditor", "Business partner"])
def test_names_without_another_column_of_names_are_names(tmp_path: Path, header: str) -> None:
    found = _read(tmp_path, f"{header},Country\nQuibble Mills Ltd,BD\nMarlin Foods Co,VN\n")
    assert sorted(found.values()) == ["Marlin Foods Co", "Quibble Mills Ltd"]


def test_names_beside_a_column_of_numbers_are_names(tmp_path: Path) -> None:
    text = "Vendor,Vendor Code,Country\nQuibble Mills Ltd,K-7,BD\nMarlin Foods Co,K-8,VN\n"
    assert _read(tmp_path, text) == {"K-7": "Quibble Mills Ltd", "K-8": "Marlin Foods Co"}


def test_numbers_are_never_names(tmp_path: Path) -> None:
    text = "Supplier,Trading style,Country\n100234,Quibble Mills Ltd,BD\n100235,Marlin Foods,VN\n"
    with pytest.raises(DataRejectedError, match="no column holds name"):
        _read(tmp_path, text)


def test_two_columns_of_names_are_asked_about(tmp_path: Path) -> None:
    text = "Supplier,Name 1,Country\nQuibble,Quibble Mills Ltd,BD\nMarlin,Marlin Foods Co,VN\n"
    with pytest.raises(DataRejectedError, match="both mean name"):
        _read(tmp_path, text)


@pytest.mark.parametrize(
    ("values", "numbers", "names"),
    [
        (["100234", "0000100235", "V-17"], True, False),
        (["SUP 001", "SUP 002"], False, False),
        (["BANGLA01", "acme_2"], True, False),
        (["Quibble Mills Ltd", "Marlin Foods", "3M"], False, True),
        (["Siemens", "Bosch"], False, False),
        (["深圳光明电子有限公司"], False, False),
        ([], False, False),
    ],
)
def test_values_that_are_numbers_or_names(values: list[str], numbers: bool, names: bool) -> None:
    column = pl.Series(values, dtype=pl.String)
    assert (are_numbers(column), are_names(column)) == (numbers, names)


def test_the_check_writes_the_columns_that_a_run_reads(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text("Supplier,Name 1,Country\n17,Quibble Mills Ltd,BD\n", encoding="utf-8")
    (file,) = check_lists(path, OPTIONS, {}).files
    assert file.columns == {"Supplier": "supplier_id", "Name 1": "name", "Country": "country"}


def test_no_value_is_read_of_a_table_whose_headers_speak_of_persons() -> None:
    def load(*_: object) -> pl.DataFrame:
        raise AssertionError("a value was read")

    table = Table("list.csv", ("Vendor", "Country", "Worker phone"), 1, load)
    match = match_columns(table, {}, GuardSettings(), "list.csv", Findings())
    assert match.columns == {"supplier_id": 0, "country": 1}


def test_the_check_settles_columns_beside_one_that_it_leaves_out(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text("Supplier,Name 1,Country,E-mail\n17,Quibble Mills Ltd,BD,\n", encoding="utf-8")
    check = check_lists(path, OPTIONS, {})
    assert not [one for one in check.findings if one.rule == "two_columns"]
    columns = check.files[0].columns
    assert (columns["Supplier"], columns["Name 1"]) == ("supplier_id", "name")


def test_a_rejected_list_asks_nothing_that_its_values_settle(tmp_path: Path) -> None:
    text = "Supplier,Name 1,Country,E-mail\n17,Quibble Mills Ltd,BD,\n"
    with pytest.raises(DataRejectedError) as error:
        _read(tmp_path, text)
    assert "E-mail" in str(error.value)
    assert "both mean" not in str(error.value)
