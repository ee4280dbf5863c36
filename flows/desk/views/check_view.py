"""What the check page shows: all findings at once, and a control for each question."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flows.desk.lists.list_folders import SupplierListRecord
from flows.desk.views.check_answers import LEAVE_OUT, given_answers, stored_name
from suppliers.intake.list_findings import rows_text

_SHOWN_NOTES = 200
#: How a run ends a sentence about many rows.
_NAMES_ALL = "; `understory list check` names all"
_OF_VALUES = {"countries": "Country", "sectors": "Sector"}


def check_data(record: SupplierListRecord, check: Mapping[str, Any]) -> dict[str, Any]:
    """Data of the check page.

    Args:
        record: of the list.
        check: `check.json`.

    Returns:
        `counts`; `personal` columns with a tick each; `rejected` sentences; `questions` with their
        choices; `tables` of columns; `towns` as a count, they are chosen on the next page; `notes`;
        `given` answers.
    """
    labels = {file.stored: file.label for file in record.files}
    findings = list(enumerate(check["findings"]))
    questions = [
        _question(at, finding, check, labels) for at, finding in findings if _has_choices(finding)
    ]
    personal = [
        {
            "at": at,
            "header": finding["key"],
            "file": with_labels(finding["file"], labels),
            "rule": str(finding["rule"]).replace("_", " "),
        }
        for at, finding in findings
        if finding["block"] == "drop" and finding["kind"] == "settled"
    ]
    rejected = [
        with_labels(finding["sentence"], labels)
        for _, finding in findings
        if finding["kind"] in ("rejected", "open")
        and not _has_choices(finding)
        and finding["block"] != "towns"
    ]
    notes = [
        with_labels(finding["sentence"], labels)
        for _, finding in findings
        if finding["kind"] == "note"
    ]
    return {
        "counts": check["counts"],
        "version": check["version"],
        "personal": personal,
        "rejected": rejected,
        "questions": questions,
        "tables": [_table(at, file, check, labels) for at, file in enumerate(check["files"])],
        "fields": check["fields"],
        "leave_out": LEAVE_OUT,
        "towns": sum(1 for _, one in findings if one["block"] == "towns" and one["kind"] == "open"),
        "notes": notes[:_SHOWN_NOTES],
        "more_notes": max(0, len(notes) - _SHOWN_NOTES),
        "given": given_answers(record.answers),
        "countries": check["countries"] if _asks(questions, "countries") else [],
        "sectors": check["sectors"] if _asks(questions, "sectors") else [],
        "is_ready": check["is_ready"],
    }


def with_labels(text: str, labels: Mapping[str, str]) -> str:
    """A sentence with the user's names of files in place of ours."""
    for stored, label in sorted(labels.items(), reverse=True):
        text = text.replace(stored, label)
    return text


def for_the_desk(sentence: str, labels: Mapping[str, str]) -> str:
    """A sentence of the program with the desk's corrections in place of options of a command."""
    lines = [
        f"{line.partition('; leave it out with ')[0]}; leave it out on the page of the list."
        if "; leave it out with " in line
        else line
        for line in sentence.splitlines()
    ]
    text = "\n".join(lines).replace(_NAMES_ALL, "; the page of the list names all")
    return with_labels(text, labels)


def _asks(questions: list[dict[str, Any]], block: str) -> bool:
    return any(question["words"] == block for question in questions)


def _has_choices(finding: Mapping[str, Any]) -> bool:
    """Whether a control of the page answers a finding; columns and sheets have controls anyway."""
    if finding["kind"] != "open":
        return False
    return finding["block"] in ("countries", "sectors", "decimal", "constants") or finding[
        "rule"
    ] in ("missing_column", "two_columns")


def _question(
    at: int,
    finding: Mapping[str, Any],
    check: Mapping[str, Any],
    labels: Mapping[str, str],
) -> dict[str, Any]:
    choices = [
        {
            "value": one["value"],
            "label": f"{one['value']}: {one['comment']}" if one["comment"] else one["value"],
        }
        for one in finding["candidates"]
    ]
    text = str(finding["text"])
    if finding["rule"] == "missing_column":
        known = {choice["value"] for choice in choices}
        stored = stored_name(finding, check)
        choices += [
            {"value": column["header"], "label": column["header"]}
            for file in check["files"]
            if file["stored"] == stored
            for column in file["columns"]
            if column["field"] is None and column["header"] not in known
        ]
    if finding["rule"] == "two_columns":
        text += "; which one is read?"
    words = finding["block"] if finding["block"] in _OF_VALUES else ""
    if finding["rule"] == "missing_column" and finding["key"] in ("country", "sector"):
        words = {"country": "countries", "sector": "sectors"}[finding["key"]]
    return {
        "at": at,
        "text": with_labels(text[:1].upper() + text[1:], labels),
        "file": with_labels(str(finding["file"]), labels),
        "rows": rows_text(finding["rows"]) if finding["rows"] else "",
        "choices": choices,
        "words": words,
        "is_for_all_rows": finding["rule"] == "missing_column",
    }


def _table(
    at: int, file: Mapping[str, Any], check: Mapping[str, Any], labels: Mapping[str, str]
) -> dict[str, Any]:
    personal = {
        one["key"]
        for one in check["findings"]
        if one["block"] == "drop" and one["kind"] == "settled"
    }
    resembles = {
        one["key"]: one["candidates"][0]["value"]
        for one in check["findings"]
        if one["rule"] == "unknown_header" and stored_name(one, check) == file["stored"]
    }
    columns = [
        {
            **column,
            "name": f"c{at}-{position}",
            "chosen": LEAVE_OUT if column["is_dropped"] else column["field"] or "",
            "resembles": resembles.get(column["header"], ""),
        }
        for position, column in enumerate(file["columns"])
        if column["header"] not in personal
    ]
    return {
        "label": labels.get(file["stored"], file["stored"]),
        "sheets": file["sheets"] if len(file["sheets"]) > 1 else [],
        "sheets_name": f"s{at}",
        "columns": columns,
        "read": sum(1 for column in columns if column["field"]),
    }
