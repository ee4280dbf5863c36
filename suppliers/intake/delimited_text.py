"""Rows of a delimited text table, or one sentence why its rows are not certain.

Python's ``csv`` module reads the rows in strict mode. A stray quotation mark can also join several
rows into one cell without breaking the grammar. Such a row is recognised by its lines, each of
which is a whole row by itself, or by the second half of the cell that the mark opens or closes: a
cell that ends in a mark and does not begin with one. Blanks between a delimiter and a mark are no
part of a cell.
"""

import csv
import io
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from suppliers.input_errors import DataRejectedError

DELIMITERS = (",", ";", "\t", "|")
_SAMPLE_CHARACTERS = 100_000
_SAMPLE_LINES = 60
_HEADER_LINES = 20
_CELL_LIMIT = 16_000_000
_LINES_OF_ONE_ROW = 500
_DECLARED_DELIMITER = re.compile(r'^"?sep=(.)"?$', re.IGNORECASE)


def delimiter_of(text: str, is_known: Callable[[str], bool]) -> str:
    """The delimiter of a text table, a comma if nothing speaks for another.

    A first line ``sep=;`` decides. Otherwise it is the delimiter that gives most known headers,
    and among those the one that cuts the first lines into the most even columns.

    Args:
        text: the table.
        is_known: whether a text is a header one would expect.
    """
    sample = text[:_SAMPLE_CHARACTERS].splitlines()[:_SAMPLE_LINES]
    declared = _DECLARED_DELIMITER.match(sample[0].strip("\r")) if sample else None
    if declared is not None:
        return declared[1]
    best, best_score = ",", (0, 0.0)
    for delimiter in DELIMITERS:
        rows = [row for row in csv.reader(sample, delimiter=delimiter) if row]
        widths = Counter(len(row) for row in rows if len(row) > 1)
        if not widths:
            continue
        known = max(sum(map(is_known, row)) for row in rows[:_HEADER_LINES])
        (width, count), *_ = widths.most_common(1)
        score = (known, count / len(rows) * (1 + min(width, 40) / 100))
        if score > best_score:
            best, best_score = delimiter, score
    return best


@dataclass(frozen=True)
class DelimitedText:
    """A text table cut into rows.

    Attributes:
        text: the table.
        delimiter: between cells.
        is_quoted: whether quotation marks enclose cells; otherwise they are plain characters.
        uncertain: numbers of the rows, counted from 1, with a cell whose opening mark is missing,
            in a text that encloses others.
    """

    text: str
    delimiter: str
    is_quoted: bool
    uncertain: frozenset[int] = frozenset()

    def rows(self) -> Iterator[list[str]]:
        """All rows in order, an empty list for an empty line."""
        if not self.is_quoted:
            return _plain_rows(self.text, self.delimiter)
        return (row for row, _ in _quoted_rows(self.text, self.delimiter, ""))


def delimited(text: str, name: str, is_known: Callable[[str], bool]) -> DelimitedText:
    """How a text is cut into rows.

    A tab-separated text whose quotation marks do not match is one without quoting if no cell of it
    is enclosed in quotation marks and every row has as many cells as the header.

    Args:
        text: the table.
        name: of the file, for messages.
        is_known: whether a text is a header one would expect.

    Raises:
        DataRejectedError: quotation marks that do not match, with the line.
    """
    delimiter = delimiter_of(text, is_known)
    if '"' not in text:
        return DelimitedText(text, delimiter, is_quoted=True)
    try:
        rows = enumerate(_quoted_rows(text, delimiter, name), start=1)
        uncertain = frozenset(number for number, (_, is_certain) in rows if not is_certain)
    except DataRejectedError:
        if delimiter != "\t" or not _is_written_without_quotes(text, delimiter):
            raise
        return DelimitedText(text, delimiter, is_quoted=False)
    return DelimitedText(text, delimiter, is_quoted=True, uncertain=uncertain)


def _plain_rows(text: str, delimiter: str) -> Iterator[list[str]]:
    lines = io.StringIO(text, newline="")
    return csv.reader(lines, delimiter=delimiter, quoting=csv.QUOTE_NONE)


def _quoted_rows(text: str, delimiter: str, name: str) -> Iterator[tuple[list[str], bool]]:
    """The rows, each with whether its quotation marks are certain."""
    encloses = re.search(rf'(?m)(?:^|{re.escape(delimiter)}) *"', text) is not None
    before = csv.field_size_limit(_CELL_LIMIT)  # a polygon may fill a cell of megabytes
    read: list[str] = []

    def lines() -> Iterator[str]:
        for line in io.StringIO(text, newline=""):
            read.append(line)
            yield line

    reader = csv.reader(lines(), delimiter=delimiter, strict=True, skipinitialspace=True)
    width = before_it = 0
    first = 1
    follows_lines = False
    try:
        for row in reader:
            # A row with a line end in a cell has as many cells as the others, or it is several.
            if len(read) > 1 and (len(row) < width or _joins_rows(read, delimiter, len(row))):
                raise _unmatched(name, first)
            is_certain = not (encloses and _lacks_opening_mark(read, delimiter, row))
            # The rest of the last cell of the row before, which a stray mark closed too early.
            is_rest = len(row) < width == before_it and "".join(read).count('"') % 2 == 1
            if not is_certain and (len(read) > 1 or follows_lines or is_rest):
                raise _unmatched(name, first)
            follows_lines, before_it = len(read) > 1, len(row)
            first, width = reader.line_num + 1, max(width, len(row))
            read.clear()
            yield row, is_certain
    except csv.Error as error:
        if "unexpected end of data" in str(error):
            raise DataRejectedError(
                f"{name}: a quotation mark opened in line {first} is never closed; close it or "
                "remove it."
            ) from None
        raise _unmatched(name, first) from None
    finally:
        csv.field_size_limit(before)


def _joins_rows(lines: Sequence[str], delimiter: str, width: int) -> bool:
    """Whether the lines of one row with a quoted line end look like rows of their own."""
    if len(lines) > _LINES_OF_ONE_ROW:
        return True
    cells = [len(row) for row in _plain_rows("".join(lines), delimiter) if row]
    whole = [count == width for count in cells]
    return width > 1 and whole[0] and whole[-1] and 2 * sum(whole) >= len(whole)


def _lacks_opening_mark(lines: Sequence[str], delimiter: str, row: Sequence[str]) -> bool:
    """Whether a cell ends in a quotation mark as written and does not begin with one."""
    if not any(cell.rstrip().endswith('"') for cell in row):
        return False
    cut = re.escape(delimiter)
    cells = re.finditer(
        rf'(?:^|{cut}) *(?:"(?:[^"]|"")*"|([^{cut}]*))(?={cut}|$)', "".join(lines).rstrip("\r\n")
    )
    return any(cell[1] is not None and cell[1].rstrip().endswith('"') for cell in cells)


def _is_written_without_quotes(text: str, delimiter: str) -> bool:
    rows = [row for row in _plain_rows(text, delimiter) if any(cell.strip() for cell in row)]
    width = Counter(map(len, rows)).most_common(1)[0][0]
    start = next(at for at, row in enumerate(rows) if len(row) == width)
    if width < 2 or any(len(row) != width for row in rows[start:]):
        return False
    cells = (cell.strip() for row in rows for cell in row)
    return not any(len(c) > 1 and c.startswith('"') and c.endswith('"') for c in cells)


def _unmatched(name: str, line: int) -> DataRejectedError:
    return DataRejectedError(
        f"{name}: the quotation marks in the row of line {line} do not match, so the rows after it "
        "are not certain; double a mark that belongs to a value, or remove it."
    )
