"""Goods in a column of sectors: the industry that grows, mines or makes them."""

from pathlib import Path

import pytest

from suppliers.intake.goods_producers import producer_of, producers_of_goods, sector_or_goods
from suppliers.intake.goods_words import chapters_of_words
from suppliers.intake.list_check import check_lists
from suppliers.intake.list_files import IntakeOptions
from suppliers.intake.read_list import read_suppliers


@pytest.mark.parametrize(
    ("text", "divisions"),
    [
        ("Palm oil", ("10",)),
        ("Crude palm oil (CPO)", ("10",)),
        ("Huile de palme", ("10",)),
        ("棕榈油", ("10",)),
        ("زيت النخيل", ("10",)),
        ("Oil palm fruit", ("01",)),
        ("Bananas", ("01",)),
        ("Green coffee beans", ("01",)),
        ("Honey", ("01",)),
        ("Cheese", ("10",)),
        ("Sugar", ("10",)),
        ("Sugar cane", ("01",)),
        ("Raw cotton", ("01",)),
        ("Iron ore", ("07",)),
        ("Crude oil", ("06",)),
        ("Holzkohle", ("02",)),
        ("Screws", ("25",)),
        ("Tyres", ("22",)),
        # Grown or processed, caught or frozen: asked about.
        ("Coffee", ("01", "10")),
        ("Rice", ("01", "10")),
        ("Shrimp", ("03", "10")),
        ("Cotton", ("01", "13")),
        ("Gold", ("07", "32")),
        ("Widgets", ()),
    ],
)
def test_goods_and_their_producers(text: str, divisions: tuple[str, ...]) -> None:
    assert producers_of_goods(text) == divisions


@pytest.mark.parametrize(
    ("text", "division"),
    [("Cotton spinning", "13"), ("Rice mill", "10"), ("Cocoa", "01"), ("Natural rubber", "01"),
     ("Rubber products", "22"), ("Fishing", "03")],
)  # fmt: skip
def test_words_for_a_sector_go_before_words_for_goods(text: str, division: str) -> None:
    assert sector_or_goods(text).division == division


def test_goods_in_the_sector_column_give_both_with_a_note(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text(
        "supplier_id,name,country,sector\n1,Acme,MY,Palm oil\n2,Blum,BR,Coffee\n3,Cora,DE,14\n"
    )
    intake = read_suppliers(path)

    assert intake.suppliers.select("sector", "commodity_hs").rows() == [
        ("10", "15"), (None, "09"), ("14", None),
    ]  # fmt: skip
    assert (
        "sector 'Palm oil' was read as ISIC 10 (food), which produces these goods" in intake.notes
    )
    assert "commodity 'Palm oil' was read as HS chapter 15 (palm oil)" in intake.notes
    check = check_lists(path, IntakeOptions(), {})
    (question,) = [one for one in check.findings if one.is_open]
    assert question.text == "sector 'Coffee' can be ISIC 01 (agriculture) or 10 (food)"
    assert [one.value for one in question.candidates] == ["01", "10"]


def test_goods_of_their_own_column_stay(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text("supplier_id,name,country,sector,goods\n1,Acme,MY,Palm oil,Furniture\n")

    assert read_suppliers(path).suppliers.select("sector", "commodity_hs").rows() == [("10", "94")]


@pytest.mark.parametrize(
    ("text", "chapters", "producer"),
    [
        ("Bekleidung", ("61", "62"), "14"),
        ("Kinderbekleidung", ("61", "62"), "14"),
        ("Shirt", ("62",), "14"),
        ("cotton t-shirts", ("61",), "14"),
        ("Baumwollhosen", ("62",), "14"),
        ("Polyestergarn", ("54",), "13"),
        ("Textilien", ("52", "54", "63"), "13"),
        ("Rindsleder", ("41",), "15"),
        ("Damenschuhe", ("64",), "15"),
        ("Einweghandschuhe", ("40",), "22"),
        # Of leather, rubber or cloth.
        ("Arbeitshandschuhe", ("40", "42", "61"), None),
        ("steel furniture", ("94",), "31"),
        ("Steel", ("72",), "24"),
        ("Holzspielzeug", ("95",), "32"),
        ("polysilicon", ("28",), "20"),
        ("多晶硅", ("28",), "20"),
        ("solar panels", ("85",), "26"),
        ("surgical instruments", ("90",), "32"),
        ("mica", ("25",), "08"),
        ("copper cathodes", ("74",), "24"),
        ("Tin", ("80",), "24"),
        ("Cassiterite (tin ore)", ("26",), "07"),
        ("human hair wigs", ("67",), "32"),
        ("textiles", ("52", "54", "63"), "13"),
        # Services have no chapter.
        ("cleaning services", (), "81"),
        ("Diverses", (), None),
    ],
)
def test_goods_have_a_chapter_and_one_producer(
    text: str, chapters: tuple[str, ...], producer: str | None
) -> None:
    assert chapters_of_words(text) == chapters
    chapter = chapters[0] if len(chapters) == 1 else None
    assert producer_of(text, chapter) == producer


@pytest.mark.parametrize(
    ("code", "chapter", "producer"),
    [("610910", "61", "14"), ("5201", "52", None), ("99", "99", None)],
)
def test_a_code_gives_the_industry_of_its_chapter(
    code: str, chapter: str, producer: str | None
) -> None:
    assert producer_of(code, chapter) == producer


def test_suppliers_without_a_sector_get_that_of_their_goods(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text(
        "supplier_id,name,country,sector,commodity\n"
        "1,Acme,MY,,Bekleidung\n2,Blum,BR,46,Bekleidung\n3,Cora,DE,,Coffee\n4,Dorn,DE,,6403\n"
    )
    read = read_suppliers(path, IntakeOptions())
    assert read.suppliers.sort("supplier_id")["sector"].to_list() == ["14", "46", None, "15"]
    assert [note for note in read.notes if "its industry" in note] == [
        "commodity '6403': its industry, ISIC 15 (leather), was taken as the sector of suppliers "
        "without one",
        "commodity 'Bekleidung': its industry, ISIC 14 (apparel), was taken as the sector of "
        "suppliers without one",
    ]
