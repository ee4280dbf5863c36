"""Questionnaires: which questions need not be sent to whom, and what is left to ask."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Literal
from urllib.parse import urlencode

from starlette.responses import FileResponse, Response

from configs.config_errors import UsageError
from flows.desk.jobs.job_files import JobState
from flows.desk.lists.list_folders import ListFolder, shown_name
from flows.desk.lists.question_files import (
    DECIDED_BOOK,
    MATCHES_BOOK,
    SUFFIXES,
    add_questionnaire,
    questionnaire_folder,
    read_promises_label,
    read_record,
    read_result,
    remove_questionnaire,
)
from flows.desk.lists.stored_files import store_parts
from flows.desk.pages.list_pages import frame_of, list_of, start_job, state_of
from flows.desk.pages.page import NotFoundError, Page, Visit, to
from flows.desk.pages.suppliers import LANGUAGES
from flows.desk.views.check_view import with_labels
from flows.run.folders.publication import latest_run
from reports.languages.catalogue import message

_MOST_PAGES = 100_000
#: In the folder of the questionnaires: the workbook with corrections that was sent back.
_REVIEW = "review.xlsx"


def questions(visit: Visit) -> Response:
    """The questionnaires, what was found, and what is decided on each question."""
    return questions_page(visit)


def questions_page(
    visit: Visit, wrong: Sequence[str] = (), about: Literal["form", "promises"] = "form"
) -> Response:
    """The page of questions.

    Args:
        visit: of the page, or of a form that cannot be used: its values are shown again.
        wrong: why it cannot, one sentence a finding.
        about: which form.
    """
    from flows.desk.views import questions_view as view

    folder = list_of(visit)
    job, record = _matched(visit, folder), read_record(folder)
    result = read_result(folder) if record.files else None
    show, words = visit.query.get("show", ""), shown_name(visit.query.get("q", ""))
    rows = [] if result is None else view.rows_shown(result, show, words)
    asked = visit.query.get("page", "1")
    page = int(asked) if asked.isdigit() and 0 < int(asked) < _MOST_PAGES else 1
    return visit.page(
        "questions.html.j2",
        422 if wrong else 200,
        **frame_of(folder, "/questions"),
        files=record.files,
        suffixes=",".join(SUFFIXES),
        megabytes=visit.desk.largest_upload // 1_000_000,
        is_running=job.status == "running",
        findings=_findings(folder, job),
        result=result,
        decided=None if result is None else result["decided"],
        is_latest=result is None or result["run_id"] == latest_run(folder.results),
        rows=rows[(page - 1) * view.ROWS_A_PAGE : page * view.ROWS_A_PAGE],
        count=len(rows),
        shown=show if show in view.SHOWN else "",
        choices=[] if result is None else view.narrowings(result),
        points=view.points_by_topic(),
        no_point=view.NO_POINT,
        words=words,
        page=page,
        pages=max(1, -(-len(rows) // view.ROWS_A_PAGE)),
        query=urlencode({"show": show, "q": words}),
        languages=LANGUAGES,
        wrong=wrong,
        about=about,
        sent=visit.form,
        promises=read_promises_label(folder),
    )  # fmt: skip


def questions_state(visit: Visit) -> Response:
    """Asked every second while questions are matched: reloads the page when they were."""
    if state_of(list_of(visit), "questions").status == "running":
        return Response(status_code=204)
    return Response(headers={"HX-Refresh": "true"})


def take_questionnaires(visit: Visit) -> Response:
    """Add questionnaires, or replace those of the same name."""
    folder = list_of(visit)
    if not visit.files:
        raise UsageError(message("no file was sent; choose one or several questionnaires"))
    for file in visit.files:
        add_questionnaire(folder, str(file.filename), file.file)
    return _match(visit, folder)


def drop_questionnaire(visit: Visit) -> Response:
    """Take a questionnaire off the list."""
    folder = list_of(visit)
    remove_questionnaire(folder, visit.form.get("stored", ""))
    return _match(visit, folder)


def match_again(visit: Visit) -> Response:
    """Match the questions, and decide for the newest results."""
    return _match(visit, list_of(visit))


def correct(visit: Visit) -> Response:
    """Keep corrected matches, and match and decide with them."""
    from flows.desk.views.questions_view import corrections_of

    folder = list_of(visit)
    page, result = f"/lists/{folder.list_id}/questions", read_result(folder)
    if result is None or visit.form.get("version") != str(result["version"]):
        return to(page, "changed")
    corrections = corrections_of(visit.form, result["rows"])
    if not corrections:
        return to(page, "no-match")
    version = read_record(folder).version
    if not start_job(visit, folder, "questions", version=version, corrections=corrections):
        return to(page, "matching")
    return to(page, "matches")


def take_review(visit: Visit) -> Response:
    """Take the workbook of the matches with corrections, and match and decide with them."""
    folder = list_of(visit)
    page, record = f"/lists/{folder.list_id}/questions", read_record(folder)
    if len(visit.files) != 1 or not str(visit.files[0].filename).lower().endswith(".xlsx"):
        raise UsageError(message("send the one workbook that was downloaded here, as .xlsx"))
    if not record.files:
        raise UsageError(message("there is no questionnaire to match; send questionnaires first"))
    if state_of(folder, "questions").status == "running":
        return to(page, "matching")
    store_parts(visit.files[0].file, questionnaire_folder(folder) / _REVIEW)
    start_job(visit, folder, "questions", version=record.version, review=_REVIEW)
    return to(page)


def decided_workbook(visit: Visit) -> Response:
    """The workbook of the decisions."""
    folder = list_of(visit)
    result = read_result(folder)
    is_there = result is not None and result["decided"] is not None
    return sent_file(questionnaire_folder(folder) / (DECIDED_BOOK if is_there else ""), "questions")


def review_workbook(visit: Visit) -> Response:
    """The workbook of the matches."""
    folder = list_of(visit)
    is_there = read_result(folder) is not None
    return sent_file(questionnaire_folder(folder) / (MATCHES_BOOK if is_there else ""), "review")


def _match(visit: Visit, folder: ListFolder) -> Response:
    record = read_record(folder)
    if record.files:
        start_job(visit, folder, "questions", version=record.version)
    return to(f"/lists/{folder.list_id}/questions")


def _matched(visit: Visit, folder: ListFolder) -> JobState:
    """The matching of the questionnaires as they are now, started where there was none."""
    job, record = state_of(folder, "questions"), read_record(folder)
    is_known = read_result(folder) is not None or job.request.get("version") == record.version
    if record.files and job.status != "running" and not is_known:
        start_job(visit, folder, "questions", version=record.version)
        job = state_of(folder, "questions")
    return job


def _findings(folder: ListFolder, job: JobState) -> list[str]:
    """Why there is no result, for people."""
    record = read_record(folder)
    if not record.files or job.request.get("version") != record.version:
        return []
    if job.status == "cut_off":
        return [message("The matching was cut off before it ended. Match again.")]
    text = str(job.outcome.get("sentence", "")).replace(f"{questionnaire_folder(folder)}/", "")
    return with_labels(text, record.labels()).splitlines()


def sent_file(file: Path, stem: str = "") -> Response:
    """A file to be saved, under its own name or another."""
    if not file.is_file():
        raise NotFoundError(message("There is no such file yet. Send questionnaires first."))
    name = f"{stem}{file.suffix}" if stem else file.name
    return FileResponse(file, filename=name, media_type="application/octet-stream")


PAGES = (
    Page("GET", "/lists/{list_id}/questions", "read", questions),
    Page("GET", "/lists/{list_id}/questions/state", "read", questions_state),
    Page("GET", "/lists/{list_id}/questions/questions.xlsx", "read", decided_workbook),
    Page("GET", "/lists/{list_id}/questions/review.xlsx", "read", review_workbook),
    Page("POST", "/lists/{list_id}/questions/files", "run", take_questionnaires,
         "add questionnaires", takes_files=True),
    Page("POST", "/lists/{list_id}/questions/files/remove", "run", drop_questionnaire,
         "remove questionnaire"),
    Page("POST", "/lists/{list_id}/questions/match", "run", match_again, "match questions"),
    Page("POST", "/lists/{list_id}/questions/corrections", "decide", correct, "correct matches"),
    Page("POST", "/lists/{list_id}/questions/review", "decide", take_review, "add reviewed matches",
         takes_files=True),
)  # fmt: skip
