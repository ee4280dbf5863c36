"""Sums of a ledger do not depend on the order in which threads reach its rows."""

import duckdb
import pytest

from sql.ledger_aggregation import statements


@pytest.fixture
def database() -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    connection.execute(dict(statements())["00_exact_sum.sql"])
    return connection


def exact_sum(database: duckdb.DuckDBPyConnection, *values: float | None) -> float | None:
    rows = ", ".join(f"({index}, {value}::double)" for index, value in enumerate(values))
    text = f"select exact_sum(x) from (values {rows.replace('None', 'null')}) as made(i, x)"
    found = database.execute(text).fetchall()[0][0]
    return None if found is None else float(found)


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ((0.1,) * 10, 1.0),
        ((1e16, 1.0, -1e16), 1.0),
        ((1 / 3,), 1 / 3),
        ((None, 2.5, None, 0.25), 2.75),
        ((None, None), None),
        ((1e300, 1.0), 1e300),
        ((1e-12, 1e-12), 0.0),
    ],
)
def test_it_adds_to_nine_decimals_without_rounding_in_between(
    database: duckdb.DuckDBPyConnection, values: tuple[float | None, ...], expected: float | None
) -> None:
    for order in (values, values[::-1], values[1:] + values[:1]):
        assert exact_sum(database, *order) == expected


@pytest.mark.parametrize("threads", [1, 2, 4])
def test_many_rows_have_one_sum(database: duckdb.DuckDBPyConnection, threads: int) -> None:
    database.execute(f"set threads = {threads}")
    made = "select (hash(i) % 100000) * 0.0137 as x, i from range(400000) as made(i)"
    sums = {
        database.execute(f"select exact_sum(x) from ({made} order by {order})").fetchall()[0][0]
        for order in ("i", "hash(i)", "x", "-x")
    }
    cents = "select sum(cast((hash(i) % 100000) as hugeint) * 137) from range(400000) as made(i)"
    exact = database.execute(cents).fetchall()[0][0]
    assert sums == {exact / 10_000}


def test_every_sum_of_money_of_the_ledger_is_exact() -> None:
    for name, text in statements():
        plain = text.replace("exact_sum(", "").replace("sum(lines)", "").replace("sum(rows)", "")
        assert "sum(" not in plain or name == "00_exact_sum.sql", name
