import polars as pl
import pytest

from suppliers.intake.amounts import (
    decimals_of,
    parse_band,
    parse_coordinate,
    parse_yes_no,
)
from suppliers.intake.industries import parse_commodity, parse_scheme, parse_sector
from suppliers.intake.numbers import number_style, numbers_of


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (["1.234,56"], [1234.56]),
        (["1,234.56", "1,234"], [1234.56, 1234.0]),
        (["1.234", "3,75"], [1234.0, 3.75]),
        (["1.234.567"], [1234567.0]),
        (["12 345,60 €", "7"], [12345.6, 7.0]),
        (["$1,000", "(500.5)"], [1000.0, -500.5]),
        (["EUR 12", "1'000.5"], [12.0, 1000.5]),
        (["about 5", "", "1.2.3,4,5"], [None, None, None]),
    ],
)
def test_amounts_follow_the_style_of_the_file(
    values: list[str], expected: list[float | None]
) -> None:
    style = number_style(pl.DataFrame({"spend": values}), ["spend"])
    assert numbers_of(values, style) == expected


@pytest.mark.parametrize(
    ("text", "value", "decimals"),
    [
        ("23.684994", 23.684994, 6),
        ("-90,35", -90.35, 2),
        ("24.0", 24.0, 0),
        ("24", 24.0, 0),
        ("23.50", 23.5, 1),
        ("23°41'N", None, None),
        ("nan", None, None),
    ],
)
def test_coordinates(text: str, value: float | None, decimals: int | None) -> None:
    assert parse_coordinate(text) == value
    if decimals is not None:
        assert decimals_of(text) == decimals


@pytest.mark.parametrize(
    ("text", "band"),
    [
        ("120", "50-249"),
        ("1-9", "1-9"),
        ("10 to 49", "10-49"),
        ("51–200", "50-249"),
        ("1000+", "1000+"),
        ("> 500", "250-999"),
        ("1,001-5,000", "1000+"),
        ("1.500 employees", "1000+"),
        ("249.0", "50-249"),
        ("0", None),
        ("many", None),
    ],
)
def test_size_bands(text: str, band: str | None) -> None:
    assert parse_band(text) == band


@pytest.mark.parametrize(("text", "answer"), [("Sí", True), ("não", False), ("perhaps", None)])
def test_yes_and_no(text: str, answer: bool | None) -> None:
    assert parse_yes_no(text) is answer


@pytest.mark.parametrize(
    ("text", "scheme", "code", "section"),
    [
        ("13", None, "13", "C"),
        ("C13.1", "nace", "13", "C"),
        ("1410", "isic", "14", "C"),
        ("C", None, "C", "C"),
        ("1", None, "01", "A"),
        ("ISIC 0126", None, "01", "A"),
        ("315", "naics", "14", "C"),
        ("315990", None, "14", "C"),
        ("423", "naics", "46", "G"),
        ("11", "naics", "A", "A"),
    ],
)
def test_industries_come_to_isic(text: str, scheme: str | None, code: str, section: str) -> None:
    industry = parse_sector(text, parse_scheme(scheme) if scheme else None)
    assert industry is not None
    assert (industry.code, industry.section) == (code, section)


@pytest.mark.parametrize(("text", "scheme"), [("Apparel", None), ("04", "isic"), ("99", "naics")])
def test_unknown_industries_are_none(text: str, scheme: str | None) -> None:
    assert parse_sector(text, parse_scheme(scheme) if scheme else None) is None


@pytest.mark.parametrize(
    ("text", "chapter"),
    [("6109.10", "61"), ("90111", "09"), ("9", "09"), ("HS 0901", "09"), ("77", None), ("T", None)],
)
def test_commodities_come_to_chapters(text: str, chapter: str | None) -> None:
    assert parse_commodity(text) == chapter
