import datetime as dt

import polars as pl

from flows.run.history.supplier_charts import debt_share, forest_loss, late_payment


def test_sites_of_a_supplier_are_brought_together_by_area() -> None:
    loss = pl.DataFrame(
        {
            "site_id": ["a", "b", "a"],
            "year": [2019, 2019, 2020],
            "loss_ha": [1.0, 3.0, 0.0],
            "baseline_ha": [10.0, 30.0, 10.0],
        }
    )
    sites = pl.DataFrame({"site_id": ["a", "b"], "supplier_id": ["S", "S"]})
    found = forest_loss(loss, sites).sort("year")
    assert found["value"].to_list() == [0.1, 0.0]


def test_the_latest_statement_of_a_year_holds_and_a_half_one_is_left_out() -> None:
    day = dt.date(2020, 12, 31)
    items = pl.DataFrame(
        {
            "supplier_id": ["S"] * 3 + ["T"],
            "period_end": [day] * 4,
            "item": ["total_assets", "total_liabilities", "total_liabilities", "total_assets"],
            "value": [100.0, 40.0, 50.0, 7.0],
            "published_on": [day, day, day + dt.timedelta(90), day],
        }
    )
    found = debt_share(items)
    assert found.select("supplier_id", "year", "value").rows() == [("S", 2020, 0.5)]


def test_payments_by_month_are_of_what_fell_due_in_two_years() -> None:
    months = pl.DataFrame(
        {
            "supplier_id": ["S"] * 4,
            "month": [dt.date(2019, 12, 1), dt.date(2021, 1, 1), dt.date(2021, 2, 1),
                      dt.date(2021, 3, 1)],
            "due_value": [10.0, 200.0, 50.0, None],
            "late_value": [10.0, 50.0, None, None],
        }
    )  # fmt: skip
    found = late_payment(months, dt.date(2022, 1, 1))
    assert found.select("year", "month", "value").rows() == [(2021, 1, 0.25), (2021, 2, 0.0)]
