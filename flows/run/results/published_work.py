"""Finds what the stages of a published run left, so that its outputs can be written again."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import configs
from configs.config_errors import UsageError
from configs.settings import Settings
from flows.run.storage.local_copies import with_kept_copies
from flows.run.work import artefacts
from flows.run.work.stage_types import PreparedRun, RunRequest
from flows.run.work.work_folder import WorkFolder

_NEEDED = (artefacts.SCORED, artefacts.MEASURED, artefacts.IDENTITY_IN_FORCE)


def prepared_of(out: Path, record: Mapping[str, Any], language: str) -> PreparedRun | None:
    """The run as its stages left it.

    Args:
        out: folder of results.
        record: manifest of the run.
        language: of the outputs.

    Returns:
        None if the work folder was removed or is of another run by now, or if the run is of a
        version whose settings this one does not know.
    """
    run_id = str(record["run_id"])
    for path in sorted((out / ".work").glob(f"*/{artefacts.SCORED}")):
        workspace = WorkFolder(path.parent)
        if (
            all(map(workspace.has, _NEEDED))
            and workspace.read_json(artefacts.SCORED)["run_id"] == run_id
            and workspace.read_json(artefacts.MEASURED)["run_id"] == run_id
        ):
            settings = _settings(record, language)
            if settings is None:
                return None
            settings = with_kept_copies(settings, out)
            request = RunRequest(settings, dt.date.fromisoformat(str(record["as_of"])), out)
            started = dt.datetime.fromisoformat(str(record["started_at"]))
            return PreparedRun(request, path.parent.name, started)
    return None


def _settings(record: Mapping[str, Any], language: str) -> Settings | None:
    """Those of the run; blocks that came since are as in the base."""
    try:
        return configs.load(None, (), {**record["config"], "language": language}, local=None)
    except UsageError:
        return None
