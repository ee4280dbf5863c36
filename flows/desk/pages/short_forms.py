"""Short forms of suppliers: what is left to ask, and what changes for those who answer."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from starlette.responses import Response

from configs.config_errors import DataRejectedError, UsageError
from flows.desk.access.protection import REPORT_POLICY
from flows.desk.lists.list_folders import ListFolder, shown_name
from flows.desk.lists.question_files import (
    PROMISES,
    keep_promises,
    questionnaire_folder,
    read_promises_label,
    read_result,
    remove_promises,
)
from flows.desk.lists.turns import in_turn
from flows.desk.pages.list_pages import list_of
from flows.desk.pages.page import NotFoundError, Page, Visit, to
from flows.desk.pages.questions import questions_page, sent_file
from flows.desk.pages.suppliers import LANGUAGES
from reports.languages.catalogue import message

if TYPE_CHECKING:
    from flows.run.questions.question_evidence import DecidedRun
    from reports.questionnaires.incentives import Incentive

_MOST_QUESTIONS = 10_000


@dataclass(frozen=True)
class _Asked:
    """A form that can be written.

    Attributes:
        found: the decisions that it follows.
        suppliers: ids.
        promises: what the buyer states.
        top: the most questions; None: all that are left.
    """

    found: DecidedRun
    suppliers: Sequence[str]
    promises: Sequence[Incentive]
    top: int | None


def supplier_form(visit: Visit) -> Response:
    """Write short forms; show that of one supplier, or send workbooks."""
    from flows.run.questions import short_forms
    from flows.run.results.supplier_records import file_name

    folder = list_of(visit)
    result = read_result(folder)
    if result is None or result["decided"] is None:
        raise NotFoundError(message("Nothing is decided yet, so there is no short form."))
    asked, wrong = _asked(folder, result, visit.form)
    if asked is None:
        return questions_page(visit, wrong)
    language = visit.form["language"]
    kind = "html" if visit.form.get("as") == "page" else "xlsx"
    with in_turn(questionnaire_folder(folder) / "forms.lock"):
        target = short_forms.write_short_forms(
            folder.results, asked.found, asked.suppliers, language,
            shown_name(visit.form["contact"]), asked.promises, asked.top,
        )  # fmt: skip
        files = [target / f"{file_name(one)}.{language}.{kind}" for one in asked.suppliers]
        if len(files) != 1:
            return _zipped(files)
        if kind == "xlsx":
            return sent_file(files[0])
        return Response(
            files[0].read_text(encoding="utf-8"),
            media_type="text/html",
            headers={"content-security-policy": REPORT_POLICY},
        )


def promises_template(visit: Visit) -> Response:
    """The table for what changes for a supplier that answers."""
    from reports.questionnaires.incentives import template
    from reports.tables.cells import csv_bytes

    list_of(visit)
    headers = {"content-disposition": f'attachment; filename="{PROMISES}"'}
    return Response(csv_bytes(template()), media_type="text/csv", headers=headers)


def take_promises(visit: Visit) -> Response:
    """Keep the table of promises, where every row can be used."""
    folder = list_of(visit)
    if len(visit.files) != 1 or not str(visit.files[0].filename).lower().endswith(".csv"):
        raise UsageError(message("send the one table of promises, as .csv"))
    content, label = visit.files[0].file.read(), shown_name(str(visit.files[0].filename))
    incoming = questionnaire_folder(folder) / f".{PROMISES}"
    incoming.parent.mkdir(exist_ok=True)
    with in_turn(incoming.parent / "forms.lock"):
        incoming.write_bytes(content)
        try:
            wrong = _promises(folder, incoming, label)[1]
        finally:
            incoming.unlink()
        if wrong:
            return questions_page(visit, wrong, "promises")
        keep_promises(folder, content, label)
    return to(f"/lists/{folder.list_id}/questions", "promises")


def drop_promises(visit: Visit) -> Response:
    """Write later forms without promises."""
    folder = list_of(visit)
    remove_promises(folder)
    return to(f"/lists/{folder.list_id}/questions", "saved")


def _asked(
    folder: ListFolder, result: Mapping[str, Any], form: Mapping[str, str]
) -> tuple[_Asked | None, list[str]]:
    """What a form asks for, or all that is wrong with it."""
    from flows.desk.lists.answers import write_settings
    from flows.run.questions import question_evidence, short_forms
    from flows.run.request import run_request

    matched = questionnaire_folder(folder) / question_evidence.MATCHED_FILE
    if not matched.is_file():
        return None, [
            message("The questions were matched by an earlier version; match them again first.")
        ]
    frame = question_evidence.read_matched(folder.results, matched)
    if frame["question_id"].to_list() != [row["question_id"] for row in result["rows"]]:
        return None, [message("The questions are being matched again; wait a few seconds.")]
    write_settings(folder)
    settings = run_request.settings_of(str(folder.settings_file)).questions
    found = question_evidence.decide(folder.results, str(result["run_id"]), frame, settings)
    wrong = []
    if not shown_name(form.get("contact", "")):
        wrong.append(message("The form needs an address where the supplier can object; give one."))
    if form.get("language", "") not in LANGUAGES:
        wrong.append(message("There is no form in this language; choose one of the list."))
    top, supplier = form.get("top", "").strip(), form.get("supplier", "").strip()
    is_number = top.isascii() and top.isdigit() and 0 < int(top[:9]) <= _MOST_QUESTIONS
    if top and not is_number:
        wrong.append(
            message("The most questions of a form are not a number from 1 on; correct it.")
        )
    budget = int(found.manifest["config"]["scoring"]["top_k"])
    ranked, suppliers = found.decided.ranked, []
    try:
        suppliers = short_forms.chosen_suppliers(
            ranked, [supplier] if supplier else [], every=False, budget=budget
        )
    except UsageError as error:
        wrong.append(f"{str(error)[:1].upper()}{str(error)[1:]}.")
    promises: Sequence[Incentive] = ()
    if (label := read_promises_label(folder)) is not None:
        promises, findings = _promises(folder, questionnaire_folder(folder) / PROMISES, label)
        wrong += findings
    if wrong:
        return None, wrong
    return _Asked(found, suppliers, promises, int(top) if top else None), []


def _promises(folder: ListFolder, file: Path, label: str) -> tuple[list[Incentive], list[str]]:
    """The promises of a table, or all that is wrong with it in the words of the user's file."""
    from flows.desk.lists import result_tables
    from flows.run.folders.publication import latest_run
    from flows.run.questions import short_forms

    run_id = latest_run(folder.results)
    if run_id is None:
        return [], [
            message("The list has no results yet, so promises cannot be compared with suppliers.")
        ]
    suppliers = set(result_tables.supplier_ids(folder.results / run_id))
    try:
        return short_forms.read_incentives(file, suppliers), []
    except DataRejectedError as error:
        return [], str(error).replace(str(file), label).splitlines()


def _zipped(files: Sequence[Path]) -> Response:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in files:
            archive.write(file, file.name)
    headers = {"content-disposition": 'attachment; filename="short-forms.zip"'}
    return Response(content.getvalue(), media_type="application/zip", headers=headers)


PAGES = (
    Page("GET", "/lists/{list_id}/questions/incentives.csv", "read", promises_template),
    Page("POST", "/lists/{list_id}/questions/incentives", "decide", take_promises, "add promises",
         takes_files=True),
    Page("POST", "/lists/{list_id}/questions/incentives/remove", "decide", drop_promises,
         "remove promises"),
    Page("POST", "/lists/{list_id}/questions/form", "decide", supplier_form, "write short form"),
)  # fmt: skip
