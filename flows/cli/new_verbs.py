"""Verbs for contributors: `understory new signal` and `understory new source`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from pathlib import Path

    from flows.scaffold.checkout import Scaffold

_verbs = typer.Typer(
    help="Scaffold a signal or a source: module, test, configuration entry.", no_args_is_help=True
)

_Name = Annotated[str, typer.Argument(help="Its id and the name of its module, in snake_case.")]
_Title = Annotated[
    str | None, typer.Option("--title", help="Title for its card; default: to be filled.")
]


def register(app: typer.Typer) -> None:
    """Add the verbs of this file."""
    for verb in (signal, source):
        _verbs.command()(verb)
    app.add_typer(_verbs, name="new")


def signal(
    name: _Name,
    pillar: Annotated[
        str,
        typer.Option(
            "--pillar",
            help="financial, land_use, environment, sentiment, purchasing or context.",
            metavar="PILLAR",
        ),
    ],
    source: Annotated[
        str, typer.Option("--source", help="Id of the source that it reads.", metavar="ID")
    ],
    table: Annotated[
        str | None,
        typer.Option(
            "--table",
            help="Staging table of the source; default: its only one.",
            metavar="TABLE",
        ),
    ] = None,
    column: Annotated[
        str | None,
        typer.Option(
            "--column",
            help="Column that holds the value; default: the table's only number.",
            metavar="COLUMN",
        ),
    ] = None,
    title: _Title = None,
    unit: Annotated[
        str | None, typer.Option("--unit", help="Unit for its card; default: to be filled.")
    ] = None,
) -> None:
    """Write a signal that runs at once with weight 0, its test and its configuration entry."""
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
            help="What its rows are about: country_iso3, supplier_id or site_id.",
            metavar="COLUMN",
        ),
    ] = "country_iso3",
    title: _Title = None,
    publisher: Annotated[
        str | None,
        typer.Option("--publisher", help="Publisher for its card; default: to be filled."),
    ] = None,
) -> None:
    """Write a source that reads a table by year, its staging table, test and configuration."""
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
