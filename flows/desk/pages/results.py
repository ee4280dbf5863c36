"""The published runs of a list, and their reports inside the frame of the desk."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from starlette.responses import FileResponse, Response

from flows.desk.access.protection import REPORT_POLICY
from flows.desk.lists.list_folders import ListFolder
from flows.desk.pages.list_pages import frame_of, list_of
from flows.desk.pages.page import NotFoundError, Page, Visit
from flows.desk.views.results_view import months, result_files
from flows.run.publication import latest_run

_REPORT = "report.html"


def results(visit: Visit) -> Response:
    """One run in the frame, and the months of the list."""
    folder = list_of(visit)
    manifests = _manifests(folder)
    asked = visit.query.get("run", "")
    shown = asked if asked in manifests else latest_run(folder.results)
    if shown is None and manifests:
        shown = list(manifests)[-1]
    names = [] if shown is None else [one.name for one in _run(folder, shown).iterdir()]
    return visit.page(
        "results.html.j2",
        **frame_of(folder, "/results"),
        months=months(manifests, latest_run(folder.results)),
        shown=shown,
        files=result_files(names),
    )


def report(visit: Visit) -> Response:
    """The report of a run, in a sandbox of its own."""
    file = _run(list_of(visit), visit.path["run_id"]) / _REPORT
    headers = {"content-security-policy": REPORT_POLICY}
    return FileResponse(file, media_type="text/html", headers=headers)


def download(visit: Visit) -> Response:
    """One file of a run, to be saved."""
    run = _run(list_of(visit), visit.path["run_id"])
    # The name is looked up among those that are there; it becomes no part of a path.
    found = [one for one in run.iterdir() if one.name == visit.path["name"] and one.is_file()]
    if not found:
        raise NotFoundError("The run has no such file.")
    return FileResponse(found[0], filename=found[0].name, media_type="application/octet-stream")


def _manifests(folder: ListFolder) -> dict[str, dict[str, Any]]:
    """Manifests of the published runs, oldest first."""
    # Reading tables, which the first page needs not.
    from flows.run.published_runs import read_manifest, run_ids

    return {run_id: read_manifest(folder.results / run_id) for run_id in run_ids(folder.results)}


def _run(folder: ListFolder, run_id: str) -> Path:
    from flows.run.published_runs import run_ids

    if run_id not in run_ids(folder.results):
        raise NotFoundError("There is no such run of this list.")
    return folder.results / run_id


PAGES = (
    Page("GET", "/lists/{list_id}/results", "read", results),
    Page("GET", "/lists/{list_id}/runs/{run_id}/report", "read", report),
    Page("GET", "/lists/{list_id}/runs/{run_id}/files/{name}", "read", download),
)
