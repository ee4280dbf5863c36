"""Writes the outputs of a published run again in another language."""

from __future__ import annotations

from pathlib import Path

from configs.config_errors import UsageError
from flows.run.folders import published_runs, run_states
from flows.run.results import publish_stage
from flows.run.results.published_work import prepared_of


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
    prepared = prepared_of(out, record, language)
    if prepared is None:
        raise UsageError(
            f"{folder.name}: its work folder is gone (`understory clean` removes old ones) or of "
            "another version, so its outputs cannot be written again; run the list with --language"
        )
    publish_stage.rewrite(prepared, record)
    return folder / "report.html"
