"""Paragraphs and tables of DOCX and PDF files, as text."""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import ParseError

from defusedxml import DefusedXmlException, ElementTree
from pypdf import PdfReader
from pypdf.errors import FileNotDecryptedError, PyPdfError

from suppliers.input_errors import DataRejectedError
from suppliers.intake.encodings import strip_control
from suppliers.intake.workbook_bounds import reject_out_of_bounds
from suppliers.intake.workbook_sheets import OLE_MAGIC

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_HEADING_STYLE = re.compile(r"heading|berschrift|titre|t.?tulo|title", re.IGNORECASE)
_LARGEST_DOCUMENT_BYTES = 60_000_000
_MOST_PAGES = 400
#: Fewer letters a page than this: the pages are pictures.
_LEAST_LETTERS = 20
_PAGE_NUMBER = re.compile(
    r"^(?:page|seite|página|pag\.?|p\.)?\s*\d+\s*(?:(?:of|/|von|de|sur)\s*\d+)?$", re.I
)


@dataclass(frozen=True)
class Paragraph:
    """A paragraph or line.

    Attributes:
        row: position, from 1.
        text: without control characters.
        is_heading: by its style.
        is_listed: numbered or marked as an item of a list.
    """

    row: int
    text: str
    is_heading: bool = False
    is_listed: bool = False


@dataclass(frozen=True)
class DocumentTable:
    """A table; all cells of a merged area but the first are empty.

    Attributes:
        row: position of the table in the document, from 1.
        rows: positions and cells.
    """

    row: int
    rows: tuple[tuple[int, tuple[str, ...]], ...]


def docx_parts(path: Path) -> list[Paragraph | DocumentTable]:
    """Paragraphs and tables of a DOCX in their order.

    Raises:
        DataRejectedError: protected by a password, damaged, or too large.
    """
    damaged = DataRejectedError(
        f"{path.name}: the document is damaged; open it and save it again as .docx."
    )
    with path.open("rb") as file:
        if file.read(8).startswith(OLE_MAGIC):
            raise DataRejectedError(
                f"{path.name}: the document is protected by a password or an old .doc; save a copy "
                "without a password as .docx."
            )
    if not zipfile.is_zipfile(path):
        raise damaged
    reject_out_of_bounds(path)
    try:
        with zipfile.ZipFile(path) as archive, archive.open("word/document.xml") as part:
            content = part.read(_LARGEST_DOCUMENT_BYTES + 1)
        if len(content) > _LARGEST_DOCUMENT_BYTES:
            raise DataRejectedError(
                f"{path.name}: the document has more than 60 MB of text; split it."
            )
        body = ElementTree.fromstring(content).find(f"{_W}body")
    except (KeyError, zipfile.BadZipFile, zlib.error, EOFError, RuntimeError,
            NotImplementedError, ParseError, DefusedXmlException):  # fmt: skip
        raise damaged from None
    return list(_parts(body)) if body is not None else []


def _parts(body: Any) -> Iterator[Paragraph | DocumentTable]:
    row = 0
    for element in _blocks(body):
        row += 1
        if element.tag == f"{_W}tbl":
            first, cells = row, []
            for line in element.iter(f"{_W}tr"):
                cells.append((row, tuple(_cells(line))))
                row += 1
            yield DocumentTable(first, tuple(cells))
        else:
            style = element.find(f"{_W}pPr/{_W}pStyle")
            name = "" if style is None else style.get(f"{_W}val", "")
            has_level = element.find(f"{_W}pPr/{_W}outlineLvl") is not None
            listed = element.find(f"{_W}pPr/{_W}numPr") is not None
            yield Paragraph(
                row, _text(element), has_level or bool(_HEADING_STYLE.search(name)), listed
            )


def _blocks(parent: Any) -> Iterator[Any]:
    for element in parent:
        if element.tag in (f"{_W}p", f"{_W}tbl"):
            yield element
        elif element.tag in (f"{_W}sdt", f"{_W}sdtContent", f"{_W}ins"):
            yield from _blocks(element)


def _cells(line: Any) -> Iterator[str]:
    for cell in line.iter(f"{_W}tc"):
        merged = cell.find(f"{_W}tcPr/{_W}vMerge")
        continues = merged is not None and merged.get(f"{_W}val", "continue") == "continue"
        yield "" if continues else "\n".join(filter(None, map(_text, cell.iter(f"{_W}p"))))
        span = cell.find(f"{_W}tcPr/{_W}gridSpan")
        yield from [""] * (int(span.get(f"{_W}val", "1")) - 1 if span is not None else 0)


def _text(element: Any) -> str:
    pieces: list[str] = []
    for one in element.iter():
        if one.tag == f"{_W}t":
            pieces.append(one.text or "")
        elif one.tag == f"{_W}tab":
            pieces.append("\t")
        elif one.tag == f"{_W}br":
            pieces.append("\n")
    return strip_control("".join(pieces)).strip()


def pdf_lines(path: Path) -> list[Paragraph]:
    """Lines of text of a PDF.

    Raises:
        DataRejectedError: protected by a password, damaged, too long, or pictures without text.
    """
    try:
        reader = PdfReader(path)
        if reader.is_encrypted and not reader.decrypt(""):
            raise FileNotDecryptedError
        pages = len(reader.pages)
        if pages > _MOST_PAGES:
            raise DataRejectedError(
                f"{path.name}: {pages} pages are more than a questionnaire has; keep the pages "
                "with questions."
            )
        texts = [page.extract_text() for page in reader.pages]
    except FileNotDecryptedError:
        raise DataRejectedError(
            f"{path.name}: the PDF is protected by a password; save a copy without one."
        ) from None
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, IndexError, OSError,
            RecursionError, zlib.error):  # what the library raises on damaged files  # fmt: skip
        raise DataRejectedError(
            f"{path.name}: the PDF is damaged; print it to a new PDF, or use the original document."
        ) from None
    if sum(map(str.isalpha, "".join(texts))) < _LEAST_LETTERS * max(pages, 1):
        raise DataRejectedError(
            f"{path.name}: the pages are pictures without text (a scan); run text recognition over "
            "it, or use the original document."
        )
    lines = [strip_control(line).strip() for text in texts for line in text.splitlines()]
    return [
        Paragraph(row, line)
        for row, line in enumerate(lines, start=1)
        if line and not _PAGE_NUMBER.match(line)
    ]
