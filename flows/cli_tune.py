"""Verbs of the weight lab: `understory tune …`."""

from __future__ import annotations

from typing import Annotated

import typer

from flows.cli_options import DEFAULT_OUT, AsJson, Out

#: Other files add their verbs to this one.
tune = typer.Typer(
    name="tune",
    help="The weight lab: back-test, compare, learn and gate weights.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


def register(app: typer.Typer) -> None:
    """Add the verbs of this file."""
    app.add_typer(tune)


@tune.command("experiments")
def experiments(
    out: Out = DEFAULT_OUT,
    kind: Annotated[
        str | None, typer.Option("--kind", help="Only this kind, such as backtest.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """List what was tried on weights, the newest first."""
    from flows import cli_output
    from flows import experiments as kept

    records = [row for row in kept.read(out) if kind in (None, row["kind"])]
    if as_json:
        cli_output.print_json(records)
        return
    if not records:
        typer.echo(f"No experiment in {out} yet; start one with `understory tune backtest`.")
        return
    cli_output.print_table(
        ("experiment", "at", "profile", "configuration", "outcomes", "verdict"),
        (
            (
                row["experiment_id"],
                row["tried_at"].isoformat(timespec="seconds"),
                row["profile"],
                row["profile_hash"][:8],
                (row["outcomes_hash"] or "")[:8] or None,
                row["verdict"],
            )
            for row in records
        ),
    )
