"""Months: runs of a list, two of them side by side, and the signal that moved each supplier."""

import json
from pathlib import Path
from typing import Any

import polars as pl
from starlette.testclient import TestClient

from flows.desk.desk_state import Desk
from flows.desk.lists.list_folders import new_list
from flows.desk.lists.month_tables import changed_signals, changes_of_points, side_by_side
from flows.desk.views.months_view import pair_of

#: Supplier to rank, score and points of two signals, in two months.
MARCH = {"a": (1, 60.0, 6.0, 4.0), "b": (2, 50.0, 1.0, 1.0), "c": (None, None, 0.0, 0.0),
         "gone": (3, 40.0, 2.0, 0.0)}  # fmt: skip
APRIL = {"a": (2, 55.0, 1.0, 4.02), "b": (1, 58.0, 1.0, 9.0), "c": (3, 30.0, 3.0, 0.0),
         "new": (4, 10.0, 1.0, 0.0)}  # fmt: skip


def _write(folder: Path, rows: dict[str, Any], as_of: str, previous: str | None = None) -> Path:
    folder.mkdir(parents=True)
    schema = {"supplier_id": pl.String, "name": pl.String, "rank": pl.Int64, "score": pl.Float64}
    listed = [(name, f"Mill {name}", row[0], row[1]) for name, row in rows.items()]
    pl.DataFrame(listed, schema=schema, orient="row").write_parquet(folder / "ranked.parquet")
    points = [
        (name, signal, row[at])
        for name, row in rows.items()
        for at, signal in ((2, "tree_cover_loss"), (3, "z_score"))
    ]
    pl.DataFrame(points, schema=["supplier_id", "signal_id", "points"], orient="row").write_parquet(
        folder / "contributions.parquet"
    )
    manifest = {"as_of": as_of, "finished_at": f"{as_of}T10:00:00", "result": "published",
                "sources": [{"status": "read"}], "warnings": []}  # fmt: skip
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    if previous is not None:
        (folder / "movements.csv").write_text(
            f"previous_run_id,supplier_id,sentence\n{previous},a,Down by 1: forest loss.\n",
            encoding="utf-8",
        )
    return folder


def test_each_supplier_has_its_move_and_the_signal_that_changed_most(tmp_path: Path) -> None:
    before = _write(tmp_path / "march", MARCH, "2022-03-01")
    after = _write(tmp_path / "april", APRIL, "2022-04-01", "march")
    changes = changes_of_points(before, after)
    rows = {row["supplier_id"]: row for row in side_by_side(before, after, changes).to_dicts()}
    kinds = {name: row["kind"] for name, row in rows.items()}
    assert kinds == {"a": "moved", "b": "moved", "c": "gained_rank", "new": "new", "gone": "gone"}
    assert (rows["a"]["moved"], rows["b"]["moved"]) == (-1, 1)
    assert (rows["a"]["signal_id"], rows["a"]["signal_points"]) == ("tree_cover_loss", -5.0)
    assert (rows["b"]["signal_id"], rows["b"]["signal_points"]) == ("z_score", 8.0)
    assert rows["a"]["sentence"] == "Down by 1: forest loss."
    # Those on one list alone have no change of points; 0.02 points of "a" name no signal.
    assert rows["new"]["signal_id"] is None
    signals = changed_signals(changes)
    assert signals.to_dicts() == [
        {"signal_id": "tree_cover_loss", "suppliers": 2, "points": 4.0},
        {"signal_id": "z_score", "suppliers": 1, "points": 8.0},
    ]


def test_two_runs_are_compared_in_the_order_of_time() -> None:
    def run(run_id: str, as_of: str, state: str = "published") -> dict[str, Any]:
        return {"run_id": run_id, "as_of": as_of, "is_latest": run_id == "c", "state": state}

    runs = [run("c", "2022-05-01"), run("b2", "2022-04-01", "withdrawn"), run("b", "2022-04-01"),
            run("a", "2022-03-01")]  # fmt: skip
    assert pair_of(runs, "", "") == ("b", "c")
    assert pair_of(runs, "c", "a") == ("a", "c")
    assert pair_of(runs, "c", "c") == pair_of(runs, "x", "../y") == ("b", "c")
    assert pair_of(runs[:1], "", "") is None
    assert pair_of([], "", "") is None


def test_the_page_of_months(desk: Desk, client: TestClient) -> None:
    folder = new_list(desk.lists, "List", "anna")
    page = f"/lists/{folder.list_id}/months"
    assert "no results yet" in client.get(page).text
    _write(folder.results / "20220301-a", MARCH, "2022-03-01")
    assert "After a second month" in client.get(page).text
    after = _write(folder.results / "20220401-b", APRIL, "2022-04-01", "20220301-a")
    (folder.results / "latest").symlink_to(after.name)
    text = client.get(page).text
    assert "5 of 5 suppliers have another rank" in text
    assert "Down by 1: forest loss." in text
    assert "(-5.0 points)" in text
    assert "no longer on the list" in text
    assert "Mill gone" not in client.get(f"{page}?q=mill+a").text
    assert "No supplier fits" in client.get(f"{page}?page=99").text
    manifest = json.loads((after / "manifest.json").read_text("utf-8"))
    manifest["uncertainty"] = {"reason": "the order is not stable"}
    (after / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    assert "Single ranks are withheld" in client.get(page).text
