"""What `understory clean` lists and removes, and what it never touches."""

import datetime as dt
import json
import os
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest
from typer.testing import CliRunner

import configs
from configs.settings import Retention
from flows.cli.app import app
from flows.run.folders import published_runs, retention
from flows.run.folders.publication import latest_run, point_latest
from signals.fetching.window_store import address_name
from sql.published_tables import table_bytes, written_name
from sql.warehouse import Warehouse

NOW = dt.datetime(2022, 6, 15, tzinfo=dt.UTC)
POLICY = Retention(months=3, plain_months=2, superseded_days=10, work_days=5, raw_days=20)


def run(out: Path, run_id: str, as_of: str, finished: str, result: str = "published") -> None:
    """A published folder with what the policy asks of its manifest; it used the file `<run_id>`."""
    record: dict[str, Any] = {
        "run_id": run_id,
        "as_of": as_of,
        "started_at": f"{finished}T00:00:00+00:00",
        "finished_at": f"{finished}T01:00:00+00:00",
        "result": result,
        "sources": [{"files": [{"sha256": digest(run_id)}]}],
    }
    (out / run_id).mkdir(parents=True)
    (out / run_id / "manifest.json").write_text(json.dumps(record))
    (out / run_id / "ranked.csv").write_text("rank\n")


def digest(text: str) -> str:
    return f"{'ab'}{text}"


def raw_file(out: Path, name: str, age_days: int) -> Path:
    path = out / "raw" / name[:2] / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("content")
    return aged(path, age_days)


def aged(path: Path, days: int) -> Path:
    moment = NOW.timestamp() - days * 86_400
    os.utime(path, (moment, moment))
    return path


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """Runs of January to June: the policy keeps those as of April and later."""
    out = tmp_path / "out"
    run(out, "jan", "2022-01-01", "2022-01-02")
    run(out, "mar", "2022-03-01", "2022-03-02")
    run(out, "apr-held", "2022-04-01", "2022-04-02", "held")
    run(out, "apr", "2022-04-01", "2022-04-03")
    run(out, "jun-first", "2022-06-01", "2022-06-13")
    run(out, "jun", "2022-06-01", "2022-06-14")
    point_latest(out, "jun")
    return out


def named(out: Path, kind: str) -> set[str]:
    return {one.path.name for one in retention.removable(out, POLICY, NOW) if one.kind == kind}


def test_runs_of_old_months_and_replaced_ones_may_go(out: Path) -> None:
    # The first run of June was replaced a day ago only.
    assert named(out, "run") == {"jan", "mar", "apr-held"}


def test_the_run_of_latest_stays_whatever_its_month(out: Path) -> None:
    point_latest(out, "jan")
    assert named(out, "run") == {"mar", "apr-held"}


def test_past_years_that_were_filled_in_later_are_counted_from_their_newest_month(
    tmp_path: Path,
) -> None:
    for month in ("2019-01", "2019-04", "2019-05", "2019-06"):
        run(tmp_path, month, f"{month}-01", "2022-06-10")
    point_latest(tmp_path, "2019-06")
    assert named(tmp_path, "run") == {"2019-01"}


def test_a_held_run_without_another_of_its_month_stays(out: Path) -> None:
    run(out, "may-held", "2022-05-01", "2022-05-02", "held")
    assert "may-held" not in named(out, "run")


def test_raw_files_that_a_kept_run_or_an_index_names_stay(out: Path) -> None:
    for name in (digest("jan"), digest("apr"), digest("index"), digest("resumed")):
        raw_file(out, name, 30)
    raw_file(out, digest("young"), 3)
    for place, name in (("raw/index/a.json", "index"), (".work/key/pull/a.json", "resumed")):
        (out / place).parent.mkdir(parents=True)
        (out / place).write_text(json.dumps({"x": [{"sha256": digest(name)}]}))
    assert named(out, "raw file") == {digest("jan")}


def test_windows_of_a_version_that_no_kept_run_can_have_used_may_go(out: Path) -> None:
    windows = out / "raw" / "windows"
    (windows / "addresses").mkdir(parents=True)
    for url, version, since in (
        ("https://a", "old", "2022-03-20"),
        ("https://b", "old", "2022-06-01"),
        ("https://c", "new", "2022-03-20"),
    ):
        layout = windows / f"{url[-1]}.json"
        layout.write_text(json.dumps({"url": url, "version": version}))
        for ending in (".tif", ".npz"):
            layout.with_suffix(ending).write_text("x")
        (windows / "addresses" / f"{address_name(url)}.json").write_text(
            json.dumps({"version": "new", "fetched_at": f"{since}T00:00:00+00:00"})
        )
    assert named(out, "raw window") == {"a.json"}
    retention.remove(out, retention.removable(out, POLICY, NOW))
    assert {path.stem for path in windows.glob("*.*")} == {"b", "c"}


def test_work_folders_without_a_change_may_go(out: Path) -> None:
    for name, days in (("old", 9), ("new", 1)):
        (out / ".work" / name / "pull").mkdir(parents=True)
        aged(out / ".work" / name / "pull", days)
        aged(out / ".work" / name, days)
    assert named(out, "work folder") == {"old"}


