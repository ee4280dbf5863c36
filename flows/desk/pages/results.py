"""The published runs of a list, and their reports inside the frame of the desk."""

from __future__ import annotations

from starlette.responses import FileResponse, Response

from configs.config_errors import UsageError
from flows.desk.access.protection import REPORT_POLICY
from flows.desk.pages.list_pages import (
    frame_of,
    list_of,
    manifests_of,
    run_folder_of,
    run_shown,
    state_of,
)
from flows.desk.pages.page import NotFoundError, Page, Visit, to
from flows.desk.pages.suppliers import results_frame
from flows.desk.views.results_view import months, result_files
from flows.run.folders.publication import latest_run
from reports.languages.catalogue import message
from sql.published_tables import table_bytes, written_name

_REPORT = "report.html"


def results(visit: Visit) -> Response:
    """One run in the frame, with the months of the list."""
    folder = list_of(visit)
    shown = run_shown(folder, visit.query.get("run", ""))
    if shown is None:
        return visit.page("results.html.j2", **frame_of(folder, "/results"), months=[])
    run = folder.results / shown
    manifests = manifests_of(folder)
    return visit.page(
        "results.html.j2",
        **results_frame(folder, "report", shown),
        months=months(manifests, latest_run(folder.results)),
        files=result_files(written_name(one) for one in run.iterdir()),
        state=manifests[shown]["result"],
        findings=[
            one["sentence"] for one in manifests[shown].get("publication", {}).get("findings", ())
        ],
    )


def publish(visit: Visit) -> Response:
    """Publish a run that is held or withdrawn, or withdraw one, with a reason."""
    from flows.run.folders.folder_lock import one_run_at_a_time
    from flows.run.results import decided_runs

    folder = list_of(visit)
    run = run_folder_of(folder, visit.path["run_id"])
    if state_of(folder, "run").status == "running":
        return to(f"/lists/{folder.list_id}/results?run={run.name}", "running")
    is_accepted = visit.form.get("what") == "accept"
    act = decided_runs.accept if is_accepted else decided_runs.withdraw
    with one_run_at_a_time(folder.results):
        decided = act(folder.results, run.name, visit.form.get("reason", ""), visit.session.user)
    if decided.upload.fault is not None:
        raise UsageError(decided.upload.fault)
    note = "accepted" if is_accepted else "withdrawn"
    return to(f"/lists/{folder.list_id}/results?run={run.name}", note)


def report(visit: Visit) -> Response:
    """The report of a run, in a sandbox of its own."""
    file = run_folder_of(list_of(visit), visit.path["run_id"]) / _REPORT
    if not file.is_file():
        raise NotFoundError(
            message("This month was filled in without a report; run it again for one.")
        )
    headers = {"content-security-policy": REPORT_POLICY}
    return FileResponse(file, media_type="text/html", headers=headers)


def download(visit: Visit) -> Response:
    """One file of a run, to be saved."""
    run = run_folder_of(list_of(visit), visit.path["run_id"])
    # The name is looked up among those that are there; it becomes no part of a path.
    name = visit.path["name"]
    found = [one for one in run.iterdir() if name == written_name(one) and one.is_file()]
    if not found:
        raise NotFoundError(message("The run has no such file."))
    if found[0].name == name:
        return FileResponse(found[0], filename=name, media_type="application/octet-stream")
    headers = {"content-disposition": f'attachment; filename="{name}"'}
    return Response(table_bytes(found[0]), headers=headers, media_type="application/octet-stream")


PAGES = (
    Page("GET", "/lists/{list_id}/results", "read", results),
    Page("POST", "/lists/{list_id}/runs/{run_id}/state", "decide", publish, "publish or withdraw"),
    Page("GET", "/lists/{list_id}/runs/{run_id}/report", "read", report),
    Page("GET", "/lists/{list_id}/runs/{run_id}/files/{name}", "read", download),
)
