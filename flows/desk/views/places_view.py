"""What the page of places shows: counts, towns to be chosen, and the rows of one kind."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flows.desk.lists.list_folders import SupplierListRecord
from flows.desk.views.check_answers import given_answers
from flows.desk.views.check_view import with_labels
from reports.languages.catalogue import message

#: Kind of place to the heading of its rows.
KINDS = {
    "precise": message("Precise"),
    "town": message("Town or district"),
    "ambiguous": message("Several towns of the name"),
    "unknown": message("No location"),
}
ROWS_A_PAGE = 100
_MOST_QUESTIONS = 100


def places_data(
    record: SupplierListRecord,
    check: Mapping[str, Any],
    rows: Sequence[Mapping[str, Any]],
    kind: str,
    page: int,
) -> dict[str, Any]:
    """Data of the page of places.

    Args:
        record: of the list.
        check: `check.json`.
        rows: of the page.
        kind: which rows are shown, see `KINDS`; "" for all.
        page: counted from 1, as `page_of` gives it.

    Returns:
        `kinds` with their counts; `questions` with candidates, each town once; `rows` of the page;
        `page` and `pages`.
    """
    labels = {file.stored: file.label for file in record.files}
    questions = _questions(check, labels)
    return {
        "kinds": [
            {"kind": name, "label": label, "count": check["places"][name]}
            for name, label in KINDS.items()
        ],
        "all": sum(check["places"].values()),
        "kind": kind,
        "questions": questions[:_MOST_QUESTIONS],
        "more_questions": max(0, len(questions) - _MOST_QUESTIONS),
        "rows": rows,
        "page": page,
        "pages": _pages(check, kind),
        "version": check["version"],
        "has_workbook": check["has_workbook"],
        "given": [one for one in given_answers(record.answers) if one["name"].startswith("towns")],
    }


def page_of(check: Mapping[str, Any], kind: str, asked: str) -> int:
    """The page that was asked for, or the nearest that there is."""
    number = int(asked[:9]) if asked.isdecimal() else 1
    return min(max(1, number), _pages(check, kind))


def _pages(check: Mapping[str, Any], kind: str) -> int:
    counts = check["places"]
    number = int(counts[kind] if kind else sum(counts.values()))
    return max(1, -(-number // ROWS_A_PAGE))


def _questions(check: Mapping[str, Any], labels: Mapping[str, str]) -> list[dict[str, Any]]:
    """Each town that is open once, those of most rows first."""
    by_key: dict[str, dict[str, Any]] = {}
    for at, finding in enumerate(check["findings"]):
        if finding["block"] != "towns" or finding["kind"] != "open":
            continue
        known = by_key.setdefault(
            finding["key"],
            {
                "at": at,
                "key": finding["key"],
                "text": with_labels(finding["text"], labels),
                "rows": 0,
                "choices": finding["candidates"],
            },
        )
        known["rows"] += len(finding["rows"])
    return sorted(by_key.values(), key=lambda one: (-one["rows"], one["key"]))
