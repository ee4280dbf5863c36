"""Legal forms of many jurisdictions, a made name each."""

import csv
from pathlib import Path

import pytest

from suppliers.identity.legal_forms import forms_agree, take_off_forms
from suppliers.identity.names import comparable

CASES = Path(__file__).parents[2] / "cases" / "legal_forms.csv"
ROWS = list(csv.DictReader(CASES.read_text(encoding="utf-8").splitlines()))


@pytest.mark.parametrize("row", ROWS, ids=[row["jurisdiction"] for row in ROWS])
def test_forms_are_taken_off_and_told_apart(row: dict[str, str]) -> None:
    found = comparable(row["name"])
    assert " ".join(found.words) == row["words"]
    assert (found.form.kind if found.form else "") == row["kind"]


def test_the_table_covers_sixty_jurisdictions() -> None:
    known = {row["jurisdiction"] for row in ROWS if row["kind"]}
    assert len(known) >= 60


def test_a_name_that_is_only_a_form_keeps_it() -> None:
    assert take_off_forms(("limited",))[0] == ("limited",)
    assert take_off_forms(("company", "limited"))[0]


@pytest.mark.parametrize(
    ("one", "other", "agree"),
    [
        ("Arden GmbH", "Arden AG", False),
        ("Arden Ltd", "Arden Limited", True),
        ("Arden Ltd", "Arden PLC", None),
        ("Arden Ltd", "Arden LLP", False),
        ("Arden Ltd", "Arden", None),
        ("Arden Co", "Arden GmbH", None),
        ("Arden SA", "Arden SARL", False),
    ],
)
def test_kinds_of_forms_are_compared(one: str, other: str, agree: bool | None) -> None:
    assert forms_agree(comparable(one).form, comparable(other).form) is agree


@pytest.mark.shared
def test_forms_of_the_iso_list_are_known_in_most_countries(shared_data: Path) -> None:
    from benchmarks.name_pairs import legal_form_coverage

    path = shared_data / "finance/opensanctions_eu_entities/elf-codes-1.4.1.csv.gz"
    known, total = legal_form_coverage(path)
    assert sum(1 for country in total if known.get(country)) >= 60
