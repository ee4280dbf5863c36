"""Several sheets, hidden sheets and rows, and formulas: read, named or rejected."""

import logging
import zipfile
from collections.abc import Sequence
from pathlib import Path

import pytest
import xlsxwriter

from signals.fetching.source_tables import read_source_table
from signals.sources.accounts import accounts_csv
from suppliers.input_errors import DataRejectedError
from suppliers.intake.fields import FieldKind
from suppliers.intake.list_files import IntakeOptions
from suppliers.intake.read_list import read_suppliers
from suppliers.intake.sheet_marks import sheet_marks
from tests.signals.builders import context, staged, suppliers
from tests.signals.purchasing.ledgers import monthly_lines, rules
from tests.signals.purchasing.ledgers import staged as staged_ledger

HEADER = ("supplier_id", "name", "country")
KINDS: dict[str, FieldKind] = {
    "supplier_id": "identifier", "period_end": "category", "total_assets": "number",
}  # fmt: skip
Rows = Sequence[Sequence[object]]


def _book(
    path: Path, sheets: dict[str, Rows], hidden: Sequence[str] = (), hidden_rows: Sequence[int] = ()
) -> Path:
    """A workbook; the hidden rows, counted from 1, are those of its first sheet."""
    with xlsxwriter.Workbook(path) as book:
        for place, (name, rows) in enumerate(sheets.items()):
            sheet = book.add_worksheet(name)
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)
            if name in hidden:
                sheet.hide()
            else:
                sheet.activate()
                sheet.set_first_sheet()
            for number in hidden_rows if place == 0 else ():
                sheet.set_row(number - 1, None, None, {"hidden": True})
    return path


def _list(*ids: str) -> Rows:
    return [HEADER, *((one, f"Mill {one}", "India") for one in ids)]


def test_sheets_of_the_same_headers_are_read_together_and_named(tmp_path: Path) -> None:
    path = _book(tmp_path / "l.xlsx", {"North": _list("1", "2"), "South": _list("3")})
    intake = read_suppliers(path)
    assert sorted(intake.suppliers["supplier_id"]) == ["1", "2", "3"]
    assert any("North, South" in note for note in intake.notes)


def test_one_sheet_is_read_by_its_name(tmp_path: Path) -> None:
    path = _book(tmp_path / "l.xlsx", {"North": _list("1", "2"), "South": _list("3")})
    intake = read_suppliers(path, IntakeOptions(sheet="South"))
    assert intake.suppliers["supplier_id"].to_list() == ["3"]


def test_a_hidden_sheet_is_not_read_beside_a_visible_one_and_is_named(tmp_path: Path) -> None:
    sheets = {"Old": _list("1", "2", "9"), "Now": _list("3")}
    intake = read_suppliers(_book(tmp_path / "l.xlsx", sheets, hidden=["Old"]))
    assert intake.suppliers["supplier_id"].to_list() == ["3"]
    assert any("sheet Old" in note and "hidden" in note for note in intake.notes)
    both = read_suppliers(tmp_path / "l.xlsx", IntakeOptions(sheets=("Old", "Now")))
    assert sorted(both.suppliers["supplier_id"]) == ["1", "2", "3", "9"]
    assert any("sheet Old is hidden and was read" in note for note in both.notes)


def test_a_hidden_sheet_with_more_headers_does_not_displace_the_visible_one(tmp_path: Path) -> None:
    fuller: Rows = [(*HEADER, "city", "sector"), ("9", "Old mill", "India", "Pune", "13")]
    path = _book(tmp_path / "l.xlsx", {"Old": fuller, "Now": _list("3")}, hidden=["Old"])
    assert read_suppliers(path).suppliers["supplier_id"].to_list() == ["3"]


def test_the_only_table_is_read_though_its_sheet_is_hidden(tmp_path: Path) -> None:
    sheets: dict[str, Rows] = {"Cover": [["Suppliers of 2024"]], "Data": _list("1")}
    intake = read_suppliers(_book(tmp_path / "l.xlsx", sheets, hidden=["Data"]))
    assert intake.suppliers["supplier_id"].to_list() == ["1"]
    assert any("sheet Data is hidden and was read" in note for note in intake.notes)


def test_hidden_rows_of_a_list_are_read_and_counted(tmp_path: Path) -> None:
    path = _book(tmp_path / "l.xlsx", {"L": _list("1", "2", "3", "4")}, hidden_rows=[3, 5, 40])
    intake = read_suppliers(path)
    assert len(intake.suppliers) == 4
    assert any("hidden or filtered out (2)" in note for note in intake.notes)


def test_a_list_without_hidden_rows_says_nothing_of_them(tmp_path: Path) -> None:
    intake = read_suppliers(_book(tmp_path / "l.xlsx", {"L": _list("1", "2")}))
    assert not any("hidden" in note for note in intake.notes)


