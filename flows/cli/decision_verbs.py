"""Verbs on decisions of people: import the completed sheet of a workbook."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from flows.cli.option_types import DEFAULT_OUT, LATEST_RUN, AsJson, Out, RunId

#: In the folder of results: the decisions in force, and all that were ever imported.
DECISIONS_FILE, DECISIONS_LOG = "decisions.csv", "decisions_log.csv"

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
    file: Annotated[Path, typer.Argument(help="Workbook with the completed sheet Decisions.")],
    run: RunId = LATEST_RUN,
    out: Out = DEFAULT_OUT,
    as_json: AsJson = False,
) -> None:
    """Import the sheet Decisions of a completed workbook."""
    import datetime as dt

    import polars as pl

    from configs import durable_files
    from flows.cli import terminal
    from flows.run import published_runs
    from reports.tables.cells import csv_bytes
    from reports.workbook import workbook_decisions

    folder = published_runs.run_folder(out, run)
    ids = published_runs.read_ranked(folder)["supplier_id"]
    new = workbook_decisions.read_decisions(file, ids)
    target, log = out / DECISIONS_FILE, out / DECISIONS_LOG
    before = pl.read_csv(target, try_parse_dates=True) if target.is_file() else None
    durable_files.write_bytes(target, csv_bytes(workbook_decisions.kept(before, new)))
    entry = new.with_columns(
        pl.lit(folder.name).alias("run_id"),
        pl.lit(dt.datetime.now(dt.UTC).isoformat(timespec="seconds")).alias("imported_at"),
    )
    older = [] if not log.is_file() else [pl.read_csv(log, try_parse_dates=False)]
    written = pl.concat([*older, entry.cast(pl.String)], how="diagonal_relaxed")
    durable_files.write_bytes(log, csv_bytes(written))
    if as_json:
        terminal.print_json({"decisions": new.height, "file": str(target), "log": str(log)})
        return
    typer.echo(f"{new.height} decisions read from {file.name}")
    typer.echo(f"Decisions in force: {target}")
    typer.echo(f"Log: {log}")
