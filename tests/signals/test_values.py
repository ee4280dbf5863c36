import datetime as dt
import math

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from signals import site_means
from signals.card import Pillar, SignalCard
from signals.landuse.forest_loss_rate import CARD as SITE_CARD
from signals.measurable_sites import measurable_sites
from signals.registry import signals
from signals.values import FinishedSignal, WithoutRows, finish
from tests.signals.builders import AS_OF, keeps_contract, sites, suppliers

COMPANY_CARD = SITE_CARD.model_copy(
    update={"id": "of_firms", "support": "supplier", "site_rule": "none"}
)
COMPUTED = {
    "period": pl.String,
    "value": pl.Float64,
    "stderr": pl.Float64,
    "quality": pl.Float64,
    "observed_to": pl.Date,
    "origin": pl.String,
    "source_id": pl.String,
    "status": pl.String,
    "status_reason": pl.String,
}
RECENT = dt.date(2023, 12, 31)

SITES = sites(
    {"site_id": "A1", "supplier_id": "A"},
    {"site_id": "A2", "supplier_id": "A"},
    {"site_id": "A3", "supplier_id": "A", "has_measurable_location": False},
    {
        "site_id": "B1",
        "supplier_id": "B",
        "has_measurable_location": False,
        "location_reason": "its coordinates are the centre of the country",
    },
    {"site_id": "C1", "supplier_id": "C"},
)
SUPPLIERS = suppliers(*({"supplier_id": name} for name in ("D", "C", "B", "A")))


def computed(key: str, *rows: dict[str, object]) -> pl.LazyFrame:
    usual = {"period": "2023", "quality": 1.0, "observed_to": RECENT, "origin": "source"}
    return pl.LazyFrame([{**usual, **row} for row in rows], schema={key: pl.String, **COMPUTED})


def run(card: SignalCard, frame: pl.LazyFrame) -> FinishedSignal:
    finished = finish(card, frame, SUPPLIERS, SITES, AS_OF)
    run_id = pl.lit("run").alias("run_id")
    keeps_contract("signal_values", finished.values.with_columns(run_id), finished.rejected)
    keeps_contract(
        "site_signal_values", finished.site_values.with_columns(run_id), finished.rejected
    )
    return finished


def of_sites(*rows: dict[str, object]) -> FinishedSignal:
    return run(SITE_CARD, computed("site_id", *rows))


def of_firms(*rows: dict[str, object]) -> FinishedSignal:
    return run(COMPANY_CARD, computed("supplier_id", *rows))


def row(finished: FinishedSignal, supplier: str) -> dict[str, object]:
    (found,) = finished.values.filter(pl.col("supplier_id") == supplier).to_dicts()
    return found


def reported(finished: FinishedSignal, supplier: str) -> tuple[object, object]:
    found = row(finished, supplier)
    assert found["value"] is None
    return found["status"], found["status_reason"]


def test_sites_are_averaged_by_quality() -> None:
    finished = of_sites(
        {"site_id": "A1", "value": 0.1, "stderr": 0.03, "quality": 0.9},
        {"site_id": "A2", "value": 0.5, "stderr": 0.04, "quality": 0.1},
    )
    found = row(finished, "A")
    assert found["value"] == pytest.approx(0.14)
    assert found["stderr"] == pytest.approx(math.hypot(0.9 * 0.03, 0.1 * 0.04))
    assert found["quality"] == pytest.approx(0.5)
    assert (found["status"], found["status_reason"]) == ("observed", None)
    assert finished.site_values["site_id"].to_list() == ["A1", "A2"]
    assert finished.site_values["value"].to_list() == [0.1, 0.5]


def test_sites_without_quality_weigh_alike() -> None:
    finished = of_sites(
        {"site_id": "A1", "value": 0.1, "quality": 0.0},
        {"site_id": "A2", "value": 0.5, "quality": 0.0},
    )
    assert row(finished, "A")["value"] == pytest.approx(0.3)


def test_an_unknown_error_stays_unknown() -> None:
    finished = of_sites(
        {"site_id": "A1", "value": 0.1, "stderr": 0.1}, {"site_id": "A2", "value": 0.5}
    )
    assert row(finished, "A")["stderr"] is None


def test_every_supplier_has_a_row_and_a_reason_in_order() -> None:
    finished = of_sites({"site_id": "A1", "value": 0.1})
    assert finished.values["supplier_id"].to_list() == ["A", "B", "C", "D"]
    assert reported(finished, "B") == (
        "not_covered",
        "its location is not known well enough to measure: "
        "its coordinates are the centre of the country",
    )
    assert reported(finished, "C") == ("not_covered", "the source does not cover its location")
    assert reported(finished, "D") == ("not_covered", "the list has no site of it")


def test_nothing_stands_in_for_a_site_without_a_value() -> None:
    finished = of_sites({"site_id": "A1", "value": 0.1})
    assert row(finished, "A")["value"] == 0.1
    assert finished.site_values.height == 1


