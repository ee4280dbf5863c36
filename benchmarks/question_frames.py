"""Synthetic questions and evidence of any size, and labelled questions of questionnaires."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import numpy as np
import polars as pl

from scoring.questionnaires.data_points import data_points
from scoring.questionnaires.decisions import Evidence
from scoring.questionnaires.evidence import FACT_SCHEMA
from scoring.questionnaires.questions import COLUMNS, QUESTION_COLUMNS, checked_questions
from signals import registry

AS_OF = dt.date(2022, 3, 1)
_LABELLED = Path(__file__).resolve().parents[1] / "tests" / "cases" / "questionnaires"
_ANSWERS = {"statement": "yes_no", "document": "file"}
_OBSERVED, _UNMATCHED, _EXTRACTIVE = 0.4, 0.1, 0.03
_FORMS = 40


def synthetic_questions(count: int, seed: int = 20) -> pl.DataFrame:
    """Matched questions of 40 questionnaires: a tenth unmatched, 3 % extractive."""
    draw = np.random.default_rng(seed)
    points = np.array(list(data_points()))
    chosen = draw.choice(points, count).astype(object)
    unmatched = draw.random(count) < _UNMATCHED
    chosen[unmatched] = None
    number = np.arange(count)
    return checked_questions(
        pl.DataFrame(
            {
                "questionnaire": [f"form {one % _FORMS}" for one in number],
                "question_id": [f"question {one}" for one in number],
                "section": pl.Series([None] * count, dtype=pl.String),
                "number": [str(one) for one in number],
                "text": [f"Synthetic question {one}?" for one in number],
                "language": ["en"] * count,
                "answer_type": ["text"] * count,
                "condition": pl.Series([None] * count, dtype=pl.String),
                "row": number + 1,
                "data_point_id": pl.Series(chosen.tolist(), dtype=pl.String),
                "certainty": np.where(unmatched, 0.1, 0.9),
                "band": np.where(unmatched, "none", "accepted"),
                "duplicate_of": pl.Series([None] * count, dtype=pl.String),
                "about": ["forced_labour"] * count,
                "extractive": draw.random(count) < _EXTRACTIVE,
            },
            schema_overrides=dict(COLUMNS),
        ),
        matched=True,
    )


def synthetic_evidence(suppliers: int, seed: int = 20) -> Evidence:
    """A run of so many suppliers, in which 40 % of the values of all signals are observed."""
    draw = np.random.default_rng(seed)
    cards = [signal.card for signal in registry.signals().values()]
    ids = [f"S-{number:06d}" for number in range(suppliers)]
    rows = suppliers * len(cards)
    signals = np.tile(np.arange(len(cards)), suppliers)
    names = pl.Series([card.id for card in cards])
    contributions = pl.DataFrame(
        {
            "supplier_id": pl.Series(ids).gather(np.repeat(np.arange(suppliers), len(cards))),
            "signal_id": names.gather(signals),
            "pillar": pl.Series([card.pillar.value for card in cards]).gather(signals),
            "status": np.where(draw.random(rows) < _OBSERVED, "observed", "not_covered"),
            "shrinkage_weight": draw.random(rows),
            "data_through": [AS_OF - dt.timedelta(days=90)] * rows,
            "sentence": ("A synthetic sentence on " + names + ".").gather(signals),
        }
    )
    first = pl.DataFrame(
        {
            "supplier_id": ids,
            "signal_id": names.gather(draw.integers(0, len(cards), suppliers)),
            "uncertainty_reduction": draw.random(suppliers) / 4,
        }
    )
    return Evidence(AS_OF, ids, contributions, pl.DataFrame(schema=FACT_SCHEMA), first)


def labelled_questions() -> pl.DataFrame:
    """The labelled questions on which choices may be made, as a reader would give them.

    Returns:
        Columns of `QUESTION_COLUMNS`; no label.
    """
    parts = []
    for path in sorted(_LABELLED.glob("*.csv")):
        table = pl.read_csv(path, infer_schema=False).with_row_index("row", offset=2)
        if "part" not in table.columns:
            continue
        parts.append(
            table.filter(pl.col("part") == "choosing").select(
                "section",
                "number",
                "condition",
                "row",
                questionnaire=pl.lit(path.stem),
                question_id=pl.format("{} {}", pl.lit(path.stem), "number"),
                text="question",
                language=pl.col("language").str.slice(0, 2),
                answer_type=pl.col("answer_type").replace(_ANSWERS),
            )
        )
    return checked_questions(pl.concat(parts).select(list(QUESTION_COLUMNS)), matched=False)
