import pytest

from suppliers.intake.industries import (
    Industry,
    SectorScheme,
    parse_commodity,
    parse_scheme,
    parse_sector,
)


@pytest.mark.parametrize(
    ("text", "scheme", "industry"),
    [
        ("18100000-0", None, Industry("14", "C")),
        ("18000000-9", None, Industry("C", "C")),
        ("45000000", "cpv", Industry("F", "F")),
        ("CPV 24000000-4", None, Industry("20", "C")),
        ("53101500", "unspsc", Industry("14", "C")),
        ("UNSPSC: 53111600", None, Industry("15", "C")),
        ("53131600", "unspsc", Industry("20", "C")),
        ("99999999", "unspsc", None),
        ("5310", "unspsc", None),
        ("53101500", None, None),
        ("31000000", None, None),
        ("315210", None, Industry("14", "C")),
        ("1410", None, Industry("14", "C")),
    ],
)
def test_product_codes_give_the_industry_of_the_producer(
    text: str, scheme: SectorScheme | None, industry: Industry | None
) -> None:
    assert parse_sector(text, scheme) == industry


def test_the_schemes_of_purchasing_systems_are_named() -> None:
    assert [parse_scheme("CPV 2008"), parse_scheme("UNSPSC v26")] == ["cpv", "unspsc"]


def test_a_cpv_code_is_not_a_tariff_code() -> None:
    assert parse_commodity("18100000-0") is None
    assert parse_commodity("6109.10.00") == "61"
