import datetime as dt
import math

import polars as pl
import pytest

from signals.landuse.forest_alert_surge import FLOOR_HA, compute
from signals.sources.land.gfw_alerts import SCHEMA
from tests.signals.builders import sites

NEAR = {"site_id": "A", "supplier_id": "S", "latitude": 0.0, "longitude": 100.0}
NORTH = {"site_id": "B", "supplier_id": "S", "latitude": 45.0, "longitude": 100.0}


def months(by_year: dict[int, float], calendar: tuple[int, ...] = (2, 3, 4)) -> pl.DataFrame:
    """High-confidence hectares in each of the months of each year."""
    starts = [(dt.date(year, month, 1), ha) for year, ha in by_year.items() for month in calendar]
    return pl.DataFrame(
        [
            {
                "site_id": "A",
                "month": start,
                "alert_ha": 2 * ha,
                "high_confidence_ha": ha,
                "radius_km": 5.0,
                "origin": "made",
            }
            for start, ha in starts
        ],
        schema={name: kind for name, kind in SCHEMA.items() if name not in _DAYS},
    ).with_columns(observed_to=pl.col("month").dt.month_end(), published_on=pl.col("month"))


_DAYS = ("observed_to", "published_on")


def surge(
    alerts: pl.DataFrame, forest_ha: float = 100.0, *, is_forest: bool = True
) -> dict[str, dict[str, object]]:
    forest = {"site_id": ["A"], "baseline_ha": [forest_ha], "baseline_is_forest": [is_forest]}
    inputs = {
        "stg_gfw_alerts__site_alerts": alerts.lazy(),
        "stg_hansen_gfc__site_loss": pl.LazyFrame(forest),
        "sites": sites(NEAR, NORTH).lazy(),
        "run": pl.LazyFrame({"as_of": [dt.date(2024, 6, 1)]}),
    }
    return {row["site_id"]: row for row in compute(inputs).collect().to_dicts()}


def test_five_times_as_much_as_in_the_same_months_before_by_hand() -> None:
    found = surge(months({2021: 1.0, 2022: 2.0, 2023: 3.0, 2024: 12.0}))["A"]
    assert found["value"] == pytest.approx(math.log((12 + FLOOR_HA) / (2 + FLOOR_HA)))
    assert found["period"] == "the three months from 2024-02"
    logs = pl.Series([math.log(ha + FLOOR_HA) for ha in (1.0, 2.0, 3.0)])
    assert found["stderr"] == pytest.approx(logs.std() * math.sqrt(4 / 3))
    assert found["quality"] == 1.0


def test_no_alert_in_any_year_is_no_surge() -> None:
    assert surge(months(dict.fromkeys(range(2021, 2025), 0.0)))["A"]["value"] == 0.0


def test_other_months_and_a_month_that_is_cut_do_not_count() -> None:
    usual = months({2021: 2.0, 2022: 2.0, 2023: 2.0, 2024: 2.0})
    others = months({2021: 50.0, 2022: 50.0, 2023: 50.0}, (7, 8, 9))
    cut = months({2024: 90.0}, (5,)).with_columns(observed_to=pl.lit(dt.date(2024, 5, 18)))
    found = surge(pl.concat([usual, others, cut.select(usual.columns)]))["A"]
    assert found["value"] == pytest.approx(0.0)


def test_a_window_over_the_turn_of_the_year_is_compared_with_the_same_months() -> None:
    alerts = pl.concat(
        [
            months({2021: 1.0, 2022: 1.0, 2023: 1.0, 2024: 7.0}, (1,)),
            months({2020: 1.0, 2021: 1.0, 2022: 1.0, 2023: 7.0}, (11, 12)),
        ]
    )
    found = surge(alerts)["A"]
    assert found["value"] == pytest.approx(math.log((7 + FLOOR_HA) / (1 + FLOOR_HA)))


def test_a_short_record_and_a_place_without_alerts_are_not_covered() -> None:
    found = surge(months({2023: 1.0, 2024: 2.0}))
    assert (found["A"]["value"], found["A"]["status"]) == (None, "not_covered")
    assert found["B"]["status_reason"] == "alerts are made between 30 N and 30 S alone"


def test_without_forest_there_are_no_alerts_to_compare() -> None:
    alerts = months({2021: 1.0, 2022: 1.0, 2023: 1.0, 2024: 5.0})
    bare = surge(alerts, forest_ha=0.4)["A"]
    assert (bare["value"], bare["status"]) == (None, "not_covered")
    assert "hardly any" in str(bare["status_reason"])
    # Without a raster of tree cover the forest is not known, and the alerts stand.
    assert surge(alerts, forest_ha=0.4, is_forest=False)["A"]["value"] is not None
