"""Names made comparable and compared, word by word."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from suppliers.identity.names import comparable, spellings
from suppliers.identity.similarity import name_similarity, sound


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("江苏天龙服装有限公司", "jiangsu tian long garment"),
        ("ООО «Волга Текстиль»", "volga textile"),
        ("شركة النيل للنسيج", "NYL textile"),
        ("บริษัท สยาม จำกัด", "syam"),
        ("株式会社ミナト", "minato"),
        ("(주)대성섬유", "daeseong textile"),
        ("Ελληνικά Νήματα Α.Ε.", "ellinika nimata"),
        ('ספיר טקסטיל בע"מ', "0SPYR textile"),
        ("Şahin Örme A.Ş.", "sahin orme"),
        ("A. B. C. Trading Co", "abc trading"),
        ("O'Hara Woollens Ltd", "ohara woollens"),
        ("Zubair & Sons Tex. Mills Ltd.", "zubair son textile mill"),
        ("Fazenda Boa Sorte II", "fazenda boa sorte 2"),
        ("Ltd", "limited"),
    ],
)
def test_names_of_all_scripts_become_latin_words(name: str, words: str) -> None:
    assert " ".join(comparable(name).words) == words


@given(st.text(min_size=1, max_size=40))
def test_any_text_becomes_plain_words(text: str) -> None:
    for word in comparable(text).words:
        assert word.isascii()
        assert word.isalnum()


@given(st.text(alphabet="abcdefghij klm", min_size=3, max_size=30))
def test_a_name_agrees_wholly_with_itself_and_the_order_does_not_matter(name: str) -> None:
    words = comparable(name).words
    if not words:
        return
    assert name_similarity(words, words).score == pytest.approx(1.0)
    assert name_similarity(words, words[::-1]).score == pytest.approx(1.0)


@given(
    st.lists(st.sampled_from(["huafeng", "huafang", "textile", "mill", "2", "dhaka", "star"])),
    st.lists(st.sampled_from(["huafeng", "hua", "feng", "textile", "3", "tongi", "star"])),
)
def test_agreement_is_a_share_and_the_same_both_ways(one: list[str], other: list[str]) -> None:
    there, back = name_similarity(one, other), name_similarity(other, one)
    assert 0.0 <= there.score <= 1.0
    assert there.score == pytest.approx(back.score)
    assert there.each_has_own == back.each_has_own


def test_words_written_apart_and_together_agree() -> None:
    assert name_similarity(("hua", "wei"), ("huawei",)).score == pytest.approx(1.0)


def test_trade_words_alone_are_not_distinctive() -> None:
    same = name_similarity(("textile", "mill"), ("textile", "mill"))
    assert (same.score, same.distinctive) == (1.0, 0.0)


def test_another_letter_is_told_from_a_slip() -> None:
    assert name_similarity(("huafeng",), ("huafang",)).other_letters
    assert not name_similarity(("hetauda",), ("hetuda",)).other_letters
    assert not name_similarity(("karnaphuli",), ("karnafuli",)).other_letters


def test_sounds() -> None:
    assert sound("qureshi") == sound("kureshi")
    assert sound("hansen") != sound("hanson")


def test_former_names_and_second_scripts_are_names_too() -> None:
    assert spellings("Orinoco Ltd f/k/a Delta Barge Ltd") == ("Orinoco Ltd", "Delta Barge Ltd")
    assert "Xinxing Garment" in spellings("新星制衣 (Xinxing Garment)")
    assert spellings("Select (Nantong) Safety Ltd") == ("Select (Nantong) Safety Ltd",)
