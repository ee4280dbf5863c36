"""The verb `understory sources check`."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

import typer

from flows.cli import terminal
from flows.cli.option_types import AsJson, Overrides, Profile, Verbose
from flows.cli.source_verbs import sources_group
from flows.run.request import run_request


def register() -> None:
    """Add the verb to its group."""
    sources_group.command("check")(check)


def check(
    live: Annotated[
        bool, typer.Option("--live", help="Ask each publisher once; else nothing is asked.")
    ] = False,
    include_off: Annotated[
        bool, typer.Option("--all", help="Also sources that are switched off and have an address.")
    ] = False,
    profile: Profile = None,
    overrides: Overrides = None,
    as_json: AsJson = False,
    verbose: Verbose = False,
) -> None:
    """Check keys, folders and the form of publishers' answers.

    Each publisher is asked once, with `--live` alone, and nothing is stored. The exit code is 1
    where a source answers otherwise than expected, rejects the request, is too slow or does not
    answer, or where its folder is missing.
    """
    from flows.run.sources.source_check import check_sources

    terminal.start_log(verbose)
    found = check_sources(
        run_request.settings_of(profile, overrides),
        live=live,
        include_off=include_off,
        today=dt.datetime.now(dt.UTC).date(),
    )
    if as_json:
        terminal.print_json([one.as_record() for one in found])
    else:
        terminal.print_table(
            ("source", "status", "seconds", "kB", "detail"),
            ((s.source_id, s.status.value, s.seconds, s.kilobytes, s.detail) for s in found),
        )
    if any(one.is_fault for one in found):
        raise typer.Exit(1)
