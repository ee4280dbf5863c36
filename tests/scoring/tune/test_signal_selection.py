"""Which data points can go."""

import numpy as np
import polars as pl
import pytest

from scoring.tune.signal_selection import MIN_COVERAGE, Streamlined, streamline
from tests.scoring.sample import card, model, scored, source_card, suppliers

LETTER = source_card(id="letter", collection="supplier_volunteered")
SUPPLIERS = [f"s{n:03d}" for n in range(80)]
RNG = np.random.default_rng(11)


def _ilo(*names: str) -> tuple[dict[str, object], ...]:
    return tuple({"indicator": name, "strength": 2, "path": "driver"} for name in names)


#: a moves the list; b hardly varies and repeats an indicator; c hardly varies but alone carries
#: one; d is seen at few; e has no value at all.
CARDS = {
    made.id: made
    for made in (
        card("a", "financial", ilo=_ilo("debt_bondage")),
        card("b", "land_use", ilo=_ilo("debt_bondage")),
        card("c", "environment", ilo=_ilo("isolation")),
        card("d", "environment", ilo=_ilo("debt_bondage")),
        card("e", "financial", ilo=_ilo("excessive_overtime"), sources=("letter",)),
        card("f", "land_use", ilo=_ilo("debt_bondage"), sources=("letter",)),
        card("g", "financial", ilo=_ilo("debt_bondage")),
        card("h", "environment", ilo=_ilo("debt_bondage")),
        card("prior", "context"),
    )
}


@pytest.fixture(scope="module")
def found() -> Streamlined:
    table = {
        name: {
            "a": float(RNG.random()),
            "b": 0.5 + 0.0001 * n / 80,
            "c": 0.5 + 0.0001 * (80 - n) / 80,
            "d": float(RNG.random()) if n % 5 == 0 else None,
            **{strong: float(RNG.random()) for strong in "fgh"},
        }
        for n, name in enumerate(SUPPLIERS)
    }
    lines = {"b": {"weight": 0.001}, "c": {"weight": 0.001}}
    built = model(CARDS, lines, exponent=1.0)
    result = scored(table, built, CARDS, suppliers(SUPPLIERS))
    return streamline(
        result.normalised,
        result.has_score,
        built,
        CARDS,
        {"register": source_card(), "letter": LETTER},
        draws=64,
    )  # fmt: skip


def _row(found: Streamlined, signal_id: str) -> dict[str, object]:
    return found.table.filter(pl.col("signal_id") == signal_id).to_dicts()[0]


@pytest.mark.parametrize(
    ("signal_id", "decision", "reason"),
    [
        ("a", "keep", "moves ranks"),
        ("b", "drop", "others speak about the same"),
        ("c", "keep", "alone speaks about isolation"),
        ("d", "drop", "only 20.0% of the suppliers"),
        ("e", "not_measured", "no supplier has a value"),
        ("f", "keep", "moves ranks"),
    ],
)
def test_each_signal_has_a_verdict_with_its_reason(
    found: Streamlined, signal_id: str, decision: str, reason: str
) -> None:
    row = _row(found, signal_id)
    assert row["decision"] == decision
    assert reason in str(row["reason"])


def test_priors_are_not_judged(found: Streamlined) -> None:
    assert "prior" not in found.table["signal_id"].to_list()


def test_asks_are_counted_by_who_holds_the_data(found: Streamlined) -> None:
    # a, c, f, g and h are kept; f is a letter of the supplier, so it replaces no question.
    assert _row(found, "a")["questions_replaced"] == 80
    assert _row(found, "f")["questions_replaced"] == 0
    assert _row(found, "f")["requests_standing"] == 80
    assert _row(found, "d")["requests_standing"] == 64
    # b and d go: d still lacks 64 values, b none.
    assert found.asks_avoided == {"questions_replaced": 320, "requests_saved": 64}


def test_without_a_signal_the_order_of_the_rest_is_known(found: Streamlined) -> None:
    a, b = _row(found, "a"), _row(found, "b")
    assert b["tau_without"] == pytest.approx(1, abs=0.01)
    assert b["top_k_overlap_without"] == 1
    assert float(str(a["tau_without"])) < 0.9
    assert _row(found, "e")["tau_without"] is None


def test_an_indicator_never_loses_all_its_carriers() -> None:
    # b and c say nothing new, but both carry what no one else does: one of them stays.
    cards = {
        made.id: made
        for made in (
            *(card(name, "financial", ilo=_ilo("debt_bondage")) for name in "aghk"),
            card("b", "land_use", ilo=_ilo("isolation")),
            card("c", "environment", ilo=_ilo("isolation")),
        )
    }
    table = {
        name: {strong: float(RNG.random()) for strong in "aghk"} | {"b": 0.5, "c": 0.5}
        for name in SUPPLIERS
    }
    pillars = {"financial": 1.0, "land_use": 0.001, "environment": 0.001}
    built = model(cards, exponent=1.0, pillars=pillars)
    result = scored(table, built, cards, suppliers(SUPPLIERS))
    reported = streamline(
        result.normalised, result.has_score, built, cards, {"register": source_card()}, draws=32
    )
    assert sorted(reported.ids("keep")) == ["a", "c", "g", "h", "k"]
    assert "best of several on isolation" in str(_row(reported, "c")["reason"])
    assert not any("no signal speaks about" in note for note in reported.notes)


def test_notes_tell_what_nothing_speaks_about_any_more() -> None:
    cards = {
        made.id: made
        for made in (
            card("a", "financial", ilo=_ilo("debt_bondage")),
            card("b", "land_use", ilo=_ilo("isolation")),
        )
    }
    few = int(80 * MIN_COVERAGE) - 5
    table = {
        name: {"a": float(RNG.random()), "b": float(RNG.random()) if n < few else None}
        for n, name in enumerate(SUPPLIERS)
    }
    built = model(cards, missing={"minimum_coverage": 0.1, "minimum_own_pillars": 1,
                                  "low_quantile": 0.1, "high_quantile": 0.9})  # fmt: skip
    result = scored(table, built, cards, suppliers(SUPPLIERS))
    reported = streamline(
        result.normalised, result.has_score, built, cards, {"register": source_card()}, draws=32
    )
    assert reported.ids("drop") == ["b"]
    assert "With this no signal speaks about: isolation." in reported.notes
