"""Decisions on 2,000 questions for 10,000 suppliers, on synthetic frames.

Twenty million pairs of a question and a supplier are decided by data point and supplier; counts
by question follow from a join.
"""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

from benchmarks.question_frames import synthetic_evidence, synthetic_questions
from scoring.questionnaires.burden import Costs, question_table, supplier_burden
from scoring.questionnaires.data_points import data_points
from scoring.questionnaires.decisions import question_decisions, supplier_decisions
from signals import registry

ID = "questions"
GOAL = "2,000 questions for 10,000 suppliers decided, counted and written in 60 s"
KIND = "bench"

QUESTIONS, SUPPLIERS = 2_000, 10_000
LIMIT_SECONDS = 60


def run() -> str:
    """Time the steps from matched questions to files.

    Returns:
        Seconds in all, pairs and size of the file.
    """
    questions, evidence = synthetic_questions(QUESTIONS), synthetic_evidence(SUPPLIERS)
    points = data_points()
    cards = {name: signal.card for name, signal in registry.signals().items()}
    seconds: dict[str, float] = {}
    start = time.perf_counter()
    decided = question_decisions(questions)
    asked = set(decided["asked_as"].drop_nulls())
    pairs = supplier_decisions([name for name in points if name in asked], evidence, points, cards)
    seconds["decisions by data point and supplier"] = time.perf_counter() - start
    start = time.perf_counter()
    costs = Costs(20, "USD", 10, 2)
    supplier_burden(evidence.suppliers, decided, pairs, points, costs)
    seconds["burden by supplier"] = time.perf_counter() - start
    start = time.perf_counter()
    table = question_table(decided, pairs)
    seconds["suppliers by question and decision"] = time.perf_counter() - start
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "decisions.parquet"
        start = time.perf_counter()
        pairs.write_parquet(path)
        seconds["decisions.parquet"] = time.perf_counter() - start
        megabytes = path.stat().st_size / 1e6
    for name, value in seconds.items():
        print(f"{name:40}{value:8.2f} s")
    total = sum(seconds.values())
    return (
        f"{QUESTIONS * SUPPLIERS / 1e6:.0f} million questions to suppliers in {total:.1f} s "
        f"({'met' if total <= LIMIT_SECONDS else 'NOT MET'}, {LIMIT_SECONDS} s), "
        f"{pairs.height:,} rows of {megabytes:.0f} MB, {table.height:,} questions counted"
    )
