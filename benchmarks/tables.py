"""Random tables in many file formats, read back by the one reader of tables."""

import csv
import io
import itertools
import random
import tempfile
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl
import xlsxwriter

from suppliers.header_text import normalise_header
from suppliers.input_errors import DataRejectedError
from suppliers.intake.fields import FieldKind
from suppliers.intake.numbers import number_of, number_style
from suppliers.intake.table_files import open_table
from suppliers.intake.table_rows import RAGGED

ID = "tables"
GOAL = "at least 2,000 random tables are read back equal or rejected, 0 silently different"
KIND = "validate"

TABLES = 2_400
_SEEDS = (14, 777, 2026)
_HEADERS = ("supplier_id", "name", "country", "address", "annual_spend", "parent", "tier")
_SPEND = "annual_spend"
_WORDS = ("Acme", "Ltd", "Fils", "GmbH", "Cotton", "NA", "None", "NIL", "Null", "0020", "1e5", "S.")
_ACCENTED = ("Müller", "Façonnable", "Société", "São João", "Español", "Håkan")
_OTHER_SCRIPTS = ("纺织", "Łódź", "Текстиль", "شركة")
_MARKS = (",", ";", "\t", "|", '"', "'", "\n", "  ", "&", "=1")


@dataclass(frozen=True)
class RandomTable:
    """Cells by row; the spend is a float, which each format writes in its own way."""

    headers: tuple[str, ...]
    rows: tuple[tuple[str | float, ...], ...]

    @property
    def expected(self) -> list[tuple[str | float | None, ...]]:
        """The cells with blanks collapsed, as the reader gives them."""
        return [
            tuple(c if isinstance(c, float) else " ".join(c.split()) or None for c in row)
            for row in self.rows
        ]


def run() -> str:
    """Write and read the tables; print the outcomes of each format.

    Returns:
        Counts of all tables.
    """
    outcomes: dict[str, Counter[str]] = {}
    formats = list(_FORMATS)
    draws = [random.Random(seed) for seed in _SEEDS]
    with tempfile.TemporaryDirectory() as folder:
        for draw, number in itertools.product(draws, range(TABLES)):
            kind = formats[number % len(formats)]
            path, table, is_damaged = _FORMATS[kind](Path(folder) / str(number), draw)
            outcome = read_back(path, table, is_damaged=is_damaged)
            outcomes.setdefault(kind, Counter())[outcome] += 1
            path.unlink()
    print(f"{'format':24}{'equal':>8}{'rejected':>10}{'different':>11}")
    for kind, counts in outcomes.items():
        print(f"{kind:24}{counts['equal']:8}{counts['rejected']:10}{counts['different']:11}")
    total = sum(outcomes.values(), Counter[str]())
    return (
        f"tables: {len(_SEEDS) * TABLES} read, {total['equal']} equal, "
        f"{total['rejected']} rejected, {total['different']} silently different"
    )


def read_back(path: Path, table: RandomTable, *, is_damaged: bool) -> str:
    """`equal`, `rejected` (the file or its damaged row) or `different`."""
    names = {normalise_header(name) for name in _HEADERS}
    kinds: dict[str, FieldKind] = {_SPEND: "number"}
    try:
        opened = open_table(path, lambda cell: normalise_header(cell) in names)
        at = {header: p for p, header in enumerate(opened.headers) if header in table.headers}
        frame = opened.read(at, kinds)
    except DataRejectedError:
        return "rejected"
    kept = frame.filter(~pl.col(RAGGED)).select(
        number_of(name, number_style(frame, [_SPEND])).alias(name) if name == _SPEND else name
        for name in table.headers
    )
    rows = kept.rows()
    if rows == table.expected:
        return "equal"
    left = table.expected
    if len(rows) == len(left) and all(map(_agrees, rows, left)):
        return "rejected"
    # A mark inside a cell that none encloses belongs to the value, and no other cell may differ.
    plain = [
        [
            tuple(" ".join(c.replace('"', "").split()) if isinstance(c, str) else c for c in row)
            for row in side
        ]
        for side in (rows, left)
    ]
    unequal = [not _agrees(mine, theirs) for mine, theirs in zip(rows, left, strict=False)]
    alike = len(rows) == len(left) and all(map(_agrees, *plain))
    if is_damaged and sum(unequal) == 1 and alike:
        return "equal"
    if is_damaged and len(rows) == len(left) - 1 and _is_left_by_one(rows, left):
        return "rejected"
    return "different"


def _is_left_by_one(rows: Sequence[Sequence[object]], wanted: Sequence[Sequence[object]]) -> bool:
    """Whether the rows are all the wanted ones but one, apart from rejected numbers."""
    missing = next((at for at, row in enumerate(rows) if not _agrees(row, wanted[at])), len(rows))
    return all(map(_agrees, rows[missing:], wanted[missing + 1 :]))


def _agrees(row: Sequence[object], wanted: Sequence[object]) -> bool:
    """Whether a row is the wanted one, apart from rejected numbers."""
    return all(
        (mine or None) == (theirs or None) or (mine is None and isinstance(theirs, float))
        for mine, theirs in zip(row, wanted, strict=True)
    )


def _table(draw: random.Random, words: Sequence[str], marks: Sequence[str] = _MARKS) -> RandomTable:
    others = [name for name in _HEADERS[3:] if draw.random() < 0.6]
    headers = [*_HEADERS[:3], *others]
    draw.shuffle(headers)
    rows = []
    for number in range(draw.randint(1, 30)):
        row: list[str | float] = []
        for header in headers:
            if header == _SPEND:
                row.append(round(draw.uniform(0.001, 99_999), draw.choice((0, 1, 2, 3))))
            elif header == "supplier_id":
                row.append(f"S{number}")
            else:
                row.append(_cell(draw, words, marks))
        rows.append(tuple(row))
    return RandomTable(tuple(headers), tuple(rows))


