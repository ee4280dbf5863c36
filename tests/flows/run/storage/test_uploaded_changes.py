"""Decisions on runs reach the storage that the configuration of the run names."""

import json
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from flows.run.folders import publication, uploaded_runs
from flows.run.results import decisions_in_force
from flows.run.results.decisions_in_force import InForce
from reports.write import documents
from sql.warehouse import Warehouse
from tests.flows.cli.test_app import call
from tests.flows.run.storage.bucket import BUCKET

ADDRESS = f"s3://{BUCKET}/runs"
_FIRST, _SECOND = "20261001-aaaaaaaa", "20261101-bbbbbbbb"


def _run(out: Path, run_id: str, as_of: str, state: str, address: str | None) -> None:
    folder = out / run_id
    folder.mkdir(parents=True)
    manifest = {
        "run_id": run_id,
        "as_of": as_of,
        "result": state,
        "finished_at": f"{as_of}T12:00:00+00:00",
        "publication": {"findings": []},
        "config": {"language": "en", "publish": {"upload_to": address}},
    }
    (folder / "manifest.json").write_text(json.dumps(manifest))
    for name in ("ranked.csv", *(one.file for one in documents())):
        (folder / name).write_text(f"{name} of {run_id}")
    pl.DataFrame({"supplier_id": ["s1"]}).write_parquet(folder / "ranked.parquet")


@pytest.fixture
def out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A published month that `latest` names and a held one after it, which is uploaded too."""
    _run(tmp_path, _FIRST, "2026-10-01", "published", ADDRESS)
    _run(tmp_path, _SECOND, "2026-11-01", "held", ADDRESS)
    publication.point_latest(tmp_path, _FIRST)
    with Warehouse(tmp_path / "warehouse.duckdb"):
        pass
    # What readers of the warehouse get of these runs is not of interest here.
    monkeypatch.setattr("flows.run.folders.readers_snapshot.write_snapshot", lambda _: None)
    monkeypatch.setattr("flows.run.folders.run_states._write_ledger", lambda *_: None)
    return tmp_path


def _json(storage: Any, name: str) -> Any:
    body = storage.get_object(Bucket=BUCKET, Key=f"runs/{name}.json")["Body"]
    return json.loads(body.read())


def test_accepting_withdrawing_and_naming_reach_the_storage(storage: Any, out: Path) -> None:
    why = ("--reason", "checked", "--out", out)
    accepted = call("publish", "--accept", _SECOND, *why)
    assert accepted.exit_code == 0, accepted.stderr
    assert f"Uploaded to {ADDRESS}" in accepted.stdout
    assert _json(storage, "latest")["run"] == _SECOND
    assert _json(storage, _SECOND)["state"] == "published"

    assert call("withdraw", _SECOND, *why).exit_code == 0
    assert _json(storage, "latest")["run"] == _FIRST
    assert _json(storage, _SECOND) == {"run": _SECOND, "state": "withdrawn"}

    assert call("publish", "--accept", _SECOND, *why).exit_code == 0
    assert call("latest", _FIRST, *why).exit_code == 0
    assert _json(storage, "latest")["run"] == _FIRST


def test_profile_of_the_command_line_says_where_an_accepted_run_goes(
    storage: Any, out: Path
) -> None:
    elsewhere = f"publish.upload_to=s3://{BUCKET}/elsewhere"
    call("publish", "--accept", _SECOND, "--reason", "x", "--out", out, "--set", elsewhere)
    listed = storage.list_objects_v2(Bucket=BUCKET, Prefix="elsewhere/")["Contents"]
    assert "elsewhere/latest.json" in {one["Key"] for one in listed}
    assert not storage.list_objects_v2(Bucket=BUCKET, Prefix="runs/").get("Contents")


def test_change_stands_where_the_storage_is_lost_and_the_sentence_names_the_command(
    storage: Any, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    done = call("withdraw", _FIRST, "--reason", "x", "--out", out, "--json")
    assert done.exit_code == 3
    assert json.loads(done.stdout)["decision"] == "withdraw"
    assert json.loads((out / _FIRST / "manifest.json").read_text())["result"] == "withdrawn"
    (line,) = [one for one in done.stderr.splitlines() if one.startswith("understory: ")]
    assert "does not answer" in line
    assert line.endswith(f"then: understory upload --to {ADDRESS} --out {out}")


def test_run_without_an_address_is_not_uploaded(tmp_path: Path) -> None:
    _run(tmp_path, _FIRST, "2026-10-01", "published", None)
    assert uploaded_runs.upload_change(tmp_path, _FIRST) == uploaded_runs.Change(None)


@pytest.mark.parametrize(("note", "is_uploaded"), [(None, True), ("not shown", False)])
def test_imported_decisions_reach_the_storage_with_the_outputs_that_show_them(
    storage: Any,
    out: Path,
    monkeypatch: pytest.MonkeyPatch,
    note: str | None,
    is_uploaded: bool,
) -> None:
    def shown(folder: Path) -> InForce:
        (folder / _FIRST / "ranked.csv").write_text("with the decision")
        return InForce(_FIRST, note)

    def read(*_: object) -> pl.DataFrame:
        return pl.DataFrame({"supplier_id": ["s1"]})

    monkeypatch.setattr(decisions_in_force, "bring_into_force", shown)
    monkeypatch.setattr("reports.workbook.workbook_decisions.read_decisions", read)
    monkeypatch.setattr("flows.run.decisions.decision_files.keep", lambda *_: None)
    monkeypatch.setattr("flows.run.folders.published_runs.read_ranked", read)
    done = call("decisions", "import", "completed.xlsx", "--out", out)
    assert done.exit_code == 0, done.stderr
    keys = storage.list_objects_v2(Bucket=BUCKET).get("Contents", [])
    if is_uploaded:
        folder = _json(storage, "latest")["folder"]
        body = storage.get_object(Bucket=BUCKET, Key=f"runs/{folder}/ranked.csv")["Body"].read()
        assert body == b"with the decision"
    assert bool(keys) == is_uploaded
