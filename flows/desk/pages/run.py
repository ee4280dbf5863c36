"""The run of a list: start it, watch it, stop it, resume it."""

from __future__ import annotations

import json
import time
from typing import Any

from starlette.responses import Response

from flows.desk.jobs.job_files import Job, JobState
from flows.desk.lists.list_folders import ListFolder
from flows.desk.pages.list_pages import frame_of, list_of, start_job, state_of
from flows.desk.pages.page import Page, Visit, to
from flows.desk.views.check_view import for_the_desk
from flows.desk.views.run_view import run_data
from flows.run.request.run_request import first_of_this_month, parsed_as_of
from reports.languages.catalogue import Translator

_DURATIONS = "durations.json"
_LOG_BYTES = 20_000


def run_page(visit: Visit) -> Response:
    """Where the run is, and what can be done with it."""
    folder = list_of(visit)
    return visit.page("run.html.j2", **frame_of(folder, "/run"), **_run(folder, visit.words))


def progress(visit: Visit) -> Response:
    """The part of the page that changes; asked every second while a run goes on."""
    folder = list_of(visit)
    if state_of(folder, "run").status != "running":
        return Response(headers={"HX-Refresh": "true"})
    return visit.page("progress.html.j2", **_run(folder, visit.words))


def start(visit: Visit) -> Response:
    """Start or resume the run of a month."""
    folder = list_of(visit)
    day = parsed_as_of(visit.form.get("as_of") or None).isoformat()
    is_started = start_job(
        visit, folder, "run", as_of=day, user=visit.session.user, language=visit.words.language
    )
    return to(f"/lists/{folder.list_id}/run", "started" if is_started else "running")


def stop(visit: Visit) -> Response:
    """Stop the run; what it has read is kept for the next start."""
    folder = list_of(visit)
    Job(folder, "run").stop(at_once=visit.form.get("at_once") == "yes")
    return to(f"/lists/{folder.list_id}/run", "stopping")


def _run(folder: ListFolder, words: Translator) -> dict[str, Any]:
    record, state = folder.read(), state_of(folder, "run")
    labels = {file.stored: file.label for file in record.files}
    is_running = state.status == "running"
    usual = folder.path / _DURATIONS
    return {
        "state": state,
        "as_of": state.request.get("as_of") or record.as_of or first_of_this_month().isoformat(),
        "run": run_data(
            state.events,
            time.time() if is_running else _ended_at(folder, state),
            json.loads(usual.read_text(encoding="utf-8")) if usual.is_file() else {},
            words,
            is_running=is_running,
        ),
        "warnings": [for_the_desk(one, labels) for one in state.outcome.get("warnings", ())],
        "sentence": for_the_desk(str(state.outcome.get("sentence", "")), labels),
        "log": _log(folder),
    }


def _ended_at(folder: ListFolder, state: JobState) -> float:
    outcome = Job(folder, "run").path / "outcome.json"
    if outcome.is_file():
        return outcome.stat().st_mtime
    return float(state.events[-1]["at"]) if state.events else time.time()


def _log(folder: ListFolder) -> str:
    """The end of the log."""
    file = Job(folder, "run").log_file
    if not file.is_file():
        return ""
    with file.open("rb") as stream:
        stream.seek(max(0, file.stat().st_size - _LOG_BYTES))
        return stream.read().decode("utf-8", "replace")


PAGES = (
    Page("GET", "/lists/{list_id}/run", "read", run_page),
    Page("GET", "/lists/{list_id}/run/progress", "read", progress),
    Page("POST", "/lists/{list_id}/run/start", "run", start, "start run"),
    Page("POST", "/lists/{list_id}/run/stop", "run", stop, "stop run"),
)
