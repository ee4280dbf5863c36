"""Wordings of the data points: how questionnaires ask for each, and what they ask besides.

The list is `wordings.csv` beside this file, in own words and five languages: questions, statements
to confirm, requests and headings. A row without a data point is something that questionnaires ask
and the catalogue does not hold, such as quality or bank details.
"""

from __future__ import annotations

import csv
import hashlib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from scoring.questionnaires.data_points import data_points

FILE = "wordings.csv"


@dataclass(frozen=True)
class Wording:
    """One way to ask for a data point.

    Attributes:
        data_point_id: of the catalogue; "": none.
        language: code of two letters.
        text: in own words.
    """

    data_point_id: str
    language: str
    text: str


@cache
def wordings() -> tuple[Wording, ...]:
    """The questions of the catalogue, then the rows of the file.

    Raises:
        ValueError: a row names no data point of the catalogue.
    """
    points = data_points()
    found = [Wording(point.id, "en", point.question) for point in points.values()]
    text = files("scoring.questionnaires").joinpath(FILE).read_text(encoding="utf-8")
    for row in csv.DictReader(text.splitlines()):
        if row["data_point"] and row["data_point"] not in points:
            raise ValueError(f"{FILE}: {row['data_point']} is no data point of the catalogue")
        found.append(Wording(row["data_point"], row["language"], row["wording"]))
    return tuple(found)


def digest() -> str:
    """What the wordings are, in 16 hexadecimal digits: the estimated model names them so."""
    lines = "\n".join(f"{w.data_point_id}\t{w.language}\t{w.text}" for w in wordings())
    return hashlib.sha256(lines.encode()).hexdigest()[:16]
