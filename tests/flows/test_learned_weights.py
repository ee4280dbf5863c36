"""Publishing, validating and comparing on one small published run."""

import datetime as dt
import json
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import yaml
from click.testing import Result
from typer.testing import CliRunner

from benchmarks.past_months import write_past_months
from flows.cli.app import app
from flows.run import stages
from flows.run.request import experiments, run_request
from flows.run.work.stage_types import PreparedRun, RunRequest
from sql.warehouse import Warehouse

pytestmark = pytest.mark.long

DAY = "2020-06-01"


def call(*arguments: object) -> Result:
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the list in `world` and one published run in `out`."""
    folder = tmp_path_factory.mktemp("learned")
    profile = write_past_months(folder / "world", suppliers=40)
    done = call("run", "--direct", "--profile", profile, "--as-of", DAY, "--out", folder / "out")
    assert done.exit_code == 0, done.output
    return folder


def prepared(world: Path, out: Path, *changes: str) -> PreparedRun:
    settings = run_request.settings_of(
        str(world / "world" / "profile.yaml"),
        ["signals.leverage.weight=0.9", "tune.weights.learned=true", *changes],
    )
    found = stages.prepare(RunRequest(settings, dt.date.fromisoformat(DAY), out))
    for source_id in found.source_ids:
        stages.pull(found, source_id)
        stages.stage(found, source_id)
    stages.identify(found)
    stages.measure(found)
    stages.score(found)
    return found


def test_estimated_weights_need_the_acceptance_or_an_override(world: Path, tmp_path: Path) -> None:
    rejected = prepared(world, tmp_path)
    with pytest.raises(Exception, match="have not met the acceptance criteria"):
        stages.publish(rejected)
    with Warehouse(tmp_path / "warehouse.duckdb") as warehouse:
        assert warehouse.read("runs")["result"].to_list() == ["refused"]
    override = tmp_path / "override.yaml"
    record = {"role": "head of risk", "reason": "audits wait", "expires_on": "2999-01-01"}
    override.write_text(yaml.safe_dump(record))
    published = stages.publish(prepared(world, tmp_path, f"tune.weights.override={override}"))
    manifest: dict[str, Any] = json.loads((published.folder / "manifest.json").read_text())
    assert manifest["weights"]["override"] == record
    assert manifest["weights"]["origin"] == "estimated"


def test_a_run_is_validated_beside_baselines(world: Path) -> None:
    arguments = ("validate", "--outcomes", world / "world" / "outcomes.csv", "--out", world / "out")
    done = call(*arguments)
    assert done.exit_code == 0, done.output
    assert "this run" in done.stdout
    assert "cases reported after 2020-06-01" in done.stdout
    assert "No known case does not mean no case" in done.stdout
    record = json.loads(call(*arguments, "--json").stdout)
    assert record["orders"][0]["order"] == "profile"
    assert record["orders"][0]["auc_low"] <= record["orders"][0]["auc"]
    (kept,) = [row for row in experiments.read(world / "out") if row["kind"] == "validate"]
    assert kept["profile"].startswith("20200601-")


def test_a_run_is_validated_by_sector_with_exposure(world: Path, tmp_path: Path) -> None:
    arguments = ("validate", "--outcomes", world / "world" / "outcomes.csv", "--out", world / "out")
    own = json.loads(call(*arguments, "--json").stdout)["supplier_weighted"]
    assert sum(sector["cases"] for sector in own["sectors"]) > 0
    stated = pl.read_csv(world / "world" / "outcomes.csv", infer_schema_length=0)
    stated.with_columns(sector=pl.lit("crops")).write_csv(tmp_path / "outcomes.csv")
    exposure = [f"s{row:05d},crops,{row + 1}" for row in range(40)]
    path = tmp_path / "exposure.csv"
    path.write_text("\n".join(["entity_id,sector,exposure", *exposure]) + "\n")
    arguments = ("validate", "--outcomes", tmp_path / "outcomes.csv", "--out", world / "out")
    done = call(*arguments, "--sector-exposure", path)
    assert done.exit_code == 0, done.output
    assert "supplier-weighted AUC" in done.stdout
    assert "crops" in done.stdout
    found = json.loads(call(*arguments, "--sector-exposure", path, "--json").stdout)
    (sector,) = found["supplier_weighted"]["sectors"]
    assert sector["sector"] == "crops"
    assert sector["cases"] > 0
    missing = call(*arguments, "--sector-exposure", tmp_path / "none.csv")
    assert missing.exit_code != 0
    assert "no such file of sector exposure" in missing.stderr


HEADER = "entity_id,known_on,kind,source,selection"


@pytest.mark.parametrize(
    ("rows", "word"),
    [
        (["s00001,2099-01-01,court,register,public"], "no one could know it"),
        (["s99999,2021-01-01,court,register,public"], "not on the list"),
        ([f"s{row:05d},2021-01-01,court,register,public" for row in range(40)], "none is left"),
        (["s00001,2021-01-01,audit_finding,register,random,nothing_found"], "none of the outcomes"),
        (["s00001,2021-01-01,court,register,public"] * 2, "twice"),
    ],
    ids=["later", "unknown", "all positive", "none positive", "duplicated"],
)
def test_bad_outcomes_are_one_sentence(
    world: Path, tmp_path: Path, rows: list[str], word: str
) -> None:
    header = f"{HEADER},result" if "nothing_found" in rows[0] else HEADER
    path = tmp_path / "outcomes.csv"
    path.write_text("\n".join([header, *rows]) + "\n")
    done = call("validate", "--outcomes", path, "--out", world / "out")
    assert done.exit_code == 1
    assert word in done.stderr
    assert "s99999" not in done.stderr


def test_few_cases_and_none_left_to_rank_against_are_said(world: Path, tmp_path: Path) -> None:
    path = tmp_path / "outcomes.csv"
    path.write_text(f"{HEADER}\ns00001,2021-01-01,court,register,public\n")
    done = call("validate", "--outcomes", path, "--out", world / "out")
    assert done.exit_code == 0
    assert "1 case reported after" in done.stdout
    assert "Fewer than 8 cases: too few to compare rankings." in done.stdout
    assert "Cases in 1 of" in done.stdout
    # No interval of no width where nothing can be drawn.
    assert "[" not in done.stdout


def test_a_column_of_persons_is_rejected(world: Path, tmp_path: Path) -> None:
    path = tmp_path / "outcomes.csv"
    path.write_text(f"{HEADER},worker_name\ns00001,2021-01-01,court,register,public,Ana Silva\n")
    done = call("validate", "--outcomes", path, "--out", world / "out")
    assert done.exit_code == 1
    assert "Ana" not in done.stderr
    assert "take it out of the file" in done.stderr
    assert "--drop" not in done.stderr


def test_the_shipped_configuration_is_compared_by_name(world: Path) -> None:
    done = call("tune", "compare", "base", world / "world" / "profile.yaml", "--out", world / "out")
    assert done.exit_code == 0, done.output
    assert "Kendall's tau" in done.stdout


def test_profiles_are_compared_on_a_run(world: Path, tmp_path: Path) -> None:
    profile = world / "world" / "profile.yaml"
    other = tmp_path / "other.yaml"
    changed = yaml.safe_load(profile.read_text())
    changed["scoring"]["pillars"] = {"financial": 0.05, "environment": 3.0}
    other.write_text(yaml.safe_dump(changed))
    done = call("tune", "compare", profile, other, "--out", world / "out", "--json")
    assert done.exit_code == 0, done.output
    record = json.loads(done.stdout)
    assert record["tau"] <= 1
    assert {row["signal_id"] for row in record["signals"]} >= {"leverage", "active_fire_density"}