@pytest.mark.parametrize(
    ("first", "second", "status"),
    [
        ("not_applicable", "not_applicable", "not_applicable"),
        ("not_applicable", "not_covered", "not_covered"),
        ("not_covered", "not_disclosed", "not_disclosed"),
    ],
)
def test_several_sites_without_a_value(first: str, second: str, status: str) -> None:
    listed = SITES.filter(pl.col("site_id") != "A3")
    frame = computed(
        "site_id",
        {"site_id": "A1", "status": first, "status_reason": first},
        {"site_id": "A2", "status": second, "status_reason": second},
    )
    finished = finish(SITE_CARD, frame, SUPPLIERS, listed, AS_OF)
    assert reported(finished, "A") == (status, status)


def test_old_values_are_too_old_and_not_used() -> None:
    last = AS_OF - dt.timedelta(days=SITE_CARD.max_age_days)
    kept = of_firms({"supplier_id": "A", "value": 0.1, "observed_to": last})
    assert row(kept, "A")["status"] == "observed"
    old = of_firms({"supplier_id": "A", "value": 0.1, "observed_to": last - dt.timedelta(days=1)})
    assert reported(old, "A") == (
        "too_old",
        "the last data are of 2021-06-01, older than 1095 days",
    )
    assert row(old, "A")["stderr"] is None


def test_an_old_site_does_not_take_part() -> None:
    finished = of_sites(
        {"site_id": "A1", "value": 0.1, "observed_to": dt.date(2015, 1, 1)},
        {"site_id": "A2", "value": 0.5},
    )
    assert row(finished, "A")["value"] == 0.5
    assert finished.site_values["site_id"].to_list() == ["A2"]


@pytest.mark.parametrize(
    ("value", "rule"),
    [
        (1.5, "value_in_valid_range"),
        (-0.1, "value_in_valid_range"),
        (math.nan, "value_is_finite"),
        (math.inf, "value_is_finite"),
    ],
)
def test_impossible_values_are_rejected(value: float, rule: str) -> None:
    finished = of_firms({"supplier_id": "A", "value": value}, {"supplier_id": "B", "value": 0.2})
    assert finished.rejected["rule"].to_list() == [rule]
    assert reported(finished, "A") == ("not_covered", "its value was rejected as implausible")
    assert row(finished, "B")["value"] == 0.2
    by_site = of_sites({"site_id": "C1", "value": value})
    assert by_site.rejected.height == 1
    assert by_site.site_values.is_empty()
    assert reported(by_site, "C")[1] == "its value was rejected as implausible"


def test_statuses_of_suppliers_pass_through() -> None:
    finished = of_firms(
        {"supplier_id": "A", "status": "not_disclosed", "status_reason": "no equity"},
        {"supplier_id": "B", "value": 0.3, "status": "contested", "status_reason": "they object"},
        {"supplier_id": "C", "status": "observed"},
    )
    assert reported(finished, "A") == ("not_disclosed", "no equity")
    assert (row(finished, "B")["value"], row(finished, "B")["status"]) == (0.3, "contested")
    assert reported(finished, "C")[0] == "not_covered"
    assert reported(finished, "D") == ("not_covered", "the source has no data about it")


def test_columns_for_a_status_are_optional() -> None:
    frame = computed("supplier_id", {"supplier_id": "A", "value": 0.1}).drop(
        "status", "status_reason"
    )
    assert row(run(COMPANY_CARD, frame), "A")["status"] == "observed"


def test_rows_of_others_are_left_out() -> None:
    finished = of_firms({"supplier_id": "Z", "value": 0.1})
    assert finished.values["supplier_id"].to_list() == ["A", "B", "C", "D"]


def test_two_values_for_one_supplier_are_a_mistake_of_the_signal() -> None:
    with pytest.raises(ValueError, match="two values"):
        of_firms({"supplier_id": "A", "value": 0.1}, {"supplier_id": "A", "value": 0.2})


def test_an_empty_outcome_leaves_everybody_not_covered() -> None:
    for finished in (of_sites(), of_firms()):
        assert finished.values["status"].to_list() == ["not_covered"] * 4
        assert finished.values["status_reason"].null_count() == 0


@given(
    st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1), st.floats(0, 0.5)), min_size=2, max_size=2)
)
def test_a_mean_lies_between_its_sites(given_sites: list[tuple[float, float, float]]) -> None:
    rows = [
        {"site_id": f"A{number}", "value": value, "quality": quality, "stderr": stderr}
        for number, (value, quality, stderr) in enumerate(given_sites, start=1)
    ]
    finished = finish(SITE_CARD, computed("site_id", *rows), SUPPLIERS, SITES, AS_OF)
    (found,) = finished.values.filter(pl.col("supplier_id") == "A").to_dicts()
    values = [value for value, _, _ in given_sites]
    assert min(values) - 1e-12 <= found["value"] <= max(values) + 1e-12
    assert found["stderr"] <= max(stderr for _, _, stderr in given_sites) + 1e-12


TWO_SOURCES = SITE_CARD.model_copy(update={"sources": ("atlas", "register")})


