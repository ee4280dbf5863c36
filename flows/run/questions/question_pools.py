"""Files of counts of questions: one company writes its own, several are put together."""

from __future__ import annotations

import json
from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any

import polars as pl

from configs import durable_files
from configs.config_errors import DataRejectedError, UsageError
from flows.run.questions.question_evidence import QUESTION_FOLDER, DecidedRun
from reports.tables.cells import csv_bytes
from scoring.questionnaires.data_points import data_points
from scoring.questionnaires.question_pool import COUNT_COLUMNS, findings, question_counts

COUNTS_FILE = "question_counts.csv"


def schema() -> dict[str, Any]:
    """Table Schema of the form of counts."""
    text = files("reports").joinpath("assets", "question_counts.schema.json").read_text("utf-8")
    described: dict[str, Any] = json.loads(text)
    return described


def write_counts(out: Path, found: DecidedRun, company: str) -> Path:
    """Write the counts of one company.

    Returns:
        The file.
    """
    decided = found.decided
    counts = question_counts(company, decided.questions, decided.pairs, decided.ranked.height)
    target = out / QUESTION_FOLDER / found.folder.name / COUNTS_FILE
    durable_files.write_bytes(target, csv_bytes(counts))
    return target


def read_counts(paths: Sequence[Path]) -> list[pl.DataFrame]:
    """The counts of several companies.

    Raises:
        UsageError: fewer than two files, or a file is not there.
        DataRejectedError: a file is not in the form, or two are of one company; all findings.
    """
    if len(paths) < 2:
        raise UsageError("a pool needs the files of two companies or more")
    absent = [path for path in paths if not path.is_file()]
    if absent:
        raise UsageError(f"{', '.join(map(str, absent))}: there is no such file; check the path")
    points = list(data_points())
    tables, wrong = [], []
    for path in paths:
        try:
            table = pl.read_csv(path, infer_schema=False)
        except pl.exceptions.PolarsError as error:
            wrong.append(f"{path}: cannot be read as CSV ({error}); give a file of counts")
            continue
        found = findings(table, points)
        wrong += [f"{path}: {finding}; correct the file" for finding in found]
        if not found:
            tables.append(table.select(pl.col(n).cast(kind) for n, kind in COUNT_COLUMNS.items()))
    companies = [table["company"][0] for table in tables]
    twice = sorted({name for name in companies if companies.count(name) > 1})
    if twice:
        wrong.append(f"company: {', '.join(twice)} in several files; give one file per company")
    if wrong:
        raise DataRejectedError("\n".join(wrong))
    return tables
