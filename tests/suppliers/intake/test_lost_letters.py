"""Letters that a spreadsheet replaced by question marks are reported."""

from pathlib import Path

import polars as pl
import pytest

from suppliers.intake.list_files import IntakeOptions
from suppliers.intake.lost_letters import lost_letter_notes
from suppliers.intake.read_list import read_suppliers


def _rows(*names: str) -> pl.DataFrame:
    size = len(names)
    return pl.DataFrame(
        {
            "source_file": ["l.csv"] * size,
            "source_row": list(range(2, 2 + size)),
            "name": names,
            "site_name": [None] * size,
            "town": [None] * size,
            "parent": [None] * size,
        },
        schema_overrides=dict.fromkeys(["site_name", "town", "parent"], pl.String),
    )


@pytest.mark.parametrize(
    ("names", "rows"),
    [
        (("Nguy?n Garment JSC",), "row 2"),
        (("Acme", "?????? Textile"), "row 3"),
        (("Caf\ufffd SA",), "row 2"),
        (("a?b", "c?d", "e?f", "g?h"), "rows 2, 3, 4 and others"),
    ],
)
def test_rows_with_lost_letters_are_named(names: tuple[str, ...], rows: str) -> None:
    (note,) = lost_letter_notes(_rows(*names))
    assert f"in {rows};" in note


@pytest.mark.parametrize("name", ["Acme Ltd", "Who's Next?", "What? Design Ltd", "Nguyễn Garment"])
def test_a_question_mark_at_the_end_of_a_word_is_a_name(name: str) -> None:
    assert lost_letter_notes(_rows(name)) == ()


def test_the_note_stands_among_those_of_the_list(tmp_path: Path) -> None:
    path = tmp_path / "l.csv"
    path.write_bytes(
        "supplier_id,name,country\n1,Nguyễn Văn Garment JSC,VN\n2,Söhne GmbH,DE\n".encode(
            "cp1252", errors="replace"
        )
    )
    notes = [n for n in read_suppliers(path, IntakeOptions()).notes if "letters were lost" in n]
    assert notes == [
        "l.csv, name: letters were lost when the file was saved (a question mark stands for "
        "each) in row 2; save it again as a workbook (XLSX) or as CSV UTF-8, as names with lost "
        "letters match no register"
    ]
