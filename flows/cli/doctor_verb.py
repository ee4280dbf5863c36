"""The verb `doctor`: whether this machine is fit for runs."""

from __future__ import annotations

import datetime as dt
import os
from typing import Annotated

import typer

from flows.cli import terminal
from flows.cli.option_types import DEFAULT_OUT, AsJson, Out, Overrides, Profile
from flows.orchestration.prefect_address import SERVE_PORT
from flows.run.request import run_request


def register(app: typer.Typer) -> None:
    """Add the verb of this file."""
    app.command()(doctor)


def doctor(
    profile: Profile = None,
    overrides: Overrides = None,
    out: Out = DEFAULT_OUT,
    port: Annotated[
        int, typer.Option("--port", min=1, max=65535, help="Port of `understory serve`.")
    ] = SERVE_PORT,
    time_from: Annotated[
        str | None,
        typer.Option(
            "--time-from",
            help="Compare the clock with this server's; without it nothing is asked.",
            metavar="URL",
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Check this machine: every finding with its correction.

    Versions, disk, memory, clock, keys, port, warehouse and permissions. Exit code 1 where a run
    or `serve` would fail. Names of keys are printed, never values.
    """
    from flows.run import doctor as checks

    stated = None if time_from is None else _time_of(time_from)
    machine = checks.Machine(
        settings=run_request.settings_of(profile, overrides),
        out=out,
        port=port,
        environment=os.environ,
        now=dt.datetime.now(dt.UTC),
        stated=stated,
    )
    found = checks.findings(machine)
    if as_json:
        terminal.print_json([one.as_record() for one in found])
    else:
        words = dict.fromkeys(checks.CHECKS, "ok") | {one.check: "" for one in found}
        for name, word in words.items():
            if word:
                typer.echo(f"{name}: {word}")
            for one in found:
                if one.check == name:
                    typer.echo(f"{name}: {'PROBLEM: ' if one.is_problem else ''}{one.sentence}")
    raise typer.Exit(1 if any(one.is_problem for one in found) else 0)


def _time_of(url: str) -> dt.datetime:
    """The time that a server states in its answer."""
    from email.utils import parsedate_to_datetime

    import httpx

    from configs.config_errors import UsageError

    try:
        answer = httpx.head(url, timeout=10.0)
        return parsedate_to_datetime(answer.headers["Date"])
    except (httpx.HTTPError, httpx.InvalidURL, KeyError, ValueError) as error:
        raise UsageError(
            f"--time-from {url}: this gives no time; name a web server that can be reached"
        ) from error
