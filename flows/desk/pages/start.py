"""The first page: the lists, and a place to drop files for another one."""

from __future__ import annotations

from typing import Any

from starlette.responses import Response

from configs.config_errors import UsageError
from flows.desk.jobs.job_files import KINDS
from flows.desk.lists.list_folders import (
    SUFFIXES,
    ListFolder,
    add_file,
    all_lists,
    delete_list,
    new_list,
    shown_name,
)
from flows.desk.pages.list_pages import list_of, start_job, state_of
from flows.desk.pages.page import Page, Visit, to
from flows.run.folders.publication import latest_as_of
from reports.languages.catalogue import message


def start(visit: Visit) -> Response:
    """All lists."""
    lists = [_line(folder) for folder in all_lists(visit.desk.lists)]
    return visit.page(
        "start.html.j2", lists=lists,
        is_first_visit=all(one["is_demonstration"] for one in lists), suffixes=",".join(SUFFIXES),
        megabytes=visit.desk.largest_upload // 1_000_000,
    )  # fmt: skip


def take_list(visit: Visit) -> Response:
    """Make a list of the files that were sent, and check it."""
    files = [file for file in visit.files if file.filename]
    if not files:
        raise UsageError(message("no file was sent; choose one or several supplier lists"))
    title = shown_name(visit.form.get("title", "")) or shown_name(str(files[0].filename))
    folder = new_list(visit.desk.lists, title.rsplit(".", 1)[0], visit.session.user)
    try:
        for file in files:
            add_file(folder, str(file.filename), file.file, visit.session.user)
    except UsageError:
        delete_list(folder)
        raise
    start_job(visit, folder, "check", version=folder.read().version)
    return to(f"/lists/{folder.list_id}")


def remove_list(visit: Visit) -> Response:
    """Delete a list with its results, where nothing of it is running."""
    folder = list_of(visit)
    if any(state_of(folder, kind).status == "running" for kind in KINDS):
        return to("/", "running")
    delete_list(folder)
    return to("/", "deleted")


def _line(folder: ListFolder) -> dict[str, Any]:
    record = folder.read()
    run = state_of(folder, "run")
    latest = latest_as_of(folder.results)
    return {
        "id": folder.list_id,
        "title": record.title,
        "files": [file.label for file in record.files],
        "created": record.created_at[:10],
        "is_running": run.status == "running",
        "latest": None if latest is None else latest.isoformat(),
        "is_demonstration": record.is_demonstration,
    }


PAGES = (
    Page("GET", "/", "read", start),
    Page("POST", "/lists", "run", take_list, "make list", takes_files=True),
    Page("POST", "/lists/{list_id}/delete", "run", remove_list, "delete list"),
)
