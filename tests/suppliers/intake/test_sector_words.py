import pytest

from suppliers.intake.fields import match_header
from suppliers.intake.goods_producers import PRODUCERS
from suppliers.intake.sector_words import division_title, division_titles, sector_of_words


@pytest.mark.parametrize(
    ("text", "division"),
    [
        ("Garments", "14"),
        ("Ready-Made Garments (RMG)", "14"),
        ("Bekleidung", "14"),
        ("Confecção", "14"),
        ("Hazır giyim", "14"),
        ("Quần áo", "14"),
        ("服装制造", "14"),
        ("পোশাক", "14"),
        ("الملابس الجاهزة", "14"),
        ("Textile mill", "13"),
        ("dệt may", "13"),
        ("Palm oil mill", "10"),
        ("Seafood processing", "10"),
        ("Cocoa farming", "01"),
        ("fishing vessel", "03"),
        ("Brick Kiln", "23"),
        ("Electronics assembly", "26"),
        ("Logistik", "52"),
        ("Möbel", "31"),
        ("Steel & Iron", "24"),
        ("Leather shoes", "15"),
        ("Facility Services", "81"),
        ("Agricultural machinery", "28"),
        ("农业机械", "28"),
        ("Wooden furniture", "31"),
        ("Baumwollspinnerei", "13"),
        ("Przemysł odzieżowy", "14"),
        ("sản xuất giày", "15"),
        ("sản xuất giấy", "17"),
        ("صناعة النسيج", "13"),
        ("Agence d'intérim", "78"),
    ],
)
def test_words_that_name_one_division_are_read(text: str, division: str) -> None:
    assert sector_of_words(text).division == division


@pytest.mark.parametrize(
    ("text", "choices"),
    [
        ("Food packaging", ("17", "22")),
        ("Textile chemicals", ("13", "20")),
        ("Construction and cleaning", ("41", "81")),
        ("Construction materials", ("23", "46")),
        ("sản xuất giay", ("15", "17")),
        ("服装和食品", ("14", "10")),
        ("Garmets", ("14",)),
        ("Widgets", ()),
    ],
)
def test_what_is_not_sure_is_never_read(text: str, choices: tuple[str, ...]) -> None:
    found = sector_of_words(text)
    assert found.division is None
    assert found.choices == choices


def test_every_producing_division_has_an_english_title() -> None:
    assert division_title("14") == "apparel"
    assert division_titles().keys() >= {one for of_one in PRODUCERS.values() for one in of_one}


@pytest.mark.parametrize(
    ("header", "field"),
    [
        ("ERP Vendor ID", "supplier_id"),
        ("Lief.-Nr.", "supplier_id"),
        ("Spend Last 12 Months", "annual_spend"),
        ("Geo Lat (custom)", "latitude"),
        ("City", "town"),
        ("ORT01", "town"),
        ("Mã nhà cung cấp", "supplier_id"),
        ("供应商编号", "supplier_id"),
        ("Tedarikçi Adı", "name"),
        ("اسم المورد", "name"),
        ("DUNS Number", "duns"),
        ("Main Address City", "town"),
        ("Primary Address Country", "country"),
        ("Supplier Contact Name", None),
        ("Spend FY25 (EUR)", "annual_spend"),
        ("Warengruppe", "commodity"),
        ("Çalışan sayısı", "workforce_band"),
        ("Opening date 2025", None),
    ],
)
def test_headers_of_exports(header: str, field: str | None) -> None:
    assert match_header(header, {}) == field
