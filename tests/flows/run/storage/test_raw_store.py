"""The raw store in object storage: a run is repeated from it, in another folder, to the byte."""

import datetime as dt
import hashlib
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml

import configs
from configs.config_errors import UsageError
from configs.settings import Retention
from flows.run import stages
from flows.run.folders import stored_retention
from flows.run.request.run_request import request_of
from flows.run.sources import stored_raw_files
from flows.run.storage import object_store
from flows.run.storage.object_store import ObjectStore
from flows.run.storage.raw_objects import RawObjects
from flows.run.work.stage_types import PreparedRun, RunRequest
from signals.source_errors import SourceUnavailableError
from tests.flows.cli.test_app import call
from tests.flows.run.storage.bucket import BUCKET
from tests.flows.small_world import AS_OF, write_small_world
from tests.signals.sources.accounts.test_sec_companyfacts import company, fact
from tests.signals.web import Answer, Web, serve
from tests.signals.zonal.rasters import write_raster
from tests.signals.zonal.test_remote import serving

ADDRESS = f"s3://{BUCKET}/raw"
_SEC = "sec_companyfacts"
_DAY = ("2020-12-31", "2021-03-01")


@pytest.fixture
def publisher() -> Iterator[Web]:
    """A publisher with accounts of the six companies of the small world."""
    with serve() as web:
        for number in range(1, 7):
            facts = {
                concept: {"USD": [fact(value * number, *_DAY)]}
                for concept, value in (("Assets", 100), ("Liabilities", 60))
            }
            body = json.dumps(company(facts, cik=number)).encode()
            path = f"/companyfacts/CIK{number:010d}.json"
            web.answers[path] = [Answer(body=body, headers={"ETag": f'"{number}"'})]
        yield web


def _request(world: Path, out: Path, repeat: str | None = None) -> RunRequest:
    changes = [f"raw_store.address={ADDRESS}", f"raw_store.repeat={repeat or 'null'}"]
    return request_of(configs.load(str(world), changes, local=None), AS_OF, out, force=False)


def _pulled(request: RunRequest) -> PreparedRun:
    prepared = stages.prepare(request)
    for source_id in prepared.source_ids:
        try:
            stages.pull(prepared, source_id)
        except SourceUnavailableError as error:
            stages.mark_source_unavailable(prepared, source_id, error)
    return prepared


@pytest.fixture
def world(publisher: Web, tmp_path: Path) -> Path:
    return write_small_world(tmp_path / "world", publisher.url("/companyfacts"))


def _objects(storage: Any) -> dict[str, bytes]:
    listed = storage.list_objects_v2(Bucket=BUCKET).get("Contents", [])
    return {
        one["Key"]: storage.get_object(Bucket=BUCKET, Key=one["Key"])["Body"].read()
        for one in listed
    }


def test_files_of_a_run_are_kept_once_and_taken_without_asking_the_publisher(
    storage: Any, world: Path, publisher: Web, tmp_path: Path
) -> None:
    first = _pulled(_request(world, tmp_path / "one"))
    stored_raw_files.keep(first, "run-1")
    objects = _objects(storage)
    files = {key: body for key, body in objects.items() if "/runs/" not in key}
    assert len(files) == 6
    for key, body in files.items():
        digest = hashlib.sha256(body).hexdigest()
        assert key == f"raw/{digest[:2]}/{digest}"
    text = objects["raw/runs/run-1.json"].decode()
    # The mirrors of the other sources stay where they are, and so does the folder's name.
    assert str(tmp_path / "one") not in text
    asked = len(publisher.asked)

    second = _pulled(_request(world, tmp_path / "two", "run-1"))
    assert len(publisher.asked) == asked
    before, after = (stages.pull(one, _SEC).files for one in (first, second))
    assert [replace(file, path="") for file in before] == [replace(file, path="") for file in after]
    for file in after:
        assert Path(file.path).is_relative_to(tmp_path / "two" / "raw")
        assert hashlib.sha256(Path(file.path).read_bytes()).hexdigest() == file.sha256
    stored_raw_files.reject_other_run(second, "run-1")


