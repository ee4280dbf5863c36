"""Verbs about questionnaires: `understory questions ...`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Literal

import typer

from flows.cli import question_match_verb, question_pool_verbs, terminal
from flows.cli.document_verbs import Language, Suppliers
from flows.cli.option_types import (
    DEFAULT_OUT,
    LATEST_RUN,
    AsJson,
    MatchedQuestions,
    Out,
    Overrides,
    Profile,
    RunId,
)
from flows.cli.stored_files import READ

CatalogueFormat = Literal["json", "csv", "schema"]


def register(app: typer.Typer) -> None:
    """Add the verbs of this file, as a group."""
    group = typer.Typer(
        help="What questionnaires ask, and what is known already.",
        no_args_is_help=True,
    )
    for verb in (catalogue, question_match_verb.match, decide, short_form, incentives):
        group.command()(verb)
    question_pool_verbs.register(group)
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
    questions: MatchedQuestions = None,
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

    from flows.run.questions import question_evidence
    from flows.run.request import run_request
    from reports.questionnaires.decision_summary import summary_figures, totals_sentence

    settings = run_request.settings_of(profile, overrides).questions
    frame = question_evidence.read_matched(out, questions)
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


def short_form(
    questions: MatchedQuestions = None,
    suppliers: Suppliers = None,
    every: Annotated[bool, typer.Option("--all", help="All suppliers of the run.")] = False,
    top: Annotated[
        int | None,
        typer.Option(
            "--top", min=1, help="At most so many questions: those that add most.", metavar="N"
        ),
    ] = None,
    language: Annotated[Language, typer.Option("--language", help="Language of the form.")] = "en",
    contact: Annotated[
        str, typer.Option("--contact", help="Address for contestations.", metavar="TEXT")
    ] = "the buyer who sent this form",
    promises: Annotated[
        Path | None,
        typer.Option(
            "--incentives",
            help="CSV of what changes for a supplier that answers, as `understory questions "
            "incentives` prints it.",
            metavar="FILE",
        ),
        READ,
    ] = None,
    run: RunId = LATEST_RUN,
    out: Out = DEFAULT_OUT,
    profile: Profile = None,
    overrides: Overrides = None,
) -> None:
    """Write a supplier's form: what is left to ask, what it gets.

    A page to print and a workbook to fill in. Both give the supplier its benchmark, what is known
    of it and from where, how to contest it, and what the buyer promises.
    """
    from flows.run.questions import question_evidence, short_forms
    from flows.run.request import run_request

    settings = run_request.settings_of(profile, overrides).questions
    frame = question_evidence.read_matched(out, questions)
    found = question_evidence.decide(out, run, frame, settings)
    ranked = found.decided.ranked
    budget = int(found.manifest["config"]["scoring"]["top_k"])
    chosen = short_forms.chosen_suppliers(ranked, suppliers or [], every, budget)
    stated = (
        []
        if promises is None
        else short_forms.read_incentives(promises, set(ranked["supplier_id"]))
    )
    folder = short_forms.write_short_forms(out, found, chosen, language, contact, stated, top)
    typer.echo(f"Short forms of {len(chosen):,} suppliers: {folder}")
    if not stated:
        typer.echo(
            "They state no change for a supplier that answers. `understory questions incentives` "
            "prints a table for promises; give it with --incentives FILE."
        )


def incentives() -> None:
    """Print the table for what changes for a supplier that answers."""
    from reports.questionnaires.incentives import template
    from reports.tables.cells import csv_bytes

    sys.stdout.buffer.write(csv_bytes(template()))
