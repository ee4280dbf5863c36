import datetime as dt

import polars as pl
import pytest

from signals.environment.fire_persistence import compute

AS_OF = dt.date(2024, 1, 1)


def fires(by_month: dict[dt.date, int]) -> pl.LazyFrame:
    return pl.LazyFrame(
        {
            "site_id": ["A"] * len(by_month),
            "month": list(by_month),
            "covered_days": [30.0] * len(by_month),
            "detections": list(by_month.values()),
            "observed_to": [month + dt.timedelta(days=27) for month in by_month],
            "origin": ["archive"] * len(by_month),
        },
        schema_overrides={"month": pl.Date, "observed_to": pl.Date},
    )


def months(count: int) -> list[dt.date]:
    ends = [AS_OF.year * 12 - 1 - back for back in range(count)]
    return sorted(dt.date(index // 12, index % 12 + 1, 1) for index in ends)


def value(by_month: dict[dt.date, int]) -> dict[str, object]:
    inputs = {"stg_firms__site_fires": fires(by_month), "run": pl.LazyFrame({"as_of": [AS_OF]})}
    return compute(inputs).collect().row(0, named=True)


def test_a_season_like_those_before_is_no_persistence() -> None:
    seasonal = {month: 9 if month.month in (8, 9) else 1 for month in months(48)}
    assert value(seasonal)["value"] == 0.0


def test_months_above_their_season_add_up_by_hand() -> None:
    steady = dict.fromkeys(months(48), 4)
    steady |= dict.fromkeys(months(3), 8)
    # Expected 4, dispersion 1: z = 2, so that each month adds 1.5.
    assert value(steady)["value"] == pytest.approx(4.5)


def test_a_record_of_two_years_is_not_covered() -> None:
    row = value(dict.fromkeys(months(24), 4))
    assert (row["value"], row["status"]) == (None, "not_covered")
