"""Codes of seven schemes against the ISIC divisions that their titles name.

`tests/cases/industry_codes.csv` has 86 codes with the titles of their classes (NAICS 2017, US SIC
1987, UK SIC 2007, NACE Rev. 2, CPV, UNSPSC) and the division of ISIC Rev. 4 that produces what the
title names. They were written from knowledge of these schemes, not copied from a published
concordance. Our assignment may stay at the section where a class holds goods of several divisions;
it never names another division.
"""

import csv
from collections import Counter
from pathlib import Path

import pytest

from suppliers.intake.industries import parse_scheme, parse_sector

CASES = list(
    csv.DictReader(
        (Path(__file__).parents[2] / "cases" / "industry_codes.csv")
        .read_text(encoding="utf-8")
        .splitlines()
    )
)


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['scheme']}-{case['code']}")
def test_a_code_names_its_division_or_its_section(case: dict[str, str]) -> None:
    found = parse_sector(case["code"], parse_scheme(case["scheme"]))
    expected = parse_sector(case["isic"], "isic")

    assert found is not None
    assert expected is not None
    assert found.section == expected.section
    assert found.code in (expected.code, expected.section)


def test_most_codes_come_to_a_division() -> None:
    decided: Counter[bool] = Counter()
    for case in CASES:
        found = parse_sector(case["code"], parse_scheme(case["scheme"]))
        decided[found is not None and found.code.isdigit()] += 1

    assert decided[True] / decided.total() >= 0.85
