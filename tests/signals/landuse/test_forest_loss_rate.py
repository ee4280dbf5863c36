import datetime as dt
import math

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from signals.landuse.forest_loss_rate import CARD, compute
from signals.sources.land.hansen_gfc import SCHEMA
from tests.signals.builders import AS_OF


def loss(
    by_year: dict[int, float],
    *,
    site: str = "A",
    baseline: float = 1000.0,
    is_forest: bool = True,
    share: float = 1.0,
    pixel_m: float = 100.0,
) -> pl.DataFrame:
    rows = [
        {
            "site_id": site,
            "year": year,
            "loss_ha": value,
            "baseline_ha": baseline,
            "baseline_is_forest": is_forest,
            "covered_share": share,
            "radius_km": 5.0,
            "pixel_m": pixel_m,
            "observed_to": dt.date(year, 12, 31),
            "published_on": dt.date(year + 1, 5, 1),
            "origin": "raster",
        }
        for year, value in by_year.items()
    ]
    return pl.DataFrame(rows, schema=SCHEMA)


def run(*frames: pl.DataFrame, as_of: dt.date = AS_OF) -> list[dict[str, object]]:
    rows = pl.concat([pl.DataFrame(schema=SCHEMA), *frames])
    known = rows.filter(pl.col("published_on") <= as_of).lazy()
    return compute({"stg_hansen_gfc__site_loss": known}).collect().to_dicts()


def test_the_mean_of_the_last_three_years() -> None:
    (row,) = run(loss({2019: 900.0, 2020: 10.0, 2021: 20.0, 2022: 60.0}))
    assert row["value"] == pytest.approx(0.03)
    assert (row["period"], row["observed_to"]) == ("2020 to 2022", dt.date(2022, 12, 31))
    # 1000 pixels of 1 ha: (90 + 1) / 1002, and 13 % of the share of 0.09 for the map.
    smoothed = 91 / 1002
    sampling = math.sqrt(smoothed * (1 - smoothed) / 1002)
    assert row["stderr"] == pytest.approx(math.hypot(sampling, 0.09 * 0.13) / 3)
    assert row["quality"] == 1.0


def test_years_published_after_the_date_are_not_seen() -> None:
    frame = loss({2020: 10.0, 2021: 10.0, 2022: 10.0, 2023: 1000.0})
    assert run(frame, as_of=dt.date(2024, 4, 30))[0]["value"] == pytest.approx(0.01)
    assert run(frame, as_of=dt.date(2024, 5, 1))[0]["period"] == "2021 to 2023"


@pytest.mark.parametrize(
    ("last", "period", "value"),
    [
        (2010, "2008 to 2010", 0.1),
        (2011, "2011", 0.2),
        (2012, "2011 to 2012", 0.2),
        (2013, "2011 to 2013", 0.2),
        (2014, "2012 to 2014", 0.2),
    ],
)
def test_no_window_spans_the_change_of_method(last: int, period: str, value: float) -> None:
    years = {year: (100.0 if year < 2011 else 200.0) for year in range(2001, last + 1)}
    (row,) = run(loss(years))
    assert row["period"] == period
    assert row["value"] == pytest.approx(value)


def test_no_loss_is_an_observed_zero_with_an_error() -> None:
    (row,) = run(loss({2020: 0.0, 2021: 0.0, 2022: 0.0}))
    assert row["value"] == 0.0
    assert float(str(row["stderr"])) > 0.0


def test_no_forest_is_not_applicable() -> None:
    (row,) = run(loss({2021: 0.0, 2022: 0.0}, baseline=0.0))
    assert (row["value"], row["stderr"], row["quality"]) == (None, None, None)
    assert row["status"] == "not_applicable"
    assert row["status_reason"] == "there was no forest around the site in 2000"


def test_a_baseline_of_all_ground_is_less_certain() -> None:
    forest, ground = (
        run(loss({2021: 20.0, 2022: 20.0}, is_forest=kind, share=0.8))[0] for kind in (True, False)
    )
    assert forest["value"] == ground["value"]
    assert float(str(ground["stderr"])) > float(str(forest["stderr"]))
    assert (forest["quality"], ground["quality"]) == (0.8, 0.4)


def test_fewer_pixels_are_less_certain() -> None:
    fine, coarse = (run(loss({2021: 20.0, 2022: 20.0}, pixel_m=side))[0] for side in (30.0, 300.0))
    assert float(str(coarse["stderr"])) > float(str(fine["stderr"]))


def test_sites_without_rows_are_left_out() -> None:
    assert run() == []


@given(st.lists(st.floats(0, 300), min_size=3, max_size=3), st.floats(1, 100))
def test_more_loss_is_never_a_lower_rate(losses: list[float], more: float) -> None:
    years = dict(zip((2020, 2021, 2022), losses, strict=True))
    (low,) = run(loss(years))
    (high,) = run(loss(years | {2021: losses[1] + more}))
    assert float(str(high["value"])) > float(str(low["value"]))
    assert CARD.direction == 1
