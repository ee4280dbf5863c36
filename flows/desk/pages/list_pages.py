"""What the pages of a list share: finding it, and starting its check."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from flows.desk.jobs.job_files import Job, JobState, Kind
from flows.desk.lists.environment_file import read_keys
from flows.desk.lists.list_folders import ListFolder, find_list
from flows.desk.pages.page import NotFoundError, Visit
from flows.run.folders.publication import latest_run
from reports.languages.catalogue import message

#: As the job writes it; the job's module is too slow to import for a page.
CHECK = "check.json"
#: Steps of a list: the last part of the path, and the word.
STEPS = (
    ("", message("List")),
    ("/places", message("Places")),
    ("/sources", message("Sources")),
    ("/run", message("Run")),
    ("/results", message("Results")),
    ("/months", message("Months")),
    ("/weights", message("Weights")),
    ("/questions", message("Questions")),
)


def list_of(visit: Visit) -> ListFolder:
    """The list that the path names.

    Raises:
        NotFoundError: there is none.
    """
    found = find_list(visit.desk.lists, visit.path["list_id"])
    if found is None:
        raise NotFoundError(message("There is no such list. It may have been deleted."))
    return found


def frame_of(folder: ListFolder, step: str) -> dict[str, Any]:
    """What the frame around a list's page shows."""
    record = folder.read()
    return {"record": record, "steps": STEPS, "step": step, "base": f"/lists/{folder.list_id}"}


def start_job(visit: Visit, folder: ListFolder, kind: Kind, **request: Any) -> bool:
    """Start a job of the list with the keys of this installation; False where one is running."""
    return Job(folder, kind).start(request, read_keys(visit.desk.keys_file))


def checked(visit: Visit, folder: ListFolder) -> JobState:
    """The check of the list as it is now, started where there was none."""
    job, version = state_of(folder, "check"), folder.read().version
    is_known = result_of(folder, CHECK) is not None or job.request.get("version") == version
    if job.status != "running" and not is_known:
        start_job(visit, folder, "check", version=version)
        job = state_of(folder, "check")
    return job


def unusable_of(job: JobState) -> list[str]:
    """Answers that the form before the check had and that cannot be used, a sentence each."""
    return [] if job.status == "running" else list(job.request.get("unusable", []))


def state_of(folder: ListFolder, kind: Kind) -> JobState:
    """Where a job of the list is."""
    return Job(folder, kind).state()


def result_of(folder: ListFolder, name: str) -> dict[str, Any] | None:
    """A result that a job left, if it is of the list as it is now."""
    file = folder.path / name
    if not file.is_file():
        return None
    result: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return result if result["version"] == folder.read().version else None


def run_shown(folder: ListFolder, asked: str) -> str | None:
    """Id of the run that a page shows: the one that was asked for, or else the newest results."""
    # Reading tables, which the first page needs not.
    from flows.run.folders.published_runs import run_ids

    known = run_ids(folder.results)
    if asked in known:
        return asked
    return latest_run(folder.results) or (known[-1] if known else None)


def run_folder_of(folder: ListFolder, run_id: str) -> Path:
    """Folder of a published run of the list.

    Raises:
        NotFoundError: there is none of this id.
    """
    from flows.run.folders.published_runs import run_ids

    if run_id not in run_ids(folder.results):
        raise NotFoundError(message("There is no such run of this list."))
    return folder.results / run_id


def manifests_of(folder: ListFolder) -> dict[str, dict[str, Any]]:
    """Manifests of the published runs of a list by id, oldest first."""
    from flows.run.folders.published_runs import read_manifest, run_ids

    return {run_id: read_manifest(folder.results / run_id) for run_id in run_ids(folder.results)}
