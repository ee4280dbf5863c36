"""Verbs about questionnaires: `understory questions ...`."""

from __future__ import annotations

import sys
from typing import Annotated, Literal

import typer

from flows.cli import terminal

CatalogueFormat = Literal["json", "csv", "schema"]


def register(app: typer.Typer) -> None:
    """Add the verbs of this file, as a group."""
    group = typer.Typer(
        help="What questionnaires ask, and what is known already.",
        no_args_is_help=True,
    )
    group.command()(catalogue)
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
