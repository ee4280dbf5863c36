"""Lists, mirrors and published runs in object storage, against a server with S3's interface."""

import json
import os
import re
import socket
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from moto.server import ThreadedMotoServer

import configs
from configs.config_errors import UsageError
from configs.settings import Settings
from flows.demo_world import DEMO_AS_OF, write_demo_world
from flows.run.folders import publication, uploaded_runs
from flows.run.storage import object_store
from flows.run.storage.object_store import ObjectStore
from flows.run.storage.storage_address import is_storage, storage_address
from flows.run.storage.stored_inputs import with_local_inputs
from tests.flows.cli.test_app import call
from tests.flows.run.storage.bucket import BUCKET, SECRET, ask, moved, put


def _keys(storage: Any) -> list[str]:
    listed = storage.list_objects_v2(Bucket=BUCKET).get("Contents", [])
    return sorted(one["Key"] for one in listed)


def _json(storage: Any, key: str) -> Any:
    return json.loads(storage.get_object(Bucket=BUCKET, Key=key)["Body"].read())


def _run(out: Path, run_id: str, state: str = "published", **files: str) -> None:
    folder = out / run_id
    (folder / "dossiers").mkdir(parents=True, exist_ok=True)
    manifest = {"as_of": "2026-10-01", "result": state}
    (folder / "manifest.json").write_text(json.dumps(manifest))
    for name, text in {"ranked.csv": f"rank of {run_id}", "report.html": "<p>", **files}.items():
        (folder / name).write_text(text)
    (folder / "dossiers" / "s1.html").write_text("one")


@pytest.fixture
def out(tmp_path: Path) -> Path:
    _run(tmp_path, "20261001-aaaaaaaa")
    publication.point_latest(tmp_path, "20261001-aaaaaaaa")
    return tmp_path


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("s3://bucket/a/b.csv", "s3://bucket/a/b.csv"),
        (str(Path("s3://bucket/a/b.csv")), "s3://bucket/a/b.csv"),
        ("S3://bucket/", "s3://bucket"),
        ("s3://bucket/folder/", "s3://bucket/folder"),
        ("s3://b.u-c.k/a b/ü.csv", "s3://b.u-c.k/a b/ü.csv"),
    ],
)
def test_addresses_as_users_and_paths_write_them(text: str, address: str) -> None:
    assert is_storage(text)
    assert str(storage_address(text, "--to")) == address


@pytest.mark.parametrize(
    "text",
    ["s3://", "s3:///x", "s3://Bad Bucket/x", "s3://b/x", "s3://bucket/../x", "s3://bucket/a//b",
     "s3://bucket/a\\b", "s3://bucket/a\nb", "gs://bucket/x", "folder/x"],
)  # fmt: skip
def test_what_is_no_address_is_one_sentence(text: str) -> None:
    with pytest.raises(UsageError, match=r"^--to .*write it as s3://bucket/path"):
        storage_address(text, "--to")


def _settings(files: tuple[str, ...] = (), **mirrors: str) -> Settings:
    sources = {name: {"mirror": mirror} for name, mirror in mirrors.items()}
    return configs.load(None, (), {"suppliers": {"files": list(files)}, "sources": sources})


