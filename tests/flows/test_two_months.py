"""Two months of one list: the ledger, the frozen reference, decisions, and rebuilding."""

import datetime as dt
import json
from collections import Counter
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import yaml

import configs
from configs.config_errors import DataRejectedError, UsageError
from flows.run import stages
from flows.run.work import artefacts
from flows.run.work.stage_types import Published, RunRequest
from scoring.explanation import rank_change
from sql.warehouse import Warehouse
from tests.flows.small_world import copied_runs, write_small_world

pytestmark = pytest.mark.long

JANUARY, FEBRUARY, MARCH, APRIL = (dt.date(2022, month, 1) for month in (1, 2, 3, 4))
#: Small draws: what they say is tested elsewhere.
FEW = ("uncertainty.draws=60", "uncertainty.sensitivity_draws=4", "scoring.top_k=1")


def mills(folder: Path) -> Path:
    """Six mills; in February a second year of accounts comes in that turns the order around."""
    path = write_small_world(folder / "world")
    accounts = path.parent / "accounts" / "accounts.csv"
    later = [
        f"s{row},2021-01-01,2021-12-31,2022-02-15,USD,100,40,50,{100 - equity},{equity},"
        f"{equity // 2},{equity // 4},200,{equity // 5}"
        for row, equity in enumerate((60, 20, -40))
    ]
    accounts.write_text("\n".join([accounts.read_text().rstrip("\n"), *later]) + "\n")
    return path


@pytest.fixture
def profile(tmp_path: Path) -> Path:
    return mills(tmp_path)


@pytest.fixture(scope="module")
def first_month(tmp_path_factory: pytest.TempPathFactory) -> tuple[Published, Published]:
    """February as published, and a copy of it with its world, to which no month is added."""
    run = publish(mills(tmp_path_factory.mktemp("months")), FEBRUARY)
    return run, copied_runs([run], tmp_path_factory.mktemp("february"))[1][0]


@pytest.fixture
def february(first_month: tuple[Published, Published], tmp_path: Path) -> tuple[Path, Published]:
    """A world of its own whose February is published: its profile and that run."""
    profile, (run,) = copied_runs([first_month[1]], tmp_path)
    return profile, run


@pytest.fixture(scope="module")
def both(first_month: tuple[Published, Published]) -> tuple[Path, Published, Published]:
    """The profile and both months, published with nothing changed between them."""
    first, _ = first_month
    profile = first.folder.parent.parent / "world" / "profile.yaml"
    return profile, first, publish(profile, MARCH)


def publish(profile: Path, as_of: dt.date, *overrides: str, force: bool = False) -> Published:
    settings = configs.load(str(profile), local=None, overrides=(*FEW, *overrides))
    return stages.run_all(RunRequest(settings, as_of, profile.parent.parent / "out", force))


def table(run: Published, name: str) -> pl.DataFrame:
    with Warehouse(run.folder.parent / "warehouse.duckdb") as warehouse:
        return warehouse.read(name, run.run_id)


def manifest(run: Published) -> dict[str, Any]:
    record: dict[str, Any] = json.loads((run.folder / "manifest.json").read_text())
    return record


def ledger_agrees(before: Published, after: Published) -> pl.DataFrame:
    """The ledger, once its ranks are those of both months and its parts sum."""
    ledger = table(after, "movements")
    for run, column, known in (
        (before, "rank_before", "was_ranked"),
        (after, "rank_after", "is_ranked"),
    ):
        ranks = table(run, "scores").select("supplier_id", published="rank")
        own = ledger.filter(pl.col(known)).join(ranks, on="supplier_id", how="left")
        assert (own[column] == own["published"]).all()
        assert own.height == ranks["published"].is_not_null().sum()
    parts = ledger.select(
        pl.sum_horizontal(
            "rank_change_from_own_data",
            "rank_change_from_coverage",
            "rank_change_from_peers",
            "rank_change_from_method",
        )
    )
    moved = ledger["kind"] == "moved"
    difference = parts.to_series().filter(moved) - ledger["rank_change"].filter(moved)
    assert (difference.abs() < 1e-9).all()
    return ledger


def test_new_accounts_are_own_data_and_the_ledger_is_published(
    both: tuple[Path, Published, Published],
) -> None:
    _, before, after = both
    rows = {row["supplier_id"]: row for row in ledger_agrees(before, after).to_dicts()}
    assert (rows["s0"]["rank_before"], rows["s0"]["rank_after"]) == (1, 3)
    assert rows["s0"]["rank_change_from_own_data"] > 1
    assert rows["s0"]["rank_change_from_method"] == 0
    assert manifest(after)["previous_run_id"] == before.run_id
    assert (after.folder / "movements.csv").is_file()
    assert not (before.folder / "movements.csv").exists()


