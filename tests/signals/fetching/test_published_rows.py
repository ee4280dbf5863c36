"""Rows of a list of which only a part is stored: certain, or none."""

from pathlib import Path

import pytest

from signals.fetching.published_rows import published_rows
from signals.source_errors import SourceUnavailableError

NEEDED = ("name", "type")
SOURCES = Path(__file__).resolve().parents[3] / "signals" / "sources"


def _written(folder: Path, text: str, encoding: str = "utf-8") -> Path:
    path = folder / "list.csv"
    path.write_bytes(text.encode(encoding))
    return path


def test_rows_come_by_their_header(tmp_path: Path) -> None:
    path = _written(tmp_path, 'name,type\n"Roe, Doe & Co",Entity\n\nMoe Ltd,\n', "utf-8-sig")
    header, rows = published_rows("list", path, NEEDED)
    assert header == ["name", "type"]
    assert list(rows) == [
        {"name": "Roe, Doe & Co", "type": "Entity"},
        {"name": "Moe Ltd", "type": ""},
    ]


def test_a_row_of_another_length_is_none(tmp_path: Path) -> None:
    path = _written(tmp_path, "name,type\nRoe, Jane,Entity\nMoe Ltd\nDoe Ltd,Entity\n")
    _, rows = published_rows("list", path, NEEDED)
    assert list(rows) == [None, None, {"name": "Doe Ltd", "type": "Entity"}]


@pytest.mark.parametrize(
    ("text", "encoding", "sentence"),
    [
        ('name,type\nRoe Ltd,Entity\n"Moe Ltd,Entity\nDoe Ltd,Entity\n', "utf-8", "line 3"),
        ('name,type\n"Roe" Ltd",Entity\nMoe Ltd,Entity\n', "utf-8", "line 2"),
        ("name,kind\nRoe Ltd,Entity\n", "utf-8", "no column 'type'"),
        ("name,type\nRoe Société,Entity\n", "latin-1", "not text in UTF-8"),
        ("", "utf-8", "no column 'name'"),
    ],
)
def test_what_is_not_certain_is_a_sentence(
    text: str, encoding: str, sentence: str, tmp_path: Path
) -> None:
    path = _written(tmp_path, text, encoding)
    with pytest.raises(SourceUnavailableError, match=sentence):
        published_rows("list", path, NEEDED)


def test_no_source_reads_rows_on_its_own() -> None:
    own = [
        path.name
        for path in sorted(SOURCES.rglob("*.py"))
        if any(reader in path.read_text() for reader in ("csv.reader(", "csv.DictReader("))
    ]
    # The headers of one line, to tell layouts apart; its rows are read by the shared reader.
    assert own == ["list_layouts.py"]
