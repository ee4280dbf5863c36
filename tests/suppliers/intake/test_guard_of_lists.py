"""Persons inside the columns of a list that are read: inside texts, as ids, as suppliers, below."""

from pathlib import Path

import polars as pl
import pytest

from suppliers.input_errors import NonExtractiveError
from suppliers.intake.contact_values import has_email, has_phone
from suppliers.intake.guard_report import GuardSettings
from suppliers.intake.list_files import IntakeOptions
from suppliers.intake.person_names import reads_like_person
from suppliers.intake.read_list import SupplierIntake, read_suppliers
from suppliers.intake.sole_traders import is_sole_trader
from suppliers.intake.testimony_words import is_testimony

FIRMS = [f"{n},Works {n} Ltd,Bangladesh,Site {n}" for n in range(100, 160)]
_WOMEN = ("Salma", "Rina", "Asha", "Nita", "Fatima", "Amina")
HEADER = "supplier_id,name,country,site_name"


def _read(tmp_path: Path, rows: list[str], options: IntakeOptions | None = None) -> SupplierIntake:
    path = tmp_path / "list.csv"
    path.write_text("\n".join([HEADER, *rows]) + "\n", encoding="utf-8")
    return read_suppliers(path, options)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Rahim Textiles rahim@example.com", True),
        ("rahim (at) example.com", True),
        ("rahim[at]example[dot]com", True),
        ("rahim＠example．com", True),
        ("r a h i m @ e x a m p l e . c o m", True),
        ("rahim.uddin at example dot com", True),
        ("rahim @ example . com", True),
        ("rahim arroba example.com", True),
        ("rahim (a) examplemail dot com", True),
        ("pedro.ramos arroba examplemail punto com punto pe", True),
        ("zeca arroba examplemail ponto com", True),
        ("mario rossi chiocciola examplemail punto it", True),
        ("ruwan at examplemail dot lk", True),
        ("Grupo Arroba S.A. de C.V.", False),
        ("Hacienda 12 arroba puesto en punto de venta", False),
        ("Section 4 (a) of Act no. 12", False),
        ("Dormitory at plot 12 dot line 3", False),
        ("Coffee @ Work St. Louis", False),
        ("Look at Me Ltd", False),
        ("Fun at Work dot Com Ltd", False),
        ("@home Interiors", False),
    ],
)
def test_email_addresses_are_found_however_they_are_written(text: str, expected: bool) -> None:
    from suppliers.intake.plain_text import plain_text

    assert has_email(plain_text(text)) is expected


@pytest.mark.parametrize(
    ("text", "country", "expected"),
    [
        ("Karim Garments 01711123456", "BD", True),
        ("Karim Garments, cell 01711-123 456", "BD", True),
        ("Karim Garments ০১৭১১১২৩৪৫৬", "BD", True),
        ("Mill (98765 43210)", "IN", True),
        ("0 1 7 1 1 1 2 3 4 5 6", "BD", True),
        ("Mill +84 912 345 678", None, True),
        ("制衣厂 13812345678", "CN", True),
        ("Fábrica 11 91234-5678", "BR", True),
        ("Tekstil 0532 123 45 67", "TR", True),
        ("Werk 0171 5551234", "DE", True),
        ("Hotline 0800 1234567", "DE", False),
        ("1-800-Contacts Inc.", "US", False),
        ("1-800-356-9377", "US", False),
        ("1234567 Ontario Inc.", "CA", False),
        ("123456789 Canada Inc.", "CA", False),
        ("ACN 123 456 789 Pty Ltd", "AU", False),
        ("Mill Reg. No. 01711123456", "BD", False),
        ("Plot 12345678", "KE", False),
        ("Site 31.12.2019", "DE", False),
        ("Unit 7, 118118 Ltd", "GB", False),
    ],
)
def test_telephone_numbers_inside_texts(text: str, country: str | None, expected: bool) -> None:
    from suppliers.intake.plain_text import plain_text

    assert has_phone(plain_text(text), country) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("they took my passport on the first day", True),
        ("we work fourteen hours a day without a break", True),
        ("no nos pagan el salario hace dos meses", True),
        ("der Chef hat uns die Reisepässe abgenommen", True),
        ("老板扣了我们的护照", True),
        ("ekhane amra beton pai na tin mash", True),
        ("We Are Knitters", False),
        ("My Size Clothing for Women", False),
        ("Workers' Cooperative of the Upper Valley", False),
        ("Casual Work Wear and Uniforms", False),
        ("They Might Be Giants Toys", False),
        ("工人日报社", False),
    ],
)
def test_sentences_about_working_conditions(text: str, expected: bool) -> None:
    assert is_testimony(text) is expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Rahim Traders (Prop. Abdul Karim)", True),
        ("Abdul Karim S/o Md. Rahim", True),
        ("Attn: Maria Lopez", True),
        ("Inh. Sabine Krause", True),
        ("ИП Иванов Сергей", True),
        ("John Smith t/a Smith Engineering", True),
        ("Mr. Hassan Ali", True),
        ("个体工商户 王伟", True),
        ("Hộ kinh doanh Nguyễn Văn A", True),
        ("Prop. Mgmt Ltd", False),
        ("ABC Textiles Ltd t/a Cotton House", False),
        ("XYZ GmbH c/o ABC Holding AG", False),
        ("Attn: Purchasing Department", False),
        ("Attnang Metall", False),
        ("Miller & Sons", False),
        ("Mr Price", False),
        ("Casual Wear", False),
        ("Sri Lanka Tea Board", False),
        ("Propellers Inc.", False),
    ],
)
def test_sole_traders_show_in_their_names(name: str, expected: bool) -> None:
    assert is_sole_trader(name) is expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Maria Gonzalez", True),
        ("Nguyen Thi Lan", True),
        ("王小明", True),
        ("Karim, Abdul", True),
        ("Иванов Сергей Петрович", True),
        ("Sungai Hijau", False),
        ("Maria Garments Ltd", False),
        ("Blue River", False),
    ],
)
def test_names_of_persons(name: str, expected: bool) -> None:
    assert reads_like_person(name) is expected


