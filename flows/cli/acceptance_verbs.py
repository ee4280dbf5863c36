"""Verbs that judge weights: `understory tune compare` and `understory tune gate`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from flows.cli.option_types import (
    DEFAULT_OUT,
    LATEST_RUN,
    AsJson,
    Drop,
    Out,
    Overrides,
    Profile,
    RunId,
    SupplierFiles,
    Verbose,
)

if TYPE_CHECKING:
    from flows.tuning.profile_comparison import Compared

_SHOWN = 20


def register(tune: typer.Typer) -> None:
    """Add the verbs of this file to `understory tune`."""
    tune.command("compare")(compare)
    tune.command("gate")(acceptance)


def compare(
    before: Annotated[
        str, typer.Argument(help="A profile: its name, a YAML file, or `base` for none.")
    ],
    after: Annotated[str, typer.Argument(help="The profile to compare with it.")],
    run: RunId = LATEST_RUN,
    outcomes: Annotated[
        Path | None,
        typer.Option(
            "--outcomes", help="File of known cases (docs/concepts/tuning.md).", metavar="FILE"
        ),
    ] = None,
    count: Annotated[
        int | None, typer.Option("--top", min=1, help="The budget k; default: scoring.top_k.")
    ] = None,
    out: Out = DEFAULT_OUT,
    as_json: AsJson = False,
) -> None:
    """Lay two profiles side by side on the values of a published run."""
    import configs
    from flows.cli import terminal
    from flows.run import experiments
    from flows.tuning import profile_comparison

    found = profile_comparison.compare_profiles((before, after), out, run, outcomes, count)
    metrics = found.metrics()
    moved = found.comparison.moves
    enter = moved.filter(moved["change"] == "enters").height
    verdict = (
        f"{enter} suppliers enter the first places and {moved.height - enter} leave; Kendall's "
        f"tau {found.comparison.agreement:.2f}."
    )
    experiments.record(
        out,
        experiments.Experiment(
            kind="compare",
            profile=f"{before} | {after}",
            profile_hash=configs.effective_hash(found.settings[1]),
            outcomes_hash=found.outcomes_sha256,
            metrics=metrics,
            verdict=verdict,
        ),
    )
    if as_json:
        terminal.print_json(
            {
                **metrics,
                "verdict": verdict,
                "moves": moved.to_dicts(),
                "signals": found.comparison.signals.to_dicts(),
            }
        )
        return
    _print_comparison(found)
    typer.echo(verdict)


def _print_comparison(found: Compared) -> None:
    from flows.cli import terminal

    comparison = found.comparison
    terminal.print_table(
        ("supplier", "change", "was", "is", "why (points of each signal)"),
        (
            (row["supplier_id"], row["change"], row["rank_before"], row["rank_after"], row["why"])
            for row in comparison.moves.to_dicts()
        ),
    )
    typer.echo()
    terminal.print_table(
        ("pillar", "weight", "carries", "decides", "weight after", "carries", "decides"),
        (
            tuple(_share(value) if isinstance(value, float | None) else value for value in row)
            for row in comparison.pillars.iter_rows()
        ),
    )
    typer.echo()
    terminal.print_table(
        ("signal", "weight", "carries", "weight after", "carries"),
        (
            (
                row["signal_id"],
                _share(row["nominal_share_before"]),
                _share(row["variance_share_before"]),
                _share(row["nominal_share_after"]),
                _share(row["variance_share_after"]),
            )
            for row in comparison.signals.sort(
                "variance_share_after", descending=True, nulls_last=True
            )
            .head(_SHOWN)
            .to_dicts()
        ),
    )
    typer.echo()
    for name, signals in comparison.dominant.items():
        for signal_id, share in signals:
            typer.echo(f"{name}: {signal_id} carries {share:.0%} of the variance of the scores.")
    if found.measures is not None:
        terminal.print_table(
            ("profile", "cases", "AUC", "AP", f"p@{found.measures[0].count}", "lift", "recall"),
            (
                (
                    order.name,
                    measures.cases,
                    *(
                        f"{value:.3f}"
                        for value in (
                            measures.auc,
                            measures.average_precision,
                            measures.precision,
                            measures.lift,
                            measures.recall,
                        )
                    ),
                )
                for order, measures in zip(found.orders, found.measures, strict=True)
            ),
        )
        typer.echo()
    for name, number in found.metrics()["unfair_beyond_chance"].items():
        typer.echo(
            f"{name}: {number} comparisons of groups lie outside 0.8 to 1.25 statistically "
            "significant."
        )


def acceptance(
    first: Annotated[str, typer.Option("--from", help="First month.", metavar="YYYY-MM")],
    outcomes: Annotated[
        Path,
        typer.Option(
            "--outcomes", help="File of known cases (docs/concepts/tuning.md).", metavar="FILE"
        ),
    ],
    months: Annotated[int, typer.Option("--months", min=2, max=600, help="How many.")] = 36,
    suppliers: SupplierFiles = None,
    profile: Profile = None,
    overrides: Overrides = None,
    drop: Drop = None,
    evidence: Annotated[
        Path | None,
        typer.Option("--evidence", help="Where to write the signed evidence.", metavar="FILE"),
    ] = None,
    out: Out = DEFAULT_OUT,
    as_json: AsJson = False,
    verbose: Verbose = False,
) -> None:
    """Back-test weights, hold them against the gate, and sign the evidence."""
    import configs
    from flows.backtest import backtest_run
    from flows.cli import terminal
    from flows.run import experiments, inputs, run_request
    from flows.tuning import weight_acceptance
    from scoring.tune.backtest import LabelWindow

    log = terminal.start_log(verbose)
    settings = run_request.settings_of(profile, overrides, suppliers, drop)
    windows = settings.tune.backtest
    request = backtest_run.BacktestRequest(
        settings=settings,
        out=out,
        days=backtest_run.months_from(first, months),
        outcomes=outcomes,
        window=LabelWindow(windows.embargo_days, windows.horizon_days),
        count=settings.scoring.top_k,
    )
    with terminal.Progress(log) as progress:
        found = backtest_run.backtest(request, progress)
    outcomes_hash = inputs.file_hash(outcomes)
    accepted = weight_acceptance.acceptance(settings, found, outcomes_hash)
    sha256 = accepted.record["weights_sha256"]
    target = evidence or out / "tune" / f"weights-{sha256[:12]}.json"
    weight_acceptance.write(accepted.record, target)
    experiments.record(
        out,
        experiments.Experiment(
            kind="gate",
            profile=profile or "base",
            profile_hash=configs.effective_hash(settings),
            outcomes_hash=outcomes_hash,
            metrics={"weights_sha256": sha256, "criteria": accepted.record["criteria"]},
            verdict=accepted.result.sentence(),
        ),
    )
    if as_json:
        terminal.print_json({**accepted.record, "file": str(target)})
    else:
        terminal.print_table(
            ("criterion", "met", "figure"),
            ((c.name, "yes" if c.passed else "no", c.sentence) for c in accepted.result.criteria),
        )
        typer.echo()
        typer.echo(accepted.result.sentence())
        typer.echo(
            f"Weights {sha256[:12]}, signed by {accepted.record['signature']['method']}: {target}"
        )
    raise typer.Exit(0 if accepted.result.passed else 1)


def _share(value: float | None) -> str | None:
    return None if value is None else f"{value:.1%}"
