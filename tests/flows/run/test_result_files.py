"""What a run writes is whole, its owner's alone, and changes names in one step."""

import os
import shutil
import stat
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import polars as pl
import pytest

from configs import durable_files
from flows.run.folders import publication
from flows.run.folders.leftovers import remove_leftovers
from flows.run.work.private_files import keep_files_private
from flows.run.work.work_folder import Record, Table, WorkFolder


def test_a_run_that_is_published_again_changes_names_in_one_step(tmp_path: Path) -> None:
    out = tmp_path / "out"
    for content in ("first", "second"):
        finished = tmp_path / "finished"
        finished.mkdir()
        (finished / "manifest.json").write_text(content)
        out.mkdir(exist_ok=True)
        publication.publish_atomically(finished, out, "run")
    assert (out / "run" / "manifest.json").read_text() == "second"
    assert [path.name for path in out.iterdir()] == ["run"]


def test_a_system_without_an_exchange_moves_the_old_folder_aside(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(durable_files, "exchange", lambda one, other: False)
    for content in ("first", "second"):
        finished = tmp_path / "finished"
        finished.mkdir()
        (finished / "manifest.json").write_text(content)
        (tmp_path / "out" / ".work").mkdir(parents=True, exist_ok=True)
        publication.publish_atomically(finished, tmp_path / "out", "run")
        publication.point_latest(tmp_path / "out", "run")
    assert (tmp_path / "out" / "latest" / "manifest.json").read_text() == "second"
    assert not list((tmp_path / "out" / ".work").iterdir())


@pytest.mark.parametrize("steps", range(6))
def test_latest_is_whole_wherever_a_replacement_is_cut_off(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, steps: int
) -> None:
    """A step is a change of names or of `latest`, or the removal at the end."""
    out, finished = tmp_path / "out", tmp_path / "finished"
    monkeypatch.setattr(durable_files, "exchange", lambda one, other: False)
    for folder, content in ((out / "run", "first"), (finished, "second")):
        folder.mkdir(parents=True)
        (folder / "manifest.json").write_text(content)
    publication.point_latest(out, "run")
    left = iter(range(steps))

    def counted(call: Callable[..., object]) -> Callable[..., object]:
        def one(*args: object, **options: object) -> object:
            if not options and next(left, None) is None:
                raise KeyboardInterrupt
            return call(*args, **options)

        return one

    with monkeypatch.context() as cut:
        cut.setattr(Path, "rename", counted(Path.rename))
        cut.setattr(publication, "point_latest", counted(publication.point_latest))
        cut.setattr(shutil, "rmtree", counted(shutil.rmtree))
        with suppress(KeyboardInterrupt):
            publication.publish_atomically(finished, out, "run")
    assert publication.latest_run(out) == "run"
    remove_leftovers(out)
    assert (out / "latest").resolve() == (out / "run").resolve()
    assert (out / "run" / "manifest.json").read_text() in ("first", "second")
    assert sorted(path.name for path in out.iterdir()) == [".work", "latest", "run"]
    assert list((out / ".work").iterdir()) == []


def test_an_exchange_that_may_not_be_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "one").mkdir()
    with pytest.raises(FileNotFoundError):
        durable_files.exchange(tmp_path / "one", tmp_path / "two")


@pytest.mark.parametrize("torn", [b"", b"{", b"PAR1 and no more"])
def test_a_torn_result_counts_as_none(tmp_path: Path, torn: bytes) -> None:
    workspace = WorkFolder(tmp_path)
    record, table = Record("a.json"), Table("b.parquet")
    workspace.write_json(record, {"a": 1})
    workspace.write_frame(table, pl.DataFrame({"a": [1]}))
    assert workspace.has(record)
    assert workspace.has(table)
    for name in (record, table):
        (tmp_path / name).write_bytes(torn)
        assert not workspace.has(name)
        assert not (tmp_path / name).exists()


@pytest.mark.parametrize(
    ("stated", "mode"), [("", 0o600), ("027", 0o640), ("0007", 0o660), ("x", 0o600)]
)
def test_new_files_are_their_owners_alone(tmp_path: Path, stated: str, mode: int) -> None:
    before = os.umask(0o022)
    try:
        keep_files_private({"UNDERSTORY_UMASK": stated})
        (tmp_path / "file").write_text("x")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "file").stat().st_mode) == mode