def test_run_that_is_killed_while_it_is_kept_leaves_whole_files_and_goes_on(
    storage: Any, world: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    prepared = _pulled(_request(world, tmp_path / "out"))
    write, written = ObjectStore.write, []

    def killed(self: ObjectStore, path: str, content: Path | bytes) -> None:
        if len(written) == 2:
            raise KeyboardInterrupt
        written.append(path)
        write(self, path, content)

    monkeypatch.setattr(object_store, "_AT_ONCE", 1)
    monkeypatch.setattr(ObjectStore, "write", killed)
    with pytest.raises(KeyboardInterrupt):
        stored_raw_files.keep(prepared, "run-1")
    assert sorted(_objects(storage)) == sorted(written)
    for key, body in _objects(storage).items():
        assert key.endswith(hashlib.sha256(body).hexdigest())
    with pytest.raises(UsageError, match="has no run of this id"):
        RawObjects(ADDRESS).record_of("run-1")

    again: list[str] = []
    monkeypatch.setattr(
        ObjectStore,
        "write",
        lambda self, path, content: (again.append(path), write(self, path, content))[1],
    )
    stored_raw_files.keep(prepared, "run-1")
    assert not {*again} & {*written}
    assert again[-1] == "raw/runs/run-1.json"
    stored_raw_files.keep(prepared, "run-1")
    assert len(again) == 5


def test_source_that_was_out_is_out_in_the_repeated_run(
    storage: Any, world: Path, publisher: Web, tmp_path: Path
) -> None:
    answers = dict(publisher.answers)
    publisher.answers = {path: [Answer(status=500)] for path in answers}
    stored_raw_files.keep(_pulled(_request(world, tmp_path / "one")), "run-1")
    publisher.answers = answers
    second = stages.prepare(_request(world, tmp_path / "two", "run-1"))
    with pytest.raises(SourceUnavailableError, match="500"):
        stages.pull(second, _SEC)


@pytest.mark.long
def test_files_that_differ_or_are_gone_are_one_sentence(
    storage: Any, world: Path, tmp_path: Path
) -> None:
    first = _pulled(_request(world, tmp_path / "one"))
    stored_raw_files.keep(first, "run-1")
    one, *_ = sorted(key for key in _objects(storage) if "/runs/" not in key)
    storage.put_object(Bucket=BUCKET, Key=one, Body=b"changed")
    with pytest.raises(UsageError, match="not the file that the run used"):
        _pulled(_request(world, tmp_path / "two", "run-1"))
    assert not list((tmp_path / "two" / "raw").glob(f"*/{one.rsplit('/', 1)[1]}"))
    storage.delete_object(Bucket=BUCKET, Key=one)
    with pytest.raises(UsageError, match="is gone from the raw store"):
        _pulled(_request(world, tmp_path / "two", "run-1"))
    with pytest.raises(UsageError, match=r"run no-run.* has no run|no-run: s3:.* has no run"):
        _pulled(_request(world, tmp_path / "two", "no-run"))
    accounts = world.parent / "accounts" / "accounts.csv"
    accounts.write_text(accounts.read_text().replace(",200,", ",300,"))
    third = _pulled(replace(_request(world, tmp_path / "one", "run-1")))
    with pytest.raises(UsageError, match="would be run run-2, as the files of accounts_csv"):
        stored_raw_files.reject_other_run(third, "run-2")
    earlier = replace(_request(world, tmp_path / "one", "run-1"), as_of=dt.date(2022, 2, 1))
    with pytest.raises(UsageError, match="made of another request than this one as of 2022-02-01"):
        _pulled(earlier)


def test_store_that_cannot_be_used_ends_the_run_before_it_begins(
    storage: Any, world: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*changes: str) -> str:
        options = [part for change in changes for part in ("--set", change)]
        done = call("run", "--direct", "--profile", world, "--out", tmp_path / "out",
                    "--as-of", AS_OF, *options)  # fmt: skip
        assert done.exit_code == 2
        assert not (tmp_path / "out" / "raw").exists()
        lines = done.stderr.strip().splitlines()
        (line,) = [one for one in lines if one.startswith("understory: ")]
        assert "Traceback" not in done.stderr
        return line

    assert "there is no bucket no-bucket" in refused("raw_store.address=s3://no-bucket/raw")
    assert "no raw store is named" in refused("raw_store.repeat=20220301-aaaaaaaa")
    assert "raw_store.address 'raw': this is no address" in refused("raw_store.address=raw")
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    assert "does not answer" in refused(f"raw_store.address={ADDRESS}")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    assert "AWS_SECRET_ACCESS_KEY must be set" in refused(f"raw_store.address={ADDRESS}")


_NOW = dt.datetime.now(dt.UTC) + dt.timedelta(days=30)
_POLICY = Retention(months=3, plain_months=2, superseded_days=10, work_days=5, raw_days=20)


def _kept(*runs: tuple[str, str], folder: Path) -> None:
    """Runs of one file each, as (run, content)."""
    for run_id, content in runs:
        path = folder / content
        path.write_text(content)
        digest = hashlib.sha256(content.encode()).hexdigest()
        files = [{"sha256": digest, "windows": {}}]
        record = {"run": run_id, "sources": {"a": {"files": files}, "b": {"unavailable": "x"}}}
        RawObjects(ADDRESS).keep_run(run_id, record, {digest: path})


def test_files_go_with_the_last_run_that_used_them_and_young_ones_stay(
    storage: Any, tmp_path: Path
) -> None:
    _kept(("old", "alone"), ("older", "shared"), ("other-folder", "shared"), ("kept", "c"),
          folder=tmp_path)  # fmt: skip
    out = tmp_path / "out"
    (out / "kept-here").mkdir(parents=True)
    digest = hashlib.sha256(b"alone").hexdigest()
    manifest = {"sources": [{"files": [{"sha256": digest}]}]}
    (out / "kept-here" / "manifest.json").write_text(json.dumps(manifest))
    gone = ("old", "older")

    def found(now: dt.datetime, runs: tuple[str, ...] = gone) -> set[str]:
        listed = stored_retention.removable(out, ADDRESS, runs, _POLICY, now)
        return {one.path.removeprefix("raw/") for one in listed}

    records = {"runs/old.json", "runs/older.json"}
    assert found(_NOW) == records
    (out / "kept-here" / "manifest.json").unlink()
    assert found(_NOW) == {*records, f"{digest[:2]}/{digest}"}
    assert found(dt.datetime.now(dt.UTC)) == records
    before = set(_objects(storage))
    assert found(_NOW, ()) == set()
    assert set(_objects(storage)) == before
    chosen = stored_retention.removable(out, ADDRESS, gone, _POLICY, _NOW)
    assert stored_retention.remove(ADDRESS, chosen) == sum(one.size for one in chosen)
    assert before - set(_objects(storage)) == {f"raw/{name}" for name in found(_NOW) | records} | {
        f"raw/{digest[:2]}/{digest}"
    }
    assert stored_retention.removable(out, ADDRESS, gone, _POLICY, _NOW) == []


@pytest.mark.long
@pytest.mark.timeout(600)
def test_second_machine_repeats_the_month_with_its_windows_and_no_publisher(
    storage: Any, world: Path, publisher: Web, tmp_path: Path
) -> None:
    grid = np.arange(400, dtype=np.float32).reshape(20, 20)
    body = Path(
        write_raster(tmp_path / "travel_2015.tif", grid, left=102.0, top=0.0, step=0.2)
    ).read_bytes()
    profile = yaml.safe_load(world.read_text())

    def run(out: Path, url: str, *changes: str) -> Any:
        profile["sources"]["travel_time"] = {
            "enabled": True, "url": url, "options": {"file": "travel_{year}.tif"}
        }  # fmt: skip
        world.write_text(yaml.safe_dump(profile))
        options = [
            part
            for change in (f"raw_store.address={ADDRESS}", *changes)
            for part in ("--set", change)
        ]
        return call("run", "--direct", "--json", "--profile", world, "--as-of", AS_OF,
                    "--out", out, *options)  # fmt: skip

    with serving({"/travel_2015.tif": body}) as served:
        url = f"http://127.0.0.1:{served.port}"
        done = run(tmp_path / "one", url)
    assert done.exit_code == 0, done.stderr
    run_id = json.loads(done.stdout)["run_id"]
    asked = len(publisher.asked)
    # The server of the raster is gone, and the publisher now has other accounts.
    publisher.answers = {path: [Answer(body=b"{}")] for path in publisher.answers}
    again = run(tmp_path / "two", url, f"raw_store.repeat={run_id}")
    assert again.exit_code == 0, again.stderr
    assert json.loads(again.stdout)["run_id"] == run_id
    assert len(publisher.asked) == asked
    one, two = tmp_path / "one" / run_id, tmp_path / "two" / run_id
    for name in ("ranked.csv", "all_suppliers.csv", "contributions.parquet"):
        assert (one / name).read_bytes() == (two / name).read_bytes()
    sources = [json.loads((each / "manifest.json").read_text())["sources"] for each in (one, two)]
    assert sources[0] == sources[1]
    travel = next(each for each in sources[0] if each["source_id"] == "travel_time")
    assert travel["rows"]
    assert (travel["status"], len(travel["files"])) == ("read", 1)
    assert any(len(file) > 1000 for key, file in _objects(storage).items() if "/runs/" not in key)

    listed = call("clean", "--json", "--profile", world, "--out", tmp_path / "one",
                  "--set", f"raw_store.address={ADDRESS}")  # fmt: skip
    kinds = {each["kind"] for each in json.loads(listed.stdout)["removable"]}
    assert not kinds & {"run", "stored run", "stored file"}
