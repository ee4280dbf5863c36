from pathlib import Path

import polars as pl
import pytest

from suppliers.input_errors import DataRejectedError
from suppliers.intake.delimited_text import delimiter_of
from suppliers.intake.encodings import decode
from suppliers.intake.fields import match_header
from suppliers.intake.table_files import open_table
from suppliers.intake.table_rows import RAGGED
from tests.suppliers.workbooks import write_workbook


def _known(header: str) -> bool:
    return match_header(header, {}) is not None


def _read(path: Path) -> pl.DataFrame:
    table = open_table(path, _known)
    return table.read({header: i for i, header in enumerate(table.headers)})


def _write(path: Path, content: str | bytes) -> Path:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("utf-8", "id,nombre,país\n1,Compañía Ñandú,España\n"),
        ("utf-8-sig", "id,nombre,país\n1,Compañía Ñandú,España\n"),
        ("utf-16", "id,name,country\n1,Été,France\n"),
        ("utf-16-le", "id,name,country\n1,Textile,France\n"),
        ("utf-16-be", "id,name,country\n1,Textile,France\n"),
        ("cp1252", "id,nombre,país\n1,Compañía Textil Ñandú,España\n2,Société d’Été,France\n"),
        ("cp1254", "id,ad,ülke\n1,Şişli Tekstil Işık Giyim,Türkiye\n"),
        ("cp1250", "id,name,country\n1,Łódź Włókno Święta,Polska\n"),
        ("cp1251", "id,имя,страна\n1,Текстильная фабрика,Россия\n"),
        ("gb18030", "供应商编号,公司名称,国家\n1,苏州纺织有限公司,中国\n2,广州服装厂,中国\n"),
        ("big5", "名稱,國家\n台北紡織有限公司,台灣\n高雄工廠,台灣\n"),
        ("shift_jis", "名前,国\n東京株式会社,日本\nトヨタ工場,日本\n"),
        ("euc_kr", "이름,국가\n서울 섬유 주식회사,대한민국\n"),
        ("cp1256", "id,اسم,بلد\n1,شركة النسيج,مصر\n"),
    ],
)
def test_encodings_are_found(encoding: str, text: str) -> None:
    assert decode(text.encode(encoding), "list.csv") == text


def test_one_broken_byte_does_not_spoil_the_accents() -> None:
    text = ("Compañía Ñandú\n" * 20).encode()
    assert "Compañía" in decode(text + b"\xff", "list.csv")


def test_control_characters_are_removed() -> None:
    assert decode(b"a\x00\x01b\xe2\x80\x8bc\n".replace(b"\x00", b""), "x") == "a bc\n"


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_delimiters_are_found(delimiter: str) -> None:
    rows = [["id", "name", "spend"], ["1", "A, Ltd" if delimiter != "," else "A", "1,5"]]
    text = "\n".join(delimiter.join(row) for row in rows * 3)
    if delimiter != ",":
        assert delimiter_of(text, _known) == delimiter
    else:
        assert delimiter_of("id,name\n1,A\n2,B\n", _known) == ","


def test_rows_are_counted_as_a_person_counts_them(tmp_path: Path) -> None:
    path = _write(
        tmp_path / "a.csv",
        'Vendor export 2021\n\nSupplier ID,Name,Country\n1,"Two\nlines",CN\n\n2,B,VN\n,,\n3,C,ID\n',
    )
    frame = _read(path)
    assert frame["source_row"].to_list() == [4, 6, 8]
    assert frame["Name"].to_list() == ["Two lines", "B", "C"]


def test_only_wanted_columns_are_kept(tmp_path: Path) -> None:
    path = _write(tmp_path / "a.csv", "id,secret,name,country\n1,zzz,A,CN\n")
    table = open_table(path, _known)
    frame = table.read({"id": 0, "name": 2})
    assert "zzz" not in str(frame.to_dict(as_series=False))


def test_empty_cells_and_their_spellings_are_null(tmp_path: Path) -> None:
    path = _write(tmp_path / "a.csv", "id,name,country\n1,N/A,-\n2, null ,CN\n")
    assert _read(path)["name"].to_list() == [None, None]


def test_rows_with_more_cells_than_the_header_are_marked(tmp_path: Path) -> None:
    path = _write(tmp_path / "a.csv", "id,name,country\n1,A,CN\n2,B, Ltd,CN\n3,C,CN,\n")
    assert _read(path)[RAGGED].to_list() == [False, True, False]


