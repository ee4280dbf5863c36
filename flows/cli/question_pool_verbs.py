"""Verbs for what several companies ask, without their suppliers."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Literal

import typer

from flows.cli import terminal
from flows.cli.option_types import DEFAULT_OUT, LATEST_RUN, MatchedQuestions, Out, RunId
from flows.cli.stored_files import READ

PoolFormat = Literal["table", "csv", "json"]

_MAX_SHOWN = 40


def register(questions: typer.Typer) -> None:
    """Add the verbs of this file to `understory questions`."""
    for verb in (counts, pool):
        questions.command()(verb)


def counts(
    questions: MatchedQuestions = None,
    name: Annotated[
        str, typer.Option("--name", help="Name or pseudonym of your company.", metavar="TEXT")
    ] = "",
    schema: Annotated[
        bool, typer.Option("--schema", help="Print the schema of the form instead.")
    ] = False,
    run: RunId = LATEST_RUN,
    out: Out = DEFAULT_OUT,
) -> None:
    """Write what your company asks, as counts without suppliers.

    One row per data point; numbers of suppliers below 10 are suppressed. No text of a question and
    no supplier is in the file.
    """
    from configs.config_errors import UsageError
    from flows.run.questions import question_evidence, question_pools
    from flows.run.request import run_request

    if schema:
        terminal.print_json(question_pools.schema())
        return
    if not name:
        raise UsageError("--name TEXT is needed: your company's name in the pool, or a pseudonym")
    settings = run_request.settings_of(None).questions
    frame = question_evidence.read_matched(out, questions)
    found = question_evidence.decide(out, run, frame, settings)
    typer.echo(f"Counts: {question_pools.write_counts(out, found, name)}")


def pool(
    files: Annotated[
        list[Path], typer.Argument(help="Counts of two or more companies, of `counts`."), READ
    ],
    at_least: Annotated[
        int,
        typer.Option("--at-least", min=1, help="Show what so many companies ask.", metavar="K"),
    ] = 1,
    form: Annotated[PoolFormat, typer.Option("--format", help="table, csv or json.")] = "table",
) -> None:
    """Put the counts of several companies together.

    Shows what any of them asks, what several ask, and how much each two have in common.
    """
    import polars as pl

    from flows.run.questions import question_pools
    from reports.tables.cells import csv_bytes
    from scoring.questionnaires.data_points import data_points
    from scoring.questionnaires.question_pool import overlaps, pooled

    found = question_pools.read_counts(files)
    union, pairs = pooled(found), overlaps(found)
    shown = union.filter(pl.col("companies") >= at_least)
    if form == "csv":
        sys.stdout.buffer.write(csv_bytes(shown))
        return
    if form == "json":
        terminal.print_json(
            {
                "companies": len(found),
                "data_points": union.height,
                "overlaps": pairs.to_dicts(),
                "asked": shown.to_dicts(),
            }
        )
        return
    points = data_points()
    terminal.print_table(
        ("data point", "companies", "questions", "suppliers still asked"),
        (
            (
                points[row["data_point_id"]].question,
                f"{row['companies']} of {len(found)}",
                row["questions"],
                row["suppliers_asked"],
            )
            for row in shown.head(_MAX_SHOWN).iter_rows(named=True)
        ),
    )
    typer.echo()
    if shown.height > _MAX_SHOWN:
        typer.echo(f"The first {_MAX_SHOWN} of {shown.height}; --format csv prints all.")
    every = union.filter(pl.col("companies") == len(found)).height
    typer.echo(
        f"Data points that any company asks for: {union.height}; that all ask for: {every}; that "
        f"at least {at_least} ask for: {shown.height}."
    )
    for row in pairs.iter_rows(named=True):
        typer.echo(
            f"{row['company']} and {row['other_company']}: {row['asked_by_both']} of "
            f"{row['asked_by_either']} in common ({row['overlap']:.0%})."
        )
