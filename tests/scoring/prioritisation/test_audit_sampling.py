"""The audit plan: limits kept, probabilities known, the base rate without bias."""

import datetime as dt
from collections.abc import Sequence

import numpy as np
import polars as pl
import pytest

from scoring.prioritisation.audit_sampling import SelectionRule, base_rate, select, travel_cells

TODAY = dt.date(2022, 3, 1)


def candidates(number: int = 20, **changes: Sequence[object]) -> pl.DataFrame:
    columns: dict[str, Sequence[object]] = {
        "supplier_id": [f"s{row:03d}" for row in range(number)],
        "priority": [float(number - row) for row in range(number)],
        "country": ["AAA" if row % 2 == 0 else "BBB" for row in range(number)],
        "stratum": ["small" if row % 4 else "large" for row in range(number)],
        "travel_cell": [None] * number,
        "last_looked_at": [None] * number,
        "is_contested": [False] * number,
    }
    schema = {"travel_cell": pl.String, "last_looked_at": pl.Date, "priority": pl.Float64}
    return pl.DataFrame(columns | changes, schema_overrides=schema)


def arm(plan: pl.DataFrame, name: str) -> list[str]:
    return plan.filter(pl.col("selection_method") == name)["supplier_id"].to_list()


def test_priority_first_and_a_random_share_with_its_probability() -> None:
    plan = select(candidates(), SelectionRule(budget=10, random_share=0.2, seed=3), TODAY)
    assert arm(plan, "priority") == [f"s{row:03d}" for row in range(8)]
    assert len(arm(plan, "random")) == 2
    others = (
        plan.filter(pl.col("selection_method") != "priority")["inclusion_probability"]
        .unique()
        .to_list()
    )
    assert others == [pytest.approx(2 / 12)]


def test_the_limit_per_country_passes_over_and_fills_from_below() -> None:
    rule = SelectionRule(budget=4, random_share=0.0, maximum_per_country=2)
    assert arm(select(candidates(), rule, TODAY), "priority") == ["s000", "s001", "s002", "s003"]
    only_a = candidates(country=["AAA"] * 19 + ["BBB"])
    assert arm(select(only_a, rule, TODAY), "priority") == ["s000", "s001", "s019"]


def test_the_limit_per_travel_cell() -> None:
    rule = SelectionRule(budget=2, random_share=0.0, maximum_per_travel_cell=1)
    plan = select(candidates(travel_cell=["x", "x", *[None] * 18]), rule, TODAY)
    assert arm(plan, "priority") == ["s000", "s002"]


def test_cooling_down_counts_24_months_to_the_day() -> None:
    audited = [dt.date(2020, 3, 2), dt.date(2020, 3, 1), *[None] * 18]
    plan = select(candidates(last_looked_at=audited), SelectionRule(budget=2), TODAY)
    assert arm(plan, "cooling_off") == ["s000"]
    assert "s001" in arm(plan, "priority")


def test_the_unrankable_can_only_be_drawn_at_random() -> None:
    plan = select(candidates(priority=[None] * 20), SelectionRule(20, random_share=0.5), TODAY)
    assert arm(plan, "priority") == []
    assert len(arm(plan, "random")) == 10


def test_the_reason_says_why_a_supplier_was_passed_over() -> None:
    rule = SelectionRule(budget=2, random_share=0.0, maximum_per_country=1)
    priority = [None, None, *[float(18 - row) for row in range(18)]]
    contested = [True, *[False] * 19]
    plan = select(candidates(priority=priority, is_contested=contested), rule, TODAY)
    reasons = dict(plan.select("supplier_id", "reason").rows())
    assert arm(plan, "priority") == ["s002", "s003"]
    assert reasons["s000"] == "contested: its priority is not used until the decision is reviewed"
    assert reasons["s001"] == "no score: it can be selected at random only"
    assert reasons["s004"] == "outside the budget of 2"
    only_a = candidates(country=["AAA"] * 20)
    reached = select(only_a, rule, TODAY).filter(supplier_id="s001")["reason"].item()
    assert reached == "limit of 1 per country reached"


def test_the_budget_may_exceed_the_list() -> None:
    plan = select(candidates(5), SelectionRule(50, random_share=0.2), TODAY)
    assert plan["selection_method"].is_in(["priority", "random"]).all()
    assert len(plan) == 5


@pytest.mark.parametrize(("budget", "share"), [(0, 0.1), (3, 1.5)])
def test_a_senseless_rule_is_rejected(budget: int, share: float) -> None:
    with pytest.raises(ValueError, match="give"):
        SelectionRule(budget=budget, random_share=share)


def test_over_many_draws_everyone_is_drawn_as_often_as_stated_and_the_rate_is_unbiased() -> None:
    people = candidates(30)
    found = np.zeros(30, dtype=bool)
    found[[0, 1, 5, 11, 17, 23]] = True
    truth = pl.DataFrame({"supplier_id": people["supplier_id"], "found": found})
    hits = np.zeros(30)
    rates = []
    for seed in range(600):
        rule = SelectionRule(budget=10, random_share=0.5, seed=seed)
        plan = select(people, rule, TODAY).join(truth, on="supplier_id").sort("supplier_id")
        audited = plan["selection_method"].is_in(["priority", "random"])
        hits += audited.to_numpy()
        rates.append(base_rate(plan.filter(audited), 30)[0])
    np.testing.assert_allclose(hits[5:] / 600, 5 / 25, atol=0.06)
    assert np.mean(rates) == pytest.approx(6 / 30, abs=0.01)


def test_travel_cells_join_neighbours_and_leave_the_placeless_out() -> None:
    cells = travel_cells([10.0, 10.1, 50.0, np.nan], [20.0, 20.1, 20.0, 5.0])
    assert cells[0] == cells[1] != cells[2]
    assert cells[3] is None
