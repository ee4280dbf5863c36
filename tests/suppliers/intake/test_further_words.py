"""Goods and sectors in words of languages beside the main ones, and the tables that hold them."""

import csv
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks.list_exports import is_held_out
from benchmarks.list_kinds import GOODS_WORDINGS, outcome_of
from suppliers.intake.further_words import NEUTRAL, SCRIPTS, Use, rows_of
from suppliers.intake.goods_producers import sector_or_goods
from suppliers.intake.goods_words import chapter_title, chapters_of_words
from suppliers.intake.sector_words import division_titles, sector_of_words

LANGUAGES = [language for languages in SCRIPTS.values() for language in languages]
# Words that mean goods of two chapters: in two languages, or in one.
AMBIGUOUS = frozenset(
    (
        "pietre",
        "kone",
        "kivi",
        "bunda",
        "mobil",
        "bor",
        "korpa",
        "lakat",
        "plaster",
        "lampa",
        "lampe",
        "seng",
        "puter",
        "biber",
        "konopi",
        "trubka",
        "baja",
        "anggur",
        "batu",
        "мед",
        "олово",
        "мастила",
        "масло",
        "шал",
        "крушка",
        "مرکبات",
        "گلاب",
        "کبریت",
        "فرش",
        "ورق",
        "شال",
        "たこ",
        "米粉",
        "石材",
        "香料",
        "鎖",
        "貨車",
        "鍵盤",
        "石頭",
        "手袋",
        "餐具",
        "염소",
        "콩",
        "رزین و رنگ",
        "کلید و پریز",
    )
)


def _phrases(use: Use, language: str) -> Iterator[tuple[str, str]]:
    """Phrases of one language with their codes, without marks of the notation."""
    for row in rows_of(use, language):
        for phrase in row["words"].split(";"):
            if row["codes"] != NEUTRAL and phrase and "&" not in phrase:
                yield phrase.strip("*="), row["codes"]


@pytest.mark.parametrize(
    ("text", "chapters"),
    [
        ("Хлопчатобумажная ткань", ("52",)),
        # Either order, and the endings of both words.
        ("ткани хлопчатобумажные", ("52",)),
        ("Одежда трикотажная", ("61",)),
        ("пряжа шерстяная", ("51",)),
        ("перчатки кожаные", ("42",)),
        ("труба стальная", ("73",)),
        ("трубы пластиковые", ("39",)),
        ("деревянная мебель", ("94",)),
        ("консервы рыбные", ("16",)),
        ("Ткани", ("52", "54", "60")),
        ("Меблі дерев’яні", ("94",)),
        ("мʼясо", ("02",)),
        ("冷凍エビ", ("03",)),
        ("綿", ("52",)),
        ("綿実油", ("15",)),
        ("ゴム手袋", ("40",)),
        ("手袋", ("40", "42", "61")),
        ("牛革", ("41",)),
        ("革靴", ("64",)),
        ("スイカ", ("08",)),
        # A cup of coffee is no coffee, and a nut of iron no dish of walnuts.
        ("コーヒーカップ", ()),
        ("自動車部品製造業", ("87",)),
        ("家具と玩具", ("94", "95")),
        ("냉동새우", ("03",)),
        ("가죽 장갑", ("42",)),
        ("고무장갑", ("40",)),
        ("목재가구", ("94",)),
        ("김유리", ()),
        ("ถุงมือยาง", ("40",)),
        ("โรงงานผลิตถุงมือยาง", ("40",)),
        ("ชา", ("09",)),
        ("ชาม", ()),
        ("กุ้งแช่แข็ง", ("03",)),
        ("साड़ी", ("52", "54", "60")),
        ("रेशमी साड़ी", ("50",)),
        ("चमड़े के जूते", ("64",)),
        ("輪胎", ("40",)),
        ("针织服装", ("61",)),
        ("針織服裝", ("61",)),
        ("mobilă din lemn", ("94",)),
        ("MOBILA DIN LEMN", ("94",)),
        ("kožená obuv", ("64",)),
        ("pamutszövet", ("52",)),
        ("só", ("25",)),
        ("so", ()),
        ("arbetskläder", ("62",)),
        ("gummihandsker", ("40",)),
        ("puuvillakangas", ("52",)),
        ("pamučna tkanina", ("52",)),
        ("памучна тканина", ("52",)),
        ("βαμβακερά υφάσματα", ("52",)),
        ("בדי כותנה", ("52",)),
        ("הרהיטים", ("94",)),
        ("پارچه پنبه‌ای", ("52",)),
        ("سوتی کپڑا", ("52",)),
        ("sarung tangan getah", ("40",)),
        ("нетканое полотно", ("56",)),
        # Steel in the one language, fertiliser in the other.
        ("baja", ("72", "31")),
        ("il", ()),
    ],
)
def test_goods_are_read_as_their_chapter_or_asked_about(
    text: str, chapters: tuple[str, ...]
) -> None:
    assert chapters_of_words(text) == chapters


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_phrase_is_read_as_another_chapter(language: str) -> None:
    for phrase, codes in _phrases("goods", language):
        found = chapters_of_words(phrase)
        expected = tuple(codes.split())
        if phrase in AMBIGUOUS:
            assert len(found) > 1, phrase
        else:
            assert found, phrase
            assert found == expected[: len(found)], phrase


