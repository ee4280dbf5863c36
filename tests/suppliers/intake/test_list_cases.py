"""What real supplier lists hold besides plain values, each with the value or sentence it gives."""

from pathlib import Path

import pytest

from suppliers.input_errors import DataRejectedError, NonExtractiveError
from suppliers.intake.read_list import SupplierIntake, read_suppliers


def _read(folder: Path, headers: str, *rows: str) -> SupplierIntake:
    path = folder / "list.csv"
    path.write_text("\n".join((headers, *rows)) + "\n", encoding="utf-8")
    return read_suppliers(path)


@pytest.mark.parametrize(
    ("written", "lei"),
    [
        ("5493001KJTIIGC8Y1R12", "5493001KJTIIGC8Y1R12"),
        ("5493 001k jtii gc8y 1r12", "5493001KJTIIGC8Y1R12"),
        ("5493001KJTIIGC8Y1R13", None),
        ("5493001KJTIIGC8Y1R00", None),
        ("5493001KJTIIGC8Y1R01", None),
        ("5493001KJTIIGC8Y1R99", None),
        ("5493001KJTIIGC8Y1R1", None),
    ],
)
def test_a_lei_with_wrong_check_digits_is_reported(
    tmp_path: Path, written: str, lei: str | None
) -> None:
    read = _read(tmp_path, "supplier_id,name,country,lei", f"1,Acme,DE,{written}")

    assert read.suppliers["lei"].to_list() == [lei]
    assert read.issues["field"].to_list() == ([] if lei else ["lei"])


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("A &amp; B Ltd", "A & B Ltd"),
        ("A &amp;amp; B Ltd", "A & B Ltd"),
        ("Fa&ccedil;onnable", "Façonnable"),
        ("Fa&#231;onnable", "Façonnable"),
        ("Fa&#xE7;onnable", "Façonnable"),
        ("AT&T Parts", "AT&T Parts"),
        ("R&D Copy; Print", "R&D Copy; Print"),
    ],
)
def test_html_entities_are_letters(tmp_path: Path, written: str, name: str) -> None:
    read = _read(tmp_path, "supplier_id,name,country", f"1,{written},FR")

    assert read.suppliers["name"].to_list() == [name]


@pytest.mark.parametrize(
    ("written", "sector", "is_in_words"),
    [
        ("14", "14", None),
        ("ISIC 14", "14", None),
        ("Apparel", "14", None),
        ("Apparel & Footwear", None, False),
        ("Tier 2 spinning", None, False),
        ("服装业", "14", None),
        ("Widgets", None, True),
        ("00", None, False),
    ],
)
def test_a_sector_in_words_is_asked_about(
    tmp_path: Path, written: str, sector: str | None, is_in_words: bool | None
) -> None:
    read = _read(tmp_path, "supplier_id,name,country,sector", f"1,Acme,DE,{written}")

    assert read.suppliers["sector"].to_list() == [sector]
    reasons = read.issues["reason"].to_list()
    found = ["give the code of isic, nace or naics" in reason for reason in reasons]
    assert found == ([] if is_in_words is None else [is_in_words])


def test_refusals_of_several_kinds_are_in_one_message(tmp_path: Path) -> None:
    with pytest.raises((NonExtractiveError, DataRejectedError)) as error:
        _read(tmp_path, "supplier_id,nam,land,e-mail,passport", "1,Acme,DE,a@b.de,1")

    told = str(error.value)
    assert "--drop e-mail" in told
    assert "--drop passport" in told
    assert "no column holds name; 'nam' may be meant" in told