def test_lists_and_mirrors_are_fetched_once_and_again_when_they_change(
    storage: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(storage, **{"lists/one.csv": "a,b\n1,2\n", "news/2026/x.csv": "x", "news/y.csv": "y",
                     "newspaper/z.csv": "z", "news/old/": ""})  # fmt: skip
    given = _settings((f"s3://{BUCKET}/lists/one.csv", "own.csv"), news_csv=f"s3://{BUCKET}/news/")
    fetched: list[str] = []
    fetch = ObjectStore.fetch
    monkeypatch.setattr(
        ObjectStore,
        "fetch",
        lambda self, one, target: (fetched.append(one.path), fetch(self, one, target))[1],
    )
    first = with_local_inputs(given, tmp_path)
    one, own = first.suppliers.files
    mirror = first.sources["news_csv"].mirror
    assert own == "own.csv"
    assert isinstance(one, str)
    assert mirror is not None
    assert Path(one).read_text() == "a,b\n1,2\n"
    assert Path(one).name == "one.csv"
    files = sorted(p.relative_to(mirror).as_posix() for p in Path(mirror).rglob("*") if p.is_file())
    assert files == ["2026/x.csv", "y.csv"]
    assert fetched == ["lists/one.csv", "news/2026/x.csv", "news/y.csv"]

    assert with_local_inputs(given, tmp_path) == first
    assert len(fetched) == 3

    put(storage, **{"news/y.csv": "Y"})
    storage.delete_object(Bucket=BUCKET, Key="news/2026/x.csv")
    (Path(one)).write_text("cut")
    with_local_inputs(given, tmp_path)
    assert fetched[3:] == ["lists/one.csv", "news/y.csv"]
    assert [p.name for p in Path(mirror).rglob("*") if p.is_file()] == ["y.csv"]
    assert (Path(mirror) / "y.csv").read_text() == "Y"


def test_settings_without_an_address_stay_as_they_are(tmp_path: Path) -> None:
    given = _settings(("own.csv",), news_csv="folder")
    assert with_local_inputs(given, tmp_path) == given
    assert list(tmp_path.iterdir()) == []


def test_check_and_list_check_read_a_list_there(storage: Any, tmp_path: Path) -> None:
    put(storage, **{"l.csv": "supplier_id,name,country\n1,Alpha Mill Ltd,BR\n", "n/a.csv": "x"})
    address = f"s3://{BUCKET}/l.csv"
    put(storage, **{"open.csv": "supplier_id,name,country\n1,Alpha Mill Ltd,Atlantis\n"})
    checked = call("list", "check", f"s3://{BUCKET}/open.csv", "--out", tmp_path)
    assert f"understory run --suppliers s3://{BUCKET}/open.csv " in checked.stdout
    news = f"sources.news_csv.mirror=s3://{BUCKET}/n"
    assert call("check", "--suppliers", address, "--set", news).exit_code == 0
    none = call("check", "--suppliers", address, "--set", f"{news}one")
    assert none.exit_code == 2
    assert f"sources.news_csv.mirror s3://{BUCKET}/none: there is no object" in none.stdout


def test_every_address_with_nothing_there_is_named(storage: Any, tmp_path: Path) -> None:
    given = _settings((f"s3://{BUCKET}/none.csv",), news_csv="s3://no-such-bucket/x")
    with pytest.raises(UsageError) as raised:
        with_local_inputs(given, tmp_path)
    first, second = str(raised.value).splitlines()
    assert first == (
        f"suppliers.files s3://{BUCKET}/none.csv: there is no object and no folder of this name; "
        "correct the address"
    )
    assert second.startswith("s3://no-such-bucket/x: there is no bucket no-such-bucket at http://")


def test_object_that_no_local_file_can_be_is_one_sentence(storage: Any, tmp_path: Path) -> None:
    put(storage, **{"news/a:b.csv": "x"})
    with pytest.raises(UsageError, match="has a name that no local file may have; rename it"):
        with_local_inputs(_settings(news_csv=f"s3://{BUCKET}/news"), tmp_path)


def test_run_is_uploaded_whole_and_latest_names_its_files(storage: Any, out: Path) -> None:
    done = uploaded_runs.upload(out, f"s3://{BUCKET}/team/runs/")
    latest = _json(storage, "team/runs/latest.json")
    assert done.runs == ("20261001-aaaaaaaa",)
    assert (done.latest, latest["run"]) == ("20261001-aaaaaaaa", "20261001-aaaaaaaa")
    assert latest == _json(storage, "team/runs/20261001-aaaaaaaa.json")
    assert set(latest["files"]) == {
        "manifest.json", "ranked.csv", "report.html", "dossiers/s1.html"
    }  # fmt: skip
    for name, one in latest["files"].items():
        body = storage.get_object(Bucket=BUCKET, Key=f"team/runs/{latest['folder']}/{name}")["Body"]
        content = body.read()
        assert content == (out / "20261001-aaaaaaaa" / name).read_bytes()
        assert len(content) == one["bytes"]
    again = uploaded_runs.upload(out, f"s3://{BUCKET}/team/runs")
    assert (again.runs, again.bytes) == ((), 0)


def test_run_written_again_is_another_folder_and_the_old_one_stays(storage: Any, out: Path) -> None:
    address = f"s3://{BUCKET}"
    uploaded_runs.upload(out, address)
    before = _json(storage, "latest.json")
    _run(out, "20261001-aaaaaaaa", **{"ranked.csv": "other"})
    uploaded_runs.upload(out, address)
    after = _json(storage, "latest.json")
    assert before["folder"] != after["folder"]
    assert f"{before['folder']}/ranked.csv" in _keys(storage)
    assert len(_keys(storage)) == 2 * 4 + 2


def test_upload_that_is_cut_off_leaves_the_old_latest_and_goes_on(
    storage: Any, server: ThreadedMotoServer, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = f"s3://{BUCKET}/runs"
    uploaded_runs.upload(out, address)
    before = _json(storage, "runs/latest.json")
    _run(out, "20261101-bbbbbbbb")
    publication.point_latest(out, "20261101-bbbbbbbb")
    write, written = ObjectStore.write, []

    def cut_off(self: ObjectStore, path: str, content: Path | bytes) -> None:
        if len(written) == 2:
            raise UsageError("the network went away")
        written.append(path)
        write(self, path, content)

    monkeypatch.setattr(object_store, "_AT_ONCE", 1)
    monkeypatch.setattr(ObjectStore, "write", cut_off)
    with pytest.raises(UsageError, match="went away"):
        uploaded_runs.upload(out, address)
    assert _json(storage, "runs/latest.json") == before
    assert "runs/20261101-bbbbbbbb.json" not in _keys(storage)
    assert len([key for key in _keys(storage) if "bbbbbbbb" in key]) == 2

    monkeypatch.setattr(ObjectStore, "write", write)
    done = uploaded_runs.upload(out, address)
    assert done.runs == ("20261101-bbbbbbbb",)
    whole = sum(p.stat().st_size for p in (out / done.runs[0]).rglob("*") if p.is_file())
    assert 0 < done.bytes < whole
    assert _json(storage, "runs/latest.json")["run"] == "20261101-bbbbbbbb"


def test_held_runs_stay_here_and_withdrawn_ones_lose_their_pointer(storage: Any, out: Path) -> None:
    address = f"s3://{BUCKET}/runs"
    _run(out, "20261101-bbbbbbbb", state="held")
    uploaded_runs.upload(out, address)
    assert not [key for key in _keys(storage) if "bbbbbbbb" in key]
    _run(out, "20261001-aaaaaaaa", state="withdrawn")
    publication.point_latest(out, None)
    uploaded_runs.upload(out, address)
    assert _json(storage, "runs/20261001-aaaaaaaa.json") == {
        "run": "20261001-aaaaaaaa", "state": "withdrawn"
    }  # fmt: skip
    assert _json(storage, "runs/latest.json") == {"run": None}


def _no_server(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{free.getsockname()[1]}")


def _strict_server(monkeypatch: pytest.MonkeyPatch) -> None:
    ask(f"{os.environ['AWS_ENDPOINT_URL']}/moto-api/reset-auth", b"0")


@pytest.mark.parametrize(
    ("prepare", "address", "sentence"),
    [
        (_no_server, BUCKET, r"does not answer \(\w+\); check the network and AWS_ENDPOINT_URL"),
        (_strict_server, BUCKET, r"rejects the request \(40[13]\); check AWS_ACCESS_KEY_ID"),
        (lambda _: None, "no-such-bucket", "there is no bucket no-such-bucket at http://"),
        (lambda m: m.delenv("AWS_SECRET_ACCESS_KEY"), BUCKET, "AWS_SECRET_ACCESS_KEY must be set"),
        (lambda m: m.setenv("AWS_ENDPOINT_URL", "nonsense"), BUCKET, "AWS_ENDPOINT_URL"),
    ],
)  # fmt: skip
def test_every_fault_of_a_storage_is_one_sentence_without_a_key(
    storage: Any,
    out: Path,
    monkeypatch: pytest.MonkeyPatch,
    prepare: Callable[[pytest.MonkeyPatch], None],
    address: str,
    sentence: str,
) -> None:
    prepare(monkeypatch)
    try:
        done = call("upload", "--out", out, "--to", f"s3://{address}/runs")
        listed = call("run", "--direct", "--out", out, "--suppliers", f"s3://{address}/list.csv")
    finally:
        ask(f"{storage.meta.endpoint_url}/moto-api/reset-auth", b"inf")
    for one in (done, listed):
        assert one.exit_code == 2
        assert len(one.stderr.strip().splitlines()) == 1
        assert "Traceback" not in one.stderr
        assert SECRET not in one.stderr
        assert "the-key-of-the-test" not in one.stderr
    assert re.search(sentence, done.stderr), done.stderr
    assert re.search(sentence, listed.stderr), listed.stderr


def test_without_the_extra_the_sentence_names_it(
    out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "obstore", None)
    done = call("upload", "--out", out, "--to", f"s3://{BUCKET}/runs")
    assert done.exit_code == 2
    assert "install the extra `s3`" in done.stderr


def test_upload_without_an_address_is_one_sentence(out: Path) -> None:
    done = call("upload", "--out", out)
    assert done.exit_code == 2
    assert "give --to s3://bucket/path, or set publish.upload_to" in done.stderr


@pytest.mark.long
@pytest.mark.timeout(900)
def test_run_reads_list_and_mirrors_there_and_uploads_itself(
    storage: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = write_demo_world(tmp_path / "world")
    profile = yaml.safe_load(world.profile_path.read_text())

    profile["suppliers"]["files"] = [
        moved(storage, path, tmp_path) for path in profile["suppliers"]["files"]
    ]
    for source in profile["sources"].values():
        if source.get("mirror"):
            source["mirror"] = moved(storage, source["mirror"], tmp_path)
    stored = tmp_path / "stored.yaml"
    stored.write_text(yaml.safe_dump(profile))
    out = tmp_path / "out"
    verb = ("run", "--direct", "--profile", stored, "--as-of", DEMO_AS_OF, "--out", out,
            "--set", f"publish.upload_to=s3://{BUCKET}/runs")  # fmt: skip
    assert call(*verb).exit_code == 0
    latest = _json(storage, "runs/latest.json")
    here = publication.latest_run(out)
    assert here is not None
    assert latest["run"] == here
    assert {name: one["bytes"] for name, one in latest["files"].items()} == {
        path.relative_to(out / here).as_posix(): path.stat().st_size
        for path in (out / here).rglob("*")
        if path.is_file()
    }
    # Experiments on weights read the list, the mirrors and the method as this run fetched them.
    tuned = call("tune", "fairness", "--run", here, "--out", out)
    assert (tuned.exit_code, tuned.stderr) == (0, "")
    assert tuned.stdout.startswith("dimension ")
    # Published here, and not uploaded: the exit code asks for attention, and `upload` goes on.
    storage.delete_object(Bucket=BUCKET, Key="runs/latest.json")
    monkeypatch.setattr(uploaded_runs, "upload", _gone)
    failed = call(*verb)
    assert failed.exit_code == 3
    assert "was not uploaded, and its change stands in" in failed.stderr
    assert f"understory upload --to s3://{BUCKET}/runs --out {out}" in failed.stderr
    files = [path for path in out.rglob("*") if path.is_file()]
    assert not [path for path in files if SECRET.encode() in path.read_bytes()]


def _gone(*_: Any) -> None:
    raise UsageError("s3://x: the storage does not answer")