@pytest.mark.parametrize(
    ("text", "marked"),
    [
        # A stray mark ends the cell of two lines early: two short rows instead of one.
        ('id,name,country\n1,"A",CN\n2,"B ""x"\ny",CN\n', [False, True, True]),
        ('id,name,country\n1,"A",CN\n2,"B\ny",CN\n', [False, False]),
        ('id,name,country\n1,"A"\n2,B,CN\n', [True, False]),
        # Without any mark a short row lacks its last cells and nothing more.
        ("id,name,country\n1,A\n2,B,CN\n", [False, False]),
    ],
)
def test_short_rows_beside_quotation_marks_are_marked(
    tmp_path: Path, text: str, marked: list[bool]
) -> None:
    assert _read(_write(tmp_path / "a.csv", text))[RAGGED].to_list() == marked


def test_workbooks_find_the_sheet_and_the_header_row(tmp_path: Path) -> None:
    path = write_workbook(
        tmp_path / "a.xlsx",
        {
            "Read me": [["How to use"]],
            "List": [
                ["Export"],
                ["Supplier ID", "Name", "Country"],
                [17, "A", "CN"],
                [18, "B", "VN"],
            ],
        },
    )
    frame = _read(path)
    assert frame["Supplier ID"].to_list() == ["17", "18"]
    assert frame["source_row"].to_list() == [3, 4]


def test_parquet_values_become_text(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    pl.DataFrame({"id": [1, 2], "name": ["A", "B"], "latitude": [1.5, None]}).write_parquet(path)
    frame = _read(path)
    assert frame["id"].to_list() == ["1", "2"]
    assert frame["latitude"].to_list() == ["1.5", None]
    assert frame["source_row"].to_list() == [2, 3]


@pytest.mark.parametrize(
    ("name", "content", "reported"),
    [
        ("a.csv", b"", "empty"),
        ("a.csv", b" \n \n", "blanks"),
        ("a.csv", b"<!DOCTYPE html><html></html>", "web page"),
        ("a.csv", b"PK\x03\x04rest", "Excel workbook"),
        ("a.csv", b"id,name,country\n", "no row below"),
        ("a.csv", b'id,name,country\n1,"A,CN\n' + b"2,B,CN\n" * 900, "never closed"),
        ("a.pdf", b"%PDF", ".pdf is not a table"),
        ("a.xlsx", b"PK\x03\x04broken", "damaged"),
        ("a.xlsx", b"\xd0\xcf\x11\xe0" + b"0" * 600, "password"),
        ("a.xlsx", b"id,name", "damaged"),
        ("a.parquet", b"not parquet", "not a readable Parquet"),
    ],
)
def test_unusable_files_are_rejected_in_one_sentence(
    tmp_path: Path, name: str, content: bytes, reported: str
) -> None:
    with pytest.raises(DataRejectedError, match=reported) as rejection:
        _read(_write(tmp_path / name, content))
    message = str(rejection.value)
    assert message.startswith(name)
    assert message.endswith(".")
    assert "\n" not in message


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(DataRejectedError, match="no such file"):
        open_table(tmp_path / "none.csv", _known)


@pytest.mark.parametrize(
    ("rows", "ragged"),
    [
        (["1,1,000,", "2,5,x", "3,6,y"], [True, False, False]),  # a thousand shifts into the note
        (["1,1,a,", "2,5,x,", "3,6,y,"], [False, False, False]),  # rows end in a comma
        (["1,1,a,", "2,1,000,,", "3,6,y,"], [False, True, False]),
        (["1,1,a", "2,5,x,b", "3,6,y"], [False, True, False]),
        (["1,1", "2,5,x", "3,6,y"], [False, False, False]),
    ],
)
def test_a_row_with_more_cells_than_most_is_marked(
    tmp_path: Path, rows: list[str], ragged: list[bool]
) -> None:
    path = tmp_path / "t.csv"
    path.write_text("\n".join(["id,amount,note", *rows]) + "\n", encoding="utf-8")
    table = open_table(path, {"id", "amount", "note"}.__contains__)
    frame = table.read({"id": 0, "amount": 1, "note": 2})
    assert frame[RAGGED].to_list() == ragged


def test_a_cell_that_a_stray_mark_closes_too_early_is_never_cut(tmp_path: Path) -> None:
    # The cell is `"`, a line end and `,"`; one mark too many ends it before the line end.
    whole = 'id\tname\tcountry\n1\tAcme\t"""\n,"""\n2\tBeta\tFR\n'
    assert _read(_write(tmp_path / "a.tsv", whole)).height == 2
    damaged = 'id\tname\tcountry\n1\tAcme\t""""\n,"\n2\tBeta\tFR\n'
    with pytest.raises(DataRejectedError, match="line 3 do not match"):
        _read(_write(tmp_path / "b.tsv", damaged))


def test_a_remark_below_the_table_with_marks_that_match_rejects_no_table(tmp_path: Path) -> None:
    text = 'id\tname\tcountry\n1\tAcme\t"A"\nSource: "Office"\n'
    assert "Acme" in _read(_write(tmp_path / "c.tsv", text))["name"].to_list()