@pytest.mark.parametrize(
    ("text", "division"),
    [
        ("Швейное производство", "14"),
        ("производство обуви", "15"),
        ("Оптовая торговля продовольственными товарами", "46"),
        ("Строительные работы", "41"),
        ("縫製業", "14"),
        ("人材派遣", "78"),
        ("自動車部品製造業", "29"),
        ("섬유 제조업", "13"),
        ("인력공급업", "78"),
        ("อุตสาหกรรมสิ่งทอ", "13"),
        ("บริการทำความสะอาด", "81"),
        ("ईंट भट्ठा", "23"),
        ("人力仲介", "78"),
        ("confecții îmbrăcăminte", "14"),
        ("úklidové služby", "81"),
        ("ruhagyártás", "14"),
        ("bemanningsföretag", "78"),
        ("rengøring", "81"),
        ("henkilöstövuokraus", "78"),
        ("κλωστοϋφαντουργία", "13"),
        ("חברת כוח אדם", "78"),
        ("فرش بافی", "13"),
        ("اینٹوں کا بھٹہ", "23"),
        ("kilang kelapa sawit", "10"),
        ("Opslag en distributie", "52"),
    ],
)
def test_sectors_are_read_as_their_division(text: str, division: str) -> None:
    assert sector_of_words(text).division == division


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_phrase_of_a_sector_is_read_as_another_division(language: str) -> None:
    for phrase, division in _phrases("sectors", language):
        assert sector_of_words(phrase).division == division, phrase


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_table_covers_the_chapters_in_its_own_letters(language: str) -> None:
    letters = next(script for script, languages in SCRIPTS.items() if language in languages)
    rows = rows_of("goods", language)
    covered = {code for row in rows for code in row["codes"].split()} - {NEUTRAL}
    assert all(chapter_title(code) for code in covered)
    assert len(covered) >= 80
    divisions = {row["codes"] for row in rows_of("sectors", language)} - {NEUTRAL}
    assert divisions <= division_titles().keys()
    assert len(divisions) >= 35
    for row in (*rows, *rows_of("sectors", language)):
        for phrase in filter(None, (row["words"] + ";" + row["materials"]).split(";")):
            assert re.search(letters, phrase), phrase
            if letters.startswith("[A-Z") and phrase.endswith("*"):
                assert len(phrase) > 5, phrase


def test_nine_of_ten_goods_of_each_half_are_read() -> None:
    rows = list(csv.DictReader(GOODS_WORDINGS.read_text(encoding="utf-8").splitlines()))
    for half in (False, True):
        outcomes = [
            outcome_of("goods", row["text"], row["chapter"])
            for row in rows
            if is_held_out("goods", row["language"], row["text"]) == half
        ]
        assert outcomes.count("right") >= 0.9 * len(outcomes)
        assert outcomes.count("wrong") <= 0.005 * len(outcomes)


def test_sectors_in_words_are_read_in_each_language() -> None:
    text = GOODS_WORDINGS.with_name("sector_wordings.csv").read_text(encoding="utf-8")
    rows = list(csv.DictReader(text.splitlines()))
    assert len({row["language"] for row in rows}) == 21
    right = [row for row in rows if sector_or_goods(row["text"]).division == row["division"]]
    assert len(right) >= 0.98 * len(rows)


def test_the_tables_are_in_the_folder() -> None:
    folder = Path("suppliers/intake/further_words")
    tables = {path.stem for path in folder.glob("*.csv")}
    assert tables == {f"{use}_{one}" for use in ("goods", "sectors") for one in LANGUAGES}
