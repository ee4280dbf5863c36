"""The verb `understory questions match`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from flows.cli import terminal
from flows.cli.option_types import DEFAULT_OUT, AsJson, Out
from flows.cli.stored_files import READ

_Files = Annotated[
    list[Path],
    typer.Argument(help="Questionnaires: XLSX, ODS, CSV, DOCX or PDF.", metavar="FILE..."),
    READ,
]
_Review = Annotated[
    Path | None,
    typer.Option("--review", help="The review workbook with corrected matches.", metavar="FILE"),
    READ,
]


def match(
    files: _Files, out: Out = DEFAULT_OUT, review: _Review = None, as_json: AsJson = False
) -> None:
    """Match the questions of questionnaires with the catalogue.

    Writes matched.parquet and review.xlsx. Corrected matches are kept for the next time.
    """
    import datetime as dt

    from flows.run.questions import question_matching

    day = dt.datetime.now(tz=dt.UTC).date()
    found = question_matching.match_files(files, out, review, day)
    counts = question_matching.summary(found)
    if as_json:
        terminal.print_json({"folder": str(found.folder), **counts, "notes": list(found.notes)})
        return
    for sentence in (*found.notes, *question_matching.summary_sentences(found)):
        typer.echo(sentence)
    typer.echo(f"Results: {found.folder}")
