"""Verbs for contributors: `understory new signal` and `understory new source`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Literal

import typer

if TYPE_CHECKING:
    from pathlib import Path

    from flows.scaffold.checkout import Scaffold

_verbs = typer.Typer(help="Create the files of a new signal or source.", no_args_is_help=True)

#: As `signals.card.Pillar` has them.
PillarName = Literal["financial", "land_use", "environment", "sentiment", "purchasing", "context"]

_Name = Annotated[str, typer.Argument(help="Id and module name, in snake_case.")]
_Title = Annotated[
    str | None, typer.Option("--title", help="Title for its card; default: a placeholder.")
]


def register(app: typer.Typer) -> None:
    """Add the verbs of this file."""
    for verb in (signal, source):
        _verbs.command()(verb)
    app.add_typer(_verbs, name="new")


def signal(
    name: _Name,
    pillar: Annotated[
        PillarName,
        typer.Option(
            "--pillar",
            help="Pillar of the signal.",
        ),
    ],
    source: Annotated[str, typer.Option("--source", help="Id of its source.", metavar="ID")],
    table: Annotated[
        str | None,
        typer.Option(
            "--table",
            help="Staging table of the source; default: the only one.",
            metavar="TABLE",
        ),
    ] = None,
    column: Annotated[
        str | None,
        typer.Option(
            "--column",
            help="Column of the value; default: the only numeric one.",
            metavar="COLUMN",
        ),
    ] = None,
    title: _Title = None,
    unit: Annotated[
        str | None, typer.Option("--unit", help="Unit for its card; default: a placeholder.")
    ] = None,
) -> None:
    """Write a signal with its test and configuration entry.

    It runs at once, with weight 0.
    """
    from flows.scaffold import checkout, signal_scaffold

    root = checkout.checkout_root()
    request = signal_scaffold.SignalRequest(name, pillar, source, table, column, title, unit)
    scaffold = signal_scaffold.signal_scaffold(request, root)
    _print_written(root, checkout.write(root, scaffold), scaffold)


def source(
    name: _Name,
    group: Annotated[
        str,
        typer.Option("--group", help="Folder of signals/sources, such as climate.", metavar="NAME"),
    ],
    key: Annotated[
        str,
        typer.Option(
            "--key",
            help="Key of its rows: country_iso3, supplier_id or site_id.",
            metavar="COLUMN",
        ),
    ] = "country_iso3",
    title: _Title = None,
    publisher: Annotated[
        str | None,
        typer.Option("--publisher", help="Publisher for its card; default: a placeholder."),
    ] = None,
) -> None:
    """Write a source with its staging table and test.

    It reads a table by year.
    """
    from flows.scaffold import checkout, source_scaffold

    root = checkout.checkout_root()
    request = source_scaffold.SourceRequest(name, group, key, title, publisher)
    scaffold = source_scaffold.source_scaffold(request, root)
    _print_written(root, checkout.write(root, scaffold), scaffold)


def _print_written(root: Path, paths: Sequence[str], scaffold: Scaffold) -> None:
    typer.echo(f"Written in {root}:")
    for path in paths:
        typer.echo(f"  {path}")
    typer.echo("Next steps:")
    for number, step in enumerate(scaffold.next_steps, 1):
        typer.echo(f"  {number}. {step}")
