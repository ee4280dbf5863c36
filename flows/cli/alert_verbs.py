"""Verbs for who watches the runs: alerts test, status."""

from __future__ import annotations

import datetime as dt

import typer

from flows.cli import terminal
from flows.cli.option_types import DEFAULT_OUT, AsJson, Out

_verbs = typer.Typer(
    name="alerts", help="Test the alerts.", no_args_is_help=True, rich_markup_mode=None
)


def register(app: typer.Typer) -> None:
    """Add the verbs of this file."""
    app.add_typer(_verbs)
    app.command()(status)


@_verbs.command("test")
def send_test(as_json: AsJson = False) -> None:
    """Send a test message to every address; exit code 1 where one fails."""
    from flows.run.results import alerts

    sent = alerts.deliver("Understory: test", "This is a test of the alerts. Nothing happened.")
    if as_json:
        terminal.print_json([{"kind": kind, "sent": taken} for kind, taken in sent])
    else:
        terminal.print_table(
            ("kind", "result"), ((kind, "sent" if taken else "FAILED") for kind, taken in sent)
        )
    raise typer.Exit(0 if all(taken for _, taken in sent) else 1)


def status(out: Out = DEFAULT_OUT, as_json: AsJson = False) -> None:
    """Print the last run and whether this month's is overdue.

    Exit code 3 where the last run needs a decision or this month's run is overdue.
    """
    from flows.run.folders import folder_health, publication, run_log

    records = run_log.read(out, terminal.start_log())
    last = max(records, key=lambda record: record["started_at"], default=None)
    latest_day = publication.latest_as_of(out)
    is_overdue = folder_health.is_overdue(latest_day, dt.datetime.now(dt.UTC).date())
    answer = {
        "latest": publication.latest_run(out),
        "latest_as_of": None if latest_day is None else latest_day.isoformat(),
        "last_run": None if last is None else last["run_id"],
        "last_result": None if last is None else last["result"],
        "is_overdue": is_overdue,
    }
    if as_json:
        terminal.print_json(answer)
    else:
        for name, value in answer.items():
            typer.echo(f"{name.replace('_', ' ')}: {'none' if value is None else value}")
    is_well = last is not None and last["result"] == "published" and not is_overdue
    raise typer.Exit(0 if is_well else 3)
