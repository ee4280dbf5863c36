"""The verb `understory questions match`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from flows.cli import terminal
from flows.cli.option_types import DEFAULT_OUT, AsJson, Out

_Files = Annotated[
    list[Path],
    typer.Argument(help="Questionnaires: XLSX, ODS, CSV, DOCX or PDF.", metavar="FILE..."),
]
_Review = Annotated[
    Path | None,
    typer.Option("--review", help="The review workbook with corrected matches.", metavar="FILE"),
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
    for note in found.notes:
        typer.echo(note)
    typer.echo(
        f"{counts['questions']:,} questions in {counts['questionnaires']:,} questionnaires: "
        f"{counts['accepted']:,} matched with {counts['data_points']:,} data points, "
        f"{counts['review']:,} for review, {counts['none']:,} without a match."
    )
    typer.echo(
        f"{counts['duplicates']:,} repeat another question, {counts['extractive']:,} ask for data "
        f"of workers, {counts['other']:,} are about other matters."
    )
    if counts["decided"]:
        typer.echo(f"Matches decided by a person: {counts['decided']:,}.")
    typer.echo(f"Results: {found.folder}")
