"""Places and values of earlier runs: which runs count, and which value is the first."""

import datetime as dt
from collections.abc import Sequence

import polars as pl

from flows.run.history.rank_history import history

IDS = pl.Series("supplier_id", ["a", "b"])
_RUNS = {
    "old": (dt.date(2022, 1, 1), {"a": (5, 0.4), "b": (None, None)}),
    "first try": (dt.date(2022, 2, 1), {"a": (9, 9.0), "b": (9, 9.0)}),
    "second try": (dt.date(2022, 2, 1), {"a": (3, 0.5), "b": (1, 0.7)}),
    "same day": (dt.date(2022, 3, 1), {"a": (1, 8.0), "b": (2, 8.0)}),
    "other list": (dt.date(2022, 2, 15), {"x": (1, 7.0), "y": (2, 7.0)}),
}


class Runs:
    """The tables of a warehouse that the history reads."""

    def read(
        self,
        table: str,
        run_id: str = "",
        columns: Sequence[str] | None = None,
        filled: Sequence[str] = (),
    ) -> pl.DataFrame:
        rows = self._rows(table, run_id)
        named = rows if columns is None else rows.select(columns)
        return named.drop_nulls(filled) if filled else named

    def _rows(self, table: str, run_id: str) -> pl.DataFrame:
        if table == "runs":
            names = list(_RUNS)
            return pl.DataFrame(
                {
                    "run_id": names,
                    "as_of": [_RUNS[name][0] for name in names],
                    "started_at": range(len(names)),
                    "result": ["published"] * len(names),
                }
            )
        found = _RUNS[run_id][1]
        ids = list(found)
        if table == "peer_keys":
            return pl.DataFrame({"supplier_id": ids})
        if table == "scores":
            ranks = pl.Series([found[name][0] for name in ids], dtype=pl.Int32)
            return pl.DataFrame({"supplier_id": ids}).with_columns(
                ranks.alias("rank"), ranks.alias("rank_p05"), ranks.alias("rank_p95")
            )
        values = pl.Series([found[name][1] for name in ids], dtype=pl.Float64)
        return pl.DataFrame({"supplier_id": ids, "signal_id": "s"}).with_columns(
            values.alias("value"), (values * 0.5).alias("stderr")
        )


def test_earlier_months_of_the_same_list_count_and_the_later_run_of_each() -> None:
    places, values = history(Runs(), dt.date(2022, 3, 1), IDS)  # type: ignore[arg-type]  # reads only
    assert places.select("supplier_id", "as_of", "rank", "ranked").rows() == [
        ("a", dt.date(2022, 1, 1), 5, 1),
        ("a", dt.date(2022, 2, 1), 3, 2),
        ("b", dt.date(2022, 2, 1), 1, 2),
    ]
    assert values.rows() == [
        ("a", "s", dt.date(2022, 1, 1), 0.4, 0.2),
        ("b", "s", dt.date(2022, 2, 1), 0.7, 0.35),
    ]


def test_a_first_run_has_none() -> None:
    places, values = history(Runs(), dt.date(2022, 1, 1), IDS)  # type: ignore[arg-type]  # reads only
    assert (places.height, values.height) == (0, 0)
