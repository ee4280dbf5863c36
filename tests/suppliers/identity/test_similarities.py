"""Names compared in columns agree with names compared one pair at a time, to the bit."""

import random

import numpy as np
import pytest

from benchmarks.name_pairs import labelled_pairs
from suppliers.identity.name_tables import NameTable, name_table
from suppliers.identity.similarities import country_words, similarities
from suppliers.identity.similarity import NameSimilarity, name_similarity

#: A country of each custom of writing names.
COUNTRIES = (None, "BD", "CN", "KR", "TW", "VN")
SHARED = {"textile": 0.2, "golden": 0.2, "rahman": 0.45}


def compared(
    one: list[str], other: list[str], countries: list[str | None]
) -> list[tuple[NameSimilarity | None, NameSimilarity]]:
    """What columns give of each pair, and what `name_similarity` does."""
    own, theirs = name_table(one), name_table(other)
    rows = np.arange(len(one))
    found = similarities((rows, rows), own, theirs, countries, SHARED)
    return [
        (in_columns, alone(own, theirs, row, country))
        for row, (in_columns, country) in enumerate(zip(found, countries, strict=True))
    ]


def alone(own: NameTable, theirs: NameTable, row: int, country: str | None) -> NameSimilarity:
    one, other = own.comparable(row), theirs.comparable(row)
    return name_similarity(
        one.words,
        other.words,
        SHARED,
        as_written=lambda: (one.written, other.written),
        country=country,
        home_words=country_words(country),
    )


def test_labelled_pairs_of_many_languages_agree() -> None:
    pairs = [
        (one, other, pair.left.country or pair.right.country)
        for pair in labelled_pairs()
        for one in pair.left.names
        for other in pair.right.names
    ]
    one, other, countries = (list(column) for column in zip(*pairs, strict=True))
    results = compared(one, other, countries)
    settled = [pair for pair in results if pair[0] is not None]
    assert len(settled) > 0.6 * len(results)
    assert all(in_columns == expected for in_columns, expected in settled)


def test_names_that_have_little_in_common_agree() -> None:
    rng = random.Random(5)
    names = sorted(
        {name for pair in labelled_pairs() for name in (*pair.left.names, *pair.right.names)}
    )
    one, other = (rng.choices(names, k=4_000) for _ in range(2))
    results = compared(one, other, rng.choices(COUNTRIES, k=4_000))
    settled = [pair for pair in results if pair[0] is not None]
    assert len(settled) > 0.5 * len(results)
    assert all(in_columns == expected for in_columns, expected in settled)


@pytest.mark.parametrize("country", COUNTRIES)
@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Padmajol Services Ltd", "Padmajol Srvces Ltd"),
        ("Shchukin Trading", "Sukin Trading"),
        ("Legoff Company", "Goff Company"),
        # The lists know "Knitwear" by another word, which is nothing like its misspelling.
        ("Tongxin Foods Knitear", "Tongxin Foods Knitwear"),
        ("Rahim Textile", "Rahimafroz Textile"),
        ("Star Star Textile Mills", "Star Textile Mills Unit 2"),
        ("Holzhandel Gruber", "Gruber Timber Trading"),
        ("Hsin Chuan Garment", "Xinquan Garment"),
        ("Dhaka Textile (BD)", "Dhaka Textile Bangladesh"),
        ("SITC Shipping International Trade Company", "Shipping International Trade Company"),
        ("Abc", "Abc Trading 4"),
    ],
)
def test_what_a_word_may_be_agrees(one: str, other: str, country: str | None) -> None:
    for pair in ((one, other), (other, one)):
        ((in_columns, expected),) = compared([pair[0]], [pair[1]], [country])
        assert in_columns == expected


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Vina Textile Co", "Vinatex"),
        ("Hua Wei Trading", "Huawei Trading"),
        ("Meghna Knit Composite Ltd", "MKC Ltd"),
        ("江苏天龙服装有限公司", "Jiangsu Tianlong Garment"),
        ("!", "Acme Ltd"),
    ],
)
def test_a_word_for_several_and_other_scripts_are_left_to_be_compared_alone(
    one: str, other: str
) -> None:
    ((in_columns, _),) = compared([one], [other], [None])
    assert in_columns is None
