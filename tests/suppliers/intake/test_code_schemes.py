from pathlib import Path

import pytest

from suppliers.intake.code_columns import scheme_by_header
from suppliers.intake.code_schemes import CodeField, Scheme, possible_schemes
from suppliers.intake.goods_words import chapters_of_words
from suppliers.intake.identifiers import parse_duns
from suppliers.intake.industries import Industry, parse_sector
from suppliers.intake.list_files import IntakeOptions
from suppliers.intake.read_list import read_suppliers


@pytest.mark.parametrize(
    ("codes", "field", "schemes"),
    [
        # 43 has 4 headings and 53 has 11, so no tariff code begins 4321 or 5313.
        (["53101500", "43211500", "53131600"], "commodity", ("unspsc",)),
        (["61091000", "62034235", "09011100"], "commodity", ("hs",)),
        (["6109.10.00"], "commodity", ("hs",)),
        (["610910", "0901"], "commodity", ("hs",)),
        # Women's trousers, or fabric of jute: nothing in the column tells them apart.
        (["53101500"], "commodity", ("hs", "unspsc")),
        (["18100000-0", "45000000-7"], "commodity", ("cpv",)),
        (["33600000", "79600000"], "commodity", ("cpv",)),
        (["53101500", "43211500"], "sector", ("unspsc",)),
        (["1410", "1311", "2610"], "sector", ("isic",)),
        (["14.13", "13.10"], "sector", ("isic",)),
        # 23.21 and 20.86 are no groups of ISIC, 208 and 232 no subsectors of NAICS.
        (["2321", "2086", "2211"], "sector", ("us_sic",)),
        (["14132", "31090", "10710"], "sector", ("uk_sic",)),
        (["33911", "54161"], "sector", ("naics",)),
        (["315210", "311710"], "sector", ("naics",)),
        (["31101"], "sector", ("naics",)),
        (["Garments", "14"], "sector", ("isic",)),
        (["Garments"], "sector", ()),
    ],
)
def test_the_scheme_follows_the_codes_of_the_whole_column(
    codes: list[str], field: CodeField, schemes: tuple[Scheme, ...]
) -> None:
    assert possible_schemes(codes, field) == schemes


@pytest.mark.parametrize(
    ("header", "field", "scheme"),
    [
        ("UNSPSC Code", "commodity", "unspsc by the header"),
        ("HS Code", "commodity", "hs by the header"),
        ("Commodity code", "commodity", None),
        ("Primary NAICS", "sector", "naics by the header"),
        ("UK SIC (2007)", "sector", "uk_sic by the header"),
        ("SIC Code", "sector", "sic by the header"),
        ("Basic industry", "sector", None),
    ],
)
def test_headers_name_schemes(header: str, field: CodeField, scheme: str | None) -> None:
    assert scheme_by_header(header, field) == scheme


def _read(path: Path, text: str, **options: object):  # type: ignore[no-untyped-def]
    file = path / "list.csv"
    file.write_text(text, encoding="utf-8")
    return read_suppliers(file, IntakeOptions(derive_supplier_id=True, **options))  # type: ignore[arg-type]


def test_unspsc_under_commodity_code_is_the_industry_and_no_tariff_chapter(tmp_path: Path) -> None:
    intake = _read(
        tmp_path,
        "Supplier,Country,Commodity code\nAlfa Ltd,India,53101500\nBeta Ltd,India,43211500\n",
    )
    rows = intake.suppliers.sort("name").select("sector", "commodity_hs").rows()
    assert rows == [("14", None), ("26", None)]
    assert "list.csv: codes of commodity were read as UNSPSC" in intake.notes


def test_codes_that_can_be_of_two_schemes_are_asked_about(tmp_path: Path) -> None:
    text = "Supplier,Country,Commodity code\nAlfa Ltd,India,53101500\n"
    intake = _read(tmp_path, text)
    assert intake.suppliers["commodity_hs"].to_list() == [None]
    assert intake.issues["reason"].to_list() == [
        "the codes of commodity can be the Harmonised System or UNSPSC; name the scheme under "
        "constants: (commodity_scheme: hs or unspsc); it was left empty"
    ]
    answered = _read(tmp_path, text, constants={"commodity_scheme": "unspsc"})
    assert answered.suppliers["sector"].to_list() == ["14"]
    assert answered.issues.is_empty()


def test_a_header_that_its_codes_contradict_is_asked_about(tmp_path: Path) -> None:
    intake = _read(tmp_path, "Supplier,Country,HS code\nAlfa,India,43211500\nBeta,India,44121600\n")
    assert intake.suppliers["commodity_hs"].to_list() == [None, None]
    assert set(intake.issues["field"]) == {"commodity"}


@pytest.mark.parametrize(
    ("text", "scheme", "division"),
    [
        ("2321", "us_sic", "14"),
        ("2086", "us_sic", "11"),
        ("7381", "us_sic", "80"),
        ("14132", "uk_sic", "14"),
        ("14132", "sic", "14"),
        ("2321", "sic", "14"),
    ],
)
def test_sic_codes(text: str, scheme: str, division: str) -> None:
    assert parse_sector(text, scheme) == Industry(division, "N" if division == "80" else "C")  # type: ignore[arg-type]


def test_goods_in_words_are_read_where_one_chapter_is_named(tmp_path: Path) -> None:
    intake = _read(
        tmp_path,
        "Lieferant;Land;Warengruppe\nAlfa;Indien;Gummihandschuhe\nBeta;Indien;Zucker und Kaffee\n"
        "Gamma;Indien;Diverses\n",
    )
    assert intake.suppliers.sort("name")["commodity_hs"].to_list() == ["40", None, None]
    assert sorted(intake.issues["reason"]) == [
        "commodity 'Zucker und Kaffee' can be of the HS chapters 17 (sugar) or 09 (coffee); write "
        "the code; it was left empty",
        "commodity is in words that name no goods known; write the HS code; it was left empty",
    ]


@pytest.mark.parametrize(
    ("text", "chapters"),
    [
        ("Cocoa beans", ("18",)),
        ("Wooden furniture", ("94",)),
        ("Cà phê nhân", ("09",)),
        ("番茄酱", ("20",)),
        ("Things", ()),
    ],
)
def test_goods_in_words(text: str, chapters: tuple[str, ...]) -> None:
    assert chapters_of_words(text) == chapters


def test_duns_numbers_are_the_ids_of_a_list_without_numbers(tmp_path: Path) -> None:
    intake = _read(
        tmp_path,
        "Supplier,Country,DUNS Number\nAlfa,India,15-048-3782\nAlfa Private,India,150483782\n"
        "Beta,India,12\n",
    )
    assert intake.suppliers["supplier_id"].to_list()[0] == "duns-150483782"
    assert len(intake.suppliers) == 2
    assert intake.issues["reason"].to_list() == [
        "duns is not a D-U-N-S number (9 digits); it was left empty"
    ]


@pytest.mark.parametrize(
    ("text", "number"),
    [("15-048-3782", "150483782"), ("1234567", "001234567"), ("000000000", None), ("12A", None)],
)
def test_duns_numbers_have_nine_digits(text: str, number: str | None) -> None:
    assert parse_duns(text) == number