def test_a_later_month_stages_only_what_changed(both: tuple[Path, Published, Published]) -> None:
    """A changed row in one source leaves what the other staged as it is, in one copy."""
    profile, first, _ = both
    work = first.folder.parent / ".work"
    one, two = "accounts_csv/stg_accounts_csv__items", "country_table/stg_country_table__governance"
    assert [copies(work, name) for name in (one, two)] == [[2], [2]]
    accounts = profile.parent / "accounts" / "accounts.csv"
    before = accounts.read_text()
    try:
        accounts.write_text(before.replace("USD,100,", "USD,101,", 1))
        changed = publish(profile, APRIL)
        assert [copies(work, name) for name in (one, two)] == [[1, 2], [3]]
        taken = (changed.folder / "ranked.csv").read_bytes()
        publish(profile, APRIL, force=True)
    finally:
        accounts.write_text(before)
    # Staged again by itself, the month is the same to the bit.
    assert copies(work, two) == [1, 2]
    assert (changed.folder / "ranked.csv").read_bytes() == taken


@pytest.mark.parametrize("changed", ["nothing", "accounts", "list"])
def test_what_is_taken_over_gives_what_a_fresh_computation_gives(
    february: tuple[Path, Published], changed: str
) -> None:
    """A changed row changes the values that depend on it, and no other."""
    profile, _ = february
    before = publish(profile, MARCH)
    accounts, listed = profile.parent / "accounts" / "accounts.csv", profile.parent / "list.csv"
    path, old, new = {
        "nothing": (accounts, "s1,", "s1,"),
        "accounts": (accounts, "s1,2021-01-01,2021-12-31,2022-02-15,USD,100,40,50,80,20,",
                     "s1,2021-01-01,2021-12-31,2022-02-15,USD,100,40,50,70,30,"),
        "list": (listed, "s4,Mill 4,Indonesia,10,", "s4,Mill 4,Indonesia,13,"),
    }[changed]  # fmt: skip
    assert old in path.read_text()
    path.write_text(path.read_text().replace(old, new))
    reused = publish(profile, APRIL)
    ranked = (reused.folder / "ranked.csv").read_bytes()
    values = table(reused, "signal_values")
    forced = publish(profile, APRIL, force=True)
    assert forced.run_id == reused.run_id
    assert (forced.folder / "ranked.csv").read_bytes() == ranked
    assert table(forced, "signal_values").equals(values)
    keys = ["supplier_id", "signal_id", "value"]
    moved = values.join(table(before, "signal_values"), on=keys, how="anti", nulls_equal=True)
    depends = {"nothing": set(), "accounts": {"s1"}, "list": {"s4"}}[changed]
    assert set(moved["supplier_id"]) <= depends
    assert moved.height or changed != "accounts"


def copies(work: Path, name: str) -> list[int]:
    """Of each stored copy of a staged table, how many months have it; in order of size."""
    files = Counter(path.stat().st_ino for path in work.glob(f"*/stage/{name}.parquet"))
    return sorted(files.values())


def test_an_earlier_month_is_computed_again_only_where_its_risks_are_gone(
    february: tuple[Path, Published], monkeypatch: pytest.MonkeyPatch
) -> None:
    profile, before = february

    def never(*_: object) -> None:
        raise AssertionError("an earlier month was computed again")

    with monkeypatch.context() as patched:
        patched.setattr(rank_change, "normalise_keyed", never)
        kept = table(publish(profile, MARCH), "movements")
    work = before.folder.parent / ".work"
    records = [json.loads(path.read_text()) for path in work.glob(f"*/{artefacts.SCORED}")]
    assert before.run_id in [record["run_id"] for record in records]
    for path in work.glob(f"*/{artefacts.CONTRIBUTIONS}"):
        path.unlink()
    again = table(publish(profile, MARCH, force=True), "movements")
    assert again.equals(kept)


def test_suppliers_that_come_and_go_are_named(february: tuple[Path, Published]) -> None:
    profile, before = february
    listed = profile.parent / "list.csv"
    lines = listed.read_text().splitlines()
    listed.write_text("\n".join([*lines[:6], lines[6].replace("s5", "s9")]) + "\n")
    after = publish(profile, MARCH)
    kinds = dict(ledger_agrees(before, after).select("supplier_id", "kind").rows())
    assert (kinds["s5"], kinds["s9"], kinds["s0"]) == ("gone", "new", "moved")


def test_another_method_gets_its_own_part(february: tuple[Path, Published]) -> None:
    profile, before = february
    changed = profile.parent / "changed.yaml"
    settings = yaml.safe_load(profile.read_text())
    settings["scoring"]["version"] = "2"
    settings["signals"] = {
        "cash_flow_cover": {"weight": 0.0}, "leverage": {"weight": 0.0},
        "liquidity": {"weight": 5.0, "normalise": {"method": "peer_percentile"}},
    }  # fmt: skip
    changed.write_text(yaml.safe_dump(settings))
    ledger_agrees(before, publish(changed, MARCH))


def test_a_method_that_cannot_be_rebuilt_is_said(february: tuple[Path, Published]) -> None:
    profile, before = february
    broken = {**manifest(before), "config": {"scoring": "from another age"}}
    with Warehouse(before.folder.parent / "warehouse.duckdb") as warehouse:
        warehouse.finish_run(before.run_id, "published", dt.datetime.now(dt.UTC), broken)
    after = publish(profile, MARCH)
    assert table(after, "movements").is_empty()
    assert any("cannot be rebuilt" in warning for warning in after.warnings)