def test_removing_leaves_the_rest_and_gives_back_the_space_of_the_warehouse(out: Path) -> None:
    reference = out / "reference" / "version-2.parquet"
    reference.parent.mkdir()
    reference.write_text("kept")
    path = out / "warehouse.duckdb"
    with Warehouse(path) as warehouse:
        for run_id, rows in (("jan", 40_000), ("jun", 100)):
            warehouse.start_run(run_id, dt.date(2022, 1, 1), "x", NOW)
            warehouse._connection.execute(
                "insert into rejected_scores select $1, null, i, 'rule', md5('a' || i) || "
                "md5('b' || i) || md5('c' || i) from range($2) t(i)",
                [run_id, rows],
            )
    before = path.stat().st_size
    freed = retention.remove(out, retention.removable(out, POLICY, NOW))
    assert published_runs.run_ids(out) == ["apr", "jun", "jun-first"]
    assert latest_run(out) == "jun"
    assert reference.read_text() == "kept"
    assert freed > 0
    assert path.stat().st_size < before
    with duckdb.connect(str(path), read_only=True) as connection:
        left = "select run_id, count(*) from rejected_scores group by all"
        assert connection.execute(left).fetchall() == [("jun", 100)]
        assert connection.execute("select count(*) from runs").fetchall() == [(2,)]
    assert retention.removable(out, POLICY, NOW) == []


def test_large_tables_of_earlier_months_are_compressed_and_read_as_before(out: Path) -> None:
    rows = pl.DataFrame({"supplier_id": [f"S{n}" for n in range(9_000)], "sentence": "moved"})
    moved = rows.with_columns(previous_run_id=pl.lit("jan"))
    for run_id in ("mar", "apr", "jun"):
        moved.write_csv(out / run_id / "movements.csv")
    before = (out / "apr" / "movements.csv").read_bytes()
    read_me = out / "apr" / "READ-ME-FIRST.txt"
    read_me.write_text(f"1 supplier\n\n{'movements.csv':<30}who moved\n{'ranked.csv':<30}ranks\n")
    found = [one for one in retention.removable(out, POLICY, NOW) if one.kind == "table"]
    # Before the last two months; small tables, removed runs and the run of latest stay.
    assert [one.path for one in found] == [out / "apr" / "movements.csv"]
    size = sum(path.stat().st_size for path in (out / "apr").iterdir())
    retention.remove(out, found)
    assert size - sum(path.stat().st_size for path in (out / "apr").iterdir()) == found[0].size
    assert sorted(path.name for path in (out / "apr").iterdir()) == [
        "READ-ME-FIRST.txt", "manifest.json", "movements.csv.gz", "ranked.csv",
    ]  # fmt: skip
    assert read_me.read_text().splitlines()[2:] == [
        f"{'movements.csv.gz':<30}who moved", f"{'ranked.csv':<30}ranks",
    ]  # fmt: skip
    (path,) = (out / "apr").glob("*.gz")
    assert (table_bytes(path), written_name(path)) == (before, "movements.csv")
    assert published_runs.read_movements(out / "apr", "jan").equals(
        moved.select("supplier_id", "sentence")
    )
    assert not [one for one in retention.removable(out, POLICY, NOW) if one.kind == "table"]


def test_a_file_with_another_name_is_counted_where_its_last_name_goes(out: Path) -> None:
    for number, ages in enumerate((9, 9, 1)):
        folder = out / ".work" / f"k{number}"
        folder.mkdir(parents=True)
        (folder / "own").write_bytes(b"x" * 10)
        aged(folder / "own", ages)
    first, second, third = (out / ".work" / f"k{number}" for number in range(3))
    for name, size in (("both", 100), ("kept", 1_000)):
        (first / name).write_bytes(b"x" * size)
        aged(first / name, 9)
        (second / name).hardlink_to(first / name)
    (third / "kept").hardlink_to(first / "kept")
    for folder, days in ((first, 9), (second, 9), (third, 1)):
        aged(folder, days)
    sizes = {
        one.path.name: one.size
        for one in retention.removable(out, POLICY, NOW)
        if one.kind == "work folder"
    }
    assert sizes == {"k0": 10, "k1": 110}


def test_the_verb_lists_and_removes_only_with_apply(out: Path) -> None:
    policy = ["--set", "retention.months=1", "--out", str(out)]
    listed = CliRunner().invoke(app, ["clean", *policy])
    assert listed.exit_code == 0, listed.output
    assert "Nothing was removed; `understory clean --apply` removes it." in listed.output
    assert (out / "jan").is_dir()
    done = CliRunner().invoke(app, ["clean", "--apply", "--json", *policy])
    assert json.loads(done.stdout)["bytes"] > 0
    assert published_runs.run_ids(out) == ["jun"]


def test_what_is_kept_does_not_change_the_identity_of_runs() -> None:
    usual = configs.load(None, local=None)
    other = configs.load(None, ["retention.months=1"], local=None)
    assert configs.effective_hash(usual) == configs.effective_hash(other)
