"""Countries of addresses and towns."""

from pathlib import Path

import pytest

from suppliers.input_errors import DataRejectedError
from suppliers.intake.address_countries import country_of_address
from suppliers.intake.list_check import check_lists
from suppliers.intake.read_list import IntakeOptions, read_suppliers

OPTIONS = IntakeOptions(derive_supplier_id=True)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Plot 12, Konabari, Gazipur 1346, Bangladesh", "Bangladesh"),
        ("14 Kovai Road, Karur, Tamil Nadu, India 639002", "India"),
        ("Beilun, Ningbo, Zhejiang, P.R. China.", "P.R. China"),
        ("1200 Main St, Houston TX 77001, USA", "USA"),
        ("4 High St, Leeds LS1 4AP, UK", "UK"),
        ("Gazipur - Bangladesh", "Bangladesh"),
        ("Atatürk Cad. 5; Bursa; Türkiye", "Türkiye"),
        ("1200 Main St, Atlanta, Georgia", None),  # a state of another country, too
        ("12 Market St, Fort Wayne, IN", None),
        ("Via Roma 5, Torino", None),
        ("Jl. Sudirman 12, Bangladseh", None),  # near a name alone
        ("Bangladesh", None),  # no address
        ("Avenue 3, Brazzaville, Congo", None),
        (", , ", None),
        ("中国江苏省苏州市工业园区", "中国"),
        ("대한민국 경기도 수원시", "대한민국"),
        ("日本", None),
    ],
)
def test_the_last_part_or_the_first_names_the_country(text: str, name: str | None) -> None:
    assert country_of_address(text) == name


def test_a_list_without_a_column_of_countries_has_those_of_its_addresses(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text(
        'Vendor name,Full address\nQuibble Mills,"Konabari, Gazipur, Bangladesh"\n'
        'Marlin Foods,"Da Nang, Vietnam"\nOsprey Works,"Main St, Atlanta, Georgia"\n',
        encoding="utf-8",
    )
    intake = read_suppliers(path, OPTIONS)
    found = dict(intake.suppliers.select("name", "country_iso2").iter_rows())
    assert found == {"Quibble Mills": "BD", "Marlin Foods": "VN"}
    assert intake.rejected["rule"].to_list() == ["missing_country"]
    sentence = "the country of 2 rows without one was read from their address or town"
    assert f"list.csv: {sentence}" in intake.notes
    assert any(sentence in finding.text for finding in check_lists(path, OPTIONS, {}).findings)


def test_a_stated_country_goes_before_that_of_the_address(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text(
        'name,country,town\nQuibble Mills,India,"Gazipur, Bangladesh"\n'
        'Marlin Foods,,"Da Nang, Vietnam"\n',
        encoding="utf-8",
    )
    suppliers = read_suppliers(path, OPTIONS).suppliers
    assert dict(suppliers.select("name", "country_iso2").iter_rows()) == {
        "Quibble Mills": "IN",
        "Marlin Foods": "VN",
    }


def test_addresses_without_a_country_are_asked_about(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text('name,address\nQuibble Mills,"Via Roma 5, Torino"\n', encoding="utf-8")
    with pytest.raises(DataRejectedError, match="no column holds country"):
        read_suppliers(path, OPTIONS)
    found = [f for f in check_lists(path, OPTIONS, {}).findings if f.is_open]
    assert [(f.rule, f.field) for f in found if f.rule != "too_few_rows"] == [
        ("missing_column", "country")
    ]