@pytest.mark.parametrize(
    ("rows", "rule"),
    [
        ([f"{n},Abdul Karim 017{n}123456,Bangladesh," for n in range(11, 19)], "phone"),
        ([f"0171{n}3456,Works {n},Bangladesh," for n in range(100, 999, 50)], "phone"),
        (
            [f"{name[:2]}7,{name} Begum,Bangladesh," for name in _WOMEN],
            "person_name",
        ),
        ([f"{n},W{n} Co,China,we were not paid our wages for {n} months" for n in range(9)],
         "testimony"),
        ([f"{n},Prop. Rahim Uddin {n},Bangladesh," for n in range(9)], "person_name"),
        ([f"{n},Shop {n} (Prop. Rahim Uddin),Bangladesh," for n in range(9)], "sole_trader"),
    ],
)  # fmt: skip
def test_lists_of_persons_are_rejected(tmp_path: Path, rows: list[str], rule: str) -> None:
    with pytest.raises(NonExtractiveError) as rejection:
        _read(tmp_path, rows)
    assert rejection.value.rule == rule


def test_a_second_table_of_workers_below_the_list_rejects_it(tmp_path: Path) -> None:
    below = ["", "Employee ID,Full name,Nationality,Date of birth", "EMP1,Lan,Vietnam,1990-01-02"]
    with pytest.raises(NonExtractiveError, match="row 63 begins a second table"):
        _read(tmp_path, [*FIRMS, *below])


def test_workers_below_without_headers_leave_no_name(tmp_path: Path) -> None:
    intake = _read(tmp_path, [*FIRMS, "Lan Thi,,,", "7,Nguyen Thi Lan,,", "8,Maria Lopez,F,"])
    assert intake.counts["suppliers"] == 60
    assert not any("Lan" in str(row) or "Lopez" in str(row) for row in intake.rejected.iter_rows())


def test_single_persons_are_withheld_and_reported(tmp_path: Path) -> None:
    rows = ["1,Rahim Traders Prop. Abdul Karim,Bangladesh,", "2,Blue Ltd,Bangladesh,01711123456"]
    intake = _read(tmp_path, [*FIRMS, *rows])
    assert intake.counts["suppliers"] == 61
    assert "Karim" not in str(intake.rejected.rows()) + str(intake.sites.rows())
    assert "01711123456" not in str(intake.sites.rows())
    (sole, phone) = sorted(note for note in intake.notes if "not read" in note)[::-1]
    assert "1 value of the column 'site_name', which may be about a person (rule phone)" in sole
    assert "which names a person as supplier (rule sole_trader)" in phone
    assert "suppliers.columns.sole_traders" in phone


