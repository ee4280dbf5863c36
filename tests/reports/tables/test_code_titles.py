"""Codes in words and spend in money."""

import polars as pl
import pytest

from reports.tables.code_titles import commodity_text, sector_text, spend_text, titles_of


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("14", "Wearing apparel (14)"),
        ("1392", "Textiles (1392)"),
        ("01.27", "Crop and animal production (01.27)"),
        ("04", "04"),  # ISIC has no division 04
        ("unknown", "unknown"),
    ],
)
def test_a_sector_has_the_title_of_its_division(code: str, text: str) -> None:
    assert sector_text(code) == text


@pytest.mark.parametrize(("code", "text"), [("5208", "Cotton (5208)"), ("77", "77")])
def test_goods_have_the_title_of_their_chapter(code: str, text: str) -> None:
    assert commodity_text(code) == text


def test_only_codes_that_occur_have_a_title() -> None:
    assert titles_of(["14", None, "14", "10"], "sector") == {
        "10": "Food products (10)",
        "14": "Wearing apparel (14)",
    }


def test_spend_is_money_a_year() -> None:
    frame = pl.DataFrame(
        {
            "annual_spend": [1_234_567.0, 900.0, 0.0, None, 5.0],
            "currency": ["USD", "EUR", "EUR", "EUR", None],
        }
    )
    assert frame.select(spend_text())["spend"].to_list() == [
        "1.23 million USD a year",
        "900 EUR a year",
        None,
        None,
        "5 a year",
    ]
