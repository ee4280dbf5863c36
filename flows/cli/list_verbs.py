"""Verbs about the supplier list: check it before a run, export its sites."""

from __future__ import annotations

import shlex
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from flows.cli import terminal
from flows.cli.option_types import (
    DEFAULT_OUT,
    AsJson,
    Completed,
    Drop,
    Mapping,
    Overrides,
    Profile,
    Verbose,
)
from flows.cli.stored_files import IN_SETTINGS
from flows.run.request import run_request
from flows.run.storage.storage_address import as_written

if TYPE_CHECKING:
    from suppliers.intake.list_check import ListCheck

_verbs = typer.Typer(
    help="Check a supplier list before a run, or export its sites.", no_args_is_help=True
)

_HEADINGS = (
    ("rejected", "To correct in the list"),
    ("open", "To answer"),
    ("settled", "Answered by the mapping file"),
    ("note", "Notes"),
)
_OPEN = 2
_SHOWN_COLUMNS = 8
#: As in `flows.run.request.list_files`, which is too slow to import for help.
_Template = Literal["eudr", "open-supply-hub"]


def register(app: typer.Typer) -> None:
    """Add the verbs of this file."""
    _verbs.callback()(_group)
    _verbs.command("check")(check)
    _verbs.command("export")(export)
    app.add_typer(_verbs, name="list")


def _group() -> None:
    """Check a supplier list before a run, or export its sites."""


def check(
    files: Annotated[
        list[Path],
        typer.Argument(help="Supplier lists, or folders of them.", metavar="FILE..."),
        IN_SETTINGS,
    ],
    profile: Profile = None,
    overrides: Overrides = None,
    drop: Drop = None,
    mapping: Mapping = None,
    completed: Completed = None,
    out: Annotated[
        Path,
        typer.Option(
            "--out", help="Folder of the mapping file and the workbook.", metavar="FOLDER"
        ),
    ] = (DEFAULT_OUT / "list_check"),
    as_json: AsJson = False,
    verbose: Verbose = False,
) -> None:
    """Find everything in a list that must be answered, in one attempt.

    Writes a mapping file with what is certain and each open question as comment lines, and a
    workbook to complete with the cells that suppliers lack. The exit code is 0 where nothing is
    open and 2 otherwise.
    """
    from flows.run.request.list_files import check_of, write_check
    from flows.run.storage.stored_inputs import with_local_list

    terminal.start_log(verbose)
    settings = run_request.settings_of(profile, overrides, files, drop, mapping, completed)
    settings = with_local_list(settings, out)
    found = check_of(settings)
    written = write_check(found, out, mapping)
    if as_json:
        terminal.print_json(
            {
                "ready": found.is_ready,
                "counts": dict(found.counts),
                "findings": [finding.as_record() for finding in found.findings],
                "written": [str(path) for path in written],
            }
        )
    else:
        _print_check(found, written, files)
    if not found.is_ready:
        raise typer.Exit(_OPEN)


def export(
    files: Annotated[
        list[Path],
        typer.Argument(help="Supplier lists, or folders of them.", metavar="FILE..."),
        IN_SETTINGS,
    ],
    target: Annotated[
        Path, typer.Option("--out", help="File to write; it must not exist.", metavar="FILE")
    ],
    template: Annotated[
        _Template,
        typer.Option(
            "--as",
            help="eudr: GeoJSON of the EU deforestation regulation; open-supply-hub: its upload "
            "template, with addresses.",
        ),
    ] = "eudr",
    profile: Profile = None,
    overrides: Overrides = None,
    drop: Drop = None,
    mapping: Mapping = None,
    completed: Completed = None,
    verbose: Verbose = False,
) -> None:
    """Write the sites of a list in the form that others ask for.

    Sites keep their ids. What is left out is counted, with the reason.
    """
    from configs import durable_files
    from configs.config_errors import UsageError
    from flows.run.request.list_files import export_of
    from flows.run.storage.stored_inputs import with_local_list

    terminal.start_log(verbose)
    if target.exists():
        raise UsageError(f"{target}: this file exists; give another name with --out")
    settings = run_request.settings_of(profile, overrides, files, drop, mapping, completed)
    found = export_of(with_local_list(settings, target.parent), template)
    durable_files.write_bytes(target, found.content)
    typer.echo(f"Written: {target} (sites: {found.written:,})")
    for note in found.notes:
        typer.echo(f"  {note}.")
    if template == "open-supply-hub":
        typer.echo("  The file has addresses; what is uploaded to Open Supply Hub is public.")


def _sentences(found: ListCheck, kind: str) -> Iterator[str]:
    """Findings of a kind; columns that are not read are one line a file."""
    unread: dict[str, list[str]] = {}
    for finding in found.findings:
        if finding.kind != kind:
            continue
        if finding.rule == "unread_column":
            unread.setdefault(finding.file, []).append(finding.field)
        else:
            yield finding.sentence
    for file, headers in unread.items():
        named = ", ".join(map(repr, headers[:_SHOWN_COLUMNS]))
        more = len(headers) - _SHOWN_COLUMNS
        yield f"{file}: columns that are not read: {named}" + (
            f" and {more} more." if more > 0 else "."
        )


def _print_check(found: ListCheck, written: list[Path], files: list[Path]) -> None:
    counts = found.counts
    typer.echo(
        f"Rows: {counts['rows']:,}; suppliers: {counts['suppliers']:,}; "
        f"rejected rows: {counts['rows_rejected']:,}; "
        f"suppliers without a location: {counts['without_location']:,}"
    )
    kinds: Counter[str] = Counter(finding.kind for finding in found.findings)
    for kind, heading in _HEADINGS:
        if not kinds[kind]:
            continue
        lines = list(_sentences(found, kind))
        typer.echo(f"\n{heading} ({len(lines)})")
        for sentence in lines:
            typer.echo(f"  {terminal.plain(sentence)}")
    typer.echo()
    for path in written:
        typer.echo(f"Written: {path}")
    if found.is_ready:
        typer.echo("Nothing is open.")
        if counts["without_location"]:
            typer.echo(
                "Suppliers without a location have no signals of their site; towns or coordinates "
                "in to_complete.xlsx add them."
            )
        return
    options = {".yaml": "--mapping", ".xlsx": "--completed"}
    given = [("--suppliers", as_written(path)) for path in files]
    given += [(options[path.suffix], str(path)) for path in written]
    if written:
        words = " ".join(f"{option} {shlex.quote(path)}" for option, path in given)
        typer.echo(f"Then: understory run {words}")
