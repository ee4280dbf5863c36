"""Writes the outputs of a published run again in another language."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

from configs.config_errors import UsageError
from configs.settings import Settings
from flows.run import artefacts, publish_stage, published_runs, run_states
from flows.run.stage_types import PreparedRun, RunRequest


def write_in_language(out: Path, run: str, language: str) -> Path:
    """Replace the outputs of a run by the same ones in another language, in one step.

    Scores, ranks, run id and state stay; only texts, numbers and days read differently. They are
    written from what the stages left in the work folder.

    Args:
        out: folder of results.
        run: id of the run, its beginning, or `latest`.
        language: one of `reports.languages.catalogue.LANGUAGES`.

    Returns:
        The report.

    Raises:
        UsageError: there is no such run, or its work folder was removed.
    """
    folder = published_runs.run_folder(out, run)
    record = run_states.as_decided(out, folder)
    request = RunRequest(
        _settings(record, language), dt.date.fromisoformat(record["as_of"]), out, force=False
    )
    started_at = dt.datetime.fromisoformat(record["started_at"])
    prepared = PreparedRun(request, _request_key(out, folder.name), started_at)
    publish_stage.rewrite(prepared, record)
    return folder / "report.html"


def _settings(record: dict[str, Any], language: str) -> Settings:
    return Settings.model_validate({**record["config"], "language": language})


def _request_key(out: Path, run_id: str) -> str:
    """The name of the work folder that a run was written from."""
    for path in sorted((out / ".work").glob(f"*/{artefacts.MEASURED}")):
        if json.loads(path.read_text(encoding="utf-8"))["run_id"] == run_id:
            return path.relative_to(out / ".work").parts[0]
    raise UsageError(
        f"{run_id}: its work folder is gone (`understory clean` removes old ones), so its outputs "
        "cannot be written again; run the list with --language"
    )
