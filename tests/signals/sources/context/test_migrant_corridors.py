"""UN DESA's bilateral stock of migrants, in the layout of its workbook of 2024."""

from pathlib import Path

import pytest
import xlsxwriter

from signals.account import Unit
from signals.sources.context import migrant_corridors
from tests.signals.builders import balance, context

YEARS = (1990, 2020, 2024)
HEADER = (
    "Index",
    "Region, development group, country or area of destination",
    "Notes of destination",
    "Location code of destination",
    "Type of data of destination",
    "Region, development group, country or area of origin",
    "Location code of origin",
    *YEARS * 3,
)


def workbook(path: Path) -> Path:
    """Header in row 11; years three times: both sexes, men, women."""
    book = xlsxwriter.Workbook(path)
    sheet = book.add_worksheet("Table 1")
    sheet.write(3, 0, "United Nations")
    sheet.write(4, 0, "Population Division")
    sheet.write(8, 7, "International migrant stock at mid-year (both sexes)")
    sheet.write_row(10, 0, HEADER)
    rows = (
        ("World", 900, "World", 900, 999, 999, 999),
        ("Qatar", 634, "World", 900, 100, 200, 400),
        ("Qatar*", 634, "Nepal", 524, 50, 150, 300),
        ("Qatar*", 634, "India", 356, 50, 50, 100),
    )
    for number, (to, to_code, start, code, *stock) in enumerate(rows):
        men = [value // 2 for value in stock]
        sheet.write_row(
            11 + number, 0, (number + 1, to, None, to_code, "B R", start, code, *stock, *men, *men)
        )
    book.close()
    return path


@pytest.mark.parametrize(
    "name", ["corridors.xlsx", "undesa_pd_2024_ims_stock_by_sex_destination_and_origin.xlsx"]
)
def test_the_workbook_of_the_un_is_read_as_published(tmp_path: Path, name: str) -> None:
    (tmp_path / "m").mkdir()
    workbook(tmp_path / "m" / name)
    using = context(tmp_path, mirror=tmp_path / "m", published_on="2024-01-15")
    shares, _ = migrant_corridors.stage(migrant_corridors.pull(using), using)
    found = shares.rows.select("destination_iso3", "origin_iso3", "share").rows()
    assert sorted(found) == [("QAT", "IND", 0.25), ("QAT", "NPL", 0.75)]
    assert shares.rejected.is_empty()


def test_every_row_of_the_tables_is_used_rejected_or_out_of_scope(tmp_path: Path) -> None:
    mirror = tmp_path / "m"
    mirror.mkdir()
    workbook(mirror / "undesa_pd_2024_ims_stock.xlsx")
    (mirror / "corridors.csv").write_text(
        "destination,origin,migrants\nQAT,NPL,30\nOMN,NPL,0\nNowhere,NPL,5\nQAT,IND,-3\n"
    )
    (mirror / "origin_places.csv").write_text(
        "origin,latitude,longitude\nNPL,27.7,85.3\nNPL,127.7,85.3\nIND,28.6,77.2,x\n"
    )
    assert balance(migrant_corridors, context(tmp_path, mirror=mirror), Unit.ROW) == {
        "read": 4 + 4 + 3,
        "used": 2 + 1 + 1,
        "rejected": {"corridor_is_whole": 2, "place_is_whole": 1, "cells_beyond_header": 1},
        "out_of_scope": {
            "of a region or group of countries": 2,
            "of a destination without migrants": 1,
        },
    }
