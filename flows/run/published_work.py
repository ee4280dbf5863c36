"""Finds what the stages of a published run left, so that its outputs can be written again."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from configs.settings import Settings
from flows.run import artefacts
from flows.run.stage_types import PreparedRun, RunRequest
from flows.run.workspace import Workspace

_NEEDED = (artefacts.SCORED, artefacts.MEASURED, artefacts.IDENTITY_IN_FORCE)


def prepared_of(out: Path, record: Mapping[str, Any], language: str) -> PreparedRun | None:
    """The run as its stages left it.

    Args:
        out: folder of results.
        record: manifest of the run.
        language: of the outputs.

    Returns:
        None if the work folder was removed, or is of another run by now.
    """
    run_id = str(record["run_id"])
    for path in sorted((out / ".work").glob(f"*/{artefacts.SCORED}")):
        workspace = Workspace(path.parent)
        if (
            all(map(workspace.has, _NEEDED))
            and workspace.read_json(artefacts.SCORED)["run_id"] == run_id
            and workspace.read_json(artefacts.MEASURED)["run_id"] == run_id
        ):
            settings = Settings.model_validate({**record["config"], "language": language})
            request = RunRequest(settings, dt.date.fromisoformat(str(record["as_of"])), out)
            started = dt.datetime.fromisoformat(str(record["started_at"]))
            return PreparedRun(request, path.parent.name, started)
    return None
