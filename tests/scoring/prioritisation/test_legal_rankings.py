"""Two orders from one evidence base, and what makes them differ."""

import polars as pl
import pytest

from scoring.prioritisation.legal_rankings import legal_rankings

SCORES = pl.DataFrame({"supplier_id": ["a", "b", "c"], "score": [80.0, 60.0, None]})
STRENGTH = pl.DataFrame({"signal_id": ["arrears", "late"], "strength": [3, 1]})


def suppliers(bands: list[str | None], spend: list[float | None]) -> pl.DataFrame:
    return pl.DataFrame(
        {"supplier_id": ["a", "b", "c"], "workforce_band": bands, "annual_spend": spend},
        schema_overrides={"workforce_band": pl.String, "annual_spend": pl.Float64},
    )


def evidence(*rows: tuple[str, str, str, float]) -> pl.DataFrame:
    return pl.DataFrame(
        rows,
        schema={
            "supplier_id": pl.String,
            "signal_id": pl.String,
            "pillar": pl.String,
            "risk": pl.Float64,
        },
        orient="row",
    )


NONE_KNOWN = suppliers([None] * 3, [None] * 3)


def test_severity_is_scope_and_scale_and_orders_csddd() -> None:
    result = legal_rankings(
        SCORES,
        evidence(("b", "arrears", "financial", 0.9), ("a", "arrears", "financial", 0.4)),
        suppliers(["10-49", "1000+", None], [None] * 3),
        STRENGTH,
    )
    assert dict(result.select("supplier_id", "severity").rows()) == {
        "a": pytest.approx(0.4),
        "b": pytest.approx(1.0),
    }
    assert dict(result.select("supplier_id", "csddd_rank").rows()) == {"b": 1, "a": 2}


def test_influence_and_contribution_move_lksg_alone() -> None:
    turnover = pl.DataFrame({"supplier_id": ["a", "b"], "turnover": [1000.0, 1000.0]})
    people = suppliers(["50-249", "50-249", None], [1.0, 500.0, None])
    calm = legal_rankings(SCORES, evidence(), people, STRENGTH, turnover)
    assert dict(calm.select("supplier_id", "influence").rows()) == {"a": 0.2, "b": 1.0}
    assert dict(calm.select("supplier_id", "csddd_rank").rows()) == {"a": 1, "b": 2}
    assert dict(calm.select("supplier_id", "rank_difference").rows()) == {"a": 1, "b": -1}
    bought = evidence(("a", "late", "purchasing", 1.0))
    pressed = legal_rankings(SCORES, bought, people, STRENGTH, turnover)
    assert pressed.row(0, named=True)["contribution"] == 1.0


def test_unknown_severity_is_said_and_takes_the_lists_median_for_the_order() -> None:
    mixed = suppliers([None, "10-49", None], [None] * 3)
    result = legal_rankings(SCORES, evidence(), mixed, STRENGTH)
    row = result.filter(supplier_id="a").row(0, named=True)
    assert (row["severity"], row["severity_is_known"]) == (None, False)
    assert row["csddd_priority"] == pytest.approx(80 * 0.4)
    nothing = legal_rankings(SCORES, evidence(), NONE_KNOWN, STRENGTH)
    assert nothing["csddd_rank"].to_list() == [1, 2]
    assert nothing["rank_difference"].to_list() == [0, 0]


def test_a_supplier_without_a_score_is_in_neither_order() -> None:
    assert (
        "c" not in legal_rankings(SCORES, evidence(), NONE_KNOWN, STRENGTH)["supplier_id"].to_list()
    )
