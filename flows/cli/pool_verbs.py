"""Verbs that pool the evidence of several companies: `understory tune pool …`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from flows.cli.option_types import DEFAULT_OUT, LATEST_RUN, AsJson, Out, RunId

pool = typer.Typer(
    name="pool",
    help="Pool what several companies learned, without sharing a supplier.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


def register(tune: typer.Typer) -> None:
    """Add the verbs of this file to `understory tune`."""
    for verb in (export, combine):
        pool.command()(verb)
    tune.add_typer(pool)


def export(
    outcomes: Annotated[
        Path,
        typer.Option(
            "--outcomes", help="File of known cases (docs/concepts/tuning.md).", metavar="FILE"
        ),
    ],
    name: Annotated[str, typer.Option("--name", help="What your study is called.", metavar="TEXT")],
    noise: Annotated[
        float | None,
        typer.Option("--noise", help="Standard deviation of noise on every coefficient."),
    ] = None,
    sensitivity: Annotated[
        float | None,
        typer.Option("--sensitivity", help="How far one supplier may move them: states epsilon."),
    ] = None,
    run: RunId = LATEST_RUN,
    out: Out = DEFAULT_OUT,
) -> None:
    """Write what your outcomes tell of the signals: coefficients and counts, no rows."""
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
        list[Path], typer.Argument(help="Two or more studies, as `export` wrote them.")
    ],
    method: Annotated[
        str, typer.Option("--method", help="paule_mandel or dersimonian_laird.")
    ] = "paule_mandel",
    out: Out = DEFAULT_OUT,
    as_json: AsJson = False,
) -> None:
    """Combine studies signal by signal, by fixed and random effects."""
    from flows.cli import terminal
    from flows.tuning import evidence_pool

    table = evidence_pool.combined(studies, method, out)
    if as_json:
        terminal.print_json(table.to_dicts())
        return
    terminal.print_table(
        ("signal", "studies", "fixed", "random", "95 %", "further study", "Q (p)", "I2", "tau2"),
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
