import polars as pl

from reports.tables.reasons import leading_pillars, shared_reasons, top_reasons, unknowns
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
        "sentence": ["accounts", "no rain", "forest", "country", "late", "none", "early"],
    }
)  # fmt: skip


def test_reasons_are_own_signals_that_lift_most_points_first() -> None:
    assert top_reasons(ROWS, 2).to_dicts() == [
        {"supplier_id": "A", "reasons": ["accounts", "late"]}
    ]


def test_contested_is_doubted_and_not_applicable_is_not_unknown() -> None:
    assert unknowns(ROWS, SIGNALS).to_dicts() == [
        {
            "supplier_id": "A",
            "unknown": [
                "Drought over twelve months: not covered by the data available",
                "Forest loss around the sites: contested by the supplier, under review",
            ],
        }
    ]


def test_the_buyers_own_practice_wins_a_tie() -> None:
    assert leading_pillars(ROWS).to_dicts() == [
        {"supplier_id": "A", "leading_pillar": "purchasing"}
    ]


def test_a_supplier_that_nothing_sets_apart_shows_what_it_shares() -> None:
    rows = ROWS.with_columns(weight=pl.lit(0.5), normalised=pl.lit(0.9))
    assert shared_reasons(rows).to_dicts() == [
        {"supplier_id": "B", "shared_reason": "Shared with its peers: none"}
    ]
