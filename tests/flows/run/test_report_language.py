"""The outputs of a run in another language: the same run, written again."""

import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

import configs
from configs.config_errors import UsageError
from configs.settings import Settings
from flows.cli.app import app
from flows.run.folders import published_runs
from flows.run.results import publish_stage
from flows.run.results.report_language import write_in_language


def test_the_language_is_no_part_of_what_a_run_is() -> None:
    english = configs.load(None, local=None)
    german = configs.load(None, ["language=de"], local=None)
    assert configs.effective_hash(english) == configs.effective_hash(german)


def test_a_run_is_written_again_in_another_language_and_keeps_its_id(
    copied: tuple[Settings, Path],
) -> None:
    _, out = copied
    folder = (out / "latest").resolve()
    before = published_runs.read_manifest(folder)
    ranked = (folder / "ranked.parquet").read_bytes()
    done = CliRunner().invoke(app, ["report", "--language", "de", "--out", str(out)])
    assert done.exit_code == 0, done.output
    assert '<html lang="de"' in (folder / "report.html").read_text("utf-8")
    assert published_runs.read_manifest(folder) == publish_stage.in_language(before, "de")
    assert (folder / "ranked.parquet").read_bytes() == ranked
    assert published_runs.run_ids(out) == [folder.name]


def test_without_its_work_folder_a_run_cannot_be_written_again(
    copied: tuple[Settings, Path],
) -> None:
    _, out = copied
    for work in (out / ".work").glob("*/measure.json"):
        shutil.rmtree(work.parent)
    with pytest.raises(UsageError, match="work folder is gone"):
        write_in_language(out, "latest", "es")
