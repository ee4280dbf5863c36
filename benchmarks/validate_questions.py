"""Matching of questions to the catalogue, duplicates and extractive questions.

`tests/cases/questionnaires` holds seven invented questionnaires with labels, half of them for
judging: of these only the totals printed here are inspected, each time logged in `looks.md`. The
author of the questions had not seen the wordings, and the author of the wordings has not read the
judging part. The planted extractive questions and the pairs were written by the author of the
rules, so they show that the rules do what they should and not how they do on other questions.
"""

from __future__ import annotations

import csv
import time
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import polars as pl

from scoring.questionnaires.extractive import EXTRACTIVE_POINTS
from scoring.questionnaires.matching import match_questions
from scoring.questionnaires.questions import QUESTION_COLUMNS

ID = "questions"
GOAL = (
    "judging part of 430 labelled questions: precision 0.95 or more at recall 0.85 or more of "
    "accepted matches; duplicates F1 0.90 or more; 60 of 60 planted extractive questions"
)
KIND = "validate"

_CASES = Path(__file__).resolve().parents[1] / "tests" / "cases" / "questionnaires"
_TIMED = 2_000

Row = Mapping[str, str]


def run() -> str:
    """Print the table; the figures of the judging part are the last line."""
    labelled = [row for path in sorted(_CASES.glob("*.csv")) for row in _rows(path)]
    parts = {
        part: [row for row in labelled if row.get("part") == part]
        for part in ("choosing", "judging")
    }
    figures: dict[str, tuple[float, float]] = {}
    print("part      questions  accepted  right  precision  recall  review  extractive found")
    for part, rows in parts.items():
        matched = match_questions(_asked(row["question"] for row in rows))
        points = [set(row["data_point"].split(";")) - {""} for row in rows]
        accepted = matched["band"] == "accepted"
        right = sum(
            point in meant
            for point, is_accepted, meant in zip(
                matched["data_point_id"], accepted, points, strict=True
            )
            if is_accepted
        )
        precision = right / max(int(accepted.sum()), 1)
        recall = right / sum(map(bool, points))
        persons = [bool(meant & EXTRACTIVE_POINTS) for meant in points]
        found = sum(
            one for one, is_person in zip(matched["extractive"], persons, strict=True) if is_person
        )
        wrongly = int(matched["extractive"].sum()) - found
        review = int((matched["band"] == "review").sum())
        figures[part] = (precision, recall)
        print(
            f"{part:<9} {len(rows):>9}  {int(accepted.sum()):>8}  {right:>5}  {precision:>9.3f}  "
            f"{recall:>6.3f}  {review:>6}  {found} of {sum(persons)}, {wrongly} others"
        )
    precise, recalled = _duplicates()
    f1 = 2 * precise * recalled / (precise + recalled)
    print(f"pairs     precision {precise:.3f}, recall {recalled:.3f}")
    planted = list(_rows(_CASES / "extractive.csv"))
    persons = match_questions(_asked(row["question"] for row in planted))["extractive"].to_list()
    wanted = [row["extractive"] == "yes" for row in planted]
    hits = sum(one for one, is_wanted in zip(persons, wanted, strict=True) if is_wanted)
    alarms = sum(one for one, is_wanted in zip(persons, wanted, strict=True) if not is_wanted)
    print(f"planted   {hits} of {sum(wanted)}, {alarms} of {len(wanted) - sum(wanted)} others")
    texts = [row["question"] for row in labelled if row.get("part")]
    repeated = [f"{text} ({at})" for at in range(_TIMED) for text in [texts[at % len(texts)]]]
    start = time.perf_counter()
    match_questions(_asked(repeated))
    print(f"{_TIMED:,} questions in {time.perf_counter() - start:.1f} s")
    precision, recall = figures["judging"]
    return (
        f"judging part precision {precision:.3f}, recall {recall:.3f}; duplicates F1 {f1:.3f}; "
        f"extractive {hits} of {sum(wanted)} planted, {alarms} false"
    )


def _rows(path: Path) -> list[Row]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _asked(texts: Iterable[str]) -> pl.DataFrame:
    rows = [
        {
            "questionnaire": "form", "question_id": str(at), "section": None, "number": None,
            "text": text, "language": None, "answer_type": "unknown", "condition": None, "row": at,
        }
        for at, text in enumerate(texts, start=1)
    ]  # fmt: skip
    return pl.DataFrame(rows, schema=dict(QUESTION_COLUMNS))


def _duplicates() -> tuple[float, float]:
    """Precision and recall of pairs that ask the same; each pair is matched by itself."""
    pairs = _rows(_CASES / "pairs.csv")
    found: Sequence[bool] = [
        match_questions(_asked((row["first"], row["second"])))["duplicate_of"].null_count() == 1
        for row in pairs
    ]
    wanted = [row["same"] == "yes" for row in pairs]
    right = sum(one and is_wanted for one, is_wanted in zip(found, wanted, strict=True))
    return right / max(sum(found), 1), right / sum(wanted)
