"""Decisions stand beside the score, with a reason and an end."""

import datetime as dt

import polars as pl
import pytest

from configs.config_errors import DataRejectedError
from scoring.prioritisation.overrides import COLUMNS, beside, checked

TODAY = dt.date(2022, 3, 1)
SCORES = pl.DataFrame(
    {
        "supplier_id": ["a", "b", "c", "d"],
        "rank": [1, 2, 3, None],
        "priority_band": [
            "first_priority",
            "second_priority",
            "few_signals",
            "insufficient_information",
        ],
    }
)


def decision(supplier_id: str, what: str, **changes: object) -> dict[str, object]:
    row: dict[str, object] = {
        "supplier_id": supplier_id,
        "decision": what,
        "author_role": "category manager",
        "reason": "visited in January",
        "evidence_link": "https://example.org/visit",
        "decided_on": dt.date(2022, 1, 10),
        "expires_on": dt.date(2022, 12, 31),
    }
    return row | changes


def table(*rows: dict[str, object]) -> pl.DataFrame:
    return pl.DataFrame(list(rows), schema_overrides={"evidence_link": pl.String})


def order(*rows: dict[str, object]) -> dict[str, int | None]:
    overrides = checked(table(*rows), SCORES["supplier_id"])
    result = beside(SCORES, overrides, TODAY)
    assert result["rank"].equals(SCORES["rank"])
    return dict(result.select("supplier_id", "order_with_overrides").rows())


def test_both_orders_stand_side_by_side() -> None:
    assert order(decision("c", "look_first"), decision("a", "look_later")) == {
        "c": 1,
        "b": 2,
        "a": 3,
        "d": None,
    }
    assert order(decision("d", "look_first"))["d"] == 1


def test_an_expired_decision_no_longer_holds_and_resurfaces() -> None:
    expired = decision("c", "look_first", expires_on=dt.date(2022, 2, 28))
    result = beside(SCORES, checked(table(expired), SCORES["supplier_id"]), TODAY)
    assert result["override"].to_list() == [None] * 4
    assert result["override_has_expired"].to_list() == [False, False, True, False]
    assert result["order_with_overrides"].to_list() == [1, 2, 3, None]


def test_contested_freezes_the_band_and_leaves_the_order() -> None:
    contested = decision("a", "contested", evidence_link=None)
    result = beside(SCORES, checked(table(contested), SCORES["supplier_id"]), TODAY)
    assert result["priority_band_is_frozen"].to_list() == [True, False, False, False]
    assert result["order_with_overrides"].to_list() == [1, 2, 3, None]


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"supplier_id": "z"}, "not on the list"),
        ({"decision": "drop"}, "none of"),
        ({"reason": " "}, "reason is missing"),
        ({"author_role": "someone@example.org"}, "role"),
        ({"evidence_link": "seen it"}, "evidence_link"),
        ({"expires_on": dt.date(2022, 1, 10)}, "not after"),
    ],
)
def test_a_decision_that_could_not_be_defended_is_rejected(
    changes: dict[str, object], says: str
) -> None:
    with pytest.raises(DataRejectedError, match=f"row 2: .*{says}"):
        checked(table(decision("a", "look_first") | changes), SCORES["supplier_id"])


def test_two_decisions_for_one_supplier_and_a_missing_column_are_rejected() -> None:
    with pytest.raises(DataRejectedError, match=r"row 3: .*two decisions"):
        checked(
            table(decision("a", "look_first"), decision("a", "look_later")), SCORES["supplier_id"]
        )
    with pytest.raises(DataRejectedError, match="column reason is missing"):
        checked(table(decision("a", "look_first")).drop("reason"), SCORES["supplier_id"])
    assert set(COLUMNS) == set(decision("a", "look_first"))
