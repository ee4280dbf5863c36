"""Matches and decides for the desk: the same as `understory questions match` and `decide`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from configs import durable_files
from flows.desk.lists.answers import write_settings
from flows.desk.lists.list_folders import ListFolder
from flows.desk.lists.question_files import (
    DECIDED_BOOK,
    MATCHES_BOOK,
    questionnaire_folder,
    read_record,
    write_result,
)
from flows.run.folders.publication import latest_run
from flows.run.questions import question_evidence, question_matching
from flows.run.request import run_request
from reports.questionnaires.decision_summary import summary_figures, totals_sentence
from reports.questionnaires.decision_tables import Decided, decision_sheets
from reports.questionnaires.decision_words import DECISION_LABELS
from reports.tables.cells import csv_bytes
from reports.wording import ILO_LABELS
from signals.card import IloIndicator

if TYPE_CHECKING:
    from flows.desk.jobs.job_process import Events

_CORRECTIONS = "corrections.csv"
_FIRST_SUPPLIERS = 50
_OF_QUESTION = (
    "question_id", "questionnaire", "number", "section", "text", "data_point_id", "certainty",
    "band", "duplicate_of", "about", "extractive",
)  # fmt: skip


def match_and_decide(
    folder: ListFolder, request: Mapping[str, Any], events: Events
) -> dict[str, Any]:
    """Match the questionnaires, decide for the newest results, and keep what the page shows.

    Args:
        folder: of the list.
        request: `corrections`: data point, or `none`, by the words of a question; or `review`: the
            name of the reviewed workbook.
        events: progress.

    Raises:
        DataRejectedError: findings in the questionnaires.
        UsageError: the settings are wrong, or the newest run cannot be used.
    """
    events.add("questions", "reading and matching")
    record, home = read_record(folder), questionnaire_folder(folder)
    names = {home / file.stored: Path(file.label).stem for file in record.files}
    review = _review(home, request.get("corrections", {}))
    if "review" in request:
        review = home / request["review"]
    day = dt.datetime.now(tz=dt.UTC).date()
    found = question_matching.match_files(list(names), folder.results, review, day, names)
    _keep_own(found.folder / question_evidence.MATCHED_FILE, home / question_evidence.MATCHED_FILE)
    _keep_own(found.folder / question_matching.REVIEW_BOOK, home / MATCHES_BOOK)
    run_id = latest_run(folder.results)
    decided = None
    if run_id is not None and found.questions.height:
        events.add("questions", "deciding for all suppliers")
        write_settings(folder)
        settings = run_request.settings_of(str(folder.settings_file)).questions
        whole = question_evidence.decide(folder.results, run_id, found.questions, settings)
        written = question_evidence.write_decisions(folder.results, whole)
        _keep_own(written / question_evidence.DECIDED_BOOK, home / DECIDED_BOOK)
        decided = whole.decided
    result = {
        "version": record.version,
        "run_id": run_id,
        "notes": list(found.notes),
        "sentences": question_matching.summary_sentences(found),
        "rows": found.questions.select(_OF_QUESTION).to_dicts(),
        "decided": None if decided is None else _decided_record(decided),
    }
    write_result(folder, result)
    return {"run_id": run_id}


def _keep_own(written: Path, kept: Path) -> None:
    """Keep a file for the page: a verb may match and decide on other questions since."""
    durable_files.write_bytes(kept, written.read_bytes())


def _review(home: Path, corrections: Mapping[str, str]) -> Path | None:
    """Corrections as a file that the matching reads as it reads a reviewed workbook."""
    if not corrections:
        return None
    rows = [(text, "", point, "yes") for text, point in corrections.items()]
    table = pl.DataFrame(
        rows,
        schema=dict.fromkeys(("text", "suggested", "data_point_id", "confirmed"), pl.String),
        orient="row",
    )
    durable_files.write_bytes(home / _CORRECTIONS, csv_bytes(table))
    return home / _CORRECTIONS


def _decided_record(decided: Decided) -> dict[str, Any]:
    """The decisions as the page shows them, from the tables of the workbook."""
    figures = summary_figures(decided)
    questions = decision_sheets(decided)[0].rows
    names = {decision.value: label for decision, label in DECISION_LABELS.items()}
    burden = decided.burden().join(
        decided.ranked.select("supplier_id", "name", "rank"),
        on="supplier_id",
        how="left",
        maintain_order="left",
    )
    return {
        "suppliers": figures.suppliers,
        "totals": totals_sentence(decided, figures),
        "questions_sent": figures.questions_sent,
        "questions_asked": figures.questions_asked,
        "share_saved": figures.share_saved,
        "hours_saved": figures.hours_saved,
        "money_saved": figures.money_saved,
        "currency": figures.currency,
        "for_review": figures.for_review,
        "asked_once": figures.asked_once,
        "not_asked_about": [ILO_LABELS[IloIndicator(one)] for one in figures.not_asked_about],
        "rows": [
            {
                "why": row["why"],
                "counts": [[label, row[name]] for name, label in names.items() if row[name]],
            }
            for row in questions.iter_rows(named=True)
        ],
        "burden": burden.head(_FIRST_SUPPLIERS).to_dicts(),
    }
