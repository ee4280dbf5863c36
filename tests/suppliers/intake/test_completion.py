"""The workbook to complete: what it asks for, and how completed cells come back."""

from pathlib import Path

import pytest
import python_calamine
import xlsxwriter

from suppliers.input_errors import DataRejectedError, NonExtractiveError
from suppliers.intake.completion_workbook import (
    completion_workbook,
    country_choices,
    sector_choices,
)
from suppliers.intake.industries import parse_sector
from suppliers.intake.list_check import check_lists
from suppliers.intake.list_files import IntakeOptions
from suppliers.intake.read_list import SupplierIntake, read_suppliers
from suppliers.places.countries import all_countries, resolve_country

LIST = (
    "supplier_id,name,country,town,sector\n"
    "1,Acme,DE,Bonn,14\n"
    "2,Blum,,,14\n"
    "3,Cora,US,Springfield,Widgets\n"
    "4,=HYPERLINK(1),FR,,14\n"
)
HEADERS = ["supplier_id", "name", "country", "sector", "town", "admin_area", "latitude"]


def _list(folder: Path, text: str = LIST) -> Path:
    path = folder / "list.csv"
    path.write_text(text, encoding="utf-8")
    return path


def _completed(folder: Path, headers: list[str], *rows: list[str]) -> Path:
    path = folder / "done.xlsx"
    with xlsxwriter.Workbook(path, {"strings_to_formulas": False}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, headers)
        for number, row in enumerate(rows, start=1):
            sheet.write_row(number, 0, row)
    return path


def _read(folder: Path, headers: list[str], *rows: list[str], text: str = LIST) -> SupplierIntake:
    options = IntakeOptions(completed=_completed(folder, headers, *rows))
    return read_suppliers(_list(folder, text), options)


def test_only_suppliers_and_columns_that_lack_something_are_in_it(tmp_path: Path) -> None:
    check = check_lists(_list(tmp_path), IntakeOptions(), {})

    assert check.missing.select("supplier_id", "no_country", "no_sector", "no_location").rows() == [
        ("2", True, False, True),
        ("3", False, True, True),
        ("4", False, False, True),
    ]
    content = completion_workbook(check.missing)
    assert content is not None
    assert content == completion_workbook(check.missing)
    (tmp_path / "to_complete.xlsx").write_bytes(content)
    sheets = python_calamine.load_workbook(tmp_path / "to_complete.xlsx")
    rows = sheets.get_sheet_by_name("to complete").to_python()
    assert rows[0] == [
        "supplier_id", "name", "country", "sector", "town", "admin_area", "address", "latitude",
        "longitude",
    ]  # fmt: skip
    assert [row[:2] for row in rows[1:]] == [["2", "Blum"], ["3", "Cora"], ["4", "=HYPERLINK(1)"]]
    assert not any(cell for row in rows[1:] for cell in row[2:])


def test_a_list_that_lacks_nothing_has_no_workbook(tmp_path: Path) -> None:
    check = check_lists(_list(tmp_path, LIST.splitlines()[0] + "\n1,A,DE,Bonn,14\n"),
                        IntakeOptions(), {})  # fmt: skip

    assert completion_workbook(check.missing) is None


def test_every_choice_of_the_drop_downs_is_read_as_itself(tmp_path: Path) -> None:
    codes = {found.iso2 for found in all_countries()}
    assert {choice[-3:-1] for choice in country_choices()} == codes
    assert all(resolve_country(code) is not None for code in codes)
    assert all(parse_sector(choice[:2], "isic") is not None for choice in sector_choices())
    done = _read(
        tmp_path, HEADERS, ["2", "Blum", "Republic of Macedonia (MK)", "14 apparel"],
        ["3", "", "", "28 machinery"],
    )  # fmt: skip
    by_id = dict(done.suppliers.select("supplier_id", "country_iso2").rows())
    assert by_id == {"1": "DE", "2": "MK", "3": "US", "4": "FR"}
    assert done.suppliers["sector"].to_list() == ["14", "14", "28", "14"]


def test_completed_towns_and_coordinates_give_a_location(tmp_path: Path) -> None:
    headers = ["supplier_id", "country", "town", "admin_area", "latitude", "longitude"]
    done = _read(
        tmp_path, headers, ["2", "France", "Lyon", "", "", ""],
        ["3", "", "Springfield", "Oregon", "", ""], ["4", "", "", "", "45.7640", "4.8357"],
    )  # fmt: skip

    precisions = dict(done.sites.select("supplier_id", "location_precision").rows())
    assert precisions == {"1": "city", "2": "city", "3": "city", "4": "exact"}
    assert "completed cells: country 1, town 2, admin_area 1, latitude 1, longitude 1" in done.notes


def test_what_replaces_a_value_or_is_of_no_supplier_is_counted(tmp_path: Path) -> None:
    done = _read(tmp_path, ["supplier_id", "country"], ["1", "FR"], ["77", "FR"])

    assert done.suppliers["country_iso2"].to_list()[0] == "FR"
    assert "1 completed cells replace a value of the list" in done.notes
    assert any("1 suppliers of the completed workbook are not in the list (77)" in note
               for note in done.notes)  # fmt: skip


def test_a_location_of_one_of_several_sites_is_not_given_to_all(tmp_path: Path) -> None:
    text = (
        "supplier_id,site_id,name,country,site_name\n"
        "1,A,Acme,FR,x\n1,B,Acme,FR,y\n2,,Blum,FR,x\n2,,Blum,FR,y\n"
    )
    done = _read(
        tmp_path, ["supplier_id", "site_id", "town"], ["1", "A", "Lyon"], ["2", "", "Lyon"],
        text=text,
    )  # fmt: skip

    rows = done.sites.sort("supplier_id", "site_name")["location_precision"].to_list()
    assert rows == ["city", "country", "country", "country"]
    assert any("several sites without a site_id" in note for note in done.notes)


def test_a_list_with_derived_ids_is_completed_by_them(tmp_path: Path) -> None:
    text = "name,country,town\nAcme,Atlantis,Bonn\nBlum,,Lyon\n"
    options = IntakeOptions(derive_supplier_id=True)
    missing = check_lists(_list(tmp_path, text), options, {}).missing
    first, second = missing["supplier_id"].to_list()
    path = _completed(tmp_path, ["supplier_id", "country"], [first, "DE"], [second, "FR"])

    done = read_suppliers(
        _list(tmp_path, text), IntakeOptions(derive_supplier_id=True, completed=path)
    )

    assert dict(done.suppliers.select("name", "country_iso2").rows()) == {
        "Acme": "DE",
        "Blum": "FR",
    }


@pytest.mark.parametrize(
    ("headers", "rows", "error", "fault"),
    [
        (["supplier_id", "country"], [["1", "FR"], ["1", "DE"]], DataRejectedError, "rows 2, 3"),
        (["name", "country"], [["Acme", "FR"]], DataRejectedError, "has supplier_id"),
        (["supplier_id", "Contact person", "country"], [["1", "J", "FR"]], NonExtractiveError,
         "Contact person"),
    ],
)  # fmt: skip
def test_workbooks_that_cannot_be_used(
    tmp_path: Path,
    headers: list[str],
    rows: list[list[str]],
    error: type[DataRejectedError],
    fault: str,
) -> None:
    with pytest.raises(error, match=fault):
        _read(tmp_path, headers, *rows)
