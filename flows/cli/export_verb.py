"""The verb that writes a published run in the form of another system."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from flows.cli.option_types import DEFAULT_OUT, LATEST_RUN, Out, RunId

#: As `reports.exports.registry` finds them, which is too slow to import for help.
_Name = Literal[
    "ariba",
    "coupa",
    "data-package",
    "eudr-sites",
    "openlineage",
    "prov",
    "risk-table",
    "salesforce",
]


def register(app: typer.Typer) -> None:
    """Add the verb of this file."""
    app.command()(export)


def export(
    name: Annotated[
        _Name,
        typer.Option(
            "--as",
            help="Form of the file: custom fields of SAP Ariba or Coupa, scores for Salesforce "
            "or as a neutral table, sites with bands, a data package, or lineage.",
        ),
    ],
    target: Annotated[
        Path | None,
        typer.Option(
            "--to",
            help="File to write, which must not exist; default: in the folder of results.",
            metavar="FILE",
        ),
    ] = None,
    run: RunId = LATEST_RUN,
    out: Out = DEFAULT_OUT,
) -> None:
    """Write a published run in the form of another system.

    A value that is not known stays unknown. What is left out or cut is counted, with the reason.
    """
    from configs import durable_files
    from configs.config_errors import UsageError
    from flows.run.results.run_exports import EXPORT_FOLDER, published_run
    from reports.exports.registry import exports

    if target is not None and target.exists():
        raise UsageError(f"{target}: this file exists; give another name with --to")
    declared = exports()[name]
    published = published_run(out, run, declared.needs_sites)
    made = declared.make(published)
    path = target or out / EXPORT_FOLDER / published.run_id / declared.file
    durable_files.write_bytes(path, made.content)
    typer.echo(f"Written: {path} ({declared.entries}: {made.written:,})")
    for sentence in made.notes:
        typer.echo(f"  {sentence}.")
    if declared.assumed:
        typer.echo("  Parts of this form are assumed; see docs/reference/exports.md.")
