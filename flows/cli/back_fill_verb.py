"""The verb `backfill`: past months of a list, in order."""

from __future__ import annotations

from typing import Annotated, Literal

import typer

from flows.cli import terminal
from flows.cli.list_options import ListOptions, with_list_options
from flows.cli.option_types import (
    DEFAULT_OUT,
    AsJson,
    FirstMonth,
    Force,
    Out,
    Verbose,
)
from flows.run.request import run_request

Reports = Annotated[
    Literal["last", "all"],
    typer.Option(
        help="Months with a report and a workbook. `understory run --as-of DAY` adds them later."
    ),
]


def register(app: typer.Typer) -> None:
    """Add the verb of this file."""
    app.command("backfill")(backfill)


@with_list_options
def backfill(
    listed: ListOptions,
    first: FirstMonth,
    last: Annotated[str, typer.Option("--to", help="Last month.", metavar="YYYY-MM")],
    out: Out = DEFAULT_OUT,
    force: Force = False,
    reports: Reports = "last",
    as_json: AsJson = False,
    verbose: Verbose = False,
) -> None:
    """Run past months in order; `latest` moves once, at the end.

    Sources that do not depend on the month are read once. The same command resumes.
    Months before the last have their tables only, unless you ask for all reports.
    """
    from configs.config_errors import NotLatestError
    from flows.run import back_fill
    from flows.run.folders.publication import latest_run

    log = terminal.start_log(verbose)
    months = back_fill.months_between(first, last)
    settings = listed.settings()
    request = run_request.request_of(settings, months[0].isoformat(), out, force)
    with terminal.Progress(log) as progress:
        filled = back_fill.back_fill(request, months, progress, every_report=reports == "all")
    records = [month.as_record() for month in filled]
    if as_json:
        terminal.print_json({"months": records, "latest": latest_run(out)})
    else:
        terminal.print_table(
            ("month", "run", "result"),
            (
                (
                    f"{month.as_of:%Y-%m}",
                    month.run_id,
                    month.state.replace("_", " ") + (" (was done)" if month.was_done else ""),
                )
                for month in filled
            ),
        )
        typer.echo(f"`latest` names {latest_run(out) or 'no run'}")
    open_months = [month.attention for month in filled if month.attention]
    if open_months:
        raise NotLatestError("; ".join(open_months), {"months": records})
