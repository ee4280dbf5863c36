"""Verbs on decisions of people: import the completed sheet of a workbook."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from flows.cli.option_types import DEFAULT_OUT, LATEST_RUN, AsJson, Out, RunId
from flows.cli.stored_files import READ

_verbs = typer.Typer(
    name="decisions",
    help="Import decisions of people, which never change a score.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


def register(app: typer.Typer) -> None:
    """Add the verbs of this file."""
    app.add_typer(_verbs)


@_verbs.command("import")
def import_(
    file: Annotated[
        Path, typer.Argument(help="Workbook with the completed sheet Decisions."), READ
    ],
    run: RunId = LATEST_RUN,
    out: Out = DEFAULT_OUT,
    as_json: AsJson = False,
) -> None:
    """Import the sheet Decisions of a completed workbook.

    The outputs of the latest run show them at once, and so does every later run of the folder.
    """
    from flows.cli import terminal
    from flows.run.decisions import decision_files
    from flows.run.folders import published_runs, uploaded_runs
    from flows.run.folders.folder_lock import one_run_at_a_time
    from flows.run.results import decisions_in_force
    from reports.workbook import workbook_decisions

    folder = published_runs.run_folder(out, run)
    ids = published_runs.read_ranked(folder)["supplier_id"]
    new = workbook_decisions.read_decisions(file, ids)
    decision_files.keep(out, new, folder.name)
    target, log = out / decision_files.DECISIONS_FILE, out / decision_files.DECISIONS_LOG
    terminal.start_log()
    with one_run_at_a_time(out):
        shown_in = decisions_in_force.bring_into_force(out)
        upload = uploaded_runs.Change(None)
        if shown_in.run_id is not None and shown_in.note is None:
            upload = uploaded_runs.upload_change(out, shown_in.run_id)
    record = {
        "decisions": new.height,
        "file": str(target),
        "log": str(log),
        "shown_in": shown_in.run_id,
        "note": shown_in.note,
    }
    if as_json:
        terminal.print_json(record)
        terminal.end_upload(upload, record, as_json=True)
        return
    typer.echo(f"{new.height} decisions read from {file.name}")
    typer.echo(f"Decisions in force: {target}")
    typer.echo(f"Log: {log}")
    typer.echo(shown_in.note or f"The outputs of {shown_in.run_id} show them.")
    terminal.end_upload(upload, record, as_json=False)
