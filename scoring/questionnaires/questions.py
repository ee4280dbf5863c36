"""The frame of questions: one row per question of a questionnaire, with what it was matched to.

The reader fills the columns of `QUESTION_COLUMNS`, the matching those of `MATCH_COLUMNS`. What
follows the matching (decisions, short forms, pools) takes the whole frame.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

import polars as pl


class AskedFor(StrEnum):
    """What form of answer a question of a questionnaire asks for."""

    YES_NO = "yes_no"
    CHOICE = "choice"
    NUMBER = "number"
    DATE = "date"
    TEXT = "text"
    FILE = "file"
    TABLE = "table"
    UNKNOWN = "unknown"


class Band(StrEnum):
    """What the certainty of a match allows.

    An accepted match is used as it is. A match in clerical review is used only after a person has
    confirmed it; until then the question is kept as it is. None: no data point of the catalogue.
    """

    ACCEPTED = "accepted"
    REVIEW = "review"
    NONE = "none"


class About(StrEnum):
    """Whether a question serves the due diligence on forced labour."""

    FORCED_LABOUR = "forced_labour"
    OTHER = "other"


QUESTION_COLUMNS: Mapping[str, pl.DataType] = MappingProxyType(
    {
        "questionnaire": pl.String(),
        "question_id": pl.String(),
        "section": pl.String(),
        "number": pl.String(),
        "text": pl.String(),
        "language": pl.String(),
        "answer_type": pl.String(),
        "condition": pl.String(),
        "row": pl.Int64(),
    }
)
"""What a questionnaire itself holds.

- questionnaire: its name, without the suffix of the file; one name is one questionnaire.
- question_id: the questionnaire and the number of the question, or its position where it has no
  number of its own; unique in the frame, and the same each time the same file is read.
- section: the headings above the question, joined with " > "; null: none.
- number: as in the file; null: not numbered.
- text: the question, never empty, in one language.
- language: code of two letters; null: not known.
- answer_type: a value of `AskedFor`.
- condition: the text that says when the question is to be answered; null: always.
- row: row of the sheet, line of the text or position of the paragraph, from 1.
"""

MATCH_COLUMNS: Mapping[str, pl.DataType] = MappingProxyType(
    {
        "data_point_id": pl.String(),
        "certainty": pl.Float64(),
        "band": pl.String(),
        "duplicate_of": pl.String(),
        "about": pl.String(),
        "extractive": pl.Boolean(),
    }
)
"""What the matching adds.

- data_point_id: the data point of the catalogue that the question asks for; null: none. In clerical
  review it is the most likely one.
- certainty: 0 to 1, that the data point is right; 1 for one that a person entered.
- band: a value of `Band`.
- duplicate_of: `question_id` of the first question that asks the same; null: this is the first.
- about: a value of `About`.
- extractive: it asks a supplier for workers' personal data, or to interview or name workers.
"""

COLUMNS: Mapping[str, pl.DataType] = MappingProxyType({**QUESTION_COLUMNS, **MATCH_COLUMNS})

_NEVER_NULL = ("questionnaire", "question_id", "text", "answer_type", "row")
_NEVER_NULL_MATCHED = ("certainty", "band", "about", "extractive")
_VALUES: Mapping[str, type[StrEnum]] = MappingProxyType(
    {"answer_type": AskedFor, "band": Band, "about": About}
)


def checked_questions(frame: pl.DataFrame, *, matched: bool) -> pl.DataFrame:
    """A frame of questions that keeps the contract of its columns.

    Args:
        frame: columns of `QUESTION_COLUMNS`, with `matched` those of `COLUMNS`, in any order.
        matched: whether the matching has been done.

    Returns:
        The frame with its columns in the order of the contract.

    Raises:
        ValueError: a column is missing or unknown, a value is null or not one of its kind, a
            `question_id` stands twice, or a band contradicts its data point.
    """
    columns = COLUMNS if matched else QUESTION_COLUMNS
    if set(frame.columns) != set(columns):
        different = sorted(set(frame.columns) ^ set(columns))
        raise ValueError(f"questions: columns missing or unknown: {', '.join(different)}")
    frame = frame.select(pl.col(name).cast(kind) for name, kind in columns.items())
    never_null = _NEVER_NULL + (_NEVER_NULL_MATCHED if matched else ())
    nulls = [name for name in never_null if frame[name].null_count()]
    if nulls:
        raise ValueError(f"questions: null in {', '.join(nulls)}")
    for name in sorted(_VALUES.keys() & columns.keys()):
        unknown = set(frame[name].to_list()) - {str(value) for value in _VALUES[name]}
        if unknown:
            raise ValueError(f"questions: {name} is {', '.join(sorted(unknown))}")
    if frame["question_id"].is_duplicated().any():
        raise ValueError("questions: a question_id stands twice")
    if matched:
        contradicts = (pl.col("band") == Band.NONE.value) != pl.col("data_point_id").is_null()
        outside = ~pl.col("certainty").is_between(0, 1)
        if frame.select((contradicts | outside).any()).item():
            raise ValueError("questions: a band or a certainty contradicts its data point")
    return frame
