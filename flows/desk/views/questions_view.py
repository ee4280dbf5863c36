"""What the page of questions shows, and the corrections that its form holds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from configs.config_errors import UsageError
from reports.languages.catalogue import message
from scoring.questionnaires.data_points import data_points

NO_POINT = "none"
ROWS_A_PAGE = 25
_BANDS = {
    "accepted": message("accepted"),
    "review": message("for review"),
    "none": message("no data point"),
}
#: What the table can be narrowed to.
SHOWN = {
    "": message("All"),
    "review": message("For review"),
    "repeats": message("Repeats"),
    "not-asked": message("Not to be asked"),
}


def rows_shown(result: Mapping[str, Any], show: str, words: str) -> list[dict[str, Any]]:
    """The questions that fit, with their decisions.

    Args:
        result: of the job.
        show: a key of `SHOWN`; any other shows all.
        words: part of a question; "": all.
    """
    points = data_points()
    by_id = {row["question_id"]: row for row in result["rows"]}
    decided = result["decided"]
    found = []
    for at, row in enumerate(result["rows"]):
        if not _fits(row, show) or words.lower() not in row["text"].lower():
            continue
        first = by_id.get(row["duplicate_of"])
        point = points.get(row["data_point_id"])
        found.append(
            {
                **row,
                "at": at,
                "point": None if point is None else point.question,
                "certainty": f"{row['certainty']:.0%}",
                "band_words": _BANDS[row["band"]],
                "repeats": None if first is None else _where(first),
                "where": _where(row),
                **({"why": "", "counts": []} if decided is None else decided["rows"][at]),
            }
        )
    return found


def narrowings(result: Mapping[str, Any]) -> list[tuple[str, str, int]]:
    """What the table can be narrowed to, with the number of questions of each."""
    rows = result["rows"]
    return [(show, label, sum(_fits(row, show) for row in rows)) for show, label in SHOWN.items()]


def points_by_topic() -> dict[str, list[tuple[str, str]]]:
    """The catalogue by topic: id and question of each data point."""
    topics: dict[str, list[tuple[str, str]]] = {}
    for point in data_points().values():
        topics.setdefault(point.topic.replace("_", " "), []).append((point.id, point.question))
    return topics


def corrections_of(form: Mapping[str, str], rows: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """What the form says about matches: data point, or `none`, by the words of a question.

    Args:
        form: fields `m-` with the position of a question; an empty one is left as it is.
        rows: of the result.

    Raises:
        UsageError: a field names no question or no data point.
    """
    points, found = data_points(), {}
    for name, value in form.items():
        if not name.startswith("m-") or not value:
            continue
        at = name.removeprefix("m-")
        if not (at.isascii() and at.isdigit() and len(at) < 7 and int(at) < len(rows)):
            raise UsageError(message("the form names no question of the list; open the page again"))
        if value != NO_POINT and value not in points:
            raise UsageError(
                message("this is no data point of the catalogue; choose one of the list")
            )
        found[str(rows[int(at)]["text"])] = value
    return found


def _fits(row: Mapping[str, Any], show: str) -> bool:
    if show == "review":
        return bool(row["band"] == "review")
    if show == "repeats":
        return row["duplicate_of"] is not None
    return bool(row["extractive"]) if show == "not-asked" else True


def _where(row: Mapping[str, Any]) -> str:
    number = f", {row['number']}" if row["number"] else ""
    return f"{row['questionnaire']}{number}"
