import errno
import hashlib
import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import configs
from configs.config_errors import UsageError
from flows.cli.app import main
from flows.publishers_world.publisher import Answer, Asked, zipped
from flows.publishers_world.server import World, publishers
from flows.publishers_world.water_basins import archive
from flows.run import stages, static_data
from flows.run.request import inputs
from flows.run.request.run_request import request_of
from flows.run.work.stage_types import RunRequest
from signals.fetching.stand_in import VARIABLE

_URL = "https://files.wri.org/aqueduct/aqueduct-4-0-water-risk-data.zip"
_PART = "files.wri.org/aqueduct"
_ETAG = '"edition-1"'


def _nothing(source: str, url: str, there: int, whole: int) -> None:
    """Shows nothing."""


def _body() -> bytes:
    # Text that does not pack, so that the archive takes several chunks.
    rows = "\n".join(hashlib.sha256(str(n).encode()).hexdigest() for n in range(20_000))
    return zipped(**{"Aqueduct40/CVS/baseline_annual.csv": rows}).body


_BODY = _body()


def _served(body: bytes = _BODY, **headers: str) -> Callable[[Asked, Answer], Answer]:
    return lambda asked, usual: Answer(
        body, content_type="application/zip", headers={"ETag": _ETAG, **headers}
    )


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    with publishers() as found:
        monkeypatch.setenv(VARIABLE, found.root)
        found.changes[_PART] = _served()
        yield found


def _request(out: Path) -> RunRequest:
    overrides = [f"sources.aqueduct.url={_URL}", "download.attempts=1", "is_synthetic=true"]
    return request_of(configs.load(None, overrides, local=None), "2026-11-01", out, force=False)


def _plan(out: Path) -> static_data.StaticPlan:
    return static_data.plan_static(_request(out), ["aqueduct"])


def _fetch(out: Path) -> tuple[list[Any], dict[str, str]]:
    plan = _plan(out)
    return static_data.fetch_static(plan, _request(out), _nothing)


def _parts_asked(world: World) -> list[str]:
    """Ranges of the requests that are not for the length."""
    ranges = [asked.headers.get("range", "") for asked, _ in world.asked if _PART in _path(asked)]
    return [one for one in ranges if one != "bytes=0-0"]


def _path(asked: Asked) -> str:
    return f"{asked.host}{asked.path}"


def test_the_plan_states_the_length_and_stores_nothing(world: World, tmp_path: Path) -> None:
    plan = _plan(tmp_path)
    assert [(file.url, file.bytes, file.version) for file in plan.missing] == [
        (_URL, len(_BODY), _ETAG)
    ]
    assert plan.missing_bytes == len(_BODY)
    assert [sent for _, sent in world.asked] == [1]
    assert not list(tmp_path.rglob("*.zip"))


def test_a_file_is_fetched_once_and_runs_take_it_without_a_request(
    world: World, tmp_path: Path
) -> None:
    brought, failed = _fetch(tmp_path)
    assert not failed
    assert brought[0].sha256 == hashlib.sha256(_BODY).hexdigest()
    assert brought[0].version == _ETAG
    world.asked.clear()
    assert not _plan(tmp_path).missing
    assert _fetch(tmp_path) == ([], {})
    assert not world.asked
    held = static_data.list_static(tmp_path, _request(tmp_path).settings)
    assert [(raw.origin, raw.bytes, raw.version) for raw in held] == [(_URL, len(_BODY), _ETAG)]


def test_a_run_asks_for_nothing_and_its_record_states_the_version(
    world: World, tmp_path: Path
) -> None:
    body = archive()
    world.changes[_PART] = _served(body)
    _fetch(tmp_path)
    suppliers = tmp_path / "list.csv"
    suppliers.write_text("supplier_id,name,country,sector\na,Mill A,Indonesia,10\n")
    changes = {
        "suppliers": {"files": [str(suppliers)]},
        "sources": {
            name: {"enabled": name == "aqueduct"} for name in configs.load(local=None).sources
        },
    }
    overrides = [f"sources.aqueduct.url={_URL}", "is_synthetic=true"]
    settings = configs.load(None, overrides, changes, local=None)
    world.asked.clear()
    prepared = stages.prepare(request_of(settings, "2026-11-01", tmp_path, force=False))
    stages.pull(prepared, "aqueduct")
    stages.stage(prepared, "aqueduct")
    assert not world.asked
    records = {one["source_id"]: one for one in inputs.source_records(prepared)}
    assert [(one["version"], one["bytes"]) for one in records["aqueduct"]["files"]] == [
        (_ETAG, len(body))
    ]


def test_an_interrupted_download_resumes_where_it_stopped(world: World, tmp_path: Path) -> None:
    def stop(source: str, url: str, there: int, whole: int) -> None:
        assert whole == len(_BODY)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        static_data.fetch_static(_plan(tmp_path), _request(tmp_path), stop)
    partial = next(tmp_path.rglob("*.part"))
    there = partial.stat().st_size
    assert 0 < there < len(_BODY)
    plan = _plan(tmp_path)
    assert plan.missing[0].bytes_there == there
    assert plan.missing_bytes == len(_BODY) - there
    world.asked.clear()
    brought, failed = static_data.fetch_static(plan, _request(tmp_path), _nothing)
    assert not failed
    assert _parts_asked(world) == [f"bytes={there}-"]
    assert brought[0].sha256 == hashlib.sha256(_BODY).hexdigest()


