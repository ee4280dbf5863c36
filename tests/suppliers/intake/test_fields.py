import csv
from importlib import resources
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from suppliers.header_text import normalise_header
from suppliers.input_errors import DataRejectedError
from suppliers.intake.fields import BY_NAME, FIELDS, match_header, match_headers, nearest_field
from suppliers.intake.header_aliases import HEADER_ALIASES
from suppliers.intake.person_words import person_rule

HEADERS = resources.files("suppliers.intake")


@pytest.mark.parametrize(
    ("header", "normalised"),
    [
        ("Lieferanten-Nr.", "lieferanten nr"),
        ("supplierName", "supplier name"),
        ("  RAZÃO  SOCIAL ", "razao social"),
        ("Số điện thoại", "so dien thoai"),
        ("İşçi adı", "isci adi"),
        ("कर्मचारी का नाम", "कर्मचारी का नाम"),
        ("HS_Code", "hs code"),
    ],
)
def test_headers_lose_case_accents_and_punctuation(header: str, normalised: str) -> None:
    assert normalise_header(header) == normalised


@given(st.text(max_size=40))
def test_normalising_twice_changes_nothing(header: str) -> None:
    once = normalise_header(header)
    assert normalise_header(once) == once


@pytest.mark.parametrize(
    ("header", "field"),
    [
        ("Vendor No.", "supplier_id"),
        ("Código proveedor", "supplier_id"),
        ("LIFNR", "supplier_id"),
        ("Razón social", "name"),
        ("Razão Social", "name"),
        ("Raison sociale", "name"),
        ("Firma", "name"),
        ("País", "country"),
        ("Pays", "country"),
        ("Land", "country"),
        ("Lat.", "latitude"),
        ("LNG", "longitude"),
        ("Breitengrad", "latitude"),
        ("Número de empleados", "workforce_band"),
        ("Nombre de salariés", "workforce_band"),
        ("Gasto anual", "annual_spend"),
        ("Zolltarifnummer", "commodity"),
        ("Código NCM", "commodity"),
        ("OS Hub ID", "os_id"),
        ("Payment terms", None),
        ("Наименование поставщика", "name"),
        ("Страна", "country"),
        ("Назва постачальника", "name"),
        ("仕入先コード", "supplier_id"),
        ("国", "country"),
        ("供應商名稱", "name"),
        ("공급업체명", "name"),
        ("도시", "town"),
        ("จังหวัด", "admin_area"),
        ("ที่อยู่", "address"),
        ("Denumire furnizor", "name"),
        ("Název dodavatele", "name"),
        ("Beszállító neve", "name"),
        ("Leverantörsnummer", "supplier_id"),
        ("Toimittaja", "name"),
        ("Χώρα προέλευσης", "country"),
        ("שם הספק", "name"),
        ("Negeri", "admin_area"),
        ("İlçe", "town"),
        ("Upazila", "town"),
        ("उत्पाद", "commodity"),
        ("ФИО", None),
        ("担当者名", None),
        ("ผู้ติดต่อ", None),
        ("담당자", None),
    ],
)
def test_vendor_exports_find_their_field(header: str, field: str | None) -> None:
    assert match_header(header, {}) == field


def test_own_mapping_goes_first() -> None:
    assert match_header("Land", {"land ": "admin_area"}) == "admin_area"


def test_no_further_header_means_two_fields_or_a_person() -> None:
    rows = csv.DictReader((HEADERS / "further_headers.csv").read_text("utf-8").splitlines())
    fields: dict[str, set[str]] = {}
    for row in rows:
        field = "commodity" if row["field"] == "goods in words" else row["field"]
        for header in row["headers"].split(";"):
            fields.setdefault(normalise_header(header), set()).add(field)
    assert {header: found for header, found in fields.items() if len(found) > 1} == {}
    assert [header for header in fields if person_rule(header) is not None] == []


def test_no_spelling_means_two_fields_or_a_person() -> None:
    owner: dict[str, str] = {}
    for field in FIELDS:
        for alias in (field.name, *HEADER_ALIASES[field.name].split(";")):
            spelling = normalise_header(alias)
            assert owner.setdefault(spelling, field.name) == field.name
            assert person_rule(alias) is None, alias
    assert set(HEADER_ALIASES) == set(BY_NAME)


@pytest.mark.parametrize(
    ("header", "field"),
    [
        ("lattitude", "latitude"),
        ("Suplier ID", "supplier_id"),
        ("Payment terms", None),
        ("contry", "country"),
        ("end", None),
        ("note", None),
        ("begin", None),
    ],
)
def test_nearest_field_is_a_hint_only_when_near(header: str, field: str | None) -> None:
    assert nearest_field(header) == field


@pytest.mark.parametrize(
    "header",
    ["PO Number", "Invoice Number", "Item No", "Invoice date", "Vendor type", "Supplier contact"],
)
def test_common_words_alone_are_no_hint(header: str) -> None:
    assert nearest_field(header) is None


def test_two_columns_for_one_field_are_rejected_by_name() -> None:
    with pytest.raises(DataRejectedError, match=r"a\.csv: the columns 'Pays' and 'Land'.*--drop"):
        match_headers(["Name", "Pays", "Land"], {}, frozenset(), "a.csv")


@pytest.mark.parametrize(
    ("mapping", "drop"), [({"Pays": "country"}, frozenset()), ({}, frozenset({"land"}))]
)
def test_mapping_or_drop_mends_the_ambiguity(mapping: dict[str, str], drop: frozenset[str]) -> None:
    match = match_headers(["Name", "Pays", "Land"], mapping, drop, "a.csv")
    assert match.columns == {"name": 0, "country": 1}
    assert match.unread == (2,)


def test_the_canonical_name_wins_over_an_alias() -> None:
    match = match_headers(["Company", "name", "country"], {}, frozenset(), "a.csv")
    assert match.columns["name"] == 1


def test_a_mapping_to_an_unknown_field_names_the_nearest() -> None:
    with pytest.raises(DataRejectedError, match="nearest field is 'latitude'"):
        match_headers(["a"], {"a": "lattitude"}, frozenset(), "a.csv")


def test_a_factory_name_alone_names_the_supplier_too() -> None:
    match = match_headers(["Factory name", "Country"], {}, frozenset(), "a.csv")
    assert match.columns["name"] == match.columns["site_name"] == 0


def test_the_page_for_analysts_lists_every_field() -> None:
    page = (Path(__file__).parents[3] / "docs" / "how-to" / "supplier-list.md").read_text(
        encoding="utf-8"
    )
    rows = [line for line in page.splitlines() if line.startswith("| `")]
    listed = {name for row in rows for name in row.split("|")[1].split("`")[1::2]}
    assert set(BY_NAME) <= listed
