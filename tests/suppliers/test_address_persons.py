"""Addresses that name a person, and those that do not."""

import pytest

from suppliers.intake.address_persons import address_names_person
from suppliers.intake.testimony_words import is_sentence


@pytest.mark.parametrize(
    ("address", "is_named"),
    [
        ("Unit 4, Mill Lane, Leeds c/o Brenda Lawson", True),
        ("12 rue Haute, à l'attention de Yannick Perrin, Lille", True),
        ("Village Kalanaur, s/o Ramesh Chand", True),
        ("Mr. John Kamau, Plot 7, Thika", True),
        ("z. Hd. Frau Monika Seidel, Lange Str. 2", True),
        ("c/o Maersk, Pier 3", False),
        ("Attn: Accounts Department, Unit 5", False),
        ("361 Nguyen Van Troi, Nang Tinh Ward, Nam Dinh", False),
        ("Jalan Ahmad Yani 12, Medan", False),
        ("No. 30 Genxi Road, Pan An County, Zhejiang", False),
    ],
)
def test_only_what_a_mark_announces_is_a_person(address: str, is_named: bool) -> None:
    assert address_names_person(address) is is_named


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ("hindi kami pinapayagang umuwi hangga't hindi bayad ang utang", True),
        ("Zamknęli nas na noc i nikt nie mógł wyjść do lekarza", True),
        ("Manufacture Générale de Tissus et de Vêtements du Nord", False),
        ("unit behind the old bus stand on the road to the river", False),
        ("Building 3", False),
    ],
)
def test_a_sentence_of_any_language(text: str, is_one: bool) -> None:
    assert is_sentence(text) is is_one
