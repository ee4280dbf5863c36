"""What the page of places shows: counts, towns to be chosen, and the rows of one kind."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flows.desk.lists.list_folders import SupplierListRecord
from flows.desk.views.check_answers import given_answers
from flows.desk.views.check_view import with_labels

#: Kind of place to the heading of its rows.
KINDS = {
    "precise": "Precise",
    "town": "Town or district",
    "ambiguous": "Several towns of the name",
    "unknown": "No location",
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
        rows: `places.jsonl`.
        kind: which rows are shown, see `KINDS`; any other text for all.
        page: counted from 1.

    Returns:
        `kinds` with their counts; `questions` with candidates, each town once; `rows` of the page;
        `page` and `pages`.
    """
    labels = {file.stored: file.label for file in record.files}
    chosen = [row for row in rows if row["state"] == kind] if kind in KINDS else list(rows)
    pages = max(1, -(-len(chosen) // ROWS_A_PAGE))
    page = min(max(1, page), pages)
    questions = _questions(check, labels)
    return {
        "kinds": [
            {"kind": name, "label": label, "count": check["places"][name]}
            for name, label in KINDS.items()
        ],
        "all": len(rows),
        "kind": kind if kind in KINDS else "",
        "questions": questions[:_MOST_QUESTIONS],
        "more_questions": max(0, len(questions) - _MOST_QUESTIONS),
        "rows": chosen[(page - 1) * ROWS_A_PAGE : page * ROWS_A_PAGE],
        "page": page,
        "pages": pages,
        "version": check["version"],
        "has_workbook": check["has_workbook"],
        "given": [one for one in given_answers(record.answers) if one["name"].startswith("towns")],
    }


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
