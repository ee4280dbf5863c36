"""Verbs for a meta-analysis over several companies: `understory tune pool …`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from flows.cli.option_types import DEFAULT_OUT, LATEST_RUN, AsJson, Out, Outcomes, RunId
from flows.cli.stored_files import READ

PoolMethod = Literal["paule_mandel", "dersimonian_laird"]

pool = typer.Typer(
    name="pool",
    help="Combine estimates of several companies (meta-analysis).",
    no_args_is_help=True,
    rich_markup_mode=None,
)


def register(tune: typer.Typer) -> None:
    """Add the verbs of this file to `understory tune`."""
    for verb in (export, combine):
        pool.command()(verb)
    tune.add_typer(pool)


def export(
    outcomes: Outcomes,
    name: Annotated[str, typer.Option("--name", help="Name of the study.", metavar="TEXT")],
    noise: Annotated[
        float | None,
        typer.Option("--noise", help="Standard deviation of the noise added to each coefficient."),
    ] = None,
    sensitivity: Annotated[
        float | None,
        typer.Option(
            "--sensitivity", help="Largest effect of one supplier on a coefficient; states epsilon."
        ),
    ] = None,
    run: RunId = LATEST_RUN,
    out: Out = DEFAULT_OUT,
) -> None:
    """Write coefficients and counts, without rows."""
    from flows.tuning import evidence_pool, tuning_run

    read = tuning_run.lab_run(out, run)
    known = tuning_run.lab_outcomes(read, outcomes)
    study, target = evidence_pool.export(read, known, name, noise, sensitivity)
    typer.echo(
        f"{len(study.signals)} signals, {study.positives} cases among {study.units} suppliers; "
        f"noise: {'none' if study.noise is None else study.noise.model_dump()}"
    )
    typer.echo(f"Study: {target}")


def combine(
    studies: Annotated[
        list[Path], typer.Argument(help="Two or more studies written by `export`."), READ
    ],
    method: Annotated[
        PoolMethod, typer.Option("--method", help="Estimator of the between-study variance.")
    ] = "paule_mandel",
    out: Out = DEFAULT_OUT,
    as_json: AsJson = False,
) -> None:
    """Combine studies by fixed and random effects."""
    from flows.cli import terminal
    from flows.tuning import evidence_pool

    table = evidence_pool.combined(studies, method, out)
    if as_json:
        terminal.print_json(table.to_dicts())
        return
    terminal.print_table(
        (
            "signal",
            "studies",
            "fixed",
            "random",
            "95 % interval",
            "95 % prediction interval",
            "Q (p)",
            "I2",
            "tau2",
        ),
        (
            (
                row["signal_id"],
                row["studies"],
                f"{row['fixed']:+.3f} ({row['fixed_stderr']:.3f})",
                f"{row['random']:+.3f} ({row['random_stderr']:.3f})",
                f"{row['random_low']:+.2f} to {row['random_high']:+.2f}",
                None
                if row["predicted_low"] is None
                else f"{row['predicted_low']:+.2f} to {row['predicted_high']:+.2f}",
                f"{row['q']:.1f} ({row['q_p_value']:.3f})",
                f"{row['i_squared']:.0%}",
                f"{row['tau_squared']:.3f}",
            )
            for row in table.to_dicts()
        ),
    )
