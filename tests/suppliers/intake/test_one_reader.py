"""Faults of real tables that the one reader meets the same way in every format."""

from pathlib import Path

import pytest
import xlsxwriter

from signals.fetching.source_tables import read_source_table
from suppliers.input_errors import DataRejectedError
from suppliers.intake.guard_report import GuardSettings
from suppliers.intake.list_files import IntakeOptions
from suppliers.intake.read_list import read_suppliers
from suppliers.places.countries import possible_countries, resolve_country


@pytest.mark.parametrize("left", [0, 1, 3])
def test_empty_leading_columns_shift_nothing(tmp_path: Path, left: int) -> None:
    path = tmp_path / "list.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        sheet.write(0, left, "Vendor export")
        sheet.write_row(2, left, ["Contact person", "Supplier ID", "Name", "Country"])
        sheet.write_row(3, left, ["Jane Roe", "7", "None", "NA"])
    guard = GuardSettings(drop=frozenset({"Contact person"}))
    intake = read_suppliers(path, IntakeOptions(guard=guard))
    assert intake.suppliers["name"].to_list() == ["None"]
    assert intake.suppliers["country_iso3"].to_list() == ["NAM"]


def test_accounts_share_the_rule_of_leading_columns(tmp_path: Path) -> None:
    path = tmp_path / "accounts.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        sheet.write_row(1, 2, ["supplier_id", "period_end", "total_assets"])
        sheet.write_row(2, 2, ["7", "2023-12-31", 1.5])
    kinds = {"supplier_id": "identifier", "period_end": "category", "total_assets": "number"}
    table, rejected = read_source_table(path, kinds, required=list(kinds))  # type: ignore[arg-type]
    assert table.rows() == [("7", "2023-12-31", "1.5e+00", 3)]
    assert rejected.is_empty()


def test_a_ledger_shares_the_rules_of_cells_and_marks(tmp_path: Path) -> None:
    path = tmp_path / "invoices.csv"
    path.write_text("invoice_id,amount\n1,1,000\n2,5\n")
    table, rejected = read_source_table(
        path, {"invoice_id": "identifier", "amount": "number"}, required=()
    )
    assert table["invoice_id"].to_list() == ["2"]
    assert rejected["source_row"].to_list() == [2]
    path.write_text('invoice_id,amount\n"1,5\n2,6\n3,7"\n4,8\n')
    with pytest.raises(DataRejectedError, match="line 2"):
        read_source_table(path, {"invoice_id": "identifier", "amount": "number"}, required=())


@pytest.mark.parametrize(
    ("text", "iso2"),
    [("S. Sudan", "SS"), ("Korea, Rep.", "KR"), ("Bosnia and Herz.", "BA"), ("NA", "NA"),
     ("St-Martin", "MF"), ("Papua New Guinea", "PG"), ("Guiana", None), ("Papua", None),
     ("Virgin Islands", None), ("Nigera", None), ("oland", None), ("Austalia", None)],
)  # fmt: skip
def test_countries_are_known_or_open(text: str, iso2: str | None) -> None:
    match = resolve_country(text)
    assert (match and match.country.iso2) == iso2
    assert bool(possible_countries(text)) == (iso2 is None)


@pytest.mark.parametrize("mark", ["n.a.", "N.A.", "n/a", "#N/A", "-", "–", "  "])
def test_a_mark_of_emptiness_is_no_country(tmp_path: Path, mark: str) -> None:
    path = tmp_path / "list.csv"
    path.write_text(f"supplier_id,name,country\n1,Mill A,{mark}\n2,Mill B,NA\n", encoding="utf-8")
    intake = read_suppliers(path)
    assert intake.suppliers["country_iso3"].to_list() == ["NAM"]
    assert intake.rejected["source_row"].to_list() == [2]
