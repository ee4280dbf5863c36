"""How poor and how empty the place of a sourcing area is, by hand."""

import math

import pytest

from signals.environment import local_income
from signals.landuse import sparse_population
from tests.signals.test_area_panel import _by_supplier, _inputs

PRODUCT, NATIONAL = "product_per_head", "national_product_per_head"


def test_local_income_is_the_log_of_the_ratio_in_the_last_year_with_both() -> None:
    rows = [
        ("11", 2015, PRODUCT, 8.0),
        ("11", 2015, NATIONAL, 32.0),
        ("11", 2016, PRODUCT, 99.0),  # without the country's figure of that year
        ("12", 2015, PRODUCT, 0.0),  # nothing is no product
        ("12", 2015, NATIONAL, 32.0),
    ]
    found = _by_supplier(local_income.compute(_inputs(rows)))
    assert found["11"]["value"] == pytest.approx(math.log(1 / 4))
    assert found["11"]["stderr"] == pytest.approx(0.1)
    assert found["11"]["period"] == "2015"
    assert "12" not in found
    assert found["firm"]["status"] == "not_applicable"


def test_local_income_needs_no_currency() -> None:
    values = [
        _by_supplier(
            local_income.compute(
                _inputs([("11", 2015, PRODUCT, 8.0 * unit), ("11", 2015, NATIONAL, 32.0 * unit)])
            )
        )["11"]["value"]
        for unit in (1.0, 3.5, 1000.0)
    ]
    assert values == pytest.approx([values[0]] * 3)


def test_few_residents_are_the_log_of_one_more_than_those_per_km2() -> None:
    rows = [
        ("11", 2000, "population", 900.0),
        ("11", 2010, "population", 300.0),
        ("11", 2010, "area_km2", 100.0),
        ("12", 2010, "population", 300.0),  # of no known size
    ]
    found = _by_supplier(sparse_population.compute(_inputs(rows)))
    assert found["11"]["value"] == pytest.approx(math.log(4.0))
    assert found["11"]["stderr"] == pytest.approx(0.1 * 3 / 4)
    assert found["11"]["period"] == "2010"
    assert "12" not in found
    assert found["firm"]["status"] == "not_applicable"


def test_a_poorer_and_an_emptier_place_is_riskier() -> None:
    assert local_income.CARD.direction == -1
    assert sparse_population.CARD.direction == -1
