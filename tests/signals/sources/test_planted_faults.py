"""The same faults planted into a file of every source that reads tables: none is read silently.

A source says which of its columns hold numbers and days; the shared readers do the rest. A new
source of tables gets a line in `READERS`.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType

import polars as pl
import pytest
import xlsxwriter

from signals.source import Staged
from signals.sources.accounts import accounts_csv
from signals.sources.buyer import buyer_ledger, buyer_ratings, uk_payment_practices
from signals.sources.climate import firms, precipitation
from signals.sources.context import area_panel, country_table, migrant_corridors, prior_tables
from signals.sources.land import gfw_alerts
from suppliers.input_errors import DataRejectedError
from tests.signals.builders import all_staged, context, sites, suppliers

pytestmark = pytest.mark.long

LISTED = suppliers({"supplier_id": "A"}, {"supplier_id": "B"})
SITES = sites({"site_id": "A", "supplier_id": "A", "latitude": 0.0, "longitude": 100.0})
AS_OF = dt.date(2024, 6, 1)


@dataclass(frozen=True)
class Reader:
    """A source with a file that it reads whole, and one row more that it would read too.

    Attributes:
        source: the module.
        file: name under which it finds the file.
        header: columns.
        good: rows whose numbers are whole, so that they show no decimal mark.
        odd: a further row, into which faults are planted.
        number: a column of numbers in which 1.234 may be two values; None for coordinates, which
            the globe settles.
        figure: any column of numbers.
        day: a column of days, or None.
        options: of the source.
    """

    source: ModuleType
    file: str
    header: str
    good: Sequence[str]
    odd: str
    number: str | None
    figure: str
    day: str | None
    options: Mapping[str, object] = field(default_factory=dict)

    def row(self, column: str, value: str) -> list[str]:
        """The cells of the odd row with another value in a column."""
        cells = self.odd.split(",")
        cells[self.header.split(",").index(column)] = value
        return cells


PANEL: dict[str, object] = {
    "file": "panel.csv", "area_id": "area", "year": "year", "publication_lag_days": 30,
    "variables": {"soy": "soy"},
}  # fmt: skip
READERS = (
    Reader(
        accounts_csv, "accounts.csv", "supplier_id,period_end,filed_on,currency,total_assets",
        ["A,2022-12-31,2023-05-02,EUR,1000"], "B,2022-12-31,2023-05-02,EUR,2000",
        "total_assets", "total_assets", "filed_on",
    ),
    Reader(
        buyer_ledger, "order_lines.csv",
        "order_id,line_id,supplier_id,ordered_on,quantity,unit_price",
        [f"O{month},1,A,2023-{month:02d}-10,10,10" for month in range(1, 13)],
        "X,1,B,2023-07-12,10,20", "unit_price", "quantity", "ordered_on",
    ),
    Reader(
        buyer_ratings, "report.csv", "category,score,respondents,period_end,published_on",
        ["payment,48,23,2023-12-31,2024-03-01"], "planning,50,9,2023-12-31,2024-03-01",
        "respondents", "score", "published_on",
    ),
    Reader(
        uk_payment_practices, "export.csv",
        "Report Id,End date,Filing date,Company number,Average time to pay,"
        "% Invoices not paid within agreed terms,% Invoices paid later than 60 days",
        ["1,2023-06-30,2023-07-20,123456,41,25,12"], "2,2023-06-30,2023-07-20,123457,30,20,10",
        "Average time to pay", "Average time to pay", "Filing date",
    ),
    Reader(
        country_table, "governance.csv", "iso3,year,rule_of_law_risk",
        ["IDN,2021,1"], "NOR,2021,0", None, "rule_of_law_risk", None,
    ),
    Reader(
        prior_tables, "sector_priors.csv", "division,prior,published_on",
        ["01,1,2022-09-12"], "14,0,2022-09-12", None, "prior", "published_on",
    ),
    Reader(
        migrant_corridors, "corridors.csv", "destination,origin,migrants,published_on",
        ["QAT,NPL,30,2023-01-01"], "OMN,NPL,70,2023-01-01", "migrants", "migrants", "published_on",
    ),
    Reader(
        area_panel, "panel.csv", "area,year,soy", ["A,2020,5", "A,2021,6"], "B,2020,7",
        "soy", "soy", None, PANEL,
    ),
    Reader(
        firms, "MODIS_Global.csv",
        "latitude,longitude,acq_date,acq_time,satellite,confidence,daynight",
        ["0.01,100.0,2024-01-30,0020,T,70,N", "0.02,100.01,2024-02-02,1330,A,80,D"],
        "0.01,100.02,2024-02-01,1330,A,80,D", None, "latitude", "acq_date",
    ),
    Reader(
        gfw_alerts, "alerts.csv",
        "longitude,latitude,gfw_integrated_alerts__date,gfw_integrated_alerts__confidence",
        ["100.01,0.01,2024-03-02,high", "100.01,0.02,2024-05-09,nominal"],
        "100.02,0.01,2024-04-02,high", None, "latitude", "gfw_integrated_alerts__date",
    ),
    Reader(
        precipitation, "rain_stations.csv",
        "station_id,latitude,longitude,year,month,precipitation_mm",
        ["near,0,100,2023,1,10", "near,0,100,2023,2,20"], "near,0,100,2023,3,30",
        "precipitation_mm", "precipitation_mm", None,
    ),
)  # fmt: skip
_BARE = "bare:"
IDS = [reader.source.CARD.id for reader in READERS]

#: What a file may hold where a number or a day is due; none of them is one.
NO_NUMBERS = ("12abc", "1.2.3", "1,2,3", "--5", "#N/A!", "12 %%", "1e", "٣")
NO_DAYS = ("2024015", "05.03.24", "2024-02-30", "24-01-05", "45000", "2024-01-05 to 2024-02-05")


def _read(reader: Reader, folder: Path, rows: Sequence[Sequence[str]]) -> list[Staged]:
    mirror = folder / "mirror"
    mirror.mkdir(parents=True)
    lines = [reader.header.split(","), *rows]
    text = "\n".join(",".join(_quoted(cell) for cell in line) for line in lines)
    (mirror / reader.file).write_text(text + "\n", encoding="utf-8")
    using = context(
        folder, mirror=mirror, supplier_rows=LISTED, site_rows=SITES, as_of=AS_OF, **reader.options
    )
    return list(all_staged(reader.source, using))


def _quoted(cell: str) -> str:
    return (
        f'"{cell}"' if "," in cell and not cell.startswith("bare:") else cell.removeprefix("bare:")
    )


def _good(reader: Reader) -> list[list[str]]:
    return [row.split(",") for row in reader.good]


def _rows(tables: Sequence[Staged]) -> list[pl.DataFrame]:
    """The staged rows without the path of their file, which differs between two folders."""
    without = pl.col(pl.String).str.replace_all(r"\S*/mirror/", "")
    return [table.rows.drop("origin").with_columns(without) for table in tables]


def _is_same(one: Sequence[Staged], other: Sequence[Staged]) -> bool:
    return all(a.equals(b) for a, b in zip(_rows(one), _rows(other), strict=True))


def _rejected_rows(tables: Sequence[Staged]) -> list[object]:
    return pl.concat(table.rejected for table in tables)["source_row"].to_list()


@pytest.mark.parametrize("reader", READERS, ids=IDS)
def test_without_a_fault_the_further_row_is_read(reader: Reader, tmp_path: Path) -> None:
    good = _read(reader, tmp_path / "good", _good(reader))
    more = _read(reader, tmp_path / "more", [*_good(reader), reader.odd.split(",")])
    assert not _is_same(good, more)
    assert _rejected_rows(more) == []


@pytest.mark.parametrize("reader", READERS, ids=IDS)
def test_what_is_no_number_rejects_its_row_and_no_other(reader: Reader, tmp_path: Path) -> None:
    good = _read(reader, tmp_path / "good", _good(reader))
    for place, cell in enumerate(NO_NUMBERS):
        rows = [*_good(reader), reader.row(reader.figure, cell)]
        found = _read(reader, tmp_path / str(place), rows)
        assert _is_same(found, good), cell
        assert set(_rejected_rows(found)) == {len(rows) + 1}, cell


@pytest.mark.parametrize("reader", READERS, ids=IDS)
def test_what_is_no_day_rejects_its_row_and_no_other(reader: Reader, tmp_path: Path) -> None:
    if reader.day is None:
        assert "date" not in reader.header
        return
    good = _read(reader, tmp_path / "good", _good(reader))
    for place, cell in enumerate(NO_DAYS):
        rows = [*_good(reader), reader.row(reader.day, cell)]
        found = _read(reader, tmp_path / str(place), rows)
        assert _is_same(found, good), cell
        assert _rejected_rows(found) == [len(rows) + 1], cell


@pytest.mark.parametrize("reader", READERS, ids=IDS)
def test_an_unquoted_thousand_shifts_no_cell(reader: Reader, tmp_path: Path) -> None:
    good = _read(reader, tmp_path / "good", _good(reader))
    rows = [*_good(reader), reader.row(reader.figure, f"{_BARE}1,234")]
    found = _read(reader, tmp_path / "bad", rows)
    assert _is_same(found, good)
    assert _rejected_rows(found) == [len(rows) + 1]


@pytest.mark.parametrize("reader", [r for r in READERS if r.number], ids=lambda r: r.source.CARD.id)
def test_a_number_of_two_meanings_is_settled_by_the_file_or_rejected(
    reader: Reader, tmp_path: Path
) -> None:
    assert reader.number is not None
    good = _read(reader, tmp_path / "good", _good(reader))
    for place, cell in enumerate(("1.234", "1,234", "12.500")):
        rows = [*_good(reader), reader.row(reader.number, cell)]
        found = _read(reader, tmp_path / str(place), rows)
        assert _is_same(found, good), cell
        assert set(_rejected_rows(found)) == {len(rows) + 1}, cell


@pytest.mark.parametrize("reader", READERS, ids=IDS)
@pytest.mark.parametrize("at", ["first", "last"])
def test_a_stray_quotation_mark_loses_no_row_silently(
    reader: Reader, at: str, tmp_path: Path
) -> None:
    after = _good(reader)[:1]
    good = _read(reader, tmp_path / "good", [*_good(reader), *after])
    cells = reader.odd.split(",")
    place = 0 if at == "first" else len(cells) - 1
    cells[place] = '"' + cells[place] if at == "first" else cells[place] + '"'
    rows = [*_good(reader), cells, *after]
    if reader.source is area_panel and at == "first":  # its one file is rejected as an error
        with pytest.raises(DataRejectedError, match="quotation mark"):
            _read(reader, tmp_path / "bad", rows)
        return
    found = _read(reader, tmp_path / "bad", rows)
    whole = pl.concat(table.rejected for table in found)
    is_rejected = "unreadable_file" in whole["rule"].to_list()
    row = len(reader.good) + 2
    assert is_rejected or (_is_same(found, good) and row in whole["source_row"].to_list())


@pytest.mark.parametrize(
    "reader",
    [r for r in READERS if r.source in (accounts_csv, buyer_ratings, buyer_ledger)],
    ids=lambda r: r.source.CARD.id,
)
def test_a_second_sheet_is_named_where_it_is_not_read(reader: Reader, tmp_path: Path) -> None:
    good = _read(reader, tmp_path / "good", _good(reader))
    mirror = tmp_path / "mirror"
    mirror.mkdir()
    with xlsxwriter.Workbook(mirror / reader.file.replace(".csv", ".xlsx")) as book:
        for name, rows in (("North", _good(reader)), ("South", [reader.odd.split(",")])):
            sheet = book.add_worksheet(name)
            for number, row in enumerate([reader.header.split(","), *rows]):
                sheet.write_row(number, 2, row)  # two empty columns stand before the table
    using = context(
        tmp_path, mirror=mirror, supplier_rows=LISTED, site_rows=SITES, as_of=AS_OF,
        **reader.options,
    )  # fmt: skip
    found = list(all_staged(reader.source, using))
    rejected = pl.concat(table.rejected for table in found)
    assert rejected["rule"].to_list() == ["sheet_not_read"]
    for one, other in zip(_rows(found), _rows(good), strict=True):
        assert one.equals(other)
