"""Verbs about questionnaires: `understory questions ...`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Literal

import typer

from flows.cli import terminal
from flows.cli.option_types import DEFAULT_OUT, LATEST_RUN, AsJson, Out, Overrides, Profile, RunId

CatalogueFormat = Literal["json", "csv", "schema"]

_Matched = Annotated[
    Path,
    typer.Option("--questions", help="Matched questions, CSV or Parquet.", metavar="FILE"),
]


def register(app: typer.Typer) -> None:
    """Add the verbs of this file, as a group."""
    group = typer.Typer(
        help="What questionnaires ask, and what is known already.",
        no_args_is_help=True,
    )
    for verb in (catalogue, decide):
        group.command()(verb)
    app.add_typer(group, name="questions")


def catalogue(
    form: Annotated[
        CatalogueFormat, typer.Option("--format", help="json, csv, or the JSON Schema of json.")
    ] = "json",
) -> None:
    """Print the catalogue of data points: and who holds each."""
    from reports.documents import data_point_catalogue
    from reports.tables.cells import csv_bytes
    from scoring.questionnaires.data_points import data_points
    from signals.registry import signals

    cards = {name: signal.card for name, signal in signals().items()}
    if form == "csv":
        table = data_point_catalogue.catalogue_table(data_points(), cards)
        sys.stdout.buffer.write(csv_bytes(table))
    elif form == "schema":
        terminal.print_json(data_point_catalogue.schema())
    else:
        terminal.print_json(data_point_catalogue.catalogue(data_points(), cards))


def decide(
    questions: _Matched,
    run: RunId = LATEST_RUN,
    out: Out = DEFAULT_OUT,
    profile: Profile = None,
    overrides: Overrides = None,
    as_json: AsJson = False,
) -> None:
    """Decide which questions need not be sent, and to whom.

    Writes a workbook, decisions.parquet, burden.csv and summary.md.
    """
    import dataclasses

    from flows.run import question_evidence, run_request
    from reports.questionnaires.decision_summary import summary_figures, totals_sentence

    settings = run_request.settings_of(profile, overrides).questions
    frame = question_evidence.read_matched(questions)
    found = question_evidence.decide(out, run, frame, settings)
    folder = question_evidence.write_decisions(out, found)
    figures = summary_figures(found.decided)
    if as_json:
        terminal.print_json({"folder": str(folder), **dataclasses.asdict(figures)})
        return
    typer.echo(totals_sentence(found.decided, figures))
    if figures.for_review:
        typer.echo(
            f"Questions without an accepted match, kept on every form: {figures.for_review:,}."
        )
    if figures.other_subject:
        typer.echo(f"Questions on another subject, not decided: {figures.other_subject:,}.")
    typer.echo(f"Results: {folder}")
