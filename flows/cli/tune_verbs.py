"""Verbs of the tuning tools: `understory tune …`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from flows.cli import acceptance_verbs, estimate_verbs
from flows.cli.option_types import (
    DEFAULT_OUT,
    AsJson,
    Drop,
    Exposure,
    Method,
    Out,
    Overrides,
    Profile,
    SupplierFiles,
    Verbose,
)

if TYPE_CHECKING:
    from flows.backtest.backtest_outputs import KeptBacktest
    from flows.backtest.backtest_run import Backtest, BacktestRequest

Outcomes = Annotated[
    Path | None,
    typer.Option(
        "--outcomes",
        help="What became known: unit_id, learned_on, kind, source, selection "
        "(docs/concepts/tuning.md).",
        metavar="FILE",
    ),
]

#: Other files add their verbs to this one.
tune = typer.Typer(
    name="tune",
    help="The tuning tools: back-test, compare, learn and gate weights.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


def register(app: typer.Typer) -> None:
    """Add the verbs of this file."""
    acceptance_verbs.register(tune)
    estimate_verbs.register(tune)
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
    from flows.cli import terminal
    from flows.run import experiments as kept

    records = [row for row in kept.read(out) if kind in (None, row["kind"])]
    if as_json:
        terminal.print_json(records)
        return
    if not records:
        typer.echo(f"No experiment in {out} yet; start one with `understory tune backtest`.")
        return
    terminal.print_table(
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


@tune.command("backtest")
def backtest(
    first: Annotated[str, typer.Option("--from", help="First month.", metavar="YYYY-MM")],
    months: Annotated[int, typer.Option("--months", min=1, max=600, help="How many.")] = 36,
    outcomes: Outcomes = None,
    suppliers: SupplierFiles = None,
    profile: Profile = None,
    overrides: Overrides = None,
    drop: Drop = None,
    embargo_days: Annotated[
        int | None, typer.Option("--embargo-days", min=0, help="Default: of the configuration.")
    ] = None,
    horizon_days: Annotated[
        int | None, typer.Option("--horizon-days", min=1, help="Default: of the configuration.")
    ] = None,
    count: Annotated[
        int | None, typer.Option("--top", min=1, help="The budget k; default: scoring.top_k.")
    ] = None,
    refit: Annotated[
        str | None,
        typer.Option(
            "--refit",
            help="Learn weights again for each month from what was known by then (time), and "
            "without the supplier's own country or state (space).",
        ),
    ] = None,
    method: Method = "logit",
    exposure: Exposure = None,
    out: Out = DEFAULT_OUT,
    as_json: AsJson = False,
    verbose: Verbose = False,
) -> None:
    """Order the list as of each past month, and judge each by what was learned after it."""
    from flows.backtest import backtest_outputs
    from flows.backtest import backtest_run as backtesting
    from flows.backtest.exposure_offset import exposure_names
    from flows.cli import terminal
    from flows.run import run_request
    from flows.tuning.weight_estimation import method_of
    from scoring.tune.backtest import LabelWindow

    log = terminal.start_log(verbose)
    settings = run_request.settings_of(profile, overrides, suppliers, drop)
    usual = settings.tune.backtest
    request = backtesting.BacktestRequest(
        settings=settings,
        out=out,
        days=backtesting.months_from(first, months),
        outcomes=outcomes,
        window=LabelWindow(
            usual.embargo_days if embargo_days is None else embargo_days,
            usual.horizon_days if horizon_days is None else horizon_days,
        ),
        count=count or settings.scoring.top_k,
        refit=None if refit is None else backtesting.held_out_of(refit),
        method=method_of(method),
        exposure=exposure_names(settings, exposure or ()),
    )
    with terminal.Progress(log) as progress:
        found = backtesting.backtest(request, progress)
    kept = backtest_outputs.keep(request, found, profile or "base")
    if as_json:
        summary = None if found.summary is None else found.summary.metrics()
        terminal.print_json(
            {
                "experiment_id": kept.experiment_id,
                "folder": str(kept.folder),
                "verdict": kept.verdict,
                "summary": summary,
                "learned_weights": backtest_outputs.weight_records(found),
                "months": found.months.to_dicts(),
                "agreement": found.agreement.to_dicts(),
            }
        )
        return
    _print_backtest(request, found, kept)


def _print_backtest(request: BacktestRequest, found: Backtest, kept: KeptBacktest) -> None:
    from flows.cli import terminal

    if not found.months.is_empty():
        k = request.count
        terminal.print_table(
            ("month", "order", "cases", "AUC", "AP", f"p@{k}", f"lift@{k}", "recall", "whole"),
            (
                (
                    f"{row['as_of']:%Y-%m}",
                    row["order"],
                    row["cases"],
                    *(
                        _figure(row[name])
                        for name in ("auc", "average_precision", "precision", "lift", "recall")
                    ),
                    "yes" if row["is_whole"] else "no",
                )
                for row in found.months.to_dicts()
            ),
        )
        typer.echo()
    if found.summary is not None:
        terminal.print_table(
            (
                "order",
                "months",
                "AUC, 90 % interval",
                "within blocks",
                "profile ahead",
                "least, without",
            ),
            (
                (
                    order.name,
                    order.months,
                    str(order.auc),
                    _figure(order.within),
                    None if order.ahead is None else str(order.ahead),
                    f"{_figure(order.least)} {order.least_without}",
                )
                for order in found.summary.orders
            ),
        )
        typer.echo()
        terminal.print_table(
            ("source of the report", "cases", "AUC of the profile"),
            ((source, cases, _figure(auc)) for source, cases, auc in found.summary.by_source),
        )
        typer.echo()
    if found.weights:
        _print_weights(request, found)
    typer.echo(kept.verdict)
    typer.echo(
        f"{found.signals_computed} of {found.signals_asked} monthly signals were computed, the "
        f"rest had not changed; {found.seconds:.0f} s"
    )
    typer.echo(f"Experiment {kept.experiment_id}: {kept.folder}")


def _print_weights(request: BacktestRequest, found: Backtest) -> None:
    from flows.backtest.exposure_offset import exposure_label
    from flows.cli import terminal

    terminal.print_table(
        ("month", "weights", "read on", "cases", "units"),
        (
            (
                f"{weights.as_of:%Y-%m}",
                (weights.reason and f"default: {weights.reason}") or "learned",
                ", ".join(f"{day:%Y-%m}" for day in weights.read_on) or None,
                weights.cases or None,
                weights.units or None,
            )
            for weights in found.weights
        ),
    )
    typer.echo()
    if found.summary is not None and found.summary.differences:
        terminal.print_table(
            ("weights learned again each month", "less", "months", "AUC, 90 % interval"),
            (
                (each.name, each.other, each.months, str(each.ahead))
                for each in found.summary.differences
            ),
        )
        typer.echo()
    typer.echo(f"Exposure: {exposure_label(request.exposure)}.")
    learned = None if found.summary is None else found.summary.estimated_sentence()
    if learned:
        typer.echo(learned)


def _figure(value: float | None) -> str | None:
    return None if value is None or value != value else f"{value:.3f}"
