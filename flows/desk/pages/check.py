"""The check of a list: all findings at once, and the answers to them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from starlette.responses import FileResponse, Response

from configs.config_errors import UsageError
from flows.desk.jobs.job_files import JobState
from flows.desk.lists.answers import answers_before, keep_answers_before, usable
from flows.desk.lists.list_folders import ListFolder, add_file, remove_file, set_completed
from flows.desk.pages.list_pages import (
    CHECK,
    checked,
    frame_of,
    list_of,
    result_of,
    start_job,
    state_of,
    unusable_of,
)
from flows.desk.pages.page import NotFoundError, Page, Visit, to
from flows.desk.views.check_answers import answers_of
from flows.desk.views.check_view import check_data, for_the_desk
from reports.languages.catalogue import message

_TO_COMPLETE = "to_complete.xlsx"


def check_page(visit: Visit) -> Response:
    """What the check found, with a control for each question."""
    folder = list_of(visit)
    job = checked(visit, folder)
    record, found = folder.read(), result_of(folder, CHECK)
    return visit.page(
        "check.html.j2",
        **frame_of(folder, ""),
        found=None if found is None else check_data(record, found),
        is_running=job.status == "running",
        sentence=_sentence(folder, job),
        unusable=unusable_of(job),
        can_take_back=job.status == "failed" and bool(record.answers),
        history=folder.history()[:20],
    )


def check_state(visit: Visit) -> Response:
    """Asked every second while a check runs: reloads the page when it has ended."""
    folder = list_of(visit)
    if state_of(folder, "check").status == "running":
        return Response(status_code=204)
    return Response(headers={"HX-Refresh": "true"})


def take_answers(visit: Visit) -> Response:
    """Keep the answers of the form and check again."""
    folder = list_of(visit)
    found = result_of(folder, CHECK)
    if found is None or visit.form.get("version") != str(found["version"]):
        return to(f"/lists/{folder.list_id}", "changed")
    unusable: list[str] = []
    with folder.changed(visit.session.user, message("answered questions")) as held:
        answers, unusable = usable(answers_of(visit.form, found, held[0].answers))
        if answers != held[0].answers:
            keep_answers_before(folder, held[0].answers)
            held[0] = replace(held[0], answers=answers, version=held[0].version + 1)
    return _checked_again(visit, folder, unusable)


def take_back(visit: Visit) -> Response:
    """Use the answers from before the last ones, where the list cannot be checked with these."""
    folder = list_of(visit)
    with folder.changed(visit.session.user, message("took the last answers back")) as held:
        before = answers_before(folder)
        held[0] = replace(held[0], answers=before, version=held[0].version + 1)
    return check_again(visit)


def check_again(visit: Visit) -> Response:
    """Check the list as it is now, and go back to the page that asked."""
    return _checked_again(visit, list_of(visit))


def _checked_again(visit: Visit, folder: ListFolder, unusable: Sequence[str] = ()) -> Response:
    start_job(visit, folder, "check", version=folder.read().version, unusable=list(unusable))
    page = "/places" if visit.form.get("back") == "places" else ""
    return to(f"/lists/{folder.list_id}{page}")


def take_files(visit: Visit) -> Response:
    """Add files, or replace those of the same name."""
    folder = list_of(visit)
    if not visit.files:
        raise UsageError(message("no file was sent; choose one or several supplier lists"))
    for file in visit.files:
        add_file(folder, str(file.filename), file.file, visit.session.user)
    return check_again(visit)


def drop_file(visit: Visit) -> Response:
    """Take a file off the list."""
    folder = list_of(visit)
    remove_file(folder, visit.form.get("stored", ""), visit.session.user)
    return check_again(visit)


def take_completed(visit: Visit) -> Response:
    """Take the completed workbook."""
    folder = list_of(visit)
    if len(visit.files) != 1 or not str(visit.files[0].filename).lower().endswith(".xlsx"):
        raise UsageError(message("send the one workbook that was downloaded here, as .xlsx"))
    set_completed(folder, visit.files[0].file, visit.session.user)
    return check_again(visit)


def workbook(visit: Visit) -> Response:
    """The workbook to complete."""
    file = list_of(visit).path / _TO_COMPLETE
    if not file.is_file():
        raise NotFoundError(
            message("Nothing is missing in this list, so nothing needs to be completed.")
        )
    return FileResponse(file, filename=_TO_COMPLETE)


def _sentence(folder: ListFolder, job: JobState) -> str:
    """Why there is no result, for people."""
    labels = {file.stored: file.label for file in folder.read().files}
    if job.status == "cut_off":
        return message("The check was cut off before it ended. Check again.")
    text = for_the_desk(str(job.outcome.get("sentence", "")), labels)
    return text.replace(f"{folder.files}/", "")


PAGES = (
    Page("GET", "/lists/{list_id}", "read", check_page),
    Page("GET", "/lists/{list_id}/check-state", "read", check_state),
    Page("GET", "/lists/{list_id}/to_complete.xlsx", "read", workbook),
    Page("POST", "/lists/{list_id}/answers", "run", take_answers, "save answers"),
    Page("POST", "/lists/{list_id}/answers/back", "run", take_back, "take answers back"),
    Page("POST", "/lists/{list_id}/check", "run", check_again, "check list"),
    Page("POST", "/lists/{list_id}/files", "run", take_files, "add files", takes_files=True),
    Page("POST", "/lists/{list_id}/files/remove", "run", drop_file, "remove file"),
    Page("POST", "/lists/{list_id}/completed", "run", take_completed, "add completed workbook",
         takes_files=True),
)  # fmt: skip