@pytest.mark.parametrize(
    "names",
    [
        ("Sebastião Alves", "Luzia Gomes", "Raimundo Nonato da Silva"),
        ("Kouassi Konan Jean", "Ouattara Mariam", "Traoré Ibrahim"),
        ("አበበ በቀለ", "ትዕግስት ኃይሉ", "አልማዝ ከበደ"),
        ("ram bahadur tamang", "Prop. Sita Devi", "Hari Prasad"),
        ("รหัส สุขใจ", "นายสมชาย ใจดี", "นางสาวมาลี แก้วมณี", "นางบุญมี ทองคำ"),
        ("सुनीता देवी", "राजेश कुमार", "मुन्ना लाल"),
    ],
)
def test_short_lists_of_persons_are_rejected_or_declared(
    tmp_path: Path, names: tuple[str, ...]
) -> None:
    rows = [f"M{n},{name},India," for n, name in enumerate(names)]
    with pytest.raises(NonExtractiveError, match="give the companies' names") as rejection:
        _read(tmp_path, rows)
    assert f"most of the {len(names)} names of the column 'name'" in str(rejection.value)
    guard = GuardSettings(sole_traders="members of the co-operative")
    intake = _read(tmp_path, rows, IntakeOptions(guard=guard))
    assert intake.suppliers["name"].to_list() == intake.suppliers["supplier_id"].to_list()


@pytest.mark.parametrize(
    "names",
    [
        ("Hugo Boss AG", "Michael Kors", "Paul Smith"),
        ("Padaria Santo António", "Maria Helena", "Têxteis João Silva"),
        ("Laura Ashley", "Laura Ashley", "Laura Ashley", "Laura Ashley", "Laura Ashley"),
        ("सीता राम उद्योग", "श्रीमती कमला देवी सहकारी समिति", "राम लाल"),
    ],
)
def test_companies_with_names_of_persons_pass(tmp_path: Path, names: tuple[str, ...]) -> None:
    intake = _read(tmp_path, [f"M{n},{name},India," for n, name in enumerate(names)])
    assert intake.counts["suppliers"] == len(names)
    assert intake.guard.withheld == ()


@pytest.mark.parametrize("derived", [False, True])
def test_declared_sole_traders_are_assessed_by_their_ids(tmp_path: Path, derived: bool) -> None:
    path = tmp_path / "list.csv"
    people = ["X1,Rahim Traders Prop. Abdul Karim,Bangladesh,House of Abdul Karim"]
    lines = [HEADER, *FIRMS, *people]
    if derived:
        lines = [line.partition(",")[2] for line in lines]
    path.write_text("\n".join(lines), encoding="utf-8")
    guard = GuardSettings(sole_traders="small farms, agreed with the works council")
    intake = read_suppliers(path, IntakeOptions(guard=guard, derive_supplier_id=derived))
    assert intake.counts["suppliers"] == 61
    named = intake.suppliers.filter(pl.col("name") == pl.col("supplier_id"))
    assert named.height == 1
    assert named["supplier_id"].item().startswith("s-") == derived
    (declared,) = intake.guard.sole_traders
    assert (declared.rows, declared.reason) == (1, "small farms, agreed with the works council")
    everything = "".join(str(frame.rows()) for frame in (intake.suppliers, intake.sites))
    assert "Karim" not in everything + " ".join(intake.notes)


@pytest.mark.parametrize(
    "rows",
    [
        [f"{n},Cooperativa de Trabajadores {n},Argentina," for n in range(20)],
        [f"{10**9 + n},{n} Ontario Inc.,Canada,Plant {n}" for n in range(20)],
        [f"{9876500000 + n},Mills {n} Ltd,India,Unit {n}" for n in range(20)],
        [f"24{n:04}-{n:04},Fabrik {n} GmbH,Denmark," for n in range(100, 130)],
        [f"{n},Hugo Boss AG,Germany,Werk {n}" for n in range(20)],
        [f"{n},Miller & Sons {n},United Kingdom,Casual Wear" for n in range(20)],
        [f"{n},Hotline {n} Garments,Bangladesh,Hotline Building" for n in range(20)],
    ],
)
def test_lists_of_companies_that_resemble_persons_pass(tmp_path: Path, rows: list[str]) -> None:
    intake = _read(tmp_path, rows)
    assert intake.counts["suppliers"] == len(rows)
    assert intake.guard.withheld == ()