def test_a_table_of_a_source_reports_hidden_rows(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    rows = [tuple(KINDS), ("1", "2023-12-31", 5.0), ("2", "2023-12-31", 7.0)]
    path = _book(tmp_path / "a.xlsx", {"A": rows}, hidden_rows=[3])
    with caplog.at_level(logging.WARNING, "understory"):
        table, rejected = read_source_table(path, KINDS, required=list(KINDS))
    assert table["supplier_id"].to_list() == ["1", "2"]
    assert rejected.is_empty()
    assert "a.xlsx, sheet A: rows that are hidden or filtered out (1)" in caplog.text


def test_a_formula_without_a_value_is_no_empty_cell(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("A")
        sheet.write_row(0, 0, [*KINDS, "other"])
        sheet.write_row(1, 0, ["1", "2023-12-31", 5.0])
        sheet.write_formula(1, 3, "=C2*2", None, "")
        sheet.write_row(2, 0, ["2", "2023-12-31"])
        sheet.write_formula(2, 2, "=C2*2", None, "")
    assert sheet_marks(path, "A").without_value == {(2, 3), (3, 2)}
    with pytest.raises(
        DataRejectedError, match=r"sheet A, row 3: the formula under 'total_assets'"
    ):
        read_source_table(path, KINDS, required=list(KINDS))
    # A formula that nothing reads is none of our business.
    table, _ = read_source_table(path, {"period_end": "category"}, required=())
    assert table.height == 2


def test_the_sheet_of_accounts_is_named_in_the_options(tmp_path: Path) -> None:
    mirror = tmp_path / "mirror"
    mirror.mkdir()
    header = tuple(KINDS)
    sheets: dict[str, Rows] = {
        "2022": [header, ("S", "2022-12-31", 100.0)],
        "2023": [header, ("S", "2023-12-31", 250.0)],
    }
    _book(mirror / "accounts.xlsx", sheets)
    listed = suppliers({"supplier_id": "S"})
    using = context(tmp_path, mirror=mirror, supplier_rows=listed)
    first = staged(accounts_csv, using)
    assert first.rows["value"].to_list() == [100.0]
    assert first.rejected["rule"].to_list() == ["sheet_not_read"]
    chosen = staged(
        accounts_csv, context(tmp_path, mirror=mirror, supplier_rows=listed, sheet="2023")
    )
    assert chosen.rows["value"].to_list() == [250.0]
    assert chosen.rejected.is_empty()


def test_one_workbook_holds_several_tables_of_a_ledger(tmp_path: Path) -> None:
    lines = [dict(row) for row in monthly_lines()]
    invoices = [
        {"invoice_id": f"I{at}", "supplier_id": "A", "issued_on": str(row["ordered_on"]),
         "terms_days": 30, "amount": 100}
        for at, row in enumerate(lines)
    ]  # fmt: skip
    ledger = tmp_path / "ledger"
    ledger.mkdir()
    sheets: dict[str, Rows] = {
        name: [list(rows[0]), *(list(row.values()) for row in rows)]
        for name, rows in (("PO", lines), ("AP", invoices))
    }
    _book(ledger / "export.xlsx", sheets)
    months, years = staged_ledger(
        tmp_path, ledger,
        tables={"order_lines": "export.xlsx", "invoices": "export.xlsx"},
        sheets={"order_lines": "PO", "invoices": "AP"},
    )  # fmt: skip
    assert rules(months) == {}
    assert years.rows["orders"].to_list() == [12]
    assert months.rows["ordered_value"].sum() == 1200
    # The last one is not due by the as-of date.
    assert months.rows["invoices"].sum() == 11


_ODS = """<office:document-content xmlns:office="o" xmlns:table="t" xmlns:text="x"><office:body>
<office:spreadsheet><table:table table:name="Other"><table:table-row table:visibility="collapse"/>
</table:table><table:table table:name="A &amp; B"><table:table-column
table:number-columns-repeated="2"/><table:table-column table:visibility="collapse"
table:number-columns-repeated="3"/><table:table-column/><table:table-row/><table:table-row
table:visibility="filter" table:number-rows-repeated="2"/><table:table-row/><table:table-row
table:visibility="collapse"/><table:table-row table:visibility="visible"/></table:table>
</office:spreadsheet></office:body></office:document-content>"""


def test_hidden_rows_and_columns_of_ods_by_hand(tmp_path: Path) -> None:
    path = tmp_path / "a.ods"
    with zipfile.ZipFile(path, "w") as book:
        book.writestr("content.xml", _ODS)
    marks = sheet_marks(path, "A & B")
    assert (marks.hidden_rows, marks.hidden_columns) == ({2, 3, 5}, {2, 3, 4})
    assert sheet_marks(path, "Other").hidden_rows == {1}
    assert sheet_marks(path, "none").hidden_rows == set()


def test_hidden_columns_of_a_list_are_read_and_named(tmp_path: Path) -> None:
    path = tmp_path / "l.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("L")
        for number, row in enumerate(_list("1", "2")):
            sheet.write_row(number, 0, row)
        sheet.set_column(2, 2, None, None, {"hidden": True})
    intake = read_suppliers(path)
    assert intake.suppliers["country_iso3"].to_list() == ["IND", "IND"]
    assert any("columns that are hidden (country) were read" in note for note in intake.notes)
