"""The verb that writes a published run in the form of another system."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from flows.cli.option_types import DEFAULT_OUT, LATEST_RUN, Out, RunId
from flows.cli.stored_files import READ

if TYPE_CHECKING:
    from reports.exports.published_run import PublishedRun

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
    ids: Annotated[
        Path | None,
        typer.Option(
            "--ids",
            help="CSV file with the suppliers' ids in the other system: supplier_id, target_id "
            "and, where names differ, target_name (ariba, coupa, salesforce). Suppliers without "
            "one are left out.",
            metavar="FILE",
        ),
        READ,
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

    declared = exports()[name]
    if ids is not None and not declared.takes_ids:
        takers = ", ".join(each for each, other in exports().items() if other.takes_ids)
        raise UsageError(f"--ids: {name} has no ids of another system; use it with {takers}")
    if target is not None and target.exists():
        raise UsageError(f"{target}: this file exists; give another name with --to")
    published = published_run(out, run, declared.needs_sites)
    left_out = 0
    if ids is not None:
        published, left_out = _with_ids(published, ids)
    made = declared.make(published)
    path = target or out / EXPORT_FOLDER / published.run_id / declared.file
    durable_files.write_bytes(path, made.content)
    typer.echo(f"Written: {path} ({declared.entries}: {made.written:,})")
    if left_out:
        typer.echo(f"  suppliers left out, as {ids} has no id for them: {left_out:,}.")
    for sentence in made.notes:
        typer.echo(f"  {sentence}.")
    if declared.assumed:
        typer.echo("  Parts of this form are assumed; see docs/reference/exports.md.")


def _with_ids(published: PublishedRun, path: Path) -> tuple[PublishedRun, int]:
    """The run under the ids of the other system, and how many suppliers have none there."""
    from configs.config_errors import DataRejectedError, UsageError
    from reports.exports.target_ids import in_target_ids, target_ids
    from suppliers.input_errors import Findings

    if not path.is_file():
        raise UsageError(f"{path}: there is no such file; correct --ids")
    table = target_ids(path.read_bytes(), path.name, published)
    findings = Findings()
    for sentence in table.findings:
        findings.add(DataRejectedError(sentence))
    findings.raise_all()
    return in_target_ids(published, table)
