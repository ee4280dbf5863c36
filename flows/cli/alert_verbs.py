"""Verbs for who watches the runs: alerts test, status."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import typer

from flows.cli import terminal
from flows.cli.option_types import DEFAULT_OUT, AsJson, Out

_verbs = typer.Typer(
    name="alerts", help="Test the alerts.", no_args_is_help=True, rich_markup_mode=None
)

_RESUME = "run the same command again to resume it"
#: What is to be done about the last run, by its result; nothing about a published or running one.
CORRECTIONS = {
    "held": "`HELD.txt` in its folder says why; publish it with `understory publish --accept {run} "
    "--reason TEXT`, or correct the cause and run again",
    "withdrawn": "run this month again with the cause corrected, or publish it after all with "
    "`understory publish --accept {run} --reason TEXT`",
    "nothing_ranked": "its report names the data gaps of every supplier; complete the list or the "
    "sources and run again",
    "rejected": "correct what its message named and run again",
    "failed": f"read its message in the log, then {_RESUME}",
    "crashed": f"its process was killed; {_RESUME}",
    "unfinished": _RESUME,
    "interrupted": _RESUME,
    "deleted": "its folder is gone; restore it, or run the month again",
}


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
    """Print the state of the last run and what is to be done.

    Also whether this month's run is overdue. Exit code 3 where something is to be done.
    """
    from flows.run.folders import folder_health, publication, run_log

    records = run_log.read(out, terminal.start_log())
    last = max(records, key=lambda record: record["started_at"], default=None)
    latest_day = publication.latest_as_of(out)
    today = dt.datetime.now(dt.UTC).date()
    is_overdue = folder_health.is_overdue(latest_day, today)
    steps = _to_do(out, last, f"{today:%Y-%m}" if is_overdue else None)
    answer = {
        "latest": publication.latest_run(out),
        "latest_as_of": None if latest_day is None else latest_day.isoformat(),
        "last_run": None if last is None else last["run_id"],
        "last_result": None if last is None else last["result"],
        "is_overdue": is_overdue,
        "to_do": steps,
    }
    if as_json:
        terminal.print_json(answer)
    else:
        for name in ("latest", "latest_as_of", "last_run", "last_result"):
            typer.echo(f"{name.replace('_', ' ')}: {answer[name] or 'none'}")
        typer.echo(f"this month is overdue: {'yes' if is_overdue else 'no'}")
        for step in steps:
            typer.echo(f"to do: {step}")
    raise typer.Exit(3 if steps else 0)


def _to_do(out: Path, last: Mapping[str, Any] | None, overdue_month: str | None) -> list[str]:
    """What someone must do about the last run and this month, each in a sentence."""
    if last is None:
        return [f"no run was started in {out}; start one with `understory run`"]
    result = last["result"]
    found = []
    if result in CORRECTIONS:
        named = "the last run" if last["run_id"] is None else f"run {last['run_id']}"
        step = CORRECTIONS[result].format(run=last["run_id"])
        found.append(f"{named} is {result.replace('_', ' ')}; {step}")
    if overdue_month is not None and result != "running":
        found.append(
            f"no run of {overdue_month} is published; start it with `understory run`, or see that "
            "`understory serve` runs"
        )
    return found
