import polars as pl
import pytest

from reports.tables.reasons import (
    data_gaps,
    first_sentence,
    leading_pillars,
    shared_reasons,
    top_reasons,
)
from tests.reports.sample import SIGNALS

ROWS = pl.DataFrame(
    {
        "supplier_id": ["A"] * 5 + ["B"] * 2,
        "signal_id": [
            "altman_z_double_prime", "drought_spi12", "forest_loss_rate", "governance_prior",
            "late_payment", "drought_spi12", "late_payment",
        ],
        "pillar": [
            "financial", "environment", "land_use", "context", "purchasing", "environment",
            "purchasing",
        ],
        "status": [
            "observed", "not_covered", "contested", "observed", "observed", "not_applicable",
            "observed",
        ],
        "points": [5.0, 0.0, 2.0, 40.0, 5.0, 0.0, -3.0],
        "weight": [1.0, 1.0, 1.0, 0.0, 1.0, 1.0, 1.0],
        "sentence": ["accounts", "no rain", "forest", "country", "late", "none", "early"],
    }
)  # fmt: skip


def test_reasons_are_own_signals_that_lift_most_points_first() -> None:
    assert top_reasons(ROWS, 2).to_dicts() == [
        {"supplier_id": "A", "reasons": ["accounts", "late"]}
    ]


def test_contested_is_doubted_and_not_applicable_is_not_unknown() -> None:
    assert data_gaps(ROWS, SIGNALS).to_dicts() == [
        {
            "supplier_id": "A",
            "data_gaps": [
                "Drought over twelve months: not covered by the data available",
                "Forest loss around the sites: contested by the supplier, under review",
            ],
        }
    ]


def test_a_signal_without_weight_is_no_data_gap() -> None:
    rows = ROWS.with_columns(
        weight=pl.when(pl.col("signal_id") == "drought_spi12").then(0.0).otherwise(1.0)
    )
    assert data_gaps(rows, SIGNALS)["data_gaps"].to_list() == [
        ["Forest loss around the sites: contested by the supplier, under review"]
    ]


@pytest.mark.parametrize(
    ("sentence", "first"),
    [
        (
            "Loss 2.95 % a year. Peer median: 0.1 %. Source: GFC, data to 2023.",
            "Loss 2.95 % a year.",
        ),
        ("Loss 2.95 % a year. Source: GFC, data to 2023.", "Loss 2.95 % a year."),
        ("Loss 2.95 % a year. Peer median: 0.1 %.", "Loss 2.95 % a year."),
        ("Loss 2.95 % a year.", "Loss 2.95 % a year."),
    ],
)
def test_a_short_reason_has_neither_peer_nor_source(sentence: str, first: str) -> None:
    assert pl.select(first_sentence(pl.lit(sentence))).item() == first


def test_the_buyers_own_practice_wins_a_tie() -> None:
    assert leading_pillars(ROWS).to_dicts() == [
        {"supplier_id": "A", "leading_pillar": "purchasing"}
    ]


def test_a_supplier_that_nothing_sets_apart_shows_what_it_shares() -> None:
    rows = ROWS.with_columns(weight=pl.lit(0.5), risk=pl.lit(0.9))
    assert shared_reasons(rows).to_dicts() == [
        {"supplier_id": "B", "shared_reason": "Shared with its peers: none"}
    ]
