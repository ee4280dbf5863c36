"""Letters that were lost when a list was saved: `Nguy?n` for `Nguyễn`, `????` for a Chinese name.

A spreadsheet that saves in a code page of another language writes a question mark for each letter
that the code page does not have. Nothing brings them back, so the list has to be saved again.
"""

import polars as pl

_COLUMNS = ("name", "site_name", "town", "parent")
#: A question mark inside a word, several in a row, or the mark of a byte that is no letter.
_LOST = r"\p{L}\?\p{L}|\?{2,}|\x{FFFD}"
_SHOWN = 3


def lost_letter_notes(rows: pl.DataFrame) -> tuple[str, ...]:
    """One sentence for each file and column whose texts have lost letters.

    Args:
        rows: source_file, source_row, and the columns of the list as text.
    """
    return tuple(
        note
        for (file,), of_file in rows.group_by(["source_file"], maintain_order=True)
        for column in _COLUMNS
        if (note := _note(str(file), column, of_file)) is not None
    )


def _note(file: str, column: str, rows: pl.DataFrame) -> str | None:
    found = rows.filter(pl.col(column).str.contains(_LOST))["source_row"].to_list()
    if not found:
        return None
    named = ", ".join(map(str, found[:_SHOWN])) + (" and others" if len(found) > _SHOWN else "")
    return (
        f"{file}, {column}: letters were lost when the file was saved (a question mark stands for "
        f"each) in {'row' if len(found) == 1 else 'rows'} {named}; save it again as a "
        "workbook (XLSX) or as CSV UTF-8, as names with lost letters match no register"
    )
