"""The table of promises: the template is right, and every wrong cell is named."""

import datetime as dt

import polars as pl
import pytest

from reports.questionnaires.incentives import COLUMNS, Incentive, incentives, template

ROW = {
    "supplier_id": "a",
    "promise": "Payment in 30 days",
    "unit": "days",
    "until_when": "2026-06-30",
    "kept": "yes",
    "kept_on": "2026-06-01",
}


def of(*rows: dict[str, str | None]) -> tuple[list[Incentive], list[str]]:
    table = pl.DataFrame(list(rows), schema=dict.fromkeys(COLUMNS, pl.String))
    return incentives(table, {"a", "b"})


def test_the_template_is_a_table_without_findings() -> None:
    found, wrong = incentives(template(), {"a"})
    assert wrong == []
    assert [one.supplier_id for one in found] == [None, None]


def test_a_row_is_read_as_written() -> None:
    found, wrong = of(ROW)
    assert wrong == []
    assert found == [
        Incentive(
            "a", "Payment in 30 days", "days", dt.date(2026, 6, 30), True, dt.date(2026, 6, 1)
        )
    ]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"supplier_id": "c"}, "supplier_id: c is not in the run"),
        ({"promise": " "}, "promise: it is empty"),
        ({"until_when": "30.6.2026"}, "until_when: '30.6.2026' is no day"),
        ({"kept": "maybe"}, "kept: 'maybe'"),
        ({"kept_on": "June"}, "kept_on: 'June' is no day"),
        ({"kept_on": None}, "kept_on: it is empty"),
    ],
)
def test_a_wrong_cell_is_named_with_its_row(change: dict[str, str | None], words: str) -> None:
    found, wrong = of(ROW, {**ROW, **change})
    assert len(found) == 1
    assert len(wrong) == 1
    assert wrong[0].startswith(f"row 3, {words}")


def test_missing_columns_are_all_named() -> None:
    found, wrong = incentives(pl.DataFrame({"promise": ["x"]}), set())
    assert found == []
    assert all(name in wrong[0] for name in COLUMNS if name != "promise")
