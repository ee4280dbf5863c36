import datetime as dt
import io
from dataclasses import replace
from pathlib import Path
from zipfile import ZipFile

import polars as pl
import pytest
import xlsxwriter

from configs.config_errors import DataRejectedError, UsageError
from reports.tables.ranked_list import ranked_table
from reports.wording import banned_phrases
from reports.workbook.workbook import sheet_book, workbook_bytes
from reports.workbook.workbook_decisions import read_decisions
from reports.workbook.workbook_printing import estimated_pages, line_counts
from reports.workbook.workbook_rows import LONGEST_CELL
from reports.workbook.workbook_shapes import Column, Sheet
from reports.workbook.workbook_sheets import DECISION_COLUMNS
from reports.workbook.workbook_sheets import sheets as sheets_of
from scoring.prioritisation.overrides import kept
from tests.reports.sample import HOSTILE_NAMES, SOURCES, sample_bundle

IDS = pl.Series(["S-1", "S-2", "-S3"])
FILLED = {
    "supplier_id": "S-1",
    "decision": "look_first",
    "author_role": "category manager",
    "reason": "new order planned",
    "evidence_link": "https://example.org/minutes",
    "decided_on": "2024-03-01",
    "expires_on": "2024-09-01",
    "outcome": None,
}


@pytest.fixture(scope="module")
def content() -> bytes:
    bundle = sample_bundle()
    return workbook_bytes(bundle, ranked_table(bundle))


@pytest.fixture(scope="module")
def sheets(content: bytes) -> dict[str, pl.DataFrame]:
    return pl.read_excel(
        io.BytesIO(content), sheet_id=0, read_options={"header_row": 2, "dtypes": "string"}
    )


def _parts(content: bytes) -> dict[str, str]:
    with ZipFile(io.BytesIO(content)) as book:
        return {name: book.read(name).decode("utf-8") for name in book.namelist()}


def test_sheets_and_their_rows(sheets: dict[str, pl.DataFrame]) -> None:
    assert list(sheets) == [
        "Ranked list", "Reasons", "Rank changes", "Insufficient", "Audit plan", "Data gaps",
        "Purchasing", "Flags", "Decisions in force", "Decisions", "Sources", "Method",
    ]  # fmt: skip
    assert sheets["Ranked list"].height == 22
    assert sheets["Insufficient"].height == 6
    assert sheets["Decisions"]["supplier_id"].to_list() == [f"S-0000{n}" for n in range(1, 6)]
    assert tuple(sheets["Decisions"].columns) == DECISION_COLUMNS


def test_equal_bundles_give_equal_bytes(content: bytes) -> None:
    bundle = sample_bundle()
    assert workbook_bytes(bundle, ranked_table(bundle)) == content


def test_hostile_names_are_text_and_never_a_formula(
    content: bytes, sheets: dict[str, pl.DataFrame]
) -> None:
    names = sheets["Ranked list"]["Supplier"].to_list()
    assert names[1] == HOSTILE_NAMES[0]
    assert names[3] == "'" + HOSTILE_NAMES[1]
    parts = _parts(content)
    assert not any("<f>" in text or "<f " in text for text in parts.values())
    assert not any("example.invalid" in text for name, text in parts.items() if "rels" in name)


def test_a_name_that_looks_like_the_xml_of_a_cell_or_like_an_address_is_text() -> None:
    rows = pl.DataFrame({"name": ["<r><t>a</t></r>", "https://example.invalid", None]})
    part = Sheet("Listed", "", {"name": Column("Supplier", 30, "reasons")}, rows)
    book = sheet_book([part], "Title", "Notice", dt.date(2024, 3, 1))
    read = pl.read_excel(io.BytesIO(book), read_options={"header_row": 2})
    assert read["Supplier"].to_list() == ["'<r><t>a</t></r>", "https://example.invalid"]
    assert not any(
        "example.invalid" in text for name, text in _parts(book).items() if "rels" in name
    )


