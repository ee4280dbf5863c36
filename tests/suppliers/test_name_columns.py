"""Columns of names of persons and of companies: their shares, and lists that nobody tuned on."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.guard_halves import fate_of as half_fate
from benchmarks.guard_unseen import fate_of
from benchmarks.staff_tables import StaffTable, company_lists_in_halves, person_lists_in_halves
from benchmarks.unseen_lists import UnseenList, unseen_company_lists, unseen_person_lists
from suppliers.intake.company_words import header_names_companies
from suppliers.intake.fields import match_header
from suppliers.intake.mixed_columns import persons_among_companies
from suppliers.intake.name_columns import (
    has_form_of_company,
    name_shares,
    names_trade,
    words_of_form,
)
from suppliers.intake.person_words import person_rule

_HALVES = [*person_lists_in_halves(), *company_lists_in_halves()]
_PEOPLE = ["Rosa Pérez", "Ana Pérez", "Luis Gómez", "Rosa Gómez", "Juan Díaz", "Ana Díaz"]
_FIRMS = ["Telas Norte Ltd", "Sur Foods", "Acme", "Gómez & Hijos", "Delta Mills", "Kipaş"]


def test_shares_of_six_persons_and_of_six_companies() -> None:
    people, firms = name_shares(_PEOPLE), name_shares(_FIRMS)
    assert (people.forms, people.given, people.companies) == (1.0, 1.0, 0.0)
    assert people.are_of_persons()
    # "Telas Norte Ltd", "Sur Foods", "Gómez & Hijos" and "Delta Mills" say what they are.
    assert (firms.companies, firms.forms) == (4 / 6, 0.0)
    assert not firms.are_of_persons()


def test_one_name_many_times_is_no_list_of_persons() -> None:
    assert not name_shares(["Giorgio Armani"] * 9).are_of_persons()


def test_a_header_that_says_nothing_asks_for_names_that_do() -> None:
    unknown = [f"Qwrt{a} Zxcv{b}" for a, b in zip("abcdefgh", "ijklmnop", strict=True)]
    assert not name_shares(unknown).are_of_persons()
    assert name_shares(unknown).are_of_persons(is_named_by_user=True)


def test_persons_among_companies_need_several_that_share_words() -> None:
    named = [
        f"{given} {family}"
        for given in ("Maria", "Jose", "Ana")
        for family in ("Lopes", "Rocha", "Melo")
    ]
    companies = [f"Firm {letter} Ltd" for letter in "ABCDEFGHI"]
    assert persons_among_companies([*named, *companies]) == frozenset(named)
    alone = ["John Smedley", "Robert Noble", "Thomas Mason", "Hugo Boss"]
    assert persons_among_companies([*alone, *companies]) == frozenset()


def test_persons_among_companies_that_write_their_form_are_a_third_or_more() -> None:
    people = ["Rosa Pérez", "Ana Díaz", "Luis Gómez", "Jorge Ruiz"]
    companies = [f"Firm {letter} Ltd" for letter in "ABCDEF"]
    assert persons_among_companies([*people, *companies]) == frozenset(people)
    # Where companies are written without their form, names of founders are among them.
    assert persons_among_companies([*people, "Zegna", "Fendi", "Prada", "Gucci"]) == frozenset()


def test_words_without_blanks_in_a_column_named_by_the_user() -> None:
    people = ["ကိုအောင်မြင့်", "မောင်ဇော်လင်း", "ဦးတင်လှ", "မသီတာ", "ဒေါ်ခင်ဌေး"]
    assert name_shares(people).are_of_persons(is_named_by_user=True)
    assert not name_shares([*people, "မြန်မာ ကုမ္ပဏီ"]).are_of_persons()


@pytest.mark.parametrize(
    ("header", "names"),
    [
        ("आपूर्तिकर्ता का नाम", True),
        ("Tên công ty", True),
        ("ကုမ္ပဏီအမည်", True),
        ("נ.ב. שם ספק", True),
        ("Korxona nomi", True),
        ("நிறுவனத்தின் பெயர்", True),
        ("नाम", False),
        ("Họ và tên", False),
        ("Grower", False),
    ],
)
def test_headers_that_name_companies(header: str, names: bool) -> None:
    assert header_names_companies(header) == names


@pytest.mark.parametrize(
    ("name", "form", "trade"),
    [
        ("Rasanoel Exports", True, False),
        ("Fazenda Nova", True, True),
        ("Yu Ky Na", False, False),
        ("Федотов Иван", False, False),
        ("ТОВ Нива", True, False),
        ("করিম ট্রেডার্স", True, False),
        ("Bronisze Sp. j.", True, False),
        ("Ramesh K. S.", False, False),
        ("Ayşe Taş", False, True),
    ],
)
def test_words_of_companies(name: str, form: bool, trade: bool) -> None:
    assert (has_form_of_company(name), names_trade(name)) == (form, trade)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("Pérez, Ana M.", 3),
        ("Maria Aparecida da Silva dos Santos", 6),
        ("김민수", 1),
        ("Kofi Mensah et Ama Boateng", 5),
        ("Ana Díaz / Luis Gómez", 4),
        ("Ben & Jerry's", 0),
        ("グエン・ティ・ラン", 3),
        ("ذبیح\u200cالله نورزی", 2),
        ("முருகன் த/பெ கந்தசாமி", 2),
        ("ကိုအောင်မြင့်", 1),
        ("Ama Boateng 2", 2),
        ("Block 4", 0),
        ("Kipaş", 0),
        ("Sanders & Co", 0),
    ],
)
def test_words_of_the_form_of_a_person(name: str, words: int) -> None:
    assert len(words_of_form(name)) == words


@pytest.mark.parametrize("one", unseen_person_lists()[::4], ids=lambda one: one.title)
def test_a_list_of_persons_is_reported(one: UnseenList, tmp_path: Path) -> None:
    assert fate_of(one, tmp_path).word in ("rejected", "withheld", "not read")


@pytest.mark.parametrize("one", unseen_company_lists()[::4], ids=lambda one: one.title)
def test_a_list_of_companies_is_read(one: UnseenList, tmp_path: Path) -> None:
    assert fate_of(one, tmp_path).word == "read"


@pytest.mark.parametrize("table", [*_HALVES[::5]], ids=lambda table: table.title)
def test_lists_in_halves_leak_nothing_and_companies_are_read(
    table: StaffTable, tmp_path: Path
) -> None:
    word, _ = half_fate(table, tmp_path)
    assert word != "leaks"
    assert table.planted or word in ("read", "not a list")


@pytest.mark.parametrize(
    ("header", "field", "rule"),
    [
        ("आपूर्तिकर्ता का नाम", "name", None),
        ("निर्माता का नाम", "name", None),
        ("माता का नाम", None, "person_name"),
        ("श्रमिकों की संख्या", "workforce_band", None),
        ("श्रमिक का नाम", None, "worker_record"),
        ("पता", "address", None),
        ("जिला", "admin_area", None),
    ],
)
def test_headers_in_hindi(header: str, field: str | None, rule: str | None) -> None:
    assert (match_header(header, {}), person_rule(header)) == (field, rule)
