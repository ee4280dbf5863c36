"""Light per resident, by hand, and places for which it cannot be stated."""

import datetime as dt
import math

import polars as pl
import pytest

from signals.environment.lights_per_head import CARD, compute
from signals.sources.land.place_lights import SCHEMA as LIGHT
from signals.sources.land.site_means import SCHEMA as RESIDENTS
from signals.values import finish
from tests.signals.builders import sites, suppliers

AREA = math.pi * 100.0


def light(*layers: tuple[dt.date, float], site: str = "A", radius_km: float = 10.0) -> pl.DataFrame:
    rows = [
        {
            "site_id": site, "observed_from": day, "observed_to": day, "lit_radiance": value,
            "covered_share": 0.8, "radius_km": radius_km, "origin": "lights.tif",
            "published_on": day,
        }
        for day, value in layers
    ]  # fmt: skip
    return pl.DataFrame(rows, schema=LIGHT)


def residents(*years: tuple[int, float], site: str = "A", radius_km: float = 10.0) -> pl.DataFrame:
    rows = [
        {
            "site_id": site, "observed_from": dt.date(year, 1, 1), "value": value,
            "covered_share": 1.0, "radius_km": radius_km, "origin": "pop.tif",
            "observed_to": dt.date(year, 12, 31), "published_on": dt.date(year, 12, 31),
        }
        for year, value in years
    ]  # fmt: skip
    return pl.DataFrame(rows, schema=RESIDENTS)


def found(of_light: pl.DataFrame, of_residents: pl.DataFrame) -> dict[str, object]:
    tables = {CARD.inputs[0]: of_light.lazy(), CARD.inputs[1]: of_residents.lazy()}
    return compute(tables).collect().row(0, named=True)


MARCH, SEPTEMBER = dt.date(2024, 3, 31), dt.date(2024, 9, 30)


def test_value_and_error_by_hand() -> None:
    row = found(
        light((dt.date(2023, 3, 31), 9.0), (MARCH, 0.3), (SEPTEMBER, 0.5)),
        residents((2023, 1.0), (2024, 200.0 * AREA)),
    )
    # 0.4 nW over 200 people on a square kilometre are 2 per 1,000 residents.
    assert row["value"] == pytest.approx(math.log(3.0))
    between = math.sqrt(0.02) / math.sqrt(2.0)
    of_light = 5.0 * math.sqrt(between**2 + 0.08**2 + 0.02**2)
    assert row["stderr"] == pytest.approx(math.hypot(of_light, 0.3 * 2.0) / 3.0)
    assert (row["period"], row["status"], row["quality"]) == ("2024", None, 0.8)


def test_a_supplier_s_value_names_both_sources() -> None:
    tables = {
        CARD.inputs[0]: light((MARCH, 0.4)).lazy(),
        CARD.inputs[1]: residents((2024, 200.0 * AREA)).lazy(),
    }
    rows = sites({"site_id": "A", "supplier_id": "S", "latitude": 0.0, "longitude": 100.0})
    values = finish(
        CARD, compute(tables), suppliers({"supplier_id": "S"}), rows, dt.date(2025, 6, 1)
    ).values
    assert values.select("status", "source_used").rows() == [("observed", "night_lights, worldpop")]
    assert values["value"].item() == pytest.approx(math.log(3.0))


def test_a_dark_place_has_the_lowest_value() -> None:
    row = found(light((MARCH, 0.0)), residents((2024, 200.0 * AREA)))
    assert row["value"] == 0.0
    assert row["stderr"] == pytest.approx(0.02 * 5.0)


def test_places_of_different_width_compare() -> None:
    wide = found(light((MARCH, 0.4)), residents((2024, 200.0 * AREA)))
    narrow = found(
        light((MARCH, 0.4), radius_km=5.0), residents((2024, 50.0 * AREA), radius_km=5.0)
    )
    assert narrow["value"] == pytest.approx(wide["value"])


@pytest.mark.parametrize(
    ("people", "reason"),
    [
        (residents((2024, 0.9 * AREA)), "fewer than one resident per square kilometre is mapped"),
        (residents((2024, 0.0)), "fewer than one resident per square kilometre is mapped"),
        (residents((2024, 9.0), site="B"), "the residents of the place are not known"),
    ],
)
def test_without_residents_there_is_no_value(people: pl.DataFrame, reason: str) -> None:
    row = found(light((MARCH, 0.4)), people)
    assert (row["value"], row["stderr"], row["status"]) == (None, None, "not_covered")
    assert row["status_reason"] == reason