def test_panes_filters_bars_links_and_choices_are_there(content: bytes) -> None:
    parts = _parts(content)
    listed = parts["xl/worksheets/sheet1.xml"]
    for part in ("<pane ", "<autoFilter ", "<dataBar>", "<hyperlink "):
        assert part in listed
    assert "<dataValidation " in parts["xl/worksheets/sheet10.xml"]
    assert "numFmts" in parts["xl/styles.xml"]


def test_sheets_print_landscape_one_page_wide_with_repeated_headers(content: bytes) -> None:
    parts = _parts(content)
    for number in range(1, 13):
        sheet = parts[f"xl/worksheets/sheet{number}.xml"]
        assert 'orientation="landscape"' in sheet
        assert 'fitToHeight="0"' in sheet
    names = parts["xl/workbook.xml"]
    assert names.count("_xlnm.Print_Titles") == 12
    assert "'Ranked list'!$A$1:$J$25" in names
    assert 'topLeftCell="C4"' in parts["xl/worksheets/sheet1.xml"]  # rank and name stay in view


def test_pages_follow_from_row_heights_and_the_width_of_the_printed_columns() -> None:
    columns = {"name": Column("Name", 60), "reason": Column("Reason", 100, "long")}
    rows = pl.DataFrame({"name": ["a"] * 100, "reason": ["x" * 150] * 100})
    # 160 characters and padding are 847.5 points on 784.4: a scale of 0.926. A page of 508.6
    # points then has 549.5 - 15 for rows of two lines, 30 points each, and two head rows.
    assert line_counts(Sheet("s", "", columns, rows))[:2] == [2, 2]
    assert estimated_pages(Sheet("s", "", columns, rows)) == 6
    assert estimated_pages(Sheet("s", "", columns, rows, printed_rows=10)) == 1
    assert estimated_pages(Sheet("s", "", columns, rows, max_lines=1)) == 3


def test_the_workbook_of_300_suppliers_prints_on_25_pages() -> None:
    bundle = sample_bundle()
    parts = sheets_of(bundle, ranked_table(bundle))
    grows = ("Ranked list", "Reasons", "Audit plan", "Data gaps", "Purchasing")
    many = [
        replace(part, rows=pl.concat([part.rows] * 14)) if part.name in grows else part
        for part in parts
    ]
    assert many[0].rows.height >= 300
    assert sum(estimated_pages(part) for part in many) <= 25


def test_candidate_sources_have_their_titles(sheets: dict[str, pl.DataFrame]) -> None:
    titles = {card.title for card in SOURCES.values()}
    named = sheets["Reasons"]["Candidate sources"].drop_nulls().unique().to_list()
    assert named
    assert {title for text in named for title in text.split("; ")} <= titles


def test_every_sheet_says_what_it_is_not(content: bytes, sheets: dict[str, pl.DataFrame]) -> None:
    parts = _parts(content)
    for number in range(1, 13):
        text = parts[f"xl/worksheets/sheet{number}.xml"]
        assert "It is not a finding about any supplier." in text
        assert "4 of 11 indicators" in text
    shown = " ".join(" ".join(frame.columns) for frame in sheets.values())
    assert banned_phrases(shown) == []


def test_a_name_longer_than_a_cell_is_cut() -> None:
    bundle = sample_bundle(hostile=False)
    long = pl.when(pl.col("supplier_id") == "S-00001").then(pl.lit("x" * 40_000)).otherwise("name")
    object.__setattr__(bundle, "suppliers", bundle.suppliers.with_columns(long.alias("name")))
    book = workbook_bytes(bundle, ranked_table(bundle))
    first = pl.read_excel(io.BytesIO(book), read_options={"header_row": 2})["Supplier"][0]
    assert len(first) == LONGEST_CELL
    assert first.endswith("…")


def _book(path: Path, *rows: dict[str, str | None], columns: tuple[str, ...] = ()) -> Path:
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("Decisions")
        names = columns or DECISION_COLUMNS
        for column, name in enumerate(names):
            sheet.write_string(2, column, name)
            for place, row in enumerate(rows):
                value = row.get(name)
                if value is not None:
                    sheet.write_string(3 + place, column, value)
    return path