def test_a_new_edition_is_not_appended_to_the_part_of_the_old_one(
    world: World, tmp_path: Path
) -> None:
    def stop(source: str, url: str, there: int, whole: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        static_data.fetch_static(_plan(tmp_path), _request(tmp_path), stop)
    edition = zipped(**{"Aqueduct40/CVS/baseline_annual.csv": "another edition"}).body

    def changed(asked: Asked, usual: Answer) -> Answer:
        # A server whose entity tag is another one sends the whole file.
        is_old = asked.headers.get("if-range") == _ETAG
        return Answer(edition, headers={"ETag": '"edition-2"'}, gives_parts=not is_old)

    world.changes[_PART] = changed
    brought, _ = _fetch(tmp_path)
    assert brought[0].sha256 == hashlib.sha256(edition).hexdigest()


def test_a_server_without_parts_sends_the_file_whole_again(world: World, tmp_path: Path) -> None:
    def stop(source: str, url: str, there: int, whole: int) -> None:
        raise KeyboardInterrupt

    world.changes[_PART] = lambda asked, usual: Answer(
        _BODY, headers={"ETag": _ETAG}, gives_parts=False
    )
    with pytest.raises(KeyboardInterrupt):
        static_data.fetch_static(_plan(tmp_path), _request(tmp_path), stop)
    brought, failed = _fetch(tmp_path)
    assert not failed
    assert brought[0].sha256 == hashlib.sha256(_BODY).hexdigest()


def test_a_wrong_checksum_is_reported_and_nothing_is_kept(world: World, tmp_path: Path) -> None:
    world.changes[_PART] = _served(**{"Content-MD5": "0" * 32})
    brought, failed = _fetch(tmp_path)
    assert not brought
    assert "differs from its publisher's checksum" in failed[_URL]
    assert not list(tmp_path.rglob("*.part"))
    assert len(_plan(tmp_path).missing) == 1


def test_a_right_checksum_is_accepted(world: World, tmp_path: Path) -> None:
    digest = hashlib.md5(_BODY).hexdigest()
    world.changes[_PART] = _served(**{"Content-MD5": digest})
    assert _fetch(tmp_path)[1] == {}


def test_a_file_that_is_not_there_is_a_problem_of_its_source(world: World, tmp_path: Path) -> None:
    world.changes[_PART] = lambda asked, usual: Answer(b"gone", 404)
    plan = _plan(tmp_path)
    assert not plan.files
    assert "no such file (HTTP 404)" in plan.problems["aqueduct"]


def test_a_full_disk_is_one_sentence_and_the_part_is_kept(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = _plan(tmp_path)

    def full(source: str, url: str, there: int, whole: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.raises(UsageError, match=r"the disk is full after .* run the same command"):
        static_data.fetch_static(plan, _request(tmp_path), full)
    assert next(tmp_path.rglob("*.part")).stat().st_size > 0


def test_too_little_space_is_reported_before_anything_is_fetched(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = _plan(tmp_path)
    static_data.check_space(plan, tmp_path / "new")
    monkeypatch.setattr(shutil, "disk_usage", lambda folder: shutil._ntuple_diskusage(9, 8, 1))
    with pytest.raises(UsageError, match="MB are needed and 0 MB are free"):
        static_data.check_space(plan, tmp_path / "new")


def test_a_name_that_has_no_static_data_is_a_usage_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no such source"):
        static_data.plan_static(_request(tmp_path), ["aqueducts"])
    with pytest.raises(UsageError, match="no files to bring"):
        static_data.plan_static(_request(tmp_path), ["nasa_power"])


def test_removed_files_are_asked_for_again(world: World, tmp_path: Path) -> None:
    _fetch(tmp_path)
    settings = _request(tmp_path).settings
    assert static_data.remove_static(tmp_path, settings, ["aqueduct"]) == (1, len(_BODY))
    assert static_data.list_static(tmp_path, settings) == []
    assert len(_plan(tmp_path).missing) == 1
    with pytest.raises(UsageError, match="no static file"):
        static_data.remove_static(tmp_path, settings, ["aqueduct"])


def test_the_verbs_show_the_total_first_and_say_when_nothing_is_left(
    world: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = ["data", "fetch", "--only", "aqueduct", "--set", f"sources.aqueduct.url={_URL}"]
    asked += ["--set", "is_synthetic=true", "--out", str(tmp_path)]

    def run(*arguments: str) -> str:
        with pytest.raises(SystemExit) as ended:
            main(arguments)
        assert ended.value.code == 0
        return capsys.readouterr().out

    planned = run(*asked, "--dry-run")
    assert planned.startswith(f"To fetch: 1 files, {len(_BODY) / 1e6:,.1f} MB.")
    assert json.loads(run(*asked, "--dry-run", "--json"))["missing_bytes"] == len(_BODY)
    fetched = run(*asked)
    assert "To fetch: 1 files" in fetched.splitlines()[0]
    assert "Files fetched: 1," in fetched.splitlines()[-1]
    assert run(*asked).startswith("Nothing to fetch: all 1 files are in the store.")
    assert "aqueduct" in run("data", "--out", str(tmp_path))
    listed = json.loads(run("data", "list", "--json", "--out", str(tmp_path)))
    assert [(one["source_id"], one["version"]) for one in listed] == [("aqueduct", _ETAG)]
    assert "Removed 1 files" in run("data", "remove", "aqueduct", "--out", str(tmp_path))


def test_ctrl_c_leaves_a_state_that_resumes(
    world: World,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(static_data, "fetch_static", stop)
    asked = ["data", "fetch", "--only", "aqueduct", "--set", f"sources.aqueduct.url={_URL}"]
    with pytest.raises(SystemExit) as ended:
        main([*asked, "--set", "is_synthetic=true", "--out", str(tmp_path)])
    assert ended.value.code == 130
    assert "run the same command to resume" in capsys.readouterr().err
