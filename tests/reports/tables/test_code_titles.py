"""Codes in words and spend in money."""

import polars as pl
import pytest

from reports.languages.catalogue import LANGUAGES, translator
from reports.languages.sentences import Sentences
from reports.tables.code_titles import code_titles, spend_text, titles_of

ENGLISH = Sentences(translator("en"), {})


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
    assert titles_of([code], "sector", ENGLISH) == {code: text}


@pytest.mark.parametrize(("code", "text"), [("5208", "Cotton (5208)"), ("77", "77")])
def test_goods_have_the_title_of_their_chapter(code: str, text: str) -> None:
    assert titles_of([code], "commodity", ENGLISH) == {code: text}


def test_only_codes_that_occur_have_a_title() -> None:
    assert titles_of(["14", None, "14", "10"], "sector", ENGLISH) == {
        "10": "Food products (10)",
        "14": "Wearing apparel (14)",
    }


@pytest.mark.parametrize("language", LANGUAGES[1:])
def test_every_title_is_in_every_language(language: str) -> None:
    words = Sentences(translator(language), {})
    assert len([words.text(title) for title in code_titles()]) == 184
    assert words.english == set()
    shown = titles_of(["14"], "sector", words)["14"]
    assert shown.endswith(" (14)")
    assert shown != "Wearing apparel (14)"


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
