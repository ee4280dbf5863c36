"""Goods in a column of sectors: the industry that grows, mines or makes them."""

from pathlib import Path

import pytest

from suppliers.intake.goods_producers import producers_of_goods, sector_or_goods
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
