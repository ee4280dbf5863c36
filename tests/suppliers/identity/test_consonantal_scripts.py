"""Names of scripts without short vowels meet their Latin spellings, and no other name's."""

import pytest

from suppliers.identity.candidates import candidates
from suppliers.identity.consonantal_scripts import (
    in_latin,
    in_signs,
    is_in_signs,
    meeting_keys,
    spells,
)
from suppliers.identity.names import comparable
from suppliers.identity.parties import Party
from suppliers.identity.similarity import name_similarity


@pytest.mark.parametrize(
    ("native", "latin", "expected"),
    [
        ("الرافدين", "rafidain", True),
        ("المنصور", "almansour", True),
        ("سعيد", "saeed", True),
        ("محمد", "muhammad", True),
        ("الخليج", "khalij", True),
        ("وسليم", "salim", True),
        ("کویر", "kavir", True),
        ("כרמל", "carmel", True),
        ("דולב", "dolev", True),
        # A long vowel is written, so it must be heard, and no other one may be read in.
        ("محمد", "mahmoud", False),
        ("سليم", "salam", False),
        ("سالم", "saleem", False),
        ("جميل", "jamal", False),
        ("حسن", "hussein", False),
        ("روشن", "roshni", False),
        # Hebrew writes o and u.
        ("תמר", "tomer", False),
        ("כרמל", "carmiel", False),
        # Two letters that are heard are too few to tell.
        ("عمر", "omar", None),
        ("عمر", "ammar", None),
    ],
)
def test_which_latin_words_may_be_the_name(native: str, latin: str, expected: bool | None) -> None:
    signs = in_signs(native)
    assert is_in_signs(signs)
    assert spells(signs, latin) is expected
    if expected:
        assert meeting_keys(signs) & meeting_keys(latin) or native == "وسليم"


def test_two_native_words_are_compared_letter_by_letter() -> None:
    one, other = comparable("محمد حسن"), comparable("محمود حسن")
    assert name_similarity(one.words, one.words).score == 1.0
    assert name_similarity(one.words, other.words).letters < 0.7


def test_signs_read_like_latin_letters_for_plain_distances() -> None:
    assert in_latin(in_signs("الخليج")) == "khlij"
    assert in_latin("khalij") == "khalij"


@pytest.mark.parametrize(
    ("asked", "held"),
    [("شركة الرافدين للأغذية", "Al Rafidain Foods"), ("Dolev Fashion Ltd", 'דולב אופנה בע"מ')],
    ids=["native-supplier", "native-register"],
)
def test_blocking_meets_across_scripts(asked: str, held: str) -> None:
    others = [f"Firm{letter}{other} Foods" for letter in "bcdfgk" for other in "lmnrst"]
    entries = [Party(name, (name,), "IQ") for name in [*others, held]]
    found = candidates([Party("s", (asked,), "IQ")], entries, per_supplier=3, block_limit=50)
    assert [0, len(others)] in found.pairs.tolist()
