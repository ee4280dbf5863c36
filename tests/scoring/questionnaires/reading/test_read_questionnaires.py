"""Questionnaires of all kinds are read; answers, scans and what is none are rejected."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from xml.sax.saxutils import escape

import polars as pl
import pytest
import xlsxwriter
from odf.opendocument import OpenDocumentSpreadsheet
from odf.table import Table, TableCell, TableRow
from odf.text import P
from pypdf import PdfWriter

from scoring.questionnaires.reading.question_parts import (
    asked_for,
    condition_of,
    is_answer,
    numbered,
)
from scoring.questionnaires.reading.read_questionnaires import read_questionnaires
from suppliers.input_errors import DataRejectedError

FORM = (
    ("No.", "Question", "Type", "Answer"),
    ("1", "Recruitment", "", ""),
    ("1.1", "Do workers pay recruitment fees?", "Yes/No", ""),
    ("1.2", "If yes, how much do they pay?", "Number", "Please enter"),
    ("2", "Documents", "", ""),
    ("2.1", "Who holds the passports of workers?", "Text", ""),
)


def workbook(path: Path, sheets: Mapping[str, Sequence[Sequence[str]]]) -> Path:
    with xlsxwriter.Workbook(path) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for at, cells in enumerate(rows):
                sheet.write_row(at, 0, cells)
    return path


def csv_file(path: Path, rows: Sequence[Sequence[str]]) -> Path:
    pl.DataFrame(rows, orient="row").write_csv(path, include_header=False)
    return path


def docx(path: Path, body: str) -> Path:
    space = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(
            "word/document.xml",
            f'<w:document xmlns:w="{space}"><w:body>{body}</w:body></w:document>',
        )
    return path


def paragraph(text: str, style: str = "") -> str:
    shape = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>' if style else ""
    return f"<w:p>{shape}<w:r><w:t>{escape(text)}</w:t></w:r></w:p>"


def pdf(path: Path, lines: Sequence[str]) -> Path:
    """A PDF of one page, with the lines in its stream of text."""
    shown = "".join(f"({line}) Tj T* " for line in lines)
    stream = f"BT /F1 11 Tf 14 TL 50 780 Td {shown}ET".encode("cp1252")
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R "
        b"/Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ]
    content, places = b"%PDF-1.4\n", []
    for number, one in enumerate(objects, start=1):
        places.append(len(content))
        content += b"%d 0 obj\n%s\nendobj\n" % (number, one)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    end = (
        b"xref\n0 6\n0000000000 65535 f \n%strailer << /Size 6 /Root 1 0 R >>\n"
        b"startxref\n%d\n%%%%EOF"
    )
    path.write_bytes(content + end % (table, len(content)))
    return path


def read(*paths: Path) -> pl.DataFrame:
    return read_questionnaires(paths).questions


def fault_of(*paths: Path) -> str:
    with pytest.raises(DataRejectedError) as caught:
        read_questionnaires(paths)
    return str(caught.value)


def test_a_workbook_with_sections_conditions_and_types(tmp_path: Path) -> None:
    cover = [("Supplier self-assessment",), ("Please return by May",)]
    found = read(workbook(tmp_path / "form.xlsx", {"Cover": cover, "Labour": FORM}))
    assert found["question_id"].to_list() == ["form:1.1", "form:1.2", "form:2.1"]
    assert found["section"].to_list() == ["Recruitment", "Recruitment", "Documents"]
    assert found["answer_type"].to_list() == ["yes_no", "number", "text"]
    assert found["condition"].to_list() == [None, "If yes", None]
    assert found["language"].to_list() == ["en", "en", "en"]
    assert found["row"].to_list() == [3, 4, 6]


def test_csv_and_open_document_are_read_alike(tmp_path: Path) -> None:
    sheet = Table(name="Form")
    for cells in FORM:
        row = TableRow()
        for cell in cells:
            box = TableCell(valuetype="string")
            box.addElement(P(text=cell))
            row.addElement(box)
        sheet.addElement(row)
    document = OpenDocumentSpreadsheet()
    document.spreadsheet.addElement(sheet)
    document.save(tmp_path / "form.ods")
    first = read(tmp_path / "form.ods")
    assert first.equals(read(csv_file(tmp_path / "form.csv", FORM)))
    assert first.height == 3


def test_a_section_that_is_merged_downwards_counts_for_all_its_rows(tmp_path: Path) -> None:
    with xlsxwriter.Workbook(tmp_path / "form.xlsx") as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ("Section", "Question"))
        sheet.merge_range(1, 0, 2, 0, "Housing")
        sheet.write(1, 1, "Do you house workers?")
        sheet.write(2, 1, "Must workers live there?")
        sheet.merge_range(3, 1, 4, 1, "Is there a curfew?")
    found = read(tmp_path / "form.xlsx")
    assert found["section"].to_list() == ["Housing", "Housing", "Housing"]
    assert found["text"].to_list()[2] == "Is there a curfew?"


def test_a_table_without_header(tmp_path: Path) -> None:
    rows = [
        ("A1", "Do you keep passports?"),
        ("A2", "Are there guards?"),
        ("A3", "Is overtime voluntary?"),
    ]
    assert read(csv_file(tmp_path / "form.csv", rows))["number"].to_list() == ["A1", "A2", "A3"]


def test_two_languages_in_one_cell(tmp_path: Path) -> None:
    rows = [
        ("Question",),
        ("Conservez-vous les passeports ? / Do you keep passports?",),
        ("Les heures supplémentaires sont-elles volontaires ? / Is overtime voluntary?",),
    ]
    found = read_questionnaires([workbook(tmp_path / "form.xlsx", {"F": rows})])
    assert found.questions["text"].to_list()[0] == "Conservez-vous les passeports ?"
    assert found.questions["language"].to_list() == ["fr", "fr"]
    assert "2 of 2 cells have two languages" in found.notes[0]


def test_a_document_with_headings_and_a_table(tmp_path: Path) -> None:
    cells = "".join(f"<w:tc>{paragraph(cell)}</w:tc>" for cell in ("3.1", "Is there a curfew?"))
    body = (
        paragraph("About this form", "Title")
        + paragraph("We ask all suppliers to fill in this form.")
        + paragraph("Recruitment", "Heading1")
        + paragraph("1. Do workers pay recruitment fees?")
        + paragraph("☐ Yes ☐ No")
        + paragraph("Please describe how you recruit.")
        + "<w:tbl>"
        + "".join(f"<w:tr>{cells.replace('3.1', f'3.{at}')}</w:tr>" for at in (1, 2, 3))
        + "</w:tbl>"
    )
    found = read(docx(tmp_path / "form.docx", body))
    assert found["number"].to_list() == ["1", None, "3.1", "3.2", "3.3"]
    assert found["section"].to_list()[:2] == ["Recruitment", "Recruitment"]
    assert found["answer_type"].to_list()[0] == "yes_no"


def test_a_pdf_with_wrapped_lines(tmp_path: Path) -> None:
    lines = [
        "SECTION A RECRUITMENT",
        "1.1 Do workers who come from abroad or from another region pay fees to the",
        "agency that recruited them?",
        "1.2 Are contracts in writing?",
        "Page 1 of 1",
    ]
    found = read(pdf(tmp_path / "form.pdf", lines))
    assert found["number"].to_list() == ["1.1", "1.2"]
    assert found["text"][0].endswith("the agency that recruited them?")


def test_answers_are_rejected_with_column_and_rows_in_one_attempt(tmp_path: Path) -> None:
    rows = [FORM[0], (*FORM[2][:3], "Yes"), (*FORM[5][:3], "The personnel office")]
    first = workbook(tmp_path / "first.xlsx", {"Form": rows})
    second = docx(
        tmp_path / "second.docx",
        paragraph("1. Do you keep passports?") + paragraph("Answer: no, never"),
    )
    message = fault_of(first, second, tmp_path / "third.txt")
    assert "first.xlsx, Answer, rows 2, 3: there are answers in the file" in message
    assert "second.docx, Answer, row 2" in message
    assert "personnel" not in message
    assert "third.txt: there is no such file" in message


def test_what_cannot_be_read_is_said_plainly(tmp_path: Path) -> None:
    (tmp_path / "empty.csv").write_bytes(b"")
    (tmp_path / "broken.docx").write_bytes(b"PK\x03\x04 not an archive")
    (tmp_path / "broken.pdf").write_bytes(b"%PDF-1.4 nothing")
    (tmp_path / "old.docx").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
    (tmp_path / "form.odt").write_bytes(b"text")
    writer = PdfWriter()
    writer.add_blank_page(595, 842)
    writer.write(tmp_path / "scan.pdf")
    writer.encrypt("secret", algorithm="RC4-128")
    writer.write(tmp_path / "locked.pdf")
    workbook(tmp_path / "notes.xlsx", {"Notes": [("Dear supplier",), ("Thank you",)]})
    message = fault_of(*(sorted(tmp_path.iterdir())))
    for expected in (
        "broken.docx: the document is damaged",
        "broken.pdf: the PDF is damaged",
        "empty.csv: the file is empty",
        "form.odt: .odt is not a questionnaire this tool reads",
        "locked.pdf: the PDF is protected by a password",
        "notes.xlsx: no questions were found",
        "old.docx: the document is protected by a password or an old .doc",
        "scan.pdf: the pages are pictures without text",
    ):
        assert expected in message, expected


def test_a_document_with_entities_is_not_read(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "form.docx", "w") as archive:
        archive.writestr("word/document.xml", '<!DOCTYPE d [<!ENTITY a "b">]><d>&a;</d>')
    assert "the document is damaged" in fault_of(tmp_path / "form.docx")


@pytest.mark.parametrize(
    ("text", "number"),
    [("1.2 Do you?", "1.2"), ("Q7: Do you?", "Q7"), ("a) Do you?", "a"),
     ("Do you?", None), ("A worker may leave", None)],
)  # fmt: skip
def test_numbers_in_front_of_questions(text: str, number: str | None) -> None:
    assert numbered(text)[0] == number


@pytest.mark.parametrize(
    ("text", "condition"),
    [("If yes, describe.", "If yes"), ("Falls ja: welche?", "Falls ja"),
     ("Si oui, lesquels ?", "Si oui"),
     ("Em caso afirmativo, quais?", "Em caso afirmativo"), ("Is there a policy?", None)],
)  # fmt: skip
def test_conditions(text: str, condition: str | None) -> None:
    assert condition_of(text) == condition


@pytest.mark.parametrize(
    ("text", "filled"),
    [("", False), ("Yes / No", False), ("☐ Yes ☐ No", False), ("_____", False),
     ("Please select", False), ("text", False), ("n/a", False), ("Yes", True),
     ("☒ Yes ☐ No", True), ("45", True), ("45 %", True),
     ("We never do this.", True)],
)  # fmt: skip
def test_what_counts_as_an_answer(text: str, filled: bool) -> None:
    assert is_answer(text) == filled


@pytest.mark.parametrize(
    ("text", "hint", "kind"),
    [("Do you keep passports?", "", "yes_no"), ("How many workers are there?", "", "number"),
     ("Please attach your policy.", "", "file"), ("Describe your process.", "", "text"),
     ("Which one?", "A | B | C", "choice"), ("Workers", "Number", "number"),
     ("Workers", "", "unknown"), ("Seit wann?", "", "date")],
)  # fmt: skip
def test_the_form_of_the_answer(text: str, hint: str, kind: str) -> None:
    assert asked_for(text, hint) == kind