def test_another_list_in_the_folder_is_no_earlier_month(february: tuple[Path, Published]) -> None:
    profile, _ = february
    listed = profile.parent / "list.csv"
    listed.write_text(listed.read_text().replace("\ns", "\nother"))
    after = publish(profile, MARCH)
    assert manifest(after)["previous_run_id"] is None


def test_the_first_run_freezes_and_later_ones_compare_with_it(
    both: tuple[Path, Published, Published],
) -> None:
    profile, first, second = both
    assert manifest(first)["reference"]["mode"] == "freezes"
    assert manifest(second)["reference"]["mode"] == "frozen"
    assert manifest(second)["reference"]["sha256"] == manifest(first)["reference"]["sha256"]
    bytes_before = {run.run_id: (run.folder / "ranked.csv").read_bytes() for run in (first, second)}
    for as_of in (FEBRUARY, MARCH):
        again = publish(profile, as_of, force=True)
        assert (again.folder / "ranked.csv").read_bytes() == bytes_before[again.run_id]


def test_months_before_the_baseline_have_a_baseline_of_their_own(
    february: tuple[Path, Published],
) -> None:
    profile, first = february
    earlier = publish(profile, dt.date(2021, 12, 1))
    assert manifest(earlier)["reference"]["mode"] == "freezes"
    assert any("baseline of the months before 2022-02-01" in text for text in earlier.warnings)
    january = publish(profile, JANUARY)
    frozen = manifest(january)["reference"]
    assert (frozen["mode"], frozen["as_of"]) == ("frozen", "2021-12-01")
    assert frozen["sha256"] == manifest(earlier)["reference"]["sha256"]
    march = manifest(publish(profile, MARCH))["reference"]
    assert march["sha256"] == manifest(first)["reference"]["sha256"]


def test_a_changed_reference_is_rejected(february: tuple[Path, Published]) -> None:
    profile, first = february
    path = first.folder.parent / "reference" / "version-2.parquet"
    pl.read_parquet(path).with_columns(pl.col("value") + 1).write_parquet(path)
    with pytest.raises(DataRejectedError, match="was changed"):
        publish(profile, MARCH)
    path.unlink()
    with pytest.raises(DataRejectedError, match="is gone"):
        publish(profile, MARCH)


def test_without_freezing_every_run_stands_alone(profile: Path) -> None:
    run = publish(profile, MARCH, "scoring.reference=own")
    assert manifest(run)["reference"]["mode"] == "own"
    assert not (run.folder.parent / "reference").exists()


DECISIONS = (
    "supplier_id,decision,author_role,reason,evidence_link,decided_on,expires_on\n"
    "s0,contested,supplier,accounts were corrected,,2022-01-10,2022-12-31\n"
    "s1,look_first,category manager,new subcontractor,https://example.org/1,2021-06-01,2022-01-01\n"
)


def test_contested_freezes_the_band_and_expired_decisions_resurface(profile: Path) -> None:
    path = profile.parent / "overrides.csv"
    path.write_text(DECISIONS)
    run = publish(profile, MARCH, f"overrides={path}")
    ranked = pl.read_csv(run.folder / "ranked.csv", infer_schema=False)
    priority_band = dict(ranked.select("supplier_id", "priority_band").rows())
    assert priority_band["s0"] == "Contested, under review"
    assert any("s1 expired on 2022-01-01" in warning for warning in run.warnings)
    plan = pl.read_csv(run.folder / "audit_plan.csv", infer_schema=False)
    assert plan.filter(supplier_id="s0")["selection_method"][0] != "priority"
    assert pl.read_csv(run.folder / "overrides.csv")["supplier_id"].len() == 6
    path.write_text(DECISIONS.replace("accounts were corrected", ""))
    with pytest.raises(DataRejectedError, match="the reason is missing"):
        publish(profile, MARCH, f"overrides={path}")


def test_the_plan_spends_the_budget_and_leaves_the_recent_in_peace(profile: Path) -> None:
    path = profile.parent / "looked_at.csv"
    path.write_text("supplier_id,last_looked_at\ns0,2021-11-01\ns1,2019-01-01\n")
    chosen = ("scoring.top_k=3", "selection.random_share=0.34", f"selection.looked_at={path}")
    run = publish(profile, MARCH, *chosen)
    plan = pl.read_csv(run.folder / "audit_plan.csv")
    arms = dict(plan.select("supplier_id", "selection_method").rows())
    assert arms["s0"] == "cooling_off"
    assert sorted(arms.values()).count("random") == 1
    random = plan.filter(pl.col("selection_method").is_in(["random", "not_selected"]))
    assert random["inclusion_probability"].sum() == pytest.approx(1.0, abs=1e-3)
    path.write_text("supplier_id,last_looked_at\ns0,lately\n")
    with pytest.raises(DataRejectedError, match="row 2"):
        publish(profile, MARCH, *chosen)


def test_a_missing_file_of_decisions_names_the_key(profile: Path) -> None:
    with pytest.raises(UsageError, match=r"overrides: file .* not found"):
        publish(profile, MARCH, "overrides=nowhere.csv")
