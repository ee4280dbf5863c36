import gzip
import json
from pathlib import Path

import pytest

from signals.fetching import responses
from signals.fetching.responses import body_fault, parsed_json, read_body, read_json
from signals.fetching.source_tables import read_plain_table
from suppliers.input_errors import DataRejectedError


def written(tmp_path: Path, content: bytes, name: str = "t.csv") -> Path:
    path = tmp_path / name
    path.write_bytes(content)
    return path


@pytest.mark.parametrize(
    "content",
    [
        b"a,b\n1,\n",
        b"\xef\xbb\xbfa,b\n1,\n",
        "a;b\n1;\n".encode("utf-16"),
        b"a\tb\n1\t\n",
        b"a|b\n1|\n",
        b' a ,"b"\r\n1,\r\n',
        gzip.compress(b"a,b\n1,\n", mtime=0),
    ],
)
def test_tables_in_many_dresses(tmp_path: Path, content: bytes) -> None:
    table = read_plain_table(written(tmp_path, content), {"a", "b"})
    assert table.drop("source_row").to_dicts() == [{"a": "1", "b": None}]


def test_everything_is_text(tmp_path: Path) -> None:
    table = read_plain_table(written(tmp_path, b"a,b\n0020,1e5\n"), {"a", "b"})
    assert table.rows() == [("0020", "1e5", 2)]


def test_latin_letters_of_old_exports(tmp_path: Path) -> None:
    table = read_plain_table(written(tmp_path, "a,b\nMüller,1\n".encode("latin-1")), {"a", "b"})
    assert table["a"].to_list() == ["Müller"]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is empty"),
        (b" \n ", "is empty"),
        (b"a,a\n1,2\n", "'a' is there twice"),
        (gzip.compress(b"a,b\n" * 1000, mtime=0)[:30], "cut off"),
    ],
)
def test_tables_of_no_use(tmp_path: Path, content: bytes, words: str) -> None:
    with pytest.raises(DataRejectedError, match=rf"t\.csv: .*{words}"):
        read_plain_table(written(tmp_path, content), {"a", "b"})


def test_json_cut_off_is_rejected(tmp_path: Path) -> None:
    whole = json.dumps({"a": [1, 2, 3]}).encode()
    assert read_json(written(tmp_path, gzip.compress(whole))) == {"a": [1, 2, 3]}
    with pytest.raises(DataRejectedError, match="cut off"):
        read_json(written(tmp_path, whole[:-3]))


def test_a_bomb_does_not_unpack(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(responses, "UNPACKED_LIMIT_BYTES", 1000)
    path = written(tmp_path, gzip.compress(b"\0" * 100_000))
    with pytest.raises(DataRejectedError, match="unpacks to more than 1000 bytes"):
        read_body(path)


def test_gzip_that_is_cut_off_has_a_fault(tmp_path: Path) -> None:
    packed = gzip.compress(bytes(range(256)) * 100)
    assert body_fault(written(tmp_path, packed[: len(packed) // 2]), "json") is not None


def test_an_unknown_kind_is_a_mistake_of_ours(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no such kind"):
        body_fault(written(tmp_path, b"x"), "pdf")


@pytest.mark.parametrize(
    ("headline", "title"),
    [
        (b"tab\there", "tab\there"),
        (b"line\nend", "line\nend"),
        (b"it\\'s out", "it\\'s out"),
        (b"C:\\users \\u12 \\x", "C:\\users \\u12 \\x"),
        (b"caf\xe9 \x93quoted\x94", "café “quoted”"),
        (b'a \\\\ kept \\" \\u00e9', 'a \\ kept " é'),
    ],
)
def test_one_broken_string_costs_no_page(tmp_path: Path, headline: bytes, title: str) -> None:
    page = b'{"articles": [{"title": "' + headline + b'"}, {"title": "sound"}]}'
    path = written(tmp_path, page)
    assert body_fault(path, "json") is None
    assert read_json(path) == {"articles": [{"title": title}, {"title": "sound"}]}


def test_numbers_that_no_computer_holds_are_null() -> None:
    body = b'{"a": NaN, "b": -Infinity, "c": 1e999, "d": 1%s, "e": 1e10}' % (b"0" * 5000)
    assert parsed_json(body) == {"a": None, "b": None, "c": None, "d": None, "e": 1e10}


def test_json_nested_without_end_does_not_parse(tmp_path: Path) -> None:
    path = tmp_path / "deep.json"
    path.write_bytes(b"[" * 200_000)
    assert body_fault(path, "json") == "the JSON does not parse; it may be cut off"
    with pytest.raises(DataRejectedError):
        read_json(path)


def test_a_body_that_swells_when_unpacked_is_rejected(tmp_path: Path) -> None:
    path = tmp_path / "bomb.json.gz"
    path.write_bytes(gzip.compress(b" " * 20_000_000))
    assert "swells" in str(body_fault(path, "json"))
    with pytest.raises(DataRejectedError, match="swells"):
        read_json(path)