def test_decisions_come_back_as_written(tmp_path: Path) -> None:
    hostile = FILLED | {"supplier_id": "'-S3", "decision": "contested", "evidence_link": None}
    path = _book(tmp_path / "book.xlsx", {"supplier_id": "S-2"}, FILLED, hostile)
    found = read_decisions(path, IDS)
    assert found["supplier_id"].to_list() == ["S-1", "-S3"]
    assert found["expires_on"][0] == dt.date(2024, 9, 1)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"decision": None}, "row 4: there is no decision"),
        ({"decision": "drop"}, "row 4: decision 'drop' is none of"),
        (
            {"author_role": "ann@example.org"},
            "row 4: the reason or the role is about a person",
        ),
        ({"expires_on": "next year"}, "row 4: expires_on is no day"),
        ({"supplier_id": "S-9"}, "row 4: supplier S-9 is not on the list"),
        ({"evidence_link": None}, "row 4: evidence_link is missing"),
    ],
)
def test_a_row_that_cannot_be_defended_is_rejected(
    tmp_path: Path, changes: dict[str, str | None], words: str
) -> None:
    path = _book(tmp_path / "book.xlsx", FILLED | changes)
    with pytest.raises(DataRejectedError, match=words):
        read_decisions(path, IDS)


def test_a_file_that_is_no_such_workbook_is_rejected(tmp_path: Path) -> None:
    text = tmp_path / "book.xlsx"
    text.write_text("not a workbook")
    with pytest.raises(DataRejectedError, match="cannot be read"):
        read_decisions(text, IDS)
    with pytest.raises(UsageError, match="no such file"):
        read_decisions(tmp_path / "none.xlsx", IDS)
    path = _book(tmp_path / "less.xlsx", FILLED, columns=("supplier_id", "decision"))
    with pytest.raises(DataRejectedError, match="column name is missing"):
        read_decisions(path, IDS)


def test_a_later_decision_replaces_the_earlier_one(tmp_path: Path) -> None:
    path = _book(tmp_path / "book.xlsx", FILLED, FILLED | {"supplier_id": "S-2"})
    first = read_decisions(path, IDS)
    later = read_decisions(_book(path, FILLED | {"decision": "look_later"}), IDS)
    both = kept(first, later)
    assert both.select("supplier_id", "decision").rows() == [
        ("S-1", "look_later"),
        ("S-2", "look_first"),
    ]


def test_a_long_list_has_its_first_suppliers_and_says_where_the_others_are(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    bundle = sample_bundle(40, 12)
    monkeypatch.setattr("reports.workbook.workbook_sheets.MAX_SUPPLIERS", 10)
    parts = {part.name: part for part in sheets_of(bundle, ranked_table(bundle))}
    listed, without = parts["Ranked list"], parts["Insufficient"]
    assert (listed.rows.height, without.rows.height) == (10, 10)
    assert listed.rows["rank"].to_list() == list(range(1, 11))
    assert listed.note.endswith("\nThe first 10 of 28 rows; ranked.csv has all.")
    assert without.note.endswith("\nThe first 10 of 12 rows; insufficient_information.csv has all.")


def test_reasons_are_those_of_the_first_suppliers_all_of_them_and_the_others_have_no_link(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    bundle = sample_bundle(40, 12)
    ranked = ranked_table(bundle)
    every = {part.name: part for part in sheets_of(bundle, ranked)}["Reasons"].rows
    monkeypatch.setattr("reports.workbook.workbook_sheets.MAX_ROWS", 3)
    reasons = {part.name: part for part in sheets_of(bundle, ranked)}["Reasons"]
    first = ranked["supplier_id"].to_list()[:3]
    assert reasons.rows.equals(every.filter(pl.col("supplier_id").is_in(first)))
    assert reasons.note.endswith(
        "\nReasons of the first 3 of 28 suppliers; contributions.parquet has all."
    )
    listed = _parts(workbook_bytes(bundle, ranked))["xl/worksheets/sheet1.xml"]
    assert listed.count("<hyperlink ") == 3
