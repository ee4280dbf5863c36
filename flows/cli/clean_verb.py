"""The verb `clean`: frees the disk by the policy of the configuration."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from contextlib import nullcontext
from typing import TYPE_CHECKING, Annotated

import typer

from flows.cli import terminal
from flows.cli.option_types import DEFAULT_OUT, AsJson, Out, Overrides, Profile
from flows.run.request import run_request

if TYPE_CHECKING:
    from flows.run.folders.retention import Removable
    from flows.run.folders.stored_retention import StoredRemovable


def register(app: typer.Typer) -> None:
    """Add the verb of this file."""
    app.command()(clean)


def clean(
    apply: Annotated[
        bool, typer.Option("--apply", help="Remove it; without this, it is only listed.")
    ] = False,
    profile: Profile = None,
    overrides: Overrides = None,
    out: Out = DEFAULT_OUT,
    as_json: AsJson = False,
) -> None:
    """List or remove what the retention policy does not keep.

    `latest`, the frozen reference and what a kept run is rebuilt from always stay. Large CSV
    tables of earlier months are compressed; every reader of the program reads them as before. In
    the raw store of `raw_store.address`, records of removed runs and files that no other run used
    go with them.
    """
    from flows.run.folders import retention, stored_retention
    from flows.run.folders.folder_lock import one_run_at_a_time

    terminal.start_log()
    settings = run_request.settings_of(profile, overrides)
    policy, address = settings.retention, settings.raw_store.address
    now = dt.datetime.now(dt.UTC)
    with one_run_at_a_time(out) if apply else nullcontext():
        found = retention.removable(out, policy, now)
        runs = [one.path.name for one in found if one.kind == "run"]
        stored = (
            [] if address is None else stored_retention.removable(out, address, runs, policy, now)
        )
        if apply:
            # The folder's runs last: while they are there, a command that is cut off goes on.
            freed = 0 if address is None else stored_retention.remove(address, stored)
            freed += retention.remove(out, found)
    every: list[Removable | StoredRemovable] = [*found, *stored]
    if as_json:
        terminal.print_json(
            {
                "applied": apply,
                "bytes": freed if apply else sum(one.size for one in every),
                "removable": [{**one.__dict__, "path": str(one.path)} for one in every],
            }
        )
        return
    if not every:
        typer.echo(f"{out}: nothing to remove; the policy is `retention` in the configuration")
        return
    terminal.print_table(
        ("kind", "number", "MB"),
        (
            (kind, number, sum(one.size for one in every if one.kind == kind) / 1e6)
            for kind, number in Counter(one.kind for one in every).items()
        ),
    )
    typer.echo()
    listed = [one for one in found if one.kind != "raw file"]
    terminal.print_table(
        ("kind", "path", "MB", "reason"),
        (
            *((one.kind, one.path.relative_to(out), one.size / 1e6, one.reason) for one in listed),
            *(
                (one.kind, one.path, one.size / 1e6, one.reason)
                for one in stored
                if one.kind == "stored run"
            ),
        ),
    )
    if apply:
        typer.echo(f"{freed / 1e6:.1f} MB freed.")
    else:
        typer.echo("Nothing was removed; `understory clean --apply` removes it.")