def _cell(draw: random.Random, words: Sequence[str], marks: Sequence[str]) -> str:
    parts = []
    for _ in range(draw.randint(0, 4)):
        parts.append(draw.choice(marks) if marks and draw.random() < 0.3 else draw.choice(words))
    return draw.choice((" ", "")).join(parts)


def _text(
    encoding: str, delimiter: str
) -> Callable[[Path, random.Random], tuple[Path, RandomTable, bool]]:
    words = _WORDS + (_ACCENTED if encoding == "cp1252" else _ACCENTED + _OTHER_SCRIPTS)

    def write(stem: Path, draw: random.Random) -> tuple[Path, RandomTable, bool]:
        table = _table(draw, words)
        comma = draw.random() < 0.5
        stream = io.StringIO(newline="")
        writer = csv.writer(
            stream,
            delimiter=delimiter,
            quoting=draw.choice((csv.QUOTE_MINIMAL, csv.QUOTE_ALL)),
            lineterminator=draw.choice(("\n", "\r\n")),
        )
        titles = draw.choice((0, 0, 1, 2))
        for _ in range(titles):
            writer.writerow(["Vendor export"])
        writer.writerow(table.headers)
        for row in table.rows:
            writer.writerow([_amount(c, comma) if isinstance(c, float) else c for c in row])
        text = stream.getvalue()
        is_damaged = draw.random() < 0.3
        if is_damaged:
            lines = text.splitlines(keepends=True)
            at = draw.randrange(titles + 1, len(lines))
            place = draw.randrange(len(lines[at]))
            # Inside an enclosed cell a delimiter is text, so rows are lengthened only without any.
            mark = '"' if '"' in text else draw.choice(('"', delimiter + "x"))
            if mark == '"':
                lines[at] = lines[at][:place] + mark + lines[at][place:]
            else:
                lines[at] = lines[at].rstrip("\r\n") + mark + "\n"
            text = "".join(lines)
        path = stem.with_suffix(".tsv" if delimiter == "\t" else ".csv")
        path.write_bytes(text.encode(encoding))
        return path, table, is_damaged

    return write


def _amount(value: float, comma: bool) -> str:
    text = f"{value:,.3f}".rstrip("0").rstrip(".")
    return text.translate(str.maketrans(",.", ".,")) if comma else text


def _xlsx(stem: Path, draw: random.Random) -> tuple[Path, RandomTable, bool]:
    table = _table(draw, _WORDS + _ACCENTED + _OTHER_SCRIPTS)
    path = stem.with_suffix(".xlsx")
    with xlsxwriter.Workbook(path) as book:
        if draw.random() < 0.4:
            book.add_worksheet("Notes").write(2, 1, "Read this first")
        sheet = book.add_worksheet("Suppliers")
        top, left = draw.choice((0, 0, 1, 5)), draw.choice((0, 0, 1, 4))
        if top and draw.random() < 0.7:
            sheet.merge_range(0, left, 0, left + 2, "Vendor export")
        for row, cells in enumerate((table.headers, *table.rows), start=top):
            for column, cell in enumerate(cells, start=left):
                if isinstance(cell, float):
                    sheet.write_number(row, column, cell)
                elif cell:
                    sheet.write_string(row, column, cell)
    return path, table, False


def _ods(stem: Path, draw: random.Random) -> tuple[Path, RandomTable, bool]:
    from odf.opendocument import OpenDocumentSpreadsheet
    from odf.table import Table, TableCell, TableRow
    from odf.text import P

    table = _table(draw, _WORDS + _ACCENTED + _OTHER_SCRIPTS, marks=(",", ";", '"', "&"))
    document = OpenDocumentSpreadsheet()
    sheet = Table(name="Suppliers")
    left = draw.choice((0, 1, 3))
    for _ in range(draw.choice((0, 2))):
        sheet.addElement(TableRow())
    for cells in (table.headers, *table.rows):
        row = TableRow()
        for _ in range(left):
            row.addElement(TableCell())
        for cell in cells:
            if isinstance(cell, float):
                row.addElement(TableCell(valuetype="float", value=repr(cell)))
                continue
            written = TableCell(valuetype="string")
            written.addElement(P(text=cell))
            row.addElement(written)
        sheet.addElement(row)
    document.spreadsheet.addElement(sheet)
    path = stem.with_suffix(".ods")
    document.save(str(path))
    return path, table, False


def _parquet(stem: Path, draw: random.Random) -> tuple[Path, RandomTable, bool]:
    table = _table(draw, _WORDS + _ACCENTED + _OTHER_SCRIPTS)
    path = stem.with_suffix(".parquet")
    pl.DataFrame(list(table.rows), schema=list(table.headers), orient="row").write_parquet(path)
    return path, table, False


_FORMATS: dict[str, Callable[[Path, random.Random], tuple[Path, RandomTable, bool]]] = {
    **{
        f"text {encoding} {name}": _text(encoding, delimiter)
        for encoding in ("utf-8", "utf-8-sig", "utf-16", "cp1252")
        for name, delimiter in (("comma", ","), ("semicolon", ";"), ("tab", "\t"), ("pipe", "|"))
    },
    "xlsx": _xlsx,
    "xlsx again": _xlsx,
    "ods": _ods,
    "parquet": _parquet,
}
