"""Names made comparable and compared, word by word."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from suppliers.identity.match_scoring import Thresholds, judge
from suppliers.identity.names import comparable, spellings, without_entities
from suppliers.identity.parties import Party
from suppliers.identity.romanisation import sound
from suppliers.identity.similarity import name_similarity
from suppliers.identity.trade_meanings import have_one_trade
from suppliers.identity.word_similarity import word_similarity


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("江苏天龙服装有限公司", "jiangsu tian long garment"),
        ("ООО «Волга Текстиль»", "volga textile"),
        ("شركة النيل للنسيج", "NYL textile"),
        ("บริษัท สยาม จำกัด", "siam"),
        ("株式会社ミナト", "minato"),
        ("(주)대성섬유", "daeseong textile"),
        ("Ελληνικά Νήματα Α.Ε.", "ellinika yarn"),
        ('ספיר טקסטיל בע"מ', "0SPYR textile"),
        ("Şahin Örme A.Ş.", "sahin knitting"),
        ("A. B. C. Trading Co", "abc trading"),
        ("O'Hara Woollens Ltd", "ohara woollens"),
        ("Zubair & Sons Tex. Mills Ltd.", "zubair son textile mill"),
        ("Fazenda Boa Sorte II", "farm boa sorte 2"),
        ("Ltd", "limited"),
        ("Fa&ccedil;onnable SARL", "faconnable"),
        ("Jones &amp;amp; Pell Ltd", "jones pell"),
        ("J and L Packing Co", "jl packaging"),
        ("Carbonne F.lli S.p.A.", "carbonne brother"),
        ("Ridge Paper Corp /DE/", "ridge paper"),
        ("Dokuz İplik San. ve Tic. A.Ş.", "dokuz yarn"),
        ("Limited Liability Company Volna", "volna"),
        ("한빛전자 주식회사", "hanbit electronics"),
        ("佛山新光陶瓷有限公司", "foshan xin guang ceramic"),
        ("Българска Вълна ООД", "balgarska valna"),
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
    assert there.rival == pytest.approx(back.rival)


def test_words_written_apart_and_together_agree() -> None:
    assert name_similarity(("hua", "wei"), ("huawei",)).score == pytest.approx(1.0)


def test_trade_words_alone_are_not_distinctive() -> None:
    same = name_similarity(("textile", "mill"), ("textile", "mill"))
    assert (same.score, same.distinctive) == (1.0, 0.0)


def test_another_letter_is_told_from_a_slip() -> None:
    assert name_similarity(("huafeng",), ("huafang",)).letters < 0.8
    assert name_similarity(("hetauda",), ("hetuda",)).letters >= 0.9
    assert name_similarity(("karnaphuli",), ("karnafuli",)).letters >= 0.9


@pytest.mark.parametrize(
    ("one", "other", "least"),
    [
        ("service", "srvces", 0.95),
        ("manufacturing", "mftg", 0.95),
        ("composite", "comp", 0.95),
        ("nigeria", "nig", 0.95),
        ("uganda", "u", 0.95),
        ("mill", "millers", 0.95),
        ("faisaliya", "alfaisaliyah", 0.95),
        ("serendiva", "serandiva", 0.9),
        ("instruments", "instr", 0.88),
    ],
)
def test_shortened_words_and_slips_are_nearly_the_same(one: str, other: str, least: float) -> None:
    assert word_similarity(one, other) >= least
    assert word_similarity(other, one) >= least


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("manufacturing", "holding"),
        ("dhaka", "delhi"),
        ("47", "74"),
        ("meili", "meilu"),
        ("sejin", "seojin"),
        ("karim", "karam"),
        ("gems", "germs"),
        ("jin", "jinhua"),
        ("MHMD", "MHMWD"),
    ],
)
def test_other_words_are_not_taken_for_slips(one: str, other: str) -> None:
    assert word_similarity(one, other) < 0.8
    assert word_similarity(other, one) < 0.8


def test_chinese_syllables_are_strict_only_where_names_may_be_chinese() -> None:
    assert word_similarity("sulaiman", "suleiman") < 0.8
    assert word_similarity("sulaiman", "suleiman", customs="other") >= 0.88


def test_an_acronym_stands_for_its_words() -> None:
    whole = comparable("Larkmoor Tidewater Seal Mierzeja")
    short = comparable("LTS Mierzeja")
    assert name_similarity(whole.words, short.words).score >= 0.9
    other = comparable("LTM Mierzeja")
    assert name_similarity(whole.words, other.words).score < 0.7


def test_an_acronym_is_made_of_the_words_as_written() -> None:
    whole, short = comparable("Valdor Footwear Trading Oak"), comparable("VFT Oak")
    assert whole.written == ("valdor", "footwear", "trading", "oak")
    similarity = name_similarity(
        whole.words, short.words, as_written=lambda: (whole.written, short.written)
    )
    assert similarity.score >= 0.9


def test_the_first_word_of_a_name_is_seldom_shortened() -> None:
    head = name_similarity(("rahim", "textile"), ("rahimafroz", "textile")).score
    later = name_similarity(("delta", "instr"), ("delta", "instruments")).score
    assert head < 0.88 < later


def test_the_name_of_ones_own_country_says_little() -> None:
    one, other = ("galil", "pri"), ("galil", "pri", "israel")
    plain = name_similarity(one, other).score
    assert name_similarity(one, other, home_words=frozenset({"israel"})).score > plain + 0.05


def test_sounds() -> None:
    assert sound("qureshi") == sound("kureshi")
    assert sound("hansen") != sound("hanson")


def test_former_names_and_second_scripts_are_names_too() -> None:
    assert spellings("Orinoco Ltd f/k/a Delta Barge Ltd") == ("Orinoco Ltd", "Delta Barge Ltd")
    assert "Xinxing Garment" in spellings("新星制衣 (Xinxing Garment)")
    assert spellings("Select (Nantong) Safety Ltd") == ("Select (Nantong) Safety Ltd",)


@pytest.mark.parametrize(
    ("one", "other", "country", "is_accepted"),
    [
        # Kanji by their readings, not as Chinese syllables.
        ("北川水産株式会社", "Kitagawa Suisan Co., Ltd.", "JP", True),
        ("北川水産株式会社", "Kitamura Suisan Co., Ltd.", "JP", False),
        # A trade word of another script by its meaning and by its sound.
        ("Χαρτοποιία Ορεινή ΑΕ", "Oreini Paper Mill SA", "GR", True),
        ("Χαρτοποιία Ορεινή ΑΕ", "Chartopoiia Oreini AE", "GR", True),
        ("Ningxia Hongda Textile Co., Ltd.", "Ningxia Hongda Fangzhi Co., Ltd.", "CN", True),
        # Chinese syllables that look like articles are kept.
        ("宁夏宏达纺织有限公司", "Ningxia Hongda Textile Co., Ltd.", "CN", True),
        ("宁夏宏达纺织有限公司", "Ningxia Hongla Textile Co., Ltd.", "CN", False),
        # Wade-Giles beside Pinyin.
        ("Kuo Tai Precision Casting Corp.", "Guo Tai Precision Casting Corp.", "TW", True),
        ("Chen Hsin Industrial Co., Ltd.", "Chen Hsiang Industrial Co., Ltd.", "TW", False),
        # Beginnings of the words and of the trade.
        ("Viet Phat Textile Corporation", "VIPHATEX", "VN", True),
        ("Viet Phat Textile Corporation", "VIETHATEX", "VN", False),
        # Words written together before synonyms replace them.
        ("Kilimo Bora Agrovet", "Kilimo Bora Agro-Vet", "KE", True),
        ("บริษัท วัฒนาการพิมพ์ จำกัด", "Wattana Printing Co., Ltd.", "TH", True),
        ("บริษัท วัฒนาการพิมพ์ จำกัด", "Rattana Printing Co., Ltd.", "TH", False),
    ],
)
def test_scripts_and_shortened_names(one: str, other: str, country: str, is_accepted: bool) -> None:
    verdict = judge(
        Party("one", (one,), country),
        Party("other", (other,), country),
        Thresholds(accept=0.88, review=0.7, least_distinctive=0.92),
    )
    assert (verdict.band == "accept") is is_accepted


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("Caf&eacute Noir", "Café Noir"),
        ("Caf&eacute; Noir", "Café Noir"),
        ("M&uumlhlenwerke", "Mühlenwerke"),
        ("Smith &amp Sons", "Smith & Sons"),
        ("AT&T", "AT&T"),
        ("R&D Works", "R&D Works"),
        ("A&copy B; C", "A&copy B; C"),
    ],
)
def test_entities_of_accented_letters_need_no_semicolon(written: str, name: str) -> None:
    assert without_entities(written) == name


@pytest.mark.parametrize(
    ("written", "names"),
    [
        ("Ege Tohum A.Ş. (eski adı Bati Tohum A.Ş.)", 2),
        ("Calzado Polar SA de CV antes Zapatos Luz SA de CV", 2),
        ("日進化成株式会社（旧：東洋樹脂工業株式会社）", 2),
        ("Ravensmoor Seafoods (2015) Limited", 1),
        ("Ex Libris Ltd", 1),
    ],
)
def test_former_names_are_names_of_their_own(written: str, names: int) -> None:
    assert len(spellings(written)) == names


@pytest.mark.parametrize(
    ("one", "other", "country", "band"),
    [
        ("日進化成株式会社", "日清化成株式会社", "JP", "review"),
        ("日進化成株式会社", "日進化成", "JP", "accept"),
        ("有限会社中村農園", "株式会社中村農園", "JP", "review"),
        ("Seven Oaks Textile Mill No. 4", "Seven Oaks Textile Mill Number 4", "US", "accept"),
        ("Seven Oaks Textile Mill No. 4", "Seven Oaks Textile Mill No. 5", "US", "review"),
        ("Merwedeloo Kabelproduktie BV", "Merwedeloo Cable Factory BV", "NL", "accept"),
        ("Demirkan Tekstil A.Ş.", "Demirhan Tekstil A.Ş.", "TR", "review"),
        ("Oy Pohjan Saha Ab", "Pohjan Saha Oy", "FI", "accept"),
        ("Hosabur (Pty) Ltd", "Hosabur CC", "ZA", "review"),
        ("Penn1ne Loomcraft Ltd", "Pennine Loomcraft Ltd", "GB", "accept"),
    ],
)
def test_pairs_of_one_mechanism(one: str, other: str, country: str, band: str) -> None:
    verdict = judge(
        Party("one", spellings(one), country),
        Party("other", spellings(other), country),
        Thresholds(accept=0.84, review=0.7, least_distinctive=0.92),
    )
    assert verdict.band == band, verdict


def test_trades_of_compounds_and_inflections() -> None:
    assert have_one_trade("fiskeeksport", "fish")
    assert have_one_trade("konservnaya", "canning")
    assert not have_one_trade("demirkan", "demirhan")
    # A builder is no timber works, though both have "Holz" in it.
    assert not have_one_trade("holzbau", "holzverarbeitung")
    assert not have_one_trade("konservnaya", "steel")


@pytest.mark.parametrize("name", ["ក្រុមហ៊ុន មេគង្គ ហ្គាមេន", "ບໍລິສັດ ລາວ ກາເຟ", "මහවැලි තේ කර්මාන්ත ශාලාව"])
def test_names_in_khmer_lao_and_sinhala_have_words(name: str) -> None:
    words = comparable(name).words
    assert len(words) >= 2
    assert all(word.isascii() and word.isalpha() for word in words)


@pytest.mark.parametrize(
    ("address", "band"),
    [
        ("Zip Lomada, Colonia Mora, Lomada, Cortes", "review"),
        ("Colonia Mora 7, Lomada, Cortes", "accept"),
    ],
)
def test_units_of_one_park_differ_by_their_numbers(address: str, band: str) -> None:
    other = "Zip Lomada, Colonia Mora 7, Lomada, Cortes"
    verdict = judge(
        Party("one", ("Padmajol Lomada Sewing 2",), "HN", address),
        Party("other", ("Padmajol Lomada Sewing",), "HN", other),
        Thresholds(accept=0.84, review=0.7, least_distinctive=0.92),
    )
    assert (verdict.address, verdict.band) == ("same", band)


def test_a_trade_word_that_sounds_like_a_joining_word_stays_in_the_name() -> None:
    """The Russian for timber is written `les` in Latin letters, a French article."""
    with_timber = comparable("АО «Северсталь Лес Рыба»").by_sound
    without = comparable("АО «Северсталь Рыба»")
    assert with_timber is not None
    assert with_timber.words == ("severstal", "les", "fish")
    assert name_similarity(with_timber.words, without.words).score < 1.0
