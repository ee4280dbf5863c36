"""The buyer's panel, and when the report says to fix purchasing first."""

from dataclasses import replace

import polars as pl
import pytest

from reports.tables.next_step import Situation, Step, choose
from reports.tables.purchasing_practices import (
    ACTIONS,
    SCHEMA,
    own_practices,
    panel_csv_table,
    purchasing_drives,
    purchasing_practices,
)
from reports.wording import banned_phrases
from signals.card import Pillar
from signals.registry import signals
from tests.reports.sample import sample_bundle

CARDS = {name: signal.card for name, signal in signals().items()}


def contribution(
    supplier: str, signal: str, reading: float | None, **more: object
) -> dict[str, object]:
    card = CARDS[signal]
    usual: dict[str, object] = {
        "supplier_id": supplier, "signal_id": signal, "pillar": card.pillar.value,
        "status": "observed", "value": reading, "unit": card.unit, "peer_value": 0.1,
        "risk": reading, "weight": 1.0, "points": 0.0, "period": "2023-06 to 2024-05",
    }  # fmt: skip
    return {**usual, **more}


def frame(*rows: dict[str, object]) -> pl.DataFrame:
    return pl.DataFrame(list(rows), schema_overrides={"value": pl.Float64, "risk": pl.Float64})


TOTALS = pl.DataFrame(
    [("A", "late_payment", 900.0, "EUR"), ("B", "late_payment", 100.0, "EUR"),
     ("B", "long_terms", 50.0, "EUR")],
    schema=["supplier_id", "practice", "amount", "currency"], orient="row",
)  # fmt: skip
YARDSTICKS = pl.DataFrame(
    [("public register", "late_payment", None, 0.2, "share", None)],
    schema={"scope": pl.String, "practice": pl.String, "value": pl.Float64,
            "benchmark": pl.Float64, "unit": pl.String, "period_end": pl.Date},
    orient="row",
)  # fmt: skip


def test_pressure_grows_with_dependency_and_orders_the_panel() -> None:
    rows = frame(
        contribution("A", "late_payment", 0.6),
        contribution("B", "late_payment", 0.5),
        contribution("B", "dependency", 0.4, weight=0.0),
        contribution("B", "altman_z_double_prime", 0.9),
    )
    panel = purchasing_practices(TOTALS, YARDSTICKS, rows.lazy(), CARDS)
    assert panel.columns == list(SCHEMA)
    own = panel.filter(pl.col("scope") == "supplier")
    assert own.select("supplier_id", "practice", "pressure_score", "amount").rows() == [
        ("B", "late_payment", pytest.approx(0.7), 100.0),
        ("A", "late_payment", pytest.approx(0.6), 900.0),
        ("B", "long_terms", None, 50.0),
    ]
    assert own["action"].to_list() == [
        ACTIONS["late_payment"], ACTIONS["late_payment"], ACTIONS["long_terms"],
    ]  # fmt: skip
    overall = panel.filter(pl.col("scope") == "all suppliers", pl.col("practice") == "late_payment")
    assert overall.select("value", "normalised_risk", "amount").row(0) == pytest.approx(
        (0.55, 0.55, 1000)
    )
    assert panel["scope"].to_list()[-1] == "public register"


def test_below_half_of_the_way_nothing_is_asked() -> None:
    rows = frame(contribution("A", "late_payment", 0.49))
    panel = purchasing_practices(TOTALS, YARDSTICKS, rows.lazy(), CARDS)
    assert panel.filter(pl.col("supplier_id") == "A")["action"].to_list() == [None]


def test_without_a_ledger_the_panel_is_empty() -> None:
    rows = frame(contribution("A", "late_payment", None, status="not_applicable"))
    panel = purchasing_practices(TOTALS.clear(), YARDSTICKS.clear(), rows.lazy(), CARDS)
    assert panel.is_empty()
    bundle = sample_bundle()
    assert panel_csv_table(bundle).is_empty()
    assert panel_csv_table(replace(bundle, purchasing_practices=panel)).is_empty()


def test_a_buyer_who_is_hard_on_all_is_reported_so_although_nobody_stands_out() -> None:
    hard = [
        row
        for supplier in ("A", "B", "C")
        for row in (
            contribution(supplier, "late_payment", 0.9),
            contribution(supplier, "altman_z_double_prime", 0.3),
        )
    ]
    assert sorted(purchasing_drives(frame(*hard))["supplier_id"]) == ["A", "B", "C"]


def test_a_practice_that_lifts_drives_only_where_action_is_asked() -> None:
    altman = contribution("A", "altman_z_double_prime", 0.9, points=1.0)
    lifted = contribution("A", "late_payment", 0.5, points=2.0)
    assert purchasing_drives(frame(lifted, altman))["supplier_id"].to_list() == ["A"]
    mild = contribution("A", "late_payment", 0.4, points=2.0)
    assert purchasing_drives(frame(mild, altman)).is_empty()


@pytest.mark.parametrize(
    ("own", "other"), [(0.4, 0.1), (0.6, 0.7)], ids=["too mild", "another weighs more"]
)
def test_otherwise_purchasing_does_not_drive(own: float, other: float) -> None:
    rows = frame(
        contribution("A", "late_payment", own), contribution("A", "altman_z_double_prime", other)
    )
    assert purchasing_drives(rows).is_empty()


def test_the_heaviest_practice_is_named_with_its_money() -> None:
    rows = frame(
        contribution("A", "late_payment", 0.9),
        contribution("A", "rush_share", 0.9, weight=0.5),
        contribution("B", "altman_z_double_prime", 0.9),
    )
    panel = purchasing_practices(TOTALS, YARDSTICKS, rows.lazy(), CARDS)
    bundle = replace(sample_bundle(), signal_cards=CARDS, purchasing_practices=panel)
    assert own_practices(bundle, rows).rows() == [
        ("A", "Late payment (900 EUR in twelve months). Pay what is overdue now, and pay to terms "
         "from here on."),
    ]  # fmt: skip


def test_the_reason_says_what_the_buyer_can_change() -> None:
    situation = Situation("first_priority", Pillar.PURCHASING.value, 10.0, None, "Late payment.")
    chosen = choose(situation)
    assert chosen.step is Step.FIX_OWN_PURCHASING
    assert chosen.reason.endswith("Change them first. Late payment.")


def test_actions_keep_to_the_words() -> None:
    assert not [phrase for text in ACTIONS.values() for phrase in banned_phrases(text)]