@pytest.mark.parametrize(
    ("of_sites", "expected"),
    [
        (("atlas", "atlas"), "atlas"),
        (("register", "atlas"), "atlas, register"),
        (("atlas, register", "atlas"), "atlas, register"),
    ],
)
def test_a_value_names_the_sources_that_entered_it(of_sites, expected):
    rows = [
        {"site_id": site, "value": 0.5, "source_id": source}
        for site, source in zip(("A1", "A2"), of_sites, strict=True)
    ]
    used = run(TWO_SOURCES, computed("site_id", *rows)).values
    assert used["source_used"].to_list() == [expected, None, None, None]


def test_the_only_source_of_a_signal_need_not_be_named():
    used = run(SITE_CARD, computed("site_id", {"site_id": "C1", "value": 0.5})).values
    assert used["source_used"].to_list() == [None, None, *SITE_CARD.sources, None]


def test_a_value_of_several_possible_sources_must_name_its_own():
    with pytest.raises(ValueError, match="does not name the source that it comes from"):
        run(TWO_SOURCES, computed("site_id", {"site_id": "A1", "value": 0.5}))


def test_the_mean_of_a_district_names_the_sources_of_all_its_sites():
    card = TWO_SOURCES.model_copy(update={"pillar": Pillar.ENVIRONMENT})
    listed = sites(
        {"site_id": "A1", "supplier_id": "A", "latitude": 1.1, "longitude": 1.1},
        {"site_id": "C1", "supplier_id": "C", "latitude": 1.2, "longitude": 1.2},
        {"site_id": "D1", "supplier_id": "D", "latitude": 9.0, "longitude": 9.0},
    )
    frame = computed(
        "site_id",
        {"site_id": "A1", "value": 0.2, "source_id": "register"},
        {"site_id": "C1", "value": 0.4, "source_id": "atlas"},
        {"site_id": "D1", "value": 0.4, "source_id": "atlas"},
    )
    used = finish(card, frame, SUPPLIERS, listed, AS_OF).values["source_used"]
    assert used.to_list() == ["atlas, register", None, "atlas, register", "atlas"]


def test_a_town_counts_half_and_only_where_the_card_takes_towns() -> None:
    sites = pl.DataFrame(
        {
            "site_id": ["a", "b"],
            "latitude": [1.0, 2.0],
            "longitude": [1.0, 2.0],
            "location_precision": ["exact", "city"],
            "has_measurable_location": [True, False],
        }
    )
    of_town = measurable_sites(sites, "town")
    assert of_town["has_measurable_location"].to_list() == [True, True]
    assert of_town["is_town_location"].to_list() == [False, True]
    of_place = measurable_sites(sites, "exact")
    assert of_place["has_measurable_location"].to_list() == [True, False]
    assert of_place["is_town_location"].to_list() == [False, False]


def test_signals_without_rows_are_as_if_each_were_finished_alone() -> None:
    without_rows: WithoutRows = {}
    for signal in signals().values():
        key = "site_id" if signal.card.support == "site" else "supplier_id"
        empty = computed(key)
        alone = finish(signal.card, empty, SUPPLIERS, SITES, AS_OF)
        shared = finish(signal.card, empty, SUPPLIERS, SITES, AS_OF, without_rows)
        assert shared.values.equals(alone.values)
        assert shared.values.schema == alone.values.schema
        assert shared.site_values.equals(alone.site_values)
        assert shared.rejected.equals(alone.rejected)
    # One with a row is not taken for one without.
    given = computed("site_id", {"site_id": "A1", "value": 0.02})
    shared = finish(SITE_CARD, given, SUPPLIERS, SITES, AS_OF, without_rows)
    assert shared.values.equals(finish(SITE_CARD, given, SUPPLIERS, SITES, AS_OF).values)


def test_a_site_alone_gives_the_mean_of_one_to_the_bit() -> None:
    sites = pl.DataFrame(
        {
            "supplier_id": list("abcdef"),
            "site_id": list("123456"),
            "period": ["2021", None, "2020", "2021", "2021", "2021"],
            "value": [-0.0, 0.1, 1e300, 5e-324, 3.0, -7.1],
            "stderr": [0.1, None, 1e200, 1e-200, 0.0, 1 / 3],
            "quality": [None, 0.0, 1.0, 0.3, 5e-324, 0.7],
            "observed_to": [AS_OF] * 6,
            "origin": ["one", None, "two", "two", "two", "two"],
            "source_id": ["x", None, "", "y", "y", "y"],
            "status": ["observed", "contested", "observed", "observed", "observed", "observed"],
            "status_reason": [None, "it is contested", None, None, None, None],
        },
        schema_overrides={"status_reason": pl.String},
    )
    alone, means = site_means._alone(sites), site_means._means(sites, "site_id")
    columns = [name for name in means.columns if name in alone.columns]
    assert len(columns) == 10
    for name in columns:
        assert alone[name].to_list() == means[name].to_list(), name
    assert str(alone["value"][0]) == str(means["value"][0]) == "0.0"
