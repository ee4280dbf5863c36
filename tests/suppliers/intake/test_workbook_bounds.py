"""Workbooks whose cells lie far apart, or that swell, are rejected before the reader makes room."""

import zipfile
from pathlib import Path

import pytest
import xlsxwriter

from suppliers.input_errors import DataRejectedError
from suppliers.intake.table_files import open_table

_HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?><office:document-content '
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body>'
    '<office:spreadsheet><table:table table:name="S">'
)
_TAIL = "</table:table></office:spreadsheet></office:body></office:document-content>"


def names_in(path: Path) -> list[str]:
    table = open_table(path, {"supplier_id", "name"}.__contains__)
    return table.read({"name": 1})["name"].to_list()


def workbook(path: Path, far: tuple[int, int] | None, look_only: bool = False) -> Path:
    book = xlsxwriter.Workbook(path)
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ["supplier_id", "name"])
    sheet.write_row(1, 0, ["a", "Mill"])
    if far is not None:
        bold = book.add_format({"bold": True})
        if look_only:
            sheet.write_blank(*far, None, bold)
        else:
            sheet.write(*far, "x")
    book.close()
    return path


@pytest.mark.parametrize("far", [(1_048_575, 16_383), (1_048_575, 30), (2_000, 16_383)])
def test_a_cell_far_away_is_rejected(tmp_path: Path, far: tuple[int, int]) -> None:
    with pytest.raises(DataRejectedError, match="so far apart"):
        names_in(workbook(tmp_path / "list.xlsx", far))


@pytest.mark.parametrize("far", [None, (500, 200), (0, 16_383)])
def test_what_there_is_room_for_is_read(tmp_path: Path, far: tuple[int, int] | None) -> None:
    assert names_in(workbook(tmp_path / "list.xlsx", far))[0] == "Mill"


def test_a_look_far_away_without_a_value_takes_no_room(tmp_path: Path) -> None:
    path = workbook(tmp_path / "list.xlsx", (1_048_575, 16_383), look_only=True)
    assert names_in(path) == ["Mill"]


def _cell(text: str, columns: int = 1) -> str:
    return (
        f'<table:table-cell table:number-columns-repeated="{columns}" '
        f'office:value-type="string"><text:p>{text}</text:p></table:table-cell>'
    )


def _row(cells: str, rows: int = 1) -> str:
    return f'<table:table-row table:number-rows-repeated="{rows}">{cells}</table:table-row>'


def ods(path: Path, more: str) -> Path:
    top = _row(_cell("supplier_id") + _cell("name")) + _row(_cell("a") + _cell("Mill"))
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as book:
        book.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        book.writestr("content.xml", _HEAD + top + more + _TAIL)
        book.writestr("META-INF/manifest.xml", "<manifest/>")
    return path


@pytest.mark.parametrize(
    "more",
    [
        _row(_cell("x", 16_384), 1_048_570),
        _row('<table:table-cell table:number-columns-repeated="16000"/>', 1_000_000)
        + _row('<table:table-cell table:number-columns-repeated="16000"/>' + _cell("x")),
    ],
)
def test_repeated_values_and_cells_far_away_of_ods(tmp_path: Path, more: str) -> None:
    with pytest.raises(DataRejectedError, match="so far apart"):
        names_in(ods(tmp_path / "list.ods", more))


def test_repeated_empty_cells_below_a_table_of_ods(tmp_path: Path) -> None:
    tail = _row('<table:table-cell table:number-columns-repeated="1024"/>', 1_048_574)
    assert names_in(ods(tmp_path / "list.ods", tail)) == ["Mill"]


def test_a_part_that_swells(tmp_path: Path) -> None:
    path = workbook(tmp_path / "list.xlsx", None)
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as book:
        book.writestr("xl/media/image1.bin", bytes(80_000_000))
    with pytest.raises(DataRejectedError, match="swells"):
        names_in(path)
